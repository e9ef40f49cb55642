"""The base of all of this service's tables."""

from common.database.engine import declare_base

Base = declare_base()
