"""The declarative base of this service's tables, and the statement that stores many rows at once."""

from collections.abc import Collection

from pydantic_core import to_json
from sqlalchemy import TextClause, text

from common.database.engine import declare_base

Base = declare_base()


def insert_into(table: str, *, key: str = "", renew: Collection[str] = (), unless_there: str = "") -> TextClause:
    """Return the statement that inserts ``rows_of(…)``; with a key a row known already is renewed in the columns given.

    With ``unless_there`` rows that a unique index has no room for are left out, and that column of the others returned.
    One statement for any number of rows: the server reads them by the table's own types, nothing is compiled anew.
    """
    renewed = ", ".join(f"{name} = excluded.{name}" for name in renew)
    return text(
        f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))"  # noqa: S608  # names of our own
        + (f" ON CONFLICT ({key}) DO UPDATE SET {renewed}" if key else "")
        + (f" ON CONFLICT DO NOTHING RETURNING {unless_there}" if unless_there else "")
    )


def rows_of(values: Collection[object]) -> dict[str, str]:
    """Return mappings or dataclasses as the parameter of such a statement."""
    return {"rows": to_json(list(values)).decode()}
