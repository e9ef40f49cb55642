"""Evidence papers lie where they outlive a pod: every overlay, and each fault put in on purpose."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.deploy.manifests import Manifest, rendered, script

PAPERS = script("papers")
FOLDER = "/var/lib/ocop/evidence"
ENDS = f"Deployment registration: papers in {FOLDER} end with their pod: no claim is mounted there"
Manifests = list[Manifest]


def faults(manifests: Manifests) -> list[str]:
    return list(PAPERS.check_papers(manifests))


def one_of(manifests: Manifests, kind: str, beginning: str = "") -> Any:
    [found] = [one for one in manifests if one["kind"] == kind and one["metadata"]["name"].startswith(beginning)]
    return found


def registration(manifests: Manifests) -> Any:
    return one_of(manifests, "Deployment", "registration")["spec"]


def volume(manifests: Manifests, name: str) -> Any:
    volumes = registration(manifests)["template"]["spec"]["volumes"]
    return next(one for one in volumes if one["name"] == name)


def settings(manifests: Manifests) -> dict[str, str]:
    return one_of(manifests, "ConfigMap", "settings-")["data"]


@pytest.mark.parametrize("overlay", ["small", "production", "restored", "demo"])
def test_papers_outlive_their_pods_in_every_overlay(overlay: str) -> None:
    manifests = rendered(overlay)
    assert registration(manifests)
    assert faults(manifests) == []


def mount_what_ends_with_the_pod(manifests: Manifests) -> None:
    mounted = volume(manifests, "evidence")
    del mounted["persistentVolumeClaim"]
    mounted["emptyDir"] = {}


def mount_nothing(manifests: Manifests) -> None:
    [container] = registration(manifests)["template"]["spec"]["containers"]
    container["volumeMounts"] = [one for one in container["volumeMounts"] if one["mountPath"] != FOLDER]


def make_no_claim(manifests: Manifests) -> None:
    manifests.remove(one_of(manifests, "PersistentVolumeClaim"))


def look_elsewhere(manifests: Manifests) -> None:
    settings(manifests)["EVIDENCE_STORE"] = "/tmp/evidence"  # noqa: S108  # the pod's own


@pytest.mark.parametrize("fault", [mount_what_ends_with_the_pod, mount_nothing, make_no_claim])
def test_a_folder_that_ends_with_its_pod_is_found(fault: Callable[[Manifests], None]) -> None:
    manifests = rendered("small")
    fault(manifests)
    assert faults(manifests) == [ENDS]


def test_a_folder_beside_the_claim_is_found() -> None:
    manifests = rendered("small")
    look_elsewhere(manifests)
    assert faults(manifests) == [ENDS.replace(FOLDER, "/tmp/evidence")]  # noqa: S108


def test_where_the_database_is_thrown_away_papers_may_be_but_never_lie_in_the_image() -> None:
    manifests = rendered("demo")
    assert "emptyDir" in volume(manifests, "evidence")
    mount_nothing(manifests)
    assert faults(manifests) == [ENDS]


def test_a_claim_on_which_a_roll_out_would_stand_still_is_found() -> None:
    manifests = rendered("small")
    one_of(manifests, "PersistentVolumeClaim")["spec"]["accessModes"] = ["ReadWriteOncePod"]
    [found] = faults(manifests)
    assert "a roll-out stands still" in found


def test_more_replicas_than_a_claim_of_one_node_can_have_are_found() -> None:
    manifests = rendered("small")
    registration(manifests)["replicas"] = 2
    [found] = faults(manifests)
    assert "replicas on several nodes" in found
    one_of(manifests, "PersistentVolumeClaim")["spec"]["accessModes"] = ["ReadWriteMany"]
    assert faults(manifests) == []


def test_a_claim_that_the_services_user_may_not_write_on_is_found() -> None:
    manifests = rendered("small")
    del registration(manifests)["template"]["spec"]["securityContext"]["fsGroup"]
    [found] = faults(manifests)
    assert "no fsGroup" in found


def test_on_one_node_a_new_pod_goes_where_the_claim_is_mounted_already() -> None:
    """Else a roll-out on two nodes would wait for a claim that the old pod gives up only after it."""
    spec = registration(rendered("small"))
    [rule] = spec["template"]["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert rule["labelSelector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()
    assert rule["topologyKey"] == "kubernetes.io/hostname"


@pytest.mark.parametrize("overlay", ["production", "restored"])
@pytest.mark.parametrize("name", ["EVIDENCE_STORE", "EVIDENCE_S3_ENDPOINT", "EVIDENCE_S3_REGION"])
def test_a_setting_of_the_store_that_is_missing_is_named(overlay: str, name: str) -> None:
    manifests = rendered(overlay)
    del settings(manifests)[name]
    [found] = faults(manifests)
    assert f"{name} is missing" in found


@pytest.mark.parametrize("overlay", ["production", "restored"])
def test_a_stores_password_that_is_mounted_nowhere_is_named(overlay: str) -> None:
    manifests = rendered(overlay)
    volume(manifests, "secrets")["projected"]["sources"].pop()
    assert faults(manifests) == [
        f"Deployment registration: the file {name} among the secrets is missing"
        for name in ("evidence_s3_key_id", "evidence_s3_secret")
    ]
