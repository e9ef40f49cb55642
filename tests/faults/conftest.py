"""A database of a round, for the tests of what a round does with it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.faults.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncGenerator[Database]:
    database = Database(tmp_path / "database")
    await database.start()
    yield database
    await database.stop(tmp_path)
