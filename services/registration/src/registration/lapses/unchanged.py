"""Remembers whose certificates were looked at and had lost nothing, so that the same is not judged again on the next day.

What the rules say rests on what they are given alone, not on the day: the same dossier, record and packs give the same. The
memory is a process's own; one that has just started looks at everything.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from registration.applications.domain import Application
from registration.editions.domain import Edition
from registration.vetting.repository import Packs

DIGEST_BYTES = 16
EDITIONS_REMEMBERED = 8


@dataclass
class Unchanged:
    """The applications of an edition that had lost nothing, each with a digest of all that was looked at."""

    edition: Edition
    packs: Packs
    digests: dict[UUID, bytes] = field(default_factory=dict)

    def has(self, application_id: UUID, digest: bytes) -> bool:
        """Tell whether just this was looked at and had lost nothing."""
        return self.digests.get(application_id) == digest

    def keep(self, application_id: UUID, digest: bytes) -> None:
        self.digests[application_id] = digest


@lru_cache(maxsize=EDITIONS_REMEMBERED)
def _kept(_edition_id: UUID) -> list[Unchanged]:
    """Return what was last looked at of an edition, once it was."""
    return []


def recall(edition: Edition, packs: Packs) -> Unchanged:
    """Return what is remembered of an edition; nothing once it or the packs are others."""
    kept = _kept(edition.edition_id)
    if not kept or kept[0].edition != edition or kept[0].packs is not packs:
        kept[:] = [Unchanged(edition, packs)]
    return kept[0]


def digest_of(application: Application, file: str, told: str) -> bytes:
    """Return what tells an application, its file and what was told of it from any others."""
    return blake2b("\0".join((repr(application), file, told)).encode(), digest_size=DIGEST_BYTES).digest()
