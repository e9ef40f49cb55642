"""The order of priority is told at the close of registration and with new dates, as acceptances count by it."""

from tests.registration.conftest import PAPER, World

from common.contracts.registration import ApplicationAccepted, EditionRescheduled, PriorityPack, RegistrationClosed


def points_by(pack: PriorityPack, code: str) -> tuple[int, bool, bool]:
    rule = next(each for each in pack.rules if each.code == code)
    return rule.points, rule.is_most, rule.is_tier


async def test_the_close_tells_the_order_by_which_each_acceptance_counts(fair: World) -> None:
    await fair.accepted()
    assert (await fair.act("closing")).status_code == 200
    (accepted,) = await fair.harness.emitted(ApplicationAccepted)
    (closed,) = await fair.harness.emitted(RegistrationClosed)
    pack = closed.priority_pack
    assert pack is not None
    assert (pack.version, pack.legal_document) == ("2020-05", "100/KH-UBND")
    assert points_by(pack, "tier_1") == (700, False, True)
    assert points_by(pack, "foreign") == (400, False, True)
    assert points_by(pack, "clean_record") == (40, False, False)
    assert points_by(pack, "early") == (9, True, False)
    for each in accepted.priority.reasons:
        most, is_most, _ = points_by(pack, each.code)
        assert each.rule == f"eligibility/{pack.version}#priority"
        assert each.data["points"] == most or (is_most and 0 < int(str(each.data["points"])) < most)


async def test_new_dates_tell_the_order_in_force_then(fair: World) -> None:
    paper = {**PAPER, "type": "TB", "number": "15", "notation": "TB-BCĐ"}
    new = {"from": "2020-10-09", "to": "2020-10-12"}
    answer = await fair.act("rescheduling", {"new": new, "reason_code": "covid_19", "legal_document": paper})
    assert answer.status_code == 200, answer.text
    (told,) = await fair.harness.emitted(EditionRescheduled)
    assert told.priority_pack is not None
    assert told.priority_pack.version == "2020-05"
