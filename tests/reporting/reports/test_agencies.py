"""Reports of another city: its agencies by name, at its own place."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.factories import EDITION_ID
from tests.harness import Harness
from tests.reporting.conftest import AFTER_THE_FAIR, Fair, ended, story
from tests.reporting.reports.test_documents import assert_in_order, text_of_docx, text_of_pdf

from common.contracts.base import Event
from common.tokens import Role
from reporting.agencies.repository import name_agencies

REPORTS = f"/reporting/editions/{EDITION_ID}/reports"
TABLE = """code,name_vi,parent_code,province_code,valid_from
hp.ubnd,Ủy ban nhân dân thành phố Hải Phòng,,31,2020-01-01
hp.snn,Sở Nông nghiệp và Phát triển nông thôn thành phố Hải Phòng,hp.ubnd,31,2020-01-01
hp.vpdp,Văn phòng Điều phối nông thôn mới thành phố Hải Phòng,hp.snn,31,2020-01-01
hp.bcd,"Ban Chỉ đạo phòng, chống dịch Covid-19 thành phố Hải Phòng",hp.ubnd,31,2020-01-01
"""


def in_hai_phong(event: Event) -> Event:
    return type(event).model_validate_json(event.model_dump_json().replace('"hn.', '"hp.'))


@pytest.fixture
async def elsewhere(reporting: Harness, tmp_path: Path) -> AsyncGenerator[Fair]:
    """The fair as it would be told by another city."""
    table = tmp_path / "agencies.csv"
    table.write_text(TABLE, encoding="utf-8")
    reporting.app.state.desk = replace(reporting.app.state.desk, registers=name_agencies(table))
    registration, allocation = story()
    reporting.clock.set(AFTER_THE_FAIR)
    await reporting.deliver(*map(in_hai_phong, [*registration, ended()]), *allocation)
    yield Fair(reporting)
    await reporting.app.state.desk.renderer.close()


async def draft(fair: Fair, **body: Any) -> dict[str, str]:
    async with fair.service.client(Role.ORGANISER) as organiser:
        made = await organiser.post(REPORTS, json=body)
        assert made.status_code == 201, made.text
        files = {file["format"]: file["href"] for file in made.json()["files"]}
        pdf, docx = [(await organiser.get(files[name])).content for name in ("pdf", "docx")]
    return {"pdf": text_of_pdf(pdf), "docx": text_of_docx(docx)}


async def test_a_result_is_reported_to_named_agencies_at_the_citys_own_place(elsewhere: Fair):
    said = await draft(elsewhere, kind="result", addressee_agency_code="hp.ubnd")
    for text in said.values():
        assert_in_order(
            text,
            [
                "Hải Phòng, ngày",
                "Kính gửi: Ủy ban nhân dân thành phố Hải Phòng",
                "Thông báo số 15/TB-BCĐ ngày 20/08/2020 của Ban Chỉ đạo phòng, chống dịch Covid-19 thành phố Hải Phòng",
                "Sở Nông nghiệp và Phát triển nông thôn thành phố Hải Phòng báo cáo",
                "UBND thành phố Hải Phòng (để báo cáo)",
                "VP Điều phối NTM Trung ương (để báo cáo)",
            ],
        )
        assert "hp." not in text
        assert "UBND thành phố Hà Nội" not in text


async def test_a_day_is_reported_by_the_executing_unit_to_named_agencies(elsewhere: Fair):
    said = await draft(elsewhere, kind="daily", addressee_agency_code="hp.snn", on="2020-10-10")
    for text in said.values():
        assert "Kính gửi: Sở Nông nghiệp và Phát triển nông thôn thành phố Hải Phòng" in text
        assert "Hải Phòng, ngày" in text
        assert "hp." not in text


async def test_an_agency_that_no_table_knows_is_shown_by_its_code_and_its_place_is_left_to_fill_in(elsewhere: Fair):
    desk = elsewhere.service.app.state.desk
    elsewhere.service.app.state.desk = replace(desk, registers=name_agencies(None))
    said = await draft(elsewhere, kind="result", addressee_agency_code="hp.ubnd")
    assert "Kính gửi: hp.ubnd" in said["pdf"]
    assert "…………, ngày" in said["pdf"]
