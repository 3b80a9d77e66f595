import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            (
                "import errno\n"
                "try:\n"
                "    f()\n"
                "except OSError as error:\n"
                "    if error.errno == errno.ENOSPC:\n"
                "        raise\n"
            ),
            id="no class",
        ),
        pytest.param(
            (
                "import errno\n"
                "try:\n"
                "    f()\n"
                "except OSError as error:\n"
                "    if error.errno in (errno.ENOENT, errno.ENOSPC):\n"
                "        raise\n"
            ),
            id="one without a class",
        ),
        pytest.param(
            ("try:\n    f()\nexcept OSError as error:\n    if error.errno == 2:\n        raise\n"), id="number"
        ),
        pytest.param("import errno\nif error.errno == errno.ENOENT: ...\n", id="no handler"),
        pytest.param(
            ("import errno\ntry:\n    f()\nexcept OSError as error:\n    if cause.errno == errno.ENOENT: ...\n"),
            id="other exception",
        ),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("errno-comparison", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(
            (
                "import errno\n"
                "try:\n"
                "    f()\n"
                "except OSError as error:\n"
                "    if error.errno == errno.ENOENT:\n"
                "        raise\n"
            ),
            [5],
            id="equal",
        ),
        pytest.param(
            (
                "from errno import EEXIST\n"
                "try:\n"
                "    f()\n"
                "except OSError as error:\n"
                "    if error.errno != EEXIST:\n"
                "        raise\n"
            ),
            [5],
            id="imported",
        ),
        pytest.param(
            (
                "import errno\n"
                "try:\n"
                "    f()\n"
                "except OSError as error:\n"
                "    if error.errno not in {errno.EPERM, errno.EACCES}:\n"
                "        raise\n"
            ),
            [5],
            id="several",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("errno-comparison", text) == at


def test_message_names_the_classes() -> None:
    text = "try:\n    f()\nexcept OSError as e:\n    if e.errno in (errno.ENOENT, errno.EISDIR): ...\n"
    (finding,) = found("errno-comparison", text)
    assert finding.advice == "catch FileNotFoundError and IsADirectoryError"
