"""`python -m maingate_recorder ARGUMENTS`: `python -m pytest ARGUMENTS`, recorded from its first import on."""

import runpy

from . import tracing

if __name__ == "__main__":
    tracing.start()
    try:
        runpy.run_module("pytest", run_name="__main__", alter_sys=True)
    finally:
        if (recorder := tracing.recorder()) is not None:
            recorder.end_all()
