"""Reads how to reach a vendor or agency."""

from scenario.reading.fields import Fields
from scenario.script.model import Contact

LANGUAGES = ("vi", "en", "lo", "th", "ja")
CHANNELS = ("email", "sms", "zalo")
CONTACT_COLUMNS = ("contact_name", "email", "phone", "language", "channels", "may_be_told")


def read_contact(row: Fields) -> Contact:
    """Return the contact columns of a line."""
    email = row.text("email", 200)
    if email and ("@" not in email.strip("@") or " " in email):
        row.wrong("email", f"“{email}” không phải địa chỉ thư", f"“{email}” is no e-mail address")
    channels = row.words("channels") or ("email",)
    for channel in channels:
        if channel not in CHANNELS:
            row.wrong("channels", f"“{channel}”: chọn trong {CHANNELS}", f"“{channel}”: choose among {CHANNELS}")
    return Contact(
        display_name=row.text("contact_name", 200),
        email=email,
        phone=_phone(row),
        language=row.choice("language", LANGUAGES),
        channels=channels,
        may_be_told=row.words("may_be_told"),
    )


def _phone(row: Fields) -> str | None:
    phone = row.optional_text("phone", 20)
    digits = (phone or "").removeprefix("+")
    if phone and not (digits.isdigit() and 8 <= len(digits) <= 15):
        row.wrong("phone", f"“{phone}” không phải số điện thoại", f"“{phone}” is no telephone number")
    return phone
