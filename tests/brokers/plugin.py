"""``pytest --kafka embedded|process|container``: the same delivery tests on the chosen broker.

``container`` takes PostgreSQL from a container too.
Where it cannot run its tests are skipped, and the reason stands in the report; ``--kafka-required`` makes that a failure.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.brokers.container import KafkaContainer, SecuredKafkaContainer
from tests.brokers.images import image_of
from tests.brokers.jars import KafkaMissingError, kafka_version
from tests.brokers.kinds import KINDS, Broker, Kafka, SecuredBroker, make_broker
from tests.brokers.process import KafkaProcess

BROKERS = frozenset({"broker", "broker_server", "kafka", "secured_kafka", "make_kafka"})  # what chooses it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kafka", choices=KINDS, default="embedded", help="the broker of the delivery tests")
    parser.addoption("--kafka-required", action="store_true", help="fail instead of skipping where it cannot run")
    parser.addoption(
        "--kafka-alone", action="store_true", help="leave out what the choice of the broker changes nothing of"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real_kafka(reason): needs Apache Kafka; says what the embedded broker lacks")


def pytest_report_header(config: pytest.Config) -> str:
    kind = config.getoption("--kafka")
    if kind == "embedded":
        return "broker: embedded (librdkafka's in-process cluster); --kafka process runs on Apache Kafka"
    if kind == "container":
        return f"broker and database in containers: {image_of('kafka')}, {image_of('postgres')}"
    return f"broker: Apache Kafka {kafka_version()} ({kind})"


def uses_broker(item: pytest.Item) -> bool:
    """Whether the choice of the broker is one for this test: it asks for what chooses it, or needs Apache Kafka."""
    asks_for = set(item.fixturenames) if isinstance(item, pytest.Function) else set[str]()
    return bool(item.get_closest_marker("real_kafka") or asks_for & BROKERS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--kafka-alone"):
        config.hook.pytest_deselected(items=[item for item in items if not uses_broker(item)])
        items[:] = filter(uses_broker, items)
    if config.getoption("--kafka") != "embedded":
        return
    for item in items:
        if marker := item.get_closest_marker("real_kafka"):
            item.add_marker(pytest.mark.skip(reason=f"needs --kafka process or container: {marker.kwargs['reason']}"))


def missing(config: pytest.Config, error: KafkaMissingError) -> None:
    """Skip, or fail where Kafka must be there."""
    if config.getoption("--kafka-required"):
        pytest.fail(f"Apache Kafka cannot run here: {error}", pytrace=False)
    pytest.skip(f"Apache Kafka cannot run here: {error}")


@contextmanager
def running_broker(config: pytest.Config, folder: Path) -> Generator[Broker]:
    """Run a broker of the chosen kind; skip the test where it cannot run."""
    server = make_broker(str(config.getoption("--kafka")), folder)
    try:
        server.start()
    except KafkaMissingError as error:
        missing(config, error)
    try:
        yield server
    finally:
        if isinstance(server, Kafka) and isinstance(server.node, KafkaContainer):
            server.node.remove()
        else:
            server.stop()


@pytest.fixture(scope="session")
def broker_server(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Generator[Broker]:
    """The chosen broker, started once."""
    with running_broker(pytestconfig, tmp_path_factory.mktemp("kafka")) as server:
        yield server


@pytest.fixture
def broker(broker_server: Broker) -> Broker:
    """The chosen broker with every topic there and empty."""
    broker_server.renew()
    return broker_server


@pytest.fixture
def kafka(broker: Broker) -> Kafka:
    """The same, for tests that are marked ``real_kafka``."""
    assert isinstance(broker, Kafka)
    return broker


@pytest.fixture(scope="session")
def secured_kafka(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Generator[SecuredBroker]:
    """A broker with SCRAM over TLS and ACLs: a process or a container of its own."""
    kind = str(pytestconfig.getoption("--kafka"))
    if kind == "embedded":
        pytest.skip("needs --kafka process or container: the embedded broker knows no users")
    folder = tmp_path_factory.mktemp("secured-kafka")
    node = KafkaProcess(folder, secured=True) if kind == "process" else SecuredKafkaContainer(folder)
    try:
        node.start()
    except KafkaMissingError as error:
        missing(pytestconfig, error)
    yield node
    if isinstance(node, KafkaProcess):
        node.stop()
    else:
        node.remove()
