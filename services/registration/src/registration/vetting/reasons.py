"""Open codes as reasons that people read: the pack's text, or which paper lapses when."""

from collections.abc import Sequence
from datetime import date

from common.contracts.base import LocalText, Reason
from registration.vetting.domain import CodeRule, Eligibility, Finding
from registration.vetting.filed_papers import WORTHS, Worth
from registration.vetting.paper_names import name_paper


def to_reasons(codes: Sequence[str], packs: Eligibility, findings: Sequence[Finding]) -> tuple[Reason, ...]:
    """Return codes as reasons with their texts and the rule behind them, each once; findings give the facts."""
    known = [rule for code in dict.fromkeys(codes) if (rule := packs.find_code(code)) is not None]
    return tuple(_to_reason(rule, packs.version, [one for one in findings if one.code == rule.code]) for rule in known)


def _to_reason(rule: CodeRule, version: str, findings: Sequence[Finding]) -> Reason:
    lapsing = _pairs(findings, "lapsing", "lapses_on")
    refuted = _pairs(findings, "refuted", "finding")
    source = f"eligibility/{version}#{rule.code}"
    texts = [_say_worth(kind, found) for kind, found in refuted]
    texts += [_say_lapse(kind, date.fromisoformat(day)) for kind, day in lapsing]
    if not texts:
        return Reason(code=rule.name, text=LocalText(vi=rule.vi, en=rule.en), rule=source)
    if any(one.data.get("missing") for one in findings):
        texts.insert(0, (rule.vi, rule.en))
    data = {"refuted": " ".join(kind for kind, _ in refuted), "finding": refuted[0][1]} if refuted else {}
    lapses = (
        {"lapsing": " ".join(kind for kind, _ in lapsing), "lapses_on": min(day for _, day in lapsing)}
        if lapsing
        else {}
    )
    return Reason(
        code=rule.name,
        text=LocalText(vi="; ".join(vi for vi, _ in texts), en="; ".join(en for _, en in texts)),
        rule=source,
        data={**data, **lapses},
    )


def say_unseen(reason: Reason, kinds: Sequence[str]) -> Reason:
    """Return a reason that asks for the files of papers which are stated and not seen."""
    texts = [_say_worth(kind, Worth.STATED) for kind in kinds]
    text = LocalText(vi="; ".join(vi for vi, _ in texts), en="; ".join(en for _, en in texts))
    return reason.model_copy(update={"text": text, "data": {"unseen": " ".join(kinds)}})


def _pairs(findings: Sequence[Finding], kind: str, what: str) -> list[tuple[str, str]]:
    """Return which papers findings name, and what they say of each, once."""
    return sorted({(str(one.data[kind]), str(one.data[what])) for one in findings if one.data.get(kind)})


def _say_worth(kind: str, found: str) -> tuple[str, str]:
    (vi, en), (vi_found, en_found) = name_paper(kind), WORTHS[Worth(found)]
    return f"{vi}: {vi_found}", f"{en}: {en_found}"


def _say_lapse(kind: str, day: date) -> tuple[str, str]:
    vi, en = name_paper(kind)
    when = f"{day:%d/%m/%Y}"
    return (
        f"{vi} hết hiệu lực ngày {when}, trước khi sự kiện kết thúc",
        f"{en} lapses on {when}, before the event ends",
    )
