"""Set-up by uv with pip's settings, and by pip where uv cannot be had; the installer runs as `make install` runs it."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

INSTALLER = Path(__file__).parents[2] / "requirements" / "install.py"
as_uv_reads = runpy.run_path(str(INSTALLER))["as_uv_reads"]
make_environment = runpy.run_path(str(INSTALLER.with_name("environment.py")))["make"]


def test_what_pip_was_told_of_its_mirror_reaches_uv() -> None:
    listed = """\
global.cert='/etc/ssl/our.crt'
global.index-url='https://mirror.example/simple'
global.no-cache-dir='false'
install.trusted-host='mirror.example'
"""
    assert as_uv_reads(listed) == {
        "SSL_CERT_FILE": "/etc/ssl/our.crt",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INSECURE_HOST": "mirror.example",
    }


@pytest.mark.parametrize("order", [1, -1])
def test_the_environment_wins_over_a_commands_setting_and_that_over_the_global_one(order: int) -> None:
    lines = ["global.timeout='1'", "install.timeout='2'", ":env:.timeout='3'", "install.proxy='b'", "global.proxy='a'"]
    listed = "\n".join(lines[::order])
    assert as_uv_reads(listed) == {"UV_HTTP_TIMEOUT": "3", "ALL_PROXY": "b"}


def test_settings_of_other_commands_of_pip_stay_there() -> None:
    assert as_uv_reads("download.index-url='https://other.example'") == {}


def test_several_folders_of_wheels_are_told_as_uv_parts_them() -> None:
    assert as_uv_reads("global.find-links='\\n/opt/a\\n/opt/b'") == {"UV_FIND_LINKS": "/opt/a,/opt/b"}


@pytest.fixture
def elsewhere(tmp_path: Path, giver: str) -> Path:
    """A folder with the installer, an environment of its own and no package index at all."""
    shutil.copy(INSTALLER, tmp_path / "install.py")
    (tmp_path / "uv.txt").write_text("no-such-installer==1.0 --hash=sha256:" + "0" * 64 + "\n")
    make_environment(tmp_path / "environment", giver, sys.executable)
    return tmp_path


def run(elsewhere: Path, pinned: str) -> subprocess.CompletedProcess[str]:
    (elsewhere / "pinned.txt").write_text(pinned)
    python = elsewhere / "environment" / "bin" / "python"
    assert Path(sys.executable) != python
    return subprocess.run(
        [python, elsewhere / "install.py", elsewhere / "pinned.txt"],
        env={**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(elsewhere)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_pip_installs_where_uv_cannot_be_had(elsewhere: Path) -> None:
    done = run(elsewhere, "# nothing is pinned\n")
    assert done.returncode == 0, done.stderr


def test_a_package_that_nobody_has_fails_the_set_up_and_is_named(elsewhere: Path) -> None:
    done = run(elsewhere, "no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    assert done.returncode == 1
    assert "no-such-package" in done.stderr
