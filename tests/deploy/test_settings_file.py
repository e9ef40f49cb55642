"""The settings of a compose installation lie in one file, which make and plain Docker Compose both read."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "deploy/.env.example"
SAID = {
    "PUBLIC_URL": "https://ocop.example.org",
    "SMTP_HOST": "mail.example.org",
    "SMTP_CA_FILE": "/run/secrets/mail-authority.pem",
    "COMPOSE_PROFILES": "prometheus",
}


def defaults(text: str) -> dict[str, str]:
    """Return the variables of compose.yaml with a default, as it says them."""
    return dict(re.findall(r"\$\{(\w+):-((?:[^{}]|\$\{[^}]*\})*)\}", text))


def test_the_example_names_every_setting_with_its_default() -> None:
    written = dict(re.findall(r"(?m)^#(\w+)=(.*)$", EXAMPLE.read_text()))
    wanted = defaults((ROOT / "deploy/compose.yaml").read_text())
    wanted["PUBLIC_URL"] = wanted["PUBLIC_URL"].replace("${OCOP_PORT:-8020}", wanted["OCOP_PORT"])
    assert written == wanted | {"OCOP_PORT": "8020", "COMPOSE_PROFILES": "", "SMTP_CA_FILE": "", "AGENCIES_TABLE": ""}


def test_the_file_itself_is_never_committed() -> None:
    ignored = subprocess.run(["git", "check-ignore", "-q", "deploy/.env"], cwd=ROOT, check=False)
    assert ignored.returncode == 0


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A checkout with settings of its own: what make and compose read of it."""
    for name in ("Makefile", "deploy/compose.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "deploy/.env").write_text("".join(f"{name}={value}\n" for name, value in SAID.items()))
    return tmp_path


def run(folder: Path, *words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in SAID}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def by_make(folder: Path, line: str) -> str:
    """Run a line of a recipe, in which $(COMPOSE) stands for what make calls Docker Compose with."""
    return run(folder, "make", "--no-print-directory", "--eval", f"said: ; @{line}", "said")


def test_make_and_plain_compose_read_the_same_settings(installation: Path) -> None:
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("Docker Compose v2 is not installed")
    plain: Any = json.loads(
        run(installation, "docker", "compose", "-f", "deploy/compose.yaml", "config", "--format=json")
    )
    assert json.loads(by_make(installation, "$(COMPOSE) config --format=json")) == plain
    settings = plain["services"]["notifications"]["environment"]
    assert {name: settings[name] for name in SAID if name != "COMPOSE_PROFILES"} == {
        name: value for name, value in SAID.items() if name != "COMPOSE_PROFILES"
    }
    assert ("prometheus" in plain["services"], "stage" in plain["services"]) == (True, False)


def test_a_demonstration_takes_no_settings_of_the_installation(installation: Path) -> None:
    assert "deploy/.env" in by_make(installation, "echo '$(COMPOSE)'")
    assert "deploy/.env" not in by_make(installation, "echo '$(DEMO)'")
