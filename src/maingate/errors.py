"""Exceptions that end a run, each with its exit code; the command line prints them in one line."""

PASSED = 0
FAILED = 1
NOT_ASKED = 2
UNKNOWN = 3
EXIT_CODES = {"passed": PASSED, "failed": FAILED, "unknown": UNKNOWN}


class MaingateError(Exception):
    """A run could not be carried out; `exit_code` says how it ends, `advice` what to do next."""

    exit_code = UNKNOWN

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}; {self.advice}" if self.advice else message


class UsageError(MaingateError):
    """The gate could not be asked: arguments, configuration, or no repository."""

    exit_code = NOT_ASKED


class ConfigurationError(UsageError):
    """The judged tree's configuration is wrong; `errors` holds one line per error."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


class ObservationError(MaingateError):
    """Something needed to observe is missing or broken; never a pass."""
