"""A run whose reasons are found and that is released, of whatever fair a file has `solved`."""

import pytest
from tests.allocation.conftest import PAPER_OF_RELEASE, Fair

from allocation.runs.releasing import release_run


async def release_newest(fair: Fair) -> None:
    await fair.harness.run(release_run, (await fair.runs())[-1].run_id, PAPER_OF_RELEASE)


@pytest.fixture
async def released(solved: Fair) -> Fair:
    await solved.explain()
    await release_newest(solved)
    return solved
