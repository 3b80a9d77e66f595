import pytest
from ruling import found

RULE = "type-in-name"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("strName = read()\n", "the variable name 'strName' begins with the type 'str'"),
        ("def f(lstItem): ...\n", "the parameter name 'lstItem' begins with the type 'lst'"),
        ("user_list: dict[str, int] = {}\n", "the variable name 'user_list' ends in 'list', and is a dict"),
        ("name_str: int\n", "the variable name 'name_str' ends in 'str', and is an int"),
        ("class A:\n    name_str = ['a']\n", "the attribute name 'name_str' ends in 'str', and is a list"),
        ("def f():\n    user_list = 'a,b'\n", "the variable name 'user_list' ends in 'list', and is a str"),
        ("user_dict = [1]\n", "the variable name 'user_dict' ends in 'dict', and is a list"),
    ],
)
def test_wrong_or_encoded_type_is_found(text: str, message: str) -> None:
    assert [finding.message for finding in found(RULE, text)] == [message]


@pytest.mark.parametrize(
    "text",
    [
        "string = 'a'\nstructure = 1\nstrip_name = 2\nSTR = 3\nobject_id = 4\n",
        "user_list: list[str]\nuser_list2 = None\nname_list = (1, 2)\n",
        "sorted_by_int = [1]\n",
        "user_list: Sequence[str] = {}\n",
        "def f():\n    m_tuple = 'must be a tuple'\n    x_int = 0\n    for a_list in {1: 2}: ...\n",
        "def str_name(): ...\nclass strName: ...\n",
        "str_name = read()\n",
    ],
)
def test_what_is_right_or_cannot_be_told_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_prefixes_are_an_option() -> None:
    assert found(RULE, "fooBar = 1\n", prefixes=("foo",))
    assert found(RULE, "strName = 1\n", prefixes=("foo",)) == []


def test_true_types_are_found_if_asked() -> None:
    text = (
        "def f(names_list: list[str], names: list[str], id_to_name_dict, by_dict: dict[str, str]): ...\nx_dict = {}\n"
    )
    assert found(RULE, text) == []
    messages = [finding.message for finding in found(RULE, text, fitting=True)]
    assert messages == [
        "the parameter name 'names_list' ends in 'list', its type",
        "the variable name 'x_dict' ends in 'dict', its type",
    ]
