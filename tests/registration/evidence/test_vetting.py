"""What a person found of a paper's file counts in vetting: an obstacle to the acceptance, and a task where it comes later."""

from typing import Any

import pytest
from tests.registration.conftest import a_product, a_row
from tests.registration.evidence.conftest import Counter
from tests.registration.evidence.files import a_pdf

from common.tokens import Role

Json = dict[str, Any]
LABEL = {"kind": "label", "number": None, "expires_on": None}
CERTIFICATE = {"kind": "certificate", "number": "HG-010", "expires_on": None}


async def found(counter: Counter, paper: Json, finding: str) -> None:
    note = None if finding == "verified" else "Số trên bản chụp khác bản khai."
    body = {"finding": finding, "note": note}
    path = f"/evidence/{paper['evidence_id']}/verifications"
    await counter.world.ok("POST", path, Role.REVIEWER, body, subject="lan")


async def submitted(counter: Counter) -> Json:
    return (await counter.world.submit(counter.draft)).json()


def reasons_of(application: Json) -> dict[str, str]:
    return {one["code"]: one["text"]["vi"] for one in application["evaluation"]["reasons"]}


@pytest.mark.parametrize(
    ("paper", "finding", "name", "said"),
    [
        (LABEL, "forged", "label_missing", "Nhãn hàng hóa: bản nộp bị xác định là giả"),
        (LABEL, "does_not_match", "label_missing", "Nhãn hàng hóa: bản nộp không khớp với nội dung khai"),
        (LABEL, "unreadable", "label_missing", "Nhãn hàng hóa: tệp không đọc được, cần nộp lại"),
        (CERTIFICATE, "forged", "certificate_mismatch", "Giấy chứng nhận OCOP: bản nộp bị xác định là giả"),
        (
            {},
            "expired",
            "food_safety_missing",
            "Giấy chứng nhận đủ điều kiện an toàn thực phẩm: bản nộp đã hết hiệu lực",
        ),
    ],
)
async def test_a_paper_found_wrong_stands_against_the_acceptance_with_its_reason(
    counter: Counter, paper: Json, finding: str, name: str, said: str
) -> None:
    await found(counter, await counter.sent(a_pdf(), **paper), finding)
    application = await submitted(counter)
    assert reasons_of(application)[name] == said
    refused = await counter.world.decide(application, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "open_codes")


async def test_what_is_found_between_the_submission_and_the_decision_counts_too(counter: Counter) -> None:
    application = await submitted(counter)
    await found(counter, await counter.sent(a_pdf(), **LABEL), "forged")
    seen = await counter.world.ok("GET", f"/applications/{application['application_id']}", Role.REVIEWER)
    assert (seen["evaluation"]["occasion"], seen["evaluation"]["outcome"]) == ("evidence", "return")
    refused = await counter.world.decide(application, "accept")
    assert "R12" in refused.json()["detail"]
    accepted = await counter.world.decide(application, "accept", override={"reason": "Đã xem bản gốc tại sở"})
    assert accepted.status_code == 201


async def test_a_certificate_found_wrong_takes_the_stars_of_its_own_product_only(counter: Counter) -> None:
    other = a_product(name="Mật ong", product_group="food", certificate={"number": "HG-011", "issued_on": "2019-11-11"})
    [row] = (await counter.world.nominate(a_row(2, products=[a_product(), other]))).json()["rows"]
    two = Counter(counter.world, row)
    await found(two, await two.sent(a_pdf(), **CERTIFICATE), "does_not_match")
    await found(two, await two.sent(a_pdf(2), **{**CERTIFICATE, "number": "HG-011"}), "verified")
    application = await submitted(two)
    assert [one["product_class"] for one in application["evaluation"]["products"]] == ["ineligible", "valid_star"]
    assert application["evaluation"]["outcome"] == "manual"


async def test_a_better_file_makes_up_for_one_that_did_not_match_and_only_a_verified_one_for_a_forged_one(
    counter: Counter,
) -> None:
    await found(counter, await counter.sent(a_pdf(), **LABEL), "does_not_match")
    await counter.sent(a_pdf(2), **LABEL)
    application = await submitted(counter)
    assert reasons_of(application) == {}
    await found(counter, await counter.sent(a_pdf(3), **LABEL), "forged")
    newer = await counter.sent(a_pdf(4), **LABEL)
    assert (await counter.world.decide(application, "accept")).status_code == 409
    await found(counter, newer, "verified")
    assert (await counter.world.decide(application, "accept")).status_code == 201


async def test_another_paper_of_the_rule_does_not_make_up_for_a_forged_one(counter: Counter) -> None:
    documents = [*a_row()["documents"], {"kind": "haccp"}]
    [row] = (await counter.world.nominate(a_row(2, documents=documents))).json()["rows"]
    two = Counter(counter.world, row)
    paper = await two.sent(a_pdf())
    await found(two, paper, "does_not_match")
    application = await submitted(two)
    assert reasons_of(application) == {}
    await found(two, paper, "forged")
    assert "R09" in (await two.world.decide(application, "accept")).json()["detail"]
