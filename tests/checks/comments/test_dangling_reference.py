"""Names in comments and docstrings that nothing in the project has."""

import pytest
from ruling import found, lines

_RULE = "dangling-reference"
_BASE = """class Base:
    def start(self):
        self.speed = 1


class Engine(Base):
    size: int
    stop = None


"""


@pytest.mark.parametrize("name", ["Engine.go", "Engine.go()", "~Engine.go", "product.Engine.go", "Base.size"])
def test_attribute_that_no_class_of_the_name_has_is_found(name: str) -> None:
    assert lines(_RULE, f"{_BASE}# See `{name}`.\n") == [11]


@pytest.mark.parametrize(
    "name", ["Engine.size", "Engine.stop", "Engine.start()", "Engine.speed", "Other.go", "Engine.__doc__"]
)
def test_attribute_of_the_class_or_its_bases_exists(name: str) -> None:
    assert lines(_RULE, f"{_BASE}# See ``{name}``.\n") == []


@pytest.mark.parametrize(
    "head",
    [
        "class Engine(Unknown):",
        "class Engine(metaclass=Unknown):",
        "@register\nclass Engine:",
        "class Engine(**options):",
        "class Engine(make()[0]()):",
    ],
)
def test_class_that_is_not_known_whole_may_have_anything(head: str) -> None:
    assert lines(_RULE, f"{head}\n    pass\n\n\n# `Engine.go`\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "class Engine:\n    def __getattr__(self, name):\n        return 1\n\n\n# `Engine.go`\n",
        "class Engine:\n    __slots__ = ('go', *('stop',))\n\n\n# `Engine.go` `Engine.stop`\n",
        "class Engine:\n    from os import path\n\n\n# `Engine.path`\n",
        "class Engine:\n    pass\n\n\nengine = Engine()\nengine.go = 1\n# `Engine.go`\n",
        "class Engine(ValueError):\n    pass\n\n\n# `Engine.args`\n",
        "class Engine:\n    pass\n\n\n# `Engine.go` was removed\n",
        "from engines import Engine\n\n\nclass Engine(Engine):\n    pass\n\n\n# `Engine.go`\n",
        "import engines as Engine\n\n\nclass Engine:\n    pass\n\n\n# `Engine.go`\n",
        "class Engine:\n    pass\n\n\n# `other.Engine.go` Engine.go `engine.go`\n",
    ],
)
def test_what_may_be_is_left_alone(text: str) -> None:
    assert lines(_RULE, text) == []


def test_name_of_a_module_is_looked_up() -> None:
    text = (
        "# file: src/shop/cart.py\nimport os\n\nTOTAL = 1\n"
        "# file: src/shop/__init__.py\n# `shop.cart.TOTAL` `shop.cart.os` `shop.cart.total`\n"
        "# file: src/shop/open.py\nfrom os import *\n# `shop.open.path`\n"
    )
    (finding,) = found(_RULE, text)
    assert (finding.path, finding.line, finding.column) == ("src/shop/__init__.py", 1, 37)
    assert finding.message == "the module shop.cart has no 'total'"


_SHOP = "# file: src/shop/__init__.py\nVERSION = 1\n# file: src/shop/cart.py\nTOTAL = 1\n# file: tests/prices.py\n"


def test_module_that_the_package_does_not_have_is_found() -> None:
    (finding,) = found(_RULE, f"{_SHOP}# `shop.cat.TOTAL`\n")
    assert (finding.path, finding.line, finding.column) == ("tests/prices.py", 1, 4)
    assert finding.message == "the package shop has no 'cat'"


@pytest.mark.parametrize(
    "text",
    [
        f"{_SHOP}# `shop.cart.TOTAL` `shop.VERSION.real` `shop.prices.total` `shop.cat`\n",
        f"{_SHOP}# `other.cat.total` `cart.cat.total`\n",
        f"{_SHOP}# file: src/shop/__init__.py\nfrom os import *\n# `shop.cat.total`\n",
        "# file: lib/shop/__init__.py\nVERSION = 1\n# `shop.cat.total`\n",
        f"{_SHOP}# file: src/shop/cat/tail.py\n# `shop.cat.tail`\n",
    ],
)
def test_package_that_may_have_more_is_left_alone(text: str) -> None:
    assert lines(_RULE, text) == []


def test_allowed_names_are_not_looked_up() -> None:
    assert lines(_RULE, f"{_BASE}# See `Engine.go`.\n", allow=("Engine",)) == []


def test_file_whose_name_is_not_utf8_is_read() -> None:
    assert found("dangling-reference", "def price(): ...\n", path="src/-\udcff.py") == []
