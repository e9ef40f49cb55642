"""Agencies over HTTP, without their contacts in public."""

from tests.registration.conftest import World, errors_of

from common.contracts.base import agency_party_id
from common.contracts.registration import ContactRecorded
from common.tokens import Role

ENTRY = {"name_vi": "Sở Nông nghiệp Hà Giang", "level": "province", "province_code": "02", "valid_from": "2020-01-01"}
CONTACT = {"display_name": "Văn thư", "email": "van-thu@example.net", "may_be_told": ["all"]}


async def test_an_agency_is_told_to_be_reached_under_the_name_based_id_of_its_code(world: World) -> None:
    await world.ok("PUT", "/agencies/hg.sct", Role.ORGANISER, {**ENTRY, "contact": CONTACT})
    told = await world.harness.emitted(ContactRecorded)
    assert [(one.party_id, one.kind) for one in told] == [(agency_party_id("hg.sct"), "agency")]
    async with world.harness.client() as client:
        listed = (await client.get("/registration/agencies")).text
    assert "hg.sct" in listed
    assert "van-thu@" not in listed


async def test_a_province_that_the_register_of_the_day_does_not_know_is_refused(world: World) -> None:
    path = "/agencies/vp.snn"
    in_2020 = await world.call("PUT", path, Role.ORGANISER, {**ENTRY, "province_code": "26"})
    assert in_2020.is_success
    after = {**ENTRY, "province_code": "26", "valid_from": "2025-07-01"}
    assert errors_of(await world.call("PUT", path, Role.ORGANISER, after)) == {"province_code": "unknown_province"}


async def test_a_level_or_parent_that_is_not_known_is_refused(world: World) -> None:
    bad = {**ENTRY, "level": "galaxy", "parent_code": "nobody", "valid_to": "2019-01-01"}
    assert errors_of(await world.call("PUT", "/agencies/x", Role.ORGANISER, bad)) == {
        "level": "unknown_value",
        "parent_code": "unknown_agency",
        "valid_to": "ends_before_it_begins",
    }
