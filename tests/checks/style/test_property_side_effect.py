import pytest
from ruling import lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            (
                "class A:\n"
                "    @property\n"
                "    def b(self):\n"
                "        if self._b is None:\n"
                "            self._c.append(1)\n"
                "        return self._b\n"
            ),
            id="kept value",
        ),
        pytest.param(
            (
                "class A:\n"
                "    @property\n"
                "    def b(self):\n"
                '        if not hasattr(self, "_b"):\n'
                "            self._b.append(1)\n"
                "        return self._b\n"
            ),
            id="hasattr",
        ),
        pytest.param("class A:\n    def b(self):\n        self._b += 1\n", id="method"),
        pytest.param(
            (
                "class A:\n"
                "    @property\n"
                "    def b(self):\n"
                "        found = []\n"
                "        found.append(1)\n"
                "        return found\n"
            ),
            id="local",
        ),
        pytest.param(("class A:\n    @b.setter\n    def b(self, value):\n        self._b += 1\n"), id="setter"),
        pytest.param("@property\ndef b(self):\n    self._b += 1\n", id="function"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("property-side-effect", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(
            (
                "class A:\n"
                "    @property\n"
                "    def b(self):\n"
                "        self._b += 1\n"
                "        self._b += 1\n"
                "        return self._b\n"
            ),
            [4],
            id="counter",
        ),
        pytest.param(("class A:\n    @property\n    def b(self):\n        return self._b.pop()\n"), [4], id="pop"),
        pytest.param("class A:\n    @property\n    def b(self):\n        del self._b[0]\n", [4], id="delete"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("property-side-effect", text) == at
