"""JSON lines hold what the JSON report does, one value a line, the verdict last."""

import json

from hypothesis import given
from reporting import BAD, HOSTILE, PROBLEM, VAGUE, rendered

from maingate.model import Finding


def test_each_value_is_a_line_that_says_its_kind() -> None:
    whole = json.loads(rendered("json", VAGUE, BAD, problems=(PROBLEM,)))
    rows = [json.loads(line) for line in rendered("json-lines", VAGUE, BAD, problems=(PROBLEM,)).splitlines()]
    assert [row.pop("kind") for row in rows] == [
        "finding", "finding", "problem", "condition", "condition", "condition", "verdict",
    ]  # fmt: skip
    assert rows[:2] == whole["findings"]
    assert rows[2:3] == whole["problems"]
    assert rows[3:6] == whole["conditions"]
    assert rows[6] == {name: whole[name] for name in ("state", "exit_code", "tree", "base", "seconds")}


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, path: str) -> None:
    output = rendered("json-lines", Finding("X1", message, 1, check="style", path=path))
    assert output.count("\n") == 1 + 3 + 1
    row = json.loads(output.partition("\n")[0])
    assert (row["message"], row["path"]) == (message, path)
