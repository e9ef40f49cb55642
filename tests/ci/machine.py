"""A checkout whose tiers and programs are stand-ins, to run the real `.ci/run` in."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_RUN = 77
PATIENCE_SECONDS = 30
NOTHING = "#!/bin/sh\nexit 0\n"
OF_THE_MACHINE = ("make", "git", "docker", "apt-get")
TIERS = ("embedded", "faults", "process", "containers", "kubernetes")


class Machine:
    """A checkout with tiers of no content, on a machine of the test's making."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._programs = folder, folder / "bin"
        shutil.copytree(ROOT / ".ci", folder / ".ci")
        self._programs.mkdir()
        for name in OF_THE_MACHINE:
            self.let_program(name, NOTHING)
        for tier in TIERS:
            self.let_tier(tier, "exit 0")

    def let_tier(self, name: str, words: str) -> None:
        self._write(self.folder / ".ci/tiers" / name, f"#!/bin/bash\nset -e\n. .ci/lib.sh\n{words}\n")

    def let_program(self, name: str, text: str) -> None:
        self._write(self._programs / name, text)

    def start(self, *, user: int = 0, **settings: str) -> subprocess.Popen[str]:
        self.let_program("id", f"#!/bin/sh\necho {user}\n")
        path = f"{self._programs}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "OCOP_CI_CACHE": str(self.folder), **settings}
        command = [str(self.folder / ".ci/run")]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *, user: int = 0, **settings: str) -> subprocess.CompletedProcess[str]:
        running = self.start(user=user, **settings)
        try:
            told, warned = running.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            running.terminate()
            told, warned = running.communicate()
        return subprocess.CompletedProcess(running.args, running.returncode, told, warned)

    @staticmethod
    def _write(path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)
