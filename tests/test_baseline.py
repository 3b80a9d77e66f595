"""The baseline as a file: read, written, merged and damaged."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate.baseline import FILE, Baseline, Entry, merge, parse, shrink
from maingate.errors import UsageError

_names = st.one_of(
    st.text(min_size=1, max_size=8).filter(lambda text: not any(0xD800 <= ord(char) < 0xE000 for char in text)),
    st.sampled_from(["a b.py", "-", "ä.py", "%41", "src/a: b.py", "\udcff.py", "<<<<<<< x"]),
)
_entries = st.builds(
    Entry, st.one_of(st.just(""), _names), _names, _names, st.sampled_from(["0123456789ab", "ba9876543210"])
)
_counts = st.dictionaries(_entries, st.integers(1, 99), max_size=12)
_few = st.dictionaries(
    st.builds(Entry, st.sampled_from(["a.py", "b.py"]), st.just("style"), st.just("E501"), st.sampled_from("xyz")),
    st.integers(1, 4),
)


@given(_counts)
def test_what_is_written_is_read_whatever_the_names(counts: dict[Entry, int]) -> None:
    text = Baseline(counts).text()
    assert parse(text.encode()).counts == counts
    assert text.isascii()
    rows = text.splitlines()[1:]
    assert len(rows) == len(counts)
    assert parse(text.replace("\n", "\r\n").encode()).counts == counts


@given(_few, _few)
def test_shrinking_accepts_no_more_of_anything_and_only_what_is_there(
    accepted: dict[Entry, int], there: dict[Entry, int]
) -> None:
    left = shrink(Baseline(accepted), there).counts
    assert all(count <= min(accepted.get(entry, 0), there.get(entry, 0)) for entry, count in left.items())
    assert shrink(Baseline(accepted), accepted).counts == accepted
    followed = shrink(Baseline(accepted), there, lambda old, new: old.path != new.path).counts

    def by_kind(counts: dict[Entry, int]) -> Counter[tuple[str, ...]]:
        found: Counter[tuple[str, ...]] = Counter()
        for entry, count in counts.items():
            found[entry[1:]] += count
        return found

    assert all(count <= there[entry] for entry, count in followed.items())
    assert by_kind(followed) <= by_kind(accepted)
    assert by_kind(followed) == by_kind(accepted) & by_kind(there)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"src/a.py: style E501 0123456789ab", "1:1: is no entry"),
        (b"# a\nsrc/a.py: style E501 0123456789ab 0\n", "2:1: is no entry"),
        (b"src/a.py: style E501 0123456789ab 2\n" * 2, "2:1: line 1 says the same"),
        (b"\xff\n", "1:1: is not UTF-8"),
        (b"<<<<<<< HEAD\n", "1:1: a merge left both sides here; `git add .maingate-baseline`, then"),
        (b"src/a.py: style E501 ../../etc 1\n", "1:1: is no entry"),
        (b"{}", "1:1: is no entry"),
        (b"src/a.py: style E501 0123456789ab 99999999999999999999\n", "1:1: is no entry"),
    ],
)
def test_damaged_file_is_an_error_with_its_place_and_a_way_out(content: bytes, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(content)
    assert str(caught.value).startswith(f"{FILE}:{message}")
    assert "maingate baseline" in str(caught.value)


@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_sides_of_a_merge_are_taken_together(style: str) -> None:
    first, second, old = (f"a.py: style E501 0123456789ab {count}\n" for count in (1, 2, 9))
    ancestor = f"||||||| base\n{old}b.py: style E501 0123456789ab 1\n" if style == "diff3" else ""
    text = f"<<<<<<< HEAD\n{first}{ancestor}=======\n{second}c.py: style E501 0123456789ab 1\n>>>>>>> topic\n"
    found = {entry.path: count for entry, count in merge(text.encode()).counts.items()}
    assert found == {"a.py": 2, "c.py": 1}
