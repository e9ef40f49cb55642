"""A paper that is there but lapses before the fair's end is told as that, never as missing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.registration.conftest import PAPER, PAPERS, World, a_row

from common.contracts.registration import ApplicationReturned
from registration.dossiers.api import DOSSIER_EXAMPLE


def papers(**lapsing: str) -> list[dict[str, str]]:
    return [{"kind": kind, **({"expires_on": lapsing[kind]} if kind in lapsing else {})} for kind in PAPERS]


def reason_of(application: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [one for one in application["evaluation"]["reasons"] if one["code"] == name]
    return found


async def test_a_food_safety_paper_that_lapses_before_the_last_day_is_named_with_its_day(fair: World):
    application = await fair.submitted(a_row(documents=papers(food_safety_certificate="2020-08-24")))
    reason = reason_of(application, "food_safety_missing")
    assert reason["text"] == {
        "vi": "Giấy chứng nhận đủ điều kiện an toàn thực phẩm hết hiệu lực ngày 24/08/2020, trước khi sự kiện kết thúc",
        "en": "Food safety certificate lapses on 24/08/2020, before the event ends",
    }
    assert reason["data"] == {"lapsing": "food_safety_certificate", "lapses_on": "2020-08-24"}
    assert (await fair.decide(application, "return")).status_code == 201
    (returned,) = await fair.harness.emitted(ApplicationReturned)
    assert returned.reasons[0].text.vi == reason["text"]["vi"], "the vendor is told the same"
    assert "missing" not in returned.reasons[0].data


async def test_a_paper_that_holds_a_day_longer_than_the_fair_is_enough(fair: World):
    application = await fair.submitted(a_row(documents=papers(food_safety_certificate="2020-08-25")))
    assert application["evaluation"]["reasons"] == []


async def test_where_one_paper_lapses_and_another_is_missing_both_are_said(fair: World):
    without = [one for one in papers(label="2020-07-31") if one["kind"] != "applied_standard"]
    application = await fair.submitted(a_row(documents=without))
    text = reason_of(application, "label_missing")["text"]["en"]
    assert text == "The label or the applied standard is missing; Label lapses on 31/07/2020, before the event ends"


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        (
            "business_registration",
            "registration_missing",
            "Giấy chứng nhận đăng ký kinh doanh hết hiệu lực ngày 01/08/2020",
        )
    ],
)
async def test_a_registration_paper_that_lapses_is_named(fair: World, kind: str, name: str, said: str):
    application = await fair.submitted(a_row(documents=papers(**{kind: "2020-08-01"})))
    assert reason_of(application, name)["text"]["vi"].startswith(said)


async def test_the_dossier_of_the_description_can_be_handed_in_as_it_is(world: World):
    world.harness.clock.set(datetime(2026, 11, 30, 2, 0, tzinfo=UTC))
    days = {"planned": {"from": "2027-08-20", "to": "2027-08-24"}, "province_register": "2025", "theme_region": "none"}
    times = {"registration": {"opens_at": "2026-11-01T01:00:00Z", "closes_at": "2027-07-24T10:00:00Z"}}
    answer = await world.plan(code="G1-2027", **days, **times)
    assert answer.status_code == 201, answer.text
    world.edition_id = answer.json()["edition_id"]
    assert (await world.act("approval", {"legal_document": PAPER})).is_success
    assert (await world.act("opening")).is_success
    await world.add_agency("tq.snn", "08", "province")
    row = a_row(vendor__province_code="08")
    row.update({name: DOSSIER_EXAMPLE[name] for name in ("products", "documents", "booths_wanted", "wishes")})
    answer = await world.nominate(row, agency="tq.snn", province="08")
    assert answer.status_code == 201, answer.text
    application = (await world.submit(answer.json()["rows"][0])).json()
    assert (application["evaluation"]["reasons"], application["evaluation"]["outcome"]) == ([], "accept")
