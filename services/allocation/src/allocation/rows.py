"""The declarative base of this service's tables."""

from common.database.engine import declare_base

Base = declare_base()
