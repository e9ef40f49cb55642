"""Files that are not what they should be: each is refused by field, and what was declared of the paper stays."""

import pytest
from tests.registration.conftest import errors_of
from tests.registration.evidence.conftest import Counter
from tests.registration.evidence.files import a_header_of_png, a_pdf, a_picture, an_archive

from common.tokens import Role

MANY_PIXELS = a_picture("PNG", size=(8000, 7000))
BOMB = a_header_of_png(30_000, 30_000)
BAD = {
    "a page of HTML": (b"<html><script>alert(1)</script></html>", "type_not_taken"),
    "a word document": (an_archive(), "type_not_taken"),
    "a GIF": (b"GIF89a" + bytes(100), "type_not_taken"),
    "text that says PDF later": (b"hello %PDF-1.4 %%EOF", "type_not_taken"),
    "a PDF that is an archive": (a_pdf() + an_archive(), "two_types_at_once"),
    "an archive inside the last comment of a PDF": (a_pdf() + an_archive() + b"\n%%EOF\n", "two_types_at_once"),
    "a PDF with a page of HTML behind it": (a_pdf() + b"<script>alert(1)</script>", "two_types_at_once"),
    "a JPEG with a page of HTML behind it": (a_picture() + b"<HTML><SCRIPT>x</SCRIPT>", "two_types_at_once"),
    "a JPEG that is an archive": (a_picture() + an_archive(), "two_types_at_once"),
    "a PNG with a PDF behind it": (a_picture("PNG") + a_pdf(), "two_types_at_once"),
    "half a JPEG": (a_picture(size=(600, 400))[:-900], "file_broken"),
    "the beginning of a PNG": (a_picture("PNG")[:40], "file_broken"),
    "the beginning of a PDF": (a_pdf()[:60], "file_broken"),
    "a PDF of noise": (b"%PDF-1.7\n" + b"\x01\x02\x03" * 90 + b"\n%%EOF", "file_broken"),
    "a PDF with a password": (a_pdf(password="bí mật"), "password"),
    "a PDF with a file attached": (a_pdf(attachment=True), "active_content"),
    "a PDF that runs a script when opened": (a_pdf(opens_script=True), "active_content"),
    "a PDF with a script among its names": (a_pdf(names_script=True), "active_content"),
    "a PDF of 201 pages": (a_pdf(201), "too_many_pages"),
    "a picture of 56 million pixels": (MANY_PIXELS, "too_many_pixels"),
    "a picture of 900 million pixels": (BOMB, "too_many_pixels"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_file_is_refused_and_another_takes_its_place(counter: Counter, name: str) -> None:
    content, code = BAD[name]
    begun = (await counter.begin(len(content))).json()
    for start in range(0, len(content), 1_000_000):
        sent = await counter.part(begun["upload_id"], start, content[start : start + 1_000_000])
        assert sent.status_code == 200, sent.text
    answer = await counter.complete(begun["upload_id"])
    assert answer.status_code == 422, answer.text
    assert errors_of(answer) == {"content": code}
    good = a_pdf()
    path = f"/evidence-uploads/{begun['upload_id']}/size"
    await counter.world.ok("PUT", path, Role.VENDOR, {"size": len(good)}, **counter.claims)
    assert (await counter.part(begun["upload_id"], 0, good)).status_code == 200
    paper = (await counter.complete(begun["upload_id"])).json()
    assert (paper["number"], paper["expires_on"]) == ("123/2019/ATTP-HG", "2022-05-10")


async def test_a_phones_trailer_behind_a_picture_is_no_harm_and_is_not_kept(counter: Counter) -> None:
    paper = await counter.sent(a_picture() + b"MotionPhoto_Data" + bytes(500))
    assert b"MotionPhoto" not in (await counter.read(paper)).content


@pytest.mark.parametrize(("size", "code"), [(16 * 1024 * 1024, "too_large"), (0, "empty")])
async def test_a_file_of_16_mb_or_of_nothing_is_refused_before_it_is_sent(
    counter: Counter, size: int, code: str
) -> None:
    assert errors_of(await counter.begin(size)) == {"size": code}


async def test_a_file_longer_than_declared_is_refused(counter: Counter) -> None:
    upload_id = (await counter.begin(10)).json()["upload_id"]
    assert errors_of(await counter.part(upload_id, 0, bytes(11))) == {"content": "longer_than_declared"}
    assert errors_of(await counter.part(upload_id, 0, b"")) == {"content": "part_size"}


@pytest.mark.parametrize("kind", ["identity_card", "passport", "household_register"])
async def test_personal_papers_are_refused_by_the_policys_text(counter: Counter, kind: str) -> None:
    answer = await counter.begin(1000, kind=kind)
    assert errors_of(answer) == {"kind": "personal_paper"}
    assert "căn cước" in answer.json()["errors"][0]["vi"]
    policy = await counter.world.ok("GET", "/evidence-policy", Role.VENDOR)
    assert answer.json()["errors"][0]["vi"] == policy["personal_papers_vi"]
    assert kind not in {one["kind"] for one in policy["kinds"]}


async def test_all_that_is_wrong_with_an_entry_is_told_at_once(counter: Counter) -> None:
    answer = await counter.begin(0, kind="selfie", number="1" * 201, issued_on="2021-01-01", expires_on="2020-01-01")
    assert errors_of(answer) == {
        "kind": "unknown_value",
        "number": "too_long",
        "issued_on": "in_the_future",
        "expires_on": "ends_before_it_begins",
        "size": "empty",
    }
