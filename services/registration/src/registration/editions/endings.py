"""When nothing more is done in an edition: it was held, or never is."""

from collections.abc import Collection

from common.errors import DomainError
from registration.editions.states import STATE_NAMES, EditionState

S = EditionState
OVER = (S.CLOSED, S.REPORTED, S.CANCELLED)
"""Nothing is decided, filed, asked for or changed any more."""
SETTLED = (S.REPORTED, S.CANCELLED)
"""Nor is an acceptance taken back, which until the report bars who broke the rules from the next edition."""


class EditionOverError(DomainError):
    """The edition was cancelled, or is over: what is on file of it stays as it is."""

    code = "edition_over"

    def __init__(self, state: EditionState) -> None:
        vi, en = STATE_NAMES[state]
        super().__init__(
            f"Kỳ sự kiện {vi}: không còn nộp, sửa, xét duyệt hay khiếu nại; hồ sơ được giữ nguyên như hiện nay."
            " Nếu cần trao đổi, hãy liên hệ Ban Tổ chức.",
            f"The event is {en}: nothing is handed in, changed, decided or appealed against any more, and what is on file"
            " stays as it is. For anything else ask the organiser.",
            state=state,
        )


def check_running(state: EditionState, over: Collection[EditionState] = OVER) -> None:
    """Raise EditionOverError where the edition is over for what is asked."""
    if state in over:
        raise EditionOverError(state)
