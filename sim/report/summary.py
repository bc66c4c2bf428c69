"""The summary a planner pastes from: answer first, then numbers, then limits and origin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.report.assumed import assumptions_table, break_even_sentences
from sim.report.drawing import Picture
from sim.report.export import write_tables
from sim.report.findings import MOST_IMPORTANT, Findings
from sim.report.numbers import Lang, quoted
from sim.report.official import official_sentence, official_table
from sim.report.pictures import DRAWN
from sim.report.stated import (
    LIMITS,
    assumptions_count,
    groups_note,
    nothing_turns,
    origin_rows,
    two_kinds,
    unfinished,
)
from sim.report.table import Table
from sim.report.tables import (
    chances_table,
    comparison_table,
    cost_table,
    district_table,
    euros_table,
    gains_table,
)
from sim.report.words import (
    aim_sentences,
    answer,
    chance_sentences,
    cost_sentence,
    district_sentence,
    proportion_sentence,
)
from sim.study.files import write_whole

LANGUAGES: tuple[Lang, Lang] = ("de", "en")
PICTURES, TABLES = "pictures", "tables"
MOST_DISTRICTS_TOLD = ("missing_hours", "lonely")


@dataclass(frozen=True)
class Report:
    """What was written.

    Attributes:
        summaries: the summary in each language.
        pictures: all picture files.
        tables: all CSV files.
    """

    summaries: dict[Lang, Path]
    pictures: tuple[Path, ...]
    tables: tuple[Path, ...]


def write_report(
    findings: Findings,
    folder: Path,
    lang: Lang | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Write summaries, pictures and tables into a result's folder.

    Args:
        findings: what the study says.
        folder: the result's folder.
        lang: only this language; None for both.
        progress: called with the number of finished steps and of all.

    Raises:
        StudyError: the folder cannot be written to, or the disk is full.
    """
    languages = LANGUAGES if lang is None else (lang,)
    total = 1 + len(languages) * len(DRAWN)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    tables = write_tables(findings, folder / TABLES)
    step()
    summaries: dict[Lang, Path] = {}
    pictures: list[Path] = []
    for one in languages:
        drawn = []
        for draw in DRAWN:
            picture = draw(findings, one)
            if picture is not None:
                drawn.append(picture)
                pictures += picture.write(folder / PICTURES)
            step()
        path = folder / f"summary.{one}.md"
        write_whole(path, summary(findings, drawn, one).encode())
        summaries[one] = path
    return Report(summaries, tuple(pictures), tables)


def summary(findings: Findings, pictures: Sequence[Picture], lang: Lang) -> str:
    """The summary as Markdown.

    Args:
        findings: what the study says.
        pictures: pictures in the same language, embedded by relative link.
        lang: language.
    """
    german = lang == "de"
    shown = {picture.name: _embedded(picture) for picture in pictures}
    parts = [
        f"# {findings.question_de if german else findings.question_en}",
        _underline(findings, lang),
        _answer(findings, lang),
        *_unfinished(findings, lang),
        _plans(findings, lang),
        _comparison(findings, shown, lang),
        _outlook(findings, shown, lang),
        _districts(findings, shown, lang),
        _official(findings, lang),
        _gains(findings, lang),
        _costs(findings, shown, lang),
        _conditions(findings, lang),
        _assumptions(findings, lang),
        _limits(lang),
        _origin(findings, lang),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _underline(findings: Findings, lang: Lang) -> str:
    span = f"{findings.town_label}, {findings.first_year}"
    if lang == "de":
        return f"*{span} bis {findings.last_period}. Modellrechnung, keine Vorhersage.*"
    return f"*{span} to {findings.last_period}. A model calculation, not a forecast.*"


def _answer(findings: Findings, lang: Lang) -> str:
    texts = [
        answer(findings, lang),
        proportion_sentence(findings, lang),
        *chance_sentences(findings, lang),
        cost_sentence(findings, lang),
    ]
    told = [text for text in texts if text]
    details = "\n".join(f"- {sentence}" for sentence in aim_sentences(findings, lang))
    return "\n\n".join([f"**{told[0]}**", *told[1:], details]).strip() if told else ""


def _unfinished(findings: Findings, lang: Lang) -> tuple[str, ...]:
    return tuple(f"> {text}" for text in unfinished(findings, lang))


def _plans(findings: Findings, lang: Lang) -> str:
    german = lang == "de"
    lines = ["## Die Pläne" if german else "## The plans", ""]
    for plan in findings.plans:
        measures = findings.measures.get(plan, ())
        label = findings.label(plan, lang)
        if not measures:
            nothing = "keine neuen Maßnahmen" if german else "no new measures"
            lines.append(f"- **{_plain(label)}**: {nothing}")
            continue
        lines.append(f"- **{_plain(label)}**")
        lines += [f"  - {_plain(one.text_de if german else one.text_en)}" for one in measures]
    return "\n".join(lines)


def _comparison(findings: Findings, shown: dict[str, str], lang: Lang) -> str:
    german = lang == "de"
    parts = ["## Die Pläne im Vergleich" if german else "## The plans compared"]
    table = comparison_table(findings, lang)
    parts.append(f"**{table.title}**\n\n{table.markdown()}")
    parts.append(shown.get("comparison", ""))
    if findings.alternatives:
        parts.append("### Wie sicher ist das?" if german else "### How sure is this?")
        parts.append(two_kinds(findings, lang))
        parts.append(chances_table(findings, lang).markdown())
    return "\n\n".join(part for part in parts if part)


def _outlook(findings: Findings, shown: dict[str, str], lang: Lang) -> str:
    if "care_by_setting" not in shown:
        return ""
    last = findings.last_period
    label = quoted(findings.label(findings.reference, lang), lang)
    title = f"## Bis {last} mit {label}" if lang == "de" else f"## To {last} with {label}"
    return f"{title}\n\n{shown['care_by_setting']}"


def _districts(findings: Findings, shown: dict[str, str], lang: Lang) -> str:
    if not findings.district_labels:
        return ""
    parts = ["## Die Bezirke" if lang == "de" else "## The districts"]
    sentences = [
        district_sentence(findings, plan, quantity, lang)
        for plan in findings.alternatives
        for quantity in findings.known(MOST_DISTRICTS_TOLD)
    ]
    if sentences:
        parts.append("\n".join(f"- {sentence}" for sentence in sentences))
    parts.append(district_table(findings, lang).markdown())
    parts.append(shown.get("missing_hours_by_district", ""))
    return "\n\n".join(part for part in parts if part)


def _official(findings: Findings, lang: Lang) -> str:
    table = official_table(findings, lang)
    if table is None:
        return ""
    return f"## {table.title}\n\n{official_sentence(findings, lang)}\n\n{table.markdown()}"


def _gains(findings: Findings, lang: Lang) -> str:
    tables = [
        table
        for quantity in findings.known(MOST_DISTRICTS_TOLD)
        if (table := gains_table(findings, quantity, lang)) is not None and table.rows
    ]
    if not tables:
        return ""
    german = lang == "de"
    parts = ["## Wem es hilft" if german else "## Who gains"]
    parts += [f"**{table.title}**\n\n{table.markdown()}" for table in tables]
    parts.append(groups_note(lang))
    return "\n\n".join(parts)


def _costs(findings: Findings, shown: dict[str, str], lang: Lang) -> str:
    if not findings.known(("cost_total", "cost_municipality")):
        return ""
    parts = ["## Was es kostet und wer zahlt" if lang == "de" else "## What it costs and who pays"]
    parts.append(cost_table(findings, lang).markdown())
    parts.append(shown.get("costs_by_payer", ""))
    per_unit = euros_table(findings, lang)
    if per_unit is not None:
        parts.append(f"**{per_unit.title}**\n\n{per_unit.markdown()}")
    return "\n\n".join(part for part in parts if part)


def _conditions(findings: Findings, lang: Lang) -> str:
    if not findings.alternatives:
        return ""
    german = lang == "de"
    title = "## Was zutreffen müsste" if german else "## What would have to be true"
    sentences = break_even_sentences(findings, lang)
    if not sentences:
        return f"{title}\n\n{nothing_turns(lang)}"
    return f"{title}\n\n" + "\n".join(f"- {sentence}" for sentence in sentences)


def _assumptions(findings: Findings, lang: Lang) -> str:
    table: Table = assumptions_table(findings, lang, MOST_IMPORTANT)
    title = f"## {table.title}"
    count = assumptions_count(
        findings, lang, f"[{TABLES}/assumptions.csv]({TABLES}/assumptions.csv)"
    )
    body = table.markdown() if table.rows else ""
    return "\n\n".join(part for part in (title, count, body) if part)


def _limits(lang: Lang) -> str:
    title = "## Grenzen" if lang == "de" else "## Limits"
    return f"{title}\n\n" + "\n".join(f"- {limit}" for limit in LIMITS[lang])


def _origin(findings: Findings, lang: Lang) -> str:
    german = lang == "de"
    lines = ["| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in origin_rows(findings, lang)]
    again = (
        f"quartier compare {findings.town} --plans {','.join(findings.plans)} "
        f"--draws {findings.draws} --seeds {findings.seeds} --seed {findings.origin.seed}"
    )
    title = "## Nachrechnen" if german else "## How to get it again"
    close = (
        "Genau dieses Ergebnis prüfen: `quartier rerun ORDNER` (alles Nötige liegt im Ordner). "
        f"Neu rechnen: `{again}`."
        if german
        else "Check exactly this result: `quartier rerun FOLDER` (the folder holds all that is "
        f"needed). Compute anew: `{again}`."
    )
    return "\n\n".join((title, "\n".join(lines), close))


def _embedded(picture: Picture) -> str:
    # Short, as readers of screens want it: the numbers stand in the tables of the same page.
    more = "Die Zahlen stehen in den Tabellen." if picture.lang == "de" else "Numbers: see tables."
    title = picture.title if picture.title.endswith("?") else f"{picture.title}."
    alt = f"{title} {more}".replace("[", "(").replace("]", ")").replace("\n", " ")
    return f"![{alt}]({PICTURES}/{picture.name}.{picture.lang}.png)"


def _plain(text: str) -> str:
    """Text of a planner, so that Markdown does not read anything into it."""
    safe = text.replace("\\", "\\\\").replace("<", "&lt;")
    for mark in "*_[]`":
        safe = safe.replace(mark, "\\" + mark)
    return safe
