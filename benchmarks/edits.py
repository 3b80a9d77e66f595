"""Single edits of many kinds to a Python project, each a function of the project and of a random number generator.

Places are found in the syntax tree and changed by splices into the text, so that all else stays as it was written.
"""

import ast
import io
import sys
import tokenize
import warnings
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import NamedTuple, TypeAlias, TypeVar

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Files: TypeAlias = dict[str, bytes | None]
Choice = TypeVar("Choice")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_ATTEMPTS = 60


class NoPlaceError(Exception):
    """There is no such place, or what would come out of it is no Python: another place may do."""


class Edit(NamedTuple):
    """A change: what it does, and the new content of each file concerned; None removes one."""

    kind: str
    summary: str
    files: Files


class Project:
    """The files of a project.

    Attributes:
        files: All of them, by path.
        product: The Python files under test.
        tests: Those that hold tests.
        support: Other Python files beside tests: `conftest.py`, helpers.
        others: Files that are not Python.
    """

    def __init__(self, files: dict[str, bytes], product: Iterable[str], tests: Iterable[str]) -> None:
        self.files = files
        self.tests = sorted(tests)
        named = b"\n".join(files[path] for path in self.tests)
        self.support = sorted(
            path for path in files if path.endswith(".py") and not _is_test(path) and self._is_support(path, named)
        )
        self.product = sorted({*product} - {*self.tests, *self.support})
        self.others = sorted(path for path in files if not path.endswith(".py"))

    def _is_support(self, path: str, named: bytes) -> bool:
        folder, _, name = path.rpartition("/")
        is_beside = any(test.startswith(f"{folder}/") for test in self.tests)
        return is_beside and (name == "conftest.py" or name.removesuffix(".py").encode() in named)


def _is_test(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith("_test.py")


class Text:
    """A Python file's text, with its syntax tree.

    Attributes:
        bodies: The nodes that run when a function is called.
        definitions: The nodes that run when the module is imported.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.tree = ast.parse(content)
        self.bodies: list[ast.AST] = []
        self.definitions: list[ast.AST] = []
        self._starts = [0]
        for line in content.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        pending: list[tuple[ast.AST, bool]] = [(self.tree, False)]
        while pending:
            node, is_inside = pending.pop()
            (self.bodies if is_inside else self.definitions).append(node)
            # Before Python 3.12 what stands inside of an f-string has no place of its own.
            for name, value in ast.iter_fields(node) if not isinstance(node, ast.JoinedStr) else ():
                deeper = is_inside or (isinstance(node, _FUNCTIONS) and name == "body")
                children = value if isinstance(value, list) else [value]
                pending.extend((child, deeper) for child in children if isinstance(child, ast.AST))

    @property
    def nodes(self) -> list[ast.AST]:
        """All nodes."""
        return [*self.definitions, *self.bodies]

    @property
    def functions(self) -> list[Function]:
        """All functions and methods."""
        return [node for node in self.nodes if isinstance(node, _FUNCTIONS)]

    def statements(self, nodes: Iterable[ast.AST]) -> list[ast.stmt]:
        """The statements among nodes that hold no other and are no docstring or `pass`."""
        kinds = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Raise, ast.Assert, ast.Delete)
        return [node for node in nodes if isinstance(node, kinds) and not _is_text(node)]

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends, decorators left out; in bytes."""
        place = vars(node)
        start = self._starts[place["lineno"] - 1] + place["col_offset"]
        return start, self._starts[place["end_lineno"] - 1] + place["end_col_offset"]

    def rows(self, node: ast.AST) -> tuple[int, int]:
        """Where the lines of a node begin and end, decorators included."""
        decorators = getattr(node, "decorator_list", [])
        place = vars(node)
        first = min([place["lineno"], *(one.lineno for one in decorators)])
        return self._starts[first - 1], min(self._starts[place["end_lineno"]], len(self.content))

    def source(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.content[start:end].decode()

    def indentation(self, node: ast.AST) -> str:
        """The blanks that a statement's line begins with."""
        start = self.span(node)[0]
        line = self.content[self._starts[vars(node)["lineno"] - 1] : start].decode()
        if line.strip():
            raise NoPlaceError
        return line

    def spliced(self, start: int, end: int, new: str) -> bytes:
        """The text with a part replaced."""
        return self.content[:start] + new.encode() + self.content[end:]

    def replaced(self, node: ast.AST, new: str) -> bytes:
        """The text with a node replaced."""
        return self.spliced(*self.span(node), new)

    def without(self, node: ast.stmt) -> bytes:
        """The text without the lines of a statement, or with `pass` where one has to stand."""
        content = self.spliced(*self.rows(node), "")
        if _parses(content):
            return content
        return self.spliced(*self.rows(node), f"{self.indentation(node)}pass\n")

    def before(self, node: ast.stmt, line: str) -> bytes:
        """The text with a line put before a statement, as far indented."""
        start = self.rows(node)[0]
        return self.spliced(start, start, f"{self.indentation(node)}{line}\n")


def make(project: Project, kind: str, random: Random) -> Edit | None:
    """An edit of a kind, or None if the project has no place for it.

    Args:
        project: The project.
        kind: One of `KINDS`.
        random: Chooses the place.
    """
    for _ in range(_ATTEMPTS):
        try:
            summary, files = KINDS[kind](project, random)
        except NoPlaceError:
            continue
        changed = {path: content for path, content in files.items() if project.files.get(path) != content}
        parses = (_parses(content) for path, content in changed.items() if path.endswith(".py") and content is not None)
        if changed and all(parses) != (kind == "broken"):
            return Edit(kind, summary, changed)
    return None


def _parses(content: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(content, "edited", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _pick(random: Random, choices: Sequence[Choice]) -> Choice:
    if not choices:
        raise NoPlaceError
    return random.choice(choices)


def _any_path(project: Project, random: Random) -> str:
    paths = random.choices([project.product, project.tests, project.support], [60, 25, 15])[0]
    return _pick(random, paths or project.product)


def _in(find: Callable[[Project, Random], str], edit: "Callable[[Text, Random], tuple[str, bytes]]") -> "Kind":
    """A kind of edit that concerns one file alone."""

    def kind(project: Project, random: Random) -> tuple[str, Files]:
        path = find(project, random)
        try:
            summary, content = edit(Text(project.files[path]), random)
        except SyntaxError as error:
            raise NoPlaceError from error
        return f"{path}: {summary}", {path: content}

    return kind


def _other(value: object) -> str:
    """Another constant of the same type where there is one."""
    if isinstance(value, bool):
        return repr(not value)
    if isinstance(value, (int, float)):
        return repr(value + 1)
    if isinstance(value, str):
        return repr(f"{value}~")
    return {b"": "b'~'", None: "0"}.get(value, "None") if isinstance(value, bytes | None) else "None"


def _constants(nodes: Iterable[ast.AST]) -> list[ast.Constant]:
    texts = {node.value for node in nodes if isinstance(node, ast.Expr)}
    return [node for node in nodes if isinstance(node, ast.Constant) and node not in texts]


def _constant(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, _constants(text.bodies))
    return f"{node.lineno}: constant in a body", text.replaced(node, _other(node.value))


def _definition_constant(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, _constants(text.definitions))
    return f"{node.lineno}: constant at definition time", text.replaced(node, _other(node.value))


def _condition(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, [node for node in text.bodies if isinstance(node, (ast.If, ast.IfExp, ast.While))])
    return f"{node.lineno}: condition negated", text.replaced(node.test, f"not ({text.source(node.test)})")


def _deleted(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, text.statements(text.bodies))
    return f"{node.lineno}: statement deleted", text.without(node)


def _inserted(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, text.statements(text.bodies))
    line = random.choice(["_replayed = 1", "assert True", "if not True:  _replayed = 2", "for _replayed in (): break"])
    return f"{node.lineno}: {line!r} inserted", text.before(node, line)


def _raising(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, text.functions)
    first = node.body[min(_is_text(node.body[0]), len(node.body) - 1)]
    return f"{node.name} raises", text.before(first, "raise RuntimeError('replay')")


def _returning(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, text.functions)
    start, end = text.span(node.body[0])[0], text.span(node.body[-1])[1]
    return f"{node.name} only returns", text.spliced(start, end, random.choice(["return None", "return 1"]))


def _branches(text: Text, random: Random) -> tuple[str, bytes]:
    found = [node for node in text.bodies if isinstance(node, ast.If) and node.orelse]
    node = _pick(random, [node for node in found if not isinstance(node.orelse[0], ast.If)])
    (first, middle), (after, last) = (
        (text.span(body[0])[0], text.span(body[-1])[1]) for body in (node.body, node.orelse)
    )
    content = text.content
    parts = (content[after:last], content[middle:after], content[first:middle])
    return f"{node.lineno}: branches swapped", content[:first] + b"".join(parts) + content[last:]


def _wrapped(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, [node for node in text.statements(text.bodies) if node.lineno == node.end_lineno])
    margin, source = text.indentation(node), text.source(node)
    head = random.choice(["try:", "with __import__('contextlib').nullcontext():", "for _replayed in range(2):"])
    lines = [head, f"{margin}    {source}", *([f"{margin}except ValueError:", f"{margin}    pass"] * (head == "try:"))]
    return f"{node.lineno}: statement put under {head!r}", text.replaced(node, "\n".join(lines))


def _signature(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, [node for node in text.functions if node.args.args or node.args.kwonlyargs])
    spec = node.args
    every = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    defaults = [found for found in (*spec.defaults, *spec.kw_defaults) if found is not None]
    what = random.choice(["add", "default", "rename", "require"])
    if what == "default":
        found = _pick(random, defaults)
        new = _other(found.value) if isinstance(found, ast.Constant) else "None"
        return f"{node.name}: another default", text.replaced(found, new)
    if what == "rename":
        name = _pick(random, every)
        start = text.span(name)[0]
        return f"{node.name}: {name.arg} renamed", text.spliced(start, start + len(name.arg.encode()), f"{name.arg}_")
    if spec.kwarg or (spec.vararg and not spec.kwonlyargs):
        raise NoPlaceError
    end = max(text.span(found)[1] for found in (*every, *defaults))
    new = ", replayed=None" if what == "add" else ", *, replayed" if not spec.kwonlyargs else ", replayed"
    return f"{node.name}: one parameter more ({new[2:]})", text.spliced(end, end, new)


def _attribute(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, [node for node in text.nodes if isinstance(node, ast.ClassDef)])
    owned = [found for found in node.body if isinstance(found, _ASSIGNMENTS)]
    if owned and random.random() < 0.6:
        found = random.choice(owned)
        return f"{node.name}: attribute removed at {found.lineno}", text.without(found)
    line = random.choice(["replayed = 1", "replayed: int = 1", "__hash__ = None", "__slots__ = ()"])
    return f"{node.name}: {line!r} added", text.before(node.body[-1], line)


def _decorator(text: Text, random: Random) -> tuple[str, bytes]:
    found = [node for node in text.nodes if isinstance(node, (*_FUNCTIONS, ast.ClassDef))]
    decorated = [node for node in found if node.decorator_list]
    if decorated and random.random() < 0.6:
        node = random.choice(decorated)
        one = random.choice(node.decorator_list)
        return f"{node.name}: decorator removed", text.spliced(*text.rows(one), "")
    node = _pick(random, found)
    line = random.choice(["@(lambda replayed: replayed)", "@__import__('functools').cache", "@staticmethod"])
    return f"{node.name}: {line} added", text.before(node, line)


def _annotation(text: Text, random: Random) -> tuple[str, bytes]:
    found = [getattr(node, name, None) for node in text.nodes for name in ("annotation", "returns")]
    node = _pick(random, [node for node in found if isinstance(node, ast.expr)])
    return f"{node.lineno}: annotation", text.replaced(node, random.choice(["object", "'str'", "not_defined"]))


def _base(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, [node for node in text.nodes if isinstance(node, ast.ClassDef) and node.bases])
    base = random.choice(node.bases)
    return f"{node.name}: base {text.source(base)} replaced", text.replaced(base, random.choice(["object", "dict"]))


def _import(text: Text, random: Random) -> tuple[str, bytes]:
    if random.random() < 0.5:
        node: ast.stmt = _pick(random, [node for node in text.nodes if isinstance(node, (ast.Import, ast.ImportFrom))])
        return f"{node.lineno}: import removed", text.without(node)
    node = _pick(random, [node for node in text.tree.body if not _is_text(node)][1:])
    line = random.choice(["import colorsys", "import not_there_at_all", "from string import digits as _replayed"])
    return f"{node.lineno}: {line!r} added", text.before(node, line)


_ADDED = "def {name}(*replayed, **more):\n{margin}    return len(replayed)\n\n{margin}"


def _function_added(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, [*text.functions, *text.tree.body])
    margin, start = text.indentation(node), text.rows(node)[0]
    name = random.choice(["replayed", *(one.name for one in text.functions[:20])])
    new = margin + _ADDED.format(name=name, margin=margin).removesuffix(margin)
    if random.random() < 0.5:
        start = text.rows(node)[1]
    return f"{node.lineno}: function {name} added", text.spliced(start, start, f"\n{new}\n")


def _function_removed(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, text.functions)
    return f"function {node.name} removed", text.without(node)


def _function_renamed(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, text.functions)
    start = text.content.index(node.name.encode(), text.span(node)[0])
    return f"function {node.name} renamed", text.spliced(start, start + len(node.name.encode()), f"{node.name}_")


def _function_moved(text: Text, random: Random) -> tuple[str, bytes]:
    bodies = [vars(node)["body"] for node in text.nodes if isinstance(node, (ast.Module, ast.ClassDef, *_FUNCTIONS))]
    body = _pick(random, [body for body in bodies if sum(isinstance(one, _FUNCTIONS) for one in body) > 1])
    node, target = random.sample([one for one in body if isinstance(one, _FUNCTIONS)], 2)
    (start, end), place = text.rows(node), text.rows(target)[0]
    content = text.content
    cut = content[start:end]
    if place < start:
        moved = content[:place] + cut + b"\n" + content[place:start] + content[end:]
    else:
        moved = content[:start] + content[end:place] + cut + b"\n" + content[place:]
    return f"function {node.name} moved before {target.name}", moved


def _function_to_other_file(project: Project, random: Random) -> tuple[str, Files]:
    path, target = random.sample(project.product, 2) if len(project.product) > 1 else _pick(random, [])
    if path.rpartition("/")[0] != target.rpartition("/")[0]:
        raise NoPlaceError
    text = Text(project.files[path])
    node = _pick(random, [node for node in text.tree.body if isinstance(node, _FUNCTIONS)])
    start, end = text.rows(node)
    module = target.rpartition("/")[2].removesuffix(".py")
    left = text.spliced(start, end, f"from .{module} import {node.name}\n")
    moved = project.files[target] + b"\n\n" + text.content[start:end]
    return f"{path}: {node.name} moved to {target}", {path: left, target: moved}


def _docstring(text: Text, random: Random) -> tuple[str, bytes]:
    found = [node for node in text.nodes if isinstance(node, (ast.Module, ast.ClassDef, *_FUNCTIONS)) and node.body]
    node = _pick(random, found)
    if not _is_text(node.body[0]):
        return f"{node.body[0].lineno}: docstring added", text.before(node.body[0], '"""Replayed."""')
    new = random.choice(['"""Replayed."""', '"""Replayed.\n\n    Twice.\n    """', "pass"])
    return f"{node.body[0].lineno}: docstring replaced by {new!r}", text.replaced(node.body[0], new)


def _comment(text: Text, random: Random) -> tuple[str, bytes]:
    if random.random() < 0.3:
        tokens = tokenize.tokenize(io.BytesIO(text.content).readline)
        lines = [one.start[0] for one in tokens if one.type == tokenize.COMMENT and one.line.lstrip().startswith("#")]
        number = _pick(random, lines)
        content = text.content.split(b"\n")
        del content[number - 1]
        return f"{number}: comment removed", b"\n".join(content)
    node = _pick(random, [node for node in text.nodes if isinstance(node, ast.stmt)])
    line = random.choice(["# Replayed.", "", "# Replayed.\n\n\n", "#" + "=" * 80])
    return f"{node.lineno}: comment or blank lines added", text.before(node, line)


def _pragma(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, [node for node in text.nodes if isinstance(node, ast.stmt)])
    content = text.content.split(b"\n")
    content[node.lineno - 1] += random.choice([b"  # pragma: no cover", b"  # pragma: no branch"])
    new = b"\n".join(content)
    if not _parses(new) or ast.dump(ast.parse(new)) != ast.dump(text.tree):
        raise NoPlaceError
    return f"{node.lineno}: pragma", new


def _layout(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, text.statements(text.nodes))
    value = getattr(node, "value", None)
    if isinstance(value, ast.expr) and random.random() < 0.5:
        return f"{node.lineno}: put in parentheses over lines", text.replaced(value, f"(\n{text.source(value)}\n)")
    return f"{node.lineno}: written on one line", text.replaced(node, ast.unparse(node))


def _broken(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, [node for node in text.nodes if isinstance(node, ast.stmt)])
    return f"{node.lineno}: syntax error", text.before(node, random.choice(["def (:", "x = (", "'''", "  else:"]))


_TESTS = (
    "def test_replayed():\n    assert True\n",
    "def test_replayed():\n    assert not 'replayed'\n",
    "import pytest as _pytest\n\n\n@_pytest.mark.parametrize('number', [1, 2])\n"
    "def test_replayed(number, tmp_path):\n    assert number == 1\n",
    "class TestReplayed:\n    def test_one(self):\n        pass\n\n"
    "    def test_two(self, monkeypatch):\n        pass\n",
    "import pytest as _pytest\n\n\n@_pytest.fixture(autouse=True)\ndef _replayed():\n    yield\n",
    "import pytest as _pytest\n\n\n@_pytest.fixture(autouse=True, scope='module')\n"
    "def _replayed():\n    raise OSError\n",
)


def _test_added(text: Text, random: Random) -> tuple[str, bytes]:
    number = random.randrange(len(_TESTS))
    return f"test {number} added", text.content + b"\n\n" + _TESTS[number].encode()


def _own_tests(text: Text) -> list[Function]:
    return [node for node in text.functions if node.name.startswith("test")]


def _test_removed(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, _own_tests(text))
    return f"{node.name} removed", text.without(node)


def _mark(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, _own_tests(text))
    marks = ("skip", "xfail", "xfail(strict=True)", "usefixtures('not_there')", "filterwarnings('ignore')")
    mark = random.choice(marks)
    return f"{node.name}: mark {mark}", text.before(node, f"@__import__('pytest').mark.{mark}")


def _parametrization(text: Text, random: Random) -> tuple[str, bytes]:
    calls = [one for node in text.functions for one in node.decorator_list if isinstance(one, ast.Call)]
    lists = [value for one in calls for value in one.args[1:] if isinstance(value, (ast.List, ast.Tuple))]
    values = _pick(random, [value for value in lists if len(value.elts) > 1])
    node = random.choice(values.elts)
    if random.random() < 0.5:
        start, end = text.span(node)
        after = text.content[end:].lstrip()
        end = text.content.index(b",", end) + 1 if after.startswith(b",") else end
        return f"{node.lineno}: parameter removed", text.spliced(start, end, "")
    return f"{node.lineno}: parameter twice", text.replaced(node, f"{text.source(node)}, {text.source(node)}")


def _assertion(text: Text, random: Random) -> tuple[str, bytes]:
    node = _pick(random, [node for node in text.bodies if isinstance(node, ast.Assert)])
    return f"{node.lineno}: assertion negated", text.replaced(node.test, f"not ({text.source(node.test)})")


def _fixture(text: Text, random: Random) -> tuple[str, bytes]:
    found = [node for node in text.functions if any("fixture" in text.source(one) for one in node.decorator_list)]
    node = _pick(random, found)
    one = next(one for one in node.decorator_list if "fixture" in text.source(one))
    what = random.choice(["scope", "raise", "statement", "autouse", "rename", "shadow"])
    if what in {"scope", "autouse"}:
        option = "scope='module'" if what == "scope" else "autouse=True"
        source = text.source(one)
        called = f"{source[:-1]}, {option})" if source.endswith(")") else f"{source}({option})"
        return f"fixture {node.name}: {option}", text.replaced(one, called.replace("(, ", "("))
    if what == "raise":
        return f"fixture {node.name} raises", text.before(node.body[-1], "raise RuntimeError('replay')")
    if what == "statement":
        inner = _pick(random, text.statements(node.body))
        return f"fixture {node.name}: statement deleted", text.without(inner)
    if what == "shadow":
        new = f"\n\n@__import__('pytest').fixture\ndef {node.name}():\n    return None\n"
        return f"fixture {node.name} defined again", text.content + new.encode()
    start = text.content.index(node.name.encode(), text.span(node)[0])
    return f"fixture {node.name} renamed", text.spliced(start, start + len(node.name.encode()), f"{node.name}_")


_HOOKS = (
    "def pytest_collection_modifyitems(items):\n    items.reverse()\n",
    "def pytest_collection_modifyitems(items):\n    del items[::7]\n",
    "def pytest_runtest_setup(item):\n    assert 'e' in item.name\n",
    "import pytest as _pytest\n\n\n@_pytest.fixture(autouse=True)\ndef _replayed(monkeypatch):\n"
    "    monkeypatch.setenv('COLUMNS', '40')\n",
    "import os as _os\n\n_os.environ['REPLAYED'] = '1'\n",
    "import pytest as _pytest\n\n\n@_pytest.fixture(scope='session', autouse=True)\ndef _replayed():\n    yield 1\n",
    "def pytest_generate_tests(metafunc):\n    if 'tmp_path' in metafunc.fixturenames:\n"
    "        metafunc.fixturenames.append('no')\n",
)


def _conftest(project: Project, random: Random) -> tuple[str, Files]:
    folders = sorted({path.rpartition("/")[0] for path in project.tests})
    existing = [path for path in project.support if path.rpartition("/")[2] == "conftest.py"]
    what = random.choice(["hook", "hook", "hook", "new", "removed"])
    if what == "removed":
        path = _pick(random, existing)
        return f"{path} removed", {path: None}
    number = random.randrange(len(_HOOKS))
    if what == "hook":
        path = _pick(random, existing)
        return f"{path}: hook {number} added", {path: project.files[path] + b"\n\n" + _HOOKS[number].encode()}
    path = f"{_pick(random, folders)}/conftest.py".lstrip("/")
    if path in project.files:
        raise NoPlaceError
    return f"{path} added with hook {number}", {path: _HOOKS[number].encode()}


def _file_added(project: Project, random: Random) -> tuple[str, Files]:
    what = random.choice(["module", "test", "failing", "standard", "wanted"])
    folder = _pick(random, project.product).rpartition("/")[0]
    if what in {"test", "failing"}:
        path = f"{_pick(random, project.tests).rpartition('/')[0]}/test_replayed.py".lstrip("/")
        content = _TESTS[what == "failing"]
    elif what == "module":
        path, content = f"{folder}/replayed.py", "NUMBER = 1\n\n\ndef replayed():\n    return NUMBER\n"
    else:
        # What product code imports from elsewhere is now found in the tree, unless an installed finder comes first.
        text = Text(project.files[_pick(random, project.product)])
        names = {one.name for node in text.nodes if isinstance(node, ast.Import) for one in node.names}
        known = sys.stdlib_module_names - set(sys.builtin_module_names)
        name = _pick(
            random, sorted(name for name in names if "." not in name and (what == "wanted") != (name in known))
        )
        root = folder.rpartition("/")[0] if what == "wanted" else random.choice(["src", ""])
        path = f"{root}/{name}.py" if root == "src" and folder.startswith("src") else f"{name}.py"
        content = f"raise ImportError('{name} is shadowed')\n"
    if path in project.files:
        raise NoPlaceError
    return f"{path} added", {path: content.encode()}


def _file_removed(project: Project, random: Random) -> tuple[str, Files]:
    path = _any_path(project, random)
    return f"{path} removed", {path: None}


def _file_renamed(project: Project, random: Random) -> tuple[str, Files]:
    path = _any_path(project, random)
    new = f"{path[:-3]}_renamed.py"
    return f"{path} renamed to {new}", {path: None, new: project.files[path]}


def _package(project: Project, random: Random) -> tuple[str, Files]:
    folders = {path.rpartition("/")[0] for path in (*project.tests, *project.product)} - {""}
    path = f"{_pick(random, sorted(folders))}/__init__.py"
    if path in project.files:
        return f"{path} removed", {path: None}
    return f"{path} added", {path: b""}


def _data_file(project: Project, random: Random) -> tuple[str, Files]:
    tops = {path.rpartition("/")[0].split("/")[0] for path in (*project.tests, *project.product)}
    near = [path for path in project.others if path.split("/")[0] in tops]
    path = _pick(random, near if near and random.random() < 0.6 else project.others)
    if path == "pyproject.toml":
        raise NoPlaceError
    what = random.choice(["changed", "changed", "removed", "added", "emptied"])
    if what == "added":
        new = f"{_pick(random, project.tests).rpartition('/')[0]}/replayed.txt".lstrip("/")
        return f"{new} added", {new: b"replayed\n"}
    content = {"changed": project.files[path] + b"replayed\n", "removed": None, "emptied": b""}[what]
    return f"{path} {what}", {path: content}


def _reexport(project: Project, random: Random) -> tuple[str, Files]:
    path = _pick(random, [path for path in project.product if path.endswith("__init__.py")])
    text = Text(project.files[path])
    node = _pick(random, [node for node in text.tree.body if isinstance(node, ast.ImportFrom)])
    what = random.choice(["removed", "renamed", "doubled", "later"])
    if what == "removed":
        return f"{path}:{node.lineno}: re-export removed", {path: text.without(node)}
    if what == "later":
        start, end = text.rows(node)
        cut = text.content[start:end]
        moved = text.content[:start] + text.content[end:].rstrip(b"\n") + b"\n" + cut
        return f"{path}:{node.lineno}: re-export at the end", {path: moved}
    one = random.choice(node.names)
    name = one.asname or one.name
    new = f"{one.name} as {name}_" if what == "renamed" else f"{text.source(one)}, {one.name} as replayed"
    return f"{path}:{one.lineno}: {name} {what}", {path: text.replaced(one, new)}


def _configuration(project: Project, random: Random) -> tuple[str, Files]:
    path = "pyproject.toml"
    content = project.files[path]
    tables = ("[tool.replayed]\nnumber = 1\n", "# Replayed.\n", "[tool.mypy.replayed]\nnumber = 1\n")
    number = random.randrange(len(tables) + 1)
    if number < len(tables):
        return f"{path}: table {number} added", {path: content + b"\n" + tables[number].encode()}
    return f"{path}: another version", {path: content.replace(b"\nversion = ", b"\nversion = '0.0.0' #", 1)}


def _of(role: str) -> Callable[[Project, Random], str]:
    def find(project: Project, random: Random) -> str:
        return _pick(random, list[str](getattr(project, role)))

    return find


def _fixture_file(project: Project, random: Random) -> str:
    marked = [path for path in (*project.tests, *project.support) if b"fixture" in project.files[path]]
    return _pick(random, marked)


Kind: TypeAlias = Callable[[Project, Random], tuple[str, Files]]
KINDS: dict[str, Kind] = {
    "constant": _in(_any_path, _constant),
    "condition": _in(_any_path, _condition),
    "statement deleted": _in(_any_path, _deleted),
    "statement inserted": _in(_any_path, _inserted),
    "raise": _in(_any_path, _raising),
    "return": _in(_any_path, _returning),
    "branches swapped": _in(_any_path, _branches),
    "statement wrapped": _in(_any_path, _wrapped),
    "signature": _in(_any_path, _signature),
    "definition constant": _in(_any_path, _definition_constant),
    "class attribute": _in(_any_path, _attribute),
    "decorator": _in(_any_path, _decorator),
    "annotation": _in(_any_path, _annotation),
    "base class": _in(_any_path, _base),
    "import": _in(_any_path, _import),
    "function added": _in(_any_path, _function_added),
    "function removed": _in(_any_path, _function_removed),
    "function renamed": _in(_any_path, _function_renamed),
    "function moved": _in(_any_path, _function_moved),
    "function to other file": _function_to_other_file,
    "docstring": _in(_any_path, _docstring),
    "comment": _in(_any_path, _comment),
    "pragma": _in(_any_path, _pragma),
    "layout": _in(_any_path, _layout),
    "test added": _in(_of("tests"), _test_added),
    "test removed": _in(_of("tests"), _test_removed),
    "mark": _in(_of("tests"), _mark),
    "parametrization": _in(_of("tests"), _parametrization),
    "assertion": _in(_of("tests"), _assertion),
    "fixture": _in(_fixture_file, _fixture),
    "conftest": _conftest,
    "file added": _file_added,
    "file removed": _file_removed,
    "file renamed": _file_renamed,
    "package": _package,
    "data file": _data_file,
    "re-export": _reexport,
    "configuration": _configuration,
    "broken": _in(_any_path, _broken),
}
