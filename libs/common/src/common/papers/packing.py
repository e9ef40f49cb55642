"""Packs a PDF: every cell of a tagged table is an object of its own, which typst writes out in full."""

import io

import pikepdf


def pack(pdf: bytes) -> bytes:
    """Return the same document with its objects in compressed streams; the same document gives the same bytes."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(
            written,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
            deterministic_id=True,
        )
    return written.getvalue()
