"""The council paper (Ratsvorlage): what a study says, in the order a council reads.

The sentences, tables and pictures are those of the summary; here they are put in order, and what
only a council paper has is added: its head, the room for the resolution, money by year, how sure
each answer is, and how to compute it again. The paper says what the model says; the resolution is
left to those who hand it in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sim.report.assumed import assumptions_table, break_even_sentences
from sim.report.council_tables import certainty_table, effects_table, yearly_cost_table
from sim.report.drawing import Picture
from sim.report.findings import MOST_IMPORTANT, Findings
from sim.report.numbers import Lang, quoted
from sim.report.official import official_sentence, official_table
from sim.report.paper import (
    Annex,
    Blank,
    Bullets,
    Code,
    Drawn,
    Facts,
    Heading,
    Numbers,
    Paper,
    Paragraph,
    Part,
    emphasised,
    numbered,
    plain,
)
from sim.report.pictures import DRAWN
from sim.report.stated import (
    LIMITS,
    assumptions_count,
    date_words,
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

TOLD = ("missing_hours", "lonely")
"""What is told by district and by group."""

FEWEST_DRAWS = 8
"""With fewer draws a paper says that it is a first estimate."""
MOST_PLANS_BY_YEAR = 3
"""Plans that get a table of money by year; of more, the means are enough."""


@dataclass(frozen=True)
class Given:
    """What a paper needs besides the findings.

    Attributes:
        author: who hands it in; empty if that is left open.
        lines: Python that gives the same numbers again.
        fixed: assumptions set by hand, each in words with its value.
        made: when the paper is made, ISO 8601; empty for the study's own date.
    """

    author: str = ""
    lines: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    made: str = ""


def council_paper(
    findings: Findings,
    lang: Lang,
    given: Given,
    progress: Callable[[int, int], None] | None = None,
) -> Paper:
    """The paper in one language.

    Args:
        findings: what the study says; not a brief one, or parts are missing.
        lang: language.
        given: author, lines of Python and so on.
        progress: called with the number of finished pictures and of all.
    """
    pictures: dict[str, Picture] = {}
    for number, draw in enumerate(DRAWN, start=1):
        picture = draw(findings, lang)
        if picture is not None:
            pictures[picture.name] = picture
        if progress is not None:
            progress(number, len(DRAWN))
    chapters = (
        _head, _question, _resolution, _plans, _comparison, _certainty, _gains, _costs, _outlook,
        _conditions, _limits, _districts, _by_district, _assumptions, _again,
    )  # fmt: skip
    teller = _Teller(findings, lang, pictures, given)
    parts = [part for chapter in chapters for part in chapter(teller)]
    return Paper(
        kind=teller.say("Ratsvorlage", "Council paper"),
        title=findings.question_de if lang == "de" else findings.question_en,
        lang=lang,
        place=findings.town_label,
        author=given.author,
        made=given.made or findings.origin.created,
        parts=numbered(parts),
    )


@dataclass(frozen=True)
class _Teller:
    """What every chapter is made from."""

    findings: Findings
    lang: Lang
    pictures: dict[str, Picture]
    given: Given

    def say(self, german: str, english: str) -> str:
        return german if self.lang == "de" else english

    def head(self, german: str, english: str, level: int = 1) -> Heading:
        return Heading(self.say(german, english), level)

    def drawn(self, name: str) -> Iterator[Part]:
        """A picture, if the study allows it."""
        if name in self.pictures:
            more = self.say("Alle Zahlen stehen in den Tabellen.", "The tables have all numbers.")
            yield Drawn(self.pictures[name], more=more)

    def tables(self, *tables: Table | None) -> Iterator[Part]:
        for table in tables:
            if table is not None and table.rows:
                yield Numbers(table)


def _listed(sentences: Sequence[str]) -> Iterator[Part]:
    if sentences:
        yield Bullets(tuple(plain(sentence) for sentence in sentences))


def _head(t: _Teller) -> Iterator[Part]:
    found, open_field = t.findings, t.say("[bitte eintragen]", "[please fill in]")
    date = date_words(t.given.made or found.origin.created, t.lang).partition(",")[0]
    date = date if t.lang == "de" else date[:10]
    span = t.say(
        f"{found.first_year} bis {found.last_period}", f"{found.first_year} to {found.last_period}"
    )
    yield Facts(
        (
            (t.say("Ort", "Place"), found.town_label),
            (t.say("Betreff", "Subject"), t.say(
                f"Planung für das Älterwerden, {span}", f"Planning for growing old, {span}")),
            (t.say("Verfasst von", "Author"), t.given.author or open_field),
            (t.say("Stand", "Date"), date),
            (t.say("Vorlage Nr.", "Paper no."), open_field),
            (t.say("Gremium und Sitzung", "Body and meeting"), open_field),
        )
    )  # fmt: skip
    for text in unfinished(found, t.lang):
        yield Paragraph(emphasised(text), "warning")
    if found.draws < FEWEST_DRAWS:
        text = t.say(
            f"**Erste Schätzung** aus nur {found.draws} Ziehungen der Annahmen: Die Spannen sind "
            "noch zu schmal. Vor einer Sitzung bitte mehr rechnen lassen.",
            f"**First estimate** from only {found.draws} draws of the assumptions: the ranges are "
            "still too narrow. Please compute more before a meeting.",
        )
        yield Paragraph(emphasised(text), "warning")
    if t.given.fixed:
        listed = "; ".join(t.given.fixed)
        text = t.say(
            f"Von Hand gesetzte Annahmen (eine Variante, nicht der Stand der Liste): {listed}.",
            f"Assumptions set by hand (a variant, not what the list says): {listed}.",
        )
        yield Paragraph(plain(text), "warning")


def _question(t: _Teller) -> Iterator[Part]:
    found, lang = t.findings, t.lang
    yield t.head("Frage und Antwort", "Question and answer")
    told = [
        text
        for text in (
            answer(found, lang),
            proportion_sentence(found, lang),
            *chance_sentences(found, lang),
            cost_sentence(found, lang),
        )
        if text
    ]
    for number, text in enumerate(told):
        yield Paragraph(plain(text), "body" if number else "answer")
    yield Paragraph(emphasised(LIMITS[lang][0]), "note")


def _resolution(t: _Teller) -> Iterator[Part]:
    yield t.head("Beschlussvorschlag", "Proposed resolution")
    yield Blank(
        t.say(
            "[Bleibt offen: von der Verwaltung einzutragen. Die Rechnung schlägt nichts vor.]",
            "[Left open, to be filled in by the administration. The calculation proposes nothing.]",
        )
    )


def _plans(t: _Teller) -> Iterator[Part]:
    found = t.findings
    yield t.head("Die Pläne", "The plans")
    for plan in found.plans:
        yield Heading(found.label(plan, t.lang), 2)
        texts = [
            one.text_de if t.lang == "de" else one.text_en for one in found.measures.get(plan, ())
        ]
        if texts:
            yield from _listed(texts)
        else:
            yield Paragraph(plain(t.say("Keine neuen Maßnahmen.", "No new measures.")))


def _comparison(t: _Teller) -> Iterator[Part]:
    found, lang = t.findings, t.lang
    if not found.alternatives:
        yield from t.tables(comparison_table(found, lang))
        return
    yield t.head("Die Pläne im Vergleich", "The plans compared")
    yield from _listed(aim_sentences(found, lang))
    yield from t.tables(comparison_table(found, lang))
    yield from t.drawn("comparison")


def _certainty(t: _Teller) -> Iterator[Part]:
    found, lang = t.findings, t.lang
    if not found.alternatives:
        return
    yield t.head("Wie sicher ist das?", "How sure is this?")
    yield Paragraph(emphasised(two_kinds(found, lang)))
    yield Paragraph(
        emphasised(
            t.say(
                "**Die Wahl:** Beides ist nicht das, worüber zu entscheiden ist. Die Wahl ist der "
                "Unterschied zwischen den Plänen; er steht in der Tabelle in der ersten Spalte.",
                "**The choice:** neither is what is to be decided. The choice is the difference "
                "between the plans; it stands in the first column of the table.",
            )
        )
    )
    yield from t.tables(certainty_table(found, lang), chances_table(found, lang))


def _gains(t: _Teller) -> Iterator[Part]:
    found, lang = t.findings, t.lang
    tables = [gains_table(found, quantity, lang) for quantity in found.known(TOLD)]
    kept = [table for table in tables if table is not None and table.rows]
    if not kept:
        return
    yield t.head("Wem es hilft und wem nicht", "Who gains and who does not")
    yield Paragraph(plain(groups_note(lang)))
    yield from t.tables(*kept)


def _costs(t: _Teller) -> Iterator[Part]:
    found, lang = t.findings, t.lang
    if not found.known(("cost_total", "cost_municipality")):
        return
    yield t.head("Was es kostet und wer zahlt", "What it costs and who pays")
    yield from t.drawn("costs_by_payer")
    yield from t.tables(cost_table(found, lang))
    for plan in found.alternatives[:MOST_PLANS_BY_YEAR]:
        yield from t.tables(yearly_cost_table(found, plan, lang))
    yield from t.tables(euros_table(found, lang))


def _outlook(t: _Teller) -> Iterator[Part]:
    if "care_by_setting" not in t.pictures:
        return
    found = t.findings
    label = quoted(found.label(found.reference, t.lang), t.lang)
    yield t.head(f"Bis {found.last_period} mit {label}", f"To {found.last_period} with {label}")
    yield from t.drawn("care_by_setting")
    table = official_table(found, t.lang)
    if table is not None:
        yield Paragraph(plain(official_sentence(found, t.lang)))
        yield from t.tables(table)


def _districts(t: _Teller) -> Iterator[Part]:
    found = t.findings
    if not found.district_labels:
        return
    yield t.head("Die Bezirke", "The districts")
    yield from _listed(
        [
            district_sentence(found, plan, quantity, t.lang)
            for plan in found.alternatives
            for quantity in found.known(TOLD)
        ]
    )
    yield Paragraph(
        plain(t.say("Alle Zahlen nach Bezirken: Anlage 1.", "All numbers by district: annex 1."))
    )
    yield from t.drawn("missing_hours_by_district")


def _conditions(t: _Teller) -> Iterator[Part]:
    if not t.findings.alternatives:
        return
    yield t.head("Was zutreffen müsste", "What would have to be true")
    sentences = break_even_sentences(t.findings, t.lang)
    yield from _listed(sentences or (nothing_turns(t.lang),))


def _limits(t: _Teller) -> Iterator[Part]:
    yield t.head("Grenzen", "Limits")
    yield Bullets(tuple(emphasised(limit) for limit in LIMITS[t.lang]))


def _by_district(t: _Teller) -> Iterator[Part]:
    if not t.findings.district_labels:
        return
    yield Annex(wide=True)
    yield t.head("Anlage 1: Zahlen nach Bezirken", "Annex 1: numbers by district")
    yield from t.tables(district_table(t.findings, t.lang))


def _assumptions(t: _Teller) -> Iterator[Part]:
    found, lang = t.findings, t.lang
    yield Annex(wide=True)
    yield t.head("Anlage 2: Annahmen und ihre Quellen", "Annex 2: assumptions and their sources")
    where = t.say(
        "der Arbeitsmappe, die zu dieser Vorlage gehört (Blatt „Annahmen“)",
        "the workbook that goes with this paper (sheet “Assumptions”)",
    )
    yield Paragraph(plain(assumptions_count(found, lang, where)))
    table = assumptions_table(found, lang, MOST_IMPORTANT)
    if not table.rows:
        few = t.say(
            f"Auf welche es am meisten ankommt, lässt sich mit {found.draws} Ziehungen nicht "
            "sagen. Hier stehen die am wenigsten bekannten Wirkungen.",
            f"With {found.draws} draws one cannot tell which matter most. Here are the effects "
            "least known.",
        )
        yield Paragraph(plain(few))
        table = effects_table(found, lang, MOST_IMPORTANT)
    yield from t.tables(table)


def _again(t: _Teller) -> Iterator[Part]:
    yield Annex()
    yield t.head("Anlage 3: Nachrechnen", "Annex 3: compute it again")
    yield Facts(tuple((name, value.strip("`")) for name, value in origin_rows(t.findings, t.lang)))
    if not t.given.lines:
        return
    yield Paragraph(
        plain(
            t.say(
                "Wer das Programm in dieser Fassung hat, bekommt mit diesen Zeilen in Python "
                "dieselben Zahlen:",
                "Whoever has the program in this version gets the same numbers with these lines "
                "of Python:",
            )
        )
    )
    yield Code(t.given.lines)
