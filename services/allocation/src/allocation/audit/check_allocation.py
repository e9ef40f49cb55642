"""Checks the dossier of an allocation run, alone: ``python check_allocation.py dossier.zip [options]``.

Plain Python 3.9 or newer, its standard library and nothing else; no line is shared with the software that found the
places. Each check is a function under its name in Vietnamese and English; it yields what it finds wrong. Exit code: 0
all passed, 1 something is wrong, 2 this is no dossier.

A place is decided, in this order: floors of quotas; applications placed, from the most points down; the draw. Wishes
decide only which booth. The draw gives each name a number: the first 31 bits of SHA-256 over the seed, a line break and
the name; the larger number wins. Whom one province nominated with as many points have their numbers in the order of its
list: the draw says how the province fares, the list who of it. An applicant's name is sealed with a secret of the edition, so that the seed, which
everybody learns, tells nobody's number; the full dossier has the secret, and its hash was told before. Solvers prove
bounds; here they are checked only for their direction.

Contents, each part under a heading of its name; who reads on meets nothing that was not used before:

1. The command, and what no check can tell
2. Reading a dossier
3. Judging: what a check is, and in which order they are made
4. The case: what is checked, and how booths, groups and standing are counted from the input and the places
5. The places themselves: where one of these fails nothing can be counted
6. The rules on their number: street, zones, quotas, pins, the edition's own rules, points, groups
7. Objectives: counted again, their bounds, and the proof
8. Who stood before whom: priority and the draw
9. What was released: its parts, offers, who had left, waiting list, overrides
10. The files that people read: quotas, shares, rules, pins, applicants, their points, reasons
11. The whole: version, digests, what was published before, and what the dossier says of this check
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import sys
import zipfile
import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

VERSION = "11"
PAIRS_LOOKED_AT = 11  # the first version that said of two together what holds of them, and no more
FULLER = 8  # the first version that told events of who had left, and digests of releases
Json = Mapping[str, Any]
Find = Callable[["Case"], Iterator[str]]


# 1. The command, and what no check can tell.


NOT_CHECKED = (  # Vietnamese, English
    (
        "tên chủ thể, hạng sao, lần tham gia và căn cứ của từng điểm: hồ sơ đăng ký là nguồn",
        "names, stars, first participation and what each point was given for: registration alone has their source",
    ),
    (
        "tên trong bốc thăm (SHA-256 của tên, tỉnh, nước và sản phẩm): sự kiện application_accepted là nguồn",
        "names in the draw (SHA-256 of trade name, province, country and products): application_accepted has their source",
    ),
    (
        "việc rút hoặc bị hủy trước công bố: sự kiện có mã event_id (application_withdrawn, application_revoked) là nguồn",
        "that who left had withdrawn or was revoked: the event of that event_id (application_withdrawn, _revoked) is its source",
    ),
    (
        "lời văn của lý do; thay đổi nhỏ nhất (chỉ đối chiếu số liệu trong đó); tên nhóm, tên quy định",
        "the wording of reasons; smallest changes (only their figures are checked); names of groups and rules",
    ),
    ("số văn bản, ngày giờ, README.txt, packs/", "numbers of papers, times, README.txt, packs/"),
)
NOT_CHECKED_UNPUBLISHED = (
    "hồ sơ này có đúng là hồ sơ đã công bố: hãy cho các mã băm đã công bố trước (--commitment, --digest, …)",
    "that this is the run made public: hand over the hashes published before (--commitment, --digest, ...)",
)
NOT_CHECKED_PUBLIC = (
    (
        "bản công khai: hồ sơ không có gian thuộc nhóm có ít hồ sơ giống nhau (is_blurred) đứng trước hay sau ai",
        "public version: whom lines that few are like (is_blurred) stand before or behind",
    ),
    (
        "bản công khai: dữ liệu của hồ sơ không có gian có đúng mã băm đã công bố, số bốc thăm có đúng tên, thứ tự của tỉnh",
        "public version: that the lines of who was refused are those of the digest told, their numbers their names', and the order of each province's list",
    ),
    (
        "bản công khai: tỷ lệ từng nhóm (tổng mỗi bảng được đối chiếu); nơi xuất xứ, điểm gốc của hồ sơ không có gian",
        "public version: shares of each group (each table's sums are); origin and points of dossier of who was refused",
    ),
)
OPTIONS = {  # what was published before: name of the option, where a dossier tells it
    "--commitment": "seed_commitment",
    "--secret-commitment": "secret_commitment",
    "--digest": "input_digest",
    "--release-digest": "release_digest",
}
USAGE = "thiếu tệp hồ sơ phân bổ / which dossier? python check_allocation.py dossier.zip [--json] " + " ".join(
    f"[{name} SHA256]" for name in OPTIONS
)
WORDS = {"passed": "ĐẠT / passed", "failed": "SAI / FAILED", "not_applicable": "không áp dụng / not applicable"}
UNREADABLE = (  # what Python says of an archive that is none, damaged, encrypted, or packed in a way it does not know
    *(OSError, AttributeError, KeyError, ValueError, TypeError),
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError),
)


def main(arguments: list[str]) -> int:
    """Check a dossier, say what was found and what was not looked at, and return the exit code."""
    try:
        path, published, as_json = read_arguments(arguments)
    except ValueError:
        print(USAGE, file=sys.stderr)  # noqa: T201
        return 2
    try:
        with zipfile.ZipFile(path) as archive:
            case = replace(read_dossier(archive), published=published)
        verdicts = check(case)
    except UNREADABLE as error:
        print(f"không phải hồ sơ phân bổ / no dossier of an allocation: {error!r}", file=sys.stderr)  # noqa: T201
        return 2
    print(json.dumps(verdicts, ensure_ascii=False, indent=1) if as_json else "\n".join(lines_of(case, verdicts)))  # noqa: T201
    return int(any(each["verdict"] == "failed" for each in verdicts))


def read_arguments(arguments: list[str]) -> tuple[str, dict[str, str], bool]:
    """Return the path, the published hashes by where a dossier tells them, and whether JSON is wanted."""
    paths: list[str] = []
    published: dict[str, str] = {}
    rest = iter(arguments)
    for each in rest:
        if each in OPTIONS:
            published[OPTIONS[each]] = next(rest, "").strip().lower()
        elif each != "--json":
            paths.append(each)
    if len(paths) != 1 or paths[0].startswith("--") or "" in published.values():
        raise ValueError(arguments)
    return paths[0], published, "--json" in arguments


def lines_of(case: Case, verdicts: Sequence[Json]) -> Iterator[str]:
    for each in verdicts:
        why = f" ({each['why_vi']} / {each['why_en']})" if "why_vi" in each else ""
        yield f"{WORDS[each['verdict']]}: {each['vi']} / {each['en']}{why}"
        yield from (f"    {finding}" for finding in each["findings"])
    for vi, en in not_checked(case):
        yield f"KHÔNG KIỂM TRA / not checked: {vi} / {en}"


def not_checked(case: Case) -> list[tuple[str, str]]:
    """Return what no check could tell of this dossier, in Vietnamese and English."""
    unpublished = [] if case.published else [NOT_CHECKED_UNPUBLISHED]
    return [*NOT_CHECKED, *unpublished, *(NOT_CHECKED_PUBLIC if case.is_public else ())]


# 2. Reading a dossier.


LARGEST_FILE = 50_000_000


def read_dossier(archive: zipfile.ZipFile) -> Case:
    """Return what an archive says; raises KeyError and ValueError for what is no dossier."""
    if any(each.file_size > LARGEST_FILE for each in archive.infolist()):
        raise ValueError("a file is too large")
    if len(set(archive.namelist())) != len(archive.namelist()):
        raise ValueError("two files of one name: another reader may see the other one")
    content = {name: archive.read(name) for name in archive.namelist()}
    json.loads(content["manifest.json"])
    return read_case(content)


def read_case(content: Mapping[str, bytes]) -> Case:
    """Return what a dossier's files say; the list of their digests may still be missing."""
    told = {name: json.loads(text) for name, text in content.items() if name.endswith(".json")}
    run, lot = told["run.json"], told["draw.json"]
    listed = told.get("manifest.json", {"files": {}})["files"]
    found = {name: hashlib.sha256(each).hexdigest() for name, each in content.items() if name != "manifest.json"}
    register = content[f"packs/provinces_{run['edition']['province_register']}.csv"].decode()
    return Case(
        input=told["input.json"],
        result=told["result.json"],
        seed=lot["seed"],
        seed_commitment=lot["seed_commitment"],
        secret=lot.get("secret"),
        secret_commitment=lot.get("secret_commitment"),
        names=lot.get("names", {}),
        input_digest=run["input_digest"],
        release_digest=run.get("release_digest"),
        is_public=run["is_public"],
        release=told.get("release.json"),
        applicants=told["applicants.json"],
        regions={row["code"]: row["region"] for row in csv.DictReader(io.StringIO(register))},
        overrides=told["overrides.json"],
        files={name: (found.get(name, ""), listed.get(name)) for name in {*found, *listed}} if listed else {},
        told_in={**told, "packs/run_rules.toml": content.get("packs/run_rules.toml", b"").decode()},
    )


# 3. Judging.


class NotApplicable(Exception):  # noqa: N818  # it is no error
    """A check that cannot be made on this dossier; Vietnamese and English say why."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi


class Check(NamedTuple):
    """A check by its name in code, in Vietnamese and English, and the function that yields what is wrong."""

    code: str
    vi: str
    en: str
    find: Find


CHECKS: list[Check] = []
HARD = frozenset({"street_room", "zone_room", "quota_ceilings", "own_rules", "required_floors", "pins"})
OF_ANY_RUN = frozenset(  # also of one that found no places
    {
        *("quotas_told", "rules_told", "own_rules_told", "own_bounds_told", "pins_told", "applicants_told"),
        *("points_told", "version_told", "input_digest", "published_before", "files", "check_told"),
    }
)


def check_that(vi: str, en: str) -> Callable[[Find], Find]:
    """Put a function on the list of checks under its own name."""

    def add(find: Find) -> Find:
        CHECKS.append(Check(find.__name__, vi, en, find))
        return find

    return add


def check(case: Case) -> list[dict[str, Any]]:
    """Return every check with its verdict: passed, failed, or not applicable with the reason."""
    verdicts = [judge(each, case) for each in PLACES]
    instead, still = None, frozenset[str]()
    if any(each["verdict"] == "failed" for each in verdicts):
        instead = NotApplicable("vị trí sai nên không đếm được", "the figures mean nothing on broken places")
    elif case.result["status"] == "infeasible":
        instead, still = NotApplicable("không có phương án", "there is no placement"), OF_ANY_RUN
    return [*verdicts, *(judge(each, case, None if each.code in still else instead) for each in RULES)]


def judge(what: Check, case: Case, instead: NotApplicable | None = None) -> dict[str, Any]:
    """Return the verdict of one check, with what it found."""
    said: dict[str, Any] = {"code": what.code, "vi": what.vi, "en": what.en}
    try:
        if instead is not None:
            raise instead
        findings = list(what.find(case))
    except NotApplicable as reason:
        return {**said, "verdict": "not_applicable", "why_vi": reason.vi, "why_en": str(reason), "findings": []}
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        findings = [f"cannot be read: {error!r}"]
    return {**said, "verdict": "failed" if findings else "passed", "findings": findings}


# 4. The case.


@dataclass
class Case:
    """What is checked: a run's input and result, and what the dossier says beside them.

    Attributes:
        seed: None as long as it is secret.
        secret: what the keys of the draw were sealed with; None before the release, in the public version, and where none was.
        names: by application, what its key was made from with the secret.
        release: offers, who had left before, and the waiting list; None before the release.
        overrides: what two persons changed of the result by hand; ``final`` has the places with it.
        applicants: names and origins by application; None where only the run itself is at hand.
        files: the dossier's files with the digests that its list gives them.
        told_in: what the files say that people read, by name; None where only the run itself is at hand.
        published: hashes that were public before, by where the dossier tells them.
    """

    input: Json
    result: Json
    seed: str | None = None
    seed_commitment: str | None = None
    secret: str | None = None
    secret_commitment: str | None = None
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    input_digest: str | None = None
    release_digest: str | None = None
    is_public: bool = False
    release: Json | None = None
    applicants: Json | None = None
    regions: Mapping[str, str] | None = None
    overrides: Sequence[Json] = ()
    files: Mapping[str, tuple[str, str | None]] = field(default_factory=dict[str, "tuple[str, str | None]"])
    told_in: Mapping[str, Any] | None = None
    published: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.everybody: Sequence[Json] = self.input["applicants"]
        self.by_id = {each["application_id"]: each for each in self.everybody}
        self.booths = {each["booth_code"]: each for each in self.input["booths"]}
        self.bounds = {each["group"]: each for each in self.input["bounds"]}
        self.places: dict[str, list[str]] = {name: list(codes) for name, codes in self.result["placements"].items()}
        self.placed = [each for each in self.everybody if each["application_id"] in self.places]
        self.refused = [each for each in self.everybody if each["application_id"] not in self.places]
        self.rules: Json = self.input.get("rules", {})
        self.told = {each["name"]: each for each in self.result["objectives"]}
        self.pins: defaultdict[str, list[Json]] = defaultdict(list)
        for each in self.input.get("pins", ()):
            self.pins[each["application_id"]].append(each)
        self.named_booths = {each["code"] for each in self.input.get("pins", ()) if each["target"] == "booth"}
        self._lots: dict[str, str] | None = None
        self._equals: defaultdict[tuple[Any, int], list[Json]] | None = None
        self.hidden = {each["application_id"] for each in self.everybody if "draw" in each}
        self.final = dict(self.places)
        for change in (change for each in self.overrides for change in each.get("changes", ())):
            if change["booth_codes"]:
                self.final[change["application_id"]] = list(change["booth_codes"])
            else:
                self.final.pop(change["application_id"], None)

    # What a dossier may lack.

    def need_seed(self) -> str:
        if self.seed is None:
            raise NotApplicable("chưa công bố hạt giống bốc thăm", "the seed of the draw is not revealed yet")
        return self.seed

    def need_release(self) -> Json:
        if self.release is None:
            raise NotApplicable("phương án chưa được công bố", "the run is not released yet")
        return self.release

    def need_applicants(self) -> list[tuple[str, Json]]:
        """Return who is told of by name among the applicants of the run; ``applicants_told`` says who is missing."""
        if self.applicants is None or self.regions is None:
            raise NotApplicable("hồ sơ không có danh sách chủ thể", "there is no list of applicants")
        return [(name, who) for name, who in self.applicants.items() if name in self.by_id]

    def need_file(self, name: str) -> Any:
        """Return what a file says; without a dossier there is none, and in a dossier none may be missing."""
        if self.told_in is None:
            raise NotApplicable("không kiểm tra từ tệp hồ sơ", "not checked from an archive")
        if name not in self.told_in:
            raise ValueError(f"{name} is missing")
        return self.told_in[name]

    @property
    def version(self) -> int:
        """The version of this check that the dossier was made with."""
        return int(self.need_file("run.json")["checker"]["version"])

    @property
    def is_older(self) -> bool:
        """Whether the dossier was made by a version that told less: before 8."""
        return self.version < FULLER

    def need_list(self) -> None:
        """Go on only where the list of the files' digests is there: it is written last."""
        if not self.files:
            raise NotApplicable("không kiểm tra từ tệp hồ sơ", "not checked from an archive")

    def need_whole(self, *, is_whole: bool) -> None:
        """Go on only in a dossier that tells all as it was digested."""
        self.need_file("run.json")
        if not is_whole:
            raise NotApplicable("bản công khai lược bỏ tên", "the public version leaves names out")

    # Groups, and who may stand where.

    def own_dimensions(self) -> set[str]:
        """Return the dimensions that the edition's own rules name."""
        tables = [self.rules.get(of, ()) for of in ("requirements", "reservations", "priority_classes")]
        named = [*self.bounds, *(group for table in tables for each in table for group in each["groups"])]
        return {group.partition(":")[0] for group in named}

    def zones_of(self, codes: Sequence[str]) -> list[str]:
        return [self.booths[code]["zone_code"] for code in codes]

    def held(self) -> Counter[str]:
        """Return the booths held by each group, ``dimension:code``."""
        counted = count_booths(self.placed)
        for codes in self.places.values():
            counted.update(f"zone:{zone}" for zone in self.zones_of(codes))
        return counted

    def floors(self) -> dict[str, int]:
        """Return each floor as far as there are applications for it."""
        asked = count_booths(self.everybody)
        everything = sum(each["booths"] for each in self.everybody)
        asked.update({group: everything for group in self.bounds if group.startswith("zone:")})
        asked.update(self.input.get("asked_unseen", {}))  # by lines of the public version without groups
        return {group: min(each["floor"] or 0, asked[group]) for group, each in self.bounds.items()}

    def required_floors(self) -> dict[str, int]:
        """Return the floors that are hard rules: these are to be reached whoever applied."""
        return {group: self.bounds[group]["floor"] or 0 for group in self.rules.get("required_floors", ())}

    def room(self) -> int:
        """Return how many booths may be held: the target, and no zone beyond its capacity."""
        built, capacities = Counter(self.zones_of(list(self.booths))), self.input["zone_capacities"]
        return min(self.input["target"], sum(min(n, capacities.get(zone, n)) for zone, n in built.items()))

    def free(self) -> list[str]:
        """Return a free booth of each sort; booths of a sort are worth the same here."""
        taken = {code for codes in self.places.values() for code in codes}
        found: dict[tuple[str, ...], str] = {}
        for code in self.booths:
            if code not in taken:
                found.setdefault(self.sort([code]), code)
        return list(found.values())

    def free_pairs(self) -> list[list[str]]:
        """Return two free neighbours of each sort, in zones that may still give two."""
        taken = [code for codes in self.places.values() for code in codes]
        held, built = Counter(self.zones_of(taken)), Counter(self.zones_of(list(self.booths)))
        limits: dict[str, int] = {**built, **self.input["zone_capacities"]}
        for group, each in self.bounds.items():
            zone = group.partition(":")[2]
            if group.startswith("zone:") and zone in built and each["ceiling"] is not None:
                limits[zone] = min(limits[zone], each["ceiling"])
        found: dict[tuple[str, ...], list[str]] = {}
        for code in (code for code in self.booths if code not in taken):
            zone = self.booths[code]["zone_code"]
            for near in self.booths[code]["neighbours"]:
                if near in self.booths and near not in taken and self.booths[near]["zone_code"] == zone:
                    found.setdefault(self.sort([code, near]), [code, near])
        return [pair for sort, pair in found.items() if held[sort[0]] + 2 <= limits[sort[0]]]

    def broken(self, applicant: Json, codes: Sequence[str]) -> list[str]:
        """Return the requirements and reservations that keep an applicant from some booths."""
        mine, groups = [self.booths[code] for code in codes], set(applicant["groups"])
        found: list[str] = []
        for each in self.rules.get("requirements", ()):
            zones = each["zone_codes"]
            is_right = zones is None or all(booth["zone_code"] in zones for booth in mine)
            is_right = is_right and (not each["power"] or any(booth["power"] for booth in mine))
            if groups & set(each["groups"]) and not is_right:
                found.append(f"requirement:{each['code']}")
        kept = [each for each in self.rules.get("reservations", ()) if set(codes) & set(each["booth_codes"])]
        return found + [f"reservation:{each['code']}" for each in kept if not groups & set(each["groups"])]

    def said(self, name: str) -> list[str]:
        """Return what the committee said of an applicant."""
        return sorted({pin_name(each) for each in self.pins.get(name, ())})

    def unheld(self, name: str, codes: Sequence[str]) -> list[str]:
        """Return what the committee said of an applicant that these booths do not hold."""
        zones, found = self.zones_of(codes), list[str]()
        for each in self.pins.get(name, ()):
            here = {"booth": each["code"] in codes, "zone": each["code"] in zones, "place": bool(codes)}
            if here[each["target"]] is not (each["rule"] == "pin"):
                found.append(pin_name(each))
        return found

    # The draw, and what it names.

    def number(self, applicant: Json) -> int:
        """Return an applicant's number in the draw.

        The public dossier tells it of who was refused, without the name, and as ``drawn`` of who has another's by its rank.
        """
        told = applicant.get("draw", applicant.get("drawn"))
        return (
            drawn_number(self.need_seed(), self.lots().get(applicant["application_id"], applicant["key"]))
            if told is None
            else int(told)
        )

    def equals(self, applicant: Json) -> list[Json]:
        """Return who was nominated by the same province, with a rank, and has as many points: by rank, then as drawn."""
        return self.by_province().get((applicant.get("nominated_by"), applicant["points"]), [])

    def by_province(self) -> Mapping[tuple[Any, int], list[Json]]:
        if self._equals is None:
            self._equals = defaultdict(list)
            for each in self.everybody:
                if "rank" in each:
                    self._equals[each["nominated_by"], each["points"]].append(each)
        return self._equals

    def lots(self) -> Mapping[str, str]:
        """Return the keys of equals of a province as its list hands them on: the first has that of the largest number."""
        if self._lots is None:
            self._lots = {}
            for members in self.by_province().values():
                seed = self.need_seed()
                numbered = sorted(members, key=lambda each: (-drawn_number(seed, each["key"]), each["key"]))
                ranked = sorted(numbered, key=lambda each: each["rank"])
                self._lots.update((one["application_id"], lot["key"]) for one, lot in zip(ranked, numbered))  # noqa: B905  # Python 3.9 has no strict
        return self._lots

    def claims(self, applicant: Json) -> tuple[str, ...]:
        """Return what binds an applicant's booths: requirements and pins, and the reservations that let it in."""
        said, needs = self.said(applicant["application_id"]), applicant.get("needs", ())
        return (*(sorted({*needs, *said}) if said else needs), *applicant.get("entitled", ()))

    def watched(self) -> set[str]:
        """Return the product groups of which it counts who stands beside them."""
        if self.rules.get("is_varied"):
            return {each["product_group"] for each in self.everybody}
        return {each["wishes"]["not_beside_group"] for each in self.placed} - {None}

    def sort(self, codes: Sequence[str]) -> tuple[str, ...]:
        """Return what alone tells spots of one size apart but for their neighbours: zone, corner and power, reservations."""
        mine = [self.booths[code] for code in codes]
        flags = f"{any(booth['corner'] for booth in mine):d}{any(booth['power'] for booth in mine):d}"
        reserved = [
            each["code"] for each in self.rules.get("reservations", ()) if set(codes) & set(each["booth_codes"])
        ]
        return (mine[0]["zone_code"], flags, *sorted(reserved), *sorted(set(codes) & self.named_booths))


def count_booths(applicants: Sequence[Json]) -> Counter[str]:
    """Return the booths that applicants ask for by group; of who is placed, these are those it holds."""
    counted: Counter[str] = Counter()
    for each in applicants:
        counted.update(dict.fromkeys(each["groups"], each["booths"]))
    return counted


def pin_name(pin: Json) -> str:
    return f"{pin['rule']}:{pin['target']}:{pin['code'] or ''}"


# 5. The places themselves.


@check_that("Chỉ hồ sơ đã được chấp nhận có gian", "Only accepted applications have places")
def accepted_only(case: Case) -> Iterator[str]:
    for name in case.places:
        if name not in case.by_id:
            yield f"{name} is no accepted application"


@check_that("Đúng số gian được duyệt", "As many booths as granted")
def booths_as_granted(case: Case) -> Iterator[str]:
    for name, codes in case.places.items():
        granted = case.by_id[name]["booths"] if name in case.by_id else len(codes)
        if len(codes) != granted:
            yield f"{name} holds {len(codes)} booths, granted {granted}"


@check_that("Gian có trong sơ đồ", "The booths are on the plan")
def booths_exist(case: Case) -> Iterator[str]:
    for name, codes in case.places.items():
        unknown = [code for code in codes if code not in case.booths]
        if unknown:
            yield f"{name} holds unknown booths {unknown}"


@check_that("Mỗi gian một chủ thể", "A booth has one holder")
def one_holder(case: Case) -> Iterator[str]:
    holders = Counter(code for codes in case.places.values() for code in set(codes))
    for code, number in holders.items():
        if number > 1:
            yield f"booth {code} has {number} holders"


@check_that("Hai gian liền nhau trong một khu", "Two booths are neighbours of one zone")
def side_by_side(case: Case) -> Iterator[str]:
    for name, codes in case.places.items():
        known = [case.booths[code] for code in codes if code in case.booths]
        if len(known) > 1:
            one, other = known[0], known[1]
            if one["zone_code"] != other["zone_code"] or other["booth_code"] not in one["neighbours"]:
                yield f"{name} holds booths apart: {codes}"


@check_that("Không xếp ai khi không có phương án", "Nobody is placed by an infeasible run")
def nobody_if_infeasible(case: Case) -> Iterator[str]:
    if case.result["status"] == "infeasible" and case.places:
        yield "an infeasible run places nobody"


PLACES = tuple(CHECKS)  # where one of these fails nothing can be counted


# 6. The rules on their number.


@check_that("Không quá số gian của kỳ sự kiện", "No more booths than the edition has")
def street_room(case: Case) -> Iterator[str]:
    held = sum(map(len, case.places.values()))
    if held > case.input["target"]:
        yield f"{held} booths held, target {case.input['target']}"


@check_that("Không khu nào quá sức chứa", "No zone beyond its capacity")
def zone_room(case: Case) -> Iterator[str]:
    held = case.held()
    for zone, capacity in case.input["zone_capacities"].items():
        if held[f"zone:{zone}"] > capacity:
            yield f"zone {zone}: {held[f'zone:{zone}']} booths held, capacity {capacity}"


@check_that("Không quá chỉ tiêu tối đa", "Ceilings of quotas are kept")
def quota_ceilings(case: Case) -> Iterator[str]:
    held = case.held()
    for group, each in case.bounds.items():
        if each["ceiling"] is not None and held[group] > each["ceiling"]:
            yield f"{group}: {held[group]} booths held, ceiling {each['ceiling']}"


@check_that("Điều ban tổ chức ghim hoặc cấm được giữ", "What the committee pinned or forbade is held")
def pins(case: Case) -> Iterator[str]:
    for name in case.pins:
        for each in case.unheld(name, case.places.get(name, [])):
            yield f"{name}: {each} is not held by {case.places.get(name, [])}"


@check_that(
    "Đúng quy định riêng về khu, điện, lửa và gian dành riêng", "Own rules on zones, power, flames and reserved booths"
)
def own_rules(case: Case) -> Iterator[str]:
    for each in case.placed:
        for rule in case.broken(each, case.places[each["application_id"]]):
            yield f"{each['application_id']} on {case.places[each['application_id']]}: against {rule.replace(':', ' ')}"


@check_that("Đủ chỉ tiêu tối thiểu bắt buộc", "Required floors are reached")
def required_floors(case: Case) -> Iterator[str]:
    held = case.held()
    for group, floor in case.required_floors().items():
        if held[group] < floor:
            yield f"{group}: {held[group]} booths held, required {floor}"


@check_that("Quy định riêng áp dụng đúng nhóm", "Own rules bind whom they name")
def bound_by_rules(case: Case) -> Iterator[str]:
    for each in case.everybody:
        for field_name, of in (("needs", "requirements"), ("entitled", "reservations")):
            due = [rule["code"] for rule in case.rules.get(of, ()) if set(rule["groups"]) & set(each["groups"])]
            if list(each.get(field_name, ())) != sorted(due):
                yield f"{each['application_id']}: {field_name} {list(each.get(field_name, ()))}, by its groups {sorted(due)}"


@check_that("Điểm đúng với hồ sơ và diện ưu tiên", "Points follow from dossier and priority class")
def priority_classes(case: Case) -> Iterator[str]:
    for name, who in case.need_applicants():
        if who.get("points_registered") is None:
            continue  # an older version told them only with an edition's own rules
        groups = set(case.by_id[name]["groups"])
        more = [each["points"] for each in case.rules.get("priority_classes", ()) if groups & set(each["groups"])]
        due = who["points_registered"] + max(more, default=0)
        if case.by_id[name]["points"] != due:
            yield f"{name} has {case.by_id[name]['points']} points, by dossier and class {due}"


@check_that("Chỉ tiêu tối thiểu: thiếu bao nhiêu nói đúng bấy nhiêu", "Floors of quotas: each miss is told")
def quota_floors(case: Case) -> Iterator[str]:
    counted = count_missed(case)
    told = {name: each["value"] for name, each in case.told.items() if name.startswith("quota_floor")}
    for name in sorted({*counted, *told}):
        if counted.get(name) != told.get(name):
            yield f"{name}: {told.get(name, 'nothing')} told, {counted.get(name, 'nothing')} counted"


@check_that("Nhóm tính chỉ tiêu đúng theo nơi xuất xứ", "Quota groups follow from origins")
def groups(case: Case) -> Iterator[str]:
    for name, who in case.need_applicants():
        applicant = case.by_id[name]
        groups = {f"product_group:{applicant['product_group']}", f"vendor_type:{who['vendor_type']}"}
        groups |= {f"country:{who['country']}"} | ({"country:foreign"} if who["country"] != "VN" else set())
        if who["province_code"] is not None:
            groups |= {f"province:{who['province_code']}"}
            region = (case.regions or {}).get(who["province_code"])
            groups |= set() if region is None else {f"region:{region}"}
        groups |= {each for each in own_groups(who) if each.partition(":")[0] in case.own_dimensions()}
        if "need" in case.own_dimensions():
            groups |= {"need:power"} if applicant["wishes"]["power"] else set()
            groups |= {"need:cooking"} if who.get("cooking") else set()
        if groups != set(applicant["groups"]):
            yield f"{name} counts to {sorted(applicant['groups'])}, by its origin to {sorted(groups)}"


def own_groups(who: Json) -> set[str]:
    """Return the groups that only an edition's own rules may name."""
    stars = who.get("stars")
    first = "yes" if who.get("is_first_timer") else "no"
    return {f"star_class:{stars or 'none'}", f"first_timer:{first}"}


# 7. Objectives.


def count_missed(case: Case) -> dict[str, int]:
    held, required = case.held(), case.required_floors()  # these are hard rules, checked apart
    soft = {group: floor for group, floor in case.floors().items() if group not in required}
    missed = {group: max(0, floor - held[group]) for group, floor in soft.items()}
    single = {f"quota_floor_missed:{group}": number for group, number in missed.items() if number}
    return {**single, "quota_floors_missed": sum(missed.values())}


def count_placed(case: Case) -> dict[str, int]:
    by_points = Counter(each["points"] for each in case.placed)
    return {f"placed_points_{points}": by_points[points] for points in {e["points"] for e in case.everybody}}


def count_wishes(case: Case) -> dict[str, int]:
    group_at = {code: each["product_group"] for each in case.placed for code in case.places[each["application_id"]]}
    unmet = Counter({"zone": 0, "corner": 0, "power": 0, "neighbour": 0})
    for each in case.placed:
        mine = [case.booths[code] for code in case.places[each["application_id"]]]
        unmet.update(unmet_wishes(each, mine))
        around = {code for booth in mine for code in booth["neighbours"]} - {booth["booth_code"] for booth in mine}
        unmet["neighbour"] += each["wishes"]["not_beside_group"] in {group_at.get(code, "") for code in around}
    return {f"wishes_{name}_unmet": number for name, number in unmet.items()}


def unmet_wishes(who: Json, mine: Sequence[Json]) -> list[str]:
    """Return which wishes somebody's booths leave unmet, but for those for neighbours."""
    wishes, zones = who["wishes"], who["wishes"]["zone_codes"]
    found = ["zone"] if zones is not None and mine[0]["zone_code"] not in zones else []
    return found + [flag for flag in ("corner", "power") if wishes[flag] and not any(booth[flag] for booth in mine)]


def count_alike(case: Case) -> dict[str, int]:
    """Return how far product groups crowd on booths of a sort, and how many neighbours are of one, where that is asked."""
    if not case.rules.get("is_varied"):
        return {}
    built = Counter(case.sort([code]) for code in case.booths)
    alone = [each for each in case.placed if each["booths"] == 1]
    held = Counter((case.sort(case.places[each["application_id"]]), each["product_group"]) for each in alone)
    holder = {code: each for each in case.placed for code in case.places[each["application_id"]]}
    beside = {
        tuple(sorted((code, near))) for code in holder for near in case.booths[code]["neighbours"] if near in holder
    }
    return {
        "groups_crowded": sum(max(0, number - (built[sort] + 1) // 2) for (sort, _), number in held.items()),
        "neighbours_alike": sum(
            holder[one] is not holder[other] and holder[one]["product_group"] == holder[other]["product_group"]
            for one, other in beside
        ),
    }


def count_draws(case: Case) -> dict[str, int]:
    seed, watched, sorts, exact = case.need_seed(), case.watched(), 0, 0
    for each in case.placed:
        codes = sorted(case.places[each["application_id"]])
        sort = case.sort(codes)
        if in_wished_zone(each, sort):
            sorts += drawn_number(seed, kind(each, case.claims(each)), *sort)
        else:  # by its kind to a pool of all zones, and from the pool to a zone
            sorts += drawn_number(seed, kind(each, case.claims(each)), "any", *sort[1:]) + drawn_number(
                seed, pool(each, case.claims(each), watched, sort), sort[0]
            )
        exact += drawn_number(seed, stand(each, watched), *codes)
    return {"draw_places": sum(map(case.number, case.placed)), "draw_sorts": sorts, "draw_booths": exact}


@check_that("Số liệu của phương án đúng khi đếm lại", "Objectives are true when counted again")
def objectives(case: Case) -> Iterator[str]:
    counted = {**count_placed(case), **count_wishes(case), **count_alike(case)}
    told = {name for name in case.told if not name.startswith(("quota_floor", "draw_"))}
    if told != set(counted):
        yield f"objectives told and counted differ: {sorted(told ^ set(counted))}"
    for name in sorted(told & set(counted)):
        if case.told[name]["value"] != counted[name]:
            yield f"{name}: {case.told[name]['value']} told, {counted[name]} counted"


LARGEST = ("placed_points_", "draw_")  # objectives of which more is better


@check_that("Cận không mâu thuẫn với giá trị", "Bounds do not contradict values")
def bounds(case: Case) -> Iterator[str]:
    for name, each in case.told.items():
        value, bound = each["value"], each["bound"]
        if bound < value if name.startswith(LARGEST) else bound > value:
            yield f"{name}: the bound {bound} is worse than the value {value}"


@check_that("Chỉ nói tối ưu khi đã chứng minh", "Optimal is said only where proven")
def proof(case: Case) -> Iterator[str]:
    unproven = [name for name, each in case.told.items() if ":" not in name and each["value"] != each["bound"]]
    if (case.result["status"] == "optimal") == bool(unproven):
        yield f"status {case.result['status']}, not proven: {unproven}"


# 8. Who stood before whom.


class Street:
    """Who holds what, the weakest claim first, and what would follow if one stood where another does."""

    def __init__(self, case: Case) -> None:
        self.case, self.held, self.required = case, case.held(), case.required_floors()
        self.floors = {**case.floors(), **self.required}
        self.ceilings = {group: each["ceiling"] for group, each in case.bounds.items() if each["ceiling"] is not None}
        self.most = dict(self.ceilings)  # with the capacities of zones
        for zone, capacity in case.input["zone_capacities"].items():
            self.most[f"zone:{zone}"] = min(capacity, self.ceilings.get(f"zone:{zone}", capacity))
        self.ranks = {
            name: (each["points"], 0 if case.seed is None else case.number(each)) for name, each in case.by_id.items()
        }
        self.weakest = sorted(case.placed, key=lambda each: (self.rank(each), each["application_id"]))

    def rank(self, who: Json) -> tuple[int, int]:
        return self.ranks[who["application_id"]]

    def change(self, joins: Json, codes: Sequence[str], leaves: Json | None) -> Counter[str]:
        """Return how many booths more each group would hold if one stood on these, in a holder's place or on free ones."""
        change = Counter(dict.fromkeys(joins["groups"], joins["booths"]))
        change.update(f"zone:{zone}" for zone in self.case.zones_of(codes))
        if leaves is not None:
            change.subtract(dict.fromkeys(leaves["groups"], leaves["booths"]))
            change.subtract(f"zone:{zone}" for zone in self.case.zones_of(self.case.places[leaves["application_id"]]))
        return change

    def is_open(self, joins: Json, codes: Sequence[str], leaves: Json | None = None) -> bool:
        """Tell whether hard rules let somebody stand there: those on booths, the committee's word, and ceilings."""
        if self.case.broken(joins, codes) or self.case.unheld(joins["application_id"], codes):
            return False
        more = self.change(joins, codes, leaves).items()
        return not any(n > 0 and self.held[group] + n > self.most.get(group, sys.maxsize) for group, n in more)

    def floor_lost(self, joins: Json, codes: Sequence[str], leaves: Json | None = None) -> str | None:
        """Return a floor that would be missed by more, where all together are; a required one may not be missed at all."""
        lost: Counter[str] = Counter()
        for group, more in sorted(self.change(joins, codes, leaves).items()):
            floor, now = self.floors.get(group, 0), self.held[group]
            if group in self.required and now + more < floor:
                return group
            lost[group] = max(0, floor - now - more) - max(0, floor - now)
        return max(lost, key=lambda group: (lost[group], group)) if sum(lost.values()) > 0 else None

    def before(self, who: Json, *, is_behind: bool = False) -> tuple[Json | None, dict[str, int]]:
        """Return the weakest holder whose place, or one booth of it, somebody could take; with ``is_behind`` of those behind it.

        And the floors that keep holders behind it, each with the points of the weakest. Whom the committee pinned stays.
        """
        full = {g for g in who["groups"] if self.held[g] + who["booths"] > self.ceilings.get(g, sys.maxsize)}
        kept: dict[str, int] = {}
        for holder in self.weakest:
            if is_behind and self.rank(holder) >= self.rank(who):
                break
            if holder["booths"] < who["booths"] or not full <= set(holder["groups"]):
                continue  # of a full group one has to leave
            codes = self.case.places[holder["application_id"]]
            parts = [codes] if who["booths"] == len(codes) else [[code] for code in codes]
            part = next((each for each in parts if self.is_open(who, each, holder)), None)
            if part is None or any(each["rule"] == "pin" for each in self.case.pins.get(holder["application_id"], ())):
                continue
            floor = self.floor_lost(who, part, holder)
            if floor is None:
                return holder, kept
            if self.rank(holder) < self.rank(who):
                kept.setdefault(floor, holder["points"])
        return None, kept


@check_that("Không ai đứng trước mà mất chỗ cho người đứng sau", "Nobody lost a place to somebody behind")
def priority(case: Case) -> Iterator[str]:
    """Nobody refused could take the place, or part of it, of somebody who stands behind, or a booth left free.

    Whom the committee pinned somewhere, or kept from there, stands outside of this: ``pins`` holds its word.
    """
    street, spare = Street(case), case.room() - sum(map(len, case.places.values()))
    free = [[code] for code in (case.free() if spare > 0 else ())]
    is_drawn = case.seed is not None and case.result["status"] == "optimal"
    unnamed = (each for each in case.refused if each["application_id"] not in case.pins)
    for each in (each for each in unnamed if not each.get("is_blurred")):  # what binds those is in the full dossier
        name = f"{each['application_id']} ({each['points']} points)"
        open_ = [codes for codes in free if each["booths"] == 1 and street.is_open(each, codes)]
        if any(street.floor_lost(each, codes) is None for codes in open_):
            yield f"{name} has no place, and {spare} booths are free"
        holder, _ = street.before(each, is_behind=True)
        if holder is not None and (is_drawn or holder["points"] < each["points"]):
            yield f"{name} has no place, and {holder['application_id']} ({holder['points']} points) behind it has one"


@check_that("Hạt giống đúng với mã băm công bố trước", "The seed is the one committed to before")
def seed_committed(case: Case) -> Iterator[str]:
    if hashlib.sha256(case.need_seed().encode()).hexdigest() != case.seed_commitment:
        yield f"the seed's SHA-256 is not {case.seed_commitment}, told before"


@check_that(
    "Khóa bốc thăm đúng với bí mật đã cam kết", "The keys of the draw follow from the secret committed to before"
)
def keys_sealed(case: Case) -> Iterator[str]:
    if case.secret_commitment is None:
        raise NotApplicable("khóa bốc thăm của kỳ này không có bí mật", "this edition draws by keys without a secret")
    if case.is_public:
        raise NotApplicable("bản công khai không có bí mật", "the public version is without the secret")
    case.need_seed()  # before the release the secret is kept as the seed is
    secret = (case.secret or "").encode()
    if hashlib.sha256(secret).hexdigest() != case.secret_commitment:
        yield f"the secret's SHA-256 is not {case.secret_commitment}, told before"
    for each in case.everybody:
        name = case.names.get(each["application_id"])
        if name is None or hmac.new(secret, name.encode(), "sha256").hexdigest() != each["key"]:
            yield f"{each['application_id']}: its key does not follow from {name or 'a name: none is told'}"


@check_that("Bốc thăm lại ra cùng kết quả", "Drawing again gives the same")
def draw_repeated(case: Case) -> Iterator[str]:
    for name, counted in count_draws(case).items():
        if case.told.get(name, {"value": None})["value"] != counted:
            yield f"{name}: {case.told.get(name, {'value': None})['value']} told, {counted} drawn again"
    yield from deal_of_sorts(case)
    yield from deal_of_spots(case)


def deal_of_sorts(case: Case) -> Iterator[str]:
    """Yield where the best number drawn of a kind has not what is drawn best, a sort or a pool, and so in each pool."""
    seed, watched = case.need_seed(), case.watched()
    numbered = sorted(case.placed, key=lambda each: (-case.number(each), each["key"]))
    dealt: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for each in numbered:
        sort, name = case.sort(case.places[each["application_id"]]), kind(each, case.claims(each))
        if in_wished_zone(each, sort):
            dealt["kind", name].append(drawn_number(seed, name, *sort))
        else:
            dealt["kind", name].append(drawn_number(seed, name, "any", *sort[1:]))
            into = pool(each, case.claims(each), watched, sort)
            dealt["pool", into].append(drawn_number(seed, into, sort[0]))
    for (of, name), numbers in dealt.items():
        if numbers != sorted(numbers, reverse=True):
            yield f"{of} {name}: its sorts of booths are not given by the draw"


def deal_of_spots(case: Case) -> Iterator[str]:
    """Yield who of a stand has not the spot that its number gives it."""
    seed, watched = case.need_seed(), case.watched()
    stands: defaultdict[tuple[str, Any], list[Json]] = defaultdict(list)
    for each in sorted(case.placed, key=lambda each: (-case.number(each), each["key"])):
        stands[stand(each, watched), case.sort(case.places[each["application_id"]])].append(each)
    for (name, _), members in stands.items():
        spots = [tuple(sorted(case.places[each["application_id"]])) for each in members]
        best = sorted(spots, key=lambda codes: (-drawn_number(seed, name, *codes), codes))
        for each, found, right in zip(members, spots, best):  # noqa: B905  # Python 3.9 has no strict
            if found != right:
                yield f"{each['application_id']} should have drawn {list(right)} among those with the same neighbours"


def drawn_number(seed: str, *names: str) -> int:
    """Return the number that a seed gives to a name."""
    return int.from_bytes(hashlib.sha256("\n".join((seed, *names)).encode()).digest()[:4], "big") // 2


def kind(applicant: Json, claims: Sequence[str] = ()) -> str:
    """Return the name in the draw of booths of all to whom the same booths are worth the same."""
    wishes = applicant["wishes"]
    zones = "any" if wishes["zone_codes"] is None else "+".join(sorted(wishes["zone_codes"]))
    flags = f"{bool(wishes['corner']):d}{bool(wishes['power']):d}"
    bound = "".join(f"|{name}" for name in claims)
    first = f"{applicant['booths']}|{applicant['product_group']}|{zones}|{flags}"
    return f"{first}|{wishes['not_beside_group'] or ''}{bound}"


def stand(applicant: Json, watched: set[str]) -> str:
    """Return the name in the draw of spots of all to whom, and to whose neighbours, spots of a sort are worth the same."""
    group = applicant["product_group"] if applicant["product_group"] in watched else ""
    return f"{applicant['booths']}|{group}|{applicant['wishes']['not_beside_group'] or ''}"


def pool(applicant: Json, claims: Sequence[str], watched: set[str], sort: Sequence[str]) -> str:
    """Return the name in the draw of all of a stand that are open to the same zones, outside those they wish for."""
    return "|".join((stand(applicant, watched), *claims, *sort[1:]))


def in_wished_zone(applicant: Json, sort: Sequence[str]) -> bool:
    zones = applicant["wishes"]["zone_codes"]
    return zones is not None and sort[0] in zones


# 9. What was released.


LEFT = ("withdrawn", "revoked")
SLACK = timedelta(minutes=10)  # of the clocks of transactions that waited for each other


@check_that("Đã công bố thì đủ mọi phần", "A release is told whole")
def release_told(case: Case) -> Iterator[str]:
    run = case.need_file("run.json")
    parts = {"run.json: released_at": run["released_at"], "draw.json: seed": case.seed, "release.json": case.release}
    missing = [name for name, each in parts.items() if each is None]
    if case.is_public and missing:
        yield f"a public version is made of a released run alone, and there is no {', '.join(missing)}"
    elif 0 < len(missing) < len(parts):
        yield f"there is no {', '.join(missing)}, though the rest of a release is told"
    for name in ("legal_document", "offers", "left", "waiting"):
        if case.release is not None and case.release.get(name) is None:
            yield f"release.json: no {name}"


@check_that("Lời mời đã gửi đúng theo phương án", "The offers released equal the run")
def offers(case: Case) -> Iterator[str]:
    release = case.need_release()
    left = {each["application_id"] for each in release["left"]}
    offered: defaultdict[str, list[list[str]]] = defaultdict(list)
    for each in release["offers"]:
        offered[each["application_id"]].append(sorted(each["booth_codes"]))
    for name in sorted({*case.final, *offered}):
        due = [sorted(case.final[name])] if name in case.final and name not in left else []
        if offered[name] != due:
            yield f"{name} was offered {offered[name]}, by the run and its overrides {due}"


@check_that(
    "Ai rút trước công bố: từ lúc nào, theo sự kiện nào", "Who had left before is told with when and by which event"
)
def left_told(case: Case) -> Iterator[str]:
    release, run = case.need_release(), case.need_file("run.json")
    from_, to = datetime.fromisoformat(run["requested_at"]) - SLACK, datetime.fromisoformat(run["released_at"]) + SLACK
    for name, times in Counter(each["application_id"] for each in release["left"]).items():
        if name not in case.by_id or times > 1:
            yield f"{name} left {times} times, and is {'an' if name in case.by_id else 'no'} applicant of the run"
    for each in release["left"]:
        if each["outcome"] not in LEFT:
            yield f"{each['application_id']}: {each['outcome']} is no way to leave before a release"
        if each["application_id"] in case.hidden or case.is_older:
            continue  # the public events would tell who it was; versions before 8 told no event
        if not each.get("event_id") or not each.get("left_at"):
            yield f"{each['application_id']}: no event is told by which it left, and when"
        elif not from_ <= datetime.fromisoformat(each["left_at"]) <= to:
            yield f"{each['application_id']} left at {each['left_at']}, not between the run and its release"


@check_that("Danh sách chờ đúng thứ tự", "The waiting list is in order")
def waiting_line(case: Case) -> Iterator[str]:
    release = case.need_release()
    gone = {*case.final, *(each["application_id"] for each in release["left"])}
    waiting = [each for each in case.everybody if each["application_id"] not in gone]
    waiting.sort(key=lambda each: (-each["points"], -case.number(each), each.get("key", each["application_id"])))
    due = [each["application_id"] for each in waiting]
    if list(release["waiting"]) != due:
        at = next((n for n, pair in enumerate(zip(release["waiting"], due)) if pair[0] != pair[1]), len(due))  # noqa: B905
        yield f"the waiting list is not by points and draw: {len(due)} are due on it, it differs from place {at + 1} on"


@check_that("Công bố đúng mã băm đã thông báo", "What was released has the digest told")
def release_digest(case: Case) -> Iterator[str]:
    release = case.need_release()
    case.need_whole(is_whole=not case.is_public)
    if case.release_digest is None and case.is_older:
        raise NotApplicable("phiên bản trước chưa công bố mã băm", "an older version told no digest of a release")
    yield from digested("the release", {**release, "overrides": list(case.overrides)}, case.release_digest)


def digested(what: str, value: Any, told: str | None) -> Iterator[str]:
    """Yield whether something has not the digest told: SHA-256 of its JSON without spaces, names in order."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if hashlib.sha256(text.encode()).hexdigest() != told:
        yield f"the SHA-256 of {what} is not {told}, told with it"


@check_that("Mỗi ngoại lệ có lý do, văn bản và hai người", "Each override has reason, paper and two persons")
def overrides(case: Case) -> Iterator[str]:
    for number, each in enumerate(case.overrides, start=1):
        missing = [name for name in ("reason", "proposer", "approver", "legal_document") if not each.get(name)]
        if missing:
            yield f"override {number} has no {', '.join(missing)}"
        elif each["proposer"] == each["approver"]:
            yield f"override {number} was approved by who proposed it"


@check_that("Sau ngoại lệ các quy định bắt buộc vẫn đúng", "With the overrides every hard rule holds")
def overridden_places(case: Case) -> Iterator[str]:
    if not case.overrides:
        return
    changed = replace(case, result={**case.result, "placements": case.final}, overrides=())
    broken = [finding for each in PLACES for finding in each.find(changed)]
    hard = [each for each in RULES if each.code in HARD - {"pins"}]  # an override may undo the committee's own word
    yield from broken or (finding for each in hard for finding in each.find(changed))


# 10. The files that people read.


def differing(of: str, told: Mapping[str, Any], due: Mapping[str, Any]) -> Iterator[str]:
    """Yield where what is told of something differs from what is due."""
    for name, value in due.items():
        if name not in told or told[name] != value:
            yield f"{of}: {name} {told.get(name, 'not told')}, by the input and the places {value}"


@check_that("quotas.json đúng với chỉ tiêu và kết quả", "quotas.json tells the quotas and what they came to")
def quotas_told(case: Case) -> Iterator[str]:
    told, bounds = case.need_file("quotas.json"), case.input["bounds"]
    asked, held = count_booths(case.everybody), count_booths(case.placed)
    if [each["group"] for each in told] != [each["group"] for each in bounds]:
        yield f"{len(told)} quotas told, {len(bounds)} in the input, or in another order"
        return
    for row, each in zip(told, bounds):  # noqa: B905  # Python 3.9 has no strict
        due = {"floor": each["floor"], "ceiling": each["ceiling"], "held": held[each["group"]]}
        due.update({} if case.is_public else {"asked": asked[each["group"]]})
        yield from differing(each["group"], row, due)


DIMENSIONS = ("region", "stars", "newcomer", "vendor_type", "product_group", "province")  # of the tables of shares
FEWER = 4  # of these before version 9, and quotas of stars and newcomers were not told beside them
BOUND_AS = {"stars": "star_class", "newcomer": "first_timer"}  # how quotas name what a table calls otherwise
SMALLEST = 5  # smaller groups are told together in them


@check_that("fairness.json đúng khi tính lại", "fairness.json is true when counted again")
def shares_told(case: Case) -> Iterator[str]:
    tables, is_before = case.need_file("fairness.json"), case.version < 9
    due_tables = list(DIMENSIONS[:FEWER] if is_before else DIMENSIONS)
    if [each["dimension"] for each in tables] != due_tables:
        yield f"the tables are by {[each['dimension'] for each in tables]}, due {due_tables}"
        return
    everybody = share_row(case, case.everybody)
    everybody["booths_asked"] += case.input.get("asked_unseen", {}).get("booths", 0)
    for table in tables:
        of, rows = table["dimension"], table["rows"]
        for name in ("applications", "placed", "booths_asked", "booths_held"):
            total = sum(row[name] for row in rows)
            if total != everybody[name]:
                yield f"by {of}: {name} {total} together, by the input and the places {everybody[name]}"
        by_code = dict(share_groups(case, of))
        if by_code and [row["code"] for row in rows] != list(by_code):
            yield f"by {of}: the groups are {[row['code'] for row in rows]}, due {list(by_code)}"
        for row in rows:
            named = of if is_before else BOUND_AS.get(of, of)
            group = "country:foreign" if row["code"] == "foreign" else f"{named}:{row['code']}"
            quota = case.bounds.get(group, {"floor": None, "ceiling": None})
            due = {"floor": quota["floor"], "ceiling": quota["ceiling"]}
            due["share_permille"] = permille(row["booths_held"], everybody["booths_held"])
            due.update(share_row(case, by_code[row["code"]]) if row["code"] in by_code else {})
            yield from differing(f"by {of}, {row['code']}", row, due)


def permille(held: int, of: int) -> int:
    return round(1000 * held / of) if of else 0


def share_row(case: Case, members: Sequence[Json]) -> dict[str, int]:
    """Return what a table of shares counts of some applicants."""
    held = [len(case.places.get(each["application_id"], ())) for each in members]
    return {
        "applications": len(members),
        "placed": sum(number > 0 for number in held),
        "booths_asked": sum(each["booths"] for each in members),
        "booths_held": sum(held),
    }


def share_groups(case: Case, dimension: str) -> list[tuple[str, list[Json]]]:
    """Return the groups of a table in its order, small ones together and last; none where the dossier does not tell them."""
    by_code: defaultdict[str, list[Json]] = defaultdict(list)
    for each in case.everybody:
        code = share_code(case, dimension, each)
        if code is None:
            return []
        by_code[code].append(each)
    together = told_together({code: len(members) for code, members in by_code.items()})
    if dimension == "province":
        together += beside_regions(case, by_code, together)
    rows = [(code, by_code[code]) for code in sorted(by_code) if code not in together]
    small = [each for code in together for each in by_code[code]]
    return rows + ([("small_groups", small)] if together else [])


def told_together(sizes: Mapping[str, int]) -> list[str]:
    """Return the groups that are told together: small ones, and the next smallest where these are few."""
    together: list[str] = []
    for code in sorted(sizes, key=lambda code: (sizes[code], code)):
        if (
            sizes[code] < SMALLEST or 0 < sum(sizes[other] for other in together) < SMALLEST
        ):  # so that nobody can be taken off
            together.append(code)
    return together


def beside_regions(case: Case, by_code: Mapping[str, Sequence[Json]], together: Sequence[str]) -> list[str]:
    """Return the provinces told together besides: of each row of the regions none or enough are, so that none is taken off."""
    region_of = {code: str(share_code(case, "region", members[0])) for code, members in by_code.items()}
    sizes: Counter[str] = Counter()
    for code, members in by_code.items():
        sizes[region_of[code]] += len(members)
    small, rows = told_together(sizes), defaultdict(list)
    for code in sorted(by_code, key=lambda code: (len(by_code[code]), code)):
        rows["" if region_of[code] in small else region_of[code]].append(code)
    more: list[str] = []
    for codes in rows.values():
        if 0 < sum(len(by_code[code]) for code in codes if code in together) < SMALLEST:
            more += [code for code in codes if code not in together][:1]
    return more


def share_code(case: Case, dimension: str, applicant: Json) -> str | None:
    who = (case.applicants or {}).get(applicant["application_id"])
    if who is None or case.is_public or (dimension == "stars" and "stars" not in who):
        return None
    if dimension == "newcomer":
        return None if "merits" not in who else "yes" if "first_event" in who["merits"] else "no"
    groups = dict(each.split(":", 1) for each in applicant["groups"])
    if dimension in {"region", "province"}:
        return "foreign" if who["country"] != "VN" else groups.get(dimension, "unknown")
    if dimension == "stars":
        stars = who["stars"]
        return "unknown" if stars is None else str(stars) if stars >= 3 else "none"
    return groups[dimension]


LISTED_RULES = (
    *("accepted_only", "booths_as_granted", "side_by_side", "one_holder", "street_room", "zone_room"),
    *("quota_ceilings", "own_rules", "required_floors", "pins"),
)
LISTED_OBJECTIVES = (
    *("quota_floors_missed", "placed_points", "draw_places", "wishes_zone_unmet", "wishes_corner_unmet"),
    *(
        "wishes_power_unmet",
        "groups_crowded",
        "wishes_neighbour_unmet",
        "neighbours_alike",
        "draw_sorts",
        "draw_booths",
    ),
)


@check_that("rules.json đúng với quy định và thứ tự đã dùng", "rules.json tells the rules and their order as used")
def rules_told(case: Case) -> Iterator[str]:
    told, pack = case.need_file("rules.json"), case.need_file("packs/run_rules.toml")
    for name, due in (("hard", LISTED_RULES), ("objective", LISTED_OBJECTIVES)):
        codes = tuple(each["code"] for each in told.get(name, ()))
        if codes != due:
            yield f"{name}: {list(codes)} told, this check knows {list(due)}"
    for text in texts_in(told):
        if json.dumps(text, ensure_ascii=False) not in pack:
            yield f"not in packs/run_rules.toml: {text}"
    passes = [name for name in case.told if ":" not in name]
    places_of = [LISTED_OBJECTIVES.index("placed_points" if "placed_points_" in each else each) for each in passes]
    levels = [int(name.rpartition("_")[2]) for name in passes if "placed_points_" in name]
    if places_of != sorted(places_of) or levels != sorted(levels, reverse=True):
        yield f"the passes of the run are not in that order: {passes}"


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_in(each)


@check_that(
    "edition_rules.json đúng với quy định riêng đã dùng", "edition_rules.json tells the edition's own rules as used"
)
def own_rules_told(case: Case) -> Iterator[str]:
    told, used = told_rules(case), {name: case.rules[name] for name in ("version", "is_varied") if name in case.rules}
    yield from differing("edition_rules.json", told, used)
    for of in ("requirements", "reservations", "priority_classes"):
        mine = {each["code"]: each for each in told.get(of, ())}
        codes = sorted(each["code"] for each in told.get(of, ()))
        if codes != sorted(each["code"] for each in case.rules.get(of, ())):
            yield f"{of}: {codes} told, used {[each['code'] for each in case.rules.get(of, ())]}"
        for each in case.rules.get(of, ()):
            yield from differing(f"{of} {each['code']}", mine.get(each["code"], {}), each)


def told_rules(case: Case) -> Json:
    """Return what the dossier tells of the edition's own rules; nothing where the run used none and none are told."""
    told: Json = (
        case.need_file("edition_rules.json") if case.rules else (case.told_in or {}).get("edition_rules.json", {})
    )
    return told


OWN_ALONE = ("zone", "star_class", "first_timer")  # groups which no quota can name, only an edition's own rules


@check_that(
    "edition_rules.json nêu đúng mức tối thiểu và tối đa đã dùng",
    "edition_rules.json tells the floors and ceilings as used",
)
def own_bounds_told(case: Case) -> Iterator[str]:
    """A run goes by the tighter of quota and own rule; a dossier that tells no quotas apart shows less of it."""
    edition, bounds = case.need_file("run.json")["edition"], told_rules(case).get("bounds", ())
    required = sorted(each["group"] for each in bounds if each["is_required"])
    if required != sorted(case.rules.get("required_floors", ())):
        yield f"required floors: {required} told, used {sorted(case.rules.get('required_floors', ()))}"
    used = tightest(case.input["bounds"])
    quotas = {each["group"]: each for each in edition.get("quotas", case.input["bounds"])}
    due = tightest([*quotas.values(), *bounds])
    if "quotas" not in edition:
        named = {each["group"] for each in bounds}
        due = {group: each for group, each in due.items() if group in named or group.partition(":")[0] not in OWN_ALONE}
    for group in sorted({*used, *due}):
        if used.get(group) != due.get(group):
            yield f"{group}: floor and ceiling {due.get(group, 'not told')}, by the input {used.get(group, 'none')}"


def tightest(bounds: Sequence[Json]) -> dict[str, tuple[Any, Any]]:
    """Return the highest floor and the lowest ceiling that are told of each group."""
    found: dict[str, tuple[Any, Any]] = {}
    for each in bounds:
        floor, ceiling = found.get(each["group"], (None, None))
        floors = [number for number in (floor, each["floor"]) if number is not None]
        ceilings = [number for number in (ceiling, each["ceiling"]) if number is not None]
        found[each["group"]] = (max(floors, default=None), min(ceilings, default=None))
    return found


@check_that("pins.json đúng với điều đã áp dụng, có lý do", "pins.json tells the pins as used, each with a reason")
def pins_told(case: Case) -> Iterator[str]:
    words = ("application_id", "rule", "target", "code")
    told = case.need_file("pins.json")
    here = [each for each in told if each["application_id"] in case.by_id]  # whom a pin names may have left before
    mine = sorted(str([each[word] for word in words]) for each in here)
    used = sorted(str([each[word] for word in words]) for each in case.input.get("pins", ()))
    if mine != used:
        yield f"{mine} told, used {used}"
    for each in told:
        if not each.get("reason"):
            yield f"{each['application_id']}: {each['rule']} without a reason"


@check_that("applicants.json có đủ chủ thể", "applicants.json tells all applicants")
def applicants_told(case: Case) -> Iterator[str]:
    told: Json = case.need_file("applicants.json")
    due = {name for name in case.by_id if name not in case.hidden}
    for name in sorted(due ^ set(told)):
        yield f"{name} is {'missing' if name in due else 'no applicant of the run'}"
    for name in sorted(due & set(told)):
        if not told[name]["trade_name"]:
            yield f"{name} has no name"


@check_that(
    "Điểm có căn cứ, đúng theo thứ tự ưu tiên đã áp dụng",
    "Points have merits, and these the points of the order of priority",
)
def points_told(case: Case) -> Iterator[str]:
    """Each applicant has one tier, and beside it what its pack gives points for; together they are its points of dossier."""
    case.need_file("run.json")
    packs = (case.told_in or {}).get("packs/priority.json")
    if not packs:
        raise NotApplicable(
            "kỳ này đóng đăng ký khi chưa công bố thứ tự", "registration closed before the order was told"
        )
    for name, who in case.need_applicants():
        merits: Json = who["merits"]
        if sum(merits.values()) != who["points_registered"]:
            yield f"{name}: {who['points_registered']} points of dossier, by its merits {sum(merits.values())}"
        wrong = [list(against_pack(merits, {each["code"]: each for each in pack["rules"]})) for pack in packs]
        if all(wrong):  # it may have been judged before the dates changed
            yield f"{name}: {'; '.join(wrong[-1])}"


def against_pack(merits: Json, rules: Mapping[str, Json]) -> Iterator[str]:
    tiers = [code for code in merits if code in rules and rules[code]["is_tier"]]
    if len(tiers) != 1:
        yield f"tiers {tiers}, due one"
    for code, points in merits.items():
        most = rules[code]["points"] if code in rules else 0
        if not (0 < points <= most if code in rules and rules[code]["is_most"] else points == most):
            yield f"{code} gives {points} points, by the order of priority {most}"


@check_that(
    "reasons.json đúng kết quả, lý do và số liệu của từng hồ sơ",
    "reasons.json has each outcome and the reasons it follows from",
)
def reasons_told(case: Case) -> Iterator[str]:
    told, run = case.need_file("reasons.json"), case.need_file("run.json")
    if not told and run.get("is_explained") is False:
        if "unexplained" in (run.get("solver") or {}) or case.result["status"] == "infeasible":
            raise NotApplicable("phương án này không có giải trình", "the run says that no reasons were found")
        yield "no reasons are told, and nothing says why none were found"
    names, found_by = (
        Counter(each["application_id"] for each in told),
        (run.get("solver") or {}).get("reasons_version", 0),
    )
    for name in sorted(names.keys() | case.by_id.keys()):
        if names[name] != 1 or name not in case.by_id:
            yield f"{name} has {names[name]} entries, {int(name in case.by_id)} due"
    street = Street(case)
    refused = sorted(street.rank(each) for each in case.refused)
    for each in (each for each in told if each["application_id"] in case.by_id):
        name, is_placed = each["application_id"], each["application_id"] in case.places
        who = (case.applicants or {}).get(name)
        yield from differing(name, each, {"is_placed": is_placed, **({"trade_name": who["trade_name"]} if who else {})})
        if not each["reasons"] or bool(each["changes"]) == is_placed:
            yield f"{name}: {len(each['reasons'])} reasons, {len(each['changes'])} changes told"
        mine = case.by_id[name]
        if not mine.get("is_blurred"):  # what binds those is in the full dossier
            due = why_placed(street, mine, refused) if is_placed else why_refused(street, mine, by=found_by)
            yield from against_due(name, each["reasons"], list(due), is_drawn=case.seed is not None)
        for change in each["changes"]:
            data, facts = change["data"], {"points": mine["points"], "booths": mine["booths"]}
            if "points_missing" in data:
                facts["points_missing"] = data["points_needed"] - mine["points"]
            told_ = {fact: value for fact, value in facts.items() if fact in data}
            yield from differing(f"{name}, {change['code']}", data, told_)
            yield from merits_told(case, name, change)


@check_that(
    "left_out.json: ai được chấp nhận mà không còn sản phẩm đủ điều kiện thì không có gian, có lý do",
    "left_out.json: who is accepted with nothing eligible has no place, and a reason",
)
def left_out_told(case: Case) -> Iterator[str]:
    told, run = (case.told_in or {}).get("left_out.json", []), case.need_file("run.json")
    if len(told) != run.get("left_out", 0):
        yield f"{len(told)} told, run.json says {run.get('left_out', 0)}"
    release = case.release or {}
    offered = {each["application_id"] for each in release.get("offers", ())} | {*release.get("waiting", ())}
    names = Counter(each["application_id"] for each in told)
    for each in told:
        name = each["application_id"]
        if names[name] > 1:
            yield f"{name} is told {names[name]} times"
        if name in case.by_id or name in case.places or name in offered or each["is_placed"]:
            yield f"{name} takes part in the run"
        if bool(each["trade_name"]) is case.is_public:
            yield f"{name}: {'a name' if case.is_public else 'no name'}, in a {'public' if case.is_public else 'full'} version"
        if run.get("is_explained") and [one["code"] for one in each["reasons"]] != ["nothing_eligible"]:
            yield f"{name}: the reason is not that nothing is eligible"
        if run.get("is_explained") and {one["data"].get("valid_to") for one in each["reasons"]} != {
            run["edition"]["last_on"]
        }:
            yield f"{name}: the reason names another day than the last of the edition"


OPEN = ("early", "new_product", "clean_record")  # merits that a producer has in its hands


def merits_told(case: Case, name: str, change: Json) -> Iterator[str]:
    """Yield where merits told are not open to an applicant or give too little, or some would give the points it lacks."""
    packs, who = (case.told_in or {}).get("packs/priority.json"), (case.applicants or {}).get(name)
    data, mine = change["data"], case.by_id[name]
    if not packs or who is None or not ("merits" in data or change["code"] == "points_lacking"):
        return
    most = {each["code"]: each for each in packs[-1]["rules"] if each["code"] in OPEN}
    room = {code: left(each, who["merits"].get(code, 0)) for code, each in most.items()}
    if "merits" not in data:
        if sum(room.values()) >= data["points_missing"]:
            yield f"{name}: points are said to be lacking, and the merits open to it give {sum(room.values())}"
        return
    gains = {code: data[f"points_{code}"] for code in data["merits"].split("+")}
    for code, points in gains.items():
        is_most = most[code]["is_most"] if code in most else False
        if not (0 < points <= room.get(code, 0) and (is_most or points == room.get(code, 0))):
            yield f"{name}: {code} is said to give {points} points more, by the order of priority {room.get(code, 0)}"
    is_same = not change["code"].startswith(
        "without_"
    )  # who gives up a need may lose a priority of the edition's own with it
    if is_same and mine["points"] + sum(gains.values()) < data["points_needed"]:
        yield f"{name}: {mine['points']} points and {gains} are fewer than {data['points_needed']}"


def left(rule: Json, has: int) -> int:
    """Return the points that a merit can still give."""
    return rule["points"] - has if rule["is_most"] else 0 if has else rule["points"]


def against_due(name: str, told: Sequence[Json], due: Sequence[tuple[str, Json]], *, is_drawn: bool) -> Iterator[str]:
    """Yield where reasons are not those due, in their order; before the draw is known, of those alone that need none."""
    if not is_drawn:
        told = [each for each in told if each["code"] not in DRAWN]
        due = [each for each in due if each[0] not in DRAWN]
    codes = [each["code"] for each in told]
    if codes != [code for code, _ in due]:
        yield f"{name}: the reasons {codes} are told, by input and places {[code for code, _ in due]}"
        return
    for each, (code, facts) in zip(told, due):  # noqa: B905  # Python 3.9 has no strict
        yield from differing(f"{name}, {code}", each["data"], facts)


DRAWN = (  # reasons that say who stood before whom
    *("stood_before", "drawn_before", "ranked_before", "number_by_rank", "floor_kept", "no_exchange"),
    *("room_for_all", "placed_for_floor", "placed_within_rules", "placed_by_draw", "placed_by_points"),
)


def why_refused(street: Street, who: Json, by: int = PAIRS_LOOKED_AT) -> Iterator[tuple[str, Json]]:
    """Yield the quotas that are full, the street, what keeps somebody from each free booth, and who stood before it.

    ``by`` is the version that found the reasons told: before 11 no two were together wherever two were asked for.
    """
    case, booths, held, points = street.case, who["booths"], sum(map(len, street.case.places.values())), who["points"]
    for group in who["groups"]:
        most, now = street.ceilings.get(group, sys.maxsize), street.held[group]
        if now + booths > most:
            yield "quota_full", {"quota": group, "held": now, "ceiling": most, "booths": booths}
    if held + booths > case.room():
        yield "street_full", {"held": held, "room": case.room(), "booths": booths}
    elif booths > 1 and (by < PAIRS_LOOKED_AT or not any(may_stand(case, who, pair) for pair in case.free_pairs())):
        yield "no_two_together", {"free": case.room() - held}
    yield from why_kept_away(case, who)
    holder, kept = street.before(who)
    if holder is None:
        yield "no_exchange", {"booths": booths}
    else:
        data = {"application_id": holder["application_id"], "points_before": holder["points"], "points": points}
        numbers = {"number": street.rank(who)[1], "number_before": street.rank(holder)[1]}
        ranks = {"rank": who.get("rank"), "rank_before": holder.get("rank")}
        if holder["points"] > points:
            yield "stood_before", data
        elif who in case.equals(holder):
            yield "ranked_before", {**data, **numbers, **ranks}
        else:
            yield "drawn_before", {**data, **numbers}
            yield from by_rank(street, who)
    for floor in sorted(kept):
        yield "floor_kept", {"quota": floor, "floor": street.floors[floor], "points_behind": kept[floor]}


def may_stand(case: Case, who: Json, codes: Sequence[str]) -> bool:
    """Tell whether neither the edition's own rules nor the committee keep somebody from some booths."""
    return not case.broken(who, codes) and not case.unheld(who["application_id"], codes)


def by_rank(street: Street, who: Json) -> Iterator[tuple[str, Json]]:
    """Yield how a province's list gave somebody its number among those of the province with as many points."""
    equals = street.case.equals(who)
    if len(equals) > 1:
        place = sum(street.rank(each) >= street.rank(who) for each in equals)
        data = {"quota": f"province:{who['nominated_by']}", "rank": who["rank"], "place": place, "of": len(equals)}
        yield "number_by_rank", {**data, "number": street.rank(who)[1]}


def why_kept_away(case: Case, who: Json) -> Iterator[tuple[str, Json]]:
    """Yield the rules that keep somebody from each booth left, where one does from every one of them."""
    name = who["application_id"]
    broken = [{*case.broken(who, [code]), *case.unheld(name, [code])} for code in case.free()]
    said, needed = set(case.said(name)), {f"requirement:{code}" for code in who.get("needs", ())}
    for rule in sorted(said.union(needed, *broken)) if all(broken) else ():
        by = "kept_by_pin" if rule in said else "kept_by_requirement" if rule in needed else "kept_for_others"
        yield by, {"rule": rule}


def why_placed(street: Street, who: Json, refused: Sequence[tuple[int, int]]) -> Iterator[tuple[str, Json]]:
    """Yield what gave a place, and which wishes its booths leave unmet; ``refused`` are the ranks of the refused, in order."""
    case, points = street.case, who["points"]
    stronger = len(refused) - bisect_right(refused, street.rank(who))
    equal = bisect_right(refused, (points, sys.maxsize)) - bisect_right(refused, (points, -1))
    tight = (g for g in sorted(who["groups"]) if 0 < street.floors.get(g, 0) > street.held[g] - who["booths"])
    quota = next(tight, None) if stronger else None
    if not refused:
        yield "room_for_all", {"points": points}
    elif quota is not None:
        yield "placed_for_floor", {"quota": quota, "floor": street.floors[quota], "points": points}
    elif stronger:
        yield "placed_within_rules", {"points": points, "stronger": stronger}
    elif equal:
        yield "placed_by_draw", {"points": points, "number": street.rank(who)[1], "equal": equal}
        yield from by_rank(street, who)
    else:
        yield "placed_by_points", {"points": points, "points_refused": refused[-1][0]}
    for wish in unmet_wishes(who, [case.booths[code] for code in case.places[who["application_id"]]]):
        yield f"wish_{wish}_unmet", {}


# 11. The whole.


@check_that("Bản công khai hay bản đầy đủ: đúng như tự nói", "It is the version, public or full, that it says it is")
def version_told(case: Case) -> Iterator[str]:
    """Who was refused has a number in the place of its name in the public version, and in no other."""
    manifest = {"is_public": case.is_public} if case.told_in is None else case.need_file("run.json")
    manifest = (case.told_in or {}).get("manifest.json", manifest)
    if manifest.get("is_public", case.is_public) != case.is_public:
        yield f"manifest.json: is_public {manifest['is_public']}, run.json: {case.is_public}"
    for each in case.everybody:
        name = each["application_id"]
        is_due = case.is_public and name not in case.final
        if (name in case.hidden) is not is_due:
            yield f"{name}: {'a name' if is_due else 'a number in the place of a name'}, in a {'public' if case.is_public else 'full'} version"
        told = {*(["drawn"] if "drawn" in each else []), *(["rank"] if "rank" in each else [])}
        if told & ({"rank"} if case.hidden else {"drawn"}):
            yield f"{name}: {', '.join(sorted(told))}, in a {'public' if case.is_public else 'full'} version"
    if case.is_public and (case.secret is not None or case.names):
        yield "the secret of the draw, or names in it, in a public version"


@check_that("Dữ liệu đầu vào đúng mã băm đã công bố", "The input has the digest told")
def input_digest(case: Case) -> Iterator[str]:
    case.need_whole(is_whole=not case.hidden)
    yield from digested("the input", case.input, case.input_digest)


@check_that("Đúng các mã băm đã công bố trước", "The hashes are those published before")
def published_before(case: Case) -> Iterator[str]:
    if not case.published:
        raise NotApplicable("không có mã băm để so", "no published hash was handed over")
    for name, value in case.published.items():
        told = getattr(case, name)
        if told != value:
            yield f"{name}: published {value}, the dossier tells {told or 'none'}"


@check_that("Tệp trong hồ sơ không bị sửa", "The files of the dossier are unchanged")
def files(case: Case) -> Iterator[str]:
    case.need_list()
    for name, (found, listed) in sorted(case.files.items()):
        if found != listed:
            yield f"{name}: SHA-256 {found or 'missing'}, listed {listed or 'not at all'}"


@check_that("check.json đúng như kiểm tra lại", "check.json says what this check says")
def check_told(case: Case) -> Iterator[str]:
    case.need_list()
    told, made_with = case.need_file("check.json"), case.need_file("run.json")["checker"]["version"]
    known = {each["code"]: each["verdict"] for each in told}
    if not known:
        yield "check.json says nothing"
    for each in check(replace(case, files={}, published={})):
        is_due = made_with == VERSION or each["code"] in known  # another version has checks of its own
        if is_due and known.get(each["code"]) != each["verdict"]:
            yield f"{each['code']}: {known.get(each['code'], 'nothing')} told, {each['verdict']} found"


RULES = tuple(CHECKS[len(PLACES) :])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
