"""maingate: one quality gate for Python projects."""

__version__ = "0.1.0"
