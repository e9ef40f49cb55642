"""Reporting's read models made anew at the end of a round, beside live traffic: figures and digests before and after."""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from tests.faults.clients import Clients
from tests.faults.fair import Fair
from tests.faults.stage import Stage
from tests.faults.workload import Workload

from common.tokens import Role

REBUILT = "reporting"
TABLES = ("edition_steps", "applications", "places", "attendances", "notices")
DIGEST = """
SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(line, E'\\n' ORDER BY line)), 'none') AS digest
FROM (SELECT to_jsonb(t)::text AS line FROM {table} t WHERE t.{column}::text = ANY($1)) AS rows
"""

Pictures = dict[str, str]


@dataclass
class Traffic:
    """New fairs, announced and applied for one after the other; what is told of earlier ones stays as it is.

    They take offers at their closing, which does not come: at rest nothing of them is under way.
    """

    clients: Clients
    first: int
    dice: random.Random
    fairs: list[Fair] = field(default_factory=list[Fair])

    async def run(self, until: asyncio.Event) -> None:
        """Play until told to stop, one fair at least."""
        number = self.first
        while not (until.is_set() and self.fairs):
            number += 1 + (number % 3 == 2)  # every third takes offers at once
            fair = Fair(self.clients, number, random.Random(self.dice.getrandbits(64)))
            if await fair.announce():
                await fair.apply()
                self.fairs.append(fair)


async def rebuild_beside_traffic(stage: Stage, workload: Workload, seed: int) -> None:
    """Have reporting rebuilt while new fairs are announced, and note the pictures from before, to be held against those at rest."""
    editions = [fair.edition_id for fair in workload.fairs if fair.edition_id]
    clients, done = Clients(stage, random.Random(seed)), asyncio.Event()
    traffic = Traffic(clients, len(workload.fairs), random.Random(seed + 1))
    try:
        before = await take_pictures(stage, clients, editions)
        playing = asyncio.create_task(traffic.run(done))
        try:
            code = await stage.programs.rebuild(REBUILT)
        finally:
            done.set()
            await playing
    finally:
        await clients.close()
    stage.history.note("rebuilt", code=code, announced=len(traffic.fairs), before=before)


async def compare_pictures(stage: Stage, workload: Workload) -> None:
    """Note the pictures of the same editions as they are now."""
    editions = [fair.edition_id for fair in workload.fairs if fair.edition_id]
    clients = Clients(stage, random.Random(0))
    try:
        stage.history.note("after_rebuild", after=await take_pictures(stage, clients, editions))
    finally:
        await clients.close()


async def take_pictures(stage: Stage, clients: Clients, editions: Sequence[str]) -> Pictures:
    """Return a digest of each read model as far as it tells of editions, and of each edition's figures as they are answered."""
    pictures: Pictures = {}
    for table, column in (*((table, "edition_id") for table in TABLES), ("positions", "key")):
        rows = await stage.sql(REBUILT, DIGEST.format(table=table, column=column), list(editions))
        pictures[table] = rows[0]["digest"]
    for edition_id in editions:
        figures = await clients.get(f"/reporting/editions/{edition_id}/figures", Role.ORGANISER)
        told = json.dumps(figures, sort_keys=True).encode()
        pictures[f"figures of {edition_id}"] = sha256(told).hexdigest() if figures else "no answer"
    return pictures
