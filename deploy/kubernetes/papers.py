"""Evidence papers lie where they outlive every pod: on a claim, or in a store that speaks S3, with all that it takes."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

Manifest = dict[str, Any]
FROM_SECRETS = ("evidence_s3_key_id", "evidence_s3_secret")


def check_papers(manifests: list[Manifest]) -> Iterator[str]:
    """Whoever runs registration says where papers lie, and nothing that was handed in ends with a pod."""
    for one in manifests:
        if (one["kind"], one["metadata"]["name"]) == ("Deployment", "registration"):
            yield from (f"Deployment registration: {fault}" for fault in _faults(one["spec"], manifests))


def _faults(spec: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    pod = spec["template"]["spec"]
    [container] = pod["containers"]
    settings = _settings(container, manifests)
    store = settings.get("EVIDENCE_STORE", "")
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    if not store:
        yield "EVIDENCE_STORE is missing: papers would lie in the pod"
    elif store.startswith("s3://"):
        yield from (f"{name} is missing" for name in _missing(settings, container, volumes))
    else:
        yield from _faults_of_folder(store, spec, _volume_at(store, container, volumes), manifests)


def _faults_of_folder(folder: str, spec: Manifest, volume: Manifest, manifests: list[Manifest]) -> Iterator[str]:
    claims = {one["metadata"]["name"]: one for one in manifests if one["kind"] == "PersistentVolumeClaim"}
    claim = claims.get(volume.get("persistentVolumeClaim", {}).get("claimName", ""))
    if claim is None:
        if _keeps_database(manifests) or "emptyDir" not in volume:  # a play throws database and papers away
            yield f"papers in {folder} end with their pod: no claim is mounted there"
        return
    modes = claim["spec"]["accessModes"]
    if "ReadWriteOncePod" in modes:
        yield "a roll-out stands still: the new pod may not have the claim beside the old one"
    if spec.get("replicas", 1) > 1 and "ReadWriteMany" not in modes:
        yield "replicas on several nodes need a claim for many, or a store"
    if "fsGroup" not in spec["template"]["spec"].get("securityContext", {}):
        yield "may not write on its claim: no fsGroup"


def _settings(container: Manifest, manifests: list[Manifest]) -> dict[str, str]:
    """Return what the container's environment says; its own words go before those of config maps."""
    maps = {one["metadata"]["name"]: one["data"] for one in manifests if one["kind"] == "ConfigMap"}
    named = [source["configMapRef"]["name"] for source in container.get("envFrom", []) if "configMapRef" in source]
    found: dict[str, str] = {}
    for name in named:
        found |= maps.get(name, {})
    return found | {one["name"]: one.get("value", "") for one in container.get("env", [])}


def _missing(settings: dict[str, str], container: Manifest, volumes: dict[str, Manifest]) -> Iterator[str]:
    if not settings.get("EVIDENCE_S3_REGION"):
        yield "EVIDENCE_S3_REGION"
    if "EVIDENCE_S3_ENDPOINT" not in settings:  # empty says Amazon's own
        yield "EVIDENCE_S3_ENDPOINT"
    volume = _volume_at(settings.get("SECRETS_DIR", ""), container, volumes)
    sources = [source.get("secret", {}) for source in volume.get("projected", {}).get("sources", [])]
    files = {item["path"] for source in sources for item in source.get("items", [])}
    yield from (f"the file {name} among the secrets" for name in FROM_SECRETS if name not in files)


def _volume_at(folder: str, container: Manifest, volumes: dict[str, Manifest]) -> Manifest:
    """Return the volume that a folder lies on; nothing where that is the image's own root."""
    mounts = {mount["mountPath"].rstrip("/"): mount for mount in container.get("volumeMounts", [])}
    path = PurePosixPath(folder)
    for place in map(str, (path, *path.parents)):
        if place in mounts:
            return volumes[mounts[place]["name"]]
    return {}


def _keeps_database(manifests: list[Manifest]) -> bool:
    """Tell whether the database outlives its pods."""
    return any(
        one["kind"] == "Cluster" or (one["kind"] == "StatefulSet" and one["spec"].get("volumeClaimTemplates"))
        for one in manifests
    )
