"""Flat tables ("ffcsv") of the statistical offices' databases, in both generations.

Newer: one column `value`, with `value_unit` and `value_variable_code`, English headers such as
`1_variable_attribute_code`. Older: German headers such as `1_Auspraegung_Code`, and a column for
each quantity, named code, label and unit joined by two underscores
(`BEVSTD__Bevoelkerungsstand__Anzahl`). `-` is nothing; `.`, `...`, `/` and `x` stand for figures
that are unknown, not there yet, uncertain or meaningless.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.intake.ages import ALL, age_group, genesis_code
from sim.intake.counts import BOTH, Counts, Provenance, Refused
from sim.intake.gathered import ALL_SEXES, Gathered
from sim.intake.sheet import Line, Sheet
from sim.intake.words import plain, sex_of
from sim.town.problems import Both, problem

LAYOUT = Both(
    "Datenbank der Statistischen Ämter, ffcsv", "database of the statistical offices, ffcsv"
)
PEOPLE = ("BEVSTD", "PRS018", "BEVZ20", "BEV006", "BEVMS0", "BEVST1")
"""Codes of the quantity "people", the usual one first."""
_NEW = re.compile(r"(\d+)_variable_(code|label|attribute_code|attribute_label)", re.IGNORECASE)
_OLD = re.compile(r"(\d+)_(Merkmal|Auspraegung)_(Code|Label)", re.IGNORECASE)
_PART = {
    "merkmal_code": "code", "merkmal_label": "label", "auspraegung_code": "attribute_code",
    "auspraegung_label": "attribute_label",
}  # fmt: skip
REGIONS = ("GEMEIN", "KREIS", "DLAND", "DINSG", "GEO", "REGBEZ", "STADT", "ORT", "BEZ", "STT")


@dataclass(frozen=True)
class Feature:
    """A feature of the table: columns of its code and label and of those of its values."""

    code: int
    label: int
    attribute_code: int
    attribute_label: int


@dataclass(frozen=True)
class Flat:
    """Columns of a flat table.

    Attributes:
        time: column of the date.
        features: by number.
        value: column of the value; None in older tables.
        variable: column of the quantity's code, in newer tables.
        quantities: columns of the quantities by their code, in older tables.
        statistic: column of the statistic's number.
    """

    time: int
    features: tuple[Feature, ...]
    value: int | None
    variable: int | None
    quantities: Mapping[str, int]
    statistic: int | None


def flat_header(header: Sequence[str]) -> Flat | None:
    """Columns of a flat table by its header; None if it is none."""
    names = [name.strip().lower() for name in header]
    features: dict[str, dict[str, int]] = {}
    for column, name in enumerate(names):
        new, old = _NEW.fullmatch(name), _OLD.fullmatch(name)
        if new:
            features.setdefault(new[1], {})[new[2]] = column
        elif old:
            features.setdefault(old[1], {})[_PART[f"{old[2]}_{old[3]}"]] = column
    time = next((names.index(name) for name in ("time", "zeit") if name in names), None)
    whole = [
        Feature(**parts)
        for _, parts in sorted(features.items())
        if set(parts) == set(_PART.values())
    ]
    if time is None or not whole:
        return None
    quantities = {
        header[column].strip().split("__")[0].upper(): column
        for column, name in enumerate(names)
        if "__" in name and not name.endswith("__q") and not name[0].isdigit()
    }
    value = names.index("value") if "value" in names else None
    if value is None and not quantities:
        return None
    return Flat(
        time=time,
        features=tuple(whole),
        value=value,
        variable=names.index("value_variable_code") if "value_variable_code" in names else None,
        quantities=quantities,
        statistic=next(
            (names.index(name) for name in ("statistics_code", "statistik_code") if name in names),
            None,
        ),
    )


def read_flat(sheet: Sheet, region: str | None) -> Counts:
    """People by age and sex of one municipality, or of all districts of the table.

    Args:
        sheet: a flat table.
        region: name or key of the municipality; None to ask if there are several.

    Raises:
        Refused: it does not count people, or by no age.
        Unclear: the municipality has to be told.
    """
    rows = sheet.rows()
    flat = flat_header(next(rows).cells)
    assert flat is not None
    reader = _Reader(sheet, flat)
    for line in rows:
        if line.cells[0].startswith("__"):
            break
        reader.take(line)
    statistic = f" {reader.statistic}" if reader.statistic else ""
    layout = Both(LAYOUT.de + statistic, LAYOUT.en + statistic)
    provenance = Provenance(sheet.file, layout, counted=False)
    return reader.counts(provenance, region)


class _Reader:
    """Takes line after line of a flat table."""

    def __init__(self, sheet: Sheet, flat: Flat) -> None:
        self.flat = flat
        self.gathered = Gathered(sheet.file)
        self.file = sheet.file
        self.statistic = ""
        self._quantity = self._chosen(sheet)
        self._names: dict[str, str] = {"Gesamt": "Gesamt"}
        self._ages = False

    def take(self, line: Line) -> None:
        flat = self.flat
        cells = line.cells + ("",) * (max(flat.time, *flat.quantities.values(), 0) + 1)
        if flat.variable is not None and cells[flat.variable].upper() != self._quantity:
            return
        if flat.statistic is not None:
            self.statistic = self.statistic or cells[flat.statistic]
        region, sex, group = "Gesamt", BOTH, ALL
        for feature in flat.features:
            code, label = cells[feature.code].upper(), cells[feature.attribute_label]
            value = cells[feature.attribute_code]
            if _is_sex(code, cells[feature.label]):
                sex = _sex(value, label)
            elif _is_age(code, cells[feature.label]):
                found = genesis_code(value) or age_group(label)
                if found is None:
                    if label or value:
                        self._unknown_age(line, label or value)
                    continue
                group = found
            elif code.startswith(REGIONS) or plain(label):
                region = value or label
                self._names[region] = label or value
        column = flat.value if flat.value is not None else flat.quantities[self._quantity]
        if group == ALL:
            return
        self._ages = True
        number = self.gathered.value(cells[column], line.number, "value")
        if number is not None:
            self.gathered.add(cells[flat.time], region, sex, group, number, line.number)

    def counts(self, provenance: Provenance, region: str | None) -> Counts:
        if not self._ages and not self.gathered.problems.count:
            raise Refused(
                [
                    problem(
                        self.file,
                        Both("keine Altersgruppen", "no age groups"),
                        Both(
                            "eine Tabelle nach Altersgruppen wie 12411-02-03-5",
                            "a table by age group such as 12411-02-03-5",
                        ),
                        Both("eine solche Tabelle laden", "download such a table"),
                    )
                ]
            )
        return self.gathered.counts(provenance, regions=self._names, region=region)

    def _chosen(self, sheet: Sheet) -> str:
        """Code of the quantity that counts people."""
        known = set(self.flat.quantities)
        if self.flat.variable is not None:
            known = {
                line.cells[self.flat.variable].upper()
                for line in sheet.head()[1:]
                if self.flat.variable < len(line.cells)
            }
        for code in PEOPLE:
            if code in known:
                return code
        if len(known) == 1:
            return next(iter(known))
        raise Refused(
            [
                problem(
                    sheet.file,
                    ", ".join(sorted(known)[:8]),
                    Both("die Größe „Bevölkerung“ (BEVSTD)", "the quantity “population” (BEVSTD)"),
                    Both(
                        "eine Tabelle der Bevölkerung laden", "download a table of the population"
                    ),
                )
            ]
        )

    def _unknown_age(self, line: Line, label: str) -> None:
        self.gathered.problems.add(
            label,
            Both("eine Altersgruppe", "an age group"),
            Both("die Tabelle neu laden", "download the table again"),
            line=line.number,
        )


def _is_sex(code: str, label: str) -> bool:
    return code.startswith("GES") or plain(label) in ("geschlecht", "sex", "gender")


def _is_age(code: str, label: str) -> bool:
    return code.startswith(("ALT", "AGE")) or plain(label).startswith(("alter", "age"))


def _sex(code: str, label: str) -> str:
    """Sex of an attribute; an empty or unknown one is the total."""
    found = sex_of(code) if plain(code).startswith("ges") else None
    if found is None and label:
        found = sex_of(label)
    return found if found in ("male", "female") else ALL_SEXES
