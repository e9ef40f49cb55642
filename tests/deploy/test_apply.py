"""What apply.sh asks of a cluster, in which order, and what it says when a step fails; kubectl is a stand-in that notes calls."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.deploy.manifests import KUBERNETES, rendered_text

KUBECTL = """\
#!/bin/bash
echo "$*" >> "$CLUSTER/calls"
if [ -e "$CLUSTER/refuses" ] && grep -qE "$(cat "$CLUSTER/refuses")" <<< "$*"; then echo "the server refuses" >&2; exit 1; fi
case "$*" in
  kustomize*) cat "$CLUSTER/rendered" ;;
  *"apply --filename -") cat >/dev/null ;;
  *"get statefulset"*) echo statefulset/kafka ;;
  *"get job"*) cat "$CLUSTER/jobs" ;;
  *"get secret"*"--output name") [ -e "$CLUSTER/made" ] && grep -qxF "$5" "$CLUSTER/made" ;;
  *.status.secret*) echo kafka-user-reporting ;;
  *"get kafkausers"*) echo reporting ;;
  *"get secret kafka-user-reporting"*) if [ -e "$CLUSTER/asked" ]; then echo new; else echo old; touch "$CLUSTER/asked"; fi ;;
  *"get secret kafka-setup"*data.reporting*) echo new ;;
esac
"""
READER = "kind: Deployment\nspec:\n  secret:\n    secretName: reporting\n"
JOB = "kind: Job\nmetadata:\n  labels:\n    ocop/stage: setup\n"
USER = "kind: KafkaUser\nspec:\n  valueFrom:\n    secretKeyRef:\n      key: reporting\n      name: kafka-setup\n"


class Cluster:
    """What kubectl answers, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.secrets = folder, folder / "secrets"
        (folder / "bin").mkdir()
        (folder / "bin/kubectl").write_text(KUBECTL)
        (folder / "bin/kubectl").chmod(0o755)
        self.give("jobs", "databases:Complete")

    def give(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def add_secrets(self, *names: str) -> None:
        for name in names:
            (self.secrets / name).mkdir(parents=True)

    def apply(self) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "CLUSTER": str(self.folder), "TIMEOUT": "5s"}
        environment["PATH"] = f"{self.folder / 'bin'}:{environment['PATH']}"
        words = ["bash", str(KUBERNETES / "apply.sh"), "overlay", str(self.secrets)]
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    @property
    def calls(self) -> list[str]:
        return [line.removeprefix("--namespace ocop ") for line in (self.folder / "calls").read_text().splitlines()]

    def place(self, beginning: str) -> int:
        return next(place for place, call in enumerate(self.calls) if call.startswith(beginning))


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


SERVICES = ("registration", "allocation", "notifications", "reporting")
READ_EVERYWHERE = {*SERVICES, *(f"{service}-migrate" for service in SERVICES), "databases", "kafka-setup"}


@pytest.mark.parametrize(
    ("overlay", "besides"),
    [
        ("small", {"postgres", "kafka"}),
        ("production", {"postgres-superuser", "backup-credentials", "evidence-credentials"}),
    ],
)
def test_the_cluster_is_given_the_secrets_that_its_overlay_reads_and_no_other(
    cluster: Cluster, overlay: str, besides: set[str]
) -> None:
    cluster.give("rendered", rendered_text(overlay))
    cluster.add_secrets(*READ_EVERYWHERE, *besides, "player", "grafana", "subscriber")
    cluster.apply()
    made = {call.split()[3] for call in cluster.calls if call.startswith("create secret generic")}
    assert made == READ_EVERYWHERE | besides


def test_a_secret_that_nobody_made_is_named_before_anything_is_applied(cluster: Cluster) -> None:
    cluster.give("rendered", READER)
    done = cluster.apply()
    assert done.returncode == 1
    assert "secret reporting: neither a folder of" in done.stderr
    assert not any("apply" in call for call in cluster.calls)


def test_a_secret_of_another_store_is_left_as_it_is(cluster: Cluster) -> None:
    cluster.give("rendered", READER)
    cluster.give("made", "reporting\n")
    assert cluster.apply().returncode == 0
    assert not any(call.startswith("create secret") for call in cluster.calls)


def test_a_set_that_does_not_become_ready_ends_it_with_the_reason(cluster: Cluster) -> None:
    cluster.give("rendered", JOB)
    cluster.give("refuses", "rollout status")
    done = cluster.apply()
    assert done.returncode == 1
    assert "the server refuses" in done.stderr
    assert "statefulset/kafka: not ready" in done.stderr
    assert not any(call.startswith("delete job") for call in cluster.calls)


def test_a_job_that_failed_ends_it_at_once_with_what_the_job_said(cluster: Cluster) -> None:
    cluster.give("rendered", JOB)
    cluster.give("jobs", "databases:Complete\ntopics:FailureTarget Failed\n")
    done = cluster.apply()
    assert done.returncode == 1
    assert "setup: not complete: topics" in done.stderr
    assert len([call for call in cluster.calls if call.startswith("get job")]) == 1
    assert cluster.calls[cluster.place("logs")].startswith("logs --selector batch.kubernetes.io/job-name in (topics)")


def test_services_roll_out_only_after_strimzi_has_taken_over_the_passwords(cluster: Cluster) -> None:
    cluster.give("rendered", USER)
    cluster.add_secrets("kafka-setup")
    done = cluster.apply()
    assert done.returncode == 0, done.stderr
    assert len([call for call in cluster.calls if call.startswith("get secret kafka-user-reporting")]) == 2
    assert cluster.place("annotate kafkausers") < cluster.place("get secret kafka-user-reporting")
