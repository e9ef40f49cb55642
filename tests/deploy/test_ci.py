"""What CI's steps share: where they find what renders the manifests, and that they say so when nothing does."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_RUN = 77


def find_renderer(cache: Path) -> subprocess.CompletedProcess[str]:
    """Ask for it on a machine that has nothing but its cache."""
    words = ["/bin/bash", "-c", ". .ci/lib.sh; find_renderer && command -v kubectl"]
    environment = {"OCOP_CI_CACHE": str(cache), "PATH": "/nowhere"}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_clusters_kubectl_renders_the_manifests(tmp_path: Path) -> None:
    kubectl = tmp_path / "k8s/bin/kubectl"
    kubectl.parent.mkdir(parents=True)
    kubectl.touch(mode=0o755)
    assert find_renderer(tmp_path).stdout.strip() == str(kubectl)


def test_that_nothing_renders_them_is_said_loudly(tmp_path: Path) -> None:
    done = find_renderer(tmp_path)
    assert done.returncode == NOT_RUN
    assert "!!! NOT RUN: checks of the rendered manifests" in done.stderr
