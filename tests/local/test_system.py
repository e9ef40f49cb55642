"""The whole embedded system: it comes up, forgets nothing, says which part failed, and leaves nothing running."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest

from common.tokens import Role, Verifier
from launcher.broker import SERVICES
from launcher.keys import Keys, load_keys
from launcher.ports import free_port
from launcher.processes import ProcessFailedError
from launcher.system import EmbeddedSystem

PATIENCE_SECONDS = 90
AGENCY = {"name_vi": "Sở Nông nghiệp Hà Nội", "level": "province", "province_code": "01", "valid_from": "2020-01-01"}


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def wait_until(what: Any) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await what():
            await asyncio.sleep(0.05)


@asynccontextmanager
async def front_door(system: EmbeddedSystem) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=system.url, trust_env=False, timeout=30) as client:
        yield client


def as_role(keys: Keys, role: Role, **claims: str) -> dict[str, str]:
    token = keys.token(role, "test", datetime.now(UTC), **claims)
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}


async def status_of(client: httpx.AsyncClient, keys: Keys, service: str) -> dict[str, Any]:
    answer = await client.get(f"/{service}/status", headers=as_role(keys, Role.OPERATOR))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def register_an_agency(client: httpx.AsyncClient, keys: Keys, code: str) -> None:
    contact = {
        "display_name": "Bà Đặng Thị Đào",
        "email": "dao@example.org",
        "language": "vi",
        "preferred_channels": ["email"],
        "may_be_told": ["all"],
    }
    headers = as_role(keys, Role.ORGANISER)
    answer = await client.put(f"/registration/agencies/{code}", json=AGENCY | {"contact": contact}, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_the_system_comes_up_and_started_again_goes_on_where_it_was(tmp_path: Path):
    pids: set[int] = set()
    system = EmbeddedSystem(tmp_path)
    async with system, front_door(system) as client:
        pids |= set(system.pids.values())
        for service in SERVICES:
            assert (await client.get(f"/{service}/health/ready")).status_code == 200
        await register_an_agency(client, system.keys, "hn.snn")
    again = EmbeddedSystem(tmp_path)
    async with again, front_door(again) as client:
        pids |= set(again.pids.values())
        agencies = (await client.get("/registration/agencies")).text
        assert "hn.snn" in agencies
        before = (system.keys.link_key, system.keys.public_keys)
        assert before == (again.keys.link_key, again.keys.public_keys)

        async def all_published() -> bool:
            status = await status_of(client, again.keys, "registration")
            return status["outbox"] == 0 and status["published"] == status["log_position"]

        await wait_until(all_published)
    assert len(pids) == 2 * (len(SERVICES) + len(("postgres", "broker", "proxy")))
    assert [pid for pid in pids if not is_gone(pid)] == []
    assert not (tmp_path / "running.json").exists()


def test_services_let_the_embedded_broker_alone_hold_its_answers_back_for_25_ms_at_most(tmp_path: Path):
    """It answers a waiting fetch only when the wait is over: with Kafka's own 500 ms each event would come that late."""
    for service in SERVICES:
        environment = EmbeddedSystem(tmp_path).environment_of(service)
        assert int(environment["CONSUMER_FETCH_WAIT_MS"]) <= 25
        outside = EmbeddedSystem(tmp_path, kafka="127.0.0.1:9092").environment_of(service)
        assert "CONSUMER_FETCH_WAIT_MS" not in outside, "Apache Kafka answers as soon as something comes"


async def test_after_a_restart_contacts_are_told_again_though_the_broker_lost_them(tmp_path: Path):
    """Notifications forgets its contact here, as if it had never read it; only telling it again can bring it back."""
    services = ("registration", "notifications")

    async def knows_contact(system: EmbeddedSystem) -> bool:
        return int(await asyncio.to_thread(system.postgres.execute, "notifications", COUNT_CONTACTS)) == 1

    async with EmbeddedSystem(tmp_path, services=services) as system, front_door(system) as client:
        await register_an_agency(client, system.keys, "hn.snn")
        await wait_until(lambda: knows_contact(system))
        system.postgres.execute("notifications", "DELETE FROM contacts")
    async with EmbeddedSystem(tmp_path, services=services) as system:
        await wait_until(lambda: knows_contact(system))


COUNT_CONTACTS = "SELECT count(*) FROM contacts"


async def test_a_service_that_dies_is_named_and_takes_the_others_with_it(tmp_path: Path):
    system = EmbeddedSystem(tmp_path, services=("reporting", "registration"))
    pids: dict[str, int] = {}
    with pytest.raises(
        ProcessFailedError, match=r"reporting was ended by SIGKILL; its last words \(.*reporting\.log\)"
    ):
        await asyncio.create_task(use_until_a_service_dies(system, pids))
    assert [name for name, pid in pids.items() if not is_gone(pid)] == []


async def use_until_a_service_dies(system: EmbeddedSystem, pids: dict[str, int]) -> None:
    async with system:
        pids |= system.pids
        os.kill(pids["reporting"], signal.SIGKILL)
        await asyncio.sleep(PATIENCE_SECONDS)


async def test_a_service_that_cannot_start_is_named_with_its_reason(tmp_path: Path):
    wrong = {"RELAY_BATCH": "many"}
    with pytest.raises(
        ProcessFailedError,
        match=r"migrations ended with code 1;[\s\S]*RELAY_BATCH[\s\S]*reporting migrate ended with code 2",
    ):
        await asyncio.create_task(enter(EmbeddedSystem(tmp_path, services=("reporting",), environment=wrong)))


async def enter(system: EmbeddedSystem) -> None:
    async with system:
        pass


USED = """
import asyncio, json, sys
from pathlib import Path
from launcher.system import EmbeddedSystem

async def main():
    async with EmbeddedSystem(Path(sys.argv[1]), services=("reporting",)) as system:
        print(json.dumps(system.pids), flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@asynccontextmanager
async def a_launcher(*words: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    launcher = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=subprocess.PIPE)
    try:
        yield launcher
    finally:
        if launcher.returncode is None:
            launcher.kill()
        await launcher.communicate()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, -2)])
async def test_nothing_outlives_a_launcher_however_it_ends(tmp_path: Path, number: signal.Signals, code: int):
    async with a_launcher("-c", USED, str(tmp_path)) as launcher:
        assert launcher.stdout is not None
        pids: dict[str, int] = json.loads(await launcher.stdout.readline())
        assert not any(map(is_gone, pids.values()))
        launcher.send_signal(number)
        assert await asyncio.wait_for(launcher.wait(), PATIENCE_SECONDS) == code

        async def all_gone() -> bool:
            return all(map(is_gone, pids.values()))

        await wait_until(all_gone)


async def test_up_tells_its_address_gives_tokens_and_ends_well_at_ctrl_c(tmp_path: Path):
    port = free_port()
    words = ["-m", "launcher", "up", "--port", str(port), "--state", str(tmp_path)]
    async with a_launcher(*words) as launcher:
        assert launcher.stdout is not None
        said = ""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while "Ctrl-C stops it" not in said:
                said += (await launcher.stdout.readline()).decode()
        assert f"http://127.0.0.1:{port} " in said
        assert "registration  |" in said
        running = json.loads((tmp_path / "running.json").read_text())
        assert running["launcher"] == launcher.pid
        await a_token_opens_the_door(port, tmp_path)
        second = await run_cli("up", "--port", str(free_port()), "--state", str(tmp_path))
        assert second == (2, f"Not started: a launcher (process {launcher.pid}) already uses {tmp_path}\n")
        launcher.send_signal(signal.SIGINT)
        rest = (await launcher.stdout.read()).decode()
        assert await launcher.wait() == 0
        assert rest.rstrip().endswith("stopped")
    assert all(map(is_gone, running["processes"].values()))


def test_ctrl_c_again_while_up_ends_says_nothing_of_threads(tmp_path: Path):
    words = [sys.executable, "-m", "launcher", "up", "--quiet", "--port", str(free_port()), "--state", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        assert any("Ctrl-C stops it" in line for line in launcher.stdout)
        launcher.send_signal(signal.SIGINT)
        assert any(line == "stopping\n" for line in launcher.stdout)
        launcher.send_signal(signal.SIGINT)  # breaks off the stop: threads that end the database are still at it
        assert any(line == "stopped\n" for line in launcher.stdout)
        launcher.send_signal(signal.SIGINT)
        _, error = launcher.communicate(timeout=PATIENCE_SECONDS)
    assert (launcher.returncode, error) == (0, "")


async def a_token_opens_the_door(port: int, state: Path) -> None:
    token = subprocess.check_output(  # noqa: ASYNC221  # the test waits for it anyway
        [sys.executable, "-m", "launcher", "token", "--role", "operator", "--state", str(state)], text=True
    ).strip()
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"http://127.0.0.1:{port}/allocation/status"
        assert (await client.get(url)).status_code == 401
        assert (await client.get(url, headers={"Authorization": f"Bearer {token}"})).status_code == 200


async def run_cli(*words: str) -> tuple[int | None, str]:
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "launcher", *words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, error = await done.communicate()
    return done.returncode, error.decode()


async def test_a_taken_port_and_a_state_that_is_not_there_are_told(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code, error = await run_cli("up", "--port", str(port), "--state", str(tmp_path))
        assert (code, f"Port {port} is taken" in error) == (2, True)
    code, error = await run_cli("token", "--role", "organiser", "--state", str(tmp_path / "none"))
    assert (code, "There is no system" in error) == (2, True)


def test_services_hold_no_key_by_which_they_could_sign(tmp_path: Path):
    keys = load_keys(tmp_path / "keys.json")
    assert json.loads(keys.public_keys)["keys"][0].keys().isdisjoint({"d"})
    assert load_keys(tmp_path / "keys.json").public_keys == keys.public_keys
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_a_service_may_read_feeds_at_any_time_of_a_scenario(tmp_path: Path):
    keys = load_keys(tmp_path / "keys.json")
    known = Verifier(keys.public_keys)
    for year in (2000, 2020, 2060):
        principal = known.verify(keys.service_token("reporting"), datetime(year, 8, 1, tzinfo=UTC))
        assert principal.role is Role.SUBSCRIBER
