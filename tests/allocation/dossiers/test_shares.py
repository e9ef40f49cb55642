"""Shares stand beside their quotas: those of provinces, product groups, stars and newcomers too."""

from dataclasses import replace
from typing import Any

from tests.allocation.runs.problems import applicant, problem, row_of

from allocation.audit.check_allocation import Case, shares_told
from allocation.dossiers.shares import to_shares
from allocation.grounds.domain import RunInput, to_plain
from allocation.runs.domain import RunResult, result_to_plain

REGIONS = {"26": "red_river_delta", "48": "central_highlands", "92": "southern_delta"}
BOUNDS = [
    ("province:26", None, 3),
    ("product_group:food", 1, None),
    ("star_class:4", 2, 5),
    ("first_timer:yes", 1, None),
]


def applied(**numbers: int) -> RunInput:
    """Return an input with so many of each province, named with a "p" before its code."""
    names = [(f"{code}-{at}", code[1:]) for code, number in numbers.items() for at in range(number)]
    everybody = [applicant(name, province=code) for name, code in names]
    with_regions = [
        replace(each, groups=(*each.groups, "vendor_type:cooperative", f"region:{REGIONS[code]}"))
        for each, (_, code) in zip(everybody, names, strict=True)
    ]
    return problem(with_regions, row_of("A", 4), bounds=BOUNDS)


def facts_of(given: RunInput) -> dict[str, Any]:
    who = {"country": "VN", "stars": 4, "merits": {"first_event": 20}, "trade_name": "HTX"}
    return {
        "edition": {"province_register": "2020"},
        "applicants": {each.application_id: who for each in given.applicants},
    }


def tables_of(given: RunInput) -> dict[str, dict[str, dict[str, Any]]]:
    result = RunResult("optimal", (), {given.applicants[0].application_id: ("A1",)})
    facts = facts_of(given)
    tables = to_shares(given, result, facts)
    run = {"run.json": {"checker": {"version": "9"}}, "fairness.json": tables}
    case = Case(to_plain(given), result_to_plain(result), applicants=facts["applicants"], regions={}, told_in=run)
    assert list(shares_told(case)) == []
    return {table["dimension"]: {row["code"]: row for row in table["rows"]} for table in tables}


def test_a_quota_stands_beside_the_share_that_it_bounds():
    tables = tables_of(applied(p26=6, p48=6))
    assert (tables["province"]["26"]["ceiling"], tables["province"]["26"]["booths_held"]) == (3, 1)
    assert (tables["province"]["26"]["vi"], tables["province"]["26"]["en"]) == ("tỉnh Vĩnh Phúc", "Vinh Phuc province")
    assert tables["province"]["48"]["ceiling"] is None
    assert tables["product_group"]["food"]["floor"] == 1
    assert (tables["stars"]["4"]["floor"], tables["stars"]["4"]["ceiling"]) == (2, 5)
    assert tables["newcomer"]["yes"]["floor"] == 1


def test_provinces_of_few_are_told_together():
    table = tables_of(applied(p26=6, p48=3, p92=2))["province"]
    assert {code: row["applications"] for code, row in table.items()} == {"26": 6, "small_groups": 5}
