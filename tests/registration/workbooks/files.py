"""Files as other programs, careless hands and attackers make them, by rewriting the parts of a good one."""

import io
import re
from collections.abc import Callable
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

Parts = dict[str, bytes]


def parts_of(content: bytes) -> Parts:
    with ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def to_file(parts: Parts) -> bytes:
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return written.getvalue()


def rewrite(content: bytes, change: Callable[[Parts], None]) -> bytes:
    parts = parts_of(content)
    change(parts)
    return to_file(parts)


def sheet_names(parts: Parts) -> list[str]:
    return sorted(name for name in parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))


def with_shared_strings(parts: Parts) -> None:
    """Put every text into the table of shared texts, as Excel and LibreOffice do, in runs of two forms."""
    texts: list[str] = []

    def share(found: re.Match[str]) -> str:
        texts.append(found[2])
        return f"<c{found[1].replace(INLINE, SHARED)}><v>{len(texts) - 1}</v></c>"

    for name in sheet_names(parts):
        sheet = parts[name].decode()
        parts[name] = re.sub(r"<c([^>]*)><is><t[^>]*>(.*?)</t></is></c>", share, sheet, flags=re.DOTALL).encode()
    runs = "".join(
        f'<si><r><t xml:space="preserve">{text[:3]}</t></r><r><rPr><b/></rPr><t xml:space="preserve">{text[3:]}</t></r></si>'
        if "&" not in text
        else f"<si><t>{text}</t></si>"
        for text in texts
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<?xml version="1.0"?><sst xmlns="{main}">{runs}</sst>'.encode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    if b"sharedStrings" not in parts["[Content_Types].xml"]:
        told = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", told.encode())


INLINE, SHARED = 't="inlineStr"', 't="s"'


def without_properties(parts: Parts) -> None:
    for name in [name for name in parts if name.startswith("docProps/")]:
        del parts[name]
    _forget(parts, "docProps/core.xml")
    _forget(parts, "docProps/app.xml")


def _forget(parts: Parts, target: str) -> None:
    for name in [name for name in parts if name.endswith(".rels") or name == "[Content_Types].xml"]:
        parts[name] = re.sub(rf'<(Relationship|Override)\s[^>]*{re.escape(target)}"[^>]*/>'.encode(), b"", parts[name])


def with_prefixed_names(parts: Parts) -> None:
    """Give the elements of every sheet a prefix, as some programs do."""
    for name in sheet_names(parts):
        sheet = re.sub(r"<(/?)(?=[a-z])(?!\?)", r"<\1x:", parts[name].decode())
        parts[name] = sheet.replace('xmlns="http', 'xmlns:x="http', 1).encode()


def with_other_date_form(parts: Parts) -> None:
    """Let dates be shown by a form of another program and language."""
    styles = parts["xl/styles.xml"].decode()
    parts["xl/styles.xml"] = styles.replace('"dd/mm/yyyy"', '"[$-42A]dd\\/mm\\/yyyy;@"').encode()


def with_macros(parts: Parts) -> None:
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 a program"
    types = parts["[Content_Types].xml"].decode()
    plain, macros = "spreadsheetml.sheet.main+xml", "ms-excel.sheet.macroEnabled.main+xml"
    types = types.replace(f"application/vnd.openxmlformats-officedocument.{plain}", f"application/vnd.{macros}")
    binary = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    parts["[Content_Types].xml"] = types.replace("<Default", f"{binary}<Default", 1).encode()


def with_a_bomb(parts: Parts) -> None:
    parts["xl/media/picture.xml"] = bytes(100 * 1024 * 1024)


def with_entities(parts: Parts) -> None:
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    for name in sheet_names(parts):
        head, _, rest = parts[name].partition(b"?>")
        parts[name] = head + b"?>" + declared + rest


def with_a_lying_size(parts: Parts) -> None:
    """Let every sheet say that it has one cell."""
    for name in sheet_names(parts):
        parts[name] = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', parts[name])


def with_rows(count: int, first: int, make: Callable[[int], dict[str, str]]) -> Callable[[Parts], None]:
    """Return a change that puts rows of texts in front of what stands behind the first sheet's entries."""

    def change(parts: Parts) -> None:
        name = next(
            name for name in sheet_names(parts) if "Thứ tự ưu tiên".encode() in parts[name] or _is_rows(parts, name)
        )
        sheet = parts[name].decode()
        kept = re.sub(
            r'<row r="(\d+)".*?(?:</row>|/>)', lambda row: row[0] if int(row[1]) < first else "", sheet, flags=re.DOTALL
        )
        added = "".join(
            f'<row r="{row}">'
            + "".join(
                f'<c r="{column}{row}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
                for column, text in make(row).items()
            )
            + "</row>"
            for row in range(first, first + count)
        )
        parts[name] = kept.replace("</sheetData>", f"{added}</sheetData>").encode()

    return change


def _is_rows(parts: Parts, name: str) -> bool:
    """Tell whether a sheet is the one with the most columns."""
    return max(sheet_names(parts), key=lambda each: parts[each].count(b'r="AK5"')) == name
