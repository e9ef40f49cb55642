"""Every alert fires where it should and is quiet where all is well: Prometheus' own tool evaluates the rules."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from tests.brokers.images import image_of, require_image
from tests.brokers.jars import KafkaMissingError
from tests.brokers.plugin import missing

ROOT = Path(__file__).parents[2]
CASES = {name: Path(__file__).with_name(f"{name}.yaml") for name in ("alerts", "operator_alerts")}
RULES = {"alerts": ROOT / "deploy/monitoring/alerts.yml", "operator_alerts": ROOT / "deploy/monitoring/operators.yml"}
MOUNTED = ("deploy/monitoring", "tests/deploy")


@pytest.fixture
def promtool(pytestconfig: pytest.Config) -> list[str]:
    """The command that runs promtool in the repository: this machine's, or that of the image that compose names."""
    if shutil.which("promtool"):
        return ["promtool"]
    if pytestconfig.getoption("--kafka") != "container":
        pytest.skip("needs promtool (Debian: prometheus), or --kafka container with the image of Prometheus")
    try:
        require_image(image_of("prometheus"))
    except KafkaMissingError as error:
        missing(pytestconfig, error)
    mounts = [word for part in MOUNTED for word in ("--volume", f"{ROOT / part}:/ocop/{part}:ro")]
    alone = ["docker", "run", "--rm", "--network", "none", "--workdir", "/ocop", *mounts]
    return [*alone, "--entrypoint", "promtool", image_of("prometheus")]


def run(promtool: list[str], *words: str) -> None:
    done = subprocess.run([*promtool, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", CASES)
def test_every_alert_fires_where_it_should_and_is_quiet_where_all_is_well(promtool: list[str], name: str) -> None:
    run(promtool, "test", "rules", str(CASES[name].relative_to(ROOT)))


@pytest.mark.parametrize("name", CASES)
def test_every_alert_has_a_case_in_which_it_fires(name: str) -> None:
    groups = yaml.safe_load(RULES[name].read_text())["groups"]
    told = [one for case in yaml.safe_load(CASES[name].read_text())["tests"] for one in case.get("alert_rule_test", [])]
    fired = {one["alertname"] for one in told if one["exp_alerts"]}
    assert fired == {rule["alert"] for group in groups for rule in group["rules"]}
