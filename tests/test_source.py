"""Python files as they are parsed."""

import pytest

from maingate.source import Source, SourceError


@pytest.mark.parametrize("text", [b"x = " + b"(" * 500 + b"1" + b")" * 500, b"x = " + b"-" * 20_000 + b"1"])
def test_file_that_cannot_be_parsed_says_why(text: bytes) -> None:
    with pytest.raises(SourceError, match=r": \w"):
        Source("a.py", text)
