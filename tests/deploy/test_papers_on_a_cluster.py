"""Evidence papers on a real cluster, by the overlay `small-scanner`: scanned, and there after the pods that took them."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.cluster import Small
from tests.registration.conftest import PAPER, World, a_product, a_row, errors_of
from tests.registration.evidence.conftest import Counter, add_agencies
from tests.registration.evidence.files import EICAR, a_pdf


@pytest.fixture
def small(pytestconfig: pytest.Config, tmp_path: Path) -> Generator[Any]:
    if not pytestconfig.getoption("--cluster"):
        pytest.skip("needs --cluster, KUBECONFIG, the images there, and `make secrets` before it")
    system = Small(tmp_path)
    try:
        system.install()
        yield system
    finally:
        system.remove()


async def open_counter(system: Any) -> Counter:
    """Return a vendor's counter of an edition that takes papers today."""
    world = World(system)
    await add_agencies(world)
    now = datetime.now(UTC)
    first = (now + timedelta(days=60)).date()
    planned = await world.plan(
        planned={"from": first.isoformat(), "to": (first + timedelta(days=4)).isoformat()},
        registration={
            "opens_at": (now - timedelta(days=1)).isoformat(),
            "closes_at": (now + timedelta(days=30)).isoformat(),
        },
    )
    assert planned.status_code == 201, planned.text
    world.edition_id = planned.json()["edition_id"]
    assert (await world.act("approval", {"legal_document": PAPER})).is_success
    assert (await world.act("opening")).is_success
    without_stars = a_product(stars=0, decision=None, certificate=None, recognised_year=None)
    return Counter(world, await world.drafted(a_row(products=[without_stars])))


@pytest.mark.timeout(900)
async def test_a_paper_is_scanned_and_outlives_a_roll_out_and_the_end_of_every_pod(small: Any) -> None:
    counter = await open_counter(small)
    content = a_pdf()
    paper = await counter.sent(content)
    assert paper["scan"] == "clean"
    assert errors_of(await counter.send(b"%PDF-1.4\n" + EICAR + b"\n%%EOF\n")) == {"content": "infected"}
    took_it = small.pods("registration")

    small.roll_out("registration")
    rolled_out = small.pods("registration") - took_it
    assert len(rolled_out) == 1
    assert (await counter.read(paper)).content == content

    small.delete_pods()
    assert small.pods("registration").isdisjoint(rolled_out)
    assert (await counter.read(paper)).content == content
    assert (await counter.sent(a_pdf(2)))["scan"] == "clean"
