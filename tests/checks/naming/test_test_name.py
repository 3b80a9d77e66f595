import pytest
from ruling import found, lines

TESTS = "tests/test_cart.py"


def _names(text: str, path: str = TESTS, **options: object) -> list[int]:
    return lines("test-name", text, path, **options)


@pytest.mark.parametrize("name", ["test", "test_1", "test2", "test_it", "test_foo_2", "testMisc", "test_more_more"])
def test_name_that_says_nothing(name: str) -> None:
    (finding,) = found("test-name", f"def {name}():\n    assert 1\n", TESTS)
    assert finding.message == f"{name!r} does not say what is expected"
    assert (finding.line, finding.column) == (1, 5)


@pytest.mark.parametrize(
    "name", ["test_404", "test_int_16", "test_16", "test_total", "testTotal", "helper_1", "test_é"]
)
def test_name_that_says_something(name: str) -> None:
    assert _names(f"def {name}():\n    assert 1\n") == []


def test_only_test_of_a_class_is_named_by_it() -> None:
    assert _names("class TestRounding:\n    def test(self):\n        assert 1\n") == []
    text = "class TestRounding:\n    def test(self):\n        assert 1\n    def test_half(self):\n        assert 1\n"
    assert _names(text) == [2]


def test_what_is_never_collected_is_left_alone() -> None:
    assert _names("def test_1():\n    assert 1\n", "src/product.py") == []
    assert (
        _names("def f():\n    class TestA:\n        def test_1(self):\n            assert 1\n    return TestA\n") == []
    )
    assert _names("def test(verbose=False):\n    assert 1\n") == []
    assert _names("def test_1():\n    '''A sample.'''\n") == []


def test_words_and_their_number_are_the_users_to_tell() -> None:
    assert _names("def test_foo():\n    assert 1\n", empty_words=()) == []
    assert _names("def test_cart():\n    assert 1\n", empty_words=("cart",)) == [1]
    assert _names("def test_empty_cart():\n    assert 1\n", min_words=2) == []
    (finding,) = found("test-name", "def test_cart():\n    assert 1\n", TESTS, min_words=2)
    assert finding.message == "'test_cart' says what is expected in fewer than 2 words"


def test_second_test_of_a_name_hides_the_first() -> None:
    text = "def test_empty():\n    assert 1\n\n\n@skip\nasync def test_empty():\n    assert 2\n"
    (finding,) = found("test-name", text, TESTS)
    assert finding.message == "'test_empty' replaces the test of that name in line 1, which is never run"
    assert (finding.line, finding.column) == (6, 11)
    assert _names("class TestA:\n    pass\n\nclass TestA:\n    pass\n") == [4]
    assert _names("class A:\n    def test_a1b(self): ...\n    def test_a1b(self): ...\n") == [3]


def test_tests_of_two_scopes_or_branches_hide_nothing() -> None:
    assert _names("class A:\n    def test_empty(self): ...\nclass B:\n    def test_empty(self): ...\n") == []
    assert _names("if x:\n    def test_empty(): ...\nelse:\n    def test_empty(): ...\n") == []


def test_first_test_that_is_used_before_is_not_lost() -> None:
    assert _names("def test_empty(): ...\nsuite.add(test_empty)\ndef test_empty(): ...\n") == []
    assert _names("def test_empty(): ...\n@test_empty.variant\ndef test_empty(): ...\n") == []
