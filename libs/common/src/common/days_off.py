"""The weekdays on which offices in Vietnam are closed, with those that stand in for a holiday at a weekend.

As the library ``holidays`` lists them (MIT), which goes by the Labour Code 2019, article 112, the lunar calendar and what the
government announces for each year; a test compares. The library itself would be 14 MB of every service.
"""

from datetime import date

DAYS_OFF = {
    2020: "01-01 01-23 01-24 01-27 01-28 01-29 04-02 04-30 05-01 09-02",
    2021: "01-01 02-10 02-11 02-12 02-15 02-16 04-21 04-30 05-03 09-02 09-03",
    2022: "01-03 01-31 02-01 02-02 02-03 02-04 04-11 05-02 05-03 09-01 09-02",
    2023: "01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04",
    2024: "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03",
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
    2027: "01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24",
    2028: "01-03 01-24 01-25 01-26 01-27 01-28 04-04 05-01 05-02 09-01 09-04 11-24",
    2029: "01-01 02-12 02-13 02-14 02-15 02-16 04-23 04-30 05-01 09-03 09-04 11-26",
    2030: "01-01 01-31 02-01 02-04 02-05 02-06 04-12 04-30 05-01 09-02 09-03 11-25",
    2031: "01-01 01-21 01-22 01-23 01-24 01-27 04-01 04-30 05-01 09-01 09-02 11-24",
    2032: "01-01 02-09 02-10 02-11 02-12 02-13 04-19 04-30 05-03 09-02 09-03 11-24",
    2033: "01-03 01-31 02-01 02-02 02-03 02-04 04-11 05-02 05-03 09-01 09-02 11-24",
    2034: "01-02 02-17 02-20 02-21 02-22 02-23 04-28 05-01 05-02 09-01 09-04 11-24",
    2035: "01-01 02-06 02-07 02-08 02-09 02-12 04-17 04-30 05-01 09-03 09-04 11-26",
}
"""By year, month and day; those of coming years are as the law and the moon have them until they are announced."""


def is_day_off(day: date) -> bool:
    """Tell whether a weekday is a public holiday; of a year that is not in the table, whether it is one by the sun alone."""
    return f"{day:%m-%d}" in DAYS_OFF.get(day.year, "01-01 04-30 05-01 09-02").split()
