"""Comments, beside what tokenize says."""

import ast
import io
import sys
import sysconfig
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maingate.lexer import comments

_LIBRARY = Path(sysconfig.get_path("stdlib"))
_BODY = st.lists(
    st.sampled_from(
        ("#", '"', "'", "{", "}", "{x}", "{{", "}}", "\\", "\n", " ", "x", "+", "# c\n", "f'", 'f"', "!r", ":")
    ),
    max_size=8,
).map("".join)
_STRING = st.tuples(
    st.sampled_from(("", "f", "r", "b", "rf", "F")), st.sampled_from(("'", '"', "'''", '"""')), _BODY, _BODY
).map(lambda parts: f"{parts[0]}{parts[1]}{parts[2]}{{{parts[3]}}}{parts[1]}")
_STATEMENT = st.tuples(st.lists(_STRING, max_size=3), st.sampled_from(("", "# c", "  # 'c", '\n# "c', "#"))).map(
    lambda parts: f"x = [{', '.join(parts[0])}]{parts[1]}\n"
)


def _is_valid(text: str) -> bool:
    try:
        ast.parse(text)
        _by_tokenize(text)
    except (SyntaxError, ValueError, tokenize.TokenError):
        return False
    return True


def _by_tokenize(text: str) -> list[tuple[int, int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [(*token.start, token.string) for token in tokens if token.type == tokenize.COMMENT]


def _by_lexer(text: str) -> list[tuple[int, int, str]]:
    return [(found.line, found.column - 1, found.text) for found in comments(text)]


@given(st.lists(_STATEMENT, max_size=4))
def test_comments_are_those_of_tokenize(statements: list[str]) -> None:
    text = "".join(filter(_is_valid, statements))
    assert _by_lexer(text) == _by_tokenize(text)


def test_comments_of_the_standard_library_are_those_of_tokenize() -> None:
    paths = [*_LIBRARY.glob("[a-d]*.py"), *_LIBRARY.glob("email/*.py"), _LIBRARY / "test" / "test_fstring.py"]
    for path in paths:
        if path.exists():
            text = path.read_text("utf-8").replace("\r\n", "\n")
            assert _by_lexer(text) == _by_tokenize(text), path


def test_whether_code_stands_before_a_comment_is_known() -> None:
    text = 'x = """\n# text\n"""  # code\n    # alone\n\ny = 1 # code\n# last'
    assert [(found.text, found.inline) for found in comments(text)] == [
        ("# code", True),
        ("# alone", False),
        ("# code", True),
        ("# last", False),
    ]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 701 came with Python 3.12")
@pytest.mark.parametrize(
    "text",
    [
        'x = f"{d["#"]}"  # c\n',
        'x = f"""{\n1  # c\n}"""\n',
        'x = f"it\'s {x[\'a\'] + "#"}"  # c\n',
        "x = f'{\n1}' # c\n",
        'x = f"{f\'{"#"}\'}"  # c\n',
    ],
)
def test_strings_with_code_in_them_are_understood(text: str) -> None:
    assert [found.text for found in comments(text)] == ["# c"]
