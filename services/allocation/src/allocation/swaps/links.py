"""The links by which each of the two answers: one for each side of a swap."""

from uuid import UUID

from common import links
from common.links import InvalidLinkError

PURPOSE = "consent_swap"


def path(key: str, swap_id: UUID, application_id: UUID) -> str:
    """Return the address of the page on which one side answers."""
    token = links.sign(key, PURPOSE, f"{swap_id} {application_id}")
    return f"/allocation/swaps/{swap_id}/answer?application={application_id}&token={token}"


def verify(key: str, swap_id: UUID, application_id: UUID, token: str) -> None:
    """Raise InvalidLinkError unless the token is that of this side."""
    if not key:
        raise InvalidLinkError
    links.verify(key, PURPOSE, f"{swap_id} {application_id}", token)
