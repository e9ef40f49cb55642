"""Nobody who reads the public dossier beside the public events finds out by the draw who was refused, and all can draw again."""

import json
import unicodedata
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from tests.allocation.conftest import EDITION, OPTIMAL, Fair, about, accepted, announced, id_of, vendor_of
from tests.allocation.dossiers.conftest import release_newest
from tests.allocation.dossiers.test_api import fetch, read, run_id_of, verdicts
from tests.allocation.honest_dossier import ORDER_TOLD

from allocation.applications.domain import Product, make_draw_key, seal_draw_key
from allocation.draws.domain import drawn_number
from allocation.editions import repository as editions
from common.contracts.allocation import AllocationRunCompleted, AllocationRunReleased, ApplicationWaitlisted
from common.contracts.registration import ApplicationAccepted, RegistrationClosed
from common.delivery.envelope import to_structured
from common.tokens import Role

NAMES = "abcdefghij"


@pytest.fixture
async def released(fair: Fair) -> Fair:
    """Ten with as many points apply for four booths: the draw alone refuses six."""
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(*(accepted(name) for name in NAMES))
    await fair.close()
    await fair.solve()
    await fair.explain()
    await release_newest(fair)
    return fair


async def public_dossier(fair: Fair) -> dict[str, Any]:
    return read(await fetch(fair, f"runs/{await run_id_of(fair)}/public-dossier", None))


def acceptances(fair: Fair) -> list[ApplicationAccepted]:
    told = [
        to_structured({name: (value or b"").decode() for name, value in record.headers}, record.value)
        for record in fair.harness.delivered
    ]
    return [
        ApplicationAccepted.model_validate(each["data"])
        for each in told
        if each["type"].endswith(".application_accepted.v1")
    ]


def public_words(told: dict[str, Any], events: list[AllocationRunCompleted | AllocationRunReleased]) -> set[str]:
    """Return every word that the public has and that keys might be sealed with."""
    found = {str(value) for value in told["draw.json"].values()} | {str(EDITION), told["run.json"]["input_digest"]}
    for each in events:
        found |= {str(value) for value in each.model_dump(mode="json").values() if isinstance(value, str)}
    return found | {each["key"] for each in told["input.json"]["applicants"] if "key" in each}


def named_by_the_draw(told: dict[str, Any], accepted_: list[ApplicationAccepted], words: set[str]) -> dict[str, str]:
    """Do what a reader did: draw for all who applied with the revealed seed, and look for their numbers among the refused."""
    refused = {each["draw"]: each["application_id"] for each in told["input.json"]["applicants"] if "draw" in each}
    found: dict[str, str] = {}
    for each in accepted_:
        products = [Product(one.name, one.product_group, one.stars) for one in each.products]
        name = make_draw_key(each.vendor.trade_name, each.vendor.province_code, each.vendor.country, products)
        sealed = {sha256((word + name).encode()).hexdigest() for word in words}
        keys = {name, *sealed, *(seal_draw_key(name, word) for word in words)}
        for key in keys:
            number = drawn_number(told["draw.json"]["seed"], key)
            if number in refused:
                found[refused[number]] = each.vendor.trade_name
    return found


async def test_who_draws_for_all_that_applied_with_the_revealed_seed_names_none_of_the_refused(released: Fair):
    told = await public_dossier(released)
    assert len([each for each in told["input.json"]["applicants"] if "draw" in each]) == 6
    assert len(acceptances(released)) == len(NAMES)
    events = await released.harness.emitted(AllocationRunCompleted, AllocationRunReleased)
    assert named_by_the_draw(told, acceptances(released), public_words(told, events)) == {}


async def test_the_secret_is_in_the_full_dossier_alone_and_its_hash_was_told_before(released: Fair):
    async with released.harness.unit_of_work() as uow:
        secret = (await editions.get_edition(uow.session, EDITION)).draw_secret
    assert secret is not None
    full = read(await fetch(released, f"runs/{await run_id_of(released)}/dossier"))
    public = await public_dossier(released)
    (completed,) = await released.harness.emitted(AllocationRunCompleted)
    async with released.harness.client() as client:
        lot = (await client.get(f"/allocation/editions/{EDITION}/draw")).json()
    told = {full["draw.json"]["secret_commitment"], public["draw.json"]["secret_commitment"]}
    assert told == {completed.secret_commitment, lot["secret_commitment"]} == {sha256(secret.encode()).hexdigest()}
    assert full["draw.json"]["secret"] == secret
    events = [(row.value or b"").decode() for row in await released.harness.outbox()]
    assert not [text for text in (json.dumps(public), json.dumps(lot), *events) if secret in text]
    names = set(full["draw.json"]["names"].values())
    assert len(names) == len(NAMES)
    assert not [name for name in names if name in json.dumps(public)]


async def test_before_the_release_the_full_dossier_has_the_hash_of_the_secret_alone(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(*(accepted(name) for name in NAMES))
    await fair.close()
    await fair.solve()
    await fair.explain()
    archive = await fetch(fair, f"runs/{await run_id_of(fair)}/dossier")
    assert sorted(read(archive)["draw.json"]) == ["secret_commitment", "seed", "seed_commitment"]
    assert verdicts(archive)["keys_sealed"] == "not_applicable"


async def test_anybody_draws_again_from_the_public_dossier_and_only_the_auditor_sees_that_keys_follow_from_the_secret(
    released: Fair,
):
    run_id = await run_id_of(released)
    public = verdicts(await fetch(released, f"runs/{run_id}/public-dossier", None))
    assert [public[code] for code in ("draw_repeated", "priority", "waiting_line")] == ["passed"] * 3
    assert public["keys_sealed"] == "not_applicable"
    assert verdicts(await fetch(released, f"runs/{run_id}/dossier"))["keys_sealed"] == "passed"


async def test_who_was_refused_finds_its_own_line_in_the_public_dossier_by_what_it_reads_with_its_reasons(
    released: Fair,
):
    told = await public_dossier(released)
    lines = {each["draw"]: each["application_id"] for each in told["input.json"]["applicants"] if "draw" in each}
    keys = {each["application_id"]: each["key"] for each in told["input.json"]["applicants"] if "key" in each}
    found: list[str] = []
    for name in NAMES:
        async with released.harness.client(Role.VENDOR, vendor_id=vendor_of(name)) as client:
            own = (await client.get(f"/allocation/applications/{id_of(name)}/explanation")).json()
        assert own["draw_number"] == drawn_number(told["draw.json"]["seed"], own["draw_key"])
        if own["is_placed"]:
            assert keys[str(id_of(name))] == own["draw_key"]
        else:
            found.append(lines[own["draw_number"]])
    assert sorted(found) == sorted(lines.values())


async def test_an_edition_that_was_there_before_secrets_keeps_its_keys(fair: Fair):
    await fair.open(**OPTIMAL)
    async with fair.harness.unit_of_work() as uow:
        edition = await editions.get_edition(uow.session, EDITION)
        await editions.save_edition(uow.session, replace(edition, draw_secret=None))
    await fair.harness.deliver(announced(**OPTIMAL), *(accepted(name) for name in NAMES))
    await fair.close()
    run = await fair.solve()
    products = [Product("Trà a", "beverage", 4)]
    keys = {each.application_id: each.key for each in run.input.applicants}
    assert keys[str(id_of("a"))] == make_draw_key("HTX a", "26", "VN", products)
    (completed,) = await fair.harness.emitted(AllocationRunCompleted)
    assert completed.secret_commitment is None
    await fair.explain()
    await release_newest(fair)
    archive = await fetch(fair, f"runs/{run.run_id}/dossier")
    assert sorted(read(archive)["draw.json"]) == ["seed", "seed_commitment"]
    assert verdicts(archive)["keys_sealed"] == "not_applicable"
    assert "failed" not in verdicts(archive).values()


def folded(text: str) -> str:
    """Return a text without marks and capitals, as somebody looks for a name that is spelt in another way."""
    bare = "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
    return bare.replace("đ", "d").replace("Đ", "D").casefold()


SPELLINGS = ("HTX Chè Mộc", "htx chè mộc", "HTX CHÈ MỘC", "Hợp tác xã Chè Mộc", "Che Moc", "CHÈ  MỘC")


async def test_what_the_committee_wrote_of_pins_is_not_in_the_public_dossier_whatever_the_spelling(fair: Fair):
    await fair.open(**OPTIMAL)
    names = ("a", "b", "HTX Chè Mộc", "HTX Chè")
    vendors = {name: accepted(name).vendor.model_copy(update={"trade_name": name}) for name in names}
    await fair.harness.deliver(*(accepted(name, vendor=vendors[name].model_dump(mode="json")) for name in names))
    entry = {"application_id": str(id_of("HTX Chè Mộc")), "rule": "forbid", "target": "place", "code": None}
    written = "; ".join([*SPELLINGS, *(unicodedata.normalize("NFD", each) for each in SPELLINGS)])
    async with fair.harness.client(Role.COMMITTEE, subject="chairwoman") as client:
        told = {**entry, "reason": f"{written} là một"}
        assert (await client.post(f"/allocation/editions/{EDITION}/pins", json=told)).status_code == 201
    await fair.close()
    await fair.solve()
    await fair.explain()
    await release_newest(fair)
    run_id = await run_id_of(fair)
    archive = await fetch(fair, f"runs/{run_id}/public-dossier", None)
    assert "moc" not in folded(json.dumps(read(archive), ensure_ascii=False))
    (pin,) = read(archive)["pins.json"]
    assert (pin["reason"], pin["rule"]) == ("Nêu trong hồ sơ đầy đủ. / Told in the full dossier.", "forbid")
    assert "failed" not in verdicts(archive).values()
    (full,) = read(await fetch(fair, f"runs/{run_id}/dossier"))["pins.json"]
    assert full["reason"] == unicodedata.normalize("NFC", f"{written} là một")


async def test_what_the_points_of_who_was_refused_are_made_of_is_told_to_itself_and_not_to_the_public(fair: Fair):
    await fair.open(**OPTIMAL)
    await fair.harness.deliver(*(accepted(name) for name in NAMES))
    await fair.harness.deliver(about(RegistrationClosed, priority_pack=ORDER_TOLD))
    await fair.solve()
    await fair.explain()
    await release_newest(fair)
    full, public = (
        [change for each in told["reasons.json"] for change in each["changes"]]
        for told in (
            read(await fetch(fair, f"runs/{await run_id_of(fair)}/dossier", Role.AUDITOR)),
            await public_dossier(fair),
        )
    )
    assert {change["data"].get("merits") for change in full} == {"early", "new_product"}
    assert {change["code"] for change in public} == {"points_withheld"}
    assert {name for change in public for name in change["data"]} == {"points", "points_needed", "points_missing"}
    assert "sớm hơn" not in str(public)


async def test_a_provinces_list_decides_among_its_equals_from_the_event_to_both_dossiers(fair: Fair):
    """Ten with as many points for four booths, all nominated by one province: the last of the input is its first."""
    await fair.open(**OPTIMAL)
    ranks = {name: len(NAMES) - at for at, name in enumerate(NAMES)}
    nominated = {"nominating_province_code": "26"}
    await fair.harness.deliver(*(accepted(name, nomination_rank=rank, **nominated) for name, rank in ranks.items()))
    await fair.close()
    await fair.solve()
    await fair.explain()
    await release_newest(fair)
    run = (await fair.runs())[-1]
    assert run.result is not None
    assert set(run.result.placements) == {str(id_of(name)) for name in "ghij"}
    waiting = sorted(await fair.harness.emitted(ApplicationWaitlisted), key=lambda each: each.position)
    assert [each.application_id for each in waiting] == [id_of(name) for name in "fedcba"]
    assert {each.reasons[1].code for each in waiting} == {"ranked_before"}
    for archive in (
        await fetch(fair, f"runs/{run.run_id}/dossier"),
        await fetch(fair, f"runs/{run.run_id}/public-dossier", None),
    ):
        assert "failed" not in verdicts(archive).values()
    told = await public_dossier(fair)
    assert not any({"rank", "nominated_by"} & each.keys() for each in told["input.json"]["applicants"])
    assert "thứ 1" not in str(told["reasons.json"])
    lines = {each["draw"] for each in told["input.json"]["applicants"] if "draw" in each}
    shown = {
        drawn_number(told["draw.json"]["seed"], each["key"])
        for each in told["input.json"]["applicants"]
        if "key" in each
    }
    assert lines.isdisjoint(shown), "a key that is shown would tell whose province a refused line is of"
    for each in waiting:
        async with fair.harness.client(Role.VENDOR, vendor_id=each.vendor_id) as client:
            own = (await client.get(f"/allocation/applications/{each.application_id}/explanation")).json()
        assert own["draw_number"] == each.draw_number == drawn_number(told["draw.json"]["seed"], own["draw_key"])
        assert own["draw_number"] in lines
