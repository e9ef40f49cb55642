"""An invitation round in a story is read as written, and its mistakes are told by field."""

from datetime import UTC, datetime

from tests.scenario.conftest import Folder
from tests.scenario.test_turns import mistakes_of

from scenario.reading.folder import read_scenario
from scenario.script import rounds

INVITE = """[[steps]]
step = "invite"
at = {at}
paper = "letter"
bases = ["plan"]
reply_by = 2020-12-15T17:00:00
reminders = ["{reminder}"]
also = ["{also}"]
signer_name = "Nguyễn Văn Mẫu"

[[steps]]
step = "decline_invitation"
at = {at}
agencies = ["{also}"]
reason = "Trùng hội chợ"

[[steps]]
step = "nominate\""""
LETTER = """[papers.letter]
type = "CV"
number = "{number}"
notation = "SNN-VPĐP"
issuing_agency_code = "{agency}"
issued_on = 2020-12-01
title = "Mời đề cử"

[[steps]]
step = "announce\""""


def invite(folder: Folder, number: str = "1801", reminder: str = "2020-12-10T09:00:00", also: str = "") -> None:
    agency = read_scenario(folder.path).agencies[0].code
    nominated = next(one for one in read_scenario(folder.path).steps if type(one).__name__ == "Nominate")
    at = nominated.at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    told = INVITE.format(at=at, reminder=reminder, also=also or agency)
    folder.replace("story.toml", '[[steps]]\nstep = "nominate"', told)
    folder.replace("story.toml", '[[steps]]\nstep = "announce"', LETTER.format(number=number, agency=agency))


def test_a_round_is_read_with_its_letter_its_dates_and_who_declines(folder: Folder):
    invite(folder)
    [invited] = [one for one in read_scenario(folder.path).steps if isinstance(one, rounds.Invite)]
    [declined] = [one for one in read_scenario(folder.path).steps if isinstance(one, rounds.Decline)]
    assert (invited.letter.number, invited.bases[0].type, invited.signer_role) == ("1801", "CV", "GIÁM ĐỐC")
    assert invited.reminders_at == (datetime(2020, 12, 10, 2, tzinfo=UTC),)
    assert (declined.agency_codes, declined.reason) == (invited.also, "Trùng hội chợ")


def test_its_mistakes_are_told_by_field(folder: Folder):
    invite(folder, number="1801a", reminder="10/12/2020", also="xx.yy")
    assert sorted(mistakes_of(folder.path)) == ["agencies", "also", "paper", "reminders"]
