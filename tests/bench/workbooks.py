"""A workbook of 5,000 rows read and answered by registration, beside plain openpyxl reading the same file."""

import io
import os
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from tests.harness import Harness
from tests.registration.conftest import EDITION, OPEN, PAPER, PAPERS, World
from tests.registration.workbooks.conftest import (
    LETTER,
    PAPER_LABELS,
    PAPER_SHEET,
    ROWS,
    Desk,
    a_line,
    a_product,
    columns,
    first_free,
    to_bytes,
)

from common.clock import FixedClock
from common.tokens import Role, new_private_key, public_keys
from launcher.postgres import PostgresServer
from registration.app import build
from registration.settings import Settings

VENDORS, PRODUCTS_EACH, PAPERS_EACH = 1000, 2, 3
"""Together 2,000 rows of products and 3,000 of papers."""


@dataclass
class Times:
    """Seconds of each round."""

    answered: list[float] = field(default_factory=list[float])
    again: list[float] = field(default_factory=list[float])
    marked: list[float] = field(default_factory=list[float])
    plain: list[float] = field(default_factory=list[float])


def _migrate(app_url: str, owner_url: str) -> None:
    known = {**os.environ, "DATABASE_URL": app_url, "MIGRATION_DATABASE_URL": owner_url}
    subprocess.run([sys.executable, "-m", "registration", "migrate"], env=known, check=True, capture_output=True)


@asynccontextmanager
async def a_desk(folder: Path) -> AsyncGenerator[Desk]:
    """Start a database with a fair whose registration is open, and yield an agency's desk."""
    server = PostgresServer()
    server.start(folder / "workbooks", durable=False)
    database = server.create_service_database("registration")
    _migrate(database.app_url, database.owner_url)
    key, clock = new_private_key(), FixedClock(OPEN)
    settings = {"database_url": database.app_url, "token_keys": public_keys(key)}
    harness = Harness("registration", build(Settings.model_validate(settings), clock), clock, key)
    world = World(harness)
    for code in ("hn.ubnd", "hn.snn", "hn.vpdp"):
        await world.add_agency(code)
    await world.add_agency("hg.snn", "02", "province")
    yield Desk(world)
    await harness.service.engine.dispose()
    server.stop()


async def _open_fair(world: World, code: str) -> None:
    planned = await world.ok("POST", "/editions", Role.ORGANISER, {**EDITION, "code": code})
    world.edition_id = planned["edition_id"]
    await world.act("approval", {"legal_document": PAPER})
    await world.act("opening")


async def _filled(desk: Desk) -> bytes:
    """Return a workbook of the fair with all its rows filled in."""
    book: Any = await desk.fetch()
    for cell, value in LETTER.items():
        book[ROWS][cell] = value
    where, row = columns(book), first_free(book)
    for rank in range(1, VENDORS + 1):
        lines: list[dict[str, Any]] = [
            a_line(rank),
            *({"Thứ tự ưu tiên": rank, **a_product(f"Chè {extra}")} for extra in range(1, PRODUCTS_EACH)),
        ]
        for line in lines:
            for heading, value in line.items():
                book[ROWS].cell(row, where[heading]).value = value
            row += 1
    where, row = columns(book, PAPER_SHEET), first_free(book, PAPER_SHEET)
    for rank in range(1, VENDORS + 1):
        for kind in PAPERS[:PAPERS_EACH]:
            book[PAPER_SHEET].cell(row, where["Thứ tự ưu tiên"]).value = rank
            book[PAPER_SHEET].cell(row, where["Loại giấy tờ"]).value = PAPER_LABELS[kind]
            row += 1
    return to_bytes(book)


async def measure(folder: Path, rounds: int) -> Times:
    """Return the seconds of each round: the first answer, the answer to the same file, the marked file, plain reading."""
    times = Times()
    async with a_desk(folder) as desk:
        for number in range(rounds):
            await _open_fair(desk.world, f"round-{number}")
            content = await _filled(desk)
            began = time.perf_counter()
            rows = read_plainly(content)
            times.plain.append(time.perf_counter() - began)
            began = time.perf_counter()
            answer = await desk.send(content)
            times.answered.append(time.perf_counter() - began)
            began = time.perf_counter()
            again = await desk.send(content)
            times.again.append(time.perf_counter() - began)
            began = time.perf_counter()
            await desk.marked_bytes(answer)
            times.marked.append(time.perf_counter() - began)
            told = (rows, answer["rows_read"], len(answer["taken"]), again["unchanged"], len(answer["problems"]))
            if told != (VENDORS * (PRODUCTS_EACH + PAPERS_EACH), 5000, VENDORS, VENDORS, 0):
                raise ValueError(f"not all was read: {told}")
    return times


def read_plainly(content: bytes) -> int:
    """Return how many rows openpyxl finds filled in, with nothing done to them."""
    book: Any = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    rank = 1
    return sum(
        isinstance(row[rank], int)
        for name in (ROWS, PAPER_SHEET)
        for row in book[name].iter_rows(values_only=True)
        if len(row) > rank
    )
