"""Comments that only say again what the next line does."""

import pytest
from ruling import lines

_LABELLED = "# Create the users.\nusers = create_users()\nadmins = users[:2]\n"


@pytest.mark.parametrize(
    "text",
    [
        "# Return the result.\nreturn_result()\n",
        "def f(result):\n    # return the result\n    return result\n",
        "def f(x):\n    x = x + 1  # Increment x\n    return x\n",
        "users = create_users()  # Create the users\n",
        "close_file()  # Close the file\n",
        "x = 1\n\n# Set default name\ndefault_name = x\n\ny = 2\n",
        "def f(counter, retry):\n    if counter:\n        # Increment the retry counter\n        retry.counter += 1\n",
    ],
)
def test_told_again_is_found(text: str) -> None:
    assert len(lines("restating-comment", text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        _LABELLED,
        "# Create the users.\nusers = create_users()\n# Create the groups.\ngroups = create_groups()\n",
        "# Create the users before the groups exist.\nusers = create_users()\n",
        "# Close.\nclose()\n",
        "# Close the file\n# (it is large).\nclose_file()\n",
        "# Close the file\n\nclose_file()\n",
        "# frame sample\nframe_sample = 1\n",
        "x = x + 1  # Compensate for border\n",
        "close_file(  # Close the file\n    1\n)\n",
        "# Check the cursor\nrule('check the cursor')\n",
        "# Close the file\nclose_file(\n    1\n)\n",
        "# Close file if open\nif close_file(open):\n    pass\n",
        "## Close the file\nclose_file()\n",
        "# Close the file",
    ],
)
def test_heading_reason_or_step_is_left_alone(text: str) -> None:
    assert lines("restating-comment", text) == []


def test_least_number_of_words_is_an_option() -> None:
    text = "# Close it.\nclose()\n"
    assert lines("restating-comment", text, least=1) == [1]
    assert lines("restating-comment", "# Close the file.\nclose_file()\n", least=3) == []
