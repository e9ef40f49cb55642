"""Tells which of many vendors one is, without looking at each."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from registration.vendors.domain import Vendor, name_key, tax_key

K = TypeVar("K")
Place = tuple[str, str | None, str]


class Directory(Generic[K]):
    """Vendors under keys of the caller's, found by tax number and by name and place."""

    def __init__(self, listed: Iterable[tuple[K, Vendor]] = ()) -> None:
        self._by_number: dict[str, tuple[int, K]] = {}
        self._by_name: dict[Place, list[tuple[int, K, bool]]] = {}
        self._count = 0
        for key, vendor in listed:
            self.add(key, vendor)

    def add(self, key: K, vendor: Vendor) -> None:
        number = tax_key(vendor.tax_id)
        if number is not None:
            self._by_number.setdefault(number, (self._count, key))
        self._by_name.setdefault(_place(vendor), []).append((self._count, key, number is not None))
        self._count += 1

    def find_same(self, vendor: Vendor) -> K | None:
        """Return the first vendor added that has the same tax number, or the same name in the same place."""
        number = tax_key(vendor.tax_id)
        found = [self._by_number[number]] if number in self._by_number else []
        found += [(order, key) for order, key, _ in self._by_name.get(_place(vendor), ())[:1]]
        return min(found, key=lambda each: each[0])[1] if found else None

    def identify(self, vendor: Vendor) -> K | None:
        """Return which vendor this is: by tax number, else by name where one of the two has no number."""
        number = tax_key(vendor.tax_id)
        if number in self._by_number:
            return self._by_number[number][1]
        namesakes = self._by_name.get(_place(vendor), ())
        return next((key for _, key, has_number in namesakes if number is None or not has_number), None)


def _place(vendor: Vendor) -> Place:
    return vendor.country, vendor.province_code, name_key(vendor.legal_name)
