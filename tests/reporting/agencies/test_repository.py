"""An installation's own agencies: read from its table, completed from the pack, refused by line."""

from datetime import date
from pathlib import Path

import pytest

from reporting.agencies.domain import AgenciesMistakenError
from reporting.agencies.repository import name_agencies
from reporting.settings import Settings

HEAD = "code,name_vi,parent_code,province_code,valid_from,valid_to\n"
DAY = date(2020, 10, 12)
HAI_PHONG = "Sở Nông nghiệp và Phát triển nông thôn thành phố Hải Phòng"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "agencies.csv"


def test_of_a_name_and_a_province_follow_head_short_name_and_place(table: Path):
    table.write_text(f"{HEAD}hp.snn,{HAI_PHONG},hp.ubnd,31,2020-01-01,\n", encoding="utf-8")
    agency = name_agencies(table).agency("hp.snn", DAY)
    assert agency is not None
    assert agency.head_lines == ("SỞ NÔNG NGHIỆP", "VÀ PHÁT TRIỂN NÔNG THÔN")
    assert (agency.short_name, agency.place) == ("Sở NN&PTNT thành phố Hải Phòng", "Hải Phòng")
    assert (agency.name, agency.parent_code) == (HAI_PHONG, "hp.ubnd")


def test_what_the_table_says_goes_before_what_follows_from_it(table: Path):
    head = HEAD.strip() + ",short_name_vi,head_vi,place_vi,report_notation\n"
    table.write_text(f"{head}hp.snn,{HAI_PHONG},,31,2020-01-01,,Sở HP,SỞ|HẢI PHÒNG,Đồ Sơn,BC-SHP\n", encoding="utf-8")
    agency = name_agencies(table).agency("hp.snn", DAY)
    assert agency is not None
    assert (agency.short_name, agency.head_lines) == ("Sở HP", ("SỞ", "HẢI PHÒNG"))
    assert (agency.place, agency.report_notation) == ("Đồ Sơn", "BC-SHP")


def test_an_agency_of_the_pack_gets_the_tables_name_and_keeps_the_rest_and_its_other_days(table: Path):
    table.write_text(f"{HEAD}hn.snn,Sở Nông nghiệp Thủ đô,,01,2020-01-01,2020-12-31\n", encoding="utf-8")
    registers = name_agencies(table)
    agency = registers.agency("hn.snn", DAY)
    assert agency is not None
    assert (agency.name, agency.report_notation, agency.parent_code) == ("Sở Nông nghiệp Thủ đô", "BC-SNN", "hn.ubnd")
    assert registers.agency_name("hn.snn", date(2021, 1, 1)).startswith("Sở Nông nghiệp và Phát triển nông thôn")
    assert registers.agency_name("tw.vpdp", DAY) == "Văn phòng Điều phối nông thôn mới Trung ương"


def test_every_mistake_of_a_table_is_told_by_line_and_column(table: Path):
    rows = "hp.snn,,hp.ubnd,31,2020-01-01,\n,Sở,,99,1/1/2020,\n"
    table.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(AgenciesMistakenError) as told:
        name_agencies(table)
    for problem in (
        "line 2: name_vi is missing",
        "line 3: code is missing",
        "line 3: valid_from is no date (YYYY-MM-DD): 1/1/2020",
        "line 3: province_code is in no register: 99",
    ):
        assert problem in str(told.value)


@pytest.mark.parametrize("content", [None, b"code,name_vi\n\xff\xfe\n"])
def test_settings_with_a_table_that_cannot_be_read_are_refused(table: Path, content: bytes | None):
    if content is not None:
        table.write_bytes(content)
    with pytest.raises(ValueError, match=r"agencies\.csv cannot be read"):
        Settings.model_validate({"database_url": "postgresql+asyncpg://", "agencies_file": table})


def test_the_rows_of_a_table_may_say_more_than_is_asked(table: Path):
    more = HEAD.strip() + ",phone\n"
    table.write_text(
        f"{more}hp.ubnd,Ủy ban nhân dân thành phố Hải Phòng,,31,2020-01-01,,+84900000000\n", encoding="utf-8"
    )
    agency = name_agencies(table).agency("hp.ubnd", DAY)
    assert agency is not None
    assert agency.head_lines == ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HẢI PHÒNG")
    assert "84900000000" not in repr(agency)
