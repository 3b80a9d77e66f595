"""What one pass over a tree gives."""

import ast
import sys
import sysconfig
from pathlib import Path

import pytest

from maingate.source import Source, name_location

_LIBRARY = Path(sysconfig.get_path("stdlib"))
_NEVER = (ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context)


def _source(text: str, path: str = "package/module.py") -> Source:
    return Source(path, text.encode())


def _bound(text: str) -> list[tuple[str, str, str]]:
    return [(found.kind, found.name, found.origin) for found in _source(text).every_binding[1:]]


def test_every_node_is_found_once_and_every_name_in_its_place() -> None:
    for path in sorted([*_LIBRARY.glob("[a-e]*.py"), *_LIBRARY.glob("asyncio/*.py")]):
        source = Source(str(path), path.read_bytes())
        found = [id(node) for nodes in source.syntax.nodes.values() for node in nodes]
        walked = {id(node) for node in ast.walk(source.tree) if not isinstance(node, _NEVER)}
        assert len(found) == len(set(found))
        assert set(found) == walked
        for binding in source.every_binding[1:]:
            line, column = name_location(binding.node, source.lines, binding.name)
            assert source.lines[line - 1][column - 1 :].startswith(binding.name), (path, binding)


def test_nodes_of_several_types_are_asked_for_at_once() -> None:
    source = _source("for x in y:\n    pass\nwhile x:\n    pass\n")
    assert [type(node) for node in source.nodes(ast.While, ast.For, ast.If)] == [ast.While, ast.For]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(a, /, b, *c, d, **e): ...", "function definition f; parameter parameter a b c d e"),
        ("class A:\n    def b(self): ...", "class definition A; method definition b; parameter parameter self"),
        ("class A:\n    b = 1\n    C = 2", "class definition A; attribute assignment b; constant assignment C"),
        ("a = b, [c, *d] = 1, 2", "variable assignment a b c d"),
        ("A = 1\nb: Final = 1", "constant assignment A b"),
        ("a: int\nb += 1", "variable declaration a; variable augmented b"),
        ("for a, b in c: ...", "variable loop a b"),
        ("with a as b, c as (d, e): ...", "variable with b d e"),
        ("try: ...\nexcept A as b: ...", "variable except b"),
        ("[a for b in c if (d := b)]", "variable comprehension b; variable walrus d"),
        ("import a\nimport a.b as c\nfrom d import e as f", "import import c f"),
        (
            "match a:\n    case [b, *c]: ...\n    case {1: d, **e}: ...\n    case A() as f: ...",
            "variable match b c d e f",
        ),
        ("lambda a: a", "parameter parameter a"),
    ],
)
def test_every_kind_of_binding_is_found(text: str, expected: str) -> None:
    groups = [group.split() for group in expected.split("; ")]
    assert sorted(_bound(text)) == sorted((kind, name, origin) for kind, origin, *names in groups for name in names)


def test_type_variables_are_type_parameters() -> None:
    assert _bound("T = TypeVar('T')\nP = typing.ParamSpec('P')") == [
        ("type parameter", "T", "assignment"),
        ("type parameter", "P", "assignment"),
    ]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_type_parameters_are_bound() -> None:
    text = "def f[T, *U, **V](): ...\nclass A[W]: ...\ntype X[Y] = int\n"
    found = _bound(text)
    assert {name for kind, name, _ in found if kind == "type parameter"} >= {"T", "U", "V", "W"}
    assert ("variable", "X", "assignment") in found


def test_module_is_named_after_its_file() -> None:
    assert _source("").bindings[0].name == "module"
    assert _source("", "package/__init__.py").bindings[0].name == "package"


def test_what_is_bound_and_its_annotation_are_known() -> None:
    (binding,) = _source("ages: dict[str, int] = load()").bindings[1:]
    assert binding.value is not None
    assert binding.annotation is not None
    assert (ast.unparse(binding.value), ast.unparse(binding.annotation)) == ("load()", "dict[str, int]")
    values = [found.value for found in _source("a, b = 1, two\nc, d = e").bindings[1:]]
    assert [value and ast.unparse(value) for value in values] == ["1", "two", None, None]
    (_, parameter) = _source("def f(*, limit=3): ...").bindings[1:]
    assert parameter.value is not None


def test_attributes_belong_to_their_class_and_globals_to_the_module() -> None:
    source = _source("class A:\n    def f(self):\n        global g\n        self.x = 1\n        g = 2\n")
    scopes = {found.name: type(found.scope) for found in source.bindings}
    assert scopes["x"] is ast.ClassDef
    assert scopes["g"] is ast.Module


def test_first_binding_of_a_name_in_a_scope_stands_for_all() -> None:
    source = _source("a = 1\na = 2\ndef f():\n    a = 3\n")
    assert [(found.name, found.line) for found in source.bindings[1:]] == [("a", 1), ("f", 3), ("a", 4)]


def test_how_far_a_name_lives_is_known() -> None:
    text = """\
def f(a, b):
    c = a
    d = 1

    def g():
        nonlocal d
        d = c
        a = 2
        return a
    return [b for b in d]
"""
    source = _source(text)
    lives = {(found.name, found.line): source.last_line(found) for found in source.bindings}
    assert lives["a", 1] == 2
    assert lives["b", 1] == 1
    assert lives["c", 2] == 7
    assert lives["d", 3] == 10
    assert lives["a", 8] == 9
    assert lives["b", 10] == 10


def test_parent_of_a_node_is_known() -> None:
    source = _source("if a:\n    b()\n")
    (call,) = source.nodes(ast.Call)
    statement = source.parent(call)
    assert statement is not None
    assert type(source.parent(statement)) is ast.If
    assert source.parent(source.tree) is None
