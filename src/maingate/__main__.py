"""`python -m maingate`."""

import sys

from maingate.cli import main

sys.exit(main())
