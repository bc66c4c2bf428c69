"""An invented residents' register: a row a person, as a registry office would hand it over."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

DISTRICTS = {
    "Altstadt": 0.24,
    "Neustadt": 0.36,
    "Mühlenviertel": 0.20,
    "Hohenfeld": 0.15,
    "Weiler": 0.05,
}
"""Shares of the residents."""

AGES = (37, 40, 39, 38, 43, 48, 53, 55, 52, 49, 52, 66, 66, 56, 46, 33, 31, 17, 6, 1)
"""Residents by five-year group, from 0-4 to 95 and more, up to a factor."""

FIRST_NAMES = ("Quirin", "Ottilie", "Wunibald", "Kreszentia", "Eberwin", "Notburga", "Ansgar")
LAST_NAMES = ("Zwieselhuber", "Pfifferling", "Quastenberg", "Nudelholz", "Wackernagel")
STREETS = ("Erlenweg", "Am Anger", "Lange Gasse")
HEADER = (
    "Lfd. Nr.", "Familienname", "Vorname", "Geb.-Datum", "Geschlecht", "Straße", "Ortsteil",
    "HW/NW",
)  # fmt: skip
DAY = date(2025, 12, 31)

Row = list[str]


def people(number: int = 12_000, seed: int = 1) -> list[Row]:
    """Rows of the register; a fiftieth are secondary residences."""
    dice = random.Random(seed)
    rows = []
    for count in range(1, number + number // 50 + 1):
        group = dice.choices(range(len(AGES)), AGES)[0]
        age = 5 * group + dice.randrange(5)
        old = age >= 75
        sex = dice.choices("mwd", (41 if old else 50, 59 if old else 50, 0.05))[0]
        birth = date(DAY.year - age, 1, 1) + timedelta(days=dice.randrange(365))
        rows.append(
            [
                str(count),
                dice.choice(LAST_NAMES),
                dice.choice(FIRST_NAMES),
                f"{birth:%d.%m.%Y}",
                sex,
                f"{dice.choice(STREETS)} {dice.randrange(1, 90)}",
                dice.choices(list(DISTRICTS), list(DISTRICTS.values()))[0],
                "N" if count > number else "H",
            ]
        )
    dice.shuffle(rows)
    return rows


def write_register(
    file: Path,
    number: int = 12_000,
    *,
    header: Sequence[str] | None = HEADER,
    change: Callable[[list[Row]], None] | None = None,
    encoding: str = "cp1252",
) -> list[Row]:
    """Write a register extract as CSV and return its rows.

    Args:
        file: where to.
        number: people with their main residence.
        header: headers; None for none.
        change: changes the rows before they are written.
        encoding: of the file.
    """
    rows = people(number)
    if change is not None:
        change(rows)
    with file.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        if header is not None:
            writer.writerow(header)
        writer.writerows(rows)
    return rows


if __name__ == "__main__":
    import sys

    write_register(Path(sys.argv[1] if len(sys.argv) > 1 else "einwohner.csv"))
