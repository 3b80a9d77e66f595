"""Where a line was before a change."""

import subprocess
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maingate.movement import Hunk, hunks_of, origin

_LINES = st.lists(st.integers(0, 30), unique=True, max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_LINES, _LINES)
def test_a_line_that_was_there_is_found_and_a_new_one_is_not(
    tmp_path: Path, before: list[int], after: list[int]
) -> None:
    for name, lines in (("before", before), ("after", after)):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines))
    command = ["git", "diff", "--no-index", "-U0", "before", "after"]
    hunks = hunks_of(subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout)
    origins = [origin(number, hunks) for number in range(1, len(after) + 1)]
    found = [number for number in origins if number is not None]
    assert found == sorted(found)
    assert all(before[number - 1] == line for number, line in zip(origins, after, strict=True) if number is not None)
    removed, added = sum(hunk.old_count for hunk in hunks), sum(hunk.new_count for hunk in hunks)
    assert (len(found), added) == (len(before) - removed, origins.count(None))


def test_hunks_without_counts_are_of_one_line() -> None:
    assert hunks_of(b"@@ -3 +4,0 @@ def x\n@@ -5,2 +6 @@\n") == [Hunk(3, 1, 4, 0), Hunk(5, 2, 6, 1)]
