"""The manifests as the overlays render, and the scripts that check them."""

import importlib.util
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

KUBERNETES = Path(__file__).parents[2] / "deploy/kubernetes"
Manifest = dict[str, Any]


def rendered_text(overlay: str) -> str:
    """Return an overlay as kubectl renders it; skips where there is none."""
    if not shutil.which("kubectl"):
        pytest.skip("needs kubectl, which renders the overlays")
    words = ["kubectl", "kustomize", str(KUBERNETES / "overlays" / overlay)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def rendered(overlay: str) -> list[Manifest]:
    return [one for one in yaml.safe_load_all(rendered_text(overlay)) if one]


def script(name: str) -> Any:
    """Return one of the checks beside the manifests as a module."""
    spec = importlib.util.spec_from_file_location(name, KUBERNETES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
