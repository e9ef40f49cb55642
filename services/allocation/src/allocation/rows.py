"""The declarative base of this service's tables, and their columns as repositories read and write them."""

from sqlalchemy import Table
from sqlalchemy.orm import DeclarativeBase

from common.database.engine import declare_base

Base = declare_base()


def table_of(row: type[DeclarativeBase]) -> Table:
    """Return a row class's table: its rows come and go as plain values, without the session's bookkeeping."""
    return Base.metadata.tables[row.__tablename__]
