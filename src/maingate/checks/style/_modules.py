"""Names of modules, and the files of a project that they stand for."""

import ast
from collections.abc import Collection, Mapping

from maingate.source import Source


def resolve(path: str, node: ast.ImportFrom) -> str:
    """The module that `from ... import` names; with a leading dot, from the project's top folder, if it is relative."""
    if not node.level:
        return node.module or ""
    folders = path.split("/")[: -node.level]
    return "." + ".".join([*folders, node.module] if node.module else folders)


def by_name(paths: Collection[str]) -> Mapping[str, str]:
    """By the names that `resolve` gives, the paths of modules; a name that two files may have stands for none."""
    packages = {path.rpartition("/")[0] for path in paths if path.endswith("/__init__.py")}
    found: dict[str, str] = {}
    for path in paths:
        if path.endswith(".py"):
            parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
            found["." + ".".join(parts)] = path
            start = len(parts) - 1
            while start and "/".join(parts[:start]) in packages:
                start -= 1
            name = ".".join(parts[start:])
            found[name] = path if name not in found else ""
    return found


def exported(source: Source) -> tuple[str, ...] | None:
    """The names in `__all__`; None if there is none, or if it is not a plain list that nothing changes."""
    if "__all__" not in source.text:
        return None
    values = [each.value for each in source.every_binding if each.name == "__all__" and each.scope is source.tree]
    if len(values) != 1 or not isinstance(value := values[0], (ast.List, ast.Tuple)):
        return None
    names = [part.value for part in value.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    uses = sum(node.id == "__all__" for node in source.nodes(ast.Name))
    return tuple(names) if len(names) == len(value.elts) and uses == 1 else None
