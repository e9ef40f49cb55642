"""What LibreOffice makes of a workbook: it opens ours, and what it saves is read."""

import asyncio
import shutil
from pathlib import Path

import pytest
from tests.registration.workbooks.conftest import Desk, a_line, mistakes, open_book, to_bytes, value

SOFFICE = shutil.which("soffice")
SECONDS = 240


async def convert(source: Path, form: str) -> Path:
    """Have LibreOffice save a file in another form, in a folder beside it; it is not there where it could not."""
    home = f"-env:UserInstallation=file://{source.parent}/home"
    made = source.parent / "made"
    arguments = (home, "--headless", "--convert-to", form, "--outdir", str(made), str(source))
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(str(SOFFICE), *arguments, stdout=quiet, stderr=quiet)
    await asyncio.wait_for(process.wait(), SECONDS)
    return made / f"{source.stem}.{form}"


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """Return a folder to work in, where LibreOffice is there with its part for workbooks."""
    if SOFFICE is None:
        pytest.skip("needs LibreOffice (soffice)")
    (tmp_path / "probe.csv").write_text("1,2")
    if not (await convert(tmp_path / "probe.csv", "xlsx")).exists():
        pytest.skip("needs LibreOffice Calc beside soffice")
    return tmp_path


async def test_what_libreoffice_saves_is_read_as_it_was_given_out(desk: Desk, folder: Path) -> None:
    await desk.send(await desk.filled(a_line(1)))
    book = await desk.filled(a_line(2))
    ours = to_bytes(book)
    (folder / "book.xlsx").write_bytes(ours)
    saved = (await convert(folder / "book.xlsx", "xlsx")).read_bytes()
    assert saved != ours
    answer = await desk.send(saved)
    assert mistakes(answer) == {}
    assert ([one["rank"] for one in answer["taken"]], answer["unchanged"], answer["kept"]) == ([2], 1, [])
    assert value(open_book(saved), 6, "Mã dòng") == value(book, 6, "Mã dòng")
    assert (await desk.send(ours))["unchanged"] == 2
