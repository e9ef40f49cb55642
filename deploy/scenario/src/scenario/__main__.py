"""The command line: check a scenario, play it against a running system, or make the default one's data."""

import sys

from scenario.commands import main

if __name__ == "__main__":
    sys.exit(main())
