"""command.sh: a service's command, in the cluster, with what the service is given; kubectl is a stand-in that notes calls."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from common.settings import ServiceSettings
from installer.__main__ import cli

KUBERNETES = Path(__file__).parents[2] / "deploy/kubernetes"
KUBECTL = """\
#!/bin/bash
case "$*" in
  kustomize*) exec "$KUBECTL" "$@" ;;
  *"create --filename"*) cp "${@: -1}" "$CLUSTER/created" ;;
  *"get job"*) echo "$ENDS" ;;
  *"logs job/"*) echo "what $4 said" ;;
esac
"""


def run(folder: Path, *words: str, ends: str = "SuccessCriteriaMet Complete") -> subprocess.CompletedProcess[str]:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("needs kubectl, which renders the overlays")
    (folder / "kubectl").write_text(KUBECTL)
    (folder / "kubectl").chmod(0o755)
    environment = {**os.environ, "CLUSTER": str(folder), "ENDS": ends, "KUBECTL": kubectl}
    environment["PATH"] = f"{folder}:{environment['PATH']}"
    command = ["bash", str(KUBERNETES / "command.sh"), str(KUBERNETES / "overlays/production"), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def created(folder: Path) -> dict[str, Any]:
    [job] = [one for one in yaml.safe_load_all((folder / "created").read_text()) if one]
    return job


def test_the_words_reach_the_command_as_they_were_said(tmp_path: Path) -> None:
    done = run(tmp_path, "registration", "dead-letters", "drop", "key: a", "--by", "Lê's friend")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "what job/command-registration said\n"
    job = created(tmp_path)
    [container] = job["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["registration", "dead-letters", "drop", "key: a", "--by", "Lê's friend"]


def test_a_command_that_fails_fails_here(tmp_path: Path) -> None:
    done = run(tmp_path, "reporting", "rebuild", ends="FailureTarget Failed")
    assert done.returncode == 1
    assert done.stdout == "what job/command-reporting said\n"
    assert "command-reporting failed" in done.stderr


def test_a_service_that_is_none_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, "catering", "republish")
    assert done.returncode == 2
    assert "the overlay has no command-catering" in done.stderr


def test_a_command_is_given_what_the_installer_makes_under_the_names_of_settings(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ["secrets", "--folder", str(tmp_path)]).exit_code == 0
    jobs = list(yaml.safe_load_all((KUBERNETES / "base/commands.yaml").read_text()))
    assert len(jobs) == 4
    for job in jobs:
        [volume] = job["spec"]["template"]["spec"]["volumes"]
        given = [
            (source["secret"]["name"], item)
            for source in volume["projected"]["sources"]
            for item in source["secret"]["items"]
        ]
        assert [item for name, item in given if not (tmp_path / name / item["key"]).is_file()] == []
        assert {item["path"] for _, item in given} - {"authority.pem"} <= set(ServiceSettings.model_fields)
