"""What operators look at asks for metrics that the services really export, and is the same everywhere."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.metrics import Metrics

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy/monitoring"
DASHBOARD = MONITORING / "grafana/dashboards/ocop.json"
NAME = re.compile(r"\bocop_\w+")


def exported() -> set[str]:
    """Return every name that a service's /metrics gives to a series."""
    metrics = Metrics("allocation")
    return {sample.name for family in metrics.registry.collect() for sample in family.samples} | {
        f"{family.name}{ending}"
        for family in metrics.registry.collect()
        for ending in {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"]}.get(family.type, [""])
    }


def panels() -> list[dict[str, Any]]:
    return [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]


def rules(file: str = "alerts.yml") -> list[dict[str, Any]]:
    groups = yaml.safe_load((MONITORING / file).read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_every_query_asks_for_metrics_that_are_exported() -> None:
    queries = [target["expr"] for panel in panels() for target in panel["targets"]] + [rule["expr"] for rule in rules()]
    asked = {name for query in queries for name in NAME.findall(query)}
    assert asked
    assert asked <= exported()


def test_every_exported_family_is_on_the_dashboard() -> None:
    asked = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    families = {family.name for family in Metrics("allocation").registry.collect()}
    assert {name for name in families if name not in asked} == set()


def test_panels_lie_side_by_side_and_are_numbered() -> None:
    everything = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in everything}) == len(everything)
    cells = [
        (x, y)
        for panel in everything
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


@pytest.mark.parametrize(("manifest", "file"), [("alerts", "alerts"), ("operator-alerts", "operators")])
def test_kubernetes_alerts_are_those_that_are_evaluated(manifest: str, file: str) -> None:
    rule = yaml.safe_load((ROOT / f"deploy/kubernetes/overlays/production/{manifest}.yaml").read_text())
    assert rule["spec"] == yaml.safe_load((MONITORING / f"{file}.yml").read_text())


@pytest.mark.parametrize("alert", [rule["alert"] for rule in (*rules(), *rules("operators.yml"))])
def test_operators_are_told_the_first_action_of_every_alert(alert: str) -> None:
    assert f"`{alert}`" in (ROOT / "docs/operate/repair.md").read_text()


def test_the_dashboard_shows_the_alerts_that_fire() -> None:
    assert any('ALERTS{alertstate="firing"}' in target["expr"] for panel in panels() for target in panel["targets"])


def test_an_alertmanager_that_the_operators_document_names_is_one_prometheus_looks_for() -> None:
    [manager] = yaml.safe_load((MONITORING / "prometheus.yml").read_text())["alerting"]["alertmanagers"]
    [found] = [file for one in manager["file_sd_configs"] for file in one["files"]]
    prometheus = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]["prometheus"]
    assert "./monitoring:/etc/ocop/monitoring:ro" in prometheus["volumes"]
    assert found == "/etc/ocop/monitoring/alertmanagers/*.yml"
    assert "deploy/monitoring/alertmanagers/" in (ROOT / "docs/operate/maintain.md").read_text()
    assert "outside" in prometheus["networks"]
