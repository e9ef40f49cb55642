"""Applications over HTTP: handed in, supplemented, withdrawn, appealed, revoked, seen by whom they concern."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.registration.conftest import ASKED, OPEN, PAPERS, World, a_product, a_row, errors_of

from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationRevoked,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from common.tokens import Role


async def test_a_vendor_without_a_nomination_applies_itself(fair: World) -> None:
    made = (await fair.apply(a_row(1, vendor__province_code="01"))).json()
    assert made["state"] == "draft"
    view = (await fair.submit(made)).json()
    assert (view["state"], view["channel"], view["revision"]) == ("submitted", "self", 1)
    assert view["evaluation"]["tier"] == "tier_1"


async def test_a_stranger_does_not_take_over_a_vendor_that_is_known(fair: World) -> None:
    known = await fair.drafted(a_row(1))
    fair.edition_id = (await fair.plan(code="G3-2020")).json()["edition_id"]
    paper = {"type": "KH", "number": "101", "notation": "KH-UBND", "issued_on": "2020-06-01"}
    paper |= {"issuing_agency_code": "hn.ubnd", "title": "Kế hoạch"}
    assert (await fair.act("approval", {"legal_document": paper})).is_success
    assert (await fair.act("opening")).is_success
    assert (await fair.apply(a_row(1))).json()["code"] == "vendor_known"
    assert (await fair.apply(a_row(1), vendor_id=known["vendor_id"])).status_code == 201


@pytest.mark.parametrize(("change", "field"), [({"undertaking": False}, "undertaking"), ({"consents": []}, "consents")])
async def test_without_undertaking_or_consent_nothing_is_handed_in(
    fair: World, change: dict[str, Any], field: str
) -> None:
    draft = await fair.drafted()
    assert errors_of(await fair.submit(draft, **change)) == {field: "consent_missing"}
    assert await fair.harness.emitted(ApplicationSubmitted) == []


async def test_a_star_that_lapses_before_new_dates_is_refused_when_handed_in(fair: World) -> None:
    product = a_product(certificate={"issued_on": "2017-09-01"})
    draft = await fair.drafted(a_row(products=[product]))
    paper = {"type": "CV", "number": "1", "notation": "UBND-KT", "issued_on": "2020-07-01", "title": "Dời lịch"}
    body = {"new": {"from": "2020-10-09", "to": "2020-10-12"}, "reason_code": "covid_19"}
    answer = await fair.act("rescheduling", {**body, "legal_document": {**paper, "issuing_agency_code": "hn.ubnd"}})
    assert answer.is_success
    refused = await fair.submit(draft)
    assert errors_of(refused) == {"products[0].stars": "certificate_expired"}
    assert "R07" in refused.json()["errors"][0]["vi"]


async def test_a_submission_after_the_end_is_late_and_before_the_opening_too_early(world: World) -> None:
    world.edition_id = (await world.plan()).json()["edition_id"]
    paper = {"type": "KH", "number": "100", "notation": "KH-UBND", "issued_on": "2020-05-15"}
    paper |= {"issuing_agency_code": "hn.ubnd", "title": "Kế hoạch"}
    assert (await world.act("approval", {"legal_document": paper})).is_success
    draft = await world.drafted()
    early = await world.submit(draft)
    assert (early.status_code, early.json()["code"]) == (409, "registration_not_open")
    assert (await world.act("opening")).status_code == 409
    world.harness.clock.set(OPEN)
    assert (await world.act("opening")).is_success
    world.harness.clock.set(datetime(2020, 7, 24, 10, 0, 1, tzinfo=UTC))
    late = await world.submit(draft)
    assert (late.status_code, late.json()["code"]) == (409, "late")


async def test_what_is_handed_in_is_told_without_anything_personal(fair: World) -> None:
    await fair.submitted()
    told = (await fair.harness.emitted(ApplicationSubmitted))[0]
    assert (told.revision, told.channel, told.nominating_agency_code) == (1, "nominated", "hg.snn")
    assert (told.vendor.trade_name, told.vendor.province_code) == ("HTX Chè Phìn Hồ 1", "02")
    product = told.products[0]
    assert (product.stars, product.recognised_year) == (4, 2019)
    assert product.certificate_valid_to is not None
    assert product.certificate_valid_to.isoformat() == "2022-11-10"


async def test_a_supplement_is_a_new_revision_of_the_same_products(fair: World) -> None:
    without = [{"kind": kind} for kind in PAPERS if kind != "food_safety_certificate"]
    application = await fair.submitted(a_row(documents=without))
    assert [reason["code"] for reason in application["evaluation"]["reasons"]] == ["food_safety_missing"]
    assert (await fair.decide(application, "return")).status_code == 201
    dossier = {name: a_row()[name] for name in ("products", "documents", "booths_wanted", "wishes")}
    path = f"/applications/{application['application_id']}/dossier"
    await fair.ok("PUT", path, Role.VENDOR, dossier, vendor_id=application["vendor_id"])
    assert (await fair.act("closing")).is_success  # a supplement asked for comes after the close as well
    again = (await fair.submit(application)).json()
    assert (again["revision"], again["evaluation"]["outcome"]) == (2, "accept")
    first, second = await fair.harness.emitted(ApplicationSubmitted)
    assert (first.revision, second.revision) == (1, 2)
    assert first.products[0].product_id == second.products[0].product_id


async def test_a_dossier_in_review_cannot_be_changed(fair: World) -> None:
    application = await fair.submitted()
    dossier = {name: a_row()[name] for name in ("products", "documents", "booths_wanted", "wishes")}
    path = f"/applications/{application['application_id']}/dossier"
    answer = await fair.call("PUT", path, Role.VENDOR, dossier, vendor_id=application["vendor_id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "application_state")


@pytest.mark.parametrize(
    ("role", "claims", "by"),
    [
        (Role.VENDOR, {}, "vendor"),
        (Role.PROVINCE, {"agency_code": "hg.snn", "province_code": "02"}, "agency"),
        (Role.ORGANISER, {}, "organiser"),
    ],
)
async def test_an_accepted_application_is_withdrawn_by_those_it_concerns(
    fair: World, role: Role, claims: dict[str, str], by: str
) -> None:
    application = await fair.accepted()
    mine = {"vendor_id": application["vendor_id"]} if role is Role.VENDOR else claims
    answer = await fair.tell(
        application, "withdrawal", role, {"reason_code": "cannot_attend", "request": ASKED}, **mine
    )
    assert answer.json()["state"] == "withdrawn"
    assert [one.by for one in await fair.harness.emitted(ApplicationWithdrawn)] == [by]
    again = await fair.tell(
        application, "withdrawal", Role.ORGANISER, {"reason_code": "cannot_attend", "request": ASKED}
    )
    assert again.status_code == 409


async def test_only_its_vendor_and_its_agency_see_or_touch_an_application(fair: World) -> None:
    application = await fair.submitted()
    path = f"/applications/{application['application_id']}"
    stranger = (await fair.drafted(a_row(2)))["vendor_id"]
    assert (await fair.call("GET", path, Role.VENDOR, vendor_id=stranger)).status_code == 403
    assert (await fair.call("GET", path, Role.VENDOR, vendor_id=application["vendor_id"])).status_code == 200
    assert (await fair.call("GET", path, Role.PROVINCE, agency_code="pt.snn")).status_code == 403
    assert (await fair.call("GET", path, Role.CLERK)).status_code == 403
    theirs = await fair.ok("GET", f"/editions/{fair.edition_id}/applications", Role.PROVINCE, agency_code="pt.snn")
    assert theirs["items"] == []


async def open_next_edition(
    fair: World, code: str = "G3-2020", first: str = "2020-10-29", last: str = "2020-11-02", **changes: Any
) -> None:
    """Open registration of a later edition, of October 2020 if not said otherwise, which steps are then about."""
    planned = {"from": first, "to": last}
    fair.edition_id = (await fair.plan(code=code, planned=planned, **changes)).json()["edition_id"]
    paper = {"type": "KH", "number": "101", "notation": "KH-UBND", "issued_on": "2020-06-01"}
    paper |= {"issuing_agency_code": "hn.ubnd", "title": "Kế hoạch"}
    assert (await fair.act("approval", {"legal_document": paper})).is_success
    assert (await fair.act("opening")).is_success


async def test_a_revocation_needs_a_known_reason_and_bars_from_the_next_edition(fair: World) -> None:
    application = await fair.accepted()
    unknown = await fair.tell(application, "revocation", Role.ORGANISER, {"reason_codes": ["mood"]})
    assert errors_of(unknown) == {"reason_codes[0]": "unknown_code"}
    assert (await fair.tell(application, "revocation", Role.ORGANISER, {"reason_codes": ["violation"]})).is_success
    told = (await fair.harness.emitted(ApplicationRevoked))[0]
    assert (told.reasons[0].code, told.reasons[0].rule) == ("violation", "eligibility/2020-05#V01")
    await open_next_edition(fair)
    barred = await fair.submitted()
    assert barred["evaluation"]["outcome"] == "reject"
    assert [reason["code"] for reason in barred["evaluation"]["reasons"]] == ["barred"]


@pytest.mark.parametrize("code", ["false_declaration", "certificate_revoked", "organiser_decision", "R12"])
async def test_who_has_violated_nothing_is_not_barred_from_the_next_edition(fair: World, code: str) -> None:
    application = await fair.accepted()
    assert (await fair.tell(application, "revocation", Role.ORGANISER, {"reason_codes": [code]})).is_success
    await open_next_edition(fair)
    assert (await fair.submitted())["evaluation"]["outcome"] == "accept"


async def test_who_was_rejected_is_accepted_by_an_appeal_alone(fair: World) -> None:
    application = await fair.submitted()
    assert (await fair.decide(application, "reject", reason_codes=["R20"])).is_success
    refused = await fair.decide(application, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "application_state")


async def test_an_appeal_that_is_won_says_so(fair: World) -> None:
    application = await fair.submitted()
    assert (await fair.decide(application, "reject", reason_codes=["R20"])).is_success
    vendor = {"vendor_id": application["vendor_id"]}
    assert (await fair.tell(application, "appeal", Role.VENDOR, {}, **vendor)).json()["state"] == "under_review"
    assert (await fair.decide(application, "accept")).is_success
    assert [one.on_appeal for one in await fair.harness.emitted(ApplicationAccepted)] == [True]


async def test_applications_are_listed_page_by_page_in_the_order_they_came(fair: World) -> None:
    answer = await fair.nominate(*[a_row(number) for number in range(1, 6)])
    wanted = [row["application_id"] for row in answer.json()["rows"]]
    seen: list[str] = []
    cursor = ""
    while True:
        path = f"/editions/{fair.edition_id}/applications?limit=2&state=draft{cursor}"
        page = await fair.ok("GET", path, Role.REVIEWER)
        seen += [item["application_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == wanted


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "2201-01-01"])
async def test_a_date_in_a_year_that_nobody_means_is_refused_with_its_field(fair: World, day: str) -> None:
    row = a_row(products=[a_product(stars=3, certificate={"number": "1", "issued_on": day})])
    answer = await fair.apply(row)
    assert answer.status_code == 422
    assert errors_of(answer) == {"products[0].certificate.issued_on": "day_out_of_range"}
    assert answer.json()["errors"][0]["vi"] == "Năm phải từ 1900 đến 2200."
    assert (await fair.nominate(row)).status_code == 422
    listed = await fair.call("GET", f"/editions/{fair.edition_id}/applications", Role.ORGANISER)
    assert listed.json()["items"] == []


async def test_an_instant_in_a_year_that_nobody_means_is_refused(world: World) -> None:
    window = {"opens_at": "2020-07-01T01:00:00Z", "closes_at": "9999-12-31T23:59:59-12:00"}
    answer = await world.plan(registration=window)
    assert (answer.status_code, errors_of(answer)) == (422, {"registration.closes_at": "day_out_of_range"})


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"stars": True}, "products[0].stars", "int_type"),
        ({"stars": "4"}, "products[0].stars", "int_type"),
        (
            {"stars": 4, "certificate": {"number": "1", "issued_on": 1577836800}},
            "products[0].certificate.issued_on",
            "date_type",
        ),
    ],
)
async def test_a_value_of_another_type_is_not_bent_into_one_that_nobody_wrote(
    fair: World, changed: dict[str, Any], field: str, code: str
) -> None:
    answer = await fair.apply(a_row(products=[a_product(**changed)]))
    assert (answer.status_code, errors_of(answer)) == (422, {field: code})
    assert await fair.ok("GET", f"/editions/{fair.edition_id}/applications", Role.ORGANISER) == {
        "items": [],
        "next_cursor": None,
    }
