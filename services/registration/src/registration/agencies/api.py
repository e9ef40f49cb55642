"""Agencies over HTTP."""

from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from common.contracts.base import Code
from common.tokens import Role
from common.web import Cursor, Limit, Line, Page, Strict, Uow, allow, new_router, page_of, public
from common.web.models import decode_cursor
from registration.agencies import handlers, repository
from registration.agencies.domain import Agency
from registration.vendors.api import CONTACT_EXAMPLE, ContactEntry

router = new_router("agencies")


class AgencyEntry(Strict):
    """An agency to store under its code."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name_vi": "Sở Nông nghiệp và Phát triển nông thôn Hà Nội",
                    "name_en": "Hanoi Department of Agriculture",
                    "level": "city",
                    "parent_code": "hn.ubnd",
                    "province_code": "01",
                    "valid_from": "2020-01-01",
                    "valid_to": None,
                    "contact": CONTACT_EXAMPLE,
                }
            ]
        }
    )

    name_vi: Line
    name_en: Line | None = None
    level: Annotated[str, Field(max_length=20)]
    parent_code: Code | None = None
    province_code: Code | None = None
    country: Annotated[str, Field(min_length=2, max_length=2)] | None = None
    valid_from: date
    valid_to: date | None = None
    contact: ContactEntry | None = None


class AgencyView(BaseModel):
    """An agency as everybody may see it."""

    agency_code: str
    name_vi: str
    name_en: str | None
    level: str
    parent_code: str | None
    province_code: str | None
    country: str | None
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, agency: Agency) -> "AgencyView":
        return cls.model_validate(agency, from_attributes=True)


@router.put("/agencies/{agency_code}", dependencies=[allow(Role.ORGANISER)])
async def put_agency(agency_code: Annotated[Code, Path()], entry: AgencyEntry, uow: Uow) -> AgencyView:
    """Store an agency, and how to reach it."""
    agency = Agency(agency_code, **entry.model_dump(exclude={"contact"}))
    contact = entry.contact.to_contact() if entry.contact else None
    return AgencyView.of(await handlers.put_agency(uow, agency, contact))


@router.get("/agencies", dependencies=[public])
async def list_agencies(uow: Uow, cursor: Cursor = None, limit: Limit = 50) -> Page[AgencyView]:
    """List agencies by code, without contacts."""
    found = await repository.list_agencies(uow.session, decode_cursor(cursor), limit + 1)
    return page_of([AgencyView.of(agency) for agency in found], limit, lambda agency: agency.agency_code)
