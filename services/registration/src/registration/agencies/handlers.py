"""What is done with agencies."""

from common.contracts.base import agency_party_id
from common.contracts.registration import PartyKind
from common.delivery.unit_of_work import UnitOfWork
from common.errors import FieldProblem, InvalidInputError
from registration.agencies import repository
from registration.agencies.domain import Agency, ProvinceRegister, check_agency, check_body
from registration.vendors import handlers as vendors
from registration.vendors.domain import Contact


async def put_agency(uow: UnitOfWork, agency: Agency, contact: Contact | None) -> Agency:
    """Store an agency under its code, and tell how to reach it; raises InvalidInputError."""
    register = await repository.get_register_on(uow.session, agency.valid_from)
    problems = list(check_agency(agency, register))
    if agency.parent_code is not None and not await repository.list_known_codes(uow.session, [agency.parent_code]):
        problems.append(_unknown("parent_code"))
    if problems:
        raise InvalidInputError(problems)
    await repository.save_agency(uow.session, agency)
    if contact is not None:
        await vendors.record_contact(uow, agency_party_id(agency.agency_code), PartyKind.AGENCY, contact)
    return agency


async def check_known_agencies(uow: UnitOfWork, agency_codes: dict[str, str]) -> list[FieldProblem]:
    """Return a problem for each field whose agency is not in the register; takes field to code."""
    known = await repository.list_known_codes(uow.session, set(agency_codes.values()))
    return [_unknown(field) for field, code in agency_codes.items() if code not in known]


async def problems_of_body(uow: UnitOfWork, code: str | None, country: str, field: str) -> list[FieldProblem]:
    """Return what is wrong with the body that a vendor of a country names as the one that brings it; None names none."""
    if code is None:
        return []
    return list(check_body(await repository.find_agency(uow.session, code), country, field))


async def find_register(uow: UnitOfWork, version: str) -> ProvinceRegister | None:
    """Return a register of provinces; None if there is none of this name."""
    return await repository.find_register(uow.session, version)


def _unknown(field: str) -> FieldProblem:
    return FieldProblem(field, "unknown_agency", "Không có cơ quan mang mã này.", "There is no agency of this code.")
