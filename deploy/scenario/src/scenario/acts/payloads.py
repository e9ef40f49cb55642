"""Turns what the files say into the bodies of the services' requests."""

from dataclasses import asdict
from datetime import datetime

from allocation.rules.domain import RuleSet
from scenario.doors.system import Json
from scenario.script import model, steps


def text(value: model.Text) -> Json:
    return {"vi": value.vi, "en": value.en}


def days(value: model.Days) -> Json:
    return {"from": value.first.isoformat(), "to": value.last.isoformat()}


def paper(value: model.Paper) -> Json:
    return {
        "type": value.type,
        "number": value.number,
        "notation": value.notation,
        "issued_on": value.issued_on.isoformat() if value.issued_on else None,
        "issuing_agency_code": value.issuing_agency_code,
        "title": value.title,
    }


def instant(value: datetime) -> str:
    return value.isoformat()


def contact(value: model.Contact) -> Json:
    return {
        "display_name": value.display_name,
        "email": value.email,
        "phone": value.phone,
        "language": value.language,
        "preferred_channels": list(value.channels),
        "may_be_told": list(value.may_be_told),
    }


def agency(value: model.Agency) -> Json:
    return {
        "name_vi": value.name_vi,
        "name_en": value.name_en,
        "level": value.level,
        "parent_code": value.parent_code,
        "province_code": value.province_code,
        "valid_from": value.valid_from.isoformat(),
        "valid_to": value.valid_to.isoformat() if value.valid_to else None,
        "contact": contact(value.contact) if value.contact else None,
    }


def edition(value: model.Edition) -> Json:
    return {
        "code": value.code,
        "name": text(value.name),
        "theme_region": value.theme_region,
        "theme_province_codes": list(value.theme_province_codes) or None,
        "province_register": value.province_register,
        "venue": {"name": text(value.venue), "province_code": value.venue_province_code},
        "planned": days(value.planned),
        "official_days": value.official_days,
        "booth_target": value.booth_target,
        "registration": {"opens_at": instant(value.opens_at), "closes_at": instant(value.closes_at)},
        "host_agency_codes": list(value.host_agency_codes),
        "executing_agency_codes": list(value.executing_agency_codes),
        "allocation_policy": value.allocation_policy,
        "quotas": [
            {"dimension": quota.dimension, "code": quota.code, "floor": quota.floor, "ceiling": quota.ceiling}
            for quota in value.quotas
        ],
    }


def floor_plan(value: model.Edition, booths: tuple[model.Booth, ...]) -> Json:
    return {
        "zones": [{"zone_code": zone.code, "name": text(zone.name), "kind": zone.kind} for zone in value.zones],
        "booths": [
            {
                "booth_code": booth.code,
                "zone_code": booth.zone_code,
                "area_m2": booth.area_m2,
                "corner": booth.corner,
                "power_sockets": booth.power_sockets,
                "x": booth.x,
                "y": booth.y,
                "neighbours": list(booth.neighbours),
            }
            for booth in booths
        ],
    }


def rules(value: RuleSet) -> Json:
    """Return an edition's own rules as the service takes them."""
    return asdict(value)


def application(value: model.Applicant) -> Json:
    """Return a dossier as nominations and self-registration take it, without the rank."""
    return {
        "vendor": {
            "legal_name": value.legal_name,
            "trade_name": value.trade_name,
            "vendor_type": value.vendor_type,
            "tax_id": value.tax_id,
            "registration_number": value.registration_number,
            "province_code": value.province_code,
            "country": value.country,
            "address": value.address,
            "representative": value.representative,
        },
        "contact": contact(value.contact),
        **dossier(value, value.documents),
    }


def dossier(value: model.Applicant, documents: tuple[model.Document, ...]) -> Json:
    """Return the part of an application that the vendor may supplement."""
    return {
        "products": [_product(product) for product in value.products],
        "documents": [document(each) for each in documents],
        "booths_wanted": value.booths_wanted,
        "wishes": {
            "zone_codes": list(value.wishes.zone_codes) or None,
            "corner": value.wishes.corner,
            "power": value.wishes.power,
            "not_beside_group": value.wishes.not_beside_group,
            "cooking": value.wishes.cooking,
        },
    }


def document(value: model.Document) -> Json:
    return {"kind": value.kind, "expires_on": value.expires_on.isoformat() if value.expires_on else None}


def _product(value: model.Product) -> Json:
    decision = certificate = None
    if value.decision_issued_on:
        decision = {
            "number": value.decision_number,
            "notation": value.decision_notation,
            "issued_on": value.decision_issued_on.isoformat(),
            "level": value.decision_level,
        }
    if value.certificate_issued_on:
        revoked = value.certificate_revoked_on
        certificate = {
            "number": value.certificate_number,
            "issued_on": value.certificate_issued_on.isoformat(),
            "revoked_on": revoked.isoformat() if revoked else None,
        }
    return {
        "name": value.name,
        "product_group": value.product_group,
        "stars": value.stars,
        "recognised_year": value.recognised_year,
        "decision": decision,
        "certificate": certificate,
        "class": value.product_class,
        "processed_packaged": value.processed_packaged,
        "imported": value.imported,
        "origin": value.origin,
    }


def figure(value: steps.Figure) -> Json:
    return {"value": value.value, "qualifier": value.qualifier, "is_estimate": value.is_estimate}
