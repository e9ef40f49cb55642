"""Papers go in part by part, are kept bare, are read by role, and a person says what they are worth."""

import io
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from PIL import Image
from tests.registration.conftest import errors_of
from tests.registration.evidence.conftest import Counter, kept_files
from tests.registration.evidence.files import CAMERA, a_pdf, a_picture

from common.tokens import Role
from registration.evidence import handlers


async def test_an_upload_goes_on_where_the_connection_broke(counter: Counter) -> None:
    content = a_pdf(40)
    upload_id = (await counter.begin(len(content))).json()["upload_id"]
    assert (await counter.part(upload_id, 0, content[:1000])).json()["received"] == 1000
    assert (await counter.part(upload_id, 0, content[:1000])).json()["received"] == 1000  # its answer was lost
    gap = await counter.part(upload_id, 2000, content[2000:3000])
    assert (gap.status_code, gap.json()["code"], gap.json()["details"]["received"]) == (409, "part_out_of_place", 1000)
    early = await counter.complete(upload_id)
    assert (early.status_code, early.json()["details"]["received"]) == (409, 1000)
    path = f"/evidence-uploads/{upload_id}"
    so_far = await counter.world.ok("GET", path, Role.VENDOR, **counter.claims)
    rest = so_far["received"]
    assert (await counter.part(upload_id, rest, content[rest:])).status_code == 200
    paper = (await counter.complete(upload_id)).json()
    assert paper["sent_sha256"] == paper["kept_sha256"] == sha256(content).hexdigest()
    assert (await counter.read(paper)).content == content


async def test_a_picture_is_kept_upright_and_without_metadata(counter: Counter) -> None:
    for form, kind in (("JPEG", "image/jpeg"), ("PNG", "image/png")):
        sent = a_picture(form)
        assert CAMERA.encode()[:10] in sent
        answer = await counter.read(await counter.sent(sent))
        assert answer.headers["content-type"] == kind
        kept = Image.open(io.BytesIO(answer.content))
        assert kept.size == (40, 60)
        assert not kept.getexif()
        assert CAMERA.encode()[:10] not in answer.content


async def test_what_no_scanner_looked_at_says_so(counter: Counter) -> None:
    paper = await counter.sent(a_pdf())
    assert paper["scan"] == "not_scanned"
    assert (await counter.read(paper)).headers["X-Scan"] == "not_scanned"


async def test_the_same_file_twice_is_one_paper_and_said_so(counter: Counter, evidence_folder: str) -> None:
    first, again = await counter.sent(a_pdf()), await counter.sent(a_pdf())
    assert (first["known_before"], again["known_before"]) == (False, True)
    assert again["evidence_id"] == first["evidence_id"]
    assert len(await counter.papers()) == 1
    assert len(kept_files(evidence_folder)) == 1


async def test_every_handing_out_is_recorded_and_a_stranger_gets_nothing(counter: Counter) -> None:
    paper = await counter.sent(a_pdf())
    assert (await counter.read(paper, subject="le.van.a")).status_code == 200
    assert (await counter.read(paper, Role.VENDOR, **counter.claims, subject="chu-the")).status_code == 200
    assert (await counter.read(paper, Role.VENDOR, vendor_id=uuid4())).status_code == 403
    assert (await counter.read(paper, Role.PROVINCE, agency_code="pt.snn")).status_code == 403
    assert (await counter.read(paper, Role.COMMITTEE)).status_code == 403
    answer = await counter.world.call("GET", f"/evidence/{paper['evidence_id']}/readings", Role.ORGANISER)
    assert [(one["read_by"], one["role"]) for one in answer.json()] == [("le.van.a", "reviewer"), ("chu-the", "vendor")]


async def test_a_person_says_what_a_paper_is_worth_and_the_earlier_word_stays(counter: Counter) -> None:
    paper = await counter.sent(a_pdf(), expires_on="2020-07-01")
    assert paper["is_expired"]
    path = f"/evidence/{paper['evidence_id']}/verifications"
    bare = await counter.world.call("POST", path, Role.REVIEWER, {"finding": "does_not_match"})
    assert errors_of(bare) == {"note": "missing"}
    body = {"finding": "does_not_match", "note": "Số khác bản khai."}
    await counter.world.ok("POST", path, Role.REVIEWER, body, subject="a")
    await counter.world.ok("POST", path, Role.REVIEWER, {"finding": "verified"}, subject="b")
    [shown] = await counter.papers()
    assert [(one["finding"], one["verified_by"]) for one in shown["verifications"]] == [
        ("does_not_match", "a"),
        ("verified", "b"),
    ]


async def test_a_file_without_a_paper_is_removed_after_a_day_and_no_other(
    counter: Counter, evidence_folder: str
) -> None:
    paper = await counter.sent(a_pdf())
    depot = counter.world.harness.app.state.evidence_depot
    orphan = uuid4()
    await depot.store.put(orphan, b"left by a transaction that failed")
    written = datetime.fromtimestamp(kept_files(evidence_folder)[str(orphan)].stat().st_mtime, UTC)
    with counter.world.harness.at(written + timedelta(hours=23)):
        assert await counter.world.harness.run(handlers.remove_orphans, depot, 200) == 0
    with counter.world.harness.at(written + timedelta(hours=25)):
        assert await counter.world.harness.run(handlers.remove_orphans, depot, 200) == 1
    assert list(kept_files(evidence_folder)) == [paper["evidence_id"]]


def leave_behind(folder: Path) -> datetime:
    """Put the half of a file there, and what a file system makes; return when."""
    half = folder / f".{uuid4()}"
    half.write_bytes(b"half of a pap")
    (folder / "lost+found").mkdir()
    return datetime.fromtimestamp(half.stat().st_mtime, UTC)


async def test_what_a_killed_process_left_half_written_goes_and_what_others_put_beside_stays(
    counter: Counter, evidence_folder: str
) -> None:
    paper = await counter.sent(a_pdf())
    depot = counter.world.harness.app.state.evidence_depot
    written = leave_behind(Path(evidence_folder, "evidence"))
    with counter.world.harness.at(written + timedelta(hours=25)):
        assert await counter.world.harness.run(handlers.remove_orphans, depot, 200) == 1
    assert set(kept_files(evidence_folder)) == {paper["evidence_id"], "lost+found"}


async def test_a_half_sent_file_is_forgotten_after_two_days(counter: Counter) -> None:
    upload_id = (await counter.begin(5000)).json()["upload_id"]
    await counter.part(upload_id, 0, b"x" * 1000)
    assert await counter.world.harness.run(handlers.forget_uploads, 200) == 0
    with counter.world.harness.at(counter.world.harness.clock.now() + timedelta(days=3)):
        assert await counter.world.harness.run(handlers.forget_uploads, 200) == 1
    assert (await counter.part(upload_id, 1000, b"x")).status_code == 404


async def test_a_file_changed_in_the_store_is_not_handed_out(counter: Counter, evidence_folder: str) -> None:
    paper = await counter.sent(a_pdf())
    kept_files(evidence_folder)[paper["evidence_id"]].write_bytes(b"%PDF-1.4 another")
    assert (await counter.read(paper)).status_code == 409
