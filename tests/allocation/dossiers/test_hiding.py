"""No line of who was refused is alone in what it tells, and the public check still finds who was passed over."""

import io
import json
import zipfile
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.allocation.conftest import Fair, accepted, quota, street
from tests.allocation.dossiers.conftest import release_newest
from tests.allocation.dossiers.test_api import fetch, read, run_id_of
from tests.allocation.runs.problems import applicant, problem, row_of

from allocation.audit import check_allocation
from allocation.dossiers.documents import canonical
from allocation.dossiers.domain import SMALLEST
from allocation.dossiers.hiding import asked_unseen, blur
from allocation.explanations.domain import Finding
from allocation.explanations.packs import to_words

PROVINCES = ("01", "02", "04", "06", "08", "10", "11", "12", "14", "15")
LINES = st.lists(
    st.tuples(st.sampled_from((1, 1, 1, 2)), st.sampled_from((("need:power",), (), ("a:1",), ("a:2", "b:1")))),
    max_size=40,
)


@given(lines=LINES)
def test_no_line_is_alone_in_its_groups_and_number_of_booths_where_there_is_another(lines: list[tuple[int, Any]]):
    rows: list[dict[str, Any]] = [
        {"application_id": f"refused-{number:04}", "booths": booths, "groups": list(groups), "needs": ["n"]}
        for number, (booths, groups) in enumerate(lines)
    ]
    blur(rows)
    classes = Counter((row["booths"], tuple(row["groups"]), row.get("is_blurred", False)) for row in rows)
    assert len(rows) < 2 or min(classes.values()) >= 2
    assert all(number >= SMALLEST for (_, _, is_blurred), number in classes.items() if not is_blurred)
    assert not any("needs" in row for row in rows if row.get("is_blurred"))


@pytest.fixture
async def released(fair: Fair) -> Fair:
    """Thirteen for four booths: seven of the refused are alike but for provinces far from their ceilings, two ask for two booths."""
    quotas = [quota("country:foreign", floor=1), *(quota(f"province:{code}", ceiling=15) for code in PROVINCES)]
    await fair.open(street(4), quotas=quotas, allocation_policy="optimal_at_close")
    vendors = [accepted(f"v{n}", points=500 - n, province=code) for n, code in enumerate(PROVINCES)]
    twins = [accepted(name, points=100, province=code, booths_granted=2) for name, code in (("x", "15"), ("y", "14"))]
    foreign = accepted("foreign", points=50, province=None, country="LA")
    await fair.harness.deliver(*vendors, *twins, foreign)
    await fair.close()
    await fair.solve()
    await fair.explain()
    await release_newest(fair)
    return fair


def lines_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in told["input.json"]["applicants"] if "draw" in each]


async def test_who_was_refused_is_not_alone_with_its_province_group_and_booths(released: Fair):
    archive = await fetch(released, f"runs/{await run_id_of(released)}/public-dossier", None)
    lines = lines_of(read(archive))
    assert len(lines) == 9
    assert min(Counter((str(each["groups"]), each["booths"]) for each in lines).values()) > 1
    assert [each for each in read(archive)["check.json"] if each["verdict"] == "failed"] == []
    told = {each["application_id"]: each for each in read(archive)["reasons.json"]}
    for line in (each for each in lines if each.get("is_blurred")):
        assert {each["code"] for each in told[line["application_id"]]["reasons"]} <= {"street_full", "small_group"}
        assert [each["code"] for each in told[line["application_id"]]["changes"]] == ["small_group"]


async def test_the_public_check_still_finds_a_refused_one_that_stood_before_a_holder(released: Fair):
    archive = await fetch(released, f"runs/{await run_id_of(released)}/public-dossier", None)
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    told = json.loads(files["input.json"])
    line = next(each for each in told["applicants"] if "draw" in each and not each.get("is_blurred"))
    line["points"] = 900
    files["input.json"] = canonical(told)
    found = {each["code"]: each for each in check_allocation.check(check_allocation.read_case(files))}
    assert found["priority"]["verdict"] == "failed"
    assert line["application_id"] in found["priority"]["findings"][0]


def test_what_is_said_of_a_blurred_line_is_said_in_both_languages():
    for kind in ("reasons", "changes"):
        words = to_words(kind, Finding("small_group", {}), "2025", {})
        assert words["vi"] != words["en"]


def test_a_floor_that_is_missed_is_counted_with_what_lines_without_groups_ask_for():
    applicants = [applicant("an", province="48", booths=2), applicant("binh"), applicant("chi", province="48")]
    given_problem = problem(applicants, row_of("A", 1), bounds=[("province:48", 3, None), ("province:26", 1, None)])
    shown = [
        {"groups": [], "booths": 1, "is_blurred": True},
        {"groups": ["province:26"], "booths": 1},
        {"groups": ["province:48"], "booths": 1},
    ]
    assert asked_unseen(given_problem, shown) == {"province:48": 2, "booths": 1}
