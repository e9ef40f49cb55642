"""Who may review an application, and whose turn it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from common.errors import DomainError, ForbiddenError


class AssignedToAnotherError(DomainError):
    """The application is another reviewer's."""

    code = "assigned_to_another"
    status = 403


class InterestedError(DomainError):
    """The reviewer has declared an interest in the application."""

    code = "conflict_of_interest"
    status = 403


@dataclass(frozen=True)
class Reviewer:
    """Who decides, for which agency and province, where the token says so."""

    agency_code: str | None
    province_code: str | None
    subject: str = ""


@dataclass(frozen=True)
class Reviewed:
    """An application as far as interests in it go: ``interested`` declared one, ``assigned`` is whose turn it is."""

    application_id: UUID
    agency_code: str | None
    nominating_province_code: str | None
    vendor_province_code: str | None
    interested: frozenset[str] = frozenset()
    assigned: str | None = None


@dataclass(frozen=True)
class Turns:
    """Whose turn each application is, and those that nobody of the list may review."""

    assigned: Mapping[UUID, str]
    nobodys: tuple[UUID, ...]


def has_interest(reviewer: Reviewer, reviewed: Reviewed) -> bool:
    """Tell whether a reviewer may not decide: an interest declared, the same agency, or the same province."""
    own_agency = reviewed.agency_code is not None and reviewer.agency_code == reviewed.agency_code
    provinces = {reviewed.nominating_province_code, reviewed.vendor_province_code} - {None}
    return own_agency or reviewer.province_code in provinces or reviewer.subject in reviewed.interested


def check_independence(reviewer: Reviewer, reviewed: Reviewed) -> None:
    """Raise InterestedError, or ForbiddenError where the reviewer's own agency or province is concerned."""
    if reviewer.subject in reviewed.interested:
        raise InterestedError(
            "Người thẩm định đã khai có lợi ích liên quan đến hồ sơ này.",
            "The reviewer has declared an interest in this application.",
        )
    if has_interest(reviewer, reviewed):
        raise ForbiddenError(
            "Người thẩm định cùng cơ quan đề cử hoặc cùng tỉnh với chủ thể không quyết định hồ sơ này.",
            "A reviewer of the nominating agency or of the vendor's province decides nothing about it.",
        )


def check_turn(reviewer: Reviewer, assigned_to: str | None) -> None:
    """Raise AssignedToAnotherError where the application is somebody else's."""
    if assigned_to is not None and assigned_to != reviewer.subject:
        raise AssignedToAnotherError(
            "Hồ sơ đã được phân công cho người thẩm định khác.", "The application is assigned to another reviewer."
        )


def assign_in_turn(reviewers: Sequence[Reviewer], loads: Mapping[str, int], waiting: Collection[Reviewed]) -> Turns:
    """Give each application to the reviewer with the least to do who may have it; the list decides between equals."""
    load = {reviewer.subject: loads.get(reviewer.subject, 0) for reviewer in reviewers}
    assigned: dict[UUID, str] = {}
    nobodys: list[UUID] = []
    for reviewed in waiting:
        able = [reviewer.subject for reviewer in reviewers if not has_interest(reviewer, reviewed)]
        if able:
            chosen = min(able, key=lambda subject: load[subject])
            assigned[reviewed.application_id] = chosen
            load[chosen] += 1
        else:
            nobodys.append(reviewed.application_id)
    return Turns(assigned, tuple(nobodys))
