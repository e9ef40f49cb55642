"""The steps by which docs/operate/install.md installs on Kubernetes work: the overlay that it shows, the secrets' image."""

import os
import re
import shutil
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
NEEDED = ("kubernetes", "kafka", "postgres", "proxy")
DOCKER = """\
#!/bin/bash
echo "$1" >> "$CALLS"
[ "$1" != image ] || [ -n "$HAS_IMAGE" ]
"""


def shown_overlay() -> str:
    section = (ROOT / "docs/operate/install.md").read_text().split("\n## Kubernetes\n")[1]
    found = re.search(r"^( +)apiVersion: kustomize.*\n(?:\1.*\n)+", section, re.MULTILINE)
    assert found is not None
    return textwrap.dedent(found[0])


def test_the_overlay_that_operators_are_shown_is_small_with_their_image_and_settings(tmp_path: Path) -> None:
    if not shutil.which("kubectl"):
        pytest.skip("needs kubectl, which renders the overlays")
    for part in NEEDED:
        shutil.copytree(ROOT / "deploy" / part, tmp_path / part)
    mine = tmp_path / "kubernetes/overlays/mine"
    mine.mkdir()
    (mine / "kustomization.yaml").write_text(shown_overlay())
    done = subprocess.run(["kubectl", "kustomize", str(mine)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    manifests: list[Any] = list(yaml.safe_load_all(done.stdout))
    settings = next(one["data"] for one in manifests if one["metadata"]["name"].startswith("settings"))
    assert settings["PUBLIC_URL"] == "https://ocop.example.org"
    assert settings["KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"
    pods = [one["spec"]["template"]["spec"] for one in manifests if one["kind"] in {"Deployment", "Job"}]
    images = {container["image"] for pod in pods for container in pod["containers"]}
    assert {image for image in images if "ocop-showcase" in image} == {"registry.example.org/ocop-showcase:0.1.0"}


@pytest.mark.parametrize(("has_image", "calls"), [("", ["image", "build", "build", "run"]), ("1", ["image", "run"])])
def test_secrets_are_made_by_an_image_that_is_built_where_it_is_missing(
    tmp_path: Path, has_image: str, calls: list[str]
) -> None:
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    environment = {**os.environ, "CALLS": str(tmp_path / "calls"), "HAS_IMAGE": has_image}
    environment["PATH"] = f"{tmp_path}:{environment['PATH']}"
    words = [
        "make",
        "--directory",
        str(tmp_path),
        "--file",
        str(ROOT / "Makefile"),
        "secrets",
        f"MAKEFILES={ROOT}/Makefile",
    ]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "calls").read_text().split() == calls
