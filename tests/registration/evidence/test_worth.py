"""Which mandatory papers are there, as a reviewer sees it: verified, on file, stated only, or not at all."""

from typing import Any

from tests.registration.conftest import a_row
from tests.registration.evidence.conftest import Counter
from tests.registration.evidence.files import a_pdf
from tests.registration.evidence.test_vetting import LABEL, found, submitted

from common.contracts.registration import ApplicationReturned, ApplicationRevoked
from common.tokens import Role

Json = dict[str, Any]


async def worths(counter: Counter) -> dict[str, str]:
    path = f"/applications/{counter.draft['application_id']}/mandatory-papers"
    listed = (await counter.world.call("GET", path, Role.REVIEWER)).json()
    assert all(one["worth_vi"] and one["worth_en"] and one["name_vi"] for one in listed)
    return {one["kind"]: one["worth"] for one in listed}


async def test_a_reviewer_sees_of_each_mandatory_paper_how_far_it_is_proven(counter: Counter) -> None:
    documents = [one for one in a_row()["documents"] if one["kind"] != "applied_standard"]
    [row] = (await counter.world.nominate(a_row(2, documents=documents))).json()["rows"]
    two = Counter(counter.world, row)
    await two.sent(a_pdf())
    await found(two, await two.sent(a_pdf(2), **LABEL), "verified")
    await found(two, await two.sent(a_pdf(3), kind="traceability", number=None, expires_on=None), "forged")
    await submitted(two)
    assert await worths(two) == {
        "business_registration": "stated",
        "food_safety_certificate": "on_file",
        "product_declaration": "stated",
        "applied_standard": "not_on_file",
        "label": "verified",
        "traceability": "forged",
        "certificate": "stated",
        "recognition_decision": "stated",
    }


async def test_a_paper_that_is_stated_and_not_seen_is_no_obstacle_and_a_supplement_asks_for_it(
    counter: Counter,
) -> None:
    application = await submitted(counter)
    assert application["evaluation"]["outcome"] == "accept"
    assert (await counter.world.decide(application, "return", reason_codes=["R12", "R02"])).status_code == 201
    [told] = await counter.world.harness.emitted(ApplicationReturned)
    said = {one.code: (one.text.vi, one.data) for one in told.reasons}
    assert said["label_missing"] == (
        "Tiêu chuẩn công bố áp dụng: mới khai, chưa nộp tệp; Nhãn hàng hóa: mới khai, chưa nộp tệp",
        {"unseen": "applied_standard label"},
    )
    assert said["registration_missing"][1] == {"unseen": "business_registration"}


async def test_what_is_found_after_the_acceptance_is_a_task_and_revokes_nobody_by_itself(counter: Counter) -> None:
    application = await submitted(counter)
    assert (await counter.world.decide(application, "accept")).status_code == 201
    paper = await counter.sent(a_pdf(), kind="certificate", number="HG-010", expires_on=None)
    await found(counter, paper, "verified")
    await found(counter, paper, "forged")
    await found(counter, paper, "forged")
    path = f"/editions/{counter.world.edition_id}"
    [task] = (await counter.world.call("GET", f"{path}/review-tasks", Role.REVIEWER)).json()
    assert (task["application_id"], task["kind"]) == (application["application_id"], "paper_refuted")
    assert task["data"] == {"paper": "certificate", "finding": "forged", "evidence_id": paper["evidence_id"]}
    looked = await counter.world.ok("POST", f"{path}/certificate-checks", Role.ORGANISER)
    assert (looked["lapsed"], looked["revoked"]) == ([], [])
    assert await counter.world.harness.emitted(ApplicationRevoked) == []


async def test_what_is_found_before_the_acceptance_is_no_task(counter: Counter) -> None:
    await submitted(counter)
    await found(counter, await counter.sent(a_pdf(), **LABEL), "forged")
    path = f"/editions/{counter.world.edition_id}/review-tasks"
    assert (await counter.world.call("GET", path, Role.REVIEWER)).json() == []


async def test_a_revocation_tells_what_was_found_of_a_paper_after_the_acceptance(counter: Counter) -> None:
    application = await submitted(counter)
    assert (await counter.world.decide(application, "accept")).status_code == 201
    await found(counter, await counter.sent(a_pdf(), **LABEL), "does_not_match")
    taken_back = await counter.world.tell(application, "revocation", Role.ORGANISER, {"reason_codes": ["R12"]})
    assert taken_back.is_success
    [told] = await counter.world.harness.emitted(ApplicationRevoked)
    assert [(one.text.vi, one.data) for one in told.reasons] == [
        (
            "Nhãn hàng hóa: bản nộp không khớp với nội dung khai",
            {"refuted": "label", "finding": "does_not_match"},
        )
    ]
