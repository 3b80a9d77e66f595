"""ruff over real trees."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import GitRepository, judge

from maingate.model import Report


def _rules(report: Report, check: str = "style") -> list[tuple[str, str, int]]:
    return [(finding.path, finding.rule, finding.line) for finding in report.findings if finding.check == check]


def test_without_configuration_pep_8_is_asked_at_79_columns(repository: GitRepository) -> None:
    repository.write("a.py", f'"""Module."""\n\nNAME = "{"x" * 75}"\nif NAME == None:\n    pass\n')
    assert _rules(judge(repository, "style")) == [("a.py", "E501", 3), ("a.py", "E711", 4)]


def test_own_configuration_of_ruff_decides(repository: GitRepository) -> None:
    repository.write("ruff.toml", 'line-length = 100\nlint.select = ["F"]\nlint.ignore = ["N802"]\n')
    repository.write("a.py", f'import os\n\nNAME = "{"x" * 75}"\n\n\ndef Name():\n    pass\n')
    assert _rules(judge(repository, "style")) == [("a.py", "F401", 1)]
    assert _rules(judge(repository, "naming"), "naming") == []


def test_unformatted_lines_are_found_one_by_one(repository: GitRepository) -> None:
    repository.write("a.py", "first = [1,2]\nsecond = 2\nthird = ( 3 )\n")
    assert _rules(judge(repository, "style")) == [("a.py", "unformatted", 1), ("a.py", "unformatted", 3)]


def test_numbers_agree_with_ruff_by_hand(repository: GitRepository) -> None:
    library = Path(os.__file__).parent
    for path in sorted(library.glob("[a-f]*.py"))[:40]:
        repository.write(path.name, path.read_bytes())
    report = judge(repository, "naming")
    by_hand = subprocess.run(
        [Path(sys.executable).with_name("ruff"), "check", "--isolated", "--select=N", "--output-format=concise", "."],
        cwd=repository.path,
        capture_output=True,
        check=False,
    )
    lines = [line for line in by_hand.stdout.decode().splitlines() if ".py:" in line]
    found = [finding for finding in report.findings if finding.rule.startswith("N")]
    assert len(found) == len(lines) > 50


def test_latin_1_file_is_judged_like_others(repository: GitRepository) -> None:
    repository.write("a.py", '# coding: latin-1\nimport os\n\nNAME = "é"\n'.encode("latin-1"))
    report = judge(repository, "style,naming,comments,docstrings")
    assert report.problems == []
    assert ("a.py", "F401", 2) in _rules(report)


@pytest.mark.parametrize(
    "name",
    ["new\nline.py", 'quo"te.py', "-dash.py", "ü.py", os.fsdecode(b"\xff.py"), os.fsdecode(b"-\xff.py"), " a .py"],
)
def test_unusual_names_are_judged(repository: GitRepository, name: str) -> None:
    repository.write(name, "import os\n\nx = [1,2]\n")
    repository.write("other.py", "x = 1\n")
    assert _rules(judge(repository, "style")) == [(name, "F401", 1), (name, "unformatted", 3)]


@pytest.mark.parametrize(
    ("content", "place"),
    [(b"def f(:\n", ("a.py", 1)), (b"x = '\0'\n", ("a.py", 1)), (b"x = 1\ny = '\xff'\n", ("a.py", 2))],
)
@pytest.mark.parametrize("check", ["style", "naming", "docstrings", "comments"])
def test_unreadable_file_is_unknown_and_placed(
    repository: GitRepository, content: bytes, place: tuple[str, int], check: str
) -> None:
    repository.write("a.py", content)
    repository.write("b.py", "import os\n")
    report = judge(repository, check)
    assert report.state == "unknown"
    assert place in {(problem.path, problem.line) for _, problem in report.problems}


def test_unknown_encoding_is_unknown(repository: GitRepository) -> None:
    repository.write("a.py", b"# coding: klingon\nx = '\xff'\n")
    assert judge(repository, "style").state == "unknown"


def test_broken_configuration_of_ruff_is_unknown(repository: GitRepository) -> None:
    repository.write("ruff.toml", "lint.select = 3\n")
    repository.write("a.py", "x = 1\n")
    report = judge(repository, "style")
    assert report.state == "unknown"
    assert "ruff" in report.problems[0][1].message


@pytest.mark.parametrize("name", ["yaml/data.txt", "yaml.py", "yaml.pyi", "src/yaml/deep/er.py"])
def test_imports_are_sorted_anew_when_a_module_of_their_name_comes_or_goes(
    repository: GitRepository, name: str
) -> None:
    sorted_apart = [("a.py", "I001", 3)]
    repository.write("a.py", '"""Module."""\n\nimport requests\nimport yaml\n\nprint(requests, yaml)\n')
    assert _rules(judge(repository, "style")) == []
    place = repository.write(name, "")
    assert _rules(judge(repository, "style")) == sorted_apart
    place.unlink()
    assert _rules(judge(repository, "style")) == []


def test_imports_are_sorted_anew_when_a_link_of_their_name_comes_or_goes(repository: GitRepository) -> None:
    repository.write("a.py", '"""Module."""\n\nimport requests\nimport yaml\n\nprint(requests, yaml)\n')
    repository.write("folder/a.txt", "")
    assert _rules(judge(repository, "style")) == []
    (repository.path / "yaml").symlink_to("folder")
    assert _rules(judge(repository, "style")) == [("a.py", "I001", 3)]
    (repository.path / "yaml").unlink()
    (repository.path / "yaml").symlink_to("nowhere")
    assert _rules(judge(repository, "style")) == []


def test_imports_are_sorted_anew_when_a_module_deep_in_a_package_comes(repository: GitRepository) -> None:
    repository.write("a.py", '"""Module."""\n\nimport package.inner.deep\nimport yaml\n\nprint(package, yaml)\n')
    repository.write("package/__init__.py", "")
    repository.write("package/inner/__init__.py", "")
    assert _rules(judge(repository, "style")) == []
    repository.write("package/inner/deep.py", "")
    assert _rules(judge(repository, "style")) == [("a.py", "I001", 3)]


def test_configuration_that_another_extends_decides_as_soon_as_it_changes(repository: GitRepository) -> None:
    repository.write("pyproject.toml", '[tool.ruff]\nextend = "shared/lint.toml"\n')
    repository.write("shared/lint.toml", "extend = '../base.txt'\n")
    repository.write("base.txt", "line-length = 100\n")
    repository.write("a.py", f'NAME = "{"x" * 80}"\n')
    repository.write("b.py", "NAME = [\n    1\n]\n")
    assert _rules(judge(repository, "style")) == [("b.py", "unformatted", 1)]
    repository.write("base.txt", 'line-length = 60\nlint.select = ["E501"]\n')
    assert _rules(judge(repository, "style")) == [("a.py", "E501", 1), ("b.py", "unformatted", 1)]
    repository.write("shared/lint.toml", "line-length = 100\n")
    assert _rules(judge(repository, "style")) == [("b.py", "unformatted", 1)]


def test_same_tree_is_not_observed_again(repository: GitRepository) -> None:
    repository.write("a.py", "x = 1\n")
    repository.write("b.py", "y = 1\n")
    assert [seen.observed for seen in judge(repository, "style,naming").observations] == [2, 2]
    repository.write("b.py", "y = 2\n")
    again: list[Any] = [(seen.observed, seen.reused) for seen in judge(repository, "style,naming").observations]
    assert again == [(1, 1), (1, 1)]


def test_files_that_ruff_crashes_on_are_named_and_the_others_judged(repository: GitRepository) -> None:
    for number in range(20):
        repository.write(f"a{number}.py", '"""One."""\nimport os\n')
    for name in ("a5_deep", "a9_deep"):
        repository.write(f"{name}.py", f'"""One."""\nx = {"-" * 20_000}1\n')
    report = judge(repository, "style")
    (observation,) = report.observations
    assert report.state == "unknown"
    crashed = {problem.path: problem.message for problem in observation.problems if "ruff crashed" in problem.message}
    assert crashed.keys() == {"a5_deep.py", "a9_deep.py"}
    assert "stack" in crashed["a5_deep.py"]
    assert sum(finding.rule == "F401" for finding in report.findings) == 20


@pytest.mark.parametrize("code", ["D212", "N801", "RUF100", "ALL", "F401"])
def test_what_style_selects_changes_nothing_of_the_other_checks(
    repository: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    repository.write("a.py", '"""\nOne\n"""\nimport os  # noqa: N999\n\n\nclass lower:\n    pass\n')
    repository.write("pyproject.toml", f'[tool.maingate.checks.style]\nselect = ["E", "{code}"]\n')
    together = judge(repository, "style,naming,docstrings")
    monkeypatch.setenv("MAINGATE_CACHE_DIR", str(tmp_path / "other"))
    for check in ("naming", "docstrings"):
        assert _rules(together, check) == _rules(judge(repository, check), check)


def test_files_that_docstrings_leaves_out_are_left_out_beside_others(repository: GitRepository) -> None:
    repository.write("test_a.py", "class lower:\n    pass\n")
    report = judge(repository, "naming,docstrings")
    assert _rules(report, "docstrings") == []
    assert ("test_a.py", "N801", 1) in _rules(report, "naming")
