"""Reads the pack files that come with the service and loads them into the table; stored versions never change."""

import csv
import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from registration.dossiers.domain import OTHER_PAPERS
from registration.rules.domain import PackChangedError, PackOverlapsError
from registration.rules.tables import RulePackRow


@dataclass(frozen=True)
class PackFile:
    """One version of one pack as its file says it; ``body`` is plain JSON."""

    pack: str
    version: str
    valid_from: date
    valid_to: date | None
    legal_document: str | None
    trust: str
    body: dict[str, Any]
    golden: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    title: dict[str, str] | None = None

    @property
    def digest(self) -> str:
        """Hex SHA-256 of all that decides; golden cases and titles may be added later."""
        parts = [self.pack, self.version, self.valid_from, self.valid_to, self.legal_document, self.trust, self.body]
        return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()


def read_packs(folder: Traversable | None = None) -> list[PackFile]:
    """Read all pack files, oldest version first; raises ValueError where versions of a pack overlap."""
    folder = folder or files("registration") / "packs"
    packs = [read_pack(folder, entry) for entry in folder.iterdir() if entry.name.endswith(".toml")]
    packs.sort(key=lambda found: (found.pack, found.valid_from))
    for earlier, later in pairwise(packs):
        if earlier.pack == later.pack and (earlier.valid_to is None or earlier.valid_to >= later.valid_from):
            raise ValueError(f"versions {earlier.version} and {later.version} of pack {earlier.pack} overlap")
    return packs


def read_pack(folder: Traversable, entry: Traversable) -> PackFile:
    """Read one file; ``rows_from`` names a table beside it."""
    content = tomllib.loads(entry.read_text(encoding="utf-8"))
    body: dict[str, Any] = content["body"]
    if "rows_from" in body:
        with (folder / body.pop("rows_from")).open(encoding="utf-8", newline="") as lines:
            body["rows"] = list(csv.DictReader(lines))
    return PackFile(
        pack=content["pack"],
        version=content["version"],
        valid_from=content["valid_from"],
        valid_to=content.get("valid_to"),
        legal_document=content.get("legal_document"),
        trust=content["trust"],
        body=json.loads(json.dumps(body, default=str)),
        golden=content.get("golden", []),
        title=content.get("title"),
    )


def paper_kinds() -> frozenset[str]:
    """Return the kinds of papers that some version of the rules asks for, and those a dossier may hold besides."""
    kinds = set(OTHER_PAPERS)
    for found in read_packs():
        if found.pack == "eligibility":
            lists = [papers for name, papers in found.body.items() if name.endswith("_papers")]
            lists += [rule["any_of"] for rule in found.body["papers"]]
            kinds.update(*lists)
    return frozenset(kinds)


def to_row(pack: PackFile) -> RulePackRow:
    """Return the row of a pack file."""
    return RulePackRow(
        pack=pack.pack,
        version=pack.version,
        valid_from=pack.valid_from,
        valid_to=pack.valid_to,
        legal_document=pack.legal_document,
        trust=pack.trust,
        body=pack.body,
        digest=pack.digest,
        title=pack.title,
    )


async def store_packs(session: AsyncSession, packs: Sequence[PackFile]) -> int:
    """Store the versions that are not there yet and return their number.

    Raises PackChangedError where a stored version has another digest.
    """
    stored = {(row.pack, row.version): row for row in await session.scalars(select(RulePackRow))}
    for pack in packs:
        row = stored.get((pack.pack, pack.version))
        if row is not None and row.digest != pack.digest:
            raise PackChangedError(pack.pack, pack.version)
        if row is not None and pack.title is not None:
            row.title = pack.title
    new = [pack for pack in packs if (pack.pack, pack.version) not in stored]
    session.add_all(to_row(pack) for pack in new)
    return len(new)


async def add_pack(session: AsyncSession, pack: PackFile) -> None:
    """Store a new version; the one that had no end before it ends the day before. Raises PackOverlapsError."""
    others = (await session.scalars(select(RulePackRow).where(RulePackRow.pack == pack.pack))).all()
    for other in others:
        if other.version != pack.version and other.valid_to is None and other.valid_from < pack.valid_from:
            other.valid_to = pack.valid_from - timedelta(days=1)
        elif other.version != pack.version and _overlap(other, pack):
            raise PackOverlapsError(pack.pack, pack.version, other.version)
    await store_packs(session, [pack])


def _overlap(one: RulePackRow, other: PackFile) -> bool:
    begins_before_end = other.valid_to is None or one.valid_from <= other.valid_to
    return begins_before_end and (one.valid_to is None or other.valid_from <= one.valid_to)


async def load_packs(session: AsyncSession) -> None:
    """Load the service's own packs; run after each migration."""
    await store_packs(session, read_packs())
