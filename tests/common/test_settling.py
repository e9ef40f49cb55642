"""What a restored database forgot is settled event by event, and until then the service does not start."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs
from tests.brokers.kinds import Broker
from tests.common.conftest import EffectRow
from tests.common.test_recovering import FORGET, FORGET_KEYS, connection_of, publish
from tests.harness import Harness
from typer import Typer
from typer.testing import CliRunner

from common.cli import serving, settle
from common.contracts.registration import RegistrationClosed, RegistrationOpened
from common.delivery.plumbing import ForgottenEventRow
from common.delivery.recovering import complete_log
from common.delivery.republishing import RelayRunsError, hold_relay
from common.delivery.settling import (
    REAPPLIED,
    VOIDED,
    How,
    NoSettlementError,
    SettledEvent,
    Settlement,
    SettlementFailedError,
    by_hand,
    list_settled,
    settle_forgotten,
)
from common.delivery.unit_of_work import UnitOfWork
from common.tokens import Role

FIFTH = UUID(int=5)
Say = Callable[..., Awaitable[Any]]


@pytest.fixture
async def forgetful(make_toy: Any, broker: Broker) -> Harness:
    """A service that told six events, went back to the third, and has completed its log since."""
    harness = await make_toy("registration", "registration_toy", kafka_bootstrap_servers=broker.bootstrap)
    await publish(harness, 1, 2, 3, 4, 5, 6)
    async with connection_of(harness) as connection:
        await connection.execute(FORGET + FORGET_KEYS)
    await complete_log("registration", harness.service.settings)
    return harness


async def note(uow: UnitOfWork, event: RegistrationOpened) -> Any:
    """Fold back all but the fifth, which is taken back."""
    assert uow.cause is not None
    uow.session.add(EffectRow(what="settled", event_id=uow.cause.event_id, subject=event.subject))
    if event.edition_id != FIFTH:
        return REAPPLIED
    uow.emit(RegistrationClosed(edition_id=event.edition_id, submitted=0, accepted=0, pending=0))
    return VOIDED


TABLE = [Settlement(RegistrationOpened, note)]


async def settle_all(harness: Harness, table: Sequence[Settlement] = TABLE) -> list[SettledEvent]:
    return [one async for one in settle_forgotten(harness.service, table)]


def positions(done: Sequence[SettledEvent]) -> list[int]:
    return [one.cause.sequence for one in done]


async def test_each_forgotten_event_is_settled_once_in_the_order_of_the_log(forgetful: Harness) -> None:
    done = await settle_all(forgetful)
    assert positions(done) == [4, 5, 6]
    assert [one.settled.how for one in done] == [How.REAPPLIED, How.VOIDED, How.REAPPLIED]
    assert await forgetful.rows(select(EffectRow.subject).order_by(EffectRow.id)) == [
        str(UUID(int=n)) for n in (4, 5, 6)
    ]
    assert [event.edition_id for event in await forgetful.emitted(RegistrationClosed)] == [FIFTH]
    assert await settle_all(forgetful) == []
    assert positions(await list_settled(forgetful.service)) == [4, 5, 6]


async def test_one_that_fails_leaves_those_before_it_settled_and_is_settled_the_next_time(forgetful: Harness) -> None:
    async def fail(uow: UnitOfWork, event: RegistrationOpened) -> Any:
        settled = await note(uow, event)
        if event.edition_id == FIFTH:
            raise ConnectionResetError
        return settled

    with pytest.raises(ConnectionResetError):
        await settle_all(forgetful, [Settlement(RegistrationOpened, fail)])
    assert len(await forgetful.rows(select(EffectRow))) == 1
    assert positions(await settle_all(forgetful)) == [5, 6]


async def test_one_that_cannot_be_settled_is_named_and_can_be_left_to_people(forgetful: Harness) -> None:
    async def fail(uow: UnitOfWork, event: RegistrationOpened) -> Any:
        settled = await note(uow, event)
        return {}["nothing"] if event.edition_id == FIFTH else settled

    table = [Settlement(RegistrationOpened, fail)]
    with pytest.raises(SettlementFailedError, match=r"Event 5 .*registration_opened.*KeyError.*settle --by-hand 5"):
        await settle_all(forgetful, table)
    done = [one async for one in settle_forgotten(forgetful.service, table, left=[5])]
    assert [(one.cause.sequence, one.settled.how) for one in done] == [(5, How.BY_HAND), (6, How.REAPPLIED)]
    assert len(await forgetful.rows(select(EffectRow))) == 2
    assert await forgetful.emitted(RegistrationClosed) == []


async def test_a_type_that_nothing_settles_is_named_and_stays(forgetful: Harness) -> None:
    with pytest.raises(NoSettlementError, match="registration_opened"):
        await settle_all(forgetful, [])
    assert await forgetful.service.count_unsettled() == 3


async def test_it_refuses_while_the_service_runs(forgetful: Harness) -> None:
    async with connection_of(forgetful) as connection:
        await hold_relay(connection, "registration")
        with pytest.raises(RelayRunsError):
            await settle_all(forgetful)


async def test_what_came_back_unnumbered_is_not_forgotten(make_toy: Any, broker: Broker) -> None:
    harness = await make_toy("registration", "registration_toy", kafka_bootstrap_servers=broker.bootstrap)
    await publish(harness, 1, 2, 3, 4, 5)
    async with connection_of(harness) as connection:
        await connection.execute(
            "INSERT INTO outbox (event_id, topic, key, headers, value)"
            " SELECT event_id, 'ocop.registration.events', key, headers, value FROM event_log WHERE position = 4"
        )
        await connection.execute(FORGET + FORGET_KEYS)
    await complete_log("registration", harness.service.settings)
    assert await harness.rows(select(ForgottenEventRow.position)) == [5]


async def test_a_service_with_unsettled_events_does_not_start_and_says_what_to_do(forgetful: Harness) -> None:
    with capture_logs() as logs:
        assert not await serving.may_start(forgetful.service)
    [line] = [line for line in logs if line["event"] == "forgotten_events_unsettled"]
    assert (line["events"], line["run"]) == (3, "python -m registration settle")
    assert line["read"] == "docs/operate/restore.md"
    await settle_all(forgetful)
    assert await serving.may_start(forgetful.service)


async def test_its_status_tells_what_is_unsettled_and_what_people_had_to_do(forgetful: Harness) -> None:
    async def ask(uow: UnitOfWork, _event: RegistrationOpened) -> Any:
        return by_hand("Nhập lại.", "Enter it again.")

    async def told() -> Any:
        async with forgetful.client(Role.OPERATOR) as client:
            return (await client.get("/registration/status")).json()["forgotten"]

    assert await told() == {"unsettled": 3, "by_hand": 0}
    await settle_all(forgetful, [Settlement(RegistrationOpened, ask)])
    assert await told() == {"unsettled": 0, "by_hand": 3}


@pytest.fixture
def say(forgetful: Harness, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Returns a function that gives the command of a service whose handler asks for help with the fifth."""

    async def ask(uow: UnitOfWork, event: RegistrationOpened) -> Any:
        settled = await note(uow, event)
        return by_hand("Nhập lại.", "Enter it again.") if settled is VOIDED else settled

    async def say(*words: str, handler: Any = ask) -> Any:
        def find(_name: str) -> list[Settlement]:
            return [Settlement(RegistrationOpened, handler)]

        monkeypatch.setattr(settle, "find_settlements", find)
        cli = Typer()
        cli.callback()(lambda: None)
        settle.add_settle_command(cli, "registration", lambda: forgetful.app)
        await forgetful.service.engine.dispose()  # the command has a loop of its own
        return await asyncio.to_thread(CliRunner().invoke, cli, ["settle", *words])

    return say


async def test_the_command_lists_each_event_and_with_json_all_that_was_settled(say: Say) -> None:
    first = await say()
    assert first.exit_code == 0, first
    assert "Nhập lại. / Enter it again." in first.stdout
    assert first.stderr == "registration: 3 forgotten events settled\n"
    again = await say("--json", "--all")
    assert [json.loads(line)["how"] for line in again.stdout.splitlines()] == ["reapplied", "by_hand", "reapplied"]


async def test_the_command_names_what_cannot_be_settled_and_leaves_to_people_what_it_is_told(say: Say) -> None:
    async def fail(_uow: UnitOfWork, event: RegistrationOpened) -> Any:
        return {FIFTH: VOIDED}[event.edition_id]

    first = await say(handler=fail)
    assert first.exit_code == 1
    assert "Event 4 " in first.stderr
    left = await say("--by-hand", "4", "--by-hand", "6", "--json", handler=fail)
    assert [json.loads(line)["how"] for line in left.stdout.splitlines()] == ["by_hand", "voided", "by_hand"]
