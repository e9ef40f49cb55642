"""Pages and forms are whole in every language, and what foreign vendors need is in their workbook."""

import io
import re
from datetime import date

import pytest
from openpyxl import load_workbook
from tests.registration.conftest import World, a_foreign_row, a_row, errors_of

from common.tokens import Role
from registration.agencies.domain import Agency
from registration.translations.packs import LANGUAGES, read_texts
from registration.workbooks.cells import Choices, Lists
from registration.workbooks.columns import SHEETS
from registration.workbooks.forms import CLASSES, CONSENTS, LEVELS, PAPER_KINDS, VENDOR_TYPES, YES_NO
from registration.workbooks.forms import LANGUAGES as CHOICES_OF_LANGUAGES
from registration.workbooks.tongues import lists_in, tongues_of

LETTERS = {"lo": "\u0e80-\u0eff", "th": "\u0e00-\u0e7f", "ja": "\u3040-\u30ff\u4e00-\u9fff"}


@pytest.mark.parametrize("form", ["invitation", "workbook"])
@pytest.mark.parametrize("language", LETTERS)
def test_every_text_is_there_in_the_languages_own_letters(form: str, language: str):
    for name, texts in read_texts(form).items():
        assert re.search(f"[{LETTERS[language]}]", texts[language]), name
        assert texts["en"]


def test_every_column_of_the_workbook_is_translated():
    assert {column.key for name in SHEETS for column in SHEETS[name]} <= set(read_texts("workbook"))
    assert {"paper:vn_sublabel", "paper:import_inspection"} <= set(read_texts("workbook"))


async def an_embassy(fair: World) -> str:
    entry = {"name_vi": "Đại sứ quán Lào", "level": "embassy", "country": "LA", "valid_from": "2020-01-01"}
    await fair.ok("PUT", "/agencies/la.embassy", Role.ORGANISER, entry)
    return "la.embassy"


async def test_an_embassys_workbook_has_a_sheet_in_four_languages_and_a_provinces_has_not(fair: World):
    sheets: dict[str, list[list[str]]] = {}
    for code in (await an_embassy(fair), "hg.snn"):
        path = f"/registration/editions/{fair.edition_id}/nomination-workbook?agency_code={code}"
        async with fair.harness.client(Role.ORGANISER) as client:
            book = load_workbook(io.BytesIO((await client.get(path)).content))
        found = [sheet for sheet in book.worksheets if "ລາວ" in sheet.title]
        sheets[code] = [[str(cell) for cell in row] for sheet in found for row in sheet.iter_rows(values_only=True)]
    assert sheets["hg.snn"] == []
    assert sheets["la.embassy"][0] == list(LANGUAGES.values())
    assert ["Nhãn phụ tiếng Việt", "Sub-label in Vietnamese"] in [row[:2] for row in sheets["la.embassy"]]


async def test_an_embassy_nominates_vendors_of_its_country_only(fair: World):
    agency = await an_embassy(fair)
    thai = a_foreign_row(901, vendor__country="TH")
    answer = await fair.nominate(a_foreign_row(), thai, a_row(1), agency=agency, province=None)
    assert errors_of(answer) == {"rows[1].vendor.country": "other_country", "rows[2].vendor.country": "other_country"}
    assert (await fair.nominate(a_foreign_row(), agency=agency, province=None)).status_code == 201


async def test_an_importer_brings_vendors_of_any_country_and_an_embassy_names_its_own(fair: World):
    entry = {"name_vi": "Công ty nhập khẩu", "level": "importer", "valid_from": "2020-01-01"}
    await fair.ok("PUT", "/agencies/imp.hn", Role.ORGANISER, entry)
    rows = (a_foreign_row(), a_foreign_row(901, vendor__country="JP"))
    assert (await fair.nominate(*rows, agency="imp.hn", province=None)).status_code == 201
    bare = await fair.call("PUT", "/agencies/th.embassy", Role.ORGANISER, {**entry, "level": "embassy"})
    assert errors_of(bare) == {"country": "country_missing"}
    placed = await fair.call("PUT", "/agencies/imp.hn", Role.ORGANISER, {**entry, "province_code": "01"})
    assert errors_of(placed) == {"province_code": "foreign_body_has_no_province"}


LISTS = {
    "vendor_types": VENDOR_TYPES,
    "languages": CHOICES_OF_LANGUAGES,
    "levels": LEVELS,
    "classes": CLASSES,
    "yes_no": YES_NO,
    "consents": CONSENTS,
    "paper_kinds": PAPER_KINDS,
    "groups": {"food": "Thực phẩm", "beverage": "Đồ uống", "herbal": "Dược liệu", "craft": "Hàng thủ công mỹ nghệ"},
}


@pytest.mark.parametrize(
    ("level", "country", "tongues"),
    [
        ("embassy", "LA", ("en", "lo")),
        ("embassy", "TH", ("en", "th")),
        ("embassy", "JP", ("en", "ja")),
        ("embassy", "KR", ("en",)),
        ("importer", None, ("en",)),
        ("province", None, ()),
    ],
)
def test_a_choice_is_told_in_the_languages_of_its_reader_and_read_in_each(
    level: str, country: str | None, tongues: tuple[str, ...]
):
    agency = Agency("a", "Cơ quan", None, level, None, None, date(2020, 1, 1), None, country)
    assert tuple(tongues_of(agency)) == tongues
    lists = lists_in(Lists({name: Choices.of(labels) for name, labels in LISTS.items()}), tongues)
    for name, labels in LISTS.items():
        for code, vi in labels.items():
            label = lists[name].labels[code]
            words = label.split(" / ")
            assert words[0] == vi
            wanted = [one for one in tongues if one in LETTERS and name != "languages"]  # those by their own names
            assert all(re.search(f"[{LETTERS[one]}]", label) for one in wanted), label
            assert {lists[name].find(way) for way in (label, *words)} == {code}, label
