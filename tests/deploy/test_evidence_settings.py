"""How registration signs in at an S3 store of evidence papers, as compose and Kubernetes hand it over: from files, to it alone."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.deploy.manifests import rendered
from typer.testing import CliRunner

from installer.__main__ import cli
from installer.secret_values import SERVICES
from registration.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
GIVEN = {"evidence_s3_key_id": "ocop", "evidence_s3_secret": "of the store"}


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def make(secrets: Path, *words: str) -> None:
    done = CliRunner().invoke(cli, ["secrets", "--folder", str(secrets), *words])
    assert done.exit_code == 0, done.output


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder of secrets of an installation whose papers lie in a bucket."""
    (tmp_path / "secret").write_text("of the store\n")
    make(tmp_path / "secrets", "--evidence-key-id", "ocop", "--evidence-secret-file", str(tmp_path / "secret"))
    return tmp_path / "secrets"


def test_registration_reads_them_from_its_files(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRETS_DIR", str(secrets / "registration"))
    settings = Settings.model_validate({})
    assert settings.evidence_s3_key_id == "ocop"
    assert settings.evidence_s3_secret.get_secret_value() == "of the store"


def test_no_other_service_is_given_them(secrets: Path) -> None:
    for service in {*SERVICES} - {"registration"}:
        assert files(secrets / service).keys() & GIVEN.keys() == set()


def test_an_installation_made_again_keeps_them(secrets: Path) -> None:
    make(secrets)
    assert GIVEN.items() <= files(secrets / "registration").items()
    assert files(secrets / "evidence-credentials") == GIVEN


def test_an_installation_without_a_store_is_given_none(tmp_path: Path) -> None:
    make(tmp_path)
    assert not (tmp_path / "evidence-credentials").exists()
    assert files(tmp_path / "registration").keys() & GIVEN.keys() == set()


def test_compose_lets_registration_out_to_a_store_and_mounts_its_files() -> None:
    compose: Any = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    service = compose["services"]["registration"]
    leading_out = [name for name in service["networks"] if not (compose["networks"][name] or {}).get("internal")]
    assert leading_out == ["outside"]
    assert f"./secrets/registration:{service['environment']['SECRETS_DIR']}:ro" in service["volumes"]


def test_production_mounts_the_installers_files_where_registration_looks(secrets: Path) -> None:
    manifests = rendered("production")
    [pod] = [
        one["spec"]["template"]["spec"]
        for one in manifests
        if one["kind"] == "Deployment" and one["metadata"]["name"] == "registration"
    ]
    [volume] = [one for one in pod["volumes"] if one["name"] == "secrets"]
    own, store = [source["secret"] for source in volume["projected"]["sources"]]
    assert own == {"name": "registration"}
    assert {item["key"] for item in store["items"]} == files(secrets / store["name"]).keys()
    assert {item["path"] for item in store["items"]} <= Settings.model_fields.keys()
    [settings] = [one["data"] for one in manifests if one["metadata"]["name"].startswith("settings-")]
    [mount] = [one for one in pod["containers"][0]["volumeMounts"] if one["name"] == "secrets"]
    assert mount["mountPath"] == settings["SECRETS_DIR"]
