"""Duplicates over HTTP: search, pairs side by side, and the decision of a person."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from common.tokens import Role
from common.web import Caller, Paragraph, Strict, Uow, allow, new_router
from registration.duplicates import handlers, repository
from registration.duplicates.domain import Verdict
from registration.duplicates.handlers import Shown, Side
from registration.duplicates.repository import Pair
from registration.workshop.api import TheWorkshop

router = new_router("duplicates")
SIGNS = {
    "number": ("Cùng mã số thuế hoặc số đăng ký", "The same tax or registration number"),
    "phone": ("Cùng số điện thoại", "The same phone"),
    "name": ("Tên giống nhau", "Alike names"),
    "province": ("Cùng tỉnh, thành phố (theo danh mục mới)", "The same province (by the newest register)"),
    "products": ("Sản phẩm trùng nhau", "The same products"),
}


class SearchView(BaseModel):
    """What a search found; pairs decided before are not shown again unless something new speaks for them."""

    vendors: int
    waiting: int
    remembered: int


class SignView(BaseModel):
    """One sign that the two are one producer; ``alike`` runs from 0 to 100."""

    name: str
    vi: str
    en: str
    points: int
    alike: int


class AppliedView(BaseModel):
    """An application of one side, by edition and way in."""

    edition_code: str
    application_id: UUID
    state: str
    channel: str
    nominating_agency_code: str | None


class SideView(BaseModel):
    """One of the two vendors; of the phone only the last digits."""

    vendor_id: UUID
    legal_name: str
    trade_name: str
    vendor_type: str
    tax_id: str | None
    registration_number: str | None
    province_code: str | None
    country: str
    phone: str | None
    products: tuple[str, ...]
    applications: tuple[AppliedView, ...]

    @classmethod
    def of(cls, side: Side) -> "SideView":
        names = ("legal_name", "trade_name", "vendor_type", "tax_id", "registration_number", "province_code", "country")
        return cls(
            vendor_id=side.vendor_id,
            phone=side.phone,
            products=side.products,
            applications=tuple(AppliedView(**vars(one)) for one in side.applications),
            **{name: getattr(side.vendor, name) for name in names},
        )


class EarlierView(BaseModel):
    """A verdict that was taken back."""

    verdict: Verdict
    reason: str
    decided_at: datetime


class PairView(BaseModel):
    """Two vendors that may be one producer, side by side, with what speaks for it and what was decided."""

    pair_id: UUID
    score: int
    signs: tuple[SignView, ...]
    first: SideView
    second: SideView
    verdict: Verdict | None
    reason: str | None
    decided_at: datetime | None
    earlier: tuple[EarlierView, ...] = ()

    @classmethod
    def of(cls, shown: Shown) -> "PairView":
        pair = shown.pair
        return cls(
            pair_id=pair.pair_id,
            score=pair.score,
            signs=tuple(_to_sign(one.name, one.points, one.alike) for one in pair.signals),
            first=SideView.of(shown.first),
            second=SideView.of(shown.second),
            verdict=Verdict(pair.verdict) if pair.verdict else None,
            reason=pair.reason,
            decided_at=pair.decided_at,
            earlier=tuple(
                EarlierView(verdict=Verdict(one.verdict), reason=one.reason, decided_at=one.decided_at)
                for one in shown.earlier
            ),
        )


def _to_sign(name: str, points: int, alike: int) -> SignView:
    vi, en = SIGNS[name]
    return SignView(name=name, vi=vi, en=en, points=points, alike=alike)


class PairDecisionEntry(Strict):
    """Whether the two are one producer, and why; if so, ``kept_vendor_id`` stays (left out: the first)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "different", "reason": "Hai hợp tác xã trùng tên, khác huyện"}]}
    )

    verdict: Verdict
    reason: Paragraph
    kept_vendor_id: UUID | None = None


@router.post("/duplicate-searches", status_code=201, dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def search(uow: Uow, workshop: TheWorkshop) -> SearchView:
    """Compare all vendors; the pairs that may be one producer wait for a person."""
    return SearchView(**vars(await handlers.search_duplicates(uow, workshop)))


@router.get("/duplicate-pairs", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def list_pairs(
    uow: Uow,
    verdict: Verdict | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> list[PairView]:
    """List pairs side by side, the likeliest first: those that wait, or those with a verdict; go on ``after`` one."""
    last: Pair | None = await repository.find_pair(uow.session, after) if after else None
    place = (last.score, last.pair_id) if last else None
    pairs = await repository.list_pairs(uow.session, verdict.value if verdict else None, place, limit)
    return [PairView.of(shown) for shown in await handlers.show(uow, pairs)]


@router.post("/duplicate-pairs/{pair_id}/decision", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def decide(pair_id: UUID, entry: PairDecisionEntry, uow: Uow, caller: Caller) -> PairView:
    """Say whether the two are one producer; it is remembered, and one producer's vendors are merged."""
    pair = await handlers.decide_pair(uow, pair_id, entry.verdict, entry.kept_vendor_id, entry.reason, caller.subject)
    return PairView.of((await handlers.show(uow, [pair]))[0])


class SeparationEntry(Strict):
    """Why the two are not one producer after all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Hai hộ khác nhau dùng chung số điện thoại"}]})

    reason: Paragraph


@router.post("/duplicate-pairs/{pair_id}/separation", dependencies=[allow(Role.ORGANISER, Role.REVIEWER)])
async def separate(pair_id: UUID, entry: SeparationEntry, uow: Uow, caller: Caller) -> PairView:
    """Take a merge back: not the same after all; both are vendors of their own again, what was decided stays on record."""
    pair = await handlers.separate_pair(uow, pair_id, entry.reason, caller.subject)
    return PairView.of((await handlers.show(uow, [pair]))[0])
