"""Brings all databases to the newest revision, each by its service's own command, in forks of one process.

Loading what the services share costs two seconds a process; here it is loaded once. ``MIGRATIONS`` names, as JSON, the
services with their settings.
"""

import json
import os
import runpy
import sys
import traceback
from collections.abc import Mapping
from importlib import import_module
from typing import NoReturn

SHARED = ("common.cli.main",)


def start(service: str, settings: Mapping[str, str]) -> int:
    """Do what ``python -m <service> migrate`` does, in a child process; return its id."""
    sys.stdout.flush()
    pid = os.fork()
    return pid or _become(service, settings)


def _become(service: str, settings: Mapping[str, str]) -> NoReturn:
    code = 1
    try:
        os.environ.update(settings)
        sys.argv[1:] = ["migrate"]
        runpy.run_module(service, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # told to whoever reads the log; the code says that it failed
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> int:
    """Run all migrations side by side; 1 if one of them failed."""
    wanted: dict[str, dict[str, str]] = json.loads(os.environ.pop("MIGRATIONS"))
    for module in SHARED:
        import_module(module)
    running = {start(service, settings): service for service, settings in wanted.items()}
    failed = False
    while running:
        pid, status = os.wait()
        service, code = running.pop(pid, "?"), os.waitstatus_to_exitcode(status)
        if code:
            failed = True
            print(f"{service} migrate ended with code {code}", flush=True)  # noqa: T201  # read by the launcher
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
