"""What may be changed of an application in which state, and how a change reads in the history."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.errors import DomainError, FieldProblem
from registration.applications.domain import STATE_NAMES, ApplicationState
from registration.contents import Content, flatten

S = ApplicationState
NOT_TOLD_YET = (S.DRAFT, S.RETURNED)
"""What is changed here is handed in afterwards."""
MAY_CHANGE_ALL = (*NOT_TOLD_YET, S.SUBMITTED)
MAY_CHANGE_PRIVATE = (*MAY_CHANGE_ALL, S.UNDER_REVIEW, S.ACCEPTED)
PRIVATE = ("vendor.address", "vendor.representative", "vendor.registration_number", "contact.")
"""What no event tells and no rule judges: it may be put right as long as the application lives."""
NAMED = {"products": "name", "documents": "kind"}


@dataclass(frozen=True)
class ReasonForChange:
    """Why something is changed, in words; ``needs_note``: what is meant has to be said beside it."""

    vi: str
    en: str
    needs_note: bool = False


REASONS: Mapping[str, ReasonForChange] = {
    "corrected": ReasonForChange("Sửa sai sót khi khai", "A mistake is put right"),
    "facts_changed": ReasonForChange("Thông tin đã thay đổi", "The facts have changed"),
    "supplemented": ReasonForChange("Bổ sung theo yêu cầu", "Supplemented as asked"),
    "other": ReasonForChange("Lý do khác", "Another reason", needs_note=True),
}


class NotAmendableError(DomainError):
    """The application has gone on; what is to be changed is decided on already, or it has ended."""

    code = "not_amendable"

    def __init__(self, state: ApplicationState, fields: Sequence[str]) -> None:
        listed = ", ".join(fields)
        super().__init__(
            f"Hồ sơ {STATE_NAMES[state][0]} nên không sửa được nữa: {listed}. Nếu cần, hãy liên hệ Ban Tổ chức.",
            f"The application is {STATE_NAMES[state][1]}; this cannot be changed any more: {listed}. Ask the organiser.",
            field=fields[0],
            state=state.value,
        )


def check_reason(code: str, note: str | None, *, is_organiser: bool) -> Iterator[FieldProblem]:
    """Check why something is changed: a reason of the list; the organiser, who may change more, says it in words too."""
    reason = REASONS.get(code)
    if reason is None:
        vi = "; ".join(f"{name} ({one.vi})" for name, one in REASONS.items())
        yield FieldProblem("reason_code", "unknown_code", f"Hãy chọn: {vi}.", f"One of: {', '.join(REASONS)}.")
    if (is_organiser or (reason is not None and reason.needs_note)) and not (note or "").strip():
        yield FieldProblem("note", "missing", "Hãy ghi rõ vì sao sửa.", "Say why it is changed.")


def check_state(state: ApplicationState, fields: Sequence[str]) -> None:
    """Raise NotAmendableError where a changed field may not be changed in this state."""
    allowed = MAY_CHANGE_ALL if is_told(fields) else MAY_CHANGE_PRIVATE
    if fields and state not in allowed:
        raise NotAmendableError(state, [one for one in fields if state not in MAY_CHANGE_PRIVATE or is_told([one])])


def is_told(fields: Sequence[str]) -> bool:
    """Tell whether a change concerns what was told when the application was handed in."""
    return any(not field.startswith(PRIVATE) for field in fields)


def name_parts(content: Content) -> dict[str, object]:
    """Return the filled values by paths that stay the same when a list is put in another order.

    ``products[Chè Shan tuyết].stars``; of two of one name the second is ``…#2``.
    """
    found: dict[str, object] = {}
    for part, value in content.items():
        if part not in NAMED:
            found |= flatten(value, part)
            continue
        seen: dict[str, int] = {}
        for entry in value or ():
            name = str(entry.get(NAMED[part]))
            seen[name] = seen.get(name, 0) + 1
            path = f"{part}[{name}]" if seen[name] == 1 else f"{part}[{name}#{seen[name]}]"
            found |= flatten(entry, path)
    return found


def find_changes(old: Content, new: Content) -> list[tuple[str, object, object]]:
    """Return each field whose value is another one, with both values; nothing is None."""
    before, after = name_parts(old), name_parts(new)
    return [
        (field, before.get(field), after.get(field))
        for field in sorted(before.keys() | after.keys())
        if before.get(field) != after.get(field)
    ]
