"""Files in a store that speaks S3: moto's server on loopback, over real HTTP with signed requests."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer
from structlog.testing import capture_logs
from tests.registration.evidence.conftest import open_counter
from tests.registration.evidence.files import a_pdf

from registration.evidence import handlers

SIGNED = {"region_name": "us-east-1", "aws_access_key_id": "key", "aws_secret_access_key": "secret"}


@pytest.fixture
def bucket() -> Generator[Any]:
    """A client of an empty bucket, as another program would see it."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", **SIGNED)
    client.create_bucket(Bucket="ocop")
    yield client
    server.stop()


async def test_papers_lie_in_a_bucket_and_orphans_go(make_harness: Any, bucket: Any) -> None:
    settings = {
        "evidence_store": "s3://ocop/fair",
        "evidence_s3_endpoint": bucket.meta.endpoint_url,
        "evidence_s3_key_id": "key",
        "evidence_s3_secret": "secret",
    }
    async with make_harness("registration", **settings) as harness:
        counter = await open_counter(harness)
        content = a_pdf()
        paper = await counter.sent(content)
        key = f"fair/evidence/{paper['evidence_id']}"
        assert bucket.get_object(Bucket="ocop", Key=key)["Body"].read() == content
        assert (await counter.read(paper)).content == content
        depot = harness.app.state.evidence_depot
        await depot.store.put(uuid4(), b"left behind")
        with harness.at(datetime.now(UTC) + timedelta(days=2)):  # the bucket's clock is the machine's
            assert await harness.run(handlers.remove_orphans, depot, 200) == 1
        assert [one["Key"] for one in bucket.list_objects_v2(Bucket="ocop")["Contents"]] == [key]


async def test_a_bucket_that_nobody_made_is_said_in_one_line_with_what_to_do(make_harness: Any, bucket: Any) -> None:
    settings = {
        "evidence_store": "s3://nowhere",
        "evidence_s3_endpoint": bucket.meta.endpoint_url,
        "evidence_s3_key_id": "key",
        "evidence_s3_secret": "secret",
    }
    async with make_harness("registration", **settings) as harness:
        counter = await open_counter(harness)
        with capture_logs() as logs:
            refused = await counter.send(a_pdf())
        assert (refused.status_code, refused.json()["code"]) == (503, "evidence_store_unavailable")
        [line] = [one["what"] for one in logs if one["event"] == "evidence_store_unusable"]
        assert line.startswith("the store of evidence papers at s3://nowhere is not there")
        assert line.endswith("make the bucket, or mend EVIDENCE_STORE")
