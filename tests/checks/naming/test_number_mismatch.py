import pytest
from ruling import found

RULE = "number-mismatch"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("user: list[User]\n", "the singular name 'user' is annotated to hold many"),
        ("text: Sequence[Text]\n", "the singular name 'text' is annotated to hold many of 'Text'"),
        (
            "def f(new_page: set[Page] | None): ...\n",
            "the singular name 'new_page' is annotated to hold many of 'Page'",
        ),
        ("page: tuple[shop.Page, ...] = ()\n", "the singular name 'page' is annotated to hold many of 'Page'"),
        ("page: 'Optional[List[Page]]'\npage2: Optional[List['Page']]\n", ""),
        ("users: User\n", "the plural name 'users' is annotated to be one 'User'"),
        ("categories: 'Category'\n", "the plural name 'categories' is annotated to be one 'Category'"),
        ("people: ClassVar[Person | None] = None\n", "the plural name 'people' is annotated to be one 'Person'"),
        ("boxes = Box()\n", "the plural name 'boxes' holds one 'Box'"),
        ("error = ['no']\n", "the singular name 'error' holds a list"),
        ("token = {'a', 'b'}\n", "the singular name 'token' holds a set"),
        ("token = {x for x in 'ab'}\n", "the singular name 'token' holds a set"),
        ("for lines in line: ...\n", "the plural name 'lines' is each one of 'line'"),
        ("x = [names for names in self.name]\n", "the plural name 'names' is each one of 'name'"),
    ],
)
def test_name_is_compared_with_what_it_holds(text: str, message: str) -> None:
    assert [finding.message for finding in found(RULE, text)] == [message][: bool(message)]


@pytest.mark.parametrize(
    "text",
    [
        "users: list[User]\n",
        "user: User\n",
        "path: list[Path]\n",
        "bits: int\n",
        "status: Status\n",
        "address: Address\n",
        "pair: tuple[Pair, int]\n",
        "value: A | B\n",
        "def f(*styles: Style, **options: Option): ...\n",
        "for line in lines: ...\n",
        "names_by_user = ['a']\n",
        "every_page: list[Page]\n",
        "users = make()\n",
        "tokens = {'a', 'b'}\n",
        "token = {}\n",
        "users = Users()\n",
        "get_forms = Form()\n",
        "_ = []\n",
    ],
)
def test_what_fits_or_cannot_be_told_is_well(text: str) -> None:
    assert found(RULE, text) == []


def test_nouns_can_be_allowed() -> None:
    assert found(RULE, "user: list[User]\n", allowed=("user",)) == []
