"""Behind the proxies of the embedded default and of compose, a service sees who calls, and believes no caller's own word."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.deploy.manifests import rendered
from tests.deploy.opening import open_edition
from tests.deploy.test_settings_file import defaults

from common.tokens import Role
from launcher.ports import free_port
from launcher.system import EmbeddedSystem
from registration.settings import Settings

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "deploy/proxy/nginx.conf"
BEGIN = Path(__file__).with_name("begin_drafts.py")
FROM_LINE = 2
# Networks that Docker takes for containers where nobody says others.
DOCKERS_OWN = ("172.17.0.0/16", "172.18.0.0/16", "172.20.0.0/14", "172.24.0.0/14", "172.28.0.0/14", "192.168.0.0/16")
HOME, OTHER = "42.112.8.1", "113.160.9.9"


def trusted_by_compose() -> str:
    return defaults((ROOT / "deploy/compose.yaml").read_text())["FORWARDED_ALLOW_IPS"]


def settings_in(overlay: str) -> dict[str, str]:
    """Return the settings that a service's pod is given by a rendered overlay."""
    manifests = rendered(overlay)
    [pod] = [
        one["spec"]["template"]["spec"]
        for one in manifests
        if one["kind"] == "Deployment" and one["metadata"]["name"] == "registration"
    ]
    names = {source["configMapRef"]["name"] for source in pod["containers"][0]["envFrom"]}
    found = [one["data"] for one in manifests if one["kind"] == "ConfigMap" and one["metadata"]["name"] in names]
    return {name: value for data in found for name, value in data.items()}


def networks(trusted: str) -> list[IPv4Network | IPv6Network]:
    return [ip_network(word) for word in trusted.split(",")]


def is_inside(network: str, trusted: str) -> bool:
    inner = ip_network(network)
    return any(inner.version == outer.version and inner.subnet_of(outer) for outer in networks(trusted))  # type: ignore[arg-type]


def test_compose_hands_registration_both_settings() -> None:
    compose: Any = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
    environment = compose["services"]["registration"]["environment"]
    assert environment["FORWARDED_ALLOW_IPS"].startswith("${FORWARDED_ALLOW_IPS:-")
    default = Settings.model_fields["drafts_per_address"].default
    assert environment["DRAFTS_PER_ADDRESS"] == f"${{DRAFTS_PER_ADDRESS:-{default}}}"


@pytest.mark.parametrize("overlay", ["small", "demo", "production", "production-scanner", "restored"])
def test_every_overlay_trusts_whom_compose_trusts(overlay: str) -> None:
    assert settings_in(overlay)["FORWARDED_ALLOW_IPS"] == trusted_by_compose()


def test_nobody_on_the_internet_is_trusted_and_every_container_of_ours_is() -> None:
    trusted = trusted_by_compose()
    assert [str(network) for network in networks(trusted) if not network.is_private] == []
    assert [network for network in DOCKERS_OWN if not is_inside(network, trusted)] == []


def test_the_ingress_is_told_to_believe_nobody() -> None:
    """An ingress of nginx puts the caller's address in the place of what the caller told, unless it is told otherwise."""
    [ingress] = [one for one in rendered("production") if one["kind"] == "Ingress"]
    said = {name.rpartition("/")[2] for name in ingress["metadata"]["annotations"]}
    assert said == {"cluster-issuer", "proxy-body-size"}


class Nginx:
    """Compose's proxy as a process: its own configuration, with other ports and folders; every name is this machine."""

    def __init__(self, folder: Path, port: int, service_port: int) -> None:
        self._folder, self._port, self._service_port = folder, port, service_port

    @asynccontextmanager
    async def run(self) -> AsyncGenerator[str]:
        """Have it run; yields its address."""
        names, _ = await asyncio.get_running_loop().create_datagram_endpoint(Names, local_addr=("127.0.0.1", 0))
        resolver = names.get_extra_info("sockname")[1]
        (self._folder / "resolver.conf").write_text(
            f'resolver 127.0.0.1:{resolver} ipv6=off;\nmap "" $host_suffix {{ default ""; }}\n'
        )
        written = self._folder / "nginx.conf"
        written.write_text(self._moved(CONFIGURATION.read_text()))
        user = " user root;" if os.getuid() == 0 else ""  # the folder is ours alone
        words = ["nginx", "-e", "stderr", "-c", str(written), "-g", f"daemon off;{user}"]
        process = await asyncio.create_subprocess_exec(*words)
        try:
            yield await self._wait_until_it_listens()
        finally:
            process.terminate()
            await process.wait()
            names.close()

    def _moved(self, text: str) -> str:
        for said, instead in (
            ("/tmp/", f"{self._folder}/"),  # noqa: S108  # where the container has it
            ("listen 8020", f"listen 127.0.0.1:{self._port}"),
            (":8000;", f":{self._service_port};"),
        ):
            assert said in text
            text = text.replace(said, instead)
        return text

    async def _wait_until_it_listens(self) -> str:
        async with asyncio.timeout(20):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self._port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    return f"http://127.0.0.1:{self._port}"


class Names(asyncio.DatagramProtocol):
    """A name server that knows one answer: 127.0.0.1."""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x01"
        self._transport.sendto(data[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + data[12:] + answer, addr)


@pytest.fixture(scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[EmbeddedSystem]:
    """Registration as a process, with compose's word on whom to trust and little room for one line."""
    settings = {"FORWARDED_ALLOW_IPS": trusted_by_compose(), "DRAFTS_PER_ADDRESS": str(FROM_LINE)}
    folder = tmp_path_factory.mktemp("callers")
    async with EmbeddedSystem(folder, services=("registration",), environment=settings, durable=False) as system:
        yield system


@pytest.fixture(scope="module", params=["the embedded default's", "compose's"])
async def front(request: pytest.FixtureRequest, system: EmbeddedSystem, tmp_path_factory: Any) -> AsyncGenerator[str]:
    """The address of a proxy before registration."""
    if request.param == "compose's":
        if shutil.which("nginx") is None:
            pytest.skip("needs nginx (Debian: apt-get install nginx)")
        proxy = Nginx(tmp_path_factory.mktemp("nginx"), free_port(), system.ports["registration"])
        async with proxy.run() as url:
            yield url
    else:
        yield system.url


async def begun(system: EmbeddedSystem, front: str, *told: str) -> list[int]:
    """Begin drafts of a new edition through a proxy; return the answers' codes."""
    token = system.keys.token(Role.ORGANISER, "a test", datetime.now(UTC))
    edition = await asyncio.to_thread(open_edition, system.url, token)
    words = [sys.executable, str(BEGIN), front, edition, *told]
    done = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    codes: list[int] = json.loads(done.stdout)
    return codes


async def test_callers_behind_a_proxy_are_told_apart_by_their_own_addresses(system: EmbeddedSystem, front: str) -> None:
    assert await begun(system, front, HOME, HOME, HOME, OTHER) == [303, 303, 429, 303]


async def test_what_a_caller_says_of_itself_changes_nothing(system: EmbeddedSystem, front: str) -> None:
    """The proxy with TLS before ours puts whom it sees behind what the caller sent."""
    forged = [f"{OTHER}, {HOME}", f"10.0.0.1, {HOME}", f"42.112.8.77, 127.0.0.1, {HOME}", f"nobody, {HOME}"]
    assert await begun(system, front, *forged) == [303, 303, 429, 429]
