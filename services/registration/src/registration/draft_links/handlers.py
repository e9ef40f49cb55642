"""Has the link of a draft mailed to who fills it in, as often as may be, and forgets the address in time."""

from datetime import timedelta
from uuid import UUID

from common.delivery.unit_of_work import UnitOfWork
from common.errors import InvalidInputError
from registration.draft_links import repository
from registration.draft_links.domain import PERIOD, DraftMail, check_counts, contact_for
from registration.drafts import handlers as drafts
from registration.drafts.domain import DraftSentError, key_of
from registration.drafts.handlers import Holder
from registration.drafts.reading import read
from registration.editions import repository as editions
from registration.editions.endings import check_running
from registration.vendors import handlers as vendors
from registration.vendors.domain import LANGUAGES, check_contact


async def mail_link(uow: UnitOfWork, edition_id: UUID, draft_id: UUID, holder: Holder, most: int) -> DraftMail:
    """Have the link of a saved draft mailed to the address in it; each asking is one mail.

    Raises InvalidInputError where that is no address, TooManyError, DraftSentError, NotFoundError, ForbiddenError,
    EditionOverError.
    """
    draft = await drafts.open_draft(uow, edition_id, draft_id, holder)
    check_running((await editions.get_edition(uow.session, edition_id)).state)
    if draft.content is None:
        raise DraftSentError
    typed = read(draft.content).contact
    language = typed.language if typed.language in LANGUAGES else "vi"
    contact = contact_for(typed.email, language)
    if problems := [one for one in check_contact(contact, None, "contact") if one.field == "contact.email"]:
        raise InvalidInputError(problems)
    key = key_of(typed.email)
    counts = await repository.count_mails(uow.session, draft_id, key, uow.now - PERIOD)
    check_counts(counts, most, uow.now)
    mail = DraftMail(draft_id, counts.of_draft + 1, key, uow.now)
    await repository.add_mail(uow.session, mail)
    await vendors.tell_draft(uow, draft_id, contact)
    return mail


async def forget_mails(uow: UnitOfWork, days: int, limit: int) -> int:
    """Forget whom links were mailed to so many days ago, here and on the restricted topic. A timer."""
    found = await repository.forget_mails(uow.session, uow.now - timedelta(days=days), limit)
    await vendors.erase_drafts(uow, {draft_id for draft_id, is_newer in found if not is_newer})
    return len(found)
