"""Records, for each unit of a test session, which lines it ran and what else it depends on.

A unit is a test, the collection of a file, the import of a module, a fixture that tests share, or the session, which is
all the rest. Units nest; what runs belongs to the innermost one alone.

Lines are seen through `sys.monitoring` (PEP 669), each once per unit, and so are branches on Python 3.13. Elsewhere
branches, and lines before Python 3.12, come from coverage.py's own tracer, whose data is taken at each change of unit.

Besides, per unit: files opened, folders listed and paths asked for in the tree (audit hooks, PEP 578, and `os.stat`),
modules imported, imports that failed, environment variables read, and programs and processes started.
"""

from __future__ import annotations

import builtins
import functools
import importlib.util
import json
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from importlib import _bootstrap, _bootstrap_external
from pathlib import Path
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any

from .bytecode import Bytecode, keep_assertions, keep_imports
from .tracers import CoverageTracer, LineSets, LineTracer, NoTracer

SETTINGS = "MAINGATE_RECORDER"
_STARTS = {
    *("subprocess.Popen", "os.system", "os.posix_spawn", "os.spawn", "os.exec", "os.fork", "os.forkpty"),
}
_LISTS = {"os.listdir", "os.scandir"}
_OPENS = {"open", "sqlite3.connect", "ctypes.dlopen"}
# Who asks for no more of a path than whether something is there.
_ASKERS = frozenset(
    {
        *("exists", "lexists", "isfile", "isdir", "islink", "is_file", "is_dir", "is_symlink"),
        *("realpath", "_joinrealpath", "_resolve", "access"),
    }
)
# What imports, pytest and the search for plugins read and look for is none of a unit's own doing.
_IMPORTERS = ("<frozen importlib", "/_pytest/assertion/rewrite.py", "/_pytest/pathlib.py")
_READERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((".py", ".pyc"), _IMPORTERS),
    **dict.fromkeys((".toml", ".ini", ".cfg"), ("/_pytest/config/findpaths.py",)),
}
_LIBRARY = os.path.dirname(os.__file__) + os.sep
_SEEKERS = ("<frozen importlib", "/_pytest/", "/pluggy/", "/importlib/metadata/")
# Frames of code under this name are taken out of tracebacks and skipped by warnings, as importlib's own are.
_HIDDEN = "<frozen importlib._bootstrap>"


def settings() -> dict[str, Any]:
    """What the run that started this process wants; empty in any other process, and for any other copy of this."""
    place = os.environ.get(SETTINGS)
    if not place or __package__ != "maingate_recorder":
        return {}
    found: dict[str, Any] = json.loads(Path(place).read_text(encoding="utf-8"))
    return found


class Unit:
    """One part of the session, with all that it depends on.

    Attributes:
        name: Kind and identity, as in `test:tests/test_a.py::test_one`.
        sets: Numbers of the line sets that it ran.
        files: Files of the tree, behind `c:` whose content it read, `l:` listed, `e:` whose presence it asked for.
        uses: Names of the units that it stands on.
        variables: Environment variables read.
        absent: Modules and names that could not be imported.
        opaque: Why what it depends on cannot be known, or empty.
    """

    __slots__ = ("absent", "files", "name", "opaque", "sets", "uses", "variables")

    def __init__(self, name: str) -> None:
        self.name = name
        self.sets: set[int] = set()
        self.files: set[str] = set()
        self.uses: set[str] = set()
        self.variables: set[str] = set()
        self.absent: set[str] = set()
        self.opaque = ""

    def plain(self) -> list[Any]:
        """The unit as JSON can hold it."""
        names = (self.uses, self.files, self.variables, self.absent)
        return [self.name, sorted(self.sets), *(sorted(values) for values in names), self.opaque]


class Cache:
    """A function whose results are cached, and the names of the units that made one."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.hits = self.misses = 0
        self.makers: set[str] = set()


class Recorder:
    """The units of this process, and which of them is running."""

    def __init__(self, wanted: Mapping[str, Any]) -> None:
        self._wanted = wanted
        self._tree = wanted["tree"] + os.sep
        self._main = threading.get_ident()
        self._sets = LineSets()
        self._units: dict[str, Unit] = {}
        self._measured: dict[str, bool] = {}
        self._imported: dict[tuple[object, ...], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._caches: list[Cache] = []
        self._real: dict[str, str] = {}
        self._loaded: set[str] = set()
        self._last: Callable[[], None] | None = None
        self._is_recording = True
        self._is_resolving = False
        self._knows_processes = False
        self._is_tracing = False
        self._bytecode = Bytecode(wanted["bytecode"], wanted["identity"])
        self._current = self._unit("session")
        self._stack = [self._current]
        self._coverage = self._make_coverage()
        self.trouble = ""
        self._tracer: Any = self._make_tracer()

    def begin(self, name: str) -> Unit | None:
        """Enter a unit; None, and nothing is entered, in any thread but the main one."""
        if threading.get_ident() != self._main or not self._is_recording:
            return None
        self._settle()
        unit = self._unit(name)
        self._stack.append(unit)
        self._current = unit
        return unit

    def end(self, *, is_between: bool = False) -> None:
        """Leave the innermost unit; `is_between` says that another one begins before anything else runs."""
        self._settle(is_between=is_between)
        self._stack.pop()
        self._current = self._stack[-1]

    def use(self, name: str) -> None:
        """Say that the running unit stands on another."""
        if name != self._current.name:
            self._unit(name)
            self._current.uses.add(name)

    def mark_opaque(self, why: str) -> None:
        """Say that what the running unit depends on cannot be known."""
        self._current.opaque = self._current.opaque or why

    def path(self, place: Any) -> str:
        """A path relative to the top of the tree, links followed, or empty if it is outside."""
        text = self._text(place)
        if not text.startswith(self._tree):
            return ""
        found = self._real.get(text)
        if found is None:
            self._is_resolving = True
            real = os.path.realpath(text)
            self._is_resolving = False
            found = self._real[text] = (real if real.startswith(self._tree) else text)[len(self._tree) :]
        return found

    def start(self) -> None:
        """Begin to record."""
        if not self._tracer.slows_all:
            self.trace()
        self._wrap_audit()
        self._wrap_imports()
        self._wrap_caches()
        self._wrap_environment()
        self._wrap_stat()
        self._wrap_processes()

    def trace(self) -> None:
        """Begin to trace, if that is not done yet: what slows all that runs begins with the first code of the tree.

        The thread that begins is traced, and those that are started later; so it is left to the main one.
        """
        if not self._is_tracing and threading.get_ident() == self._main:
            self._is_tracing = True
            self._tracer.start()

    def at_end(self, action: Callable[[], None]) -> None:
        """Do something when pytest has ended."""
        self._last = action

    def end_all(self) -> None:
        """Do it."""
        if self._last is not None:
            self._last()

    def stop(self) -> dict[str, Any]:
        """End recording and give what was recorded, as JSON can hold it."""
        self.trace()
        self._settle()
        self._is_recording = False
        self._tracer.stop()
        sources: list[str] = []
        if self._coverage is not None:
            found = self._coverage._inorout.find_possibly_unexecuted_files()
            sources = sorted({path for place, *_ in found if (path := self.path(os.path.realpath(place)))})
        return {
            "arcs": self._tracer.has_arcs,
            "sets": self._sets.plain(self._tracer.unpack),
            "units": [unit.plain() for unit in self._units.values()],
            "measured": self._measured,
            "sources": sources,
            "roots": sorted({self.path(os.path.join(os.path.realpath(place), "")) for place in sys.path if place}),
            "modules": sorted({name.partition(".")[0] for name in sys.modules}),
            "trouble": self.trouble,
        }

    def _unit(self, name: str) -> Unit:
        found = self._units.get(name)
        if found is None:
            found = self._units[name] = Unit(name)
        return found

    def _settle(self, *, is_between: bool = False) -> None:
        """Give the running unit what was seen since it was last asked."""
        unit = self._current
        unit.sets.update(self._tracer.take(is_between=is_between))
        for cache in self._caches:
            hits, misses, *_ = cache.function.cache_info()
            if misses != cache.misses:
                cache.misses = misses
                cache.makers.add(unit.name)
            if hits != cache.hits:
                # Whoever is given a result stands on all who may have made it.
                cache.hits = hits
                unit.uses.update(cache.makers - {unit.name})

    def _text(self, place: Any) -> str:
        if type(place) is str and place.startswith("/"):
            return place
        try:
            text = os.fsdecode(place)
        except (TypeError, ValueError):
            return ""
        return text if text.startswith("/") else os.path.abspath(text)

    def _make_coverage(self) -> Any:
        wanted = self._wanted
        if not wanted["rcfile"] and sys.version_info >= (3, 12):
            return None
        try:
            import coverage
        except ImportError:
            return None
        measured = coverage.Coverage(
            config_file=wanted["rcfile"] or False, branch=wanted["branch"], data_file=wanted["data"], data_suffix=True
        )
        for name in ("_warn_preimported_source", "_warn_no_data", "_warn_unimported_source"):
            setattr(measured, name, False)
        return measured

    def _make_tracer(self) -> Any:
        measured = self._coverage
        has_monitoring = sys.version_info >= (3, 12)
        if measured is None:
            if has_monitoring:
                return LineTracer(self._sets, self.path)
            self.trouble = "recording needs coverage.py before Python 3.12"
            return NoTracer()
        if measured.get_option("run:plugins"):
            self.trouble = "coverage.py runs with plugins"
        wanted = set(measured.get_option("run:concurrency") or ()) - {"thread", "multiprocessing"}
        if has_monitoring and not wanted and not self.trouble:
            has_arcs = bool(measured.get_option("run:branch"))
            if not has_arcs or (3, 13) <= sys.version_info < (3, 14):
                # This makes coverage.py read its configuration and tell files apart, and start what its patches start.
                measured.start()
                measured.stop()
                if has_arcs:
                    from .arcs import ArcTracer

                    return ArcTracer(self._sets, self.path, self._plan)
                return LineTracer(self._sets, self.path)
        if "core" in vars(measured.config):
            measured.set_option("run:core", "ctrace")
        measured._should_trace = self._should_trace(measured._should_trace)
        return CoverageTracer(self._sets, self.path, measured)

    def _plan(self, code: CodeType) -> Any:
        """How to see the branches of a module; None if it is not one that coverage.py measures."""
        if not self._measured.get(self.path(code.co_filename)):
            return None
        import coverage

        from . import branches

        def make() -> branches.Plan:
            return branches.make_plan(code, branches.Decisions(path))

        path = code.co_filename
        self._is_resolving = True
        try:
            with open(path, "rb") as stream:
                parts = (coverage.__version__.encode(), stream.read(), *branches.content(code))
            return self._bytecode.value("branches", path, b"\0".join(parts), make)
        except Exception:  # noqa: BLE001 -- code whose source cannot be read or understood is followed line by line
            return branches.plan_to_follow(code)
        finally:
            self._is_resolving = False

    def _should_trace(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Trace all of the tree, and note which of it coverage.py would measure."""

        def should_trace(name: str, frame: Any) -> Any:
            disposition = original(name, frame)
            path = self.path(disposition.source_filename or name)
            if path:
                self._measured.setdefault(path, bool(disposition.trace))
                if not disposition.trace and path.endswith(".py"):
                    disposition.trace = True
                    disposition.source_filename = disposition.canonical_filename = self._tree + path
                    disposition.file_tracer = None
                    disposition.has_dynamic_filename = False
            return disposition

        return should_trace

    def _note_measured(self, path: str, code: CodeType, variables: dict[str, Any]) -> None:
        if path not in self._measured and self._coverage is not None and isinstance(self._tracer, LineTracer):
            frame = SimpleNamespace(f_globals=variables, f_code=code)
            self._measured[path] = bool(self._coverage._should_trace(self._tree + path, frame).trace)

    def _wrap_audit(self) -> None:
        handlers: dict[str, Callable[[tuple[Any, ...], str], None]] = {"exec": self._note_code}
        handlers |= dict.fromkeys(_OPENS, self._note_opened)
        handlers |= dict.fromkeys(_LISTS, self._note_listed)
        handlers |= dict.fromkeys(_STARTS, self._note_started)

        def hear(event: str, arguments: tuple[Any, ...], find: Any = handlers.get) -> None:
            handle = find(event)
            if handle is not None and self._is_recording:
                handle(arguments, event)

        sys.addaudithook(hear)

    def _note_code(self, arguments: tuple[Any, ...], event: str) -> None:
        code = arguments[0]
        if isinstance(code, CodeType) and code.co_filename.startswith(self._tree):
            self.trace()
            variables = {"__name__": "__main__", "__file__": code.co_filename}
            self._note_measured(self.path(code.co_filename), code, variables)
            self._tracer.watch(code)

    def _note_opened(self, arguments: tuple[Any, ...], event: str) -> None:
        place = arguments[0]
        if not isinstance(place, int) and not self._is_resolving:
            readers = _READERS.get(os.path.splitext(self._text(place))[1])
            self._note_file("c", place, sys._getframe(2), readers)

    def _note_listed(self, arguments: tuple[Any, ...], event: str) -> None:
        self._note_file("l", arguments[0] or ".", sys._getframe(2), _SEEKERS)

    def _note_file(self, kind: str, place: Any, frame: Any, others: tuple[str, ...] | None) -> None:
        """A path of the tree that the running unit asks for, as it names it and where links in it lead.

        Args:
            kind: As in `Unit.files`.
            place: The path.
            frame: Who asks.
            others: Files whose asking is nobody's; None if that is not looked at.
        """
        text = os.path.normpath(self._text(place))
        if not (text + os.sep).startswith(self._tree) or (others is not None and _is_within(frame, others)):
            return
        if self._current.name == "session" and text.endswith(".py") and not self._is_own(frame):
            # Plugins that read sources, such as Hypothesis for its constants, do not make every test stand on them.
            return
        self._current.files.update({f"{kind}:{text[len(self._tree) :]}", f"{kind}:{self.path(place)}"})

    def _note_started(self, arguments: tuple[Any, ...], event: str) -> None:
        if self._is_own(sys._getframe(2)):
            program = os.path.basename(str(arguments[0])) if arguments else ""
            self.mark_opaque(f"starts a program ({program})" if event == "subprocess.Popen" else f"calls {event}")

    def _is_own(self, frame: Any) -> bool:
        """Whether the tree's code is at work, or a test is; for what plugins do, the environment stands."""
        if not self._current.name.startswith(("session", "import:")):
            return True
        while frame is not None:
            if frame.f_code.co_filename.startswith(self._tree):
                return True
            frame = frame.f_back
        return False

    def _wrap_imports(self) -> None:
        base: Any = _bootstrap
        plain_import, plain_find, plain_get = builtins.__import__, importlib.util.find_spec, base._gcd_import
        note, fail = self._note_import, self._note_absence

        def __import__(  # noqa: A001, N807 -- the name that it stands for
            name: str,
            globals: Any = None,  # noqa: A002 -- may be given by name
            locals: Any = None,  # noqa: A002 -- as above
            fromlist: Any = (),
            level: int = 0,
        ) -> ModuleType:
            try:
                module = plain_import(name, globals, locals, fromlist, level)
            except ImportError:
                fail(name, globals, fromlist, level)
                raise
            note(name, globals, fromlist, level)
            return module

        def _gcd_import(name: str, package: Any = None, level: int = 0) -> ModuleType:
            try:
                module: ModuleType = plain_get(name, package, level)
            except ImportError:
                fail(name, {"__package__": package}, (), level)
                raise
            note(name, {"__package__": package}, (), level)
            return module

        def find_spec(name: str, package: Any = None) -> Any:
            found = plain_find(name, package)
            if found is None:
                self._current.absent.add(name)
            return found

        builtins.__import__ = _hidden(__import__)
        base._gcd_import = _hidden(_gcd_import)
        importlib.util.find_spec = functools.wraps(plain_find)(find_spec)
        keep_imports(self._bytecode, self._tree, _hidden)
        self.wrap_loader(_bootstrap_external.SourceFileLoader)

    def wrap_assertions(self, rewrite: Any) -> None:
        """Do for the modules whose assertions pytest writes anew what is done for those that Python imports."""
        keep_assertions(self._bytecode, self._tree, _hidden, rewrite)
        self.wrap_loader(rewrite.AssertionRewritingHook)

    def wrap_loader(self, loader: Any) -> None:
        """Make the import of a module of the tree by this loader a unit of its own."""
        original = loader.exec_module
        before, after = self._before_module, self._after_module

        def exec_module(self: Any, module: ModuleType) -> None:
            unit = before(module)
            try:
                original(self, module)
            finally:
                after(unit)

        loader.exec_module = _hidden(exec_module)

    def _before_module(self, module: ModuleType) -> Unit | None:
        path = self.path(getattr(module.__spec__, "origin", None) or "")
        if not path:
            return None
        self.trace()
        self.use(f"import:{path}")
        if path in self._loaded:
            # Who loads a module again runs it for itself.
            return None
        self._loaded.add(path)
        unit = self.begin(f"import:{path}")
        self._note_measured(path, _NOTHING, vars(module))
        return unit

    def _after_module(self, unit: Unit | None) -> None:
        if unit is not None:
            self.end()

    def _note_import(self, name: str, variables: Any, wanted: Any, level: int) -> None:
        package = (variables or {}).get("__package__") if level else ""
        asked = (name, package, tuple(wanted) if wanted else (), level)
        found = self._imported.get(asked)
        if found is None:
            self._wrap_processes()
            found = self._imported[asked] = (tuple(self._modules(*asked)), tuple(self._missing(*asked)))
            for unit in found[0]:
                self._unit(unit)
        self._current.uses.update(found[0])
        self._current.absent.update(found[1])

    def _modules(self, name: str, package: str | None, wanted: tuple[str, ...], level: int) -> Iterable[str]:
        full = _absolute(name, package, level)
        parts = full.split(".")
        names = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
        names += [f"{full}.{part}" for part in wanted]
        for found in names:
            place = getattr(sys.modules.get(found), "__file__", None)
            if isinstance(place, str) and (path := self.path(place)):
                yield f"import:{path}"

    def _missing(self, name: str, package: str | None, wanted: tuple[str, ...], level: int) -> Iterable[str]:
        """Names asked of a package of the tree that it does not have: none of its modules answers to them."""
        full = _absolute(name, package, level)
        module = sys.modules.get(full)
        # To ask modules of other types for what they have may import it.
        names = vars(module) if type(module) is ModuleType else {}
        if any(self.path(place) for place in names.get("__path__", ())):
            yield from (f"{full}.{part}" for part in wanted if part != "*" and part not in names)

    def _note_absence(self, name: str, variables: Any, wanted: Any, level: int) -> None:
        full = _absolute(name, (variables or {}).get("__package__"), level)
        self._current.absent.update([full, *(f"{full}.{part}" for part in wanted or ())])

    def _wrap_caches(self) -> None:
        """Know of the functions of the tree whose results are cached, to see who gives results to whom."""
        original = functools.lru_cache

        def lru_cache(maxsize: Any = 128, typed: bool = False) -> Any:
            made: Any = original(maxsize, typed)
            if callable(maxsize):
                return self._note_cache(made, maxsize)
            return lambda function: self._note_cache(made(function), function)

        functools.lru_cache = functools.update_wrapper(lru_cache, original)

    def _note_cache(self, cached: Any, function: Any) -> Any:
        code = getattr(function, "__code__", None)
        if code is not None and self.path(code.co_filename) and "<locals>" not in function.__qualname__:
            self._caches.append(Cache(cached))
        return cached

    def _wrap_environment(self) -> None:
        kind = type(os.environ)
        get, walk = kind.__getitem__, kind.__iter__
        walked: deque[object] = deque()

        def __getitem__(environment: Any, name: Any) -> Any:  # noqa: N807 -- the name that it stands for
            # Whoever copies the whole environment reads the names in the order in which it was given them.
            if walked and walked[0] == name:
                walked.popleft()
            else:
                walked.clear()
                if isinstance(name, (str, bytes)) and self._is_recording and self._is_own(sys._getframe(1)):
                    self._current.variables.add(os.fsdecode(name))
            return get(environment, name)

        def __iter__(environment: Any) -> Any:  # noqa: N807 -- the name that it stands for
            walked.clear()
            for name in walk(environment):
                walked.append(name)
                yield name

        kind.__getitem__ = __getitem__  # type: ignore[method-assign] # every reader of a variable passes here
        kind.__iter__ = __iter__  # type: ignore[method-assign] # as above

    def _wrap_stat(self) -> None:
        top = self._tree[:-1]

        def is_elsewhere(path: Any) -> bool:
            """Whether a path can be seen to be outside of the tree as it is written, as most can."""
            is_plain = type(path) is str and path.startswith("/") and "/." not in path and "//" not in path
            return is_plain and not path.startswith(top)

        for name in ("stat", "lstat", "access", "readlink"):
            original = getattr(os, name)

            def stat(path: Any, *arguments: Any, _original: Any = original, _name: str = name, **named: Any) -> Any:
                is_asked = self._is_recording and not self._is_resolving and not is_elsewhere(path)
                if is_asked and not isinstance(path, int) and named.get("dir_fd") is None:
                    frame = sys._getframe(1)
                    is_presence = _name == "access" or (_name != "readlink" and frame.f_code.co_name in _ASKERS)
                    self._note_file("e" if is_presence else "c", path, frame, _SEEKERS)
                return _original(path, *arguments, **named)

            wrapped = functools.update_wrapper(stat, original)
            sets = (os.supports_dir_fd, os.supports_effective_ids, os.supports_fd, os.supports_follow_symlinks)
            for supported in sets:
                if original in supported:
                    supported.add(wrapped)
            setattr(os, name, wrapped)

    def _wrap_processes(self) -> None:
        """Python's own processes are started without an audit event, unless they are forks.

        What starts them is looked for at each import, so that it is not imported for those who have no use for it.
        """
        kind: Any = getattr(sys.modules.get("multiprocessing.process"), "BaseProcess", None)
        if kind is None or self._knows_processes:
            return
        self._knows_processes = True
        original = kind.start

        def start(process: Any) -> None:
            if self._is_recording and self._is_own(sys._getframe(1)):
                self.mark_opaque("starts a process")
            original(process)

        kind.start = functools.update_wrapper(start, original)


_NOTHING = compile("", "<nothing>", "exec")
_recorder: list[Recorder] = []


def start() -> None:
    """Begin to record this process, as the run that started it wants."""
    wanted = settings()
    if wanted and not _recorder:
        found = Recorder(wanted)
        _recorder.append(found)
        found.start()


def recorder() -> Recorder | None:
    """The recorder of this process, or None when nothing is recorded."""
    return _recorder[0] if _recorder else None


def _hidden(function: Any) -> Any:
    function.__code__ = function.__code__.replace(co_filename=_HIDDEN)
    return function


def _absolute(name: str, package: str | None, level: int) -> str:
    if not level or not package:
        return name
    base = package.rsplit(".", level - 1)[0]
    return f"{base}.{name}" if name else base


def _is_within(frame: Any, names: tuple[str, ...]) -> bool:
    """Whether one of these files is at work, by itself or by way of the standard library."""
    while frame is not None:
        name = frame.f_code.co_filename
        if any(part in name for part in names):
            return True
        if not name.startswith(("<frozen ", _LIBRARY)) or "/site-packages/" in name:
            return False
        frame = frame.f_back
    return False
