from typing import Any

import pytest
from ruling import found, lines

MODULE = "# file: src/shop/sales/_prices.py\ndef total(): ...\n"


def _lacks(place: str, **options: Any) -> bool:
    return bool(lines("mirrored-tests", f"{MODULE}# file: {place}\nx = 1\n", **options))


def test_module_without_tests() -> None:
    (finding,) = found("mirrored-tests", MODULE)
    assert (finding.path, finding.line) == ("src/shop/sales/_prices.py", 0)
    assert finding.message == "this module has no test module of its own"
    assert finding.advice == "add 'test_prices.py', or say in `tests` where its tests are"


@pytest.mark.parametrize(
    "place",
    [
        "tests/test_prices.py", "tests/sales/test_prices.py", "src/shop/tests/test_prices_rounded.py",
        "tests/test_sales_prices.py", "tests/test_prices/test_a.py", "src/shop/sales/prices_test.py",
    ],
)  # fmt: skip
def test_places_of_tests(place: str) -> None:
    assert not _lacks(place)


@pytest.mark.parametrize("place", ["tests/test_price.py", "tests/prices.txt", "src/shop/prices.py"])
def test_what_is_no_place_of_its_tests(place: str) -> None:
    assert _lacks(place)


def test_strict_mirror() -> None:
    assert not _lacks("tests/sales/test_prices.py", tests=("tests/{folder}/test_{name}.py",))
    assert _lacks("tests/test_prices.py", tests=("tests/{folder}/test_{name}.py",))
    assert not _lacks("tests/shop/sales/test_prices.py", tests=("tests/{package}/test_{name}.py",))
    flat = "# file: shop/prices.py\ndef total(): ...\n# file: tests/test_prices.py\n"
    assert lines("mirrored-tests", flat, tests=("tests/{folder}/test_{name}.py",)) == []


def test_package_is_named_by_its_folder() -> None:
    package = "# file: src/shop/sales/__init__.py\ndef total(): ...\n"
    assert lines("mirrored-tests", package) == [0]
    assert lines("mirrored-tests", f"{package}# file: tests/test_sales.py\n") == []


@pytest.mark.parametrize("path", ["tests/helpers.py", "src/shop/__main__.py", "setup.py", "docs/conf.py", "a.pyi"])
def test_modules_that_need_no_tests(path: str) -> None:
    assert lines("mirrored-tests", "def f(): ...\n", path) == []


def test_what_needs_tests_is_the_users_to_tell() -> None:
    assert lines("mirrored-tests", "x = 1\n") == []
    assert lines("mirrored-tests", "def f(): ...\n", min_functions=2) == []
    assert lines("mirrored-tests", "def f(): ...\n", exclude=("src/",)) == []


@pytest.mark.parametrize(
    ("tests", "message"),
    [
        ((), "has no pattern"),
        (("tests/test.py",), "does not have"),
        (("{name}/{module}.py",), r"\{module\} in .* is none of folder, name, package, parent"),
    ],
)
def test_patterns_that_cannot_be_meant(tests: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lines("mirrored-tests", "x = 1\n", tests=tests)
