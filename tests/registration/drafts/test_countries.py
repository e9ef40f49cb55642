"""Countries on a producer's page: called as Unicode's locale data call them, found where a reader looks for them."""

import pytest
from babel import Locale

from common.languages import LANGUAGES
from registration.drafts.wording import countries_in

NOT_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
"""Codes of two letters that ISO 3166-1 gives to no country, but Kosovo's, which is in use."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_is_called_as_the_locale_data_call_it(language: str) -> None:
    told = {code: name for code, name in Locale(language).territories.items() if len(code) == 2}
    assert dict(countries_in(language)) == {code: told[code] for code in told.keys() - NOT_COUNTRIES}


def test_those_next_to_us_come_first_and_the_others_by_their_letters_without_marks() -> None:
    names = list(countries_in("vi").values())
    assert names[:4] == ["Việt Nam", "Lào", "Thái Lan", "Nhật Bản"]
    assert names.index("Đức") < names.index("Gambia")
    assert names.index("Ấn Độ") < names.index("Ba Lan")
