import pytest
from ruling import found, lines

RULE = "overridden-parameter-name"
BASE = "class Base:\n    def run(self, count, *, fast=False):\n        print(count)\n\n\n"


def test_says_what_is_renamed_and_where() -> None:
    text = BASE + "class Derived(Base):\n    def run(self, number, *, fast=False):\n        print(number)\n"
    (finding,) = found(RULE, text)
    assert (finding.line, finding.column, finding.end_column) == (7, 19, 25)
    assert finding.message == "'Derived.run' renames the parameter 'count' of 'Base' to 'number'"


@pytest.mark.parametrize(
    "method",
    [
        "def run(self, count): ...",
        "def run(self, number, /): ...",
        "def run(self, _count): ...",
        "def run(self, *values): ...",
        "def run(self, fast, count): ...",
        "@run.setter\n    def run(self, number): ...",
        "def walk(self, number): ...",
        "def __call__(self, number): ...",
    ],
)
def test_what_a_call_may_not_name_or_still_may_is_well(method: str) -> None:
    assert found(RULE, f"{BASE}class Derived(Base):\n    {method}\n") == []


def test_only_the_first_class_that_renames_is_at_fault() -> None:
    middle = "class Middle(Base):\n    def run(self, number): ...\n"
    assert lines(RULE, BASE + middle + "class Last(Middle):\n    def run(self, number): ...\n") == [7]
    assert lines(RULE, BASE + middle + "class Last(Middle):\n    def run(self, count): ...\n") == [7]


def test_static_methods_have_no_self() -> None:
    text = (
        "class A:\n    @staticmethod\n    def f(x, y): ...\n"
        "class B(A):\n    @staticmethod\n    def f(x, z): ...\n"
    )  # fmt: skip
    assert lines(RULE, text) == [6]


@pytest.mark.parametrize(
    ("imported", "base"),
    [
        ("from shop.models.base import Base", "Base"),
        ("from .models.base import Base as Origin", "Origin"),
        ("from shop import models", "models.Base"),
        ("import shop.models", "shop.models.Base"),
        ("import shop.models.base as base", "base.Base"),
        ("from .models import Base", "Base[int]"),
    ],
)
def test_bases_are_followed_through_imports(imported: str, base: str) -> None:
    text = (
        f"# file: src/shop/__init__.py\n# file: src/shop/models/__init__.py\nfrom .base import *\n"
        f"# file: src/shop/models/base.py\n{BASE}"
        f"# file: src/shop/order.py\n{imported}\n\n\nclass Order({base}):\n    def run(self, number): ...\n"
    )
    (finding,) = found(RULE, text)
    assert (finding.path, finding.line) == ("src/shop/order.py", 5)


def test_explicit_exports_of_a_package_are_followed() -> None:
    text = (
        f"# file: shop/__init__.py\nfrom shop.base import Base\n# file: shop/base.py\n{BASE}"
        "# file: other.py\nimport shop\n\n\nclass Order(shop.Base):\n    def run(self, number): ...\n"
    )
    assert [finding.path for finding in found(RULE, text)] == ["other.py"]


def test_stubs_are_judged_and_hide_no_module() -> None:
    text = (
        f"# file: base.pyi\nx: int\n# file: base.py\n{BASE}"
        "# file: order.pyi\nfrom base import Base\nclass Order(Base):\n    def run(self, number): ...\n"
    )
    assert [finding.path for finding in found(RULE, text)] == ["order.pyi"]


def test_nested_classes_see_those_beside_them() -> None:
    nested = "    class {}:\n        def f(self, {}): ...\n"
    assert lines(RULE, "class A:\n" + nested.format("B", "x") + nested.format("C(B)", "y")) == [5]


def test_what_is_ambiguous_circular_or_unknown_is_left_alone() -> None:
    twice = "if x:\n    class A:\n        def f(self, x): ...\nelse:\n    class A:\n        def f(self, x): ...\n"
    assert found(RULE, twice + "class B(A):\n    def f(self, y): ...\n") == []
    assert found(RULE, "class A(B):\n    def f(self, x): ...\nclass B(A):\n    def f(self, x): ...\n") == []
    assert found(RULE, "from .. import A\nclass B(A, make(), C.D):\n    def f(self, x): ...\n") == []
    stars = "".join(f"from {name} import *\n" for name in "abcdef")
    entangled = "".join(f"# file: {name}.py\n{stars}class X{name}(Y): ...\n" for name in "abcdef")
    assert found(RULE, entangled) == []
    growing = "# file: p/__init__.py\nfrom .x import x\nclass B(x.Y):\n    def f(self, y): ...\n"
    assert found(RULE, growing) == []
    circular = "# file: a.py\nfrom b import *\nclass X(Y): \n    def f(self, x): ...\n# file: b.py\nfrom a import *\n"
    assert found(RULE, circular) == []
