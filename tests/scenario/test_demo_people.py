"""The made-up people of the scenarios that come with the product."""

from pathlib import Path

import pytest

from scenario.making.people import person
from scenario.reading.folder import read_scenario

DEMO = Path(__file__).parents[2] / "deploy/demo"


@pytest.mark.parametrize("name", ["red_river_delta_2020", "small_fair"])
def test_vendors_from_abroad_have_people_and_addresses_of_their_country(name: str):
    foreign = [one for one in read_scenario(DEMO / name).applicants if one.country != "VN"]

    assert foreign
    for one in foreign:
        told = " ".join((one.contact.display_name, one.representative or "", one.address or ""))
        assert told.isascii(), told
        assert not (one.contact.phone or "").startswith("+84")


def test_the_same_producer_has_the_same_person_each_time():
    assert person("JP", 452) == person("JP", 452)
    assert {person("JP", number).split()[1] for number in range(9)} == {"Mihon"}
    assert "Mẫu" in person("VN", 1)
