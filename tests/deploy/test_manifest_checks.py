"""The check of the manifests finds what a schema cannot see: each fault, put in on purpose."""

import subprocess
import sys
from copy import deepcopy
from typing import Any

import pytest
import yaml
from tests.deploy.manifests import KUBERNETES, rendered, script

Manifests = list[dict[str, Any]]
OPERATED = script("operated")


def production() -> Manifests:
    """Return production as its files lie, with the services that its secrets are for."""
    paths = [*(KUBERNETES / "base").glob("*.yaml"), *(KUBERNETES / "overlays/production").glob("*.yaml")]
    found = [one for path in paths for one in yaml.safe_load_all(path.read_text())]
    return deepcopy([one for one in found if one["kind"] != "Kustomization" and one["metadata"]["name"] != "any"])


def of_kind(manifests: Manifests, kind: str) -> dict[str, Any]:
    return next(one for one in manifests if one["kind"] == kind)


def test_no_operator_takes_over_a_secret_of_ours() -> None:
    manifests = production()
    assert list(OPERATED.check_secrets(manifests)) == []
    del of_kind(manifests, "Kafka")["spec"]["entityOperator"]["userOperator"]["secretPrefix"]
    services = ("registration", "allocation", "notifications", "reporting")
    assert {fault.split(":")[0] for fault in OPERATED.check_secrets(manifests)} == {
        f"KafkaUser {one}" for one in services
    }


def test_what_strimzi_starts_fits_a_restricted_namespace() -> None:
    manifests = production()
    assert list(OPERATED.check_restricted(manifests)) == []
    del of_kind(manifests, "KafkaNodePool")["spec"]["template"]["kafkaContainer"]
    del of_kind(manifests, "Kafka")["spec"]["entityOperator"]["template"]["userOperatorContainer"]
    assert sorted(OPERATED.check_restricted(manifests)) == [
        "Kafka kafka: userOperatorContainer is not restricted",
        "KafkaNodePool node: kafkaContainer is not restricted",
    ]


def test_without_a_renderer_the_files_are_checked_as_they_lie() -> None:
    words = [sys.executable, str(KUBERNETES / "check.py")]
    done = subprocess.run(words, env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("neither kubectl nor kustomize is here: no faults\n")


@pytest.mark.parametrize("overlay", ["small", "production"])
def test_no_process_of_ours_is_the_first_of_its_namespace_where_a_stop_is_not_heard(overlay: str) -> None:
    pods = {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]
        for one in rendered(overlay)
        if one["kind"] in {"Deployment", "Job"} and "ocop-showcase" in str(one["spec"]["template"]["spec"])
    }
    assert {"registration", "allocation", "notifications", "reporting"} <= pods.keys()
    assert {name for name, pod in pods.items() if not pod.get("shareProcessNamespace")} == set()
