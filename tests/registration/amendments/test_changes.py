"""Changes of an application after it came in: who may change what when, told anew, with old and new value in the history."""

from typing import Any

import pytest
from tests.registration.conftest import PAPERS, Json, World, a_product, a_row, errors_of, make_tax_id
from tests.registration.drafts.test_api import CONSENT
from tests.registration.freezes.test_api import a_dossier, freeze

from common.contracts.registration import ApplicationSubmitted, ContactRecorded
from common.tokens import Role


async def amend(
    fair: World, application: Json, role: Role = Role.VENDOR, reason: str = "corrected", **change: Any
) -> Any:
    claims = {"vendor_id": application["vendor_id"]} if role is Role.VENDOR else {}
    body = {"reason_code": reason, **change}
    return await fair.tell(application, "amendments", role, body, **claims, subject="lan")


async def history(fair: World, application: Json) -> list[tuple[str, str | None, str | None, str]]:
    path = f"/applications/{application['application_id']}/amendments"
    listed = (await fair.call("GET", path, Role.ORGANISER)).json()
    return [(one["field"], one["old_value"], one["new_value"], one["by"]) for one in listed]


async def test_what_was_handed_in_is_changed_judged_and_told_anew(fair: World) -> None:
    application = await fair.submitted()
    changed = a_dossier(products=[a_product(stars=3), a_product(name="Mật ong", product_group="food")])
    answer = await amend(fair, application, dossier=changed)
    assert (answer.status_code, answer.json()["state"], answer.json()["revision"]) == (201, "submitted", 2)
    told = await fair.harness.emitted(ApplicationSubmitted)
    assert [(one.revision, [product.stars for product in one.products]) for one in told] == [(1, [4]), (2, [3, 4])]
    listed = await history(fair, application)
    assert ("products[Chè Shan tuyết].stars", "4", "3", "vendor") in listed
    assert ("products[Mật ong].name", None, "Mật ong", "vendor") in listed
    assert {one[0].partition("]")[0] for one in listed} == {"products[Chè Shan tuyết", "products[Mật ong"}
    path = f"/applications/{application['application_id']}/evaluations"
    kept = (await fair.call("GET", path, Role.REVIEWER)).json()
    assert [one["occasion"] for one in kept] == ["submission", "amendment"]


async def test_an_address_is_put_right_after_the_acceptance_and_nobody_else_is_told(fair: World) -> None:
    application = await fair.accepted()
    vendor = {**a_row()["vendor"], "address": "Thôn Mới, địa chỉ mẫu"}
    assert (await amend(fair, application, vendor=vendor)).status_code == 201
    assert await history(fair, application) == [
        ("vendor.address", "Hoàng Su Phì, địa chỉ mẫu", "Thôn Mới, địa chỉ mẫu", "vendor")
    ]
    assert len(await fair.harness.emitted(ApplicationSubmitted)) == 1


async def test_of_a_contact_only_that_it_was_changed_is_kept(fair: World) -> None:
    application = await fair.submitted()
    contact = {**a_row()["contact"], "email": "moi@example.com"}
    assert (await amend(fair, application, contact=contact)).status_code == 201
    assert await history(fair, application) == [("contact.email", None, None, "vendor")]
    assert [one.email for one in await fair.harness.emitted(ContactRecorded)] == ["mau1@example.com", "moi@example.com"]


async def test_what_is_decided_on_is_not_changed_any_more(fair: World) -> None:
    application = await fair.accepted()
    refused = await amend(fair, application, dossier=a_dossier(booths_wanted=2))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_amendable")
    assert list(errors_of(refused)) == ["booths_wanted"]
    assert await history(fair, application) == []


async def test_a_frozen_field_is_changed_by_the_organiser_alone_who_says_why(fair: World) -> None:
    application = await fair.submitted()
    await freeze(fair, "booths_wanted")
    change: Any = {"dossier": a_dossier(booths_wanted=2)}
    assert errors_of(await amend(fair, application, **change)) == {"booths_wanted": "field_frozen"}
    assert errors_of(await amend(fair, application, Role.ORGANISER, **change)) == {"note": "missing"}
    done = await amend(fair, application, Role.ORGANISER, "facts_changed", note="Công văn 12/SNN", **change)
    assert (done.status_code, done.json()["booths_wanted"]) == (201, 2)
    path = f"/applications/{application['application_id']}/amendments"
    [kept] = (await fair.call("GET", path, Role.ORGANISER)).json()
    assert (kept["by"], kept["reason"], kept["note"], kept["amended_at"]) == (
        "organiser",
        "facts_changed",
        "Công văn 12/SNN",
        "2020-07-08T02:00:00Z",
    )


async def test_every_mistake_of_a_change_is_told_and_nothing_of_it_stored(fair: World) -> None:
    application = await fair.submitted()
    await fair.submitted(a_row(2))
    taken = {**a_row()["vendor"], "tax_id": make_tax_id(2)}
    wrong = a_dossier(booths_wanted=3)
    refused = await amend(fair, application, reason="mood", vendor=taken, dossier=wrong)
    assert errors_of(refused) == {
        "reason_code": "unknown_code",
        "vendor": "duplicate_vendor",
        "booths_wanted": "too_many_booths",
    }
    assert await history(fair, application) == []


async def test_only_its_vendor_and_the_organiser_change_an_application(fair: World) -> None:
    application, other = await fair.submitted(), await fair.submitted(a_row(2))
    strange = {**application, "vendor_id": other["vendor_id"]}
    assert (await amend(fair, strange, dossier=a_dossier(booths_wanted=2))).status_code == 403
    assert (await amend(fair, application, Role.REVIEWER, dossier=a_dossier(booths_wanted=2))).status_code == 403


@pytest.mark.parametrize("is_returned", [True, False])
async def test_a_draft_of_an_application_changes_it_and_hands_it_in_where_that_is_awaited(
    fair: World, *, is_returned: bool
) -> None:
    application = await fair.submitted(a_row(documents=[{"kind": kind} for kind in PAPERS if kind != "label"]))
    if is_returned:
        assert (await fair.decide(application, "return")).is_success
    vendor: Any = {"vendor_id": application["vendor_id"], "subject": "hop-tac-xa"}
    made = await fair.ok("POST", f"/applications/{application['application_id']}/drafts", Role.VENDOR, **vendor)
    assert made["content"]["vendor"]["legal_name"] == "Hợp tác xã Chè Phìn Hồ 1"
    assert (made["wrong"], made["missing"]) == ([], [])
    path = f"/editions/{fair.edition_id}/drafts/{made['draft_id']}"
    content = {**made["content"], "documents": [{"kind": kind} for kind in PAPERS]}
    async with fair.harness.client(Role.VENDOR, **vendor) as client:
        entry = {"save_key": "k", "content": content}
        saved = await client.put(f"/registration{path}", json=entry, headers={"If-Match": '"1"'})
        assert saved.status_code == 200, saved.text
    sent = await fair.ok("POST", f"{path}/submission", Role.VENDOR, CONSENT, **vendor)
    assert (sent["state"], sent["revision"], sent["evaluation"]["outcome"]) == ("submitted", 2, "accept")
    assert await history(fair, application) == [("documents[label].kind", None, "label", "vendor")]
