"""Checks the manifests without a cluster: ``python deploy/kubernetes/check.py``; what ``make manifests-check`` runs.

Kubernetes' own kinds against its schemas, strictly (kubernetes-validate, offline); then what a schema cannot see. With
kubectl or kustomize at hand the rendered overlays are checked, else the files as they lie. The kinds of Strimzi,
CloudNativePG and the Prometheus operator are held to the definitions that were made from their packages.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import custom
import kubernetes_validate
import operated
import papers
import yaml

HERE = Path(__file__).parent
OVERLAYS = ("small", "production", "restored", "demo", "small-scanner", "production-scanner")
VERSION = "1.34"
OTHERS = ("strimzi.io/", "cnpg.io/", "monitoring.coreos.com/")
Manifest = dict[str, Any]


def load(text: str) -> list[Manifest]:
    """Return the documents of a YAML text."""
    documents: Iterator[Any] = yaml.safe_load_all(text)
    return [document for document in documents if document]


def render(overlay: str) -> list[Manifest]:
    """Return the overlay's manifests as kustomize renders them; nothing without it."""
    for words in (["kubectl", "kustomize"], ["kustomize", "build"]):
        if shutil.which(words[0]):
            done = subprocess.run(
                [*words, str(HERE / "overlays" / overlay)], capture_output=True, text=True, check=True
            )
            return load(done.stdout)
    return []


def read_files() -> list[Manifest]:
    """Return the manifests as they lie in their files, without patches."""
    paths = [path for path in sorted(HERE.rglob("*.yaml")) if ".patch." not in path.name]
    found = [manifest for path in paths for manifest in load(path.read_text(encoding="utf-8"))]
    return [manifest for manifest in found if manifest["kind"] not in {"Kustomization", "Component"}]


def check_schema(manifest: Manifest) -> Iterator[str]:
    if any(part in manifest["apiVersion"] for part in OTHERS):
        yield from (f"{name_of(manifest)}: {fault}" for fault in custom.faults(manifest))
        return
    try:
        kubernetes_validate.validate(manifest, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        yield f"{name_of(manifest)}: {'.'.join(map(str, error.path))}: {error.message}"


def check_pods(manifest: Manifest) -> Iterator[str]:
    """A pod fits the restricted level, writes nothing into its image, and says what it needs."""
    pod = manifest.get("spec", {}).get("template", {}).get("spec")
    if pod is None or "containers" not in pod:
        return
    if not pod.get("securityContext", {}).get("runAsNonRoot"):
        yield f"{name_of(manifest)}: may run as root"
    volumes = {volume["name"] for volume in pod.get("volumes", [])}
    volumes |= {claim["metadata"]["name"] for claim in manifest["spec"].get("volumeClaimTemplates", [])}
    for container in [*pod.get("initContainers", []), *pod["containers"]]:
        yield from (f"{name_of(manifest)}: {container['name']}: {fault}" for fault in faults_of(container, volumes))


def faults_of(container: Manifest, volumes: set[str]) -> Iterator[str]:
    held = container.get("securityContext", {})
    if held.get("allowPrivilegeEscalation") is not False or held.get("capabilities", {}).get("drop") != ["ALL"]:
        yield "keeps privileges"
    if not held.get("readOnlyRootFilesystem"):
        yield "may write into its image"
    resources = container.get("resources", {})
    if "memory" not in resources.get("limits", {}) or {"cpu", "memory"} - set(resources.get("requests", {})):
        yield "does not say what it needs"
    if container["image"].endswith(":latest") or ":" not in container["image"]:
        yield f"image {container['image']} is of no version"
    for mount in container.get("volumeMounts", []):
        if mount["name"] not in volumes:
            yield f"mounts {mount['name']}, which is no volume"
    ports = {port["name"] for port in container.get("ports", [])}
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        for way in ("httpGet", "tcpSocket"):
            port = container.get(probe, {}).get(way, {}).get("port")
            if isinstance(port, str) and port not in ports:
                yield f"{probe} asks port {port}, which it has not"


def check_selectors(manifests: list[Manifest]) -> Iterator[str]:
    """Services and disruption budgets choose pods that are there."""
    pods = [one["spec"]["template"]["metadata"].get("labels", {}) for one in manifests if is_workload(one)]
    for one in manifests:
        selector = one.get("spec", {}).get("selector") or {}
        wanted = selector.get("matchLabels", selector)
        chooses = one["kind"] in {"Service", "PodDisruptionBudget"} and wanted
        if chooses and not any(wanted.items() <= labels.items() for labels in pods):
            yield f"{name_of(one)}: chooses no pod ({wanted})"


def is_workload(manifest: Manifest) -> bool:
    return manifest["kind"] in {"Deployment", "StatefulSet"}


def name_of(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def check(overlay: str) -> list[str]:
    """Return what is wrong with an overlay."""
    manifests = render(overlay)
    faults = [fault for one in manifests for fault in (*check_schema(one), *check_pods(one))]
    for check_all in (check_selectors, operated.check_secrets, operated.check_restricted, papers.check_papers):
        faults += check_all(manifests)
    return [f"{overlay}: {fault}" for fault in faults]


def main() -> int:
    """Print every fault; 1 if there is one."""
    if render("small"):
        faults = [fault for overlay in OVERLAYS for fault in check(overlay)]
        what = f"overlays {', '.join(OVERLAYS)}, rendered"
    else:
        faults = [fault for one in read_files() for fault in check_schema(one)]
        what = "files as they lie: neither kubectl nor kustomize is here"
    for fault in faults:
        print(fault, file=sys.stderr)  # noqa: T201
    print(f"{what}: {len(faults) or 'no'} faults")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
