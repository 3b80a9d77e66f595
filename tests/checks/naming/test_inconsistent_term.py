from collections.abc import Collection
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from ruling import found, lines, rule

from maingate.checks.naming.inconsistent_term import Options
from maingate.model import Finding
from maingate.rule import Project
from maingate.source import Source

USUAL = "# file: src/shop/a.py\n" + "".join(f"def use_{word}({{0}}):\n    return {{0}}\n" for word in ("a", "b", "c"))


def _rare(usual: str, rare: str, place: str = "src/shop/b.py", **options: Any) -> list[tuple[str, int, int]]:
    text = USUAL.format(usual) + f"# file: {place}\n{rare}\n"
    return [(each.path, each.line, each.column) for each in found("inconsistent-term", text, **options)]


def test_spelling_without_an_underscore() -> None:
    text = USUAL.format("cls_name") + "# file: src/shop/b.py\nclsname = 1\n"
    (finding,) = found("inconsistent-term", text)
    assert (finding.path, finding.line, finding.column, finding.end_column) == ("src/shop/b.py", 1, 1, 8)
    assert finding.message == "'clsname' is spelled 'cls_name' elsewhere, 3 times"
    assert finding.advice == "call it 'cls_name', or spell the others alike"


def test_spelling_with_an_abbreviation() -> None:
    assert _rare("config_path", "cfg_path = 1")
    assert _rare("config_path", "x = 1\nfor conf_path in []: pass") == [("src/shop/b.py", 2, 5)]
    assert _rare("error_messages", "error_msgs = []")
    assert _rare("error_msg", "error_message = ''")


def test_underscores_around_a_name_are_no_part_of_it() -> None:
    assert _rare("file_path", "class A:\n    def f(self):\n        self._filepath = 1") == [("src/shop/b.py", 3, 15)]
    assert not _rare("file_path", "_file_path = 1")


def test_one_word_is_judged_when_asked() -> None:
    assert not _rare("config", "cfg = 1")
    assert _rare("config", "cfg = 1", single_words=True)


def test_abbreviations_are_the_users_to_tell() -> None:
    assert not _rare("customer_name", "cust_name = 1")
    assert _rare("customer_name", "cust_name = 1", abbreviations={"cust": "customer"})
    assert not _rare("config_path", "cfg_path = 1", abbreviations={"cfg": ""})


def test_what_must_be_usual_is_the_users_to_tell() -> None:
    assert not _rare("file_path", "filepath = 1", min_uses=4)
    assert not _rare("file_path", "filepath = 1", min_ratio=4)
    assert not _rare("file_path", "def f(filepath):\n    filepath = filepath\ndef g(filepath): pass")
    assert _rare("file_path", "def f(filepath): pass\ndef g(filepath): pass", min_ratio=1)


def test_ignored_names() -> None:
    assert not _rare("file_path", "filepath = 1", ignore=("filepath",))
    assert not _rare("JSONField", "class JsonField: pass", ignore=("JsonField",))


def test_names_that_mean_something_else_or_mirror_the_standard_library() -> None:
    assert not _rare("char_set", "charset = 1")
    assert not _rare("line_no", "lineno = 1")
    assert _rare("lineno", "line_no = 1")
    assert not _rare("user_1", "user1 = 1")
    assert not _rare("f_name", "fname = 1")


def test_functions_are_left_alone() -> None:
    assert not _rare("get_line", "def getline(): pass")
    text = USUAL.format("x").replace("use_", "get_line").replace("(x)", "()")
    assert not lines("inconsistent-term", text + "# file: src/shop/b.py\ndef getline(): pass\n")


def test_packages_are_apart() -> None:
    assert not _rare("file_path", "filepath = 1", "src/other/b.py")
    assert not _rare("file_path", "filepath = 1", "setup.py")


def test_tests_are_judged_when_asked() -> None:
    assert not _rare("file_path", "filepath = 1", "src/shop/tests/test_b.py")
    assert _rare("file_path", "filepath = 1", "src/shop/tests/test_b.py", tests=True)


def test_acronym_in_two_cases() -> None:
    usual = "# file: src/shop/a.py\nclass JSONField: pass\nclass JSONView: pass\nclass ToJSON: pass\n"
    (finding,) = found("inconsistent-term", usual + "# file: src/shop/b.py\nclass _JsonTree: pass\n")
    assert finding.message == "'JsonTree' has 'Json' where other classes have 'JSON'"
    assert finding.advice == "call it 'JSONTree', or spell the others alike"
    assert (finding.line, finding.column, finding.end_column) == (1, 8, 16)
    assert not found("inconsistent-term", usual + "# file: src/shop/b.py\nclass JSONTree: pass\nclass Json_: pass\n")[
        1:
    ]


def test_class_in_capitals_is_no_acronym() -> None:
    usual = "# file: src/shop/a.py\nclass NotField: pass\nclass NotView: pass\nclass NotThere: pass\n"
    assert not lines("inconsistent-term", usual + "# file: src/shop/b.py\nclass NOT: pass\n")


_WORDS = st.sampled_from(
    ["config", "cfg", "conf", "file", "name", "names", "msg", "message", "messages", "msgs", "a", "1"]
)
_NAMES = st.lists(_WORDS, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from(["_".join(words), "".join(words)])
)
_FILES = st.lists(st.lists(_NAMES.filter(str.isidentifier), max_size=12), min_size=1, max_size=5)


@given(_FILES, st.data())
def test_findings_in_some_files_are_those_of_all_files_there(files: list[list[str]], data: st.DataObject) -> None:
    chosen = rule("inconsistent-term")
    own = Options(state="on", single_words=True, min_uses=2, min_ratio=2)
    facts = {}
    for number, names in enumerate(files):
        text = "".join(f"def f{line}({name}): pass\n" for line, name in enumerate(names))
        assert chosen.gather is not None
        if (gathered := chosen.gather(Source(f"shop/m{number}.py", text.encode()), own)) is not None:
            facts[f"shop/m{number}.py"] = chosen.decode_facts(msgspec.msgpack.encode(gathered))

    def judged(paths: Collection[str]) -> list[Finding]:
        assert chosen.check_project is not None
        found = chosen.check_project(Project(facts, facts.keys(), paths), own)
        return sorted(found, key=lambda each: (each.path, each.line, each.message))

    some = data.draw(st.sets(st.sampled_from(sorted(facts)))) if facts else set()
    assert judged(some) == [each for each in judged(facts.keys()) if each.path in some]
