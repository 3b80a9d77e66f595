from ruling import found, lines

RULE = "long-name"


def test_says_of_which_kind_the_name_is_and_how_long() -> None:
    name = "connection_pool_with_a_name_of_many_letters_indeed"
    assert found(RULE, f"{name} = 1\n")[0].message == f"the variable name {name!r} has 50 letters"
    words = "a_b_cc_dd_ee_ff_gg_hh"
    assert found(RULE, f"def {words}(): ...\n")[0].message == f"the function name {words!r} has 8 words"


def test_options_set_letters_and_words() -> None:
    assert lines(RULE, "connection = 1\n", max_length=9, max_words=4) == [1]
    assert lines(RULE, "one_two_three = 1\n", max_words=2) == [1]
    assert found(RULE, "one_two_three = 1\n", max_words=3) == []


def test_tests_and_imports_are_left_alone() -> None:
    name = "test_" + "_".join(["word"] * 12)
    assert found(RULE, f"def {name}(): ...\n", path="tests/test_a.py") == []
    assert found(RULE, f"import a as {name}\n") == []
