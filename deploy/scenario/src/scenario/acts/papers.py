"""Plays papers: vendors send their files part by part, reviewers open each and say what they found."""

from common.tokens import Role
from scenario.acts.review import revoke
from scenario.doors.files import photograph
from scenario.doors.system import Json, each
from scenario.script import papers
from scenario.script.model import Document
from scenario.story import Filed, Story


async def file_papers(story: Story, step: papers.FilePapers) -> str:
    chosen = [
        (filed, document)
        for filed in story.chosen(step.applicants, story.filed)
        for document in filed.applicant.documents
        if document.kind in step.kinds
    ]

    async def send(one: tuple[Filed, Document]) -> None:
        await _send_file(story, *one)

    vendors = len({filed.ref for filed, _ in chosen})
    return f"{await each(chosen, send)} bản chụp giấy tờ của {vendors} chủ thể, gửi từng phần"


async def _send_file(story: Story, filed: Filed, document: Document) -> None:
    """Say which paper comes, send its file in two parts, and hand it in."""
    content = photograph(f"{filed.ref} {document.kind}")
    declared: Json = {"kind": document.kind, "size": len(content)}
    if document.expires_on is not None:
        declared["expires_on"] = document.expires_on.isoformat()
    claims = {"vendor_id": filed.vendor_id}
    begun = f"/registration/applications/{filed.application_id}/evidence-uploads"
    upload: Json = await story.system.post(begun, Role.VENDOR, declared, **claims)
    path, half = f"/registration/evidence-uploads/{upload['upload_id']}", len(content) // 2
    for offset, part in ((0, content[:half]), (half, content[half:])):
        await story.system.put_file(f"{path}/content?offset={offset}", Role.VENDOR, part, **claims)
    await story.system.post(f"{path}/completion", Role.VENDOR, None, **claims)
    story.handed_in.add(filed.ref)


async def verify_papers(story: Story, step: papers.VerifyPapers) -> str:
    """Open every file that nobody has looked at, and hold it against what is declared."""
    found: dict[str, int] = {"verified": 0, "does_not_match": 0}

    async def look(filed: Filed) -> None:
        path = f"/registration/applications/{filed.application_id}/evidence"
        for paper in await story.system.get(path, Role.REVIEWER):
            if paper["verifications"]:
                continue
            wrong = filed.ref in step.does_not_match and (not step.kinds or paper["kind"] in step.kinds)
            finding = "does_not_match" if wrong else "verified"
            entry: Json = {"finding": finding, "note": step.note if wrong else None}
            evidence = f"/registration/evidence/{paper['evidence_id']}"
            await story.system.download(f"{evidence}/file", Role.REVIEWER)
            await story.system.post(f"{evidence}/verifications", Role.REVIEWER, entry)
            found[finding] += 1

    await each([one for one in story.chosen(None, story.handed_in) if one.ref not in step.later], look)
    wrong = f", {found['does_not_match']} không khớp" if found["does_not_match"] else ""
    revoked = await _settle_tasks(story) if step.does_not_match else 0
    then = f"; {revoked} hồ sơ đã chấp nhận bị thu hồi" if revoked else ""
    return f"{found['verified']} giấy tờ khớp bản khai{wrong}{then}"


async def _settle_tasks(story: Story) -> int:
    """Take acceptances back of which papers were found wrong since, which settles the tasks about them; return how many."""
    path = f"/registration/editions/{story.edition_id}/review-tasks"
    tasks: list[Json] = [one for one in await story.system.get(path, Role.REVIEWER) if one["kind"] == "paper_refuted"]
    refuted = {one["application_id"] for one in tasks}
    for application_id in sorted(refuted):
        application = f"/registration/applications/{application_id}"
        listed: list[Json] = await story.system.get(f"{application}/mandatory-papers", Role.REVIEWER)
        codes = sorted({one["code"] for one in listed if one["worth"] == "does_not_match"})
        await revoke(story, application_id, codes)
    return len(refuted)
