"""A second relay that does not know of the first: ``python -m tests.faults.twin <service>``, settings as the service's.

It leads by another lock, so that both number and publish at the same time. It is what a leader does that was believed
dead and lives, for as long as this process runs.
"""

import asyncio
import signal
import sys

from common.delivery import relay
from common.logs import configure_logs
from common.metrics import Metrics
from common.settings import ServiceSettings


async def run(service: str) -> None:
    """Relay until SIGTERM."""
    settings = ServiceSettings.model_validate({})
    other = relay.relay_lock(f"{service} twin")
    relay.relay_lock = lambda _service: other
    twin = relay.Relay(service, settings, Metrics(f"{service}_twin"), asyncio.Event())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, twin.stop)
    await twin.run()


if __name__ == "__main__":
    configure_logs(f"{sys.argv[1]}-twin", "INFO")
    asyncio.run(run(sys.argv[1]))
