"""The scenarios that come with the product: read without mistakes, and what is said of them is so."""

from datetime import date
from pathlib import Path

import pytest

from registration.rules.packs import paper_kinds
from scenario.reading.folder import read_scenario
from scenario.script.model import Paper

DEMO = Path(__file__).parents[2] / "deploy/demo"


def test_the_default_scenario_has_no_mistakes_and_all_producers_one_of_them_twice():
    scenario = read_scenario(DEMO / "red_river_delta_2020")

    assert len(scenario.applicants) == 470
    assert len({row.contact.phone for row in scenario.applicants}) == 469
    assert len({row.province_code for row in scenario.applicants if row.province_code}) == 60
    assert sum(row.country != "VN" for row in scenario.applicants) == 19
    assert len(scenario.booths) == 150
    assert len({(booth.x, booth.y) for booth in scenario.booths}) == 150, "no two booths on one spot"


@pytest.mark.parametrize("name", ["red_river_delta_2020", "small_fair"])
def test_an_agencys_papers_are_numbered_in_the_order_of_their_dates(name: str):
    """A reader of the report sees them side by side among its bases; none is older than what it puts into effect."""
    steps_with_papers = [(getattr(step, "paper", None), step.at) for step in read_scenario(DEMO / name).steps]
    told = [(paper, at) for paper, at in steps_with_papers if isinstance(paper, Paper)]
    assert len(told) > 3
    assert [paper.number for paper, at in told if paper.issued_on and paper.issued_on > at.date()] == []
    series: dict[tuple[str, str | None], list[tuple[date, int]]] = {}
    for paper, _ in told:
        if paper.issued_on and paper.number:
            key = (paper.issuing_agency_code, paper.notation)
            series.setdefault(key, []).append((paper.issued_on, int(paper.number)))
    for numbered in series.values():
        in_order = sorted(set(numbered))
        assert in_order == sorted(in_order, key=lambda pair: pair[1])


def test_some_certificates_of_the_default_scenario_lapse_between_the_first_and_the_final_dates():
    scenario = read_scenario(DEMO / "red_river_delta_2020")

    issued = [product.certificate_issued_on for row in scenario.applicants for product in row.products]
    lapsing = [day for day in issued if day and date(2017, 8, 25) <= day <= date(2017, 10, 12)]
    assert 5 <= len(lapsing) <= 60
    assert all(day > date(2017, 8, 24) for day in issued if day)
    registered = [product for row in scenario.applicants for product in row.products if product.product_class]
    assert len(registered) > 20


def test_contacts_of_the_scenarios_are_at_reserved_domains():
    for name in ("red_river_delta_2020", "small_fair"):
        scenario = read_scenario(DEMO / name)
        mails = [row.contact.email for row in scenario.applicants]
        mails += [agency.contact.email for agency in scenario.agencies if agency.contact]
        assert all(mail.rpartition("@")[2] in {"example.com", "example.org", "example.net"} for mail in mails)
        assert len(set(mails)) == len(mails)


def test_the_scenarios_know_the_provinces_and_papers_that_the_service_knows():
    packs = Path(__file__).parents[2] / "services/registration/src/registration/packs"
    own = Path(__file__).parents[2] / "deploy/scenario/src/scenario/registers"
    for name in ("provinces_2020.csv", "provinces_2025.csv"):
        assert (own / name).read_bytes() == (packs / name).read_bytes()
    assert paper_kinds() >= {"gmp", "class_attestation", "organiser_invitation", "import_inspection", "certificate"}
