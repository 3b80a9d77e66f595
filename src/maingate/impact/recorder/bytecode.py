"""Keeps what modules of the tree were compiled to, so that a run does not compile again what the last one did.

Python and pytest keep it in the tree, by the size and time of the source. Here it stands outside, for a tree that is
judged holds nothing but what git knows, and is found by what the source holds, as a hash-based pyc is (PEP 552).
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import warnings
from collections.abc import Callable
from importlib import _bootstrap_external
from pathlib import Path
from types import CodeType
from typing import Any

_SIZE = 16


class Bytecode:
    """One file for each module that was compiled, or was looked at, which says of which source, and by what.

    Args:
        folder: Where they are; made when there is something to keep.
        identity: Changes with whatever modules are compiled by, besides their sources and Python.
    """

    def __init__(self, folder: str, identity: str) -> None:
        self._folder = folder
        self._by = repr((identity, sys.version, sys.flags.optimize, sys.flags.dev_mode))

    def code(self, kind: str, path: str, source: bytes, compile_source: Callable[[], CodeType]) -> CodeType:
        """What a source was compiled to.

        Args:
            kind: Who compiles it.
            path: The name of the file that it is compiled under.
            source: What the file holds.
            compile_source: Compiles it. What is compiled with a warning is not kept, for it is to be given each time.
        """
        place, wanted = self._place(kind, path, source)
        kept = _read(place, wanted)
        if isinstance(kept, CodeType):
            return kept
        code = _without_warning(compile_source)
        if code is None:
            return compile_source()
        _write(place, wanted, code)
        return code

    def value(self, kind: str, path: str, content: bytes, make: Callable[[], Any]) -> Any:
        """What was made of some content of a file: numbers, texts and the like, never None.

        Args:
            kind: What it is.
            path: The name of the file.
            content: All that it depends on.
            make: Makes it.
        """
        place, wanted = self._place(kind, path, content)
        kept = _read(place, wanted)
        if kept is None:
            kept = make()
            _write(place, wanted, kept)
        return kept

    def _place(self, kind: str, path: str, content: bytes) -> tuple[str, bytes]:
        name = _digest(f"{kind}\0{path}".encode("utf-8", "surrogateescape")).hex()
        return os.path.join(self._folder, name), _digest(self._by.encode() + b"\0" + content)


def keep_imports(kept: Bytecode, tree: str, hidden: Callable[[Any], Any]) -> None:
    """Let Python's own imports ask first.

    Args:
        kept: What is asked.
        tree: The top of the tree, with a separator at its end; of what lies elsewhere nothing is kept.
        hidden: Keeps a function out of tracebacks.
    """
    loader: Any = _bootstrap_external.SourceFileLoader
    original = loader.get_code

    def get_code(self: Any, name: str) -> CodeType | None:
        path = self.get_filename(name)
        if type(self) is not loader or not path.startswith(tree):
            found: CodeType | None = original(self, name)
            return found
        source = self.get_data(path)
        return kept.code("import", path, source, hidden(lambda: self.source_to_code(source, path)))

    loader.get_code = hidden(get_code)


def keep_assertions(kept: Bytecode, tree: str, hidden: Callable[[Any], Any], rewrite: Any) -> None:
    """Let pytest ask first, before it writes the assertions of a module anew.

    Args:
        kept: What is asked.
        tree: As above.
        hidden: As above; who reads a source to import it does not read it as text.
        rewrite: The module `_pytest.assertion.rewrite`.
    """
    original = rewrite._rewrite_test

    def _rewrite_test(place: Path, config: Any) -> tuple[Any, CodeType]:
        path = str(place)
        # Where pytest keeps it too, it needs the first of the two, which says of which source it is.
        if path.startswith(tree) and sys.dont_write_bytecode:
            return None, kept.code("pytest", path, place.read_bytes(), lambda: original(place, config)[1])
        written: tuple[Any, CodeType] = original(place, config)
        return written

    rewrite._rewrite_test = hidden(_rewrite_test)


def _without_warning(compile_source: Callable[[], CodeType]) -> CodeType | None:
    """What is compiled, or None where that gives a warning, ignored at present or not, or does not succeed."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            code = compile_source()
        except Exception:  # noqa: BLE001 -- raised again where it is compiled without a catch
            return None
    return None if given else code


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_SIZE).digest()


def _read(place: str, wanted: bytes) -> Any:
    """What is kept there, None if there is nothing or something else."""
    try:
        with open(place, "rb") as stream:
            kept = stream.read()
    except OSError:
        return None
    body = kept[2 * _SIZE :]
    if kept[:_SIZE] != wanted or kept[_SIZE : 2 * _SIZE] != _digest(body):
        return None
    return marshal.loads(body)


def _write(place: str, wanted: bytes, value: Any) -> None:
    body = marshal.dumps(value)
    beside = f"{place}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(beside, "wb") as stream:
            stream.write(wanted + _digest(body) + body)
        os.replace(beside, place)
    except OSError:
        # A full disk costs time, not the run.
        return
