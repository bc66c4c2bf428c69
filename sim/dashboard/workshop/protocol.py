"""What remains of a workshop: its minutes as a paper, in German or English.

What people wrote goes in as it was written. What the moderator has hidden is left out, and the
paper says how much that is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.dashboard.workshop.records import (
    Answer,
    Choice,
    Flag,
    Minutes,
    ModelSays,
    Offers,
    Proposal,
    Question,
    Workshop,
)
from sim.dashboard.workshop.spread import (
    beside_model,
    middle_number,
    plain_number,
    provisional,
    spread_of,
    spread_words,
)
from sim.dashboard.workshop.store import WorkshopStore
from sim.report.numbers import Lang, quoted
from sim.report.paper import (
    Annex,
    Blank,
    Bullets,
    Code,
    Facts,
    Heading,
    Numbers,
    Paper,
    Paragraph,
    Part,
    numbered,
    plain,
)
from sim.report.table import Table

LONGEST_LINE = 3_500
"""Characters of the minutes in one paragraph; a paper prints no more than 4,000."""


@dataclass(frozen=True)
class Record:
    """Everything a workshop says, read at one moment.

    Attributes:
        workshop, offers, minutes: as in the store.
        participants: number of phones that joined.
        questions, answers, proposals, flags: without hidden ones.
        expectations: value by participant, by question.
        hidden: number of proposals and doubts the moderator has hidden.
    """

    workshop: Workshop
    offers: Offers
    minutes: Minutes
    participants: int
    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]
    proposals: tuple[Proposal, ...]
    flags: tuple[Flag, ...]
    expectations: Mapping[int, Mapping[int, float]]
    hidden: int

    @classmethod
    def of(cls, store: WorkshopStore) -> Record:
        """Read a workshop."""
        proposals, flags = store.proposals(hidden=True), store.flags(hidden=True)
        seen = tuple(one for one in proposals if not one.hidden)
        said = tuple(one for one in flags if not one.hidden)
        return cls(
            store.workshop(),
            store.offers(),
            store.minutes(),
            len(store.participants()),
            store.questions(),
            store.answers(),
            seen,
            said,
            store.expectations(),
            len(proposals) - len(seen) + len(flags) - len(said),
        )


def protocol(store: WorkshopStore, lang: Lang) -> Paper:
    """The workshop's minutes.

    Args:
        store: the workshop.
        lang: language.
    """
    return protocol_of(Record.of(store), lang)


def protocol_of(record: Record, lang: Lang) -> Paper:
    """The minutes of a workshop that was read already."""
    teller = _Teller(record, lang)
    chapters = (
        teller.head, teller.decisions, teller.questions, teller.answers, teller.proposals,
        teller.doubts, teller.notes, teller.again,
    )  # fmt: skip
    workshop = record.workshop
    return Paper(
        kind=teller.say("Protokoll der Werkstatt", "Minutes of the workshop"),
        title=workshop.title or workshop.town_label,
        lang=lang,
        place=workshop.town_label,
        author="",
        made=workshop.ended or workshop.started,
        parts=numbered(part for chapter in chapters for part in chapter()),
    )


def file_stem(workshop: Workshop, lang: Lang) -> str:
    """Name of the protocol's files without their endings."""
    return f"{'protokoll' if lang == 'de' else 'minutes'}-{workshop.started[:10]}"


@dataclass(frozen=True)
class _Teller:
    record: Record
    lang: Lang

    def say(self, german: str, english: str) -> str:
        return german if self.lang == "de" else english

    def head(self) -> Iterator[Part]:
        record, workshop = self.record, self.record.workshop
        rows = [
            (self.say("Ort", "Place"), workshop.town_label),
            (self.say("Beginn", "Began"), self._time(workshop.started)),
        ]
        if workshop.ended:
            rows.append((self.say("Ende", "Ended"), self._time(workshop.ended)))
        rows += [
            (
                self.say("Telefone, die teilnahmen", "Phones that took part"),
                str(record.participants),
            ),
            (self.say("Fragen an alle", "Questions to all"), str(len(record.questions))),
            (self.say("Vorschläge", "Proposals"), str(len(record.proposals))),
            (self.say("Zweifel an Annahmen", "Doubts about assumptions"), str(len(record.flags))),
        ]
        yield Facts(tuple(rows))
        yield Paragraph(
            plain(
                self.say(
                    "Modellrechnung, keine Vorhersage. Erwartungen, Vorschläge und Zweifel sind "
                    "die der Teilnehmenden; Namen wurden nicht erhoben.",
                    "A model's calculation, not a prediction. Expectations, proposals and doubts "
                    "are those of the participants; no names were collected.",
                )
            ),
            "note",
        )

    def decisions(self) -> Iterator[Part]:
        yield Heading(self.say("Ergebnisse und Beschlüsse", "Results and decisions"))
        if self.record.minutes.decisions.strip():
            yield from self._written(self.record.minutes.decisions)
        else:
            yield Blank(
                self.say("Was wurde verabredet oder beschlossen?", "What was agreed or decided?")
            )

    def questions(self) -> Iterator[Part]:
        yield Heading(
            self.say("Was der Raum erwartete, und was das Modell rechnet",
                     "What the room expected, and what the model computes")
        )  # fmt: skip
        if not self.record.questions:
            yield self._nothing("Es wurde keine Frage gestellt.", "No question was put.")
            return
        for number, question in enumerate(self.record.questions, start=1):
            yield from self._question(number, question)
        yield Numbers(self._expectation_table())

    def _question(self, number: int, question: Question) -> Iterator[Part]:
        spread = spread_of(self.record.expectations.get(question.number, {}).values())
        yield Heading(f"{self.say('Frage', 'Question')} {number}", 2)
        yield Paragraph(plain(question.asked.text(self.lang)), "answer")
        told = [
            self.say("Der Raum: ", "The room: ") + spread_words(question, spread, self.lang),
        ]
        if question.model is not None:
            told.append(self.say("Das Modell: ", "The model: ") + self._model(question.model))
            few = provisional(question.model, self.lang)
            beside = beside_model(spread, question.model, self.lang)
            told += [one for one in (few, beside) if one]
        elif question.state == "revealed":
            told.append(
                self.say("Das Modell rechnet dazu nichts.", "The model computes nothing on this.")
            )
        else:
            told.append(self.say("Die Antwort wurde nicht gezeigt.", "The answer was not shown."))
        yield Bullets(tuple(plain(one) for one in told))

    def _model(self, model: ModelSays) -> str:
        runs = self.say(
            f"{model.draws} Ziehungen der Annahmen", f"{model.draws} draws of the assumptions"
        )
        by_hand = self._fixed(model.fixed)
        return f"{model.words(self.lang)} ({runs}{'; ' + by_hand if by_hand else ''})"

    def _expectation_table(self) -> Table:
        german = self.lang == "de"
        rows = []
        for number, question in enumerate(self.record.questions, start=1):
            spread = spread_of(self.record.expectations.get(question.number, {}).values())
            cells = [f"{number} ({question.asked.unit(self.lang)})", str(spread.count)]
            if spread.count:
                ends = [plain_number(spread.values[end], self.lang) for end in (0, -1)]
                inner = [
                    middle_number(question, value, self.lang) if math.isfinite(value) else "–"
                    for value in (spread.low_quarter, spread.median, spread.high_quarter)
                ]
                cells += [ends[0], *inner, ends[1]]
            else:
                cells += ["–"] * 5
            model = "–" if question.model is None else question.model.words(self.lang)
            rows.append((*cells, model))
        header = (
            ("Frage (Einheit)", "Anzahl", "kleinste", "unteres Viertel", "Mitte",
             "oberes Viertel", "größte", "Modell (5–95 %)")
            if german
            else ("Question (unit)", "Number", "smallest", "lower quarter", "middle",
                  "upper quarter", "largest", "Model (5–95 %)")
        )  # fmt: skip
        return Table(
            self.say("Erwartungen und Modell", "Expectations and model"),
            header,
            tuple(rows),
            self.say(
                "Viertel ab fünf Erwartungen. Die Spanne des Modells enthält 90 von 100 "
                "Rechnungen.",
                "Quarters from five expectations on. The model's range holds 90 of 100 runs.",
            ),
        )

    def answers(self) -> Iterator[Part]:
        yield Heading(self.say("Verglichene Pläne", "Plans compared"))
        if not self.record.answers:
            yield self._nothing(
                "Es wurde kein Vergleich festgehalten.", "No comparison was recorded."
            )
            return
        for number, answer in enumerate(self.record.answers, start=1):
            shown = answer.shown
            yield Heading(f"{number}. {shown.question(self.lang)}", 2)
            yield Paragraph(plain(shown.sentence(self.lang)), "answer")
            plans = ", ".join(quoted(one.label(self.lang), self.lang) for one in shown.plans)
            facts = [
                (self.say("Gezeigt", "Shown"), self._time(answer.at)),
                (self.say("Pläne", "Plans"), plans),
            ]
            by_hand = self._fixed(shown.fixed)
            if by_hand:
                facts.append((self.say("Anders angenommen", "Assumed otherwise"), by_hand))
            yield Facts(tuple(facts))
            for table in shown.tables(self.lang):
                yield Numbers(table)

    def proposals(self) -> Iterator[Part]:
        yield Heading(self.say("Vorschläge", "Proposals"))
        if self.record.proposals:
            yield Bullets(tuple(plain(self._proposal(one)) for one in self.record.proposals))
        else:
            yield self._nothing("Keine.", "None.")
        yield from self._hidden()

    def _proposal(self, proposal: Proposal) -> str:
        idea, offers = proposal.idea, self.record.offers
        details = [self._label(offers.measures, one) for one in idea.measures]
        if idea.district:
            details.append(self._label(offers.districts, idea.district))
        if idea.year is not None:
            details.append(self.say(f"ab {idea.year}", f"from {idea.year}"))
        text = " / ".join(idea.text.split("\n"))
        if details:
            text = f"{text} [{', '.join(details)}]" if text else ", ".join(details)
        who = proposal.nickname or (
            self.say("im Raum gesagt", "said in the room") if proposal.participant is None else ""
        )
        return f"{text} – {who}" if who else text

    def doubts(self) -> Iterator[Part]:
        yield Heading(self.say("Angezweifelte Annahmen", "Doubted assumptions"))
        if not self.record.flags:
            yield self._nothing("Keine.", "None.")
            return
        by_name: dict[str, list[Flag]] = {}
        for flag in self.record.flags:
            by_name.setdefault(flag.assumption, []).append(flag)
        # The most doubted first; those without a name in the ledger last.
        ordered = sorted(by_name.items(), key=lambda item: (not item[0], -len(item[1])))
        rows = []
        for name, flags in ordered:
            label = self._assumption(name) or flags[0].label or self.say("andere", "others")
            for place, flag in enumerate(flags):
                reason = " / ".join(flag.reason.split("\n"))
                rows.append((label if place == 0 else "", reason, name or "–"))
        yield Numbers(
            Table(
                self.say("Zweifel und Gründe", "Doubts and reasons"),
                (
                    self.say("Annahme", "Assumption"),
                    self.say("Grund", "Reason"),
                    self.say("Name in der Tabelle der Annahmen", "Name in the ledger"),
                ),
                tuple(rows),
                self.say(
                    "Eine angezweifelte Annahme ist nicht geändert; sie wird geprüft.",
                    "A doubted assumption is not changed; it is to be examined.",
                ),
                prose=True,
            )
        )

    def notes(self) -> Iterator[Part]:
        yield Heading(self.say("Notizen", "Notes"))
        if self.record.minutes.notes.strip():
            yield from self._written(self.record.minutes.notes)
        else:
            yield self._nothing("Keine.", "None.")

    def again(self) -> Iterator[Part]:
        yield Annex()
        yield Heading(
            self.say("Wie die Zahlen noch einmal entstehen", "How to get the numbers again")
        )
        rows = [
            (self.say("Programm", "Program"), f"Quartier {self.record.workshop.version}"),
            (self.say("Datei des Workshops", "File of the workshop"), "workshop.sqlite"),
        ]
        yield Facts(tuple(rows))
        for number, answer in enumerate(self.record.answers, start=1):
            shown = answer.shown
            yield Heading(f"{self.say('Vergleich', 'Comparison')} {number}", 2)
            checksum = shown.fingerprint or "–"
            rows = [
                (self.say("Startwert", "Seed"), str(shown.seed)),
                (self.say("Ziehungen der Annahmen", "Draws of assumptions"), str(shown.draws)),
                (self.say("Zufallsverläufe je Ziehung", "Seeds a draw"), str(shown.seeds)),
                (self.say("Version", "Version"), shown.version),
                (self.say("Prüfsumme der Eingaben", "Checksum of the inputs"), checksum),
            ]
            yield Facts(tuple(rows))
            if shown.lines:
                yield Code(shown.lines)
            for name, text in shown.plan_files:
                yield Paragraph(plain(self.say(f"Plan {name}:", f"Plan {name}:")))
                yield Code(tuple(text.split("\n")))
        if not self.record.answers:
            yield self._nothing(
                "Es wurde kein Vergleich festgehalten.", "No comparison was recorded."
            )

    def _hidden(self) -> Iterator[Part]:
        if self.record.hidden:
            count = self.record.hidden
            yield Paragraph(
                plain(
                    self.say(
                        f"Von der Moderation ausgeblendet: {count} (Vorschläge und Zweifel).",
                        f"Hidden by the moderator: {count} (proposals and doubts).",
                    )
                ),
                "note",
            )

    def _written(self, text: str) -> Iterator[Part]:
        for line in text.split("\n"):
            # A paragraph that is longer than a paper prints goes on in the next.
            for start in range(0, len(line), LONGEST_LINE):
                yield Paragraph(plain(line[start : start + LONGEST_LINE]))

    def _nothing(self, german: str, english: str) -> Paragraph:
        return Paragraph(plain(self.say(german, english)))

    def _fixed(self, fixed: Sequence[tuple[str, float]]) -> str:
        if not fixed:
            return ""
        told = ", ".join(
            f"{self._assumption(name) or name} = {plain_number(value, self.lang)}"
            for name, value in fixed
        )
        return self.say(f"von Hand gesetzt: {told}", f"set by hand: {told}")

    def _assumption(self, name: str) -> str:
        offers = self.record.offers
        return self._label((*offers.important, *offers.assumptions), name) if name else ""

    def _label(self, choices: Sequence[Choice], key: str) -> str:
        return next((one.label(self.lang) for one in choices if one.key == key), key)

    def _time(self, stamp: str) -> str:
        """A time stamp as people write it; as it is if it is none."""
        day, _, clock = stamp.partition("T")
        parts = day.split("-")
        if len(parts) != 3:
            return stamp
        if self.lang == "de":
            return f"{int(parts[2])}.{int(parts[1])}.{parts[0]}, {clock[:5]} Uhr"
        return f"{day}, {clock[:5]}"
