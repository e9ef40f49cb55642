"""Two at once on real PostgreSQL: one of them wins, and the story is told once."""

import asyncio
from collections.abc import Sequence

import httpx
from sqlalchemy import func, select
from tests.registration.conftest import World, a_row

from common.contracts.registration import ApplicationAccepted, ApplicationSubmitted, RegistrationClosed
from common.tokens import Role
from registration.applications.tables import ApplicationRow


def statuses(answers: Sequence[httpx.Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


async def test_of_two_submissions_at_once_one_is_taken(fair: World) -> None:
    draft = await fair.drafted()
    answers = await asyncio.gather(fair.submit(draft), fair.submit(draft))
    assert statuses(answers) == [200, 409]
    assert len(await fair.harness.emitted(ApplicationSubmitted)) == 1


async def test_of_two_self_registrations_of_one_vendor_at_once_one_is_taken(fair: World) -> None:
    answers = await asyncio.gather(*[fair.apply(a_row(1)) for _ in range(4)])
    assert statuses(answers) == [201, 422, 422, 422]
    assert await fair.harness.rows(select(func.count()).select_from(ApplicationRow)) == [1]


async def test_of_two_provinces_that_name_one_vendor_at_once_one_is_taken(fair: World) -> None:
    await fair.add_agency("hg.hnd", "02", "province")
    answers = await asyncio.gather(fair.nominate(a_row(1)), fair.nominate(a_row(1), agency="hg.hnd"))
    assert statuses(answers) == [201, 422]


async def test_of_two_decisions_at_once_one_is_told(fair: World) -> None:
    application = await fair.submitted()
    await asyncio.gather(fair.decide(application, "accept"), fair.decide(application, "accept"))
    assert len(await fair.harness.emitted(ApplicationAccepted)) == 1


async def test_a_submission_beside_the_close_is_counted_or_refused(fair: World) -> None:
    drafts = [await fair.drafted(a_row(number)) for number in range(1, 6)]
    answers = await asyncio.gather(*[fair.submit(draft) for draft in drafts], fair.act("closing"))
    taken = sum(answer.status_code == 200 for answer in answers[:-1])
    closed = (await fair.harness.emitted(RegistrationClosed))[0]
    assert closed.submitted == taken
    told = [type(event) for event in await fair.harness.emitted(ApplicationSubmitted, RegistrationClosed)]
    assert told == [ApplicationSubmitted] * taken + [RegistrationClosed]


async def test_the_same_list_sent_again_with_its_key_has_one_effect(fair: World) -> None:
    row = {"rank": 1, **a_row()}
    paper = {"type": "CV", "number": "215", "notation": "SNN-PTNT", "issued_on": "2020-07-01"}
    paper |= {"issuing_agency_code": "hg.snn", "title": "Đề cử"}
    body = {"agency_code": "hg.snn", "legal_document": paper, "rows": [row]}
    async with fair.harness.client(Role.PROVINCE, agency_code="hg.snn", province_code="02") as client:
        path = f"/registration/editions/{fair.edition_id}/nominations"
        answers = [await client.post(path, json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert statuses(answers) == [201, 201]
    assert answers[0].json() == answers[1].json()
