"""Compacted topics are read again after the database went back in time, before the service starts."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs
from tests.brokers.kinds import Broker
from tests.common.test_recovering import connection_of, publish
from tests.factories import sample
from tests.harness import Harness
from typer import Typer
from typer.testing import CliRunner

from common.cli import serving, settle
from common.contracts.registration import ContactRecorded
from common.delivery.epochs import start_epoch
from common.delivery.messages import Record
from common.delivery.republishing import RelayRunsError, hold_relay
from common.delivery.rereading import Rereading, drop_waiting, reread_topics
from common.delivery.settling import by_hand
from common.delivery.unit_of_work import UnitOfWork
from common.delivery.untold import confirm_entered, is_lacking, list_asked
from common.delivery.whole_topics import read_whole
from common.service import Service

PARTIES = [UUID(int=number) for number in range(1, 40)]
TOPIC = ContactRecorded.topic()


@pytest.fixture
async def owner(make_toy: Any, broker: Broker) -> Harness:
    """A service that told contacts and an erasure, and went back in time."""
    harness = await make_toy("registration", "registration_toy", kafka_bootstrap_servers=broker.bootstrap)

    async def tell(uow: UnitOfWork) -> None:
        for party_id in PARTIES:
            uow.emit(sample(ContactRecorded, party_id=party_id))
        uow.erase(ContactRecorded, PARTIES[0])

    await harness.run(tell)
    await publish(harness, 1)
    await start_epoch("registration", harness.service.settings, rereads=True)
    return harness


class Reader:
    """Keeps what it is given; ``fails`` at the first record of a batch."""

    def __init__(self) -> None:
        self.taken: list[tuple[UUID, bool]] = []
        self.fails = False

    async def take(self, service: Service, records: Sequence[Record]) -> None:
        assert service.name == "registration"
        if self.fails:
            raise ConnectionResetError
        self.taken += [(UUID((one.key or b"").decode()), one.value is not None) for one in records]

    async def reread(self, harness: Harness) -> list[tuple[str, int]]:
        return [done async for done in reread_topics(harness.service, [Rereading(ContactRecorded, self.take)])]


async def test_the_whole_topic_is_read_once_and_until_then_the_service_does_not_start(owner: Harness) -> None:
    reader = Reader()
    with capture_logs() as logs:
        assert not await serving.may_start(owner.service)
    assert [line["run"] for line in logs if line["event"] == "forgotten_events_unsettled"] == [
        "python -m registration settle"
    ]
    assert await reader.reread(owner) == [(TOPIC, len(PARTIES) + 1)]
    assert {party for party, _ in reader.taken} == set(PARTIES)
    assert [is_there for party, is_there in reader.taken if party == PARTIES[0]] == [True, False]
    assert await serving.may_start(owner.service)
    assert await reader.reread(owner) == []


async def test_one_that_fails_is_read_from_the_beginning_the_next_time(owner: Harness) -> None:
    reader = Reader()
    reader.fails = True
    with pytest.raises(ConnectionResetError):
        await reader.reread(owner)
    assert await owner.service.count_unsettled() == 1
    reader.fails = False
    assert await reader.reread(owner) == [(TOPIC, len(PARTIES) + 1)]


async def test_each_epoch_reads_it_again(owner: Harness) -> None:
    reader = Reader()
    await reader.reread(owner)
    await start_epoch("registration", owner.service.settings, rereads=True)
    assert await owner.service.count_unsettled() == 1
    assert await reader.reread(owner) == [(TOPIC, len(PARTIES) + 1)]


async def test_it_refuses_while_the_service_runs(owner: Harness) -> None:
    async with connection_of(owner) as connection:
        await hold_relay(connection, "registration")
        with pytest.raises(RelayRunsError):
            await Reader().reread(owner)


def always(found: Any) -> Callable[[str], Any]:
    def find(_service: str) -> Any:
        return found

    return find


async def test_the_command_reads_them_and_says_what_no_event_tells(
    owner: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, untold = Reader(), by_hand("Nhập lại.", "Enter it again.")
    for name, found in (
        ("find_settlements", []),
        ("find_rereadings", [Rereading(ContactRecorded, reader.take)]),
        ("find_untold", untold),
    ):
        monkeypatch.setattr(settle, name, always(found))
    cli = Typer()
    cli.callback()(lambda: None)
    settle.add_settle_command(cli, "registration", lambda: owner.app)
    await owner.service.engine.dispose()  # the command has a loop of its own
    first = await asyncio.to_thread(CliRunner().invoke, cli, ["settle"])
    assert first.exit_code == 0, first
    assert "Nhập lại. / Enter it again." in first.stdout
    assert f"{TOPIC}: {len(PARTIES) + 1} records read again" in first.stderr
    again = await asyncio.to_thread(CliRunner().invoke, cli, ["settle"])
    assert "Enter it again." not in again.stdout


async def asked(owner: Harness) -> tuple[bool, list[tuple[bool, str | None, str | None]]]:
    """Return whether something is lacking, and of each restore whether it is asked for and who said what."""
    async with owner.unit_of_work() as uow:
        found = [(one.is_open, one.confirmed_by, one.reason) for one in await list_asked(uow.session)]
        return await is_lacking(uow.session), found


def gauge(owner: Harness) -> float | None:
    return owner.service.metrics.registry.get_sample_value("ocop_entries_lost", {"service": "registration"})


async def test_what_no_event_tells_is_asked_for_until_somebody_says_that_it_is_there_again(owner: Harness) -> None:
    reader, untold = Reader(), by_hand("Nhập lại.", "Enter it again.")
    [_ async for _ in reread_topics(owner.service, [Rereading(ContactRecorded, reader.take)], untold)]
    assert await serving.may_start(owner.service)
    assert await asked(owner) == (True, [(True, None, None)])
    await owner.service.measure()
    assert gauge(owner) == 1
    async with owner.unit_of_work() as uow:
        assert await confirm_entered(uow.session, "an", "by the papers of July", uow.now)
        assert not await confirm_entered(uow.session, "binh", "once more", uow.now)
    assert await asked(owner) == (False, [(False, "an", "by the papers of July")])
    await owner.service.measure()
    assert gauge(owner) == 0
    await start_epoch("registration", owner.service.settings, rereads=True)
    [_ async for _ in reread_topics(owner.service, [Rereading(ContactRecorded, reader.take)], untold)]
    assert await asked(owner) == (True, [(False, "an", "by the papers of July"), (True, None, None)])


async def test_nothing_is_asked_for_where_topics_tell_all(owner: Harness) -> None:
    await Reader().reread(owner)
    assert await asked(owner) == (False, [])


async def test_it_is_read_a_piece_at_a_time(owner: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.delivery.whole_topics.AT_ONCE", 7)
    pieces = [len(records) async for records in read_whole(TOPIC, owner.service.settings)]
    assert sum(pieces) == len(PARTIES) + 1
    assert max(pieces) <= 7


async def test_what_waits_and_is_no_newer_than_the_topic_does_not_go_out(owner: Harness) -> None:
    async def tell(uow: UnitOfWork) -> None:
        for party_id in PARTIES[:3]:
            uow.emit(sample(ContactRecorded, party_id=party_id))

    await owner.run(tell)
    told = {str(PARTIES[0]): owner.clock.now(), str(PARTIES[1]): owner.clock.now().replace(year=2019)}
    async with owner.unit_of_work() as uow:
        await drop_waiting(uow.session, TOPIC, told)
    assert [row.key.decode() for row in await owner.outbox()] == [str(one) for one in PARTIES[1:3]]
