"""Reporting is told how a scenario's agencies are called, and nothing of who works there."""

from pathlib import Path

import pytest
from tests.scenario.conftest import Folder

from scenario.agency_names import COLUMNS, write_agencies
from scenario.commands import main
from scenario.reading.folder import read_scenario
from scenario.script.steps import Suspend


def test_the_table_names_every_agency_and_has_nobodys_contact(folder: Folder, tmp_path: Path):
    agencies = read_scenario(folder.path).agencies

    told = write_agencies(tmp_path / "agencies.csv", agencies).read_text(encoding="utf-8")

    assert [line.split(",")[0] for line in told.splitlines()] == ["code", *(agency.code for agency in agencies)]
    assert "hn.vpdp,Văn phòng Điều phối nông thôn mới Hà Nội,hn.snn,01,2020-01-01," in told
    contacts = [agency.contact for agency in agencies if agency.contact is not None]
    assert contacts, "the scenario has contacts to keep out"
    assert [one.email for one in contacts if one.email in told or one.display_name in told] == []


def test_the_command_prints_the_table_of_a_folder(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agencies", str(folder.path)]) == 0
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].split(",") == list(COLUMNS)
    assert "tw.vpdp" in printed
    assert "@" not in printed


@pytest.mark.parametrize("name", ["red_river_delta_2020", "small_fair"])
def test_a_fair_is_stopped_by_a_paper_of_the_committee_whose_notation_it_bears(name: str):
    scenario = read_scenario(Path(__file__).parents[2] / "deploy/demo" / name)
    (paper,) = [step.paper for step in scenario.steps if isinstance(step, Suspend)]
    names = {agency.code: agency.name_vi for agency in scenario.agencies}

    assert (paper.notation, names[paper.issuing_agency_code].split(",")[0]) == ("TB-BCĐ", "Ban Chỉ đạo phòng")
