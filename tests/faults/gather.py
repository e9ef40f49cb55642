"""Gathers the evidence of a round from databases, topics, groups, mails and logs; shares nothing with the services."""

import asyncio
import json
import random
import sys
from collections.abc import Mapping
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from tests.brokers.kinds import read_topic
from tests.faults.bodies import FAMILY_NAME, MAIL_DOMAIN, PHONE, STREET
from tests.faults.evidence import CONTACTS, OWNERS, Evidence, Record, Row
from tests.faults.history import read_history

SOLVED_AGAIN = 4
PLANTED = (FAMILY_NAME, STREET, MAIL_DOMAIN, PHONE, json.dumps(FAMILY_NAME)[1:-1], json.dumps(STREET)[1:-1])
TOPICS = (*(f"ocop.{service}.{kind}" for service in OWNERS for kind in ("events", "dlq")), CONTACTS)
DELIVERY = ("outbox", "event_log_head", "event_log_keys", "inbox", "parked", "parked_messages", "parked_audit")
OWN_TABLES = {
    "registration": ("applications", "editions", "edition_acts", "contacts"),
    "allocation": ("applications", "editions", "places", "held_booths", "offers", "runs", "check_ins"),
    "notifications": ("contacts", "notices", "deliveries"),
    "reporting": ("edition_steps", "applications", "places", "attendances", "notices", "positions", "day_entries"),
}
LOG = "SELECT position, key, key_sequence, event_id, headers, value FROM event_log ORDER BY position"


async def gather(
    history: Path, databases: Mapping[str, str], bootstrap: str, folder: Path, *, broker_keeps: bool
) -> Evidence:
    """Return all that there is to judge; ``databases`` are addresses by service."""
    evidence = Evidence(read_history(history), broker_keeps=broker_keeps)
    evidence.planted = PLANTED
    for service, url in databases.items():
        await _read_database(evidence, service, url)
    for topic in TOPICS:
        found = [*map(_to_record, await read_topic(bootstrap, topic))]
        # A stranger's records are no events of anybody's; they are judged by their dead letters.
        strange = [one for one in found if one.key == "unreadable" and not topic.endswith(".dlq")]
        evidence.unreadable += strange
        evidence.topics[topic] = [one for one in found if one not in strange]
    evidence.mails = await asyncio.to_thread(_read_mails, folder / "mail")
    for log in sorted((folder / "logs").glob("*.log")):
        evidence.texts[log.name] = log.read_text(errors="replace")
    solved = [run for run in evidence.of("allocation", "runs") if run["result"] is not None]
    for run in random.Random(len(solved)).sample(solved, min(SOLVED_AGAIN, len(solved))):
        evidence.resolved[run["run_id"]] = await solve_again(run)
    return evidence


async def _read_database(evidence: Evidence, service: str, url: str) -> None:
    connection: asyncpg.Connection = await asyncpg.connect(url, timeout=30)
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    try:
        tables = evidence.services[service].tables
        tables["event_log"] = [_to_event(row) for row in await connection.fetch(LOG)]
        for table in (*DELIVERY, *OWN_TABLES[service]):
            rows = await connection.fetch(f'SELECT * FROM "{table}"')  # noqa: S608  # names of our own tables
            tables[table] = [{name: _plain(value) for name, value in row.items()} for row in rows]
    finally:
        await connection.close()


def _plain(value: Any) -> Any:
    """Return a value as JSON would have it: ids and instants as texts, bytes as text."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _to_event(row: Any) -> Row:
    headers = row["headers"]
    try:
        data = json.loads(row["value"])
    except ValueError:
        data = {}
    return {
        "position": row["position"],
        "key": bytes(row["key"]).decode(),
        "key_sequence": row["key_sequence"],
        "event_id": str(row["event_id"]),
        "name": headers["ce_type"].split(".")[2],
        "subject": headers["ce_subject"],
        "source": headers["ce_source"],
        "time": headers["ce_time"],
        "cause": headers.get("ce_causationid", ""),
        "data": data,
    }


def _to_record(found: Any) -> Record:
    headers = {name: (value or b"").decode(errors="replace") for name, value in found.headers}
    key = (found.key or b"").decode(errors="replace")
    return Record(found.topic, found.partition, found.offset, key, headers, found.value)


def _read_mails(folder: Path) -> list[tuple[str, str]]:
    parser, mails = BytesHeaderParser(), list[tuple[str, str]]()
    for path in sorted(folder.glob("*.eml")):
        head = parser.parsebytes(path.read_bytes().partition(b"\r\n\r\n")[0])
        mails.append((str(head["Message-ID"]).strip("<>"), str(head["To"])))
    return mails


async def solve_again(run: Row) -> Any:
    """Return what the solver's own process finds from a stored run's input and seed."""
    problem = {"input": run["input"], "seed": run["seed"], "work": 30.0, "memory_mb": 2048}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "allocation.runs.solver",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(json.dumps(problem).encode())
    return json.loads(output) if process.returncode == 0 else {"failed": errors.decode(errors="replace")[-300:]}
