"""Whatever a page says has a translation, in the letters of its language and with the same blanks."""

import re
import tomllib

import pytest
from tests.spoken import ROOT, of_source, of_tables, of_templates

from allocation.swaps.domain import STATE_TEXTS
from common.languages import LANGUAGES, Catalogue, read_catalogue
from registration.applications.domain import STATE_NAMES
from registration.drafts import wording
from registration.editions.endings import OVER
from registration.editions.states import STATE_NAMES as EDITION_NAMES
from registration.editions.states import EditionState
from registration.evidence.domain import KINDS
from registration.freezes.domain import FIELDS
from registration.replies.rendering import DONE
from registration.translations.packs import page_catalogue
from registration.vetting.paper_names import PAPER_NAMES
from registration.withdrawals.domain import REASONS

LETTERS = {"lo": "\u0e80-\u0eff", "th": "\u0e00-\u0e7f", "ja": "\u3040-\u30ff\u4e00-\u9fff"}
REGISTRATION, ALLOCATION = "services/registration/src/registration", "services/allocation/src/allocation"
SHARED = "libs/common/src/common/web/templates"
CHECKS = [
    "editions/endings",
    "vendors/domain",
    "dossiers/domain",
    "drafts/domain",
    "drafts/reading",
    "drafts/handlers",
    "draft_rooms/domain",
    "draft_links/domain",
    "intake/handlers",
    "applications/domain",
    "applications/handlers",
    "revisions/domain",
    "withdrawals/domain",
    "renewals/domain",
    "renewals/handlers",
    "replies/forms",
    "vetting/handlers",
    "evidence/domain",
    "evidence/inspecting",
    "evidence/handlers",
]
"""Where what a producer may be told on a page is checked or refused."""
NOT_YET = (EditionState.PLANNED, EditionState.APPROVED, EditionState.SUSPENDED)
"""Where an application is not taken yet; after them it is late."""
NOT_ON_PAGES = {
    "A mistake is put right",
    "Supplemented as asked",
    "The facts have changed",
    "Say what is wrong with it.",
    "The organiser withdraws by a paper of the vendor or of who nominated it: give its number or name, and its date.",
    "Only {…} of {…} bytes are there; send the rest.",
    "{…} bytes are there; go on from there.",
    "PDF",
    "picture",
    "d",
}
"""What only callers with a token are told: the parts of an upload, reasons that the organiser gives."""


def registration_says() -> set[str]:
    said = of_templates(f"{REGISTRATION}/drafts", f"{REGISTRATION}/replies", SHARED)
    said |= of_source(*(f"{REGISTRATION}/{name}.py" for name in CHECKS)) - NOT_ON_PAGES
    tables = (wording.VENDOR_TYPES, wording.LEVELS, wording.BY, wording.WORDS, wording.YES_NO, wording.STANDING)
    said |= of_tables(*tables, KINDS, FIELDS, STATE_NAMES, DONE, PAPER_NAMES)
    said |= {reason.en for reason in REASONS.values()} | set(wording.GROUPS.values())
    said |= {wording.SUSPENDED_FORM[1]} | {EDITION_NAMES[state][1] for state in (*OVER, *NOT_YET)}
    packs = (ROOT / REGISTRATION / "packs").glob("eligibility_*.toml")
    return said | {code["en"] for pack in packs for code in tomllib.loads(pack.read_text())["body"]["codes"]}


OF_ANOTHER = "This application is another vendor's or another province's."
"""Told only to callers with a token."""


def allocation_says() -> set[str]:
    said = of_templates(f"{ALLOCATION}/answers", f"{ALLOCATION}/explanations", f"{ALLOCATION}/swaps", SHARED)
    said |= of_source(f"{ALLOCATION}/explanations/handlers.py") - {OF_ANOTHER}
    said |= of_source(
        f"{ALLOCATION}/offers/domain.py", f"{ALLOCATION}/swaps/domain.py", f"{ALLOCATION}/swaps/handlers.py"
    )
    return said | of_tables(STATE_TEXTS)


CATALOGUES = {
    "registration": (page_catalogue, registration_says),
    "allocation": (lambda: read_catalogue("allocation.answers", "texts"), allocation_says),
}


@pytest.mark.parametrize("service", CATALOGUES)
def test_nothing_that_a_page_says_lacks_a_translation(service: str):
    catalogue, says = CATALOGUES[service]
    assert [text for text in sorted(says()) if not catalogue().knows(text)] == []


@pytest.mark.parametrize("service", CATALOGUES)
@pytest.mark.parametrize("language", LETTERS)
def test_every_translation_is_in_its_own_letters_with_the_same_blanks(service: str, language: str):
    catalogue = CATALOGUES[service][0]()
    for en in catalogue:
        said = catalogue.say(language, "", en)
        assert re.search(f"[{LETTERS[language]}]", said), en
        assert set(re.findall(r"\{\w+\}", said)) <= set(re.findall(r"\{\w+\}", en)), en


def test_a_text_that_is_filled_in_already_is_found_and_so_is_what_fills_it():
    texts = Catalogue(
        {
            "The application is {state}.": {"lo": "ສະຖານະ: {state}", "th": "สถานะ {state}", "ja": "状態:{state}"},
            "returned": {"lo": "ສົ່ງຄືນ", "th": "ส่งคืน", "ja": "差戻し"},
        }
    )
    assert texts.say("lo", "Hồ sơ bị trả lại.", "The application is returned.") == "ສະຖານະ: ສົ່ງຄືນ"
    assert texts.say("ja", "", "The application is lost {here}.") == "状態:lost {here}"
    assert [texts.say(one, "Khác", "Something else.") for one in ("vi", "en", "lo")] == [
        "Khác",
        "Something else.",
        "Something else.",
    ]
    assert texts.say("th", "", "The application is {state}.", state="x") == "สถานะ x"
    assert set(LANGUAGES) == {"vi", "en", *LETTERS}
