from typing import Any

import pytest
from ruling import found, lines, rule

TERMS = {"client": "customer", "black list": "deny list", "cfg": ""}


def test_nothing_is_found_without_a_glossary() -> None:
    assert lines("glossary", "client = 1\nclass HttpServer: pass\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "client = 1", "the_client = 1", "class Client: pass", "class NewClient: pass", "CLIENT_NAME = 1", "_client = 1",
        "def client_name(): pass", "x.y = lambda client: 1", "import customers as clients_client", "client2 = 1",
    ],
)  # fmt: skip
def test_term_in_any_name(text: str) -> None:
    assert lines("glossary", f"{text}\n", terms=TERMS) == [1]


@pytest.mark.parametrize(
    "text", ["clientele = 1", "clients = 1", "customer.client", "f(client=1)", "# client", "import client"]
)
def test_what_is_no_term_or_no_name_of_ours(text: str) -> None:
    assert lines("glossary", f"{text}\n", terms=TERMS) == []


def test_messages() -> None:
    (first, second) = found("glossary", "client = 1\ncfg_path = 2\n", terms=TERMS)
    assert first.message == "the variable name 'client' has 'client', which the glossary does not want"
    assert (first.advice, first.column, first.end_column) == ("use 'customer'", 1, 7)
    assert second.advice == "use another word"


def test_term_of_several_words() -> None:
    assert lines("glossary", "black_list = 1\nclass BlackListed: pass\nclass TheBlackList: pass\n", terms=TERMS) == [
        1,
        3,
    ]
    assert lines("glossary", "list_black = 1\nblacklist = 2\nblack = 3\n", terms=TERMS) == []


def test_name_of_the_module() -> None:
    assert lines("glossary", "x = 1\n", "src/client_list.py", terms=TERMS) == [0]


def test_prose_is_judged_when_asked() -> None:
    text = '"""About a client."""\n\nx = 1  # the black list\n'
    assert lines("glossary", text, terms=TERMS) == []
    assert lines("glossary", text, terms=TERMS, prose=True) == [1, 3]


def test_acronyms_as_they_are_spelled() -> None:
    text = "class HttpServer: pass\nclass HTTPServer: pass\nclass HTTPOAuthURLs: pass\nclass OauthToken: pass\n"
    first, second = found("glossary", text, acronyms=("HTTP", "OAuth", "URL"))
    assert first.message == "the class name 'HttpServer' spells 'HTTP' as 'Http'"
    assert second.message == "the class name 'OauthToken' spells 'OAuth' as 'Oauth'"
    assert second.advice == "spell it 'OAuth', as the glossary does"


def test_acronym_that_is_not_in_the_glossary() -> None:
    text = "class SMTPServer: pass\nclass AFigure: pass\nclass NOT: pass\nSMTPPort = 1\n"
    (finding,) = found("glossary", text, acronyms=("HTTP",))
    assert finding.message == "the class name 'SMTPServer' has the acronym 'SMTP', which the glossary does not have"


def test_example_of_the_page() -> None:
    assert lines("glossary", rule("glossary").section("Bad")) == [2, 3, 7, 8]


@pytest.mark.parametrize("options", [{"terms": {"_": "x"}}, {"acronyms": ("http",)}, {"acronyms": ("A B",)}])
def test_glossary_that_cannot_be_meant(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"terms: '_' has no word|is not spelled as in a name of a class"):
        lines("glossary", "x = 1\n", **options)
