"""Writes the files of a dossier and packs them: the same bytes for the same run, whenever and wherever it is made."""

import io
import json
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from importlib.resources import files
from typing import Any

from allocation.audit import check_allocation
from allocation.dossiers.domain import Json
from allocation.dossiers.material import Material
from allocation.dossiers.public import to_public
from allocation.dossiers.shares import to_shares
from allocation.grounds.domain import to_plain
from allocation.runs.domain import commitment, release_digest, result_to_plain
from allocation.standings.domain import count_booths
from allocation.waiting_lists.packs import group_words

FORMAT = "ocop-allocation-dossier/1"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
README = """HỒ SƠ PHÂN BỔ GIAN HÀNG / DOSSIER OF AN ALLOCATION

Kiểm tra: python check_allocation.py <tệp hồ sơ .zip> (chỉ cần Python 3.9 trở lên, không cần cài gì thêm).
To check: python check_allocation.py <this archive .zip> (Python 3.9 or newer and nothing else).
So với mã băm đã công bố trước / compared with the hashes published before (GET /allocation/editions/<edition>/draw):
        --commitment <seed_commitment> --secret-commitment <secret_commitment> --digest <input_digest> --release-digest <release_digest>

input.json     dữ liệu của phương án; SHA-256 của tệp là mã đã công bố / what the run decided from; its SHA-256 was told
result.json    kết quả, số liệu từng bước và cận / places, the value of each pass and its bound
edition_rules.json  quy định riêng của kỳ sự kiện, nếu có / the edition's own rules, where it has any
rules.json     quy định và thứ tự mục tiêu / rules and order of objectives;  quotas.json, packs/  chỉ tiêu, danh mục / quotas, packs
applicants.json  chủ thể, điểm và căn cứ từng điểm / applicants, their points and what these are made of
packs/priority.json  thứ tự ưu tiên và điểm đã áp dụng / the order of priority and the points it gives
draw.json      bốc thăm: mã băm công bố trước, hạt giống sau khi công bố; bản đầy đủ có thêm bí mật của khóa bốc thăm
               the draw: the hashes told before, the seed after the release; the full one has the secret of its keys too
left_out.json  hồ sơ được chấp nhận nhưng không còn sản phẩm đủ điều kiện, nếu có / accepted, and nothing eligible, where there are any
reasons.json   lý do của từng hồ sơ và thay đổi nhỏ nhất / reasons of each application and the smallest change
release.json   văn bản, lời mời, danh sách chờ, ai rút trước đó / paper, offers, waiting list, who had left before
pins.json      điều ban tổ chức ghim hoặc cấm trước phương án; lý do trong bản đầy đủ / what the committee pinned or forbade; why: in the full one
overrides.json ngoại lệ: thay đổi, lý do, văn bản, người đề nghị, người duyệt / overrides: changes, reason, paper, two persons
fairness.json  tỷ lệ theo nhóm, nhóm nhỏ gộp chung / shares, small groups told together
check.json     kết quả kiểm tra / what the check says;  manifest.json  mã băm các tệp / digests of the files
"""


def canonical(value: Any) -> bytes:
    """Return the bytes of which digests are told."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def readable(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def write_documents(material: Material) -> dict[str, bytes]:
    """Return the files of a full dossier by name."""
    told = _to_json(material)
    return _complete(told, material.facts, is_public=False)


def write_public_documents(material: Material) -> dict[str, bytes]:
    """Return the files of the public dossier: a number for whoever was refused, and nothing that a person wrote of it."""
    return _complete(to_public(_to_json(material), material), material.facts, is_public=True)


def _to_json(material: Material) -> dict[str, Any]:
    run, record = material.run, material.record
    released, left_out = material.is_released, material.facts.get("left_out", {})
    return {
        "run.json": {
            "run_id": str(run.run_id),
            "is_public": False,
            "edition": material.facts["edition"],
            "policy": run.policy,
            "requested_at": run.requested_at.isoformat(),
            "completed_at": None if run.completed_at is None else run.completed_at.isoformat(),
            "released_at": run.released_at.isoformat() if released and run.released_at is not None else None,
            "input_digest": run.input_digest,
            "release_digest": _release_digest(material, record.release),
            "solver": record.solver,
            "is_explained": bool(material.told),
            **({"left_out": len(left_out)} if left_out else {}),
            "checker": {"version": check_allocation.VERSION, "problems": list(run.problems or ())},
        },
        "input.json": to_plain(run.input),
        "result.json": result_to_plain(material.result),
        "quotas.json": _quotas(material),
        "draw.json": _draw(material),
        "applicants.json": _applicants(material),
        "reasons.json": list(material.told),
        **({"left_out.json": _left_out(material)} if left_out else {}),
        "fairness.json": to_shares(run.input, material.result, material.facts),
        "pins.json": json.loads(json.dumps(material.facts.get("pins", []))),
        "overrides.json": json.loads(json.dumps(material.overrides)),
        **({"edition_rules.json": material.facts["rules"]} if "rules" in material.facts else {}),
        **({"release.json": _release(material, record.release)} if record.release is not None else {}),
    }


def _draw(material: Material) -> Json:
    """Return seed and commitments, and from the release on what the keys of the draw were sealed with and from."""
    run, released, secret = material.run, material.is_released, material.record.draw_secret
    lot: Json = {
        "seed_commitment": None if run.seed is None else commitment(run.seed),
        "seed": run.seed if released else None,
    }
    if secret is None:
        return lot
    sealed = dict(material.facts["draw"]) if released else {}
    return {**lot, "secret_commitment": commitment(secret), **sealed}


def _quotas(material: Material) -> list[Json]:
    given = material.run.input
    asked = count_booths(given.applicants)
    held = count_booths([each for each in given.applicants if each.application_id in material.result.placements])
    register = str(material.facts["edition"]["province_register"])
    rows: list[Json] = []
    for each in given.bounds:
        vi, en = group_words(each.group, register)
        words = {"group": each.group, "vi": vi, "en": en, "floor": each.floor, "ceiling": each.ceiling}
        rows.append({**words, "held": held[each.group], "asked": asked[each.group]})
    return rows


def _applicants(material: Material) -> Json:
    names = ("trade_name", "vendor_type", "province_code", "country")
    points = ("points_registered", "merits")
    own = ("stars", "is_first_timer", "cooking") if "rules" in material.facts else ()
    return {
        key: {name: who[name] for name in names} | {name: who[name] for name in (*points, *own) if name in who}
        for key, who in material.facts["applicants"].items()
    }


def _left_out(material: Material) -> list[Json]:
    """Return who is accepted and had nothing eligible, with the reason; where none could be found, without."""
    said = {each["application_id"]: each for each in material.left_out}
    blank: Json = {"is_placed": False, "reasons": [], "changes": []}
    return [
        {**blank, "application_id": key, "trade_name": who["trade_name"], **said.get(key, {})}
        for key, who in sorted(material.facts["left_out"].items())
    ]


def _release(material: Material, release: Json) -> Json:
    """Return what the release gave; of one made by an older version the offers as they are now."""
    offers = [asdict(each) for each in material.offered]
    apart = {"overrides", "digest"}  # each has a place of its own
    return {"offers": offers, **json.loads(json.dumps({k: each for k, each in release.items() if k not in apart}))}


def _release_digest(material: Material, release: Json | None) -> str | None:
    """Return what was told of the release with it; of one made by an older version, what would have been."""
    if release is None:
        return None
    whole = {**_release(material, release), "overrides": material.overrides}
    return str(release.get("digest") or release_digest(whole))


def _complete(told: Mapping[str, Any], facts: Json, *, is_public: bool) -> dict[str, bytes]:
    """Return the files with packs, rules, the check and what it says, and last the list of their digests."""
    written = {
        name: canonical(value) if name in {"input.json", "result.json"} else readable(value)
        for name, value in told.items()
    }
    written |= {f"packs/{name}": str(text).encode() for name, text in facts["packs"].items()}
    written["rules.json"] = readable(tomllib.loads(facts["packs"]["run_rules.toml"]))
    written["README.txt"] = README.encode()
    written["check_allocation.py"] = (files("allocation") / "audit" / "check_allocation.py").read_bytes()
    written["check.json"] = readable(check_allocation.check(check_allocation.read_case(written)))
    digests = {name: sha256(content).hexdigest() for name, content in written.items()}
    written["manifest.json"] = readable({"format": FORMAT, "is_public": is_public, "files": digests})
    return written


def pack(documents: Mapping[str, bytes]) -> bytes:
    """Return the archive of some files: names in order, one fixed time for all."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(documents):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            packed.writestr(entry, documents[name])
    return archive.getvalue()
