"""NetworkPolicies let through what is needed and nothing else: every pair of pods, from the rendered manifests.

The cluster that tests run on does not enforce them; what they say is worked out here by Kubernetes' own rules: a pod
that no policy chooses is open, one that some choose may do what any of them allows, and both ends must allow it.
"""

from itertools import product
from typing import Any

import pytest
from tests.deploy.manifests import rendered

COMPONENT, NAME = "app.kubernetes.io/component", "app.kubernetes.io/name"
SERVICES = ("registration", "allocation", "notifications", "reporting")
OWN = "ocop"
Json = dict[str, Any]

# name: namespace, labels, ports by name
PLACES: dict[str, tuple[str, dict[str, str], dict[str, int]]] = {
    **{name: (OWN, {COMPONENT: "service", NAME: name}, {"http": 8000}) for name in SERVICES},
    "migration": (OWN, {COMPONENT: "migration"}, {}),
    "setup": (OWN, {COMPONENT: "setup"}, {}),
    "command": (OWN, {COMPONENT: "command"}, {}),
    "dns": ("kube-system", {}, {"dns": 53}),
    "stranger": ("elsewhere", {COMPONENT: "service", NAME: "reporting"}, {"http": 8000}),
    "neighbour": (OWN, {}, {"http": 8000}),
}
SMALL = {
    "kafka": (OWN, {NAME: "kafka"}, {"kafka": 9092}),
    "postgres": (OWN, {NAME: "postgres"}, {"postgres": 5432}),
    "proxy": (OWN, {COMPONENT: "proxy", NAME: "proxy"}, {"http": 8020}),
}
SCANNER = {"clamav": (OWN, {COMPONENT: "scanner", NAME: "clamav"}, {"clamd": 3310})}
STAGE = {"stage": (OWN, {NAME: "stage"}, {"http": 8025, "smtp": 1025})}
DATABASE_PORTS = {"postgres": 5432, "status": 8000, "metrics": 9187}
KAFKA_LABELS = {"strimzi.io/cluster": "kafka", "strimzi.io/name": "kafka-kafka"}
PRODUCTION = {
    "kafka": (OWN, KAFKA_LABELS, {"tls": 9093, "replication": 9091}),
    "entity-operator": (OWN, {"strimzi.io/cluster": "kafka", "strimzi.io/name": "kafka-entity-operator"}, {}),
    "postgres": (OWN, {"cnpg.io/cluster": "postgres"}, DATABASE_PORTS),
    "restored": (OWN, {"cnpg.io/cluster": "postgres-restored"}, DATABASE_PORTS),
    "solver": (OWN, {"acme.cert-manager.io/http01-solver": "true"}, {"acmesolver": 8089}),
    "ingress": ("ingress-nginx", {}, {}),
    "prometheus": ("monitoring", {}, {}),
    "cnpg": ("cnpg-system", {}, {}),
}

PLACES_OF = {
    "small": SMALL,
    "demo": {**SMALL, **STAGE},
    "production": PRODUCTION,
    "small-scanner": {**SMALL, **SCANNER},
    "production-scanner": {**PRODUCTION, **SCANNER},
}

# Commands read feeds as services do, and reach broker and database.
AMONG_SERVICES = {(one, f"{other}:http") for one, other in product((*SERVICES, "command"), SERVICES)}
TO_BROKER_AND_DATABASE = {
    (one, port) for one, port in product((*SERVICES, "setup", "command"), ("kafka:kafka", "postgres:postgres"))
}
IN_SMALL = {
    *AMONG_SERVICES,
    *TO_BROKER_AND_DATABASE,
    ("migration", "postgres:postgres"),
    *((one, "proxy:http") for one in ("ingress", "stranger")),  # the door; whoever comes, from outside too
    *(("proxy", f"{service}:http") for service in SERVICES),
}
DATABASES = ("postgres", "restored")
TO_DATABASES = (*SERVICES, "setup", "migration", "command", *DATABASES, "cnpg")
IN_PRODUCTION = {
    *AMONG_SERVICES,
    *((one, f"{database}:postgres") for one, database in product(TO_DATABASES, DATABASES)),
    *((one, f"{database}:status") for one, database in product((*DATABASES, "cnpg"), DATABASES)),
    *(("prometheus", f"{database}:metrics") for database in DATABASES),
    ("ingress", "solver:acmesolver"),
    *((one, f"{service}:http") for one, service in product(("ingress", "prometheus"), SERVICES)),
    # Who comes into the brokers is said by Strimzi, from the listener's peers: here their side is what may go out.
}


def chooses(selector: Json | None, labels: dict[str, str]) -> bool:
    selector = selector or {}
    listed = all(
        one["key"] in labels if one["operator"] == "Exists" else labels.get(one["key"]) in one["values"]
        for one in selector.get("matchExpressions", [])
    )
    return listed and selector.get("matchLabels", {}).items() <= labels.items()


class Network:
    """What the policies of a rendered overlay let through among its places and those outside."""

    def __init__(self, overlay: str, places: dict[str, tuple[str, dict[str, str], dict[str, int]]]) -> None:
        self.places = {**PLACES, **places}
        self.policies = [one["spec"] for one in rendered(overlay) if one["kind"] == "NetworkPolicy"]

    def pairs(self) -> set[tuple[str, str]]:
        """Return every pair that may talk: who begins, and whom at which port."""
        ends = [(name, port) for name, (_, _, ports) in self.places.items() for port in ports]
        return {
            (source, f"{target}:{port}")
            for source, (target, port) in product(self.places, ends)
            if self.lets_out(source, target, port) and self.lets_in(source, target, port)
        }

    def lets_out(self, source: str, target: str, port: str) -> bool:
        return self._allows("Egress", source, target, self._port(target, port), "to")

    def lets_in(self, source: str, target: str, port: str) -> bool:
        return self._allows("Ingress", target, source, self._port(target, port), "from")

    def _port(self, target: str, port: str) -> set[str | int]:
        return {port, self.places[target][2][port]}

    def _allows(self, kind: str, own: str, other: str, port: set[str | int], way: str) -> bool:
        namespace, labels, _ = self.places[own]
        if namespace != OWN:
            return True
        chosen = [one for one in self.policies if kind in one["policyTypes"] and chooses(one["podSelector"], labels)]
        rules = [rule for one in chosen for rule in one.get(kind.lower(), [])]
        return not chosen or any(self._fits(rule, other, port, way) for rule in rules)

    def _fits(self, rule: Json, other: str, port: set[str | int], way: str) -> bool:
        ports = rule.get("ports")
        peers = rule.get(way)
        return (ports is None or any(one["port"] in port for one in ports)) and (
            peers is None or any(self._is(peer, other) for peer in peers)
        )

    def _is(self, peer: Json, other: str) -> bool:
        namespace, labels, _ = self.places[other]
        if "namespaceSelector" in peer:
            there = chooses(peer["namespaceSelector"], {"kubernetes.io/metadata.name": namespace})
        else:
            there = namespace == OWN
        return there and chooses(peer.get("podSelector"), labels)


def inside(network: Network) -> set[tuple[str, str]]:
    """Return the pairs of which one end is ours; DNS apart."""
    return {
        (source, target)
        for source, target in network.pairs()
        if "dns" not in (source, target.split(":")[0])
        and OWN in (network.places[source][0], network.places[target.split(":")[0]][0])
    }


def test_on_one_node_exactly_the_needed_pairs_may_talk() -> None:
    outside = {"ingress": PRODUCTION["ingress"]}
    pairs = inside(Network("small", {**SMALL, **outside}))
    assert pairs == IN_SMALL


def test_in_the_demonstration_the_stage_is_added_and_nothing_else() -> None:
    added = inside(Network("demo", {**SMALL, **STAGE})) - inside(Network("small", SMALL))
    assert added == {(service, f"stage:{port}") for service, port in product(SERVICES, ("http", "smtp"))}


def test_in_production_exactly_the_needed_pairs_may_talk() -> None:
    pairs = {pair for pair in inside(Network("production", PRODUCTION)) if not pair[1].startswith("kafka:")}
    assert pairs == IN_PRODUCTION


def test_in_production_only_services_commands_and_the_cluster_itself_reach_out_to_brokers() -> None:
    network = Network("production", PRODUCTION)
    ours = [name for name, (namespace, _, _) in network.places.items() if namespace == OWN]
    reaching = {name for name in ours if network.lets_out(name, "kafka", "tls")}
    assert reaching == {*SERVICES, "command", "kafka", "entity-operator"}
    [kafka] = [one for one in rendered("production") if one["kind"] == "Kafka"]
    [listener] = kafka["spec"]["kafka"]["listeners"]
    peers = [peer["podSelector"]["matchLabels"][COMPONENT] for peer in listener["networkPolicyPeers"]]
    assert peers == ["service", "command"]


@pytest.mark.parametrize("overlay", ["small", "production"])
def test_with_a_scanner_registration_reaches_it_and_it_alone_its_signatures(overlay: str) -> None:
    mirror = {"mirror": ("internet", {}, {"https": 443})}
    pairs = inside(Network(f"{overlay}-scanner", {**PLACES_OF[f"{overlay}-scanner"], **mirror}))
    added = pairs - inside(Network(overlay, {**PLACES_OF[overlay], **mirror}))
    assert added == {("registration", "clamav:clamd"), ("clamav", "mirror:https")}


@pytest.mark.parametrize("overlay", PLACES_OF)
def test_everybody_of_ours_may_ask_for_names(overlay: str) -> None:
    network = Network(overlay, PLACES_OF[overlay])
    ours = {name for name, (namespace, _, _) in network.places.items() if namespace == OWN}
    assert {source for source, target in network.pairs() if target == "dns:dns"} >= ours


@pytest.mark.parametrize("overlay", PLACES_OF)
def test_mail_leaves_from_notifications_alone(overlay: str) -> None:
    server = {"mail-server": ("internet", {}, {"submission": 587})}
    network = Network(overlay, {**PLACES_OF[overlay], **server})
    leaving = {source for source, target in network.pairs() if target == "mail-server:submission"}
    ours = {name for name, (namespace, _, _) in network.places.items() if namespace == OWN}
    assert leaving & ours == {"notifications"}


def test_papers_leave_for_their_store_from_registration_alone() -> None:
    """Broker and database reach the same port, for backups and the cluster's own address; no other service does."""
    store = {"store": ("internet", {}, {"https": 443})}
    reaching = {
        source for source, target in Network("production", {**PRODUCTION, **store}).pairs() if target == "store:https"
    }
    assert reaching & {*SERVICES, "migration", "setup", "command", "neighbour"} == {"registration"}


@pytest.mark.parametrize("overlay", PLACES_OF)
def test_the_places_of_this_table_are_those_of_the_manifests(overlay: str) -> None:
    places = {**PLACES, **PLACES_OF[overlay]}
    known = [labels for namespace, labels, _ in places.values() if namespace == OWN]
    for one in rendered(overlay):
        template = one["spec"].get("template", {}) if isinstance(one.get("spec"), dict) else {}
        if "containers" in template.get("spec", {}):
            found = {key: text for key, text in template["metadata"]["labels"].items() if key in (COMPONENT, NAME)}
            assert found in known, one["metadata"]["name"]
