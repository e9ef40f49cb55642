"""Who is passed over learns why, and who comes up instead from where in the line."""

from typing import Any

import pytest
from tests.allocation.conftest import Fair, about, accepted, id_of, quota, street, vendor_of
from tests.allocation.explanations.test_pages import look

from allocation.answers import handlers as answers
from common.contracts.allocation import ApplicationWaitlisted
from common.contracts.registration import ApplicationWithdrawn, EditionCapacityChanged
from common.tokens import Role


async def waiting(fair: Fair, name: str, role: Role = Role.ORGANISER, **claims: Any) -> Any:
    async with fair.harness.client(role, **claims) as client:
        return await client.get(f"/allocation/applications/{id_of(name)}/waiting")


async def decline(fair: Fair, name: str) -> None:
    await fair.harness.run(answers.decline_offer, (await fair.offer_of(name)).offer_id)


@pytest.fixture
async def passed_over(fair: Fair) -> Fair:
    """Four booths, two of them Hanoi's at most; b, c and d wait for Hanoi's quota, e for two booths, f for any one."""
    await fair.open(quotas=[quota("province:01", ceiling=2)])
    await fair.harness.deliver(
        *(accepted(name, province="01") for name in "xy"),
        *(accepted(name) for name in "az"),
        *(accepted(name, province="01") for name in "bcd"),
        accepted("e", booths_granted=2),
        accepted("f"),
    )
    await decline(fair, "a")
    return fair


async def test_an_offer_says_the_true_position_and_why_those_ahead_were_passed_over(passed_over: Fair):
    first, *ahead = (await passed_over.offer_of("f")).reasons
    assert (first.code, first.data) == ("next_in_line", {"position": 5, "passed": 4})
    assert first.text.vi == "Đến lượt hồ sơ ở vị trí 5 của danh sách chờ."
    assert [(each.code, each.data) for each in ahead] == [
        ("ahead_quota_full", {"applications": 3}),
        ("ahead_too_few_free", {"applications": 1}),
    ]
    assert "HTX" not in "".join(f"{each.text.vi} {each.text.en}" for each in ahead)


async def test_who_is_first_of_the_line_passes_nobody(fair: Fair):
    await fair.open(booth_target=1)
    await fair.harness.deliver(*(accepted(name) for name in "abc"))
    await decline(fair, "a")
    (only,) = (await fair.offer_of("b")).reasons
    assert only.data == {"position": 1, "passed": 0}


async def test_each_that_was_passed_over_reads_why_and_gets_no_notice(passed_over: Fair):
    told = await passed_over.harness.emitted(ApplicationWaitlisted)
    assert len(told) == 5, "one each, as they came; none for being passed over"
    for name, code in (*((each, "quota_full") for each in "bcd"), ("e", "too_few_free")):
        answer = await waiting(passed_over, name, Role.VENDOR, vendor_id=vendor_of(name))
        seen = answer.json()
        assert (answer.status_code, seen["state"]) == (200, "waitlisted")
        (passing,) = seen["passings"]
        assert passing["reason"]["code"] == code
        assert (passing["times"], passing["served"], passing["position"]) == (1, 1, "bcde".index(name) + 1)
        assert seen["reasons"], "what keeps it from a place now"
    assert (await waiting(passed_over, "f")).json()["passings"] == []


async def test_passings_for_one_reason_are_gathered_and_another_one_stands_beside_them(passed_over: Fair):
    await passed_over.harness.deliver(accepted("g"), accepted("h", province="01"))
    await decline(passed_over, "z")  # g comes up, before b, c, d and e
    (passing,) = (await waiting(passed_over, "b")).json()["passings"]
    assert (passing["times"], passing["served"]) == (2, 2)
    (early,) = (await waiting(passed_over, "e")).json()["passings"]
    assert (early["reason"]["code"], early["times"]) == ("too_few_free", 2)
    assert (await waiting(passed_over, "h")).json()["passings"] == []


async def test_whom_a_floor_sends_up_first_passes_who_could_have_stood_there(fair: Fair):
    await fair.open(booth_target=1, quotas=[quota("country:foreign", floor=1)])
    await fair.harness.deliver(accepted("a", province=None), accepted("b"), accepted("c", province=None))
    await fair.close()
    await decline(fair, "a")
    first, ahead = (await fair.offer_of("c")).reasons
    assert (first.data, ahead.code) == ({"position": 2, "passed": 1}, "ahead_floor_first")
    (passing,) = (await waiting(fair, "b")).json()["passings"]
    assert passing["reason"]["text"]["en"] == (
        "The booth that was free went first to foreign vendors, whose floor is not reached."
    )


async def test_a_capacity_given_back_passes_over_as_any_step(passed_over: Fair):
    await passed_over.harness.deliver(accepted("g"))
    await passed_over.publish(street(5))
    await passed_over.harness.deliver(about(EditionCapacityChanged, booth_target=5, zones=[]))
    first, *ahead = (await passed_over.offer_of("g")).reasons
    assert first.data == {"position": 5, "passed": 4}
    assert sum(int(str(each.data["applications"])) for each in ahead) == 4


async def test_another_vendor_and_another_province_read_nothing_of_it(passed_over: Fair):
    other = await waiting(passed_over, "b", Role.VENDOR, vendor_id=vendor_of("c"))
    assert (other.status_code, other.json()["code"]) == (403, "application_of_another")
    assert (await waiting(passed_over, "b", Role.PROVINCE, province_code="26")).status_code == 403
    assert (await waiting(passed_over, "b", Role.PROVINCE, province_code="01")).status_code == 200
    assert (await waiting(passed_over, "n")).status_code == 404


@pytest.mark.parametrize("language", ["vi", "en", "lo", "th", "ja"])
async def test_the_signed_page_of_who_waits_says_the_same(passed_over: Fair, language: str):
    page = await look(passed_over, "b", language=language)
    assert page.status_code == 200
    (passing,) = (await waiting(passed_over, "b")).json()["passings"]
    assert passing["reason"]["text"]["vi" if language == "vi" else "en"] in page.text
    assert "HTX b" in page.text
    assert "HTX f" not in page.text


async def test_after_a_release_the_page_of_reasons_says_it_too(fair: Fair):
    await fair.open(
        street(2), quotas=[quota("province:26", ceiling=1)], allocation_policy="optimal_at_close", booth_target=2
    )
    names = (("a", "26", 700), ("b", "26", 600), ("c", "01", 500), ("d", "01", 400))
    await fair.harness.deliver(*(accepted(name, province=code, points=points) for name, code, points in names))
    await fair.release()
    await fair.harness.deliver(about(ApplicationWithdrawn, "c"))
    assert (await fair.offer_of("d")).reasons[1].code == "ahead_quota_full"
    page = await look(fair, "b")
    assert "Chỉ tiêu của tỉnh Vĩnh Phúc" in page.text
    assert "1 lần, 1 hồ sơ đứng sau được mời" in page.text
    lost = await look(fair, "a")
    assert "1 lần" not in lost.text


async def test_whose_place_a_cut_took_reads_its_place_in_the_line(fair: Fair):
    """The run gave it a place, so what the run said of it is no answer any more."""
    await fair.open(street(2), allocation_policy="optimal_at_close", booth_target=2)
    await fair.harness.deliver(accepted("a", points=700), accepted("b", points=600))
    await fair.release()
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=1, zones=[]))
    page = await look(fair, "b")
    assert "Hồ sơ trong danh sách chờ" in page.text
