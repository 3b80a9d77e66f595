"""What a rule offers to stand in a finding's place: it is found no more, and means the same."""

import ast

import pytest
from ruling import found


def _mended(text: str, rule: str) -> str:
    (finding,) = found(rule, text)
    assert finding.fix is not None
    assert finding.line == finding.end_line
    lines = text.split("\n")
    line = lines[finding.line - 1]
    lines[finding.line - 1] = line[: finding.column - 1] + finding.fix + line[finding.end_column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("rule", "text", "mended"),
    [
        ("prefix-by-slice", "if name[:3] == 'abc':\n    pass\n", "if name.startswith('abc'):\n    pass\n"),
        ("prefix-by-slice", "x = 1 and 'c' != f(b)[-1:]\n", "x = 1 and not f(b).endswith('c')\n"),
        ("boolean-identity", "if isinstance(a, int) is True:\n    pass\n", "if isinstance(a, int):\n    pass\n"),
        ("boolean-identity", "def f(a: bool):\n    return a is False\n", "def f(a: bool):\n    return not a\n"),
        ("sentence-spacing", "# It is so.And it stays so.\n", "# It is so. And it stays so.\n"),
        ("sentence-spacing", "x = 1  # It is so.     And it stays so.\n", "x = 1  # It is so. And it stays so.\n"),
    ],
)
def test_fix_mends_the_finding(rule: str, text: str, mended: str) -> None:
    assert _mended(text, rule) == mended
    assert found(rule, mended) == []


@pytest.mark.parametrize("sign", ["==", "!="])
@pytest.mark.parametrize("word", ["abcd", "abx", "", "ab", "bab"])
def test_prefix_means_the_same(sign: str, word: str) -> None:
    for text in (f"name[:2] {sign} 'ab'", f"name[-2:] {sign} 'ab'"):
        mended = _mended(f"{text}\n", "prefix-by-slice")
        for code in (text, mended):
            ast.parse(code)
        assert eval(text, {"name": word}) == eval(mended, {"name": word})


def test_comparison_in_brackets_is_left_to_its_author() -> None:
    (finding,) = found("boolean-identity", "x = (a == b) is True\n")
    assert (finding.fix, finding.advice) == (None, "write 'a == b'")
