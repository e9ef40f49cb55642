"""Plays the steps of registration: from the edition's approval to the close of applications."""

from allocation.rules.domain import RuleSet
from common.tokens import Role
from scenario.acts import payloads
from scenario.acts.drafts import begin_and_ask_for_link, begin_draft, send_by_link, send_draft
from scenario.acts.replies import supplement_by_link
from scenario.acts.review import list_applications, set_policy
from scenario.acts.rounds import watch
from scenario.acts.telling import say_state
from scenario.acts.workbooks import nominate_by_workbook
from scenario.doors.system import Json, each
from scenario.script import model, steps
from scenario.story import Filed, Story

PURPOSES = ("take_part", "be_contacted", "publish_trade_name")
CONSENT: Json = {
    "undertaking": True,
    "consents": [{"purpose": purpose, "text_version": "2020-07"} for purpose in PURPOSES],
}


async def announce(story: Story, step: steps.Announce) -> str:
    scenario, system = story.scenario, story.system

    async def enter(agency: model.Agency) -> None:
        await system.put(f"/registration/agencies/{agency.code}", Role.ORGANISER, payloads.agency(agency))

    await each([agency for agency in scenario.agencies if agency.parent_code is None], enter)
    for agency in _below(scenario.agencies):
        await enter(agency)
    view = await system.post("/registration/editions", Role.ORGANISER, payloads.edition(scenario.edition))
    story.edition_id = view["edition_id"]
    await story.command("approval", {"legal_document": payloads.paper(step.paper)})
    return f"{len(scenario.agencies)} cơ quan, kỳ {scenario.edition.code}"


def _below(agencies: tuple[model.Agency, ...]) -> list[model.Agency]:
    """Return the agencies that have a parent, each after its parent."""
    above = {agency.code: agency.parent_code for agency in agencies}

    def depth(code: str | None) -> int:
        return 0 if code is None or code not in above else 1 + depth(above[code])

    return sorted((agency for agency in agencies if agency.parent_code), key=lambda agency: depth(agency.code))


async def open_registration(story: Story, _step: steps.Open) -> str:
    """Publish the plan, put the edition's own rules in force, and open registration."""
    scenario, edition = story.scenario, f"/allocation/editions/{story.edition_id}"
    plan = payloads.floor_plan(scenario.edition, scenario.booths)
    await story.system.post(f"{edition}/floor-plans", Role.ORGANISER, plan)
    if scenario.rules is not None:
        await story.system.put(f"{edition}/rules", Role.ORGANISER, payloads.rules(scenario.rules))
    await set_policy(story)
    await story.command("opening")
    own = f"; {count_rules(scenario.rules)} quy định riêng" if scenario.rules is not None else ""
    return f"{len(scenario.booths)} gian hàng trên sơ đồ{own}"


def count_rules(rules: RuleSet) -> int:
    """Return how many rules of its own an edition has."""
    tables = (rules.bounds, rules.requirements, rules.reservations, rules.priority_classes)
    return sum(map(len, tables)) + rules.is_varied


async def nominate(story: Story, step: steps.Nominate) -> str:
    chosen = [
        nomination
        for nomination in story.scenario.nominations
        if step.province_codes is None or nomination.province_code in step.province_codes
    ]

    async def send(nomination: model.Nomination) -> None:
        if nomination.province_code in step.by_workbook:
            await nominate_by_workbook(story, nomination, frozenset(step.mistyped))
            return
        rows = [{"rank": row.rank, **payloads.application(row)} for row in nomination.applicants]
        body = {
            "agency_code": nomination.agency_code,
            "legal_document": payloads.paper(nomination.paper),
            "rows": rows,
        }
        answer = await story.system.post(
            f"/registration/editions/{story.edition_id}/nominations",
            Role.PROVINCE,
            body,
            agency_code=nomination.agency_code,
            province_code=nomination.province_code,
        )
        by_rank = {row["rank"]: row for row in answer["rows"]}
        for applicant in nomination.applicants:
            story.file(applicant, by_rank[applicant.rank])

    await each(chosen, send)
    await watch(story)
    applicants = sum(len(item.applicants) for item in chosen)
    sheets = f"; {len(step.by_workbook)} nơi bằng bảng tính" if step.by_workbook else ""
    return f"{len(chosen)} tỉnh, thành phố; {applicants} chủ thể{sheets}"


async def self_apply(story: Story, step: steps.SelfApply) -> str:
    async def send(applicant: model.Applicant) -> None:
        if applicant.ref in step.by_mailed_link:
            await begin_and_ask_for_link(story, applicant)
            return
        if applicant.ref in step.by_draft:
            await begin_draft(story, applicant, on_two_phones=applicant.ref in step.on_two_phones)
            return
        path = f"/registration/editions/{story.edition_id}/applications"
        story.file(applicant, await story.system.post(path, Role.VENDOR, payloads.application(applicant)))

    chosen = [row for row in story.scenario.self_applicants if step.applicants is None or row.ref in step.applicants]
    begun = f"; {len(step.by_draft)} lưu bản nháp trước" if step.by_draft else ""
    mailed = f"; {len(step.by_mailed_link)} xin đường dẫn qua thư" if step.by_mailed_link else ""
    return f"{await each(chosen, send)} chủ thể{begun}{mailed}"


async def submit(story: Story, step: steps.Submit) -> str:
    chosen = story.chosen(step.applicants, story.drafts)
    begun = [ref for ref in story.begun if step.applicants is None or ref in step.applicants]

    async def send(filed: Filed) -> None:
        await _submit_one(story, filed)

    async def send_begun(ref: str) -> None:
        if ref in story.mailed:
            await send_by_link(story, story.by_ref[ref])
        else:
            await send_draft(story, story.by_ref[ref], CONSENT)

    count = await each(chosen, send) + await each(begun, send_begun)
    story.drafts -= {filed.ref for filed in chosen}
    return f"{count} hồ sơ"


async def _submit_one(story: Story, filed: Filed) -> None:
    path = f"/registration/applications/{filed.application_id}/submission"
    await story.system.post(path, Role.VENDOR, CONSENT, vendor_id=filed.vendor_id)


async def withdraw(story: Story, step: steps.Withdraw) -> str:
    for ref in step.applicants:
        filed = story.filed[ref]
        path = f"/registration/applications/{filed.application_id}/withdrawal"
        role, claims = _withdrawer(story, step.by, filed)
        asked = {"paper": step.paper, "issued_on": step.at.date().isoformat()}
        body = {"reason_code": step.reason_code} | ({"request": asked} if step.paper else {})
        await story.system.post(path, role, body, **claims)
    return f"{len(step.applicants)} chủ thể"


def _withdrawer(story: Story, by: str, filed: Filed) -> tuple[Role, dict[str, str]]:
    if by == "vendor":
        return Role.VENDOR, {"vendor_id": filed.vendor_id}
    if by == "agency":
        province = filed.applicant.province_code or ""
        letter = next(item for item in story.scenario.nominations if item.province_code == province)
        return Role.PROVINCE, {"agency_code": letter.agency_code, "province_code": province}
    return Role.ORGANISER, {}


async def supplement(story: Story, step: steps.Supplement) -> str:
    """Those asked for papers hand in what they have found since, by the link of their mail; the others stay silent."""
    returned = [story.of_application(item["application_id"]) for item in await list_applications(story, "returned")]
    able = {filed.ref for filed in returned if filed.applicant.documents_later} - set(step.too_late)

    async def send(filed: Filed) -> None:
        await supplement_by_link(story, filed)

    return f"{await each(story.chosen(step.applicants, able), send)}/{len(returned)} hồ sơ bị trả lại, qua đường dẫn trong thư"


async def close(story: Story, _step: steps.Close) -> str:
    view = await story.command("closing")
    return say_state(view["state"])
