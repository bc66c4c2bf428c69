"""What a fit has found, as tables in German and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.comparison import crps, place_of
from calibration.evaluated import Evaluated
from calibration.fitting.figures import Discrepancy, discrepancy_of
from calibration.fitting.posterior import Fit
from calibration.recovery import Recovery
from calibration.words import USE_WORDS, number
from sim.commands.terminal import Lang
from sim.report.table import Table
from sim.updating.weights import resampled

Array = NDArray[np.float64]


def wave_table(fit: Fit, lang: Lang) -> Table:
    """What became of each wave."""
    german = lang == "de"
    waves = fit.search.waves
    rows = [
        (str(one.number), str(one.runs), f"{one.left:.1%}", number(one.surprise)) for one in waves
    ]
    rows.append(("ABC", str(len(fit.accepted.points)), "–", number(fit.accepted.surprise)))
    effective = f"{fit.accepted.effective:.0f}"
    if german:
        return Table(
            "Wellen der Suche",
            ("Welle", "Läufe", "noch möglich", "Fehler der Emulatoren"),
            tuple(rows),
            "Noch möglich: Anteil der Spannen, den frühere Wellen gelassen haben. Fehler der "
            "Emulatoren an neuen Läufen, gemessen an dem, was sie selbst sagen: um 1 ist ehrlich. "
            f"Von den Ziehungen zählen am Ende so viele wie {effective} gleich gewichtete.",
        )
    return Table(
        "Waves of the search",
        ("wave", "runs", "still possible", "error of the emulators"),
        tuple(rows),
        "Still possible: share of the ranges that earlier waves have left. Error of the emulators "
        "at new runs, over what they say of it themselves: about 1 is honest. At the end the draws "
        f"count as much as {effective} of equal weight.",
    )


def figure_table(
    fit: Fit, evaluated: Evaluated, before: Array, known: Sequence[Discrepancy], lang: Lang
) -> Table:
    """Every figure beside the ranges before and after, also those that were not fitted.

    Args:
        fit: what was found.
        evaluated: the outputs.
        before: outputs of runs that are even in the ledger, shape (runs, outputs).
        known: judged discrepancies.
        lang: language.
    """
    german = lang == "de"
    places = resampled(fit.accepted.weights, len(fit.accepted.weights))
    after = fit.accepted.found[places]
    rows = []
    for column, output in enumerate(evaluated.outputs):
        target = output.target
        then, now = before[:, column], after[:, column]
        if target is None or not (np.isfinite(then).all() and np.isfinite(now).all()):
            continue
        used = output.key in fit.search.fitted.keys
        judged = discrepancy_of(target, known)
        size = None if judged is None else judged.size
        purpose = USE_WORDS[target.use][0 if german else 1]
        rows.append(
            (
                output.key,
                number(target.value),
                number(target.standard_error),
                "–" if size is None else number(size),
                _range(then),
                _range(now),
                f"{number(crps(target.value, then))} → {number(crps(target.value, now))}",
                "●" if 0.05 <= place_of(target, now) <= 0.95 else "○",
                (("angepasst" if german else "fitted") if used else purpose),
            )
        )
    header = (
        ("Größe", "Zahl", "± (se)", "Abweichung", "vorher (90 %)", "nachher (90 %)", "CRPS",
         "darin", "Zweck")
        if german
        else ("figure", "value", "± (se)", "discrepancy", "before (90 %)", "after (90 %)", "CRPS",
              "in", "use")
    )  # fmt: skip
    title = "Die Zahlen vor und nach der Suche" if german else "The figures before and after"
    note = (
        "Abweichung: wie weit das Modell auch mit besten Annahmen davon weg sein mag, geschätzt "
        "in discrepancies.csv; – wird nicht angepasst. ● liegt nachher, mit dem eigenen Fehler der "
        "Zahl, in den mittleren 90 %."
        if german
        else "Discrepancy: how far the model may be from it even with the best assumptions, judged "
        "in discrepancies.csv; – is not fitted. ● lies, with the figure's own error, in the middle "
        "90 % after."
    )
    return Table(title, header, tuple(rows), note)


def _range(found: Array) -> str:
    low, middle, high = np.quantile(found, [0.05, 0.5, 0.95])
    return f"{number(middle)} ({number(low)} … {number(high)})"


def learned_table(fit: Fit, lang: Lang) -> Table:
    """What the figures say of each assumption."""
    german = lang == "de"
    rows = tuple(
        (
            str(one["name"]),
            f"{number(one['ledger_middle'])} ({number(one['ledger_low'])} … "
            f"{number(one['ledger_high'])})",
            f"{number(one['middle'])} ({number(one['low'])} … {number(one['high'])})",
            f"{max(0.0, float(one['share'])):.0%}",
            f"{one['shift']:+.2f}",
            "●" if one["identified"] else "○",
        )
        for one in fit.learned().to_dict("records")
    )
    if german:
        return Table(
            "Was die Zahlen über die Annahmen sagen",
            ("Annahme", "Spanne (90 %)", "nachher (90 %)", "gelernt", "verschoben", "erkennbar"),
            rows,
            "Gelernt: Anteil der Streuung, den die Zahlen wegnehmen. Verschoben: in "
            "Standardabweichungen der Spanne. ○ behält seine Spanne: die Zahlen können es nicht "
            "sagen. Alle Annahmen, die hier fehlen, bewegt keine dieser Zahlen.",
        )
    return Table(
        "What the figures say of the assumptions",
        ("assumption", "ledger (90 %)", "after (90 %)", "learned", "moved", "identified"),
        rows,
        "Learned: share of the variance that the figures take away. Moved: in standard deviations "
        "of the ledger. ○ keeps its range: the figures cannot tell. Assumptions that are missing "
        "here are moved by none of these figures.",
    )


def correlation_table(fit: Fit, lang: Lang) -> Table:
    """Pairs of assumptions that hang together after the fit."""
    rows = tuple((first, second, f"{how:+.2f}") for first, second, how in fit.correlations())
    if lang == "de":
        note = "Nur Korrelationen, die sich von Zufall unterscheiden lassen."
        return Table("Was zusammenhängt", ("Annahme", "Annahme", "Korrelation"), rows, note)
    note = "Only correlations that can be told from luck."
    return Table("What hangs together", ("assumption", "assumption", "correlation"), rows, note)


def report(
    fit: Fit,
    evaluated: Evaluated,
    before: Array,
    known: Sequence[Discrepancy],
    about: Mapping[str, Any],
    lang: Lang,
) -> str:
    """The fit as a document."""
    german = lang == "de"
    lines = [
        "# Anpassung an Zahlen Deutschlands" if german else "# Fit to figures of Germany",
        "",
        f"*{about['command']}, {about['made']}, {about['version']}, {about['years']}*",
        "",
    ]
    tables = (
        wave_table(fit, lang),
        figure_table(fit, evaluated, before, known, lang),
        learned_table(fit, lang),
        correlation_table(fit, lang),
    )
    for one in tables:
        lines += [f"## {one.title}", "", one.markdown(), ""]
    return "\n".join(lines)


def recovery_tables(found: Recovery, lang: Lang) -> tuple[Table, ...]:
    """How often made-up worlds were found again."""
    german = lang == "de"
    rows = tuple(
        (
            str(one["name"]),
            f"{max(0.0, float(one['share'])):.0%}",
            f"{one['inside_50']:.0%}",
            f"{one['inside_90']:.0%}",
            f"{one['bias']:+.2f}",
            number(one["uneven"]),
            "●" if one["identified"] else "○",
        )
        for one in found.table().to_dict("records")
    )
    worlds = len(found.ranks)
    counts = " ".join(str(int(one)) for one in found.histogram())
    inside = f"{found.coverage(50):.0%}", f"{found.coverage(90):.0%}"
    if german:
        return (
            Table(
                f"Wiedergefunden in {worlds} erfundenen Welten",
                ("Annahme", "gelernt", "in 50 %", "in 90 %", "Schiefe", "Unebenheit", "erkennbar"),
                rows,
                f"Über alle: {inside[0]} in den mittleren 50 %, {inside[1]} in den mittleren 90 %. "
                f"Ränge in Zehnteln: {counts}. Unebenheit etwa 1: die Ränge sind gleich verteilt.",
            ),
        )
    return (
        Table(
            f"Found again in {worlds} made-up worlds",
            ("assumption", "learned", "in 50 %", "in 90 %", "bias", "uneven", "identified"),
            rows,
            f"Over all: {inside[0]} in the middle 50 %, {inside[1]} in the middle 90 %. Ranks in "
            f"tenths: {counts}. Uneven about 1: ranks are spread evenly.",
        ),
    )


def recovery_report(found: Recovery, lang: Lang, made: str) -> str:
    """The recovery as a document.

    Args:
        found: what became of made-up worlds.
        lang: language.
        made: when and with what it was made.
    """
    lines = []
    for one in recovery_tables(found, lang):
        lines += [f"# {one.title}", "", f"*{made}*", "", one.markdown(), ""]
    return "\n".join(lines)
