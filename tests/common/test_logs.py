"""Log lines: JSON with what is handled, and nothing personal, also where a database repeats what it was given."""

import json
import logging
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from io import StringIO

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.brokers.postgres import Databases

from common.database.engine import create_engine
from common.logs import configure_logs, handling

VALUE = "dao.that@example.org"
STATEMENTS = {
    "a key taken twice": "INSERT INTO t VALUES (:value, 1), (:value, 1)",
    "a row that breaks a rule": "INSERT INTO t VALUES (:value, -1)",
    "an argument of another kind": "SELECT CAST(:value AS integer)",
    "a text that is no number": "SELECT CAST(CAST(:value AS text) AS integer)",
}


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Set logs up as a process does; return where its lines go."""
    root, lines = logging.getLogger(), StringIO()
    before, level = list(root.handlers), root.level
    with redirect_stdout(lines):
        configure_logs("registration", "INFO")
    yield lines
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
async def test_an_error_of_the_database_is_logged_without_the_values_it_repeats(
    postgres: Databases, written: StringIO, statement: str
) -> None:
    engine = create_engine(postgres.create_service_database("logged").owner_url, 2)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("CREATE TEMPORARY TABLE t (email text UNIQUE, n integer CHECK (n > 0))"))
            try:
                await connection.execute(text(statement), {"value": VALUE})
            except DBAPIError as error:
                structlog.get_logger().exception("handling_failed", error=str(error))
                logging.getLogger("elsewhere").exception("failed")
    finally:
        with suppress(DBAPIError):
            await engine.dispose()
    lines = written.getvalue().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["handling_failed", "failed"]
    assert all("Traceback" in json.loads(line)["exception"] for line in lines)
    assert not any(VALUE in line for line in lines)


def test_a_line_names_the_service_and_what_is_handled_and_no_person(written: StringIO) -> None:
    about = {"event_id": "e1", "event_type": "application_accepted", "key": "k1", "correlation_id": "c1"}
    token = handling.set(lambda: about)
    try:
        structlog.get_logger().info("handled", email=VALUE, phone="0900000001")
    finally:
        handling.reset(token)
    line = json.loads(written.getvalue())
    assert {name: line[name] for name in about} == about
    assert (line["service"], line["level"], line["event"]) == ("registration", "info", "handled")
    assert (line["email"], line["phone"]) == ("[personal]", "[personal]")
