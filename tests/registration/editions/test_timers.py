"""Every timer that decides, reminds or warns, in every state of an edition; and what an end leaves undone is closed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from tests.registration.appeals.test_api import appeal, listed
from tests.registration.conftest import ASKED, PAPER, World, a_product, a_row
from tests.registration.editions.stage import STATES, Stage
from tests.registration.invitations.test_api import Round

from common.contracts.registration import ApplicationRejected, CertificateExpiring
from common.tokens import Role
from registration.appeals.handlers import remind_of_appeals
from registration.expiries.handlers import warn_of_expiries
from registration.invitations.handlers import follow_up
from registration.lapses.handlers import check_due_certificates
from registration.lapses.settling import close_settled
from registration.reply_dates.handlers import find_next_due, reject_unanswered

Json = dict[str, Any]
FAIR_DAY = datetime(2020, 8, 21, 2, tzinfo=UTC)
STOPPED = {"reason_code": "covid_19", "legal_document": PAPER}
TABLE = """
    reject_unanswered  yes yes yes yes yes no  no no no
    remind_of_appeals  yes yes yes yes yes no  no no no
    follow_up          yes no  no  no  no  no  no no no
    check_certificates no  yes no  no  yes no  no no no
    warn_of_expiries   yes yes yes yes yes yes no no no
    close_settled      no  no  no  no  no  no  yes yes yes
"""
Count = Callable[[], Awaitable[int]]


async def count_rejections(stage: Stage) -> Count:
    await stage.returned()
    stage.fair.harness.clock.set(FAIR_DAY)

    async def run() -> int:
        due = await stage.fair.harness.run(find_next_due)
        done = await stage.fair.harness.run(reject_unanswered, 100)
        assert (due is not None) == bool(done)
        assert len(await stage.fair.harness.emitted(ApplicationRejected)) == done
        return done

    return run


async def count_reminders(stage: Stage) -> Count:
    await appeal(stage.fair, await stage.rejected())
    stage.fair.harness.clock.set(FAIR_DAY)
    return lambda: stage.fair.harness.run(remind_of_appeals, 100)


async def count_letters(stage: Stage) -> Count:
    invited = Round(stage.fair)
    assert (await invited.set()).is_success
    assert (await invited.number()).is_success
    stage.fair.harness.clock.set(datetime(2020, 7, 13, tzinfo=UTC))
    return lambda: stage.fair.harness.run(follow_up, 100)


async def count_looks(stage: Stage) -> Count:
    stage.fair.harness.clock.set(FAIR_DAY)
    return lambda: stage.fair.harness.run(check_due_certificates, 100)


async def count_warnings(stage: Stage) -> Count:
    ending = a_product(certificate={"number": "HG-007", "issued_on": "2017-09-05"})
    await stage.fair.submitted(stage.row(products=[ending]))
    stage.fair.harness.clock.set(FAIR_DAY)

    async def run() -> int:
        await stage.fair.harness.run(warn_of_expiries, 100)
        return len(await stage.fair.harness.emitted(CertificateExpiring))

    return run


async def count_closed(stage: Stage) -> Count:
    await appeal(stage.fair, await stage.rejected())
    stage.fair.harness.clock.set(FAIR_DAY)
    assert await stage.fair.harness.run(remind_of_appeals, 100) == 1
    return lambda: stage.fair.harness.run(close_settled, 100)


TIMERS = {
    "reject_unanswered": count_rejections,
    "remind_of_appeals": count_reminders,
    "follow_up": count_letters,
    "check_certificates": count_looks,
    "warn_of_expiries": count_warnings,
    "close_settled": count_closed,
}
ROWS = [line.split() for line in TABLE.strip().splitlines()]
AFTER_APPROVAL = STATES.split()[2:]


@pytest.mark.parametrize(
    ("name", "state", "cell"),
    [(name, state, cell) for name, *cells in ROWS for state, cell in zip(AFTER_APPROVAL, cells, strict=True)],
)
async def test_a_timer_acts_in_its_states_and_rests_in_all_others(
    fair: World, name: str, state: str, cell: str
) -> None:
    stage = Stage(fair, count(1))
    run = await TIMERS[name](stage)
    await stage.put(state)
    assert bool(await run()) is (cell == "yes")


async def tasks(fair: World, query: str = "") -> list[Json]:
    return (await fair.call("GET", f"/editions/{fair.edition_id}/review-tasks{query}", Role.REVIEWER)).json()


async def test_a_cancellation_ends_tasks_and_appeals_at_once_and_says_why(fair: World) -> None:
    await appeal(fair, await Stage(fair, count(1)).rejected())
    fair.harness.clock.set(datetime(2020, 7, 14, tzinfo=UTC))
    assert await fair.harness.run(remind_of_appeals, 100) == 1
    assert [one["is_open"] for one in await listed(fair)] == [True]
    assert (await fair.act("cancellation", STOPPED)).is_success
    assert await tasks(fair) == []
    [done] = await tasks(fair, "?with_done=true")
    assert (done["done_by"], done["note"]) == ("registration", "Kỳ sự kiện đã hủy / The event is cancelled")
    assert [(one["is_open"], one["is_overdue"]) for one in await listed(fair)] == [(False, False)]


OLD = {"number": "HG-007", "issued_on": "2017-09-01"}
MOVED = {"new": {"from": "2020-10-09", "to": "2020-10-12"}, **STOPPED}


async def left_with_nothing(fair: World) -> Json:
    application = await fair.accepted(a_row(products=[a_product(certificate=OLD)]))
    assert (await fair.act("rescheduling", MOVED)).is_success
    assert [one["kind"] for one in await tasks(fair)] == ["nothing_eligible_left"]
    return application


@pytest.mark.parametrize("way", ["withdrawal", "revocation", "cancellation"])
async def test_what_an_acceptance_left_to_decide_ends_with_it(fair: World, way: str) -> None:
    application = await left_with_nothing(fair)
    if way == "withdrawal":
        ended = await fair.tell(application, way, Role.ORGANISER, {"reason_code": "cannot_attend", "request": ASKED})
    elif way == "revocation":
        ended = await fair.tell(application, way, Role.ORGANISER, {"reason_codes": ["violation"]})
    else:
        ended = await fair.act(way, STOPPED)
    assert ended.is_success, ended.text
    assert await tasks(fair) == []
    [done] = await tasks(fair, "?with_done=true")
    assert {"withdrawal": "đã rút", "revocation": "thu hồi", "cancellation": "đã hủy"}[way] in done["note"]


async def test_tasks_that_an_older_version_left_open_are_closed_by_the_timer(fair: World) -> None:
    await left_with_nothing(fair)
    assert await fair.harness.run(close_settled, 100) == 0
    fair.harness.clock.set(fair.harness.clock.now() + timedelta(hours=1))
    await Stage(fair, count(1)).put("cancelled")
    assert await fair.harness.run(close_settled, 100) == 1
    assert await tasks(fair) == []
