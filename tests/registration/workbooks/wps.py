"""What WPS Office makes of a workbook, rebuilt from what its files are known to look like.

No file that WPS Office itself wrote is here. What is rebuilt of the spreadsheet of WPS Office 11: every part declared
``standalone``, the program named in ``docProps/app.xml`` with its build and product, ``KSOProductBuildVer`` and ``ICV``
among the custom properties (a part and a relationship that our workbook has not), its own namespace on every sheet,
rows with ``spans``, texts in the shared table once each, its margins, number forms 41 to 44 told again, all other
forms numbered from 176 on, and a workbook that says it was last edited by version 3. What is not: its theme, its 49 named
styles, and what it does to drop-downs and protection, which it keeps as they are.
"""

import re
from collections.abc import Callable

from tests.registration.workbooks.files import INLINE, SHARED, Parts, sheet_names

DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BUILD = "11.2.0.11537"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006"
NAMESPACES = (
    ' xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
)
OWN_FORMS = {
    41: r"_ * #,##0_ ;_ * \-#,##0_ ;_ * &quot;-&quot;_ ;_ @_ ",
    42: r"_ &quot;¥&quot;* #,##0_ ;_ &quot;¥&quot;* \-#,##0_ ;_ &quot;¥&quot;* &quot;-&quot;_ ;_ @_ ",
    43: r"_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * &quot;-&quot;??_ ;_ @_ ",
    44: r"_ &quot;¥&quot;* #,##0.00_ ;_ &quot;¥&quot;* \-#,##0.00_ ;_ &quot;¥&quot;* &quot;-&quot;??_ ;_ @_ ",
}
SHARED_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
SHARED_RELATION = f"{PROPERTIES}/relationships/sharedStrings"
FIRST_FORM = 176
OLD_FIRST_FORM = 164


def as_wps_writes(parts: Parts) -> None:
    """Rewrite a workbook as WPS Office saves it."""
    _share_texts(parts)
    _tell_the_program(parts)
    for name in sheet_names(parts):
        _change(parts, name, _rewrite_sheet)
    _change(parts, "xl/styles.xml", _renumber_forms)
    _change(parts, "xl/workbook.xml", _say_who_edited)
    for name in [name for name in parts if name.endswith((".xml", ".rels"))]:
        _change(parts, name, lambda text: DECLARED + re.sub(r"^\s*<\?xml.*?\?>\s*", "", text))


def _change(parts: Parts, name: str, change: Callable[[str], str]) -> None:
    parts[name] = change(parts[name].decode()).encode()


def _share_texts(parts: Parts) -> None:
    """Put the texts that stand in their cells into the shared table too, once each, with how often texts are used."""
    known = re.findall(r"<si>.*?</si>|<si/>", parts.get("xl/sharedStrings.xml", b"").decode(), flags=re.DOTALL)
    table: dict[str, int] = {}
    used = 0

    def share(found: re.Match[str]) -> str:
        nonlocal used
        used += 1
        place = table.setdefault(found[2], len(known) + len(table))
        return f"<c{found[1].replace(INLINE, SHARED)}><v>{place}</v></c>"

    for name in sheet_names(parts):
        sheet = re.sub(rf"<c([^>]*) {INLINE}></c>", r"<c\1/>", parts[name].decode())
        parts[name] = re.sub(r"<c([^>]*)><is><t[^>]*>(.*?)</t></is></c>", share, sheet, flags=re.DOTALL).encode()
    items = [*known, *(f'<si><t xml:space="preserve">{text}</t></si>' for text in table)]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    told = f'<sst xmlns="{main}" count="{len(known) + used}" uniqueCount="{len(items)}">{"".join(items)}</sst>'
    if "xl/sharedStrings.xml" not in parts:
        _add_part(parts, "/xl/sharedStrings.xml", SHARED_KIND, "xl/_rels/workbook.xml.rels", SHARED_RELATION)
    parts["xl/sharedStrings.xml"] = told.encode()


def _add_part(parts: Parts, target: str, kind: str, relations: str, relation: str) -> None:
    """Tell of one part more: what it is, and what it is to the part whose relations are named."""
    told = f'<Relationship Id="rId{len(parts) + 90}" Type="{relation}" Target="{target}"/></Relationships>'
    _change(parts, relations, lambda text: text.replace("</Relationships>", told))
    override = f'<Override PartName="{target}" ContentType="{kind}"/></Types>'
    _change(parts, "[Content_Types].xml", lambda text: text.replace("</Types>", override))


def _tell_the_program(parts: Parts) -> None:
    app, custom = (f"{PROPERTIES}/{kind}-properties" for kind in ("extended", "custom"))
    vt = f'xmlns:vt="{PROPERTIES}/docPropsVTypes"'
    parts["docProps/app.xml"] = (
        f'<Properties xmlns="{app}" {vt}><Application>WPS Office_{BUILD}_F1E327BC-269C-435d-A152-05C5408002CA'
        "</Application></Properties>"
    ).encode()
    own = {"ICV": "0F1A2B3C4D5E46F7A8B9C0D1E2F30415", "KSOProductBuildVer": f"1066-{BUILD}"}
    listed = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{pid}" name="{name}">'
        f"<vt:lpwstr>{text}</vt:lpwstr></property>"
        for pid, (name, text) in enumerate(own.items(), start=2)
    )
    parts["docProps/custom.xml"] = f'<Properties xmlns="{custom}" {vt}>{listed}</Properties>'.encode()
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    _add_part(parts, "/docProps/custom.xml", kind, "_rels/.rels", f"{PROPERTIES}/relationships/custom-properties")


def _rewrite_sheet(sheet: str) -> str:
    sheet = re.sub(r"<worksheet ", f"<worksheet{NAMESPACES} ", sheet, count=1)
    sheet = re.sub(r"<sheetFormatPr[^>]*/>", '<sheetFormatPr defaultColWidth="9" defaultRowHeight="13.5"/>', sheet)
    sheet = re.sub(r'<row (?![^>]*spans=)(r="\d+")', r'<row \1 spans="1:45"', sheet)
    margins = '<pageMargins left="0.75" right="0.75" top="1" bottom="1" header="0.5" footer="0.5"/>'
    return re.sub(r"<pageMargins[^>]*/>", margins, sheet)


def _renumber_forms(styles: str) -> str:
    """Number the workbook's own forms as WPS Office does, behind those that it always tells."""
    found = re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/>', styles)
    numbers = {old: FIRST_FORM + at for at, (old, _) in enumerate(found) if int(old) >= OLD_FIRST_FORM}
    forms = {**OWN_FORMS, **{numbers.get(old, int(old)): form for old, form in found}}
    told = "".join(f'<numFmt numFmtId="{number}" formatCode="{form}"/>' for number, form in forms.items())
    styles = re.sub(r"<numFmts.*?</numFmts>", "", styles, flags=re.DOTALL)
    styles = re.sub(r'(<xf [^>]*numFmtId=")(\d+)"', lambda xf: f'{xf[1]}{numbers.get(xf[2], xf[2])}"', styles)
    return re.sub(r"(<styleSheet[^>]*>)", rf'\1<numFmts count="{len(forms)}">{_escaped(told)}</numFmts>', styles)


def _escaped(text: str) -> str:
    """Return a text as it may stand in what replaces a match."""
    return text.replace("\\", r"\\")


def _say_who_edited(book: str) -> str:
    book = re.sub(r"<fileVersion[^>]*/>", "", book)
    edited = '<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/>'
    return re.sub(r"(<workbook [^>]*>)", rf"\1{edited}", book, count=1)
