"""How rounds of faults fill a broker again that came back empty: the whole log goes out anew while a relay leads."""

import asyncpg
from tests.brokers.kinds import Broker
from tests.common.relaying import make_relay, read_topic, running, tell, wait_until_published
from tests.faults.refilling import publish_again
from tests.harness import Harness

from common.contracts.base import events_topic
from common.delivery.relay import plain_dsn, relay_lock


async def test_a_relay_that_leads_publishes_its_log_again_from_the_beginning(
    relaying_owner: Harness, broker: Broker
) -> None:
    async with running(make_relay(relaying_owner)):
        await tell(relaying_owner, *range(5))
        await wait_until_published(relaying_owner)
        connection = await asyncpg.connect(plain_dsn(relaying_owner.service.settings.database_url.get_secret_value()))
        assert await publish_again(connection, relay_lock("registration")) == 5
        await connection.close()
        await tell(relaying_owner, 5)
        await wait_until_published(relaying_owner)
    assert len(await read_topic(broker, events_topic("registration"), {})) == 11
