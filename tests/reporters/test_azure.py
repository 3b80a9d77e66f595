"""Azure's logging commands are read back as what they say."""

from hypothesis import given
from reporting import BAD, HOSTILE, PROBLEM, VAGUE, rendered

from maingate.model import Finding
from maingate.reporters.wording import printable_lines

_ESCAPES = {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%AZP25": "%"}


def _parse(line: str) -> tuple[dict[str, str], str]:
    """A command's properties and data, as the agent's `Command.TryParse` finds them."""
    head, _, data = line[line.index("##vso[") + 6 :].partition("]")
    name, _, rest = head.partition(" ")
    assert name == "task.logissue"
    properties = dict(part.split("=", 1) for part in rest.split(";") if part)
    return {key: _unescape(value) for key, value in properties.items()}, _unescape(data)


def _unescape(text: str) -> str:
    for escape, char in _ESCAPES.items():
        text = text.replace(escape, char)
    return text


def test_problems_and_new_findings_come_first() -> None:
    lines = rendered("azure", VAGUE, BAD, problems=(PROBLEM,)).splitlines()
    found = [_parse(line) for line in lines if line.startswith("##vso[")]
    assert [properties["sourcepath"] for properties, _ in found] == ["bad.py", "a b.py", "src/é.py"]
    assert found[1] == (
        {"type": "error", "sourcepath": "a b.py", "linenumber": "3", "columnnumber": "8", "code": "style/F401"},
        "`os` imported but unused; remove it",
    )
    assert lines[-1].startswith("maingate: failed - ")


def test_ten_of_a_kind_and_how_many_more() -> None:
    many = [Finding("E501", "long", line, check="style", path="a.py") for line in range(1, 31)]
    commands = [line for line in rendered("azure", *many, VAGUE).splitlines() if line.startswith("##vso[")]
    assert len(commands) == 11
    assert commands[9] == "##vso[task.logissue type=error]maingate: +21 more; see another report"


@given(HOSTILE, HOSTILE)
def test_text_stays_text(message: str, path: str) -> None:
    output = rendered("azure", Finding("X1", message, 1, check="style", path=path))
    command, *lines = output.split("\n")
    properties, data = _parse(command)
    assert properties["sourcepath"] == printable_lines(path)
    assert data == printable_lines(message)
    assert not any("##vso[" in line for line in lines)
