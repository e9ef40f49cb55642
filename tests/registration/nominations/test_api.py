"""A province's list: the whole of it is stored, or nothing and every mistake is told."""

from typing import Any

import pytest
from sqlalchemy import func, select
from tests.registration.conftest import World, a_foreign_row, a_product, a_row, errors_of

from common.tokens import Role
from registration.applications.tables import ApplicationRow
from registration.nominations.tables import NominationRow
from registration.vendors.tables import ContactRow, ProductRow, VendorRow


async def nothing_is_stored(world: World) -> bool:
    tables = (ApplicationRow, NominationRow, VendorRow, ContactRow, ProductRow)
    counts = [await world.harness.rows(select(func.count()).select_from(table)) for table in tables]
    return counts == [[0]] * len(tables)


async def test_a_list_becomes_drafts_in_its_order(fair: World) -> None:
    answer = await fair.nominate(a_row(1), a_row(2), a_foreign_row(3))
    assert answer.status_code == 201, answer.text
    rows = answer.json()["rows"]
    assert [(row["rank"], row["state"]) for row in rows] == [(1, "draft"), (2, "draft"), (3, "draft")]
    assert len({row["vendor_id"] for row in rows}) == 3


async def test_every_mistake_of_a_list_is_told_at_once_and_nothing_is_stored(fair: World) -> None:
    answer = await fair.nominate(
        a_row(1, vendor__province_code="99"),
        a_row(2, products=[a_product(stars=6), a_product(name="a" * 5000)]),
        a_row(3, vendor__trade_name="HTX\x1b Chè", booths_wanted=3),
        a_row(4, vendor__tax_id="0199900019", contact__phone="01234567890", contact__email="không"),
        a_row(5, products=[a_product(certificate={"issued_on": "2017-08-24"})]),
        a_row(6, products=[]),
        a_row(7, vendor__vendor_type="shop", products=[a_product(**{"class": "famous"}, product_group="đồ chơi !")]),
    )
    assert answer.status_code == 422
    assert errors_of(answer) == {
        "rows[0].vendor.province_code": "unknown_province",
        "rows[1].products[0].stars": "stars_out_of_range",
        "rows[1].products[1].name": "too_long",
        "rows[2].vendor.trade_name": "control_character",
        "rows[2].booths_wanted": "too_many_booths",
        "rows[3].vendor.tax_id": "tax_id_invalid",
        "rows[3].contact.phone": "phone_invalid",
        "rows[3].contact.email": "email_invalid",
        "rows[4].products[0].stars": "certificate_expired",
        "rows[5].products": "wrong_number",
        "rows[6].vendor.vendor_type": "unknown_value",
        "rows[6].products[0].class": "unknown_value",
        "rows[6].products[0].product_group": "not_a_code",
    }
    assert await nothing_is_stored(fair)


@pytest.mark.parametrize(
    ("issued_on", "status"), [("2017-08-24", 422), ("2017-08-25", 201), ("2020-07-01", 201), ("2020-08-01", 422)]
)
async def test_a_certificate_counts_when_it_is_valid_on_every_official_day(
    fair: World, issued_on: str, status: int
) -> None:
    product = a_product(certificate={"issued_on": issued_on}, decision={"issued_on": "2019-11-11", "level": "province"})
    assert (await fair.nominate(a_row(products=[product]))).status_code == status


async def test_a_lapsed_product_may_be_entered_without_its_stars(fair: World) -> None:
    product = a_product(certificate={"issued_on": "2017-01-01"}, stars=0, **{"class": "speciality"})
    assert (await fair.nominate(a_row(products=[product]))).status_code == 201


@pytest.mark.parametrize(
    "twin",
    [
        {"vendor__legal_name": "Tên khác hẳn"},
        {"vendor__tax_id": "0199900106", "vendor__legal_name": "HTX chè Phìn Hồ 1"},
    ],
)
async def test_one_vendor_twice_in_a_list_is_refused_naming_the_first(fair: World, twin: dict[str, Any]) -> None:
    answer = await fair.nominate(a_row(1), a_row(2), a_row(1, **twin))
    assert errors_of(answer) == {"rows[2].vendor": "duplicate_vendor"}
    assert "rows[0]" in answer.json()["errors"][0]["vi"]
    assert await nothing_is_stored(fair)


async def test_one_vendor_named_by_two_agencies_is_refused_naming_the_first(fair: World) -> None:
    await fair.add_agency("hg.hnd", "02", "province")
    await fair.drafted(a_row(1))
    answer = await fair.nominate(a_row(2), a_row(1), agency="hg.hnd")
    assert errors_of(answer) == {"rows[1].vendor": "duplicate_vendor"}
    assert "hg.snn" in answer.json()["errors"][0]["en"]


async def test_one_foreign_vendor_named_by_two_provinces_is_refused(fair: World) -> None:
    assert (await fair.nominate(a_foreign_row(1))).status_code == 201
    answer = await fair.nominate(a_foreign_row(1), agency="pt.snn", province="25")
    assert errors_of(answer) == {"rows[0].vendor": "duplicate_vendor"}


async def test_a_vendor_that_applied_itself_is_not_nominated_as_well(fair: World) -> None:
    assert (await fair.apply(a_row(1))).status_code == 201
    answer = await fair.nominate(a_row(1))
    assert "self-registered" in answer.json()["errors"][0]["en"]


async def test_a_province_names_its_own_vendors_under_its_own_name(fair: World) -> None:
    answer = await fair.nominate(a_row(1), agency="pt.snn", province="25")
    assert errors_of(answer) == {"rows[0].vendor.province_code": "other_province"}
    path = f"/editions/{fair.edition_id}/nominations"
    body = {"agency_code": "pt.snn", "rows": [{"rank": 1, **a_row()}]}
    stolen = await fair.call("POST", path, Role.PROVINCE, body, agency_code="hg.snn", province_code="02")
    assert stolen.status_code == 403


async def test_a_list_without_its_letter_or_from_an_unknown_agency_is_refused(fair: World) -> None:
    body = {"agency_code": "zz.snn", "rows": [{"rank": 1, **a_row()}, {"rank": 1, **a_row(2)}]}
    path = f"/editions/{fair.edition_id}/nominations"
    answer = await fair.call("POST", path, Role.PROVINCE, body, agency_code="zz.snn")
    assert errors_of(answer) == {
        "agency_code": "unknown_agency",
        "legal_document": "paper_missing",
        "rows[1].rank": "rank_twice",
    }


async def test_unknown_fields_and_broken_json_are_refused(fair: World) -> None:
    answer = await fair.nominate({**a_row(), "note": "x"})
    assert errors_of(answer) == {"rows[0].note": "extra_forbidden"}
    async with fair.harness.client(Role.PROVINCE, agency_code="hg.snn") as client:
        path = f"/registration/editions/{fair.edition_id}/nominations"
        headers = {"content-type": "application/json"}
        assert (await client.post(path, content=b'{"agency_code": ', headers=headers)).status_code == 400
        assert (await client.post(path, content=b"x" * 3_000_000, headers=headers)).status_code == 413
    assert await nothing_is_stored(fair)


async def test_a_list_after_the_close_is_late(fair: World) -> None:
    assert (await fair.act("closing")).is_success
    answer = await fair.nominate(a_row())
    assert (answer.status_code, answer.json()["code"]) == (409, "late")


async def test_a_known_vendor_keeps_its_id_and_its_own_contact_in_the_next_edition(fair: World) -> None:
    first = await fair.drafted(a_row(1))
    contact = {**a_row()["contact"], "email": "chinh-chu@example.com"}
    await fair.ok("PUT", f"/vendors/{first['vendor_id']}/contact", Role.VENDOR, contact, vendor_id=first["vendor_id"])
    fair.edition_id = (await fair.plan(code="G3-2020")).json()["edition_id"]
    paper = {"type": "KH", "number": "101", "notation": "KH-UBND", "issued_on": "2020-06-01"}
    paper |= {"issuing_agency_code": "hn.ubnd", "title": "Kế hoạch"}
    assert (await fair.act("approval", {"legal_document": paper})).is_success
    second = await fair.drafted(a_row(1))
    assert second["vendor_id"] == first["vendor_id"]
    emails = await fair.harness.rows(select(ContactRow.email))
    assert emails == ["chinh-chu@example.com"]
