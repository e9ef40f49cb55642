"""Contacts that an earlier version set aside without a word are parked when the database is brought to this one."""

import shutil
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.brokers.postgres import Databases

import notifications
from common.database.migrations import migrate
from common.database.revisions import find_migrations

KEEP = text(
    'INSERT INTO parked_messages (source, key, subject, behind_key, topic, partition, "offset", headers, error, parked_at)'
    " VALUES ('/ocop/registration', convert_to(:subject, 'UTF8'), :subject, false, :topic, 0, 0, '{}', 'TypeError', now())"
)


async def test_contacts_that_were_set_aside_are_parked_with_the_upgrade(postgres: Databases, tmp_path: Path) -> None:
    folder = find_migrations(str(notifications.__file__))
    (tmp_path / "versions").mkdir()
    shutil.copy(folder / "versions" / "0001_create_notifications.py", tmp_path / "versions")
    database = postgres.create_service_database("notifications_before_parking")
    assert await migrate(database.owner_url, "notifications", tmp_path) == "0001"
    engine = create_async_engine(database.owner_url)
    async with engine.begin() as connection:
        for subject, topic in (("an", "ocop.registration.contacts"), ("fair", "ocop.registration.events")):
            await connection.execute(KEEP, {"subject": subject, "topic": topic})
    await migrate(database.owner_url, "notifications", folder)
    async with engine.connect() as connection:
        parked = await connection.execute(text("SELECT convert_from(key, 'UTF8'), subject, reason FROM parked"))
        assert [tuple(row) for row in parked] == [("an", "an", "TypeError")]
    await engine.dispose()
