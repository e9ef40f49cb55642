"""What each event of an application made of it; it happened, so nothing is checked here."""

from dataclasses import replace
from datetime import datetime

from registration.applications.domain import Application, ApplicationState

S = ApplicationState


def submitted(application: Application, revision: int, at: datetime) -> Application:
    """Return the application handed in; one under review stays so, and a rejected one told anew was appealed for."""
    on_appeal = application.state is S.REJECTED
    under_review = on_appeal or application.state is S.UNDER_REVIEW
    return replace(
        application,
        state=S.UNDER_REVIEW if under_review else S.SUBMITTED,
        revision=max(revision, application.revision),
        submitted_at=application.submitted_at or at,
        reply_by_at=None,
        reason_codes=(),
        has_appealed=application.has_appealed or on_appeal,
    )


def returned(application: Application, codes: tuple[str, ...], reply_by_at: datetime, at: datetime) -> Application:
    return replace(application, state=S.RETURNED, reason_codes=codes, reply_by_at=reply_by_at, decided_at=at)


def accepted(application: Application, at: datetime, *, on_appeal: bool) -> Application:
    """Return the application accepted; one that is told again was accepted before and keeps its moment."""
    decided_at = application.decided_at if application.state is S.ACCEPTED else at
    appealed = application.has_appealed or on_appeal
    return replace(
        application, state=S.ACCEPTED, reason_codes=(), reply_by_at=None, decided_at=decided_at, has_appealed=appealed
    )


def ended(application: Application, state: ApplicationState, codes: tuple[str, ...], at: datetime) -> Application:
    """Return the application rejected, revoked or withdrawn."""
    return replace(application, state=state, reason_codes=codes, reply_by_at=None, decided_at=at)
