"""Words of programming that a dictionary of English does not have."""

_WORDS = """
    abc addr admin ansi api app apps args argv ascii asgi async asyncio attr attrs auth autocommit autodoc
    autoreload autosave backend backends backoff backtrace basename bitmask bool booleans buf bufsize builtin
    builtins bytearray bytecode calc callables charset checkbox checksum checksums chmod chunksize cli cls cmd
    cname codec codecs codepoint colno concat config configs const contextmanager coroutine coroutines cors cpu crc
    crlf cron crypto csrf css csv ctx ctypes curdir cwd cython dao dataclass dataclasses dataset datatype datetime
    datetimes debounce dedent deduplicate deepcopy defaultdict delattr denormalize deque deserialize deserializer
    dest dev dict dicts diff diffs dirname dirs dists dns docstring docstrings dtype dunder dunders elem emoji
    endian endswith enum enums env eof errmsg errno eval exitcode expr exprs ext failover favicon favicons fds
    fieldset fieldsets filelist filename filenames fileno filepath filesystem fixup fmt foreach formset formsets
    frontend frozenset ftp fullname func funcs gdal geodjango getattr getenv getters github globals gpu grpc gui
    gzip gzipped hashable hasher hashlib hostname href html http httpd https icmp ident idx imap img impl ini init
    initializer inlines inode inodes inplace int ints ipv isinstance iso issubclass iterable iterables iterdir json
    jsonb jwt klass kwarg kwargs lex lexer lhs libs lineno listdir localhost lookahead lookbehind lookup lookups
    lru lstrip makedirs makefile manpage mem memoize memoized metaclass metaclasses metadata middleware middlewares
    mimetype mixin mixins mkdir mkdtemp modname monkeypatch mro msg msgs mtime multi multipart mutex mypy mysql
    namedtuple namespace namespaces nargs newline newlines noop npm nullable num numpy oauth obj opcode opcodes orm
    overridable overrider paginator param params passphrase passwd pathlib pid pkg plaintext pluggable png popen
    popup posix postgres postgresql pragma pre prefetch preload preloaded preprocess preprocessor prev proc proto
    psycopg pubsub pyc pypi pyproject pytest qualname queryset querysets quickstart rebase recurse recv redis
    refactor regex regexes regexp renderers repo repos repr req resp retval rfc rgb rhs rmdir rmtree rng rpc rstrip
    runtime savepoint scandir screenshot sdist sdk seekable segfault semver sep serializable serializer serializers
    setattr setdefault setuptools sha shutil signum signup sitemap sitemaps smtp sql sqlalchemy sqlite src ssl
    stacktrace startswith stat stateful stderr stdin stdio stdlib stdout str stringify struct structs stylesheet
    subcommand subcommands subdir subdirs subdomain subfolder sublist submodule subpackage subparser subprocess
    subqueries subquery substring subtree sudo svg symlink symlinks sys syscall tarball tcp teardown tempfile
    testcase timestamp timestamps tls tmp tokenize tokenizer toml toolchain tooltip toplevel traceback tracebacks
    truncatable truncator ttl tty tuple tuples tzinfo udp uid uint umask undef unescape unhashable unittest unix
    unparse unpickle unpickling unregister untracked upsert uri url urls usernames utc utcnow utf utils uuid uuids
    uvicorn validator validators vals vararg varargs variadic venv virtualenv wav weakref webapp webhook webhooks
    websocket websockets whitespace wildcard wildcards workflow wsgi xhtml xml xor xpath xsrf yaml yml
    zlib
"""
VOCABULARY = frozenset(_WORDS.split())
