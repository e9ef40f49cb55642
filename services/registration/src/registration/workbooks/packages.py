"""What a file must be before it is opened as a workbook: no bomb, no password, nothing that is not XML; and its merged cells."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile

from registration.workbooks.domain import refused

MOST_PARTS = 300
MOST_UNPACKED = 64 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PIECE = 1 << 20
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
DECLARATIONS = tuple(
    word.encode(form) for word in ("<!DOCTYPE", "<!ENTITY") for form in ("utf-8", "utf-16-le", "utf-16-be")
)
PASSWORD = (
    "password",
    "Tệp có mật khẩu; hãy bỏ mật khẩu rồi gửi lại.",
    "The file has a password; take it off and send the file again.",
)
DAMAGED = (
    *(BadZipFile, zlib.error, LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError, OSError),
    *(ValueError, TypeError, LookupError, AttributeError, SyntaxError, OverflowError, AssertionError),
)
"""What zipfile, the decompressors, the parser of XML and openpyxl raise of bytes that are not what they should be."""
NO_WORKBOOK = (
    "not_a_workbook",
    "Tệp không phải bảng tính .xlsx, hoặc đã hỏng.",
    "The file is no .xlsx workbook, or it is damaged.",
)


def open_package(content: bytes) -> ZipFile:
    """Return the file as a package whose parts are safe to unpack; raises InvalidInputError."""
    if content.startswith(OLE):
        raise refused(*(PASSWORD if ENCRYPTED in content else _old_form()))
    try:
        package = ZipFile(io.BytesIO(content))
    except DAMAGED:
        raise refused(*NO_WORKBOOK) from None
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise refused(*PASSWORD)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        megabytes = MOST_UNPACKED >> 20
        raise refused(
            "too_large_unpacked",
            f"Tệp giải nén ra quá {megabytes} MB hoặc quá {MOST_PARTS} phần; hãy điền vào mẫu mới.",
            f"The file unpacks to more than {megabytes} MB or {MOST_PARTS} parts; fill in a new one.",
        )
    if "[Content_Types].xml" not in package.namelist():
        raise refused(*NO_WORKBOOK)
    _check_declarations(package)
    return package


def _old_form() -> tuple[str, str, str]:
    return (
        "old_form",
        "Tệp theo dạng cũ .xls; hãy lưu thành .xlsx.",
        "The file has the old form .xls; save it as .xlsx.",
    )


def _check_declarations(package: ZipFile) -> None:
    """Refuse parts that declare entities: no program that writes workbooks does."""
    for name in package.namelist():
        if name.endswith((".xml", ".rels", ".vml")):
            try:
                with package.open(name) as part:
                    beginning = part.read(4096)
            except DAMAGED:
                raise refused(*NO_WORKBOOK) from None
            if any(word in beginning for word in DECLARATIONS):
                raise refused(*NO_WORKBOOK)


def has_macros(package: ZipFile) -> bool:
    """Tell whether a package carries programs; they are never read."""
    return any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in package.namelist())


def merged_cells(package: ZipFile, path: str) -> Iterator[tuple[str, int, str, int]]:
    """Yield the merged cells of a sheet: first column and row, last column and row."""
    rest = b""
    with package.open(path) as part:
        while piece := part.read(PIECE):
            text = rest + piece
            end = 0
            for found in MERGED.finditer(text):
                end = found.end()
                yield found[1].decode(), int(found[2]), found[3].decode(), int(found[4])
            rest = text[max(end, len(text) - 200) :]
