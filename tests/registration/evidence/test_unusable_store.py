"""A store that cannot be used: one line says what to do, callers are asked to come again, and nothing sent is lost."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs
from tests.registration.evidence.conftest import Counter, kept_files, open_counter
from tests.registration.evidence.files import a_pdf
from tests.registration.evidence.test_scanning import a_scanner
from tests.small_disk import fill_disk

from launcher.ports import free_port
from registration.evidence import handlers
from registration.settings import Settings

UNUSABLE = "evidence_store_unusable"


def told(logs: Any, event: str) -> str:
    [line] = [one["what"] for one in logs if one["event"] == event]
    assert "\n" not in line
    return line


async def hand_in(counter: Counter, content: bytes) -> str:
    """Send all of a file without handing it in; return its upload."""
    upload_id = (await counter.begin(len(content))).json()["upload_id"]
    assert (await counter.part(upload_id, 0, content)).status_code == 200
    return upload_id


async def test_on_a_full_disk_what_was_sent_waits_until_there_is_space(make_harness: Any, small_disk: Path) -> None:
    async with make_harness("registration", evidence_store=str(small_disk)) as harness:
        counter = await open_counter(harness)
        upload_id = await hand_in(counter, a_pdf())
        ballast = fill_disk(small_disk)
        with capture_logs() as logs:
            refused = await counter.complete(upload_id)
        assert (refused.status_code, refused.json()["code"]) == (503, "evidence_store_unavailable")
        assert told(logs, UNUSABLE) == f"the store of evidence papers at {small_disk} has no space left: free some"
        assert await counter.papers() == []

        ballast.unlink()
        paper = await counter.complete(upload_id)
        assert paper.status_code == 201, paper.text
        assert (await counter.read(paper.json())).content == a_pdf()


@pytest.mark.parametrize(
    ("address", "endpoint", "said"),
    [
        ("/proc/evidence", "", "may not be written"),
        ("s3://ocop", "http://127.0.0.1:{port}", "does not answer"),
    ],
)
async def test_a_store_that_nobody_made_or_started(make_harness: Any, address: str, endpoint: str, said: str) -> None:
    settings = {
        "evidence_store": address,
        "evidence_s3_endpoint": endpoint.format(port=free_port()),
        "evidence_s3_key_id": "key",
        "evidence_s3_secret": "secret",
    }
    async with make_harness("registration", **settings) as harness:
        counter = await open_counter(harness)
        with capture_logs() as logs:
            refused = await counter.send(a_pdf())
        assert refused.status_code == 503
        line = told(logs, UNUSABLE)
        assert line.startswith(f"the store of evidence papers at {address} {said}")
        assert "mend" in line
        with capture_logs() as logs:  # as at the start, and each day
            assert await harness.run(handlers.remove_orphans, harness.app.state.evidence_depot, 200) == 0
        assert told(logs, UNUSABLE).startswith(f"the store of evidence papers at {address}")


def test_an_endpoint_that_is_no_address_is_refused_before_the_start() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"evidence_s3_endpoint": "minio:9000"})
    assert ("evidence_s3_endpoint",) in [problem["loc"] for problem in refused.value.errors()]


async def test_a_paper_whose_file_was_lost_is_named_and_the_others_are_scanned(
    make_harness: Any, evidence_folder: str
) -> None:
    async with a_scanner() as port:
        pass  # a port that was free a moment ago, and is again
    settings = {"evidence_store": evidence_folder, "clamd_address": f"127.0.0.1:{port}"}
    async with make_harness("registration", **settings) as harness:
        counter = await open_counter(harness)
        lost, kept = await counter.sent(a_pdf()), await counter.sent(a_pdf(2))
        kept_files(evidence_folder)[lost["evidence_id"]].unlink()
        with capture_logs() as logs:
            assert (await counter.read(lost)).status_code == 404
        assert lost["evidence_id"] in told(logs, "evidence_file_missing")
        async with a_scanner(port):
            assert await harness.run(handlers.scan_again, harness.app.state.evidence_depot, 200) == 1
        scans = {paper["evidence_id"]: paper["scan"] for paper in await counter.papers()}
        assert scans == {lost["evidence_id"]: "not_scanned", kept["evidence_id"]: "clean"}
