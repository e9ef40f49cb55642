"""The page of an accepted application takes a new certificate: the file and what stands on it, and nothing else."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from tests.registration.conftest import World, a_product, a_row
from tests.registration.evidence.conftest import add_agencies, open_fair
from tests.registration.evidence.files import a_picture, an_archive
from tests.registration.renewals.test_api import OLD, reschedule, tasks, told
from tests.registration.replies.conftest import Phone

from common.tokens import Role

CERTIFICATE = {"kind": "certificate", "number": "HG-115", "issued_on": "2020-07-01"}


@pytest.fixture(scope="session")
def papers_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: an application is built once for the same settings."""
    return tmp_path_factory.mktemp("renewals")


@pytest.fixture
async def phone(make_harness: Any, papers_place: Path) -> AsyncGenerator[Phone]:
    """An accepted application whose certificate does not hold on the new dates."""
    async with make_harness("registration", evidence_store=str(papers_place)) as harness:
        world = World(harness)
        await add_agencies(world)
        await open_fair(world)
        application = await world.accepted(a_row(products=[a_product(certificate=OLD)]))
        await reschedule(world)
        yield Phone(world, application)


def product_of(phone: Phone) -> str:
    return str(phone.application["product_ids"][0])


async def test_the_file_and_the_numbers_count_as_stated_and_a_reviewer_is_to_look_at_them(phone: Phone) -> None:
    assert "Giấy chứng nhận mới" in (await phone.open()).text
    sent = await phone.send("renew", a_picture(), product_id=product_of(phone), **CERTIFICATE)
    assert (sent.status_code, "Đã ghi nhận giấy chứng nhận mới" in sent.text) == (200, True)
    *_, again = await told(phone.world)
    assert [one.stars for one in again.products] == [4]
    assert [one["kind"] for one in await tasks(phone.world)] == ["certificate_renewed"]
    [paper] = await phone.papers()
    assert (paper["kind"], paper["number"]) == ("certificate", "HG-115")
    path = f"/evidence/{paper['evidence_id']}/verifications"
    await phone.world.ok("POST", path, Role.REVIEWER, {"finding": "forged", "note": "Số không có thật"})
    assert {one["kind"] for one in await tasks(phone.world)} == {"certificate_renewed", "paper_refuted"}


async def test_sent_twice_it_is_told_once(phone: Phone) -> None:
    picture = a_picture()
    for _ in range(2):
        sent = await phone.send("renew", picture, product_id=product_of(phone), **CERTIFICATE)
        assert sent.status_code == 200
    assert len(await told(phone.world)) == 3
    assert len(await phone.papers()) == 1


async def test_what_is_wrong_is_said_what_was_typed_stays_and_no_file_is_kept(phone: Phone) -> None:
    product = product_of(phone)
    for file, fields, said in [
        (a_picture(), {**CERTIFICATE, "product_id": ""}, "Hãy chọn sản phẩm."),
        (a_picture(), {**CERTIFICATE, "product_id": product, "issued_on": ""}, "Hãy ghi ngày cấp giấy chứng nhận."),
        (a_picture(), {**CERTIFICATE, "product_id": product, "issued_on": "2017-08-01"}, "hết hiệu lực trước khi"),
        (a_picture(), {**CERTIFICATE, "product_id": product, "stars": "5"}, "Hạng sao khác cần quyết định mới."),
        (an_archive(), {**CERTIFICATE, "product_id": product}, 'role="alert"'),
        (None, {**CERTIFICATE, "product_id": product}, "Hãy chọn tệp"),
    ]:
        refused = await phone.send("renew", file, **fields)
        assert (refused.status_code, said in refused.text) == (422, True), said
        assert 'value="HG-115"' in refused.text
    assert await phone.papers() == []
    assert len(await told(phone.world)) == 2


async def test_a_new_decision_brings_its_stars(phone: Phone) -> None:
    decision = {
        "decision_number": "77",
        "decision_notation": "QĐ-UBND",
        "decision_on": "2020-07-01",
        "decision_level": "province",
        "stars": "3",
    }
    sent = await phone.send("renew", a_picture(), product_id=product_of(phone), **CERTIFICATE, **decision)
    assert sent.status_code == 200
    *_, again = await told(phone.world)
    assert [(one.stars, one.recognised_year) for one in again.products] == [(3, 2020)]


async def test_an_application_that_is_not_accepted_shows_no_such_form(phone: Phone) -> None:
    assert (await phone.send("withdraw", reason_code="cannot_attend")).status_code == 200
    assert 'value="renew"' not in (await phone.open()).text
    refused = await phone.send("renew", a_picture(), product_id=product_of(phone), **CERTIFICATE)
    assert refused.status_code == 409
