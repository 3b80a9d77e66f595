"""How tests are split into parts that take as long as each other.

The longest go first, each to the part with the least to do (R. L. Graham, "Bounds on Multiprocessing Timing Anomalies",
1969), which leaves no part with more than its share and one test. What shares a file, or a class, shares fixtures that
are set up once in each process, so that it is dealt out as one where that makes the longest part hardly longer.
"""

import heapq
from collections.abc import Iterable, Mapping
from statistics import median

# What pytest itself takes for a test; seconds.
_LEAST = 0.001
# How much longer the longest part may be for what stays together.
_CLOSE = 1.01


def estimate(tests: Iterable[str], known: Mapping[str, float]) -> dict[str, float]:
    """How long each test will take, in seconds: as it did, or as the median of those that are known.

    Args:
        tests: Their node ids.
        known: By node id, how long a test took, in seconds; other tests than those asked for do not count.
    """
    names = list(tests)
    found = {name: max(known[name], _LEAST) for name in names if name in known}
    usual = median(found.values()) if found else 1.0
    return {name: found.get(name, usual) for name in names}


def split(seconds: Mapping[str, float], count: int) -> list[tuple[str, ...]]:
    """The tests of each part, sorted; the same for the same tests, in whatever order they are given.

    No part takes longer than its share (the sum of all, by the number of parts) and the longest test together.

    Args:
        seconds: How long each test takes, in seconds, by node id.
        count: How many parts there are; some are empty if there are fewer tests.
    """
    names = sorted(seconds)
    files: dict[str, list[str]] = {}
    for name in names:
        files.setdefault(name.partition("::")[0], []).append(name)
    together, apart = (_deal(groups, seconds, count) for groups in (files.values(), [[name] for name in names]))
    parts = together if _longest(together, seconds) <= _longest(apart, seconds) * _CLOSE else apart
    return [tuple(sorted(part)) for part in parts]


def _deal(groups: Iterable[list[str]], seconds: Mapping[str, float], count: int) -> list[list[str]]:
    """The tests of each part; a group stays together if that leaves no part with more than its share."""
    pending = [_weighed(group, seconds) for group in groups]
    heapq.heapify(pending)
    share = -sum(weight for weight, _ in pending) / count
    least = [(0.0, number) for number in range(count)]
    parts: list[list[str]] = [[] for _ in range(count)]
    while pending:
        weight, group = heapq.heappop(pending)
        load, number = least[0]
        if len(group) > 1 and load - weight > share:
            for half in _halves(group, seconds):
                heapq.heappush(pending, _weighed(half, seconds))
            continue
        parts[number] += group
        heapq.heapreplace(least, (load - weight, number))
    return parts


def _longest(parts: Iterable[list[str]], seconds: Mapping[str, float]) -> float:
    return max(sum(seconds[name] for name in part) for part in parts)


def _weighed(group: list[str], seconds: Mapping[str, float]) -> tuple[float, list[str]]:
    """A group as the heap sorts it: the longest first."""
    return -sum(seconds[name] for name in group), group


def _halves(group: list[str], seconds: Mapping[str, float]) -> tuple[list[str], list[str]]:
    """Two parts of a sorted group that take about as long, cut between classes if there are several."""
    scopes = [name.partition("[")[0].rpartition("::")[0] for name in group]
    cuts = range(1, len(group))
    between = [cut for cut in cuts if scopes[cut - 1] != scopes[cut]]
    half = sum(seconds[name] for name in group) / 2
    before = [0.0]
    for name in group:
        before.append(before[-1] + seconds[name])
    cut = min(between or cuts, key=lambda place: abs(before[place] - half))
    return group[:cut], group[cut:]
