import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("total = 0\nfor x in y:\n    total += 1\n", id="number"),
        pytest.param('for x in y:\n    text = ""\n    text += "a"\n', id="begun in the loop"),
        pytest.param('text = []\nfor x in y:\n    text += "ab"\n', id="list"),
        pytest.param('text = ""\ntext += "a"\n', id="no loop"),
        pytest.param(('text = ""\nfor x in y:\n    if x:\n        text += "a"\n        break\n'), id="once"),
        pytest.param('text = ""\nfor x in y:\n    def f():\n        text += "a"\n', id="function in the loop"),
        pytest.param('for x in y:\n    text += "a"\n', id="unknown"),
        pytest.param('for x in y:\n    self.text += "a"\n', id="attribute"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("string-built-in-loop", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param('text = ""\nfor x in y:\n    text += "a"\n    text += "b"\n', [3], id="for"),
        pytest.param('text = "a" + b\nwhile x:\n    if x:\n        text += f"{x}"\n', [4], id="while"),
        pytest.param(
            ('async def f():\n    text = ""\n    async for x in y:\n        text += "%s" % x\n'), [4], id="async"
        ),
        pytest.param(
            ('text = ""\nfor x in y:\n    for z in x:\n        text += ", ".join(z)\n'), [4], id="nested loops"
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("string-built-in-loop", text) == at
