"""Plays a province that nominates by spreadsheet: fetches its workbook, fills it in, sends it, corrects what was marked."""

from common.tokens import Role
from scenario.doors.clerk import fill_in
from scenario.doors.system import Json, StoryFailedError
from scenario.script.model import Nomination
from scenario.story import Story


async def nominate_by_workbook(story: Story, nomination: Nomination, mistyped: frozenset[str]) -> None:
    """Send a province's list as a workbook; with mistyped rows first wrong, then, from what came back marked, right.

    Raises:
        StoryFailedError: the workbook has a mistake that is not of the story, or a row was not taken.
    """
    claims = {"agency_code": nomination.agency_code, "province_code": nomination.province_code}
    path = f"/registration/editions/{story.edition_id}"
    blank = await story.system.download(f"{path}/nomination-workbook", Role.PROVINCE, **claims)
    own = frozenset(row.ref for row in nomination.applicants if row.ref in mistyped)
    taken: list[Json] = []
    if own:
        answer = await story.system.send_file(
            f"{path}/filled-workbooks", Role.PROVINCE, fill_in(blank, nomination, own), **claims
        )
        taken += answer["taken"]
        marked = f"/registration/filled-workbooks/{answer['filled_workbook_id']}/marked"
        story.workbooks[f"{nomination.province_code}_marked"] = await story.system.download(
            marked, Role.PROVINCE, **claims
        )
    right = fill_in(blank, nomination)
    answer = await story.system.send_file(f"{path}/filled-workbooks", Role.PROVINCE, right, **claims)
    _refuse_mistakes(nomination, answer)
    story.workbooks[nomination.province_code] = right
    by_rank = {row["rank"]: row for row in [*taken, *answer["taken"]]}
    for applicant in nomination.applicants:
        story.file(applicant, by_rank[applicant.rank])


def _refuse_mistakes(nomination: Nomination, answer: Json) -> None:
    mistakes = [problem for problem in answer["problems"] if not problem["is_warning"]]
    if mistakes:
        told = "; ".join(f"{each['sheet']} {each['cell']}: {each['en']}" for each in mistakes[:5])
        raise StoryFailedError(f"nominations/{nomination.province_code}.csv by workbook: {told}")
