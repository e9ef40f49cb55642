"""The dossier of a run over HTTP: who may have it, what is in it, and that it checks itself."""

import asyncio
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.allocation.conftest import EDITION, OPTIMAL, Fair, about, accepted, id_of, quota
from tests.allocation.dossiers.conftest import release_newest

from allocation.audit import check_allocation
from allocation.dossiers import handlers
from allocation.dossiers.domain import Kind
from allocation.runs import repository as runs
from common.contracts.allocation import AllocationRunReleased
from common.contracts.registration import ApplicationWithdrawn, EditionRescheduled
from common.tokens import Role

QUOTAS = [
    quota("province:26", ceiling=2),
    quota("country:foreign", floor=1),
    quota("vendor_type:cooperative", ceiling=3),
]


async def fetch(fair: Fair, path: str, role: Role | None = Role.AUDITOR, expected: int = 200) -> bytes:
    async with fair.harness.client(role) as client:
        answer = await client.get(f"/allocation/{path}")
    assert answer.status_code == expected, answer.text
    return answer.content


async def run_id_of(fair: Fair) -> str:
    return str((await fair.runs())[-1].run_id)


def read(archive: bytes) -> dict[str, Any]:
    """Return the files of an archive; JSON is parsed."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        found = {name: packed.read(name).decode() for name in packed.namelist()}
    return {name: json.loads(text) if name.endswith(".json") else text for name, text in found.items()}


def verdicts(archive: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {each["code"]: each["verdict"] for each in check_allocation.check(check_allocation.read_dossier(packed))}


def not_passed(archive: bytes) -> set[str]:
    return {code for code, verdict in verdicts(archive).items() if verdict != "passed"}


async def published(fair: Fair) -> list[str]:
    """Return the options that compare a dossier with what anybody may read of the draw."""
    lot = json.loads(await fetch(fair, f"editions/{EDITION}/draw", None))
    [run] = lot["runs"]
    told = {"--commitment": lot["seed_commitment"], "--secret-commitment": lot["secret_commitment"]}
    told |= {"--digest": run["input_digest"], "--release-digest": run["release_digest"]}
    return [word for pair in told.items() for word in pair]


@pytest.fixture
async def solved(fair: Fair) -> Fair:
    """Four booths; six apply, one from abroad by a floor; two of one province are kept out by its ceiling or points."""
    await fair.open(quotas=QUOTAS, **OPTIMAL)
    names = {"a": 700, "b": 650, "c": 600, "d": 550}
    await fair.harness.deliver(
        *(accepted(name, points=points) for name, points in names.items()),
        accepted("e", province="01", points=300, booths_granted=2, vendor_type="company"),
        accepted("f", province=None, points=100, vendor_type="company"),
        accepted("g", province="01", points=300, vendor_type="company"),
    )
    await fair.close()
    await fair.solve()
    return fair


async def test_a_dossier_waits_for_result_and_reasons(solved: Fair):
    path = f"runs/{await run_id_of(solved)}/dossier"
    assert b"dossier_not_ready" in await fetch(solved, path, expected=409)
    await solved.explain()
    told = read(await fetch(solved, path))
    assert len(told["reasons.json"]) == 7


async def test_before_the_release_a_dossier_keeps_the_seed_and_nothing_is_public(solved: Fair):
    await solved.explain()
    run_id = await run_id_of(solved)
    archive = await fetch(solved, f"runs/{run_id}/dossier")
    told = read(archive)
    assert told["draw.json"]["seed"] is None
    assert "release.json" not in told
    (run,) = await solved.runs()
    assert str(run.seed) not in archive.decode("latin-1")
    assert all(str(run.seed) not in json.dumps(each) for each in told.values())
    assert {verdicts(archive)[each] for each in ("seed_committed", "draw_repeated", "offers")} == {"not_applicable"}
    assert "failed" not in verdicts(archive).values()
    for path in ("public-dossier", "fairness"):
        assert b"dossier_not_public" in await fetch(solved, f"runs/{run_id}/{path}", None, expected=409)


async def test_a_released_dossier_passes_every_check_alone_in_a_bare_python(released: Fair, tmp_path: Path):
    archive = await fetch(released, f"runs/{await run_id_of(released)}/dossier")
    assert not_passed(archive) == {"published_before"}
    (tmp_path / "dossier.zip").write_bytes(archive)
    (tmp_path / "check_allocation.py").write_text(read(archive)["check_allocation.py"])
    command = [sys.executable, "-I", "-S", "check_allocation.py", "dossier.zip", *await published(released)]
    process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed.decode()
    assert printed.decode().count("ĐẠT / passed") == len(check_allocation.CHECKS)


async def test_offers_made_again_for_new_dates_are_not_those_of_the_release(released: Fair):
    new = {"from": "2020-10-09", "to": "2020-10-12"}
    await released.harness.deliver(about(EditionRescheduled, new=new))
    archive = await fetch(released, f"runs/{await run_id_of(released)}/dossier")
    assert len(read(archive)["release.json"]["offers"]) == 4
    assert not_passed(archive) == {"published_before"}


async def test_a_dossier_made_again_has_the_same_bytes(released: Fair):
    run_id = (await released.runs())[-1].run_id
    given = {kind: await fetch(released, f"runs/{run_id}/{path}") for kind, path in PATHS.items()}
    await released.harness.deliver(about(ApplicationWithdrawn, "a"), accepted("b", points=1, province="02"))
    async with released.harness.unit_of_work() as uow:
        material = await handlers.collect(uow, await runs.get_record(uow.session, run_id))
    for kind, path in PATHS.items():
        assert await fetch(released, f"runs/{run_id}/{path}") == given[kind]
        assert handlers.make(material, kind) == given[kind]


PATHS = {Kind.RELEASED: "dossier", Kind.PUBLIC: "public-dossier"}


async def test_the_public_dossier_names_nobody_who_was_refused_and_passes_the_checks_that_need_no_names(released: Fair):
    run_id = await run_id_of(released)
    archive = await fetch(released, f"runs/{run_id}/public-dossier", None)
    told = read(archive)
    full = read(await fetch(released, f"runs/{run_id}/dossier"))
    refused = [each for each in full["reasons.json"] if not each["is_placed"]]
    assert len(refused) == 3
    keys = {each["application_id"]: each["key"] for each in full["input.json"]["applicants"]}
    for each in refused:
        for secret in (each["application_id"], each["trade_name"], keys[each["application_id"]]):
            assert not [name for name, content in told.items() if secret in json.dumps(content, ensure_ascii=False)]
    assert [each["trade_name"] for each in told["reasons.json"] if not each["is_placed"]] == [None] * 3
    found = verdicts(archive)
    hidden = ("input_digest", "release_digest", "keys_sealed", "published_before")
    assert [found.pop(code) for code in hidden] == ["not_applicable"] * 4
    assert set(found.values()) == {"passed"}


async def test_who_left_between_run_and_release_is_told_and_no_offer_is_missed(solved: Fair):
    await solved.explain()
    await solved.harness.deliver(about(ApplicationWithdrawn, "a"))
    run_id = await run_id_of(solved)
    await release_newest(solved)
    told = read(await fetch(solved, f"runs/{await run_id_of(solved)}/dossier"))
    assert run_id == await run_id_of(solved)
    [left] = told["release.json"]["left"]
    withdrawal = solved.harness.delivered[-1]
    assert (left["outcome"], left["event_id"]) == ("withdrawn", (dict(withdrawal.headers)["ce_id"] or b"").decode())
    assert "failed" not in {each["verdict"] for each in told["check.json"]}
    (released,) = await solved.harness.emitted(AllocationRunReleased)
    assert released.release_digest == told["run.json"]["release_digest"]


async def test_shares_are_public_with_the_release_and_hide_small_groups(released: Fair):
    tables = json.loads(await fetch(released, f"runs/{await run_id_of(released)}/fairness", None))
    assert [each["dimension"] for each in tables] == [
        *("region", "stars", "newcomer", "vendor_type", "product_group", "province")
    ]
    for table in tables:
        assert [row["code"] for row in table["rows"] if row["applications"] < 5] == []
        assert sum(row["booths_held"] for row in table["rows"]) == 4


async def test_another_role_gets_no_full_dossier(released: Fair):
    await fetch(released, f"runs/{await run_id_of(released)}/dossier", Role.PROVINCE, expected=403)
    await fetch(released, f"runs/{await run_id_of(released)}/dossier", None, expected=401)


async def test_each_point_of_who_has_a_place_is_told_with_the_order_that_gives_it(released: Fair):
    run_id = await run_id_of(released)
    for path, role in PATHS_BY_ROLE:
        told = read(await fetch(released, f"runs/{run_id}/{path}", role))
        holders = {each["application_id"] for each in told["reasons.json"] if each["is_placed"]}
        merits = {key: (who["merits"], who["points_registered"]) for key, who in told["applicants.json"].items()}
        assert merits[str(id_of("a"))] == ({"tier_3": 700}, 700)
        assert holders <= merits.keys()
        [order] = told["packs/priority.json"]
        assert (order["version"], order["legal_document"]) == ("2020-05", "100/KH-UBND")
        assert [each["code"] for each in order["rules"] if each["is_tier"]] == ["tier_3"]


PATHS_BY_ROLE = (("dossier", Role.AUDITOR), ("public-dossier", None))
