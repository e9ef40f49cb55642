"""An appeal with its evidence: judged anew, decided by another person, in time for the waiting list."""

from typing import Any

import pytest
from tests.registration.conftest import PAPERS, World, a_row, errors_of

from common.contracts.registration import ApplicationAccepted
from common.tokens import Role

Json = dict[str, Any]


async def rejected(fair: World) -> Json:
    row = a_row(documents=[{"kind": kind} for kind in PAPERS if kind != "label"])
    application = await fair.submitted(row)
    assert (await fair.decide(application, "reject", subject="lan")).status_code == 201
    return application


async def appeal(fair: World, application: Json, **body: Any) -> Any:
    return await fair.tell(application, "appeal", Role.VENDOR, body, vendor_id=application["vendor_id"])


async def listed(fair: World) -> list[Json]:
    return (await fair.call("GET", f"/editions/{fair.edition_id}/appeals", Role.REVIEWER)).json()


async def test_evidence_is_judged_and_what_was_handed_in_before_stays(fair: World) -> None:
    application = await rejected(fair)
    filed = (await appeal(fair, application, statement="Nhãn đã cấp lại", evidence=[{"kind": "label"}])).json()
    assert (filed["state"], filed["revision"], filed["evaluation"]["outcome"]) == ("under_review", 2, "accept")
    assert (await fair.decide(application, "accept")).status_code == 201
    assert (await fair.harness.emitted(ApplicationAccepted))[0].on_appeal
    path = f"/applications/{application['application_id']}/evaluations"
    kept = (await fair.call("GET", path, Role.REVIEWER)).json()
    assert [(one["occasion"], "label" in one["inputs"]["paper_kinds"]) for one in kept] == [
        ("submission", False),
        ("decision", False),
        ("appeal", True),
        ("decision", True),
    ]


async def test_appeals_are_listed_with_the_day_by_which_the_waiting_list_needs_them(fair: World) -> None:
    application = await rejected(fair)
    await appeal(fair, application, statement="Nhãn đã cấp lại")
    [one] = await listed(fair)
    assert (one["statement"], one["decide_by_at"]) == ("Nhãn đã cấp lại", "2020-07-15T02:00:00Z")
    assert (one["is_open"], one["is_overdue"]) == (True, False)
    assert (await fair.decide(application, "reject")).status_code == 201
    assert [one["is_open"] for one in await listed(fair)] == [False]


async def test_a_wrong_piece_of_evidence_is_named_and_the_appeal_is_still_possible(fair: World) -> None:
    application = await rejected(fair)
    wrong = [{"kind": "label", "issued_on": "2020-07-01", "expires_on": "2020-06-01"}]
    refused = await appeal(fair, application, evidence=wrong)
    assert list(errors_of(refused)) == [f"documents[{len(PAPERS) - 1}].expires_on"]
    assert (await appeal(fair, application)).is_success


@pytest.mark.parametrize(("who", "status"), [("lan", 409), ("minh", 201)])
async def test_where_two_persons_are_needed_who_rejected_does_not_decide_the_appeal(
    fair: World, who: str, status: int
) -> None:
    application = await rejected(fair)
    policy = {"second_person": True, "released_together": False}
    await fair.ok("PUT", f"/editions/{fair.edition_id}/review-policy", Role.ORGANISER, policy)
    await appeal(fair, application, evidence=[{"kind": "label"}])
    assert (await fair.decide(application, "accept", subject=who)).status_code == status
