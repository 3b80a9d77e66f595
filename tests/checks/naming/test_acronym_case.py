import pytest
from ruling import found, lines


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("class HTTPServer: ...\n", id="capitals"),
        pytest.param("class Apiary: ...\n", id="none"),
        pytest.param("def HttpServer(): ...\n", id="function"),
        pytest.param("class Urls: ...\nclass Iota: ...\n", id="word that begins so"),
    ],
)
def test_what_is_well_is_left_alone(text: str) -> None:
    assert lines("acronym-case", text) == []


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("class HttpServer: ...\n", [1], id="one"),
        pytest.param("class ServerUrl: ...\n", [1], id="last"),
        pytest.param("class Http404: ...\n", [1], id="with a number"),
    ],
)
def test_what_is_not_well_is_found(text: str, at: list[int]) -> None:
    assert lines("acronym-case", text) == at


def test_acronyms_can_be_chosen() -> None:
    (finding,) = found("acronym-case", "class NasaProbe: ...\nclass HttpServer: ...\n", acronyms=("nasa",))
    assert finding.advice == "write 'NASAProbe'"
