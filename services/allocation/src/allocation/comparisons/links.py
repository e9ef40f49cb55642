"""The link to a comparison: it shows these runs and nothing else."""

from collections.abc import Sequence
from uuid import UUID

from common import links
from common.links import InvalidLinkError

PURPOSE = "compare_runs"


def sign(key: str, edition_id: UUID, run_ids: Sequence[UUID]) -> str:
    return links.sign(key, PURPOSE, _subject(edition_id, run_ids))


def verify(key: str, edition_id: UUID, run_ids: Sequence[UUID], token: str) -> None:
    """Raise InvalidLinkError unless the token is that of these runs in this order."""
    if not key:
        raise InvalidLinkError
    links.verify(key, PURPOSE, _subject(edition_id, run_ids), token)


def _subject(edition_id: UUID, run_ids: Sequence[UUID]) -> str:
    return " ".join(str(each) for each in (edition_id, *run_ids))
