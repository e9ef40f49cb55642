"""Install what a requirements file pins, and our own packages, into this environment.

    python requirements/install.py FILE [PACKAGE FOLDER...]

With our own packages, those that services load are compiled lean (lean.py). uv does it, many times faster than pip, and pip where uv cannot be had. uv reads none of pip's settings, so they are handed
on: whoever reaches packages through a mirror has told pip. Only Python's standard library is used here.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
PIP = (sys.executable, "-m", "pip")
UV = (sys.executable, "-m", "uv", "pip")
QUIET = ("--quiet", "--disable-pip-version-check")
AS_UV_SAYS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}


def as_uv_reads(listed: str) -> dict[str, str]:
    """Return pip's settings, as `pip config list` prints them, as uv's environment; a command's own win over `global`."""
    found = {}
    for line in sorted(listed.splitlines(), key=lambda line: (line.startswith(":env:"), line.startswith("install."))):
        name, _, value = line.partition("=")
        scope, _, option = name.rpartition(".")
        if option in AS_UV_SAYS and scope in ("global", "install", ":env:"):
            found[AS_UV_SAYS[option]] = " ".join(ast.literal_eval(value).split())
    if "UV_FIND_LINKS" in found:
        found["UV_FIND_LINKS"] = found["UV_FIND_LINKS"].replace(" ", ",")
    return found


def uv_is_here() -> bool:
    """Install the pinned uv; return False where this machine has no wheel of it."""
    return install(*PIP, "install", *QUIET, "--require-hashes", "-r", str(HERE / "uv.txt"))


def environment() -> dict[str, str]:
    """Return what uv runs with: pip's settings, and above them whatever is set for uv itself."""
    listed = subprocess.run([*PIP, "config", "list"], check=True, capture_output=True, text=True).stdout
    return as_uv_reads(listed) | dict(os.environ)


def install(*words: str, settings: dict[str, str] | None = None) -> bool:
    """Run an installer; return whether it came through."""
    return subprocess.run(words, check=False, env=settings).returncode == 0


def install_all(pinned: str, packages: Sequence[str]) -> bool:
    """Install the pinned requirements, then our packages as they lie; return whether one of the two ways came through."""
    own = [word for folder in packages for word in ("-e", folder)]
    steps = [["--require-hashes", "-r", pinned], *([["--no-deps", "--no-build-isolation", *own]] if own else [])]
    if uv_is_here():
        settings = environment()
        if all(
            install(*UV, "install", "--quiet", "--python", sys.executable, *step, settings=settings) for step in steps
        ):
            return True
        sys.stderr.write("uv could not; pip tries the same, which takes minutes\n")
    return all(install(*PIP, "install", *QUIET, *step) for step in steps)


def main(pinned: str, *packages: str) -> None:
    """Install everything; ends the process with 1 if that fails. Services start without lean bytecode, too."""
    if not install_all(pinned, packages):
        sys.exit(1)
    if packages and not install(sys.executable, str(HERE / "lean.py")):
        sys.stderr.write("packages keep their docstrings in memory: some MB of each service\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
