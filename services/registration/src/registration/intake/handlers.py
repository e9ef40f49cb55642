"""Takes dossiers in as drafts: checks everything, tells vendors apart, and stores all or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from common.calendar import local_date
from common.delivery.unit_of_work import UnitOfWork
from common.errors import ConflictError, FieldProblem, InvalidInputError
from registration.agencies import handlers as agencies
from registration.applications import repository as applications
from registration.applications.domain import Application
from registration.contents import Content
from registration.dossiers import handlers as dossiers
from registration.dossiers.domain import Dossier
from registration.dossiers.repository import to_json
from registration.editions import repository as editions
from registration.editions.domain import Edition, check_intake
from registration.editions.states import TAKES_NOMINATIONS, EditionState
from registration.freezes import handlers as freezes
from registration.freezes.handlers import Dates
from registration.vendors import handlers as vendors
from registration.vendors import repository as vendor_repository
from registration.vendors.directory import Directory
from registration.vendors.domain import Contact, Vendor, VendorKnownError, check_contact, check_texts, check_vendor
from registration.vetting import handlers as vetting


@dataclass(frozen=True)
class Entry:
    """One vendor with its dossier, as entered; ``prefix`` is the path of its row, with a final dot, or empty."""

    vendor: Vendor
    contact: Contact
    dossier: Dossier
    prefix: str = ""
    rank: int | None = None


def content_of(vendor: Vendor, dossier: Dossier) -> Content:
    """Return what is said in an application as nested values; of how to reach the vendor there is nothing in it."""
    return {"vendor": asdict(vendor), **to_json(dossier)}


@dataclass(frozen=True)
class Source:
    """Who brings the entries: a nomination of an agency, or nobody but the vendor itself."""

    channel: str = "self"
    agency_code: str | None = None
    province_code: str | None = None
    nomination_id: UUID | None = None


async def open_edition(uow: UnitOfWork, edition_id: UUID, source: Source) -> Edition:
    """Return the edition, held as it is; raises unless it takes entries of this source now."""
    edition = await editions.lock_edition(uow.session, edition_id, shared=True)
    nominated = source.nomination_id is not None
    check_intake(edition, uow.now, TAKES_NOMINATIONS if nominated else (EditionState.REGISTRATION_OPEN,))
    return edition


async def find_problems(uow: UnitOfWork, edition: Edition, entries: Sequence[Entry]) -> list[FieldProblem]:
    """Return all that is wrong with entries in themselves and beside each other."""
    packs = await vetting.get_packs(uow, edition)
    today = local_date(uow.now)
    problems: list[FieldProblem] = []
    before = Directory[str]()
    for entry in entries:
        vendor, contact = vendors.tidy_vendor(entry.vendor), vendors.tidy_contact(entry.contact)
        problems += check_texts(f"{entry.prefix}vendor", asdict(entry.vendor))
        problems += check_texts(f"{entry.prefix}contact", asdict(entry.contact))
        problems += check_vendor(vendor, f"{entry.prefix}vendor", packs.register.codes, packs.tax_ids)
        problems += check_contact(contact, entry.contact.phone, f"{entry.prefix}contact")
        problems += vetting.problems_of_dossier(entry.dossier, edition, packs, entry.prefix, today)
        problems += await agencies.problems_of_body(
            uow, entry.dossier.brought_by, vendor.country, f"{entry.prefix}brought_by"
        )
        first = before.find_same(vendor)
        if first is not None:
            problems.append(duplicate_of(entry.prefix, first, first))
        before.add(entry.prefix.removesuffix("."), vendor)
    return problems


def problems_of_dates(dates: Dates, entry: Entry, *, said_before: bool = False) -> list[FieldProblem]:
    """Return what a new entry says after the date of its field, and what it leaves out though it has to be there."""
    content = content_of(entry.vendor, entry.dossier)
    problems = dates.problems_of_gaps(content, entry.prefix)
    if not said_before:
        problems += dates.problems_of_change({}, content, is_handed_in=False, prefix=entry.prefix)
    return problems


def duplicate_of(prefix: str, first_vi: str, first_en: str) -> FieldProblem:
    """Return R01 of the entry with this prefix, naming the first."""
    return FieldProblem(
        f"{prefix}vendor",
        "duplicate_vendor",
        f"R01: Chủ thể đã có hồ sơ trong kỳ sự kiện này ({first_vi}).",
        f"R01: The vendor already has an application for this edition ({first_en}).",
    )


def identify(found: Sequence[tuple[UUID, Vendor]], vendor: Vendor) -> UUID | None:
    """Return which of the vendors found this one is."""
    return Directory(found).identify(vendor)


@dataclass(frozen=True)
class Known:
    """The vendors known before that may be those of a list, and their applications for the edition, by vendor."""

    vendors: Directory[UUID]
    applications: Mapping[UUID, Application]
    applied: Directory[UUID]

    def problems_of(self, entry: Entry) -> Iterator[FieldProblem]:
        """R01: a vendor of the same tax number, or of the same name in the same place, has an application already."""
        vendor_id = self.applied.find_same(vendors.tidy_vendor(entry.vendor))
        if vendor_id is not None:
            first = self.applications[vendor_id].nominating_agency_code
            yield duplicate_of(entry.prefix, first or "tự đăng ký", first or "self-registered")


async def find_known(uow: UnitOfWork, edition: Edition, entries: Sequence[Entry]) -> Known:
    """Return what is known of the vendors of entries; waits until no other dossier is being taken in."""
    found = await vendors.find_known_vendors(uow, [vendors.tidy_vendor(entry.vendor) for entry in entries])
    ids = {vendor_id for vendor_id, _ in found}
    applications_of = await applications.list_of_edition(uow.session, edition.edition_id, ids)
    applied = Directory((vendor_id, vendor) for vendor_id, vendor in found if vendor_id in applications_of)
    return Known(Directory(found), applications_of, applied)


async def take_in(
    uow: UnitOfWork,
    edition: Edition,
    source: Source,
    entries: Sequence[Entry],
    *,
    problems: Sequence[FieldProblem] = (),
    caller_vendor_id: UUID | None = None,
    said_before: bool = False,
) -> list[Application]:
    """Store entries as drafts, in their order; ``said_before``: in a draft, where the dates of fields were kept.

    Raises InvalidInputError with every mistake, those found before (``problems``) and R01 among them.
    """
    problems = [*problems, *await find_problems(uow, edition, entries)]
    dates = await freezes.read_dates(uow, edition)
    for entry in entries:
        problems += problems_of_dates(dates, entry, said_before=said_before)
    known = await find_known(uow, edition, entries)
    for entry in entries:
        problems += known.problems_of(entry)
    if problems:
        raise InvalidInputError(problems)
    return await store(uow, edition, source, entries, known, caller_vendor_id=caller_vendor_id)


async def store(
    uow: UnitOfWork,
    edition: Edition,
    source: Source,
    entries: Sequence[Entry],
    known: Known,
    *,
    caller_vendor_id: UUID | None = None,
) -> list[Application]:
    """Store entries that were checked as drafts, in their order."""
    declared = [vendors.tidy_vendor(entry.vendor) for entry in entries]
    vendor_ids = [_identify(uow, vendor, known.vendors, source, caller_vendor_id) for vendor in declared]
    vendors_by_id = dict(zip(vendor_ids, declared, strict=True))
    contacts = await _contacts_to_tell(uow, vendors_by_id, entries)
    is_nominated = source.nomination_id is not None
    await vendors.take_in_vendors(uow, vendors_by_id, {} if is_nominated else contacts, edition.province_register)
    drafts = [
        Application(
            application_id=uow.new_id(),
            edition_id=edition.edition_id,
            vendor_id=vendor_id,
            channel=source.channel,
            nominating_agency_code=source.agency_code,
            nominating_province_code=source.province_code,
            nomination_id=source.nomination_id,
            rank=entry.rank,
        )
        for vendor_id, entry in zip(vendor_ids, entries, strict=True)
    ]
    await applications.add_applications(uow.session, drafts)
    await dossiers.store(
        uow,
        [
            dossiers.Declared(draft.application_id, draft.vendor_id, draft.dossier_revision, entry.dossier)
            for draft, entry in zip(drafts, entries, strict=True)
        ],
    )
    if is_nominated:  # now that there is what they are nominated for
        await vendors.tell_vendors(uow, contacts, vendors_by_id.keys())
    return drafts


def _identify(
    uow: UnitOfWork, vendor: Vendor, known: Directory[UUID], source: Source, caller_vendor_id: UUID | None
) -> UUID:
    """Return the vendor's id; a known vendor is taken over by its own token or a nomination only."""
    found = known.identify(vendor)
    if source.nomination_id is not None:
        return found or uow.new_id()
    if found is not None and found != caller_vendor_id:
        raise VendorKnownError(
            "Chủ thể này đã có trong hệ thống; hãy đăng nhập bằng tài khoản của chủ thể.",
            "The vendor is registered already; sign in as that vendor.",
        )
    if found is None and caller_vendor_id is not None:
        raise ConflictError("Dữ liệu không phải của chủ thể này.", "The entry is not that of the vendor signed in.")
    return found or uow.new_id()


async def _contacts_to_tell(
    uow: UnitOfWork, declared: Mapping[UUID, Vendor], entries: Sequence[Entry]
) -> dict[UUID, Contact]:
    """Return the contacts to store; one that a vendor keeps itself is not overwritten by a later list."""
    has_contact = await vendor_repository.list_reachable(uow.session, declared.keys())
    return {
        vendor_id: vendors.tidy_contact(entry.contact)
        for vendor_id, entry in zip(declared, entries, strict=True)
        if vendor_id not in has_contact or entry.rank is None
    }


async def register_vendor(
    uow: UnitOfWork,
    edition_id: UUID,
    entry: Entry,
    caller_vendor_id: UUID | None,
    *,
    problems: Sequence[FieldProblem] = (),
    said_before: bool = False,
) -> Application:
    """Take in a vendor that comes by itself; it is a draft until it hands in. ``problems`` were found before."""
    source = Source()
    edition = await open_edition(uow, edition_id, source)
    taken = await take_in(
        uow,
        edition,
        source,
        [entry],
        problems=problems,
        caller_vendor_id=caller_vendor_id,
        said_before=said_before,
    )
    return taken[0]
