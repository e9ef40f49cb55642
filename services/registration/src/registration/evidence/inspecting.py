"""What a file is by its content, and the form in which it is kept: pictures anew without metadata, PDFs as they came.

A file that is two things at once (a PDF that is also an archive, a picture with a page of HTML behind it) is refused:
different programs would show different things of it.
"""

import io
import re
import warnings
from zipfile import is_zipfile

from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import DictionaryObject, PdfObject

from registration.evidence.domain import Inspected, refused

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
FORMATS = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG}
"""Pillow's names; MPO is a JPEG with further views, as some phones write it: only the first is kept."""
MOST_PIXELS = 50_000_000
MOST_PAGES = 200
QUALITY = 88
HIDDEN = re.compile(rb"<script|<html|<!doctype|<\?php|%PDF-1\.|PK\x05\x06", re.IGNORECASE)
ACTIVE = ("/OpenAction", "/AA")
ACTIVE_NAMES = ("/JavaScript", "/EmbeddedFiles")


def inspect(content: bytes) -> Inspected:
    """Return the file as it is kept; raises InvalidInputError that names the field ``content``."""
    if content.startswith(b"%PDF-"):
        _check_pdf(content)
        return Inspected(PDF, content)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        if HIDDEN.search(content):
            raise _two_things()
        return _encode_anew(content)
    raise refused(
        "content",
        "type_not_taken",
        "Tệp không phải PDF, JPEG hay PNG (xét theo nội dung, không theo tên tệp).",
        "The file is no PDF, JPEG or PNG, by its content, whatever its name.",
    )


def _two_things() -> Exception:
    return refused(
        "content",
        "two_types_at_once",
        "Tệp chứa thêm nội dung lạ (lưu trữ nén, trang HTML, tệp khác); hãy quét hoặc chụp lại.",
        "The file hides something else (an archive, a page of HTML, another file); scan or photograph the paper anew.",
    )


def _broken(what_vi: str, what_en: str) -> Exception:
    return refused(
        "content", "file_broken", f"{what_vi} bị hỏng; hãy gửi lại.", f"The {what_en} is broken; send it anew."
    )


def _encode_anew(content: bytes) -> Inspected:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of pictures by the size or the metadata; both are dealt with here
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise _too_many_pixels()
                media_type = FORMATS[picture.format or ""]
                upright = ImageOps.exif_transpose(picture)
                pixels = upright.convert("RGB" if media_type == JPEG or upright.mode != "L" else "L")
    except Image.DecompressionBombError:  # so many that the library does not even open it
        raise _too_many_pixels() from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise _broken("Ảnh", "picture") from None
    bare = Image.new(pixels.mode, pixels.size)  # a new picture: no metadata can come along
    bare.paste(pixels)
    written = io.BytesIO()
    if media_type == JPEG:
        bare.save(written, "JPEG", quality=QUALITY)
    else:
        bare.save(written, "PNG")
    return Inspected(media_type, written.getvalue())


def _too_many_pixels() -> Exception:
    millions = MOST_PIXELS // 1_000_000
    return refused(
        "content",
        "too_many_pixels",
        f"Ảnh có quá {millions} triệu điểm ảnh; hãy thu nhỏ.",
        f"The picture has more than {millions} million pixels; make it smaller.",
    )


def _check_pdf(content: bytes) -> None:
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise _broken("Tệp PDF", "PDF")
    if content[end + 5 :].strip(b"\r\n\t \0") or is_zipfile(io.BytesIO(content)):
        raise _two_things()
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise _has_password()
        pages = len(reader.pages)
        root = reader.root_object
        names = root.get("/Names")
        named = names.get_object() if names is not None else DictionaryObject()
        is_active = any(key in root for key in ACTIVE if key == "/AA" or _is_script(root.get(key)))
        is_active |= isinstance(named, DictionaryObject) and any(key in named for key in ACTIVE_NAMES)
    except (PyPdfError, DependencyError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise _broken("Tệp PDF", "PDF") from None
    if not 1 <= pages <= MOST_PAGES:
        raise refused(
            "content", "too_many_pages", f"PDF có từ 1 đến {MOST_PAGES} trang.", f"A PDF has 1 to {MOST_PAGES} pages."
        )
    if is_active:
        raise refused(
            "content",
            "active_content",
            "PDF có mã lệnh hoặc tệp đính kèm; hãy in lại thành PDF thường.",
            "The PDF holds scripts or attached files; print it to a plain PDF.",
        )


def _is_script(action: object) -> bool:
    """Tell whether what a PDF does when opened is more than showing a page."""
    found = action.get_object() if isinstance(action, PdfObject) else action
    return isinstance(found, DictionaryObject) and found.get("/S") not in (None, "/GoTo")


def _has_password() -> Exception:
    return refused(
        "content",
        "password",
        "Tệp PDF có mật khẩu; hãy bỏ mật khẩu rồi gửi lại.",
        "The PDF has a password; take it off.",
    )
