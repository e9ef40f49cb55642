"""What a producer's page calls fields, values and choices, in the reader's language."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from common.contracts.base import LocalText
from common.languages import LANGUAGES
from common.web.readers import Reader, Say
from registration.applications.domain import STATE_NAMES, ApplicationState
from registration.editions.endings import OVER
from registration.editions.states import EditionState
from registration.evidence.domain import KINDS
from registration.freezes.domain import FIELDS

Pair = tuple[str, str]
"""A text in Vietnamese and English."""

VENDOR_TYPES: Mapping[str, Pair] = {
    "cooperative": ("Hợp tác xã", "Cooperative"),
    "company": ("Công ty, doanh nghiệp", "Company"),
    "cooperative_group": ("Tổ hợp tác", "Cooperative group"),
    "household": ("Hộ kinh doanh", "Household business"),
    "other": ("Khác", "Other"),
}
LEVELS: Mapping[str, Pair] = {
    "central": ("Trung ương", "Central"),
    "province": ("Cấp tỉnh", "Provincial level"),
    "district": ("Cấp huyện", "District level"),
    "commune": ("Cấp xã", "Commune level"),
}
GROUPS: Mapping[str, str] = {
    "food": "Food",
    "beverage": "Drinks",
    "herbal": "Herbal products",
    "textile": "Textiles and garments",
    "craft": "Crafts and decoration",
    "ornamental": "Ornamental plants and animals",
    "tourism": "Rural tourism services",
}
"""The groups in English; in Vietnamese each pack says what the law calls them."""
BY: Mapping[str, Pair] = {
    "vendor": ("chủ thể", "the vendor"),
    "agency": ("cơ quan đề cử", "the nominating agency"),
    "organiser": ("Ban Tổ chức", "the organiser"),
}
WORDS: Mapping[str, Pair] = {
    "contact": ("Liên hệ", "Contact"),
    "contact.display_name": ("Người liên hệ", "Contact person"),
    "contact.phone": ("Điện thoại", "Phone"),
    "contact.email": ("Thư điện tử", "E-mail"),
    "contact.language": ("Ngôn ngữ của thông báo", "Language of notices"),
    "contact.may_be_told": ("Đồng ý nhận thông báo", "Agreement to notices"),
    "state": ("Trạng thái", "State"),
    "rank": ("Thứ tự ưu tiên", "Order of preference"),
    "vendor": ("Chủ thể", "Vendor"),
    "name": ("tên", "name"),
    "product_group": ("nhóm", "group"),
    "origin": ("nơi sản xuất", "origin"),
    "stars": ("hạng sao", "stars"),
    "recognised_year": ("năm công nhận", "year of recognition"),
    "decision": ("quyết định", "decision"),
    "decision.number": ("số quyết định", "number of the decision"),
    "decision.notation": ("ký hiệu quyết định", "notation of the decision"),
    "decision.issued_on": ("ngày quyết định", "date of the decision"),
    "decision.level": ("cấp quyết định", "level of the decision"),
    "certificate": ("giấy chứng nhận", "certificate"),
    "certificate.number": ("số giấy chứng nhận", "number of the certificate"),
    "certificate.issued_on": ("ngày cấp giấy chứng nhận", "date of the certificate"),
    "processed_packaged": ("đã chế biến, đóng gói", "processed and packaged"),
}
"""What fields are called on the page, where the dates of fields have no name for them."""
YES_NO: Mapping[str, Pair] = {"True": ("có", "yes"), "False": ("không", "no")}
"""How the history keeps what is ticked, and what it is called."""
THERE: Pair = ("có", "there")
NOT_THERE: Pair = ("không có", "not there")
SUSPENDED: Pair = (
    (
        "Kỳ sự kiện đang tạm dừng, chưa có ngày mới. Bạn chưa phải làm gì: mọi thời hạn được dừng lại, hồ sơ và gian hàng"
        " của bạn được giữ. Khi có ngày mới, bạn sẽ được báo."
    ),
    (
        "The event is suspended and has no new date yet. You need not do anything: all dates stand still, and your"
        " application and your place are kept. You are told when there are new dates."
    ),
)
SUSPENDED_FORM: Pair = (
    "Kỳ sự kiện đang tạm dừng, chưa có ngày mới. Bạn vẫn điền và lưu được; hồ sơ mới chỉ gửi được khi đã có ngày mới.",
    (
        "The event is suspended and has no new date yet. You may go on filling in and saving; a new application is sent once"
        " there are new dates."
    ),
)
CANCELLED: Pair = (
    (
        "Kỳ sự kiện đã bị hủy và sẽ không tổ chức. Hồ sơ không được xét nữa; bạn không phải làm gì và không bị bất lợi."
        " Muốn tham gia kỳ sự kiện khác, hãy đăng ký kỳ đó."
    ),
    (
        "The event was cancelled and will not be held. Applications are not looked at any more; you need not do anything,"
        " and it counts against nobody. To take part in another event, apply for that one."
    ),
)
ENDED: Pair = (
    (
        "Kỳ sự kiện đã kết thúc. Hồ sơ được giữ nguyên, không nộp, sửa hay khiếu nại được nữa. Cần việc khác, hãy liên hệ"
        " Ban Tổ chức."
    ),
    (
        "The event is over. What is on file stays as it is: nothing is handed in, changed or appealed against any more."
        " For anything else ask the organiser."
    ),
)
STANDING: Mapping[EditionState, Pair] = {
    EditionState.SUSPENDED: SUSPENDED,
    EditionState.CANCELLED: CANCELLED,
    EditionState.CLOSED: ENDED,
    EditionState.REPORTED: ENDED,
}
"""What is the matter with an edition that does not go its way, and what to do."""
NEAR = ("VN", "LA", "TH", "JP")
"""Countries that stand before all others in a list."""
HOME_OF = {"lo": "LA", "th": "TH", "ja": "JP"}
"""Where somebody who reads a language comes from, as long as nothing was said of it."""


def say_all(pairs: Mapping[str, Pair], say: Say) -> dict[str, str]:
    """Return choices in the reader's language."""
    return {code: say(vi, en) for code, (vi, en) in pairs.items()}


def say_groups(labels: Mapping[str, str], say: Say) -> dict[str, str]:
    """Return product groups in the reader's language; those of a pack alone are called as it calls them."""
    return {code: say(vi, GROUPS.get(code, vi)) for code, vi in labels.items()}


@cache
def countries_in(language: str) -> Mapping[str, str]:
    """Return the countries by their codes, as the Unicode locale data call them; those next to us first."""
    lines = files("registration.drafts").joinpath("countries.csv").read_text(encoding="utf-8").splitlines()
    names = {row["code"]: row[language] for row in csv.DictReader(lines)}
    rest = sorted(names.keys() - set(NEAR), key=lambda code: _place_of(names[code]))
    return {code: names[code] for code in (*NEAR, *rest)}


def _place_of(name: str) -> str:
    """Return where a reader looks for a name: beside its letters without marks, Đức beside Dominica."""
    plain = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def label_of(field: str, say: Say) -> str:
    """Return what a field is called on the page: ``products[0].stars`` is "Product 1: stars"."""
    part, bracket, rest = field.partition("[")
    if not bracket:
        names = FIELDS.get(field) or WORDS.get(field)
        return say(*names) if names else field
    which, _, leaf = rest.rpartition("]")
    kind = KINDS.get(which.partition("#")[0])
    which = str(int(which) + 1) if which.isdigit() else say(*kind) if kind else which
    name = WORDS.get(leaf.removeprefix("."))
    return f"{say(*FIELDS[part]) if part in FIELDS else part} {which}" + (f": {say(*name)}" if name else "")


def say_value(field: str, value: str | None, lists: Mapping[str, Mapping[str, str]], say: Say) -> str:
    """Return what a value of the history is called on the page.

    ``lists`` are the words for codes, by the last part of the field's name; of a paper there is only whether it is there.
    """
    leaf = re.split(r"[.\]]", field)[-1]
    if field.startswith("documents[") and leaf == "kind":
        return say(*(NOT_THERE if value is None else THERE))
    if value is None:
        return "–"
    if value in YES_NO:
        return say(*YES_NO[value])
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return "/".join(reversed(value.split("-")))
    return lists.get(leaf, {}).get(value, value)


def say_who(by: str, say: Say) -> str:
    """Return who changed something."""
    return say(*BY[by]) if by in BY else by


@dataclass(frozen=True)
class Standing:
    """What a page says at its top of an edition that is suspended or over; ``is_over``: nothing can be done on it."""

    told: str
    is_over: bool


def say_standing(state: EditionState, say: Say, *, is_form: bool = False) -> Standing:
    """Return what is the matter with an edition; nothing is told of one that goes its way."""
    pair = SUSPENDED_FORM if is_form and state is EditionState.SUSPENDED else STANDING.get(state)
    return Standing(say(*pair) if pair else "", state in OVER)


def say_state(state: ApplicationState, say: Say) -> str:
    """Return the sentence that says where an application stands."""
    vi, en = STATE_NAMES[state]
    return say(f"Hồ sơ {vi}", f"The application is {en}.")


def say_reason(text: LocalText, say: Say) -> str:
    """Return what a rule says of an application; one that names several things says them one by one."""
    vi, en = text.vi.split("; "), (text.en or text.vi).split("; ")
    return "; ".join(say(*pair) for pair in zip(vi, en, strict=True)) if len(vi) == len(en) else say(text.vi, en[0])


def lists_of(groups: Mapping[str, str], provinces: Mapping[str, str], reader: Reader) -> dict[str, dict[str, str]]:
    """Return the words for codes of the history, by the last part of a field's name."""
    said = say_groups(groups, reader.say)
    return {
        "state": {state.value: reader.say(*names) for state, names in STATE_NAMES.items()},
        "vendor_type": say_all(VENDOR_TYPES, reader.say),
        "province_code": dict(provinces),
        "country": dict(countries_in(reader.language)),
        "language": dict(LANGUAGES),
        "product_group": said,
        "not_beside_group": said,
        "level": say_all(LEVELS, reader.say),
    }
