"""What pydantic finds wrong with a field, in the words of people: Vietnamese and English."""

from typing import Any

from common.errors import FieldProblem

# pydantic's error types in the words of people; {…} are the facts that it gives.
TEXTS: dict[str, tuple[str, str]] = {
    "missing": ("Thiếu trường này.", "This field is missing."),
    "extra_forbidden": ("Trường này không được dùng ở đây.", "This field is not known here."),
    "string_too_long": ("Dài quá {max_length} ký tự.", "Longer than {max_length} characters."),
    "string_too_short": ("Cần ít nhất {min_length} ký tự.", "At least {min_length} character(s) are needed."),
    "control_character": (
        "Có ký tự ẩn hoặc ký tự điều khiển {letter}; hãy gõ lại.",
        "Has the hidden or control character {letter}; type it again.",
    ),
    "day_out_of_range": (
        "Năm phải từ {first} đến {last}.",
        "The year must be from {first} to {last}.",
    ),
    "code_form": (
        "Mã gồm 1 đến 64 chữ, số hoặc dấu . : - _ /.",
        "A code has 1 to 64 letters, digits, '.', ':', '-', '_' or '/'.",
    ),
    "finite_number": ("Phải là một số hữu hạn.", "Must be a finite number."),
    "float_parsing": ("Phải là một số.", "Must be a number."),
    "float_type": ("Phải là một số.", "Must be a number."),
    "int_parsing_size": ("Số quá dài.", "The number has too many digits."),
    "bool_type": ("Phải là đúng hoặc sai.", "Must be true or false."),
    "string_type": ("Phải là một đoạn chữ.", "Must be a text."),
    "list_type": ("Phải là một danh sách.", "Must be a list."),
    "tuple_type": ("Phải là một danh sách.", "Must be a list."),
    "dict_type": ("Phải là một đối tượng.", "Must be an object."),
    "model_type": ("Phải là một đối tượng.", "Must be an object."),
    "model_attributes_type": ("Phải là một đối tượng.", "Must be an object."),
    "less_than_equal": ("Phải nhỏ hơn hoặc bằng {le}.", "Must be at most {le}."),
    "greater_than_equal": ("Phải lớn hơn hoặc bằng {ge}.", "Must be at least {ge}."),
    "greater_than": ("Phải lớn hơn {gt}.", "Must be greater than {gt}."),
    "less_than": ("Phải nhỏ hơn {lt}.", "Must be less than {lt}."),
    "int_parsing": ("Phải là số nguyên.", "Must be a whole number."),
    "int_type": ("Phải là số nguyên.", "Must be a whole number."),
    "int_from_float": ("Phải là số nguyên.", "Must be a whole number."),
    "bool_parsing": ("Phải là đúng hoặc sai.", "Must be true or false."),
    "uuid_parsing": ("Mã định danh không đúng.", "Must be a UUID."),
    "date_from_datetime_parsing": ("Ngày phải có dạng NĂM-THÁNG-NGÀY.", "A date has the form YYYY-MM-DD."),
    "date_type": ("Ngày phải có dạng NĂM-THÁNG-NGÀY.", "A date has the form YYYY-MM-DD."),
    "datetime_type": ("Thời điểm phải theo RFC 3339.", "An instant has the form of RFC 3339."),
    "date_parsing": ("Ngày phải có dạng NĂM-THÁNG-NGÀY.", "A date has the form YYYY-MM-DD."),
    "datetime_parsing": ("Thời điểm phải theo RFC 3339.", "An instant has the form of RFC 3339."),
    "timezone_aware": ("Thời điểm cần có múi giờ.", "An instant needs a time zone."),
    "enum": ("Phải là một trong: {expected}.", "Must be one of: {expected}."),
    "literal_error": ("Phải là một trong: {expected}.", "Must be one of: {expected}."),
    "too_long": ("Nhiều quá {max_length} mục.", "More than {max_length} items."),
    "too_short": ("Cần ít nhất {min_length} mục.", "At least {min_length} item(s) are needed."),
    "string_pattern_mismatch": ("Không đúng dạng {pattern}.", "Does not have the form {pattern}."),
}


def field_path(location: tuple[Any, ...] | list[Any]) -> str:
    """Return ``rows[3].products[0].stars`` of pydantic's location of a mistake."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part not in {"body", "query", "path", "header"} or path:
            path += f".{part}" if path else str(part)
    return path or ".".join(map(str, location))


def to_field_problem(error: dict[str, Any]) -> FieldProblem:
    """Return a mistake that pydantic found, in both languages."""
    kind = str(error["type"])
    vi, en = TEXTS.get(kind, ("Giá trị không hợp lệ.", str(error["msg"]).removeprefix("Value error, ")))
    facts = {name: value for name, value in error.get("ctx", {}).items() if name != "error"}
    return FieldProblem(field_path(error["loc"]), kind, _fill(vi, _in_vietnamese(facts)), _fill(en, facts))


def _in_vietnamese(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts with the one English word that pydantic puts into them: 'a', 'b' or 'c'."""
    return {name: value.replace("' or '", "' hoặc '") if name == "expected" else value for name, value in facts.items()}


def _fill(text: str, facts: dict[str, Any]) -> str:
    for name, value in facts.items():
        text = text.replace("{" + name + "}", str(value))
    return text
