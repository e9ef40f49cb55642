"""A broker that cannot be used is said in one line with what to do, and the service is not ready meanwhile."""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from pydantic import ValidationError
from structlog.testing import capture_logs
from tests.brokers.kinds import Broker, SecuredBroker
from tests.harness import Harness

from common.kafka.settings import KafkaSettings
from common.kafka.watch import BrokerWatch, Uses
from installer.certificates import make_authority, make_node
from launcher.ports import free_port


@pytest.fixture
def make_reader(make_toy: Any) -> Any:
    async def make(**settings: Any) -> Harness:
        return await make_toy("reader", "reader_toy", **settings)

    return make


async def problem_of(harness: Harness) -> str:
    """Look twice; return the one line that was said."""
    with capture_logs() as logs:
        await harness.service.broker.look()
        await harness.service.broker.look()
    [line] = logs
    assert line["event"] == "broker_unusable"
    async with harness.client() as client:
        assert (await client.get("/reader/health/ready")).status_code == 503
    return line["what"]


@pytest.fixture
async def expired_server(tmp_path: Path) -> AsyncGenerator[dict[str, str]]:
    """Something that speaks TLS with a certificate that ended a minute ago."""
    certificate, key = make_authority()
    authority, node = tmp_path / "authority.pem", tmp_path / "expired.pem"
    authority.write_text(certificate)
    node.write_text(make_node(key, "broker", [], timedelta(minutes=-1)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(node)
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    yield {
        "kafka_bootstrap_servers": f"127.0.0.1:{port}",
        "kafka_security_protocol": "SSL",
        "kafka_ca_file": str(authority),
    }
    server.close()
    await server.wait_closed()


async def test_a_broker_that_nobody_started(make_reader: Any) -> None:
    address = f"127.0.0.1:{free_port()}"
    told = await problem_of(await make_reader(kafka_bootstrap_servers=address))
    assert told.startswith(f"Kafka at {address} does not answer (ConnectionRefusedError)")
    assert "KAFKA_BOOTSTRAP_SERVERS" in told


async def test_an_expired_certificate(make_reader: Any, expired_server: dict[str, str]) -> None:
    told = await problem_of(await make_reader(**expired_server))
    assert "has no valid certificate (certificate has expired): renew it" in told


async def test_a_wrong_password(make_reader: Any, secured_kafka: SecuredBroker) -> None:
    own = {name.lower(): value for name, value in secured_kafka.settings.items()}
    told = await problem_of(await make_reader(**own | {"kafka_sasl_password": "wrong"}))
    assert "refuses the user admin: wrong KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD" in told


async def test_a_broker_that_speaks_tls_to_a_service_that_does_not(
    make_reader: Any, secured_kafka: SecuredBroker
) -> None:
    told = await problem_of(await make_reader(kafka_bootstrap_servers=secured_kafka.bootstrap))
    assert "is KAFKA_SECURITY_PROTOCOL right?" in told


async def test_topics_that_are_not_there(make_reader: Any, secured_kafka: SecuredBroker) -> None:
    own = {name.lower(): value for name, value in secured_kafka.settings.items()}
    told = await problem_of(await make_reader(**own))
    assert told.startswith("the broker does not have ocop.reader.dlq")
    assert told.endswith("run `ocop topics apply`")


async def test_the_end_of_the_brokers_certificate_is_among_the_metrics(
    make_reader: Any, secured_kafka: SecuredBroker
) -> None:
    own = {name.lower(): value for name, value in secured_kafka.settings.items()}
    reader: Harness = await make_reader(**own)
    reader.service.broker = BrokerWatch(reader.service.settings, Uses())
    await reader.service.broker.look()
    async with reader.client() as client:
        told = (await client.get("/reader/metrics")).text
    host, _, port = secured_kafka.bootstrap.partition(":")
    served = x509.load_pem_x509_certificate(
        (await asyncio.to_thread(ssl.get_server_certificate, (host, int(port)))).encode()
    )
    [line] = re.findall(r"(?m)^ocop_broker_certificate_end_seconds\{.*\} (.*)$", told)
    assert float(line) == served.not_valid_after_utc.timestamp()


async def test_without_tls_no_certificate_is_told_of(make_reader: Any, broker: Broker) -> None:
    reader: Harness = await make_reader(kafka_bootstrap_servers=broker.bootstrap)
    await reader.service.broker.look()
    async with reader.client() as client:
        assert "ocop_broker_certificate_end_seconds{" not in (await client.get("/reader/metrics")).text


async def test_a_hiccup_of_the_broker_leaves_the_service_ready_and_a_long_outage_does_not(
    make_reader: Any, broker: Broker
) -> None:
    patient: Harness = await make_reader(kafka_bootstrap_servers=broker.bootstrap, kafka_grace_seconds=600)
    await patient.service.broker.look()
    broker.stop()
    await patient.service.broker.look()
    assert patient.service.broker.problem
    assert patient.service.broker.is_usable()
    broker.start()
    hasty: Harness = await make_reader(kafka_bootstrap_servers=broker.bootstrap, kafka_grace_seconds=0)
    await hasty.service.broker.look()
    assert hasty.service.broker.is_usable()
    broker.stop()
    await hasty.service.broker.look()
    assert not hasty.service.broker.is_usable()
    broker.start()


def test_settings_that_cannot_work_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="SASL_SSL needs KAFKA_SASL_USERNAME"):
        KafkaSettings.model_validate({"kafka_security_protocol": "SASL_SSL"})
    with pytest.raises(ValidationError, match="KAFKA_CA_FILE: there is no file"):
        KafkaSettings.model_validate({"kafka_ca_file": tmp_path / "nowhere.pem"})


def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("secret\n")
    settings = KafkaSettings.model_validate(
        {"kafka_security_protocol": "SASL_SSL", "kafka_sasl_username": "u", "kafka_sasl_password_file": file}
    )
    assert settings.read_kafka_password() == "secret"
