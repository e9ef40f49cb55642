"""The link to the reasons of one application: it shows them and nothing else."""

from uuid import UUID

from common import links
from common.links import InvalidLinkError

PURPOSE = "read_reasons"


def path(key: str, application_id: UUID) -> str:
    """Return the address of the page, from that of the service on."""
    return f"applications/{application_id}/reasons?token={links.sign(key, PURPOSE, str(application_id))}"


def verify(key: str, application_id: UUID, token: str) -> None:
    """Raise InvalidLinkError unless the token is that of this application."""
    if not key:
        raise InvalidLinkError
    links.verify(key, PURPOSE, str(application_id), token)
