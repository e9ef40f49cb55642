"""What each user may do at the broker: as declared, applied by ``ocop access apply``, and each forbidden way refused."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from importlib import import_module
from pathlib import Path
from secrets import token_urlsafe

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)
from tests.brokers.kinds import SecuredBroker
from tests.conftest import SERVICES

from common.delivery.consuming import topics_of
from common.delivery.whole_topics import TopicMissingError, read_whole
from common.kafka.access import aiokafka_options
from common.kafka.settings import KafkaSettings
from common.kafka.watch import BrokerProblemError, Uses, look_at_broker, uses_of
from operations.access import read_rights, rights_of
from operations.declared import AccessList, read_declared

CONTACTS = "ocop.registration.contacts"
LIST = Path(__file__).parents[2] / "deploy/access.yaml"
EVENTS = {name: f"ocop.{name}.events" for name in SERVICES}
Secured = Callable[[str], KafkaSettings]


def ocop(*words: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "operations", *words]
    environment = {**os.environ, **settings}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def of_admin(kafka: SecuredBroker) -> dict[str, str]:
    return {name.lower(): value for name, value in kafka.settings.items()}


@pytest.fixture(scope="session")
def secured(secured_kafka: SecuredBroker, tmp_path_factory: pytest.TempPathFactory) -> Secured:
    """Return the settings of a user; topics, users and rights are as the operators' commands make them."""
    passwords = tmp_path_factory.mktemp("passwords")
    declared = read_declared(LIST, AccessList)
    for user in declared.users:
        (passwords / user).write_text(token_urlsafe(18))
    topics = ["topics", "apply", "--file", str(LIST.with_name("topics.yaml")), "--environment", "single-node"]
    for words in (topics, ["access", "apply", "--file", str(LIST), "--passwords", str(passwords)]):
        done = ocop(*words, "--yes", settings=secured_kafka.settings)
        assert done.returncode == 0, done.stderr

    def settings_of(user: str) -> KafkaSettings:
        told = of_admin(secured_kafka)
        own = {"kafka_sasl_username": user, "kafka_sasl_password": "", "kafka_sasl_password_file": passwords / user}
        return KafkaSettings.model_validate(told | own)

    return settings_of


async def write(settings: KafkaSettings, topic: str) -> None:
    producer = AIOKafkaProducer(**aiokafka_options(settings), enable_idempotence=True, acks="all")
    try:
        await producer.start()
        await producer.send_and_wait(topic, b"{}", key=b"k")
    finally:
        await producer.stop()


@asynccontextmanager
async def consumer(settings: KafkaSettings, group: str | None = None) -> AsyncGenerator[AIOKafkaConsumer]:
    made = AIOKafkaConsumer(**aiokafka_options(settings), enable_auto_commit=False, group_id=group)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


async def read(settings: KafkaSettings, topic: str) -> None:
    """Read as a service does: it asks for the topic, and then for records."""
    await look_at_broker(settings, Uses(frozenset({topic})))
    async with consumer(settings) as made:
        place = TopicPartition(topic, 0)
        made.assign([place])
        made.seek(place, 0)
        await made.getmany(timeout_ms=5_000)


async def commit(settings: KafkaSettings, group: str) -> None:
    async with consumer(settings, group) as made:
        made.assign([TopicPartition(EVENTS["registration"], 0)])
        await made.commit({TopicPartition(EVENTS["registration"], 0): 0})


async def refused(trial: Awaitable[None], error: type[KafkaError] = TopicAuthorizationFailedError) -> None:
    """Await a refusal: of a topic that may not even be seen, of one that may, or of whoever may write nowhere."""
    with pytest.raises((error, ClusterAuthorizationFailedError, BrokerProblemError)) as told:
        await trial
    if isinstance(told.value, BrokerProblemError):
        assert re.search("may not (use|read)", str(told.value))
        assert "ocop access apply" in str(told.value)


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_declared_what_its_code_uses_and_no_more(service: str) -> None:
    subscriptions = (
        getattr(import_module(f"{service}.consumers"), "SUBSCRIPTIONS", []) if has_consumers(service) else []
    )
    uses = uses_of(service, topics_of(subscriptions))
    access = read_declared(LIST, AccessList).services[service]
    assert set(access.reads) == uses.reads
    assert set(access.writes) == uses.writes | {f"ocop.{service}.dlq"}


def has_consumers(service: str) -> bool:
    folder = Path(import_module(service).__file__ or "").parent
    return (folder / "consumers.py").exists()


def test_only_registration_may_write_contacts_and_only_notifications_may_read_them() -> None:
    rights = {right for right in rights_of(read_declared(LIST, AccessList)) if right.name == CONTACTS}
    assert {(right.user, right.operation) for right in rights} == {("registration", "write"), ("notifications", "read")}


def test_the_broker_has_the_declared_rights_and_no_others(secured: Secured, secured_kafka: SecuredBroker) -> None:
    assert secured("registration").kafka_sasl_username == "registration"
    assert read_rights(secured_kafka.admin()) == rights_of(read_declared(LIST, AccessList))


async def test_each_service_writes_its_own_topics(secured: Secured) -> None:
    for service, topic in EVENTS.items():
        await write(secured(service), topic)
        await write(secured(service), f"ocop.{service}.dlq")
    await write(secured("registration"), CONTACTS)


async def test_no_service_writes_anothers_topics(secured: Secured) -> None:
    for service in SERVICES:
        for other in set(SERVICES) - {service}:
            await refused(write(secured(service), EVENTS[other]))
            await refused(write(secured(service), f"ocop.{other}.dlq"))


async def test_contacts_are_written_by_registration_and_read_by_notifications_alone(secured: Secured) -> None:
    await read(secured("notifications"), CONTACTS)
    for user in ("registration", "allocation", "reporting", "subscriber"):
        await refused(read(secured(user), CONTACTS))
    for user in ("allocation", "notifications", "reporting", "subscriber"):
        await refused(write(secured(user), CONTACTS))


async def test_who_may_not_read_a_topic_again_is_told_who_may(secured: Secured, secured_kafka: SecuredBroker) -> None:
    await write(secured("registration"), CONTACTS)
    with pytest.raises(TopicMissingError, match="let KAFKA_SASL_USERNAME be one who may"):
        await read_again(secured("registration"))
    assert await read_again(KafkaSettings.model_validate(of_admin(secured_kafka))) >= 1


async def read_again(settings: KafkaSettings) -> int:
    """Read contacts as after a restore; return how many there are."""
    async with aclosing(read_whole(CONTACTS, settings)) as batches:
        return sum([len(records) async for records in batches])


async def test_a_service_reads_what_it_subscribes_to_with_its_own_group(secured: Secured) -> None:
    await read(secured("allocation"), EVENTS["registration"])
    await commit(secured("allocation"), "allocation")
    await refused(commit(secured("allocation"), "reporting"), GroupAuthorizationFailedError)
    await refused(read(secured("allocation"), EVENTS["reporting"]))


async def test_a_right_that_is_missing_is_said_before_anything_is_sent(secured: Secured) -> None:
    events = frozenset({EVENTS["registration"]})
    wrong = {
        Uses(writes=events): f"allocation may not write {EVENTS['registration']}: run `ocop access apply`",
        Uses(group="reporting"): "allocation may not read in the group reporting: run `ocop access apply`",
    }
    for uses, told in wrong.items():
        with pytest.raises(BrokerProblemError) as refused:
            await look_at_broker(secured("allocation"), uses)
        assert str(refused.value) == told
    with pytest.raises(BrokerProblemError, match=f"registration may not read {CONTACTS}"):
        await look_at_broker(secured("registration"), Uses(frozenset({CONTACTS})))
    for service in SERVICES:
        await look_at_broker(secured(service), declared_uses(service))


def declared_uses(service: str) -> Uses:
    access = read_declared(LIST, AccessList).services[service]
    return Uses(frozenset(access.reads), frozenset(access.writes), service)


async def test_a_subscriber_reads_the_public_topics_alone_with_groups_of_its_own_name(secured: Secured) -> None:
    subscriber = secured("subscriber")
    for topic in EVENTS.values():
        await read(subscriber, topic)
    await commit(subscriber, "subscriber.figures")
    await refused(commit(subscriber, "allocation"), GroupAuthorizationFailedError)
    for service in SERVICES:
        await refused(read(subscriber, f"ocop.{service}.dlq"))
        await refused(write(subscriber, EVENTS[service]))


def test_access_that_is_applied_again_changes_nothing(secured: Secured, secured_kafka: SecuredBroker) -> None:
    folder = secured("subscriber").kafka_sasl_password_file
    assert folder is not None
    words = ["access", "apply", "--file", str(LIST), "--passwords", str(folder.parent)]
    done = ocop(*words, settings=secured_kafka.settings)
    assert (done.returncode, done.stdout) == (0, "as declared\n")


def test_a_wrong_password_of_the_administrator_is_one_line(secured_kafka: SecuredBroker) -> None:
    done = ocop("topics", "apply", settings={**secured_kafka.settings, "KAFKA_SASL_PASSWORD": "wrong"})
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "uthentication failed" in done.stderr


def test_the_administrators_changed_password_is_told_by_whoever_knows_one_before(
    secured: Secured, secured_kafka: SecuredBroker, tmp_path: Path
) -> None:
    assert secured("allocation").kafka_sasl_username == "allocation"
    old, new = secured_kafka.settings["KAFKA_SASL_PASSWORD"], token_urlsafe(18)
    for present, before in ((new, [token_urlsafe(18), old]), (old, [new])):
        (tmp_path / "admin").write_text(present)
        (tmp_path / "admin.earlier").write_text("".join(f"{word}\n" for word in before))
        settings = {**secured_kafka.settings, "KAFKA_SASL_PASSWORD_FILE": str(tmp_path / "admin")}
        words = ["topics", "apply", "--file", str(LIST.with_name("topics.yaml")), "--environment", "single-node"]
        done = ocop(*words, "--yes", settings=settings)
        assert (done.returncode, done.stdout) == (0, "~ user admin has its new password now\nas declared\n")
        (tmp_path / "admin.earlier").unlink()
        again = ocop(*words, settings=settings)
        assert (again.returncode, again.stdout) == (0, "as declared\n")


async def test_whom_access_is_revoked_from_can_do_nothing_any_more(
    secured: Secured, secured_kafka: SecuredBroker, tmp_path: Path
) -> None:
    left = secured("allocation").model_copy(
        update={"kafka_sasl_username": "bac-ninh", "kafka_sasl_password_file": tmp_path / "bac-ninh"}
    )
    (tmp_path / "bac-ninh").write_text(token_urlsafe(18))
    text = LIST.read_text().replace("users: [subscriber]", "users: [bac-ninh]")
    (tmp_path / "access.yaml").write_text(text)
    for user in SERVICES:
        (tmp_path / user).write_text(token_urlsafe(18))
    words = ["access", "apply", "--file", str(tmp_path / "access.yaml"), "--passwords", str(tmp_path), "--yes"]
    assert ocop(*words, settings=secured_kafka.settings).returncode == 0
    await read(left, EVENTS["reporting"])

    revoke = ["access", "revoke", "bac-ninh", "--file", str(LIST)]
    shown = ocop(*revoke, settings=secured_kafka.settings)
    assert (shown.returncode, len(shown.stdout.splitlines())) == (1, 7)  # sign-in, four topics, its groups; the sum
    await read(left, EVENTS["reporting"])
    assert ocop(*revoke, "--yes", settings=secured_kafka.settings).returncode == 0

    with pytest.raises(BrokerProblemError, match="refuses the user"):
        await look_at_broker(left, Uses(frozenset({EVENTS["reporting"]})))
    assert read_rights(secured_kafka.admin()) == rights_of(read_declared(LIST, AccessList))
    again = ocop(*revoke, settings=secured_kafka.settings)
    assert (again.returncode, again.stdout) == (0, "bac-ninh can do nothing\n")


@pytest.mark.parametrize("user", ["subscriber", "allocation", "admin"])
def test_access_of_whom_is_still_declared_or_who_signs_in_is_not_revoked(user: str) -> None:
    asking = {"KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "KAFKA_SASL_USERNAME": "admin", "KAFKA_SASL_PASSWORD": "word"}
    done = ocop("access", "revoke", user, "--file", str(LIST), "--yes", settings=asking)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert user in done.stderr
