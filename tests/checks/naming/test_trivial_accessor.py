import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            (
                "class A(B):\n"
                "    def get_a(self):\n"
                "        return self._a\n"
                "    def set_a(self, value):\n"
                "        self._a = value\n"
            ),
            id="base",
        ),
        pytest.param(
            (
                "class _A:\n"
                "    def get_a(self):\n"
                "        return self._a\n"
                "    def set_a(self, value):\n"
                "        self._a = value\n"
            ),
            id="private",
        ),
        pytest.param("class A:\n    def get_a(self):\n        return self._a\n", id="no setter"),
        pytest.param(
            (
                "class A:\n"
                "    def get_a(self):\n"
                "        return self._a\n"
                "    def set_a(self, value):\n"
                "        self._a = int(value)\n"
            ),
            id="works",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def get_a(self):\n"
                "        return self._a\n"
                "    def set_a(self, value):\n"
                "        self._b = value\n"
            ),
            id="another",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def get_a(self):\n"
                "        return list(self._a)\n"
                "    def set_a(self, value):\n"
                "        self._a = value\n"
            ),
            id="copy",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def get_a(self, b):\n"
                "        return self._a\n"
                "    def set_a(self, value):\n"
                "        self._a = value\n"
            ),
            id="argument",
        ),
        pytest.param(
            (
                "class A:\n"
                "    @old\n"
                "    def get_a(self):\n"
                "        return self._a\n"
                "    @old\n"
                "    def set_a(self, value):\n"
                "        self._a = value\n"
            ),
            id="decorated",
        ),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("trivial-accessor", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(
            (
                "class A:\n"
                "    def get_a(self):\n"
                "        return self._a\n"
                "    def set_a(self, value):\n"
                "        self._a = value\n"
            ),
            [2],
            id="pair",
        ),
        pytest.param(
            (
                "class A:\n"
                "    def get_a(self):\n"
                '        """Give a."""\n'
                "        return self._a\n"
                "    def set_a(self, value):\n"
                "        self._a = value\n"
            ),
            [2],
            id="documented",
        ),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("trivial-accessor", text) == at


def test_tests_are_left_alone() -> None:
    text = "class A:\n    def get_a(self): return self.a\n    def set_a(self, b): self.a = b\n"
    assert lines("trivial-accessor", text) == [2]
    assert lines("trivial-accessor", text, path="tests/test_a.py") == []
