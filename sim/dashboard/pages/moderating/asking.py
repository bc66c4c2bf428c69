"""Putting a question, closing it, and showing the room beside the model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import solara

from sim.dashboard import session
from sim.dashboard.answering.question import Answer
from sim.dashboard.computing import Computing
from sim.dashboard.language import lang, say
from sim.dashboard.pages.moderating.state import answer_for, attempt, looked_at
from sim.dashboard.parts import Box, Button, Choice, Heading, Note, Row, Text, TextInput, html
from sim.dashboard.parts.showing import Chart, DataTable
from sim.dashboard.workshop import asking
from sim.dashboard.workshop.picture import expectation_dots, expectations_table
from sim.dashboard.workshop.records import LONGEST_QUESTION, Asked, ModelSays, Question
from sim.dashboard.workshop.spread import beside_model, provisional, spread_of, spread_words
from sim.dashboard.workshop.store import WorkshopStore
from sim.report.drawing import model_note
from sim.report.findings import WHOLE_TOWN, Findings
from sim.report.words import FEW_DRAWS

LONGEST_UNIT = 40
STATES = {
    "open": ("offen", "open"),
    "closed": ("geschlossen", "closed"),
    "revealed": ("gezeigt", "shown"),
}


@solara.component
def Asking(store: WorkshopStore, revision: int) -> None:  # noqa: N802
    """The question the room sees, the next one, and the earlier ones.

    Args:
        store: the workshop.
        revision: of the store; a new one draws anew.
    """
    questions = store.questions()
    writing, set_writing = solara.use_state(not questions)
    found = answer_for(store)
    question = chosen(questions)

    def begun() -> None:
        set_writing(False)
        looked_at.set(0)

    with Box():
        if question is not None:
            OneQuestion(store, question, found, revision).key(f"question-{question.number}")
        if writing:
            NewQuestion(store, found, begun)
        else:
            Button(
                say("Neue Frage stellen", "Put a new question"),
                lambda: set_writing(True),
                kind="plain" if question is not None and question.state != "revealed" else "main",
            )
        if len(questions) > 1:
            with Box(class_="q-section"):
                Heading(say("Alle Fragen", "All questions"), 2)
                with html("ol", class_="q-workshop-list"):
                    for one in questions:
                        with html("li"):
                            Text(f"{one.asked.text(lang.value)} ({say(*STATES[one.state])})")
                            Button(
                                say("Zeigen", "Show"),
                                partial(looked_at.set, one.number),
                                spoken=say(f"Frage {one.number} zeigen", f"Show {one.number}"),
                                pressed=question is not None and one.number == question.number,
                            )


def chosen(questions: tuple[Question, ...]) -> Question | None:
    """The question looked at: the one chosen, else the newest."""
    found = [one for one in questions if one.number == looked_at.value]
    return found[0] if found else (questions[-1] if questions else None)


@solara.component
def OneQuestion(  # noqa: N802
    store: WorkshopStore, question: Question, found: Answer | None, revision: int
) -> None:
    """A question as the room sees it."""
    given = store.expectations().get(question.number, {})
    people = len(store.participants())
    with html("div", class_="q-card q-section", data_question=str(question.number)):
        html("h2", question.asked.text(lang.value), class_="q-workshop-question")
        if question.state != "revealed":
            html(
                "p",
                say(
                    f"{len(given)} von {people} haben geantwortet.",
                    f"{len(given)} of {people} have answered.",
                ),
                class_="q-workshop-count",
                role="status",
            )
        if question.state == "open":
            Text(
                say(
                    f"Bitte auf dem Telefon eingeben, in: {question.asked.unit_de}.",
                    f"Please enter it on your phone, in: {question.asked.unit_en}.",
                )
            )
            with Row():
                Button(
                    say("Schließen", "Close"),
                    lambda: attempt(lambda: store.close_question(question.number)),
                    kind="main",
                )
        elif question.state == "closed":
            Waiting(store, question, found)
        else:
            Revealed(question, tuple(given.values()))
            Better(store, question, found)


@solara.component
def Waiting(store: WorkshopStore, question: Question, found: Answer | None) -> None:  # noqa: N802
    """A closed question, before its answer is shown."""
    told = what_model_says(question.asked, found)
    with Box():
        if question.asked.quantity and told is None:
            Note(
                say(
                    "Das Modell hat dazu keine Antwort auf dem Bildschirm: Der Plan der Frage wird "
                    "gerade nicht verglichen, oder es rechnet noch.",
                    "The model has no answer to this on the screen: the question's plan is not "
                    "being compared, or it is still computing.",
                ),
                "caution",
            )
            Computing()
        elif told is not None and found is not None and not found.settled:
            if told.draws < FEW_DRAWS:
                Text(
                    say(
                        f"Erst {told.draws} Fälle sind gerechnet; die Spanne wird noch genauer.",
                        f"Only {told.draws} cases are computed; the range is still moving.",
                    )
                )
            Computing()
        with Row():
            Button(
                say("Antwort zeigen", "Show the answer"),
                lambda: reveal(store, question, found),
                kind="main",
            )
            Button(
                say("Wieder öffnen", "Open again"),
                lambda: attempt(lambda: store.open_again(question.number)),
            )


@solara.component
def Better(store: WorkshopStore, question: Question, found: Answer | None) -> None:  # noqa: N802
    """The model has computed on since its answer was shown: show the newer one."""
    newer = what_model_says(question.asked, found)
    shown = question.model
    with Box():
        if newer is not None and (shown is None or same_but_more(shown, newer)):
            Button(
                say(f"Mit {newer.draws} Fällen zeigen", f"Show with {newer.draws} cases"),
                lambda: reveal(store, question, found),
            )
        elif found is not None and not found.settled and question.asked.quantity:
            Computing()


def same_but_more(shown: ModelSays, newer: ModelSays) -> bool:
    """Whether the same was computed, and more of it."""
    before = (shown.seed, shown.version, shown.fingerprint, shown.fixed)
    now = (newer.seed, newer.version, newer.fingerprint, newer.fixed)
    return before == now and newer.draws > shown.draws


def reveal(store: WorkshopStore, question: Question, found: Answer | None) -> None:
    """Show the room and the model."""
    attempt(lambda: store.reveal(question.number, what_model_says(question.asked, found)))


def what_model_says(asked: Asked, found: Answer | None) -> ModelSays | None:
    """The model's answer to a question by now; None if there is none."""
    if found is None or not asked.quantity:
        return None
    return asking.model_says(found.findings, asked, found.question.fixed)


@solara.component
def Revealed(question: Question, values: tuple[float, ...]) -> None:  # noqa: N802
    """The room beside the model: in words, as dots, as a table."""
    spread = spread_of(values)
    model = question.model
    option = expectation_dots(question, spread, lang.value)
    table = expectations_table(question, spread, lang.value)
    with Box():
        with html("div", class_="q-workshop-answers"):
            with html("div"):
                Heading(say("Der Raum", "The room"), 3)
                html("p", spread_words(question, spread, lang.value), class_="q-workshop-said")
            with html("div", class_="q-workshop-model"):
                Heading(say("Das Modell", "The model"), 3)
                if model is None:
                    Text(say("Dazu rechnet das Modell nichts.", "The model has nothing on this."))
                else:
                    html("p", model.words(lang.value), class_="q-workshop-said")
                    few = provisional(model, lang.value)
                    if few:
                        Text(few)
                    Text(say("Modellrechnung, keine Vorhersage.", "A calculation, no prediction."))
        if option is None:
            DataTable(table)
        else:
            Chart(
                option,
                table,
                say("Erwartungen des Raums", "What the room expects"),
                source=sources(model),
                how_sure=how_sure(model),
                name=f"erwartungen_{question.number}",
            )
        if model is not None and spread.count:
            Text(beside_model(spread, model, lang.value))


def sources(model: ModelSays | None) -> str:
    """Where the numbers of the picture come from."""
    room = say("Erwartungen der Teilnehmenden, ohne Namen.", "Participants, without names.")
    if model is None:
        return room
    return f"{room} " + say(
        f"Modell Quartier {model.version}, Startwert {model.seed}.",
        f"Model Quartier {model.version}, seed {model.seed}.",
    )


def how_sure(model: ModelSays | None) -> str:
    """What the band means."""
    if model is None:
        return say("Jeder Punkt ist eine Erwartung.", "Every dot is one expectation.")
    if model.draws < FEW_DRAWS:
        band = say(
            f"die erst {model.draws} gerechneten Fälle, vorläufig",
            f"the {model.draws} cases computed so far, provisional",
        )
    else:
        band = say(
            f"90 von 100 Rechnungen ({model.draws} Ziehungen der Annahmen)",
            f"90 of 100 runs ({model.draws} draws of the assumptions)",
        )
    return say(
        f"Jeder Punkt ist eine Erwartung. Blau: {band}; Strich: Mitte. Auch das Modell weiß es "
        "nicht genau.",
        f"Every dot is one expectation. Blue: {band}; line: middle. The model does not know "
        "exactly either.",
    )


@solara.component
def NewQuestion(store: WorkshopStore, found: Answer | None, on_put: Callable[[], None]) -> None:  # noqa: N802
    """The form of the next question."""
    about, set_about = solara.use_state("")
    plan, set_plan = solara.use_state("")
    district, set_district = solara.use_state(WHOLE_TOWN)
    words, set_words = solara.use_state("")
    unit, set_unit = solara.use_state("")
    free, set_free = solara.use_state(False)
    findings = None if found is None else found.findings
    without_model = free or findings is None

    def own(change: Callable[[str], None], text: str) -> None:
        # The form does not change under the hands of whoever writes when the model answers.
        set_free(True)
        change(text)

    def put() -> None:
        asked = (
            asking.free_question(words, unit)
            if without_model or findings is None
            else asking.asked_of(findings, *chosen_of(findings, about, plan, district), words)
        )
        if attempt(lambda: store.put(asked)):
            on_put()

    with html("div", class_="q-card q-section"):
        Heading(say("Neue Frage", "New question"), 2)
        if findings is None:
            Note(
                say(
                    "Noch ist keine Antwort des Modells da; gefragt werden kann schon, dann ohne "
                    "Vergleich mit dem Modell.",
                    "There is no answer of the model as yet; you can ask already, without "
                    "comparing with the model.",
                )
            )
            if session.town.value:
                Computing()
        else:
            Choice(
                say("Wonach?", "About what?"),
                "free" if free else "model",
                [
                    ("model", say("was das Modell rechnet", "what the model computes")),
                    ("free", say("etwas anderes", "something else")),
                ],
                lambda value: set_free(value == "free"),
                kind="buttons",
            )
        if without_model or findings is None:
            own_words(words, partial(own, set_words), required=True)
            TextInput(
                say("Einheit der Antwort", "Unit of the answer"),
                unit,
                partial(own, set_unit),
                most=LONGEST_UNIT,
                live=True,
                hint=say("Zum Beispiel: Menschen, Euro, Jahre", "Such as: people, euros, years"),
            )
            ready = bool(words.strip() and unit.strip())
        else:
            quantity, of_plan, where = chosen_of(findings, about, plan, district)
            options(findings, (quantity, of_plan, where), (set_about, set_plan, set_district))
            own_words(words, set_words, required=False)
            asked = asking.asked_of(findings, quantity, of_plan, where, words)
            Text(say("So steht sie auf den Telefonen:", "On the phones it reads:"), small=True)
            html("p", asked.text(lang.value), class_="q-workshop-said")
            Text(say(f"Einheit: {asked.unit_de}", f"Unit: {asked.unit_en}"), small=True)
            Text(model_note(findings, lang.value), small=True)
            ready = True
        with Row():
            Button(say("Frage stellen", "Put the question"), put, kind="main", disabled=not ready)


def own_words(words: str, change: Callable[[str], None], *, required: bool) -> None:
    """The field for the moderator's own wording."""
    TextInput(
        say("Frage", "Question")
        if required
        else say("Eigene Worte (wenn gewünscht)", "Your own words (if you like)"),
        words,
        change,
        most=LONGEST_QUESTION,
        live=True,
    )


def chosen_of(findings: Findings, about: str, plan: str, district: str) -> tuple[str, str, str]:
    """What is asked about: what was chosen if it can be, else the first that can."""
    names = [one.key for one in asking.quantities(findings)]
    plans = [*findings.alternatives, findings.reference]
    where = [one.key for one in asking.places(findings)]
    return (
        about if about in names else names[0],
        plan if plan in plans else plans[0],
        district if district in where else WHOLE_TOWN,
    )


def options(
    findings: Findings,
    now: tuple[str, str, str],
    change: tuple[Callable[[str], None], Callable[[str], None], Callable[[str], None]],
) -> None:
    """Quantity, plan and place."""
    side = lang.value
    quantities = [(one.key, one.label(side)) for one in asking.quantities(findings)]
    plans = [
        (plan, findings.label(plan, side)) for plan in (*findings.alternatives, findings.reference)
    ]
    where = [(one.key, one.label(side)) for one in asking.places(findings)]
    Choice(say("Was?", "What?"), now[0], quantities, change[0])
    Choice(say("Mit welchem Plan?", "With which plan?"), now[1], plans, change[1])
    if len(where) > 1:
        Choice(say("Wo?", "Where?"), now[2], where, change[2])
