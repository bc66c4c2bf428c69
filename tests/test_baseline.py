"""Results move only on purpose: the exact counts of two small runs.

If a change is meant to move results, renew the baseline and look at what moved:

    python tests/test_baseline.py renew
    git diff --word-diff tests/baseline/counts.csv

and say in CHANGELOG.md that results moved, and why. If it was not meant to, it is a mistake.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from running import KINDS, REFERENCE, count, measure, months_of, plan_of, small_town

from sim.indicators import COUNTS, PAYERS
from sim.town import Plan, Town

FILE = Path(__file__).parent / "baseline" / "counts.csv"
MONTHS = (0, 1, 2, 3, 6, 12, 24)
WEIGHTS = (20, 20, 20, 20, 24, 28, 32, 36, 36, 40, 50, 60, 66, 66, 60, 50, 45, 35, 15, 4)
EUROS = tuple(f"euros_{payer}" for payer in PAYERS)
Rows = list[dict[str, str]]


def baseline_town() -> Town:
    """A town small enough for a moment and large enough that every process occurs."""
    return small_town(
        1500,
        2,
        weights=WEIGHTS,
        points=1,
        seats=6,
        status="measured",
        ambulatory_hours=60.0,
        day_care_places=3.0,
        nursing_home_places=16.0,
    )


def everything() -> Plan:
    """All twelve kinds of measures, some of them growing, some ending."""
    levers = {
        "meeting_point": {"seats": 20, "opening_hours_per_week": 20.0, "staff_hours_per_week": 10},
        "opening_to_all_ages": {"point": "treff_0", "extra_hours_per_week": 10.0},
        "care_service": {"service": "ambulatory"},
    }
    sizes = {"meeting_point": 1.0, "opening_to_all_ages": 1.0}
    return plan_of(
        *(
            measure(
                kind,
                start=2 + number % 3,
                end=18 if number % 2 else None,
                ramp_up_months=3 * (number % 4),
                remains=0.5,
                size=sizes.get(kind, 20.0),
                levers=levers.get(kind, {}),
            )
            for number, kind in enumerate(KINDS)
        ),
        name="everything",
    )


def counted() -> Rows:
    """Counts and whole euros by plan, month and district."""
    rows: Rows = []
    for plan in (REFERENCE, everything()):
        for model in months_of(baseline_town(), plan, max(MONTHS)):
            if model.month not in MONTHS:
                continue
            for district in range(2):
                row = {"plan": plan.name, "month": model.month, "district": district}
                row |= {name: count(model, name, district) for name in COUNTS}
                euros = model.state.money[district].sum(axis=1)
                row |= {name: round(float(sum_)) for name, sum_ in zip(EUROS, euros, strict=True)}
                rows.append({name: str(value) for name, value in row.items()})
    return rows


def renew() -> None:
    """Write the counts of this version."""
    rows = counted()
    FILE.parent.mkdir(exist_ok=True)
    with FILE.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_results_are_those_of_the_baseline() -> None:
    with FILE.open(newline="", encoding="utf-8") as stream:
        expected = list(csv.DictReader(stream))
    moved = [
        f"{then['plan']}, month {then['month']}, district {then['district']}: {name} "
        f"{then.get(name, 'missing')} -> {now.get(name, 'missing')}"
        for then, now in zip(expected, counted(), strict=True)
        for name in {**then, **now}
        if then.get(name) != now.get(name)
    ]
    assert not moved, "\n".join(
        [f"{len(moved)} numbers moved. On purpose? See the first lines of this file.", *moved[:20]]
    )


def test_the_baseline_sees_every_process() -> None:
    """A number that is always 0 would notice nothing."""
    rows = counted()
    for name in COUNTS:
        assert any(row[name] != "0" for row in rows), name
    assert rows[: len(rows) // 2] != rows[len(rows) // 2 :]


if __name__ == "__main__":
    if sys.argv[1:] != ["renew"]:
        sys.exit("python tests/test_baseline.py renew")
    renew()
