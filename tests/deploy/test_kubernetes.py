"""What operators are asked for is what is declared: topics, users and rights; the database lets every replica in."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
PRODUCTION = ROOT / "deploy/kubernetes/overlays/production"
SMALL = ROOT / "deploy/kubernetes/overlays/small"
TOPICS, ACCESS = ROOT / "deploy/topics.yaml", ROOT / "deploy/access.yaml"


def manifests(name: str) -> dict[str, dict[str, Any]]:
    found = yaml.safe_load_all((PRODUCTION / name).read_text())
    return {one["metadata"]["name"]: one["spec"] for one in found}


def test_topics_are_those_declared() -> None:
    declared = yaml.safe_load(TOPICS.read_text())
    defaults = declared["defaults"]
    wanted = {
        name: {
            "partitions": own.get("partitions", defaults["partitions"]),
            "replicas": own.get("replication", defaults["replication"]),
            "config": {**defaults["config"], **own.get("config", {})},
        }
        for name, own in declared["topics"].items()
    }
    there = {
        name: spec | {"config": {key: str(value).lower() for key, value in spec["config"].items()}}
        for name, spec in manifests("topics.yaml").items()
    }
    assert there == wanted


def rights(spec: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    return {
        (operation, rule["resource"]["type"], rule["resource"]["name"], rule["resource"]["patternType"])
        for rule in spec["authorization"]["acls"]
        for operation in rule["operations"]
        if operation != "Describe"  # comes with reading and writing
    }


def test_users_may_do_what_is_declared_and_no_more() -> None:
    declared = yaml.safe_load(ACCESS.read_text())
    wanted = {
        user: {("Write", "topic", topic, "literal") for topic in access["writes"]}
        | {("Read", "topic", topic, "literal") for topic in access["reads"]}
        | {("Read", "group", user, "literal")}
        for user, access in declared["services"].items()
    } | {
        user: {("Read", "topic", topic, "literal") for topic in declared["subscribers"]["reads"]}
        | {("Read", "group", f"{user}.", "prefix")}
        for user in declared["subscribers"]["users"]
    }
    users = manifests("users.yaml")
    assert {name: rights(spec) for name, spec in users.items() if "authorization" in spec} == wanted
    node = (ROOT / "deploy/kafka/node.properties").read_text()
    kafka = manifests("kafka.yaml")["kafka"]["kafka"]
    unlimited = {name for name, spec in users.items() if "authorization" not in spec}
    assert unlimited == set(kafka["authorization"]["superUsers"]) == set(re.findall(r"User:(\w+)(?=;)", node))


def test_the_database_lets_in_every_replica_during_a_roll_out() -> None:
    patch = yaml.safe_load((PRODUCTION / "service.patch.yaml").read_text())
    cluster = next(spec for name, spec in manifests("postgres.yaml").items() if name == "postgres")
    pool = ServiceSettings.model_fields["database_pool_size"].default
    replicas = len(yaml.safe_load(ACCESS.read_text())["services"]) * (patch["spec"]["replicas"] + 1)
    kept_for_superusers = 10
    lets_in = int(cluster["postgresql"]["parameters"]["max_connections"]) - kept_for_superusers
    assert replicas * (2 * pool + 1) <= lets_in


def kafka_data(_: dict[str, Any]) -> str:
    node = (ROOT / "deploy/kafka/node.sh").read_text()
    [volume] = re.findall(r"^volume=\$\{KAFKA_VOLUME:-(.+)\}$", node, re.MULTILINE)
    return f"{volume}/log"


def postgres_data(container: dict[str, Any]) -> str:
    return next(one["value"] for one in container["env"] if one["name"] == "PGDATA")


@pytest.mark.parametrize(("name", "data_of"), [("kafka", kafka_data), ("postgres", postgres_data)])
def test_what_a_plain_set_keeps_lies_on_its_claim(name: str, data_of: Any) -> None:
    """Where the image declares a volume of its own, an ephemeral folder lies over any claim mounted above it."""
    kept = next(one for one in yaml.safe_load_all((SMALL / f"{name}.yaml").read_text()) if one["kind"] == "StatefulSet")
    [container] = kept["spec"]["template"]["spec"]["containers"]
    [claim] = kept["spec"]["volumeClaimTemplates"]
    image = (ROOT / f"deploy/ci-images/{name}/Dockerfile").read_text()  # its volumes are those of the official one
    mounted = {
        place: "ephemeral"
        for line in re.findall(r"^VOLUME (.+)$", image, re.MULTILINE)
        for place in yaml.safe_load(line)
    }
    mounted |= {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    data = Path(data_of(container))
    place = next(folder for folder in data.parents if str(folder) in mounted)
    assert mounted[str(place)] == claim["metadata"]["name"], f"{data} lies on {place}"
