"""What is set for an edition as a whole, and its letters of invitation, each command made ready to be called."""

from sqlalchemy import text
from tests.registration.editions.stage import Call, Commands, Stage
from tests.registration.invitations.test_api import LETTER, ROUND, Round

from common.tokens import Role

command = Commands()


@command("set_reviewers", "PUT /editions/{edition_id}/reviewers")
async def set_reviewers(stage: Stage) -> Call:
    return lambda: stage.of_edition("PUT", "reviewers", {"reviewers": [{"subject": "lan"}]})


@command("assign", "POST /editions/{edition_id}/assignments")
async def assign(stage: Stage) -> Call:
    return lambda: stage.of_edition("POST", "assignments")


@command("set_policy", "PUT /editions/{edition_id}/review-policy")
async def set_policy(stage: Stage) -> Call:
    return lambda: stage.of_edition("PUT", "review-policy", {"second_person": False, "released_together": False})


@command("set_field_dates", "PUT /editions/{edition_id}/field-dates")
async def set_field_dates(stage: Stage) -> Call:
    return lambda: stage.of_edition("PUT", "field-dates", {"field_dates": []})


@command("set_round", "PUT /editions/{edition_id}/invitation-round")
async def set_round(stage: Stage) -> Call:
    return lambda: stage.of_edition("PUT", "invitation-round", ROUND)


async def _invited(stage: Stage) -> Round:
    invited = Round(stage.fair)
    async with stage.fair.harness.unit_of_work() as uow:
        await uow.session.execute(text("DELETE FROM invitations"))
        await uow.session.execute(text("DELETE FROM legal_documents WHERE number = '2223'"))
    assert (await invited.set()).is_success
    return invited


@command("number_letter", "POST /invitations/{invitation_id}/numbering")
async def number_letter(stage: Stage) -> Call:
    return (await _invited(stage)).number


@command("decline", "POST /invitations/{invitation_id}/refusal")
async def decline(stage: Stage) -> Call:
    invited = await _invited(stage)
    assert (await invited.number()).is_success, LETTER
    path = f"/invitations/{invited.ids['hg.snn']}/refusal"
    return lambda: stage.ask("POST", path, Role.PROVINCE, {"reason": "Chưa bố trí được"}, agency_code="hg.snn")


@command("look_at_certificates", "POST /editions/{edition_id}/certificate-checks")
async def look_at_certificates(stage: Stage) -> Call:
    return lambda: stage.of_edition("POST", "certificate-checks")
