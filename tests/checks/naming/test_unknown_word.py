import gzip
from pathlib import Path

import pytest
from conftest import GitRepository, judge
from ruling import found, lines

from maingate.checks.naming import unknown_word
from maingate.errors import ObservationError

ON = '[tool.maingate.checks.naming.rules]\nunknown-word = "new"\n'


def test_unknown_word_is_named() -> None:
    (finding,) = found("unknown-word", "x = 1\nclass A:\n    def readNxtblk(self): ...\n    nxtblk = 2\n")
    assert finding.message == "'readNxtblk' has the word 'nxtblk', which neither the dictionary nor the project knows"
    assert finding.advice == "spell it out, or add it to `words`"
    assert (finding.line, finding.column, finding.end_column) == (3, 9, 19)


@pytest.mark.parametrize(
    "name",
    [
        "customer_name", "CustomerName", "colour", "behaviours", "initialised", "querysets", "uuid_of_request",
        "filename", "baseline", "recompiled", "nonempty", "unhashed", "nxt", "__rxor__", "IFWHT_FLAG", "größe", "x1",
    ],
)  # fmt: skip
def test_known_words_and_what_is_not_judged(name: str) -> None:
    assert lines("unknown-word", f"{name} = 1\n") == []


def test_word_of_two_files_is_the_projects() -> None:
    text = "# file: src/a.py\nnxtblk = 1\n# file: src/b.py\nnxtblk = 2\n"
    assert lines("unknown-word", text) == []
    assert lines("unknown-word", text, min_files=3) == [1, 1]


def test_words_of_tests_count_and_are_judged_when_asked() -> None:
    test = "# file: tests/test_a.py\nnxtblk = 1\n"
    assert lines("unknown-word", test) == []
    assert lines("unknown-word", test, tests=True) == [1]
    assert lines("unknown-word", f"{test}# file: src/a.py\nnxtblk = 1\n") == []


def test_words_and_their_length_are_the_users_to_tell() -> None:
    assert lines("unknown-word", "nxtblk = 1\n", words=("NxtBlk",)) == []
    assert lines("unknown-word", "nxt = 1\n", min_length=3) == [1]


def test_name_of_the_module_is_judged() -> None:
    assert lines("unknown-word", "x = 1\n", "src/nxtblk.py") == [0]


def test_only_what_a_change_brings_is_found(repository: GitRepository) -> None:
    repository.write("a.py", "nxtblk = 1\n")
    repository.write("pyproject.toml", ON)
    base = repository.commit()
    repository.write("a.py", "nxtblk = 1\nprvblk = 2\n")
    assert [each.line for each in judge(repository, "naming", base).findings] == [2]


_BEFORE = "class Reader:\n    def nxtblk(self): ...\n\n    def read(self):\n        return 1\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param({"b.py": "def nxtblk(a): ...\n"}, [], id="edited and moved, and its file removed"),
        pytest.param({"a.py": _BEFORE.replace("(self): ...", "(self, size): ...")}, [], id="its line edited"),
        pytest.param({"a.py": "x = 1\n\n\ndef nxtblk(reader): ...\n"}, [], id="moved inside its file"),
        pytest.param({"a.py": _BEFORE, "b.py": "nxtblk = 1\n"}, [], id="used once more"),
        pytest.param({"a.py": "", "b.py": "nxtblk = prvblk = 1\n"}, [("b.py", 1)], id="another beside it"),
        pytest.param(
            {"a.py": "x = 1\n" + _BEFORE + "\n    def prvblk(self): ...\n"}, [("a.py", 8)], id="another below"
        ),
        pytest.param({"prvblk.py": _BEFORE}, [("prvblk.py", 0)], id="its file renamed, to a name that has one"),
        pytest.param(
            {"a.py": _BEFORE, "b.py": "prvblk = 1\n", "c.py": "prvblk = 1\n"},
            [("b.py", 1), ("c.py", 1)],
            id="in two files at once",
        ),
    ],
)
def test_word_of_the_base_is_none_that_a_change_brings(
    repository: GitRepository, files: dict[str, str], found: list[tuple[str, int]]
) -> None:
    repository.write("a.py", _BEFORE)
    repository.write("kept.py", "x = 1\n")
    repository.write("pyproject.toml", ON)
    base = repository.commit()
    (repository.path / "a.py").unlink()
    for path, text in files.items():
        repository.write(path, text)
    findings = judge(repository, "naming", base).observations[0].findings
    assert [(each.path, each.line) for each in findings if each.rule == "unknown-word"] == found


def test_answer_kept_for_one_base_is_none_for_another(repository: GitRepository) -> None:
    repository.write("a.py", "nxtblk = 1\n")
    repository.write("pyproject.toml", ON)
    first = repository.commit()
    repository.write("a.py", "x = 1\n")
    second = repository.commit()
    repository.write("a.py", "y = nxtblk = 1\n")
    assert [len(judge(repository, "naming", base).observations[0].findings) for base in (first, second)] == [0, 1]


def test_old_version_that_is_no_python_has_no_words(repository: GitRepository) -> None:
    repository.write("a.py", "nxtblk = (\n")
    repository.write("pyproject.toml", ON)
    base = repository.commit()
    repository.write("a.py", "nxtblk = 1\n")
    assert [each.line for each in judge(repository, "naming", base).observations[0].findings] == [1]


def test_missing_dictionary_is_a_problem_when_the_rule_is_on(
    repository: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown_word, "find_tool", lambda: None)
    repository.write("a.py", "nxtblk = 1\n")
    repository.write("pyproject.toml", ON)
    report = judge(repository, "naming")
    assert report.state == "unknown"
    (problem,) = report.observations[0].problems
    assert problem.message == "unknown-word is on, and the dictionary of `pyspellchecker` was not found"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"no archive", id="no archive"),
        pytest.param(gzip.compress(b"no json"), id="no JSON"),
        pytest.param(gzip.compress(b"{}")[:12], id="cut off"),
    ],
)
def test_broken_dictionary_is_a_problem(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "en.json.gz"
    place.write_bytes(content)
    monkeypatch.setattr(unknown_word, "find_tool", lambda: str(place))
    with pytest.raises(ObservationError, match="cannot be read"):
        found("unknown-word", "nxtblk = 1\n")


def test_package_without_its_file_is_no_dictionary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert unknown_word.find_tool() is None
