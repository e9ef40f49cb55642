"""Files as phones, scanners and mischief make them."""

import io
import struct
import zlib
from zipfile import ZipFile

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

CAMERA = "Samsung SM-A127F of Nguyễn Thị Mẫu"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def a_pdf(
    pages: int = 1,
    *,
    password: str | None = None,
    attachment: bool = False,
    opens_script: bool = False,
    names_script: bool = False,
) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if attachment:
        writer.add_attachment("x.js", b"alert('x')")
    if names_script:
        named = ArrayObject([TextStringObject("x"), _a_script()])
        tree = DictionaryObject({NameObject("/Names"): named})
        writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): tree})
    if opens_script:
        writer.root_object[NameObject("/OpenAction")] = _a_script()
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _a_script() -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('x')")}
    )


def a_picture(form: str = "JPEG", shade: int = 90, size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a photograph that lies on its side, with the camera and the place in its metadata."""
    picture = Image.new("RGB", size, (shade, 140, 60))
    exif = picture.getexif()
    exif[0x0110] = CAMERA
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    picture.save(written, form, exif=exif)
    return written.getvalue()


def an_archive() -> bytes:
    written = io.BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr("x.js", "alert(1)")
    return written.getvalue()


def a_header_of_png(width: int, height: int) -> bytes:
    """Return a picture that says how large it is, and little more."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(bytes(width + 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
