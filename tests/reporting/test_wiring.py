"""The service starts, migrates, and its tables are those of its migration."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from tests.harness import Harness

from common.contracts import allocation, event_classes, notifications, registration
from common.delivery.plumbing import Base as PlumbingBase
from reporting import consumers
from reporting.rows import Base


async def test_the_migration_makes_the_tables_that_the_code_reads(reporting: Harness):
    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"target_metadata": Base.metadata})
        found = compare_metadata(context, Base.metadata)
        return [one for one in found if not (one[0].startswith("remove_") and _is_plumbing(one[1]))]

    def _is_plumbing(thing: Any) -> bool:
        table = getattr(thing, "table", thing)
        return table.name in {*PlumbingBase.metadata.tables, "alembic_version"}

    async with reporting.service.engine.connect() as connection:
        assert await connection.run_sync(compare) == []


def test_every_event_of_the_other_services_has_a_line():
    told = {
        kind
        for kind in event_classes().values()
        if kind.__module__ in {registration.__name__, allocation.__name__, notifications.__name__}
    } - {registration.ContactRecorded}
    assert {line.kind for line in consumers.SUBSCRIPTIONS} == told
