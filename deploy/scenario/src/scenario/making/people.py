"""The made-up people of the default scenario: their names say that they are samples, in the language of their country."""

from scenario.making.lots import pick

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
NAMES = (
    "An",
    "Bình",
    "Chi",
    "Dung",
    "Giang",
    "Hà",
    "Hạnh",
    "Hiền",
    "Hòa",
    "Hương",
    "Lan",
    "Linh",
    "Mai",
    "Minh",
    "Nga",
)
# Given names, then the word for “sample” in the place of the family's name.
FOREIGN = {
    "LA": (("Somphone", "Khamla", "Noy"), "Tuayang"),
    "TH": (("Malee", "Somchai", "Anong"), "Tuayang"),
    "JP": (("Hanako", "Kenji", "Yumi"), "Mihon"),
    "MW": (("Chisomo", "Thoko", "Mayamiko"), "Chitsanzo"),
    "BY": (("Alena", "Iryna", "Mikola"), "Uzor"),
}


def person(country: str, number: int) -> str:
    """Return the name of the ``number``-th producer's person."""
    if country == "VN":
        return f"{FAMILIES[pick(10, 'family', number)]} Thị Mẫu {NAMES[pick(15, 'name', number)]}"
    names, sample = FOREIGN[country]
    return f"{names[pick(len(names), 'name', number)]} {sample}"


def address(country: str, district: str, number: int) -> str:
    if country == "VN":
        return f"{district or 'Trung tâm'}, địa chỉ mẫu số {number}"
    return f"{district + ', ' if district else ''}sample address No. {number}"
