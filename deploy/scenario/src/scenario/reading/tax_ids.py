"""Vietnamese tax ids: ten digits, the last a check digit, perhaps with the number of a dependent unit."""

import re

TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def is_tax_id(text: str) -> bool:
    """Say whether the text is a 10-digit tax id with the right check digit, perhaps of a dependent unit."""
    found = re.fullmatch(r"(\d{9})(\d)(?:-(\d{3}))?", text)
    if not found or found[1][2:] == "0000000" or found[3] == "000":
        return False
    return tax_check_digit(found[1]) == int(found[2])


def tax_check_digit(first_nine: str) -> int:
    """Return the tenth digit of a tax id; 10 means that the number is never issued."""
    return 10 - sum(int(digit) * weight for digit, weight in zip(first_nine, TAX_WEIGHTS, strict=True)) % 11
