"""A swap: two holders of as many booths change them once both have consented."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from common.errors import ConflictError, ForbiddenError


class SwapState(StrEnum):
    PROPOSED = "proposed"
    DONE = "done"
    REFUSED = "refused"
    LAPSED = "lapsed"


STATE_TEXTS = {
    SwapState.PROPOSED: ("đang chờ đồng ý", "waiting for consent"),
    SwapState.DONE: ("đã đổi xong", "done"),
    SwapState.REFUSED: ("đã bị từ chối", "refused"),
    SwapState.LAPSED: (
        "không còn thực hiện được vì gian hàng đã thay đổi",
        "no longer possible: the booths have changed",
    ),
}


@dataclass(frozen=True)
class Side:
    """One of the two: its application, the booths it gives, and when it consented."""

    application_id: UUID
    vendor_id: UUID
    booth_codes: tuple[str, ...]
    consented_at: datetime | None = None


@dataclass(frozen=True)
class Swap:
    swap_id: UUID
    edition_id: UUID
    state: SwapState
    one: Side
    other: Side
    proposed_at: datetime
    ended_at: datetime | None = None

    def side_of(self, application_id: UUID) -> Side:
        """Return the side of an application; raises NotYourSwapError."""
        for side in (self.one, self.other):
            if side.application_id == application_id:
                return side
        raise NotYourSwapError

    def side_of_vendor(self, vendor_id: UUID | None) -> Side:
        """Return the side of a vendor; raises NotYourSwapError."""
        for side in (self.one, self.other):
            if side.vendor_id == vendor_id:
                return side
        raise NotYourSwapError


class NotYourSwapError(ForbiddenError):
    """The booth or the swap is another's."""

    code = "swap_of_others"

    def __init__(self) -> None:
        super().__init__(
            "Gian hàng hoặc đề nghị đổi này không phải của Quý vị.", "This booth or this swap is not yours."
        )


class NotSwappableError(ConflictError):
    """The two booths cannot change hands."""

    code = "not_swappable"


class SwapEndedError(ConflictError):
    """The swap was refused, or is done, or has lapsed."""

    code = "swap_ended"

    def __init__(self, state: SwapState) -> None:
        vi, en = STATE_TEXTS[state]
        super().__init__(f"Đề nghị đổi gian này {vi}.", f"This swap is {en}.", state=str(state))


def require_alike(one: Side, other: Side) -> None:
    """Raise NotSwappableError unless both are different holders of as many booths."""
    if one.application_id == other.application_id:
        raise NotSwappableError("Hai gian của cùng một hồ sơ.", "Both booths are one application's.")
    if len(one.booth_codes) != len(other.booth_codes):
        raise NotSwappableError(
            "Chỉ đổi được khi hai bên có số gian bằng nhau.", "Only holders of as many booths can change them."
        )


def consent(swap: Swap, application_id: UUID, now: datetime) -> Swap:
    """Return a swap with one more consent; the same again changes nothing. Raises SwapEndedError."""
    side = swap.side_of(application_id)
    if side.consented_at is not None and swap.state in (SwapState.PROPOSED, SwapState.DONE):
        return swap
    if swap.state is not SwapState.PROPOSED:
        raise SwapEndedError(swap.state)
    agreed = replace(side, consented_at=now)
    return replace(swap, one=agreed) if side is swap.one else replace(swap, other=agreed)


def refuse(swap: Swap, application_id: UUID, now: datetime) -> Swap:
    """Return a swap refused by one of the two; the same again changes nothing. Raises SwapEndedError."""
    swap.side_of(application_id)
    if swap.state is SwapState.REFUSED:
        return swap
    if swap.state is not SwapState.PROPOSED:
        raise SwapEndedError(swap.state)
    return replace(swap, state=SwapState.REFUSED, ended_at=now)


def is_agreed(swap: Swap) -> bool:
    """Tell whether both have consented and nothing is done yet."""
    both = swap.one.consented_at is not None and swap.other.consented_at is not None
    return both and swap.state is SwapState.PROPOSED


def end(swap: Swap, now: datetime, *, is_done: bool) -> Swap:
    """Return a swap carried out, or lapsed because the booths are not what both agreed to any more."""
    return replace(swap, state=SwapState.DONE if is_done else SwapState.LAPSED, ended_at=now)
