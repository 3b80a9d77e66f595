import pytest
from ruling import found, lines

RULE = "binding-case"


def _set(statement: str) -> str:
    return f"class Reader:\n    def read_all(self):\n        {statement}\n"


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        (_set("self.maxSize = 1"), "the attribute name 'maxSize' is not in snake_case", "call it 'max_size'"),
        (
            _set("self.HTTPLimit = 10"),
            "the attribute name 'HTTPLimit' has the case of a class",
            "call it 'http_limit', or 'HTTP_LIMIT' if constant",
        ),
        (
            "Limit = 10\n",
            "the variable name 'Limit' has the case of a class",
            "call it 'limit', or 'LIMIT' if constant",
        ),
        ("x = [aB for aB in x]\n", "the variable name 'aB' is not in snake_case", "call it 'a_b'"),
        ("try: ...\nexcept E as ERROR: ...\n", "the variable name 'ERROR' is not in snake_case", "call it 'error'"),
        ("match x:\n    case aB: ...\n", "the variable name 'aB' is not in snake_case", "call it 'a_b'"),
    ],
)
def test_case_of_another_kind_is_found(text: str, message: str, advice: str) -> None:
    assert [(finding.message, finding.advice) for finding in found(RULE, text)] == [(message, advice)]


@pytest.mark.parametrize(
    "text",
    [
        _set("self.max_size = self.X = self.LIMIT = 1"),
        _set("self.UserModel = get_model()"),
        _set("self.maxDiff = None"),
        _set("self.Image = None"),
        "class A(Base):\n    def f(self): self.widgetName = 1\n",
        "class A(tkinter.Base):\n    def f(self): self.widgetName = 1\n",
        _set("self.PyBUF_SIZE = self.__x = 1"),
        "class STARTUPINFO:\n    def f(self): self.dwFlags = 1\n",
        "User = make()\nImage = None\nDialog_spec = {}\n",
        "x = [Model for Model in x for N in x]\n",
    ],
)
def test_what_may_be_a_class_a_constant_or_given_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_mixed_case_may_stay_where_it_prevails() -> None:
    methods = "".join(f"    def {name}(self): self.{name}Count = 1\n" for name in ("readAll", "writeAll", "isOpen"))
    assert found(RULE, "class A:\n" + methods) == []
    assert len(found(RULE, "class A:\n" + methods + "    def a_b(self): ...\n" * 4)) == 3


def test_attribute_is_found_once_and_where_no_other_file_chose_it() -> None:
    text = "class A(Exception):\n    def f(self): self.aB = 1\nclass C(A):\n    def f(self): self.aB = 2\n"
    assert lines(RULE, text) == [2]
    assert lines(RULE, "class A(Base):\n    def f(self): self._aB = 1\n") == [2]


def test_names_can_be_allowed() -> None:
    assert found(RULE, _set("self.maxSize = 1"), allowed=("maxSize",)) == []
