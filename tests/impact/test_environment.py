"""How one machine's environment is told from another's."""

import msgspec

from maingate.impact.environment import Environment


def test_differences_are_named() -> None:
    there = Environment("c", {"pytest": "8.3.0", "ruff": "0.16.1"}, ("a-1.dist-info", "b-1.dist-info"), "00")
    here = Environment("d", {"pytest": "8.4.0", "xdist": "3"}, ("a-2.dist-info", "b-1.dist-info"), "01")
    assert here.differences(there) == [
        "pytest is 8.4.0 here and 8.3.0 there",
        "ruff is missing here and 0.16.1 there",
        "xdist is 3 here and missing there",
        "the options of the checks are others",
        "a-2.dist-info is installed here, not there",
        "a-1.dist-info is installed there, not here",
    ]


def test_same_environment_has_no_difference_and_another_has_one() -> None:
    there = Environment("c", {"pytest": "8.3.0"}, (), "00")
    assert there.differences(there) == []
    assert len(msgspec.structs.replace(there, identity="02").differences(there)) == 1
