"""Reads the steps by which vendors come in and get booths: from the announcement to the answers."""

from collections.abc import Callable

from scenario.reading.fields import Fields
from scenario.reading.steps import Known, read_refs, read_selection, read_step_paper
from scenario.script import steps
from scenario.script.steps import Step


def _announce(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Announce(head.at, head.line, read_step_paper(fields, known))


def _open(_fields: Fields, head: Step, _known: Known) -> Step:
    return steps.Open(head.at, head.line)


def _nominate(fields: Fields, head: Step, known: Known) -> Step:
    fields.raw("provinces")
    chosen = None if fields.values.get("provinces", "all") == "all" else _provinces(fields, "provinces", known)
    by_workbook = _provinces(fields, "by_workbook", known)
    mistyped = read_refs(fields, "mistyped", known)
    if chosen is not None and not set(by_workbook) <= set(chosen):
        vi, en = "chỉ gồm các tỉnh, thành phố của bước này", "names provinces of this step only"
        fields.wrong("by_workbook", vi, en)
    if any(ref.split("/")[0] not in by_workbook for ref in mistyped):
        vi, en = "chỉ gồm hồ sơ gửi bằng bảng tính (by_workbook)", "names applicants sent by_workbook only"
        fields.wrong("mistyped", vi, en)
    return steps.Nominate(head.at, head.line, chosen, by_workbook, mistyped)


def _provinces(fields: Fields, name: str, known: Known) -> tuple[str, ...]:
    codes = fields.words(name)
    for code in codes:
        if code not in known.province_codes:
            fields.wrong(name, f"không có nominations/{code}.csv", f"there is no nominations/{code}.csv")
    return codes


def _self_apply(fields: Fields, head: Step, known: Known) -> Step:
    chosen = read_selection(fields, "applicants", known)
    by_draft, on_two_phones = read_refs(fields, "by_draft", known), read_refs(fields, "on_two_phones", known)
    if any(not ref.startswith("self/") or (chosen is not None and ref not in chosen) for ref in by_draft):
        vi, en = "chỉ gồm chủ thể tự đăng ký ở bước này", "names those who register by themselves in this step only"
        fields.wrong("by_draft", vi, en)
    by_mailed_link = read_refs(fields, "by_mailed_link", known)
    for name, some in (("on_two_phones", on_two_phones), ("by_mailed_link", by_mailed_link)):
        if not set(some) <= set(by_draft):
            fields.wrong(name, "chỉ gồm chủ thể trong by_draft", "names applicants of by_draft only")
    if set(on_two_phones) & set(by_mailed_link):
        vi, en = "chủ thể này đã có trong on_two_phones", "names applicants that are in on_two_phones"
        fields.wrong("by_mailed_link", vi, en)
    return steps.SelfApply(head.at, head.line, chosen, by_draft, on_two_phones, by_mailed_link)


def _submit(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Submit(head.at, head.line, read_selection(fields, "applicants", known))


def _withdraw(fields: Fields, head: Step, known: Known) -> Step:
    by = fields.choice("by", ("vendor", "agency", "organiser"))
    paper = fields.optional_text("paper")
    if by == "organiser" and paper is None and not fields.is_faulty("paper"):
        fields.wrong("paper", "cần văn bản đề nghị rút hồ sơ", "the letter that asks for it is needed")
    refs = read_refs(fields, "applicants", known)
    return steps.Withdraw(head.at, head.line, refs, by, fields.code("reason_code"), paper)


def _review(fields: Fields, head: Step, known: Known) -> Step:
    anyway = read_refs(fields, "accept_anyway", known)
    reason = fields.optional_text("override_reason", 500)
    if anyway and not reason:
        fields.wrong("override_reason", "thiếu lý do cho accept_anyway", "accept_anyway needs a reason")
    return steps.Review(head.at, head.line, fields.optional_integer("reply_days", 1, 30) or 5, anyway, reason)


def _supplement(fields: Fields, head: Step, known: Known) -> Step:
    chosen = read_selection(fields, "applicants", known)
    return steps.Supplement(head.at, head.line, chosen, read_refs(fields, "too_late", known))


def _close(_fields: Fields, head: Step, _known: Known) -> Step:
    return steps.Close(head.at, head.line)


def _release(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Release(head.at, head.line, read_step_paper(fields, known))


def _answer(fields: Fields, head: Step, known: Known) -> Step:
    return steps.Answer(
        head.at,
        head.line,
        decline=read_refs(fields, "decline", known),
        silent=read_refs(fields, "silent", known),
        decline_percent=fields.optional_integer("decline_percent", 0, 100) or 0,
        silent_percent=fields.optional_integer("silent_percent", 0, 100) or 0,
        by_link=fields.optional_integer("by_link", 0, 2000) or 0,
    )


READERS: dict[str, Callable[[Fields, Step, Known], Step]] = {
    "announce": _announce,
    "open": _open,
    "nominate": _nominate,
    "self_apply": _self_apply,
    "submit": _submit,
    "withdraw": _withdraw,
    "review": _review,
    "supplement": _supplement,
    "close": _close,
    "release": _release,
    "answer": _answer,
}
