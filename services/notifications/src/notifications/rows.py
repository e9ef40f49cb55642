"""The declarative base of this service's tables."""

from common.database import declare_base

Base = declare_base()
