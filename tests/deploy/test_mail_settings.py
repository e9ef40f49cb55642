"""How notifications signs in at the mail server, as compose and Kubernetes hand it over: from files, to it alone."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from installer.__main__ import cli
from installer.secret_values import SERVICES
from notifications.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
GIVEN = {"smtp_username": "ocop", "smtp_password": "of the mail server", "mail-authority.pem": "-----BEGIN"}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder of secrets of an installation whose mail server asks for a user."""
    for name, content in GIVEN.items():
        (tmp_path / name).write_text(f"{content}\n")
    words = ["secrets", "--folder", str(tmp_path / "secrets"), "--smtp-username", "ocop"]
    words += ["--smtp-password-file", str(tmp_path / "smtp_password")]
    words += ["--smtp-ca-file", str(tmp_path / "mail-authority.pem")]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    return tmp_path / "secrets"


def compose_service(name: str) -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"][name]


def test_notifications_reads_user_and_password_from_its_files(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRETS_DIR", str(secrets / "notifications"))
    monkeypatch.setenv("SMTP_CA_FILE", str(secrets / "notifications/mail-authority.pem"))
    settings = Settings.model_validate({})
    assert (settings.smtp_username, settings.smtp_password.get_secret_value()) == ("ocop", "of the mail server")
    assert settings.smtp_ca_file is not None
    assert settings.smtp_ca_file.read_text().startswith("-----BEGIN")


def test_no_other_service_is_given_them(secrets: Path) -> None:
    for service in {*SERVICES} - {"notifications"}:
        assert {path.name for path in (secrets / service).iterdir()} & {*GIVEN} == set()


def test_an_installation_made_again_keeps_them(secrets: Path) -> None:
    CliRunner().invoke(cli, ["secrets", "--folder", str(secrets)])
    assert {*GIVEN} <= {path.name for path in (secrets / "notifications").iterdir()}


def test_compose_mounts_the_files_where_the_service_looks_and_hands_the_authority_on() -> None:
    service = compose_service("notifications")
    folder = service["environment"]["SECRETS_DIR"]
    assert f"./secrets/notifications:{folder}:ro" in service["volumes"]
    assert service["environment"]["SMTP_CA_FILE"] is None  # as the operator's environment has it, or not at all


def test_kubernetes_mounts_the_files_where_the_service_looks() -> None:
    base = DEPLOY / "kubernetes/base"
    settings = dict(line.split("=", 1) for line in (base / "settings.env").read_text().splitlines())
    [workload, _] = yaml.safe_load_all((base / "notifications.yaml").read_text())
    patch = yaml.safe_load((base / "service.patch.yaml").read_text())
    [secret] = [one for one in workload["spec"]["template"]["spec"]["volumes"] if one["name"] == "secrets"]
    [container] = patch["spec"]["template"]["spec"]["containers"]
    [mount] = [one for one in container["volumeMounts"] if one["name"] == "secrets"]
    assert secret["secret"]["secretName"] == "notifications"  # a name; apply.sh makes it from that folder
    assert mount["mountPath"] == settings["SECRETS_DIR"]
