'''A docstring documents parameters, a return value or yields that the function does not have.

Why:
    Who calls a function by its documentation gets a `TypeError` for a parameter that was renamed, and waits for a value
    that is never returned. Read are Google's and numpydoc's sections and Sphinx's fields, of functions and, for their
    `__init__`, of classes. Not judged: parameters of functions with `**kwargs` that are not in the signature, and
    exceptions, which may come from anything that is called.

Bad:
    def scale(image, factor):
        """Make an image larger.

        :param image: What to scale.
        :param ratio: How many times.
        """
        return image * factor

Good:
    def scale(image, factor):
        """Make an image larger.

        :param image: What to scale.
        :param factor: How many times.
        """
        return image * factor

Source: Google Python Style Guide, 3.8.3; numpydoc, "Sections"; Sphinx, "Info field lists"; pydoclint DOC103, DOC202,
DOC403.
'''

import ast
from collections.abc import Iterator

from maingate.checks.docstrings._fields import Fields, fields
from maingate.model import Finding
from maingate.rule import RuleOptions
from maingate.source import Docstring, Function, Source, own_nodes

_KINDS = ("parameters", "returns", "yields", "raises")


class Options(RuleOptions, frozen=True, kw_only=True):
    """Options of the rule.

    Attributes:
        complete: What must be documented as soon as a docstring documents anything: of `parameters`, `returns`,
            `yields`, `raises` (exceptions that the function itself raises by name). Parameters whose names begin with
            an underscore need not be.
    """

    complete: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Reject what cannot be documented."""
        for kind in self.complete:
            if kind not in _KINDS:
                raise ValueError(f"complete: {kind!r} is none of {', '.join(_KINDS)}")


def check(source: Source, options: Options) -> Iterator[Finding]:
    """Functions and classes whose docstring has fields or sections."""
    for docstring in source.docstrings:
        node = docstring.defined.node
        if isinstance(node, ast.Module) or (found := fields(docstring)) is None:
            continue
        function = _initializer(node) if isinstance(node, ast.ClassDef) else node
        if function is None:
            continue
        is_bound = isinstance(node, ast.ClassDef) or (
            docstring.defined.is_method and not _has(function, "staticmethod")
        )
        parameters = _parameters(function, is_bound)
        yield from _unknown_parameters(source, docstring, found, function, parameters)
        if function is node:
            yield from _unknown_results(source, found, function)
        if options.complete:
            yield from _incomplete(source, docstring, found, function, parameters, options.complete)


def _initializer(node: ast.ClassDef) -> Function | None:
    return next((found for found in node.body if isinstance(found, ast.FunctionDef) and found.name == "__init__"), None)


def _parameters(function: Function, is_bound: bool) -> list[str]:
    arguments = function.args
    plain = [found.arg for found in (*arguments.posonlyargs, *arguments.args)][1 if is_bound else 0 :]
    stars = [found.arg for found in (arguments.vararg, arguments.kwarg) if found is not None]
    return [*plain, *(found.arg for found in arguments.kwonlyargs), *stars]


def _unknown_parameters(
    source: Source, docstring: Docstring, found: Fields, function: Function, parameters: list[str]
) -> Iterator[Finding]:
    seen: set[str] = set()
    documented = [(name, entry.line) for entry in found.parameters for name in entry.names]
    for name, line in documented:
        if name in seen:
            yield source.finding(line, f"the parameter {name!r} is documented twice", "say it once")
        elif name not in parameters and function.args.kwarg is None and name not in {"self", "cls"}:
            undocumented = [each for each in parameters if each not in dict(documented)]
            advice = f"document {undocumented[0]!r}, or take it out" if undocumented else "take it out"
            yield source.finding(line, f"{docstring.defined.name}() has no parameter {name!r}", advice)
        seen.add(name)


def _unknown_results(source: Source, found: Fields, function: Function) -> Iterator[Finding]:
    if not found.returns and not found.yields:
        return
    returns, yields, is_open = _results(function)
    if is_open or returns or yields:
        return
    if found.returns:
        yield source.finding(found.returns, f"{function.name}() returns no value", "take it out, or return it")
    if found.yields:
        yield source.finding(found.yields, f"{function.name}() yields nothing", "take it out, or yield it")


def _results(function: Function) -> tuple[bool, bool, bool]:
    """Whether a function returns a value, whether it yields, and whether it is left to others to do either."""
    body = [node for node in function.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    if all(isinstance(node, (ast.Pass, ast.Raise)) for node in body) or _has(function, "abstractmethod", "overload"):
        return False, False, True
    returns = yields = is_open = False
    for node in own_nodes(function):
        if isinstance(node, ast.Return):
            returns = returns or node.value is not None
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            yields = True
        elif isinstance(node, ast.Raise):
            is_open = is_open or _name(node.exc) == "NotImplementedError"
    return returns, yields, is_open


def _incomplete(
    source: Source,
    docstring: Docstring,
    found: Fields,
    function: Function,
    parameters: list[str],
    kinds: tuple[str, ...],
) -> Iterator[Finding]:
    place, name = docstring.defined, docstring.defined.name
    if "parameters" in kinds and found.is_complete:
        documented = {name for entry in found.parameters for name in entry.names}
        missing = [each for each in parameters if each not in documented and not each.startswith("_")]
        if missing:
            yield source.finding(place, f"{name}() does not document {', '.join(missing)}", "document every parameter")
    if isinstance(docstring.defined.node, ast.ClassDef):
        return
    _, yields, is_open = _results(function)
    if "returns" in kinds and not (yields or is_open or found.returns) and not _has(function, "property"):
        values = [node.value for node in own_nodes(function) if isinstance(node, ast.Return)]
        if not all(_is_nothing(value) for value in values):
            yield source.finding(place, f"{name}() does not document what it returns", "document the return value")
    if "yields" in kinds and yields and not found.yields and not found.returns:
        yield source.finding(place, f"{name}() does not document what it yields", "document the values")
    if "raises" in kinds and found.is_complete:
        documented = {name.rpartition(".")[2] for entry in found.raises for name in entry.names}
        raised = [_name(node.exc) for node in own_nodes(function) if isinstance(node, ast.Raise)]
        missing = [each for each in dict.fromkeys(raised) if each[:1].isupper() and each not in documented]
        missing = [each for each in missing if each != "NotImplementedError"]
        if missing:
            yield source.finding(
                place, f"{name}() does not document that it raises {', '.join(missing)}", "document it"
            )


def _is_nothing(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _name(node: ast.expr | None) -> str:
    """`ValueError` for `ValueError`, `ValueError()` and `builtins.ValueError`."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _has(function: Function, *names: str) -> bool:
    return any(_name(decorator) in names for decorator in function.decorator_list)
