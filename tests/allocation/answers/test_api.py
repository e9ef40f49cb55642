"""Offers, placements and runs over HTTP: roles, codes, double clicks."""

from datetime import timedelta
from uuid import uuid4

from tests.allocation.conftest import EDITION, Fair, accepted, id_of, vendor_of
from tests.factories import PAPER

from common.contracts.allocation import BoothConfirmed
from common.tokens import Role


async def test_a_vendor_confirms_its_offer_and_a_double_click_changes_nothing(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")
    async with fair.harness.client(Role.VENDOR, vendor_id=vendor_of("a")) as client:
        answers = [await client.post(f"/allocation/offers/{offer.offer_id}/confirmation") for _ in range(2)]
        shown = await client.get(f"/allocation/offers/{offer.offer_id}")
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json() == shown.json()
    assert shown.json()["state"] == "confirmed"
    assert len(await fair.harness.emitted(BoothConfirmed)) == 1


async def test_a_late_answer_is_409_with_words_in_both_languages(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")
    with fair.harness.at(offer.reply_by_at + timedelta(seconds=1)):
        async with fair.harness.client(Role.VENDOR, vendor_id=vendor_of("a")) as client:
            answer = await client.post(f"/allocation/offers/{offer.offer_id}/confirmation")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "offer_expired")
    assert problem["detail_vi"].startswith("Đề nghị xếp gian hàng đã quá hạn")
    assert problem["detail"].startswith("The time to answer this offer is over")


async def test_another_vendor_neither_sees_nor_answers_an_offer(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")
    async with fair.harness.client(Role.VENDOR, vendor_id=vendor_of("b")) as client:
        answers = [
            await client.get(f"/allocation/offers/{offer.offer_id}"),
            await client.post(f"/allocation/offers/{offer.offer_id}/decline"),
        ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "offer_of_another_vendor")] * 2


async def test_an_offer_is_answered_by_a_vendor_alone(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    offer = await fair.offer_of("a")
    async with fair.harness.client(Role.ORGANISER) as client:
        assert (await client.post(f"/allocation/offers/{offer.offer_id}/confirmation")).status_code == 403
    async with fair.harness.client() as client:
        assert (await client.post(f"/allocation/offers/{offer.offer_id}/confirmation")).status_code == 401


async def test_placements_are_paged_and_tell_position_and_offer(fair: Fair):
    await fair.open(booth_target=2)
    await fair.harness.deliver(*(accepted(name) for name in "abcd"))
    path = f"/allocation/editions/{EDITION}/placements"
    found, cursor = [], None
    async with fair.harness.client(Role.ORGANISER) as client:
        for _ in range(2):
            page = (await client.get(path, params={"limit": 3, **({"cursor": cursor} if cursor else {})})).json()
            found += page["items"]
            cursor = page["next_cursor"]
    assert cursor is None
    by_id = {item["application_id"]: item for item in found}
    a, d = by_id[str(id_of("a"))], by_id[str(id_of("d"))]
    assert (a["state"], a["booth_codes"], a["trade_name"], a["waitlist_position"]) == (
        "offered",
        ["A02"],
        "HTX a",
        None,
    )
    assert (d["state"], d["booth_codes"], d["waitlist_position"], d["reply_by_at"]) == ("waitlisted", [], 2, None)


async def test_a_run_is_shown_with_its_passes_and_its_seed_only_after_the_release(fair: Fair):
    await fair.open(allocation_policy="optimal_at_close")
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    run = await fair.solve()
    await fair.explain()
    async with fair.harness.client(Role.COMMITTEE) as client:
        (listed,) = (await client.get(f"/allocation/editions/{EDITION}/runs")).json()["items"]
        before = (await client.get(f"/allocation/runs/{run.run_id}")).json()
        released = await client.post(f"/allocation/runs/{run.run_id}/release", json={"legal_document": PAPER})
        after = (await client.get(f"/allocation/runs/{run.run_id}")).json()
    assert (listed["state"], listed["placed"], listed["waitlisted"]) == ("completed", 1, 0)
    assert (before["seed"], before["status"], before["checker"]["passed"]) == (None, "optimal", True)
    assert before["objectives"][0] == {"name": "quota_floors_missed", "value": 0, "bound": 0}
    assert released.status_code == 200
    assert (after["state"], after["seed"], after["seed_commitment"]) == (
        "released",
        run.seed,
        before["seed_commitment"],
    )


async def test_a_run_for_an_edition_that_is_open_is_refused_and_one_of_nobody_not_found(fair: Fair):
    await fair.open(allocation_policy="optimal_at_close")
    async with fair.harness.client(Role.ORGANISER) as client:
        early = await client.post(f"/allocation/editions/{EDITION}/runs", json={})
        unknown = await client.post(f"/allocation/editions/{uuid4()}/runs", json={})
        wrong = await client.post(f"/allocation/editions/{EDITION}/runs", json={"seed": "a b"})
    assert (early.status_code, early.json()["code"]) == (409, "edition_not_ready")
    assert unknown.status_code == 404
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "seed")


async def test_status_tells_what_is_due_and_what_is_busy(fair: Fair):
    await fair.open(allocation_policy="optimal_at_close")
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    async with fair.harness.client(Role.OPERATOR) as client:
        queued = (await client.get("/allocation/status")).json()
        await fair.solve()
        await fair.explain()
        solved = (await client.get("/allocation/status")).json()
    assert (queued["busy"], queued["next_due_at"], solved["busy"]) == (1, None, 0)
