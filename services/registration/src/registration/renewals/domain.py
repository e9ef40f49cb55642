"""What may be renewed of an accepted application, until when, and what its products then are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from common.errors import DomainError, FieldProblem
from registration.applications.domain import STATE_NAMES, ApplicationState
from registration.dossiers.domain import CertificateEntry, Decision, Dossier, Product
from registration.editions.endings import OVER, check_running
from registration.editions.states import EditionState

FIELD_OF: Mapping[str, str] = {
    "R06": "decision",
    "R07": "certificate.issued_on",
    "R08": "decision.level",
    "R17": "decision.issued_on",
    "R20": "certificate.number",
}
"""Which field of a renewal a rule speaks of; of any other it is the product as a whole."""


class NotRenewableError(DomainError):
    """A certificate is renewed while the application is accepted."""

    code = "not_renewable"


@dataclass(frozen=True)
class Renewal:
    """A product's new certificate, and the decision where that is a new one; stars that are None stay as they are."""

    product_id: UUID
    certificate: CertificateEntry
    decision: Decision | None = None
    stars: int | None = None


def is_open(state: ApplicationState, edition: EditionState) -> bool:
    """Tell whether a certificate may be renewed now."""
    return state is ApplicationState.ACCEPTED and edition not in OVER


def check_open(state: ApplicationState, edition: EditionState) -> None:
    """Raise EditionOverError, NotRenewableError unless a certificate may be renewed now."""
    check_running(edition)
    if state is not ApplicationState.ACCEPTED:
        raise NotRenewableError(
            f"Hồ sơ {STATE_NAMES[state][0]}; chỉ hồ sơ được chấp nhận mới ghi nhận giấy chứng nhận mới theo cách này.",
            f"The application is {STATE_NAMES[state][1]}; a new certificate is entered so of an accepted one only.",
            state=state.value,
        )


def check_renewals(
    renewals: Sequence[Renewal], products: Mapping[UUID, Product], known_numbers: frozenset[str | None] | None
) -> Iterator[FieldProblem]:
    """Check what is entered against the products as they are.

    ``known_numbers`` are those of the certificates whose files are there; None where no file is asked for.
    """
    if not renewals:
        yield FieldProblem("products", "missing", "Chưa chọn sản phẩm.", "No product is named.")
    seen: set[UUID] = set()
    for place, one in enumerate(renewals):
        field = f"products[{place}]"
        product = products.get(one.product_id)
        if product is None:
            vi, en = "Hồ sơ không có sản phẩm này.", "The application has no such product."
            yield FieldProblem(f"{field}.product_id", "unknown_product", vi, en)
        elif product.certificate is None:
            vi = "Sản phẩm được chấp nhận không kèm giấy chứng nhận, nên không có gì để thay mới."
            en = "The product was accepted without a certificate; there is none to renew."
            yield FieldProblem(f"{field}.product_id", "no_certificate", vi, en)
        elif one.stars not in (None, product.stars) and one.decision is None:
            vi, en = "Hạng sao khác cần quyết định mới.", "Other stars need their new decision."
            yield FieldProblem(f"{field}.decision", "missing", vi, en)
        if one.product_id in seen:
            vi, en = "Sản phẩm ghi hai lần.", "The product is named twice."
            yield FieldProblem(f"{field}.product_id", "product_twice", vi, en)
        seen.add(one.product_id)
        yield from _check_number(one, field, known_numbers)


def _check_number(one: Renewal, field: str, known_numbers: frozenset[str | None] | None) -> Iterator[FieldProblem]:
    number = one.certificate.number
    if not number:
        vi, en = "Chưa ghi số giấy chứng nhận.", "The number of the certificate is missing."
        yield FieldProblem(f"{field}.certificate.number", "missing", vi, en)
    elif known_numbers is not None and number not in known_numbers:
        vi = "Chưa có tệp giấy chứng nhận mang số này; hãy gửi tệp trước."
        en = "There is no file of a certificate with this number; send it first."
        yield FieldProblem(f"{field}.certificate.number", "paper_missing", vi, en)


def renew(product: Product, renewal: Renewal) -> Product:
    """Return a product with its new certificate; the same one sent again changes nothing, a recall of it neither."""
    held = product.certificate
    same = held is not None and (held.number, held.issued_on) == (
        renewal.certificate.number,
        renewal.certificate.issued_on,
    )
    decision = renewal.decision or product.decision
    is_new = decision is not None and decision != product.decision
    return replace(
        product,
        certificate=held if same else renewal.certificate,
        decision=decision,
        stars=product.stars if renewal.stars is None else renewal.stars,
        recognised_year=decision.issued_on.year if is_new and decision is not None else product.recognised_year,
    )


def renew_all(dossier: Dossier, product_ids: Sequence[UUID], renewals: Sequence[Renewal]) -> Dossier:
    """Return a dossier whose named products have their new certificates; nothing else of it changes."""
    by_id = {one.product_id: one for one in renewals}
    products = tuple(
        renew(product, by_id[product_id]) if product_id in by_id else product
        for product, product_id in zip(dossier.products, product_ids, strict=True)
    )
    return replace(dossier, products=products)
