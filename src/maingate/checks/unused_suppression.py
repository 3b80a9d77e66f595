"""A comment silences a rule that finds nothing there.

Why:
    It was right once, or never; whoever reads it looks for what is wrong with the code, and the next finding on that
    line is silenced unseen. Rules that are off are not looked for, and comments that name them are left alone.

Bad:
    price = 1  # maingate: ignore[vague-name] -- an old interface

Good:
    data = 1  # maingate: ignore[vague-name] -- an old interface

Source: ruff's RUF100, mypy's `--warn-unused-ignores`.
"""
