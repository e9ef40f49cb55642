"""Photographs of papers as a phone makes them, and forms with files as a browser sends them."""

import struct
import zlib
from collections.abc import Mapping, Sequence

BOUNDARY = "----ocop-scenario-form"
SIDE = 48


def photograph(name: str) -> bytes:
    """Return a small picture (PNG) that is another one for another name."""
    shades = zlib.crc32(name.encode()).to_bytes(4, "big")[:3]
    rows = b"".join(b"\0" + shades * SIDE for _ in range(SIDE))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def write_form(fields: Sequence[tuple[str, str]], files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """Return fields and files as multipart/form-data (RFC 7578), and its media type; the fields of files come once."""
    parts = [(f'name="{name}"', value.encode()) for name, value in fields if name not in files]
    parts += [(f'name="{name}"; filename="{name}.png"', content) for name, content in files.items()]
    lines = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + body + b"\r\n"
        for head, body in parts
    ]
    return b"".join(lines) + f"--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"
