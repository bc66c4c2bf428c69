"""From a finished study to the findings that every report is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import study as studies
from sim.report.findings import (
    AIMS,
    COMPARED,
    REPORTED,
    SETTINGS,
    WHOLE_TOWN,
    Findings,
    Measure,
    Origin,
)
from sim.report.numbers import Lang, decimal, quoted
from sim.report.official import alignment_of, official_beside

if TYPE_CHECKING:
    from sim.study import Study

PAYER_NAMES: dict[str, tuple[str, str]] = {
    "municipality": ("Kommune", "Municipality"),
    "care_fund": ("Pflegekasse", "Care insurance fund"),
    "grant": ("Zuschuss von Land oder Bund", "State or federal grant"),
    "household": ("Haushalte", "Households"),
}
MANY_PLANS = 4
"""So many plans besides the reference are counted in the title, not named."""
MOST_NAMED = 6
"""Districts of a measure that are named one by one."""
FEWEST_DRAWS = 20
"""With fewer draws, what seems to decide between the plans is mostly luck."""
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)


def gather(study: Study, names: Sequence[str] = (), *, brief: bool = False) -> Findings:
    """Ask the study everything a report needs.

    Args:
        study: a finished or interrupted study.
        names: further quantities to ask for.
        brief: leave out what takes long: who gains, euros per unit, break-even.
    """
    several = len(study.plans) > 1
    known = tuple(name for name in dict.fromkeys((*REPORTED, *names)) if name in study.quantities)
    deep = several and not brief
    aims = tuple(name for name in AIMS if name in study.quantities)
    compared = tuple(name for name in COMPARED if name in study.quantities)
    kinds = study.measure_kinds
    plans = _plan_records(study)
    questions = [_question(study, lang) for lang in _LANGS]
    empty = pd.DataFrame()
    return Findings(
        folder=study.folder,
        town=study.town,
        town_label=study.town_label,
        plans=tuple(study.plans),
        reference=study.reference,
        plan_labels=study.plan_labels,
        measures={
            name: tuple(
                Measure(*(_measure_text(study, measure, kinds, lang) for lang in _LANGS))
                for measure in record.get("measures", ())
            )
            for name, record in plans.items()
        },
        district_labels=study.district_labels,
        periods=tuple(study.periods),
        last_period=study.last_period,
        mean_period=study.mean_period,
        draws=len(study.draws),
        seeds=study.seeds,
        complete=study.complete,
        failures=len(study.failures),
        small_cell=int(study.small_cell),
        quantities={name: study.quantities[name] for name in study.quantities},
        levels=studies.levels(study, known),
        differences=studies.pairwise(study, known) if several else empty,
        euros=studies.euros_per_unit(study, aims) if deep else empty,
        gains=studies.who_gains(study, _of_people(study, compared)) if deep else empty,
        break_even=_break_even(study, aims) if deep else empty,
        settings=_settings(study),
        ledger=study.ledger,
        origin=_origin(study),
        question_de=questions[0],
        question_en=questions[1],
        official=official_beside(study),
        official_label=str((study.manifest.get("official_forecast") or {}).get("label", "")),
        alignment=alignment_of(study),
    )


_LANGS: tuple[Lang, Lang] = ("de", "en")


def _of_people(study: Study, names: Sequence[str]) -> tuple[str, ...]:
    """Indicators that can be told apart by groups of people: what is counted, not what is paid."""
    return tuple(name for name in names if study.quantities[name].kind != "money")


def _origin(study: Study) -> Origin:
    manifest = study.manifest
    settings = manifest.get("settings", {})
    return Origin(
        version=str(settings.get("program", {}).get("version", "")),
        seed=int(settings.get("seed", 0)),
        fingerprint=str(settings.get("town", "")),
        created=str(manifest.get("finished") or manifest.get("started") or ""),
    )


def _plan_records(study: Study) -> dict[str, Mapping[str, Any]]:
    records = study.manifest.get("settings", {}).get("plans", [])
    return {str(record["name"]): record for record in records}


_SMALL_WITHIN = frozenset(
    ["Mehr", "Weniger", "Neuer", "Neue", "Neues", "Ein", "Eine", "Kein", "Keine", "Keinen", "Der",
     "Die", "Das", "Beides", "Nichts", "Alles", "Nur", "More", "Less", "New", "A", "An", "The",
     "Both", "No", "Nothing", "Only", "Opening", "Meeting", "Neighbourhood"]
)  # fmt: skip
"""Words that a label may begin with, but that are small within a sentence."""


def _question(study: Study, lang: Lang) -> str:
    """The question on top: "Treffpunkt in der Altstadt oder mehr Pflegedienst?"."""
    names = {plan: study.plan_labels.get(plan, {}).get(lang) or plan for plan in study.plans}
    rivals = [names[plan] for plan in study.plans if plan != study.reference]
    if not rivals:
        return f"{study.town_label}: {names[study.reference]}"
    if len(rivals) == 1:
        label = quoted(rivals[0], lang)
        return f"Was bringt {label}?" if lang == "de" else f"What does {label} bring?"
    if len(rivals) >= MANY_PLANS:
        count = len(rivals)
        if lang == "de":
            return f"{study.town_label}: {count} Pläne im Vergleich"
        return f"{study.town_label}: {count} plans compared"
    rivals = [rivals[0], *map(_within_sentence, rivals[1:])]
    joint = " oder " if lang == "de" else " or "
    return ", ".join(rivals[:-1]) + joint + rivals[-1] + "?"


def _within_sentence(label: str) -> str:
    return label[:1].lower() + label[1:] if label.partition(" ")[0] in _SMALL_WITHIN else label


def _month(study: Study, number: int, lang: Lang) -> str:
    year, month = study.manifest["town"]["start"]
    months = int(year) * 12 + int(month) - 1 + number
    names = MONTHS_DE if lang == "de" else MONTHS_EN
    return f"{names[months % 12]} {months // 12}"


MONTHS_DE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def _measure_text(
    study: Study, measure: Mapping[str, Any], kinds: Mapping[str, Mapping[str, str]], lang: Lang
) -> str:
    """One measure as a line: what, where, from when, how much, for whose money."""
    german = lang == "de"
    kind = kinds.get(str(measure["kind"]), {})
    label = measure.get(f"label_{lang}") or kind.get(f"label_{lang}") or str(measure["kind"])
    indices = [int(index) for index in measure.get("districts", ())]
    keys = list(study.districts)
    named = [study.district_labels[keys[index]] for index in indices]
    where = ", ".join(named)
    if len(indices) == len(keys):
        where = "alle Bezirke" if german else "all districts"
    elif len(indices) > MOST_NAMED:
        first = ", ".join(named[:2])
        where = f"{len(indices)} {'Bezirke' if german else 'districts'} ({first}, …)"
    start = _month(study, int(measure["start"]), lang)
    when = f"ab {start}" if german else f"from {start}"
    end = measure.get("end")
    ends = end is not None and int(end) < int(study.manifest["town"]["months"])
    if ends:
        last = _month(study, int(measure["end"]), lang)
        when += f" bis {last}" if german else f" to {last}"
    details = _size_and_levers(measure, kind.get(f"unit_{lang}", ""), lang)
    cost = float(measure.get("cost_per_year") or 0.0)
    euros = f"{decimal(cost, lang)} {'Euro im Jahr' if german else 'euros a year'}"
    payers = _payers(measure.get("payers"), lang)
    parts = [where, when, *details, f"{euros} ({payers})" if payers else euros]
    remains = float(measure.get("remains") or 0.0)
    if ends and remains > 0.0:
        later = _payers(measure.get("payers_after"), lang)
        left = f"{decimal(remains * 100, lang)} %" + (f" ({later})" if later else "")
        parts.append(f"danach bleiben {left}" if german else f"{left} remain afterwards")
    return f"{label}: {'; '.join(parts)}"


def _payers(shares: Any, lang: Lang) -> str:
    """Who pays which share, such as "Kommune 70 %, Haushalte 30 %"."""
    side = 0 if lang == "de" else 1
    return ", ".join(
        f"{PAYER_NAMES.get(payer, (payer, payer))[side]} {decimal(share * 100, lang)} %"
        for payer, share in dict(shares or {}).items()
    )


_LEVERS: dict[str, tuple[str, str]] = {
    "seats": ("{} Plätze", "{} seats"),
    "opening_hours_per_week": ("{} Stunden je Woche offen", "open {} hours a week"),
    "extra_hours_per_week": ("{} Stunden je Woche länger offen", "open {} more hours a week"),
    "staff_hours_per_week": ("{} Personalstunden je Woche", "{} staff hours a week"),
}
_SERVICES: dict[str, tuple[str, str]] = {
    "ambulatory": ("{} Stunden je Woche", "{} hours a week"),
    "day_care": ("{} Plätze", "{} places"),
    "nursing_home": ("{} Plätze", "{} places"),
}


def _size_and_levers(measure: Mapping[str, Any], unit: str, lang: Lang) -> list[str]:
    """How much of it, in words; one of a thing needs no number."""
    side = 0 if lang == "de" else 1
    levers = dict(measure.get("levers") or {})
    size = float(measure["size"])
    number = decimal(size, lang, 0 if size.is_integer() else 1)
    if "service" in levers:
        words = _SERVICES.get(str(levers["service"]), ("{}", "{}"))[side]
        return [words.format(number)]
    parts = [] if size == 1.0 else [f"{number} {unit}".strip()]
    for name, words_of in _LEVERS.items():
        if isinstance(levers.get(name), (int, float)):
            parts.append(words_of[side].format(decimal(float(levers[name]), lang)))
    return parts


def _settings(study: Study) -> pd.DataFrame:
    """Levels of the settings of care; sums are formed run by run, before any range is taken."""
    rows = []
    for setting, parts in SETTINGS.items():
        if any(part not in study.quantities for part in parts):
            continue
        runs = np.sum([study.runs(part) for part in parts], axis=0)
        for p, plan in enumerate(study.plans):
            for t, period in enumerate(study.periods):
                town = runs[p, :, :, t, list(study.places).index(WHOLE_TOWN)]
                low, inner_low, median, inner_high, high = np.quantile(town, BANDS)
                rows.append((plan, setting, period, median, low, high, inner_low, inner_high))
    return pd.DataFrame(
        rows,
        columns=["plan", "setting", "period", "median", "low", "high", "inner_low", "inner_high"],
    )


def _break_even(study: Study, aims: Sequence[str]) -> pd.DataFrame:
    """What decides between the plans: each against the reference, and the rivals head to head."""
    if len(study.draws) < FEWEST_DRAWS:
        return pd.DataFrame()
    rivals = [plan for plan in study.plans if plan != study.reference]
    pairs = [(plan, study.reference) for plan in rivals]
    pairs += [(first, second) for i, first in enumerate(rivals) for second in rivals[i + 1 :]]
    along = tuple(name for name in ("visitors_share_65",) if name in study.quantities)
    frames = []
    for quantity in aims:
        for plan, against in pairs:
            frame = studies.break_even(study, quantity, plan, against, along=along)
            frames.append(frame.assign(quantity=quantity, plan=plan, against=against))
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
