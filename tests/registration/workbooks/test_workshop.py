"""Files are opened in a process beside the service, which gives back just what it read."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest
from tests.registration.workbooks.conftest import ROWS, Desk, a_line, fill, to_bytes

from common.beside import Limits
from common.errors import InvalidInputError
from registration.workbooks import coding
from registration.workbooks.cells import Choices, Lists
from registration.workbooks.domain import CellProblem, Info, Marks
from registration.workbooks.reading import read_workbook
from registration.workbooks.writing import write_workbook
from registration.workshop.handlers import Workshop


@pytest.fixture
async def workshop() -> AsyncGenerator[Workshop]:
    made = Workshop()
    yield made
    await made.close()


async def test_a_workbook_comes_out_as_it_was_read(desk: Desk, workshop: Workshop):
    book = await desk.filled(a_line(1), a_line(2), a_line(3))
    a_moment = datetime(2019, 11, 11)  # noqa: DTZ001  # a sheet knows no zones
    fill(book, 6, **{"Ngày quyết định": a_moment})
    fill(book, 7, **{"Ngày quyết định": a_moment.date(), "Số gian hàng": 1.5})
    book[ROWS].merge_cells("C7:C8")
    content = to_bytes(book)
    read = read_workbook(content)
    assert read.problems and read.spoilt and read.letter  # noqa: PT018  # all that a reading can give is in it
    assert await workshop.read_workbook(content) == read


async def test_what_is_no_workbook_is_refused_as_if_it_had_been_read_here(workshop: Workshop):
    with pytest.raises(InvalidInputError) as here:
        read_workbook(b"nothing of the kind")
    with pytest.raises(InvalidInputError) as there:
        await workshop.read_workbook(b"nothing of the kind")
    assert there.value.problems == here.value.problems
    with pytest.raises(InvalidInputError) as evidence:
        await workshop.inspect(b"nothing of the kind")
    assert [(one.field, one.code) for one in evidence.value.problems] == [("content", "type_not_taken")]


async def test_a_file_that_takes_too_long_is_refused_and_the_next_one_is_read(desk: Desk, workshop: Workshop):
    hasty = Workshop(Limits(seconds=0.001))
    content = to_bytes(await desk.filled(a_line(1)))
    with pytest.raises(InvalidInputError) as refusal:
        await hasty.read_workbook(content)
    assert [(one.field, one.code) for one in refusal.value.problems] == [("workbook", "unreadable")]
    assert hasty.process is None
    assert (await workshop.read_workbook(content)).stamp == read_workbook(content).stamp


async def test_what_a_workbook_is_written_from_reaches_the_process_whole(desk: Desk, workshop: Workshop):
    book = read_workbook(to_bytes(await desk.filled(a_line(1), a_line(2))))
    names = ("vendor_types", "provinces", "languages", "consents", "yes_no", "booths", "groups", "stars", "levels")
    lists = Lists({name: Choices({"a": "Một", "b": "2"}, {}) for name in (*names, "classes", "paper_kinds")})
    made_at = datetime(2019, 11, 11, 8, 30, tzinfo=UTC)
    info = Info(book.stamp, "Bảng đề cử", "Cơ quan", [("Hạn", "15/6")], lists, made_at, [["Tên", "ชื่อ"]])
    sheet = next(iter(book.sheets.values()))
    problem = CellProblem(sheet.title, "C7", "products[0].stars", "less_than_equal", "Sai", "Wrong", is_warning=True)
    marks = Marks([problem], {(sheet.name, 7): "Sai"}, [("Đã nhận", "1")])
    assert coding.decode_order(coding.encode_order(info, book, marks)) == (info, book, marks)
    assert await workshop.write_workbook(info, book, marks) == write_workbook(info, book, marks)
    assert read_workbook(await workshop.write_workbook(info, book)).stamp == book.stamp
