"""The page "Pläne" (Plans): putting plans together from the twelve measures, card by card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any
from urllib.parse import quote

import solara

from sim.dashboard import drafts, session
from sim.dashboard.answering.places import town_of
from sim.dashboard.answering.question import MOST_PLANS
from sim.dashboard.drafting import own
from sim.dashboard.drafting.budget import budget_of
from sim.dashboard.drafting.card import (
    MOST_CARDS,
    Card,
    Draft,
    card_of_line,
    draft_of,
    duplicate,
    empty_draft,
    free_name,
    new_card,
)
from sim.dashboard.drafting.editing import Refused, changed, fields_of
from sim.dashboard.drafting.kinds import MeasureKind, measure_kinds
from sim.dashboard.drafting.link import PARAMETER, TooLong, packed
from sim.dashboard.drafting.noticed import Remark, remarks_before, sentence_of
from sim.dashboard.drafting.reading import MOST_BYTES, read_text
from sim.dashboard.language import lang, say
from sim.dashboard.pages.plans_budget import PlanBudget
from sim.dashboard.pages.plans_trying import TryPlan, remarks_of_trial
from sim.dashboard.parts import (
    Box,
    Button,
    Choices,
    Download,
    FileInput,
    Heading,
    Note,
    Row,
    Text,
    TextInput,
    html,
)
from sim.dashboard.parts.measure_card import CardGroup, MeasureCard, Pressed
from sim.dashboard.parts.share_link import ShareLink
from sim.dashboard.words.plans import (
    card_line,
    card_title,
    defaults_words,
    source_words,
)
from sim.report.numbers import decimal, quoted
from sim.town import Town
from sim.town.fields import LABEL_CHARACTERS, TEXT_CHARACTERS
from sim.town.plan import Plan
from sim.town.problems import Both

MEDIA_TYPE = "application/toml"


NOTHING: tuple[Both, ...] = ()


def both(said: Both) -> str:
    """A text in the session's language."""
    return say(said.de, said.en)


@solara.component
def Page() -> None:  # noqa: N802
    """All plans of the session, and the one looked at."""
    town = solara.use_memo(lambda: town_of(session.town.value), [session.town.value])
    wrong, set_wrong = solara.use_state(NOTHING)

    def arrive() -> None:
        drafts.adopt(town)
        set_wrong(drafts.take_in_received(town))

    solara.use_effect(arrive, [session.town.value])
    drafted = drafts.looked_at()
    plan = None if drafted is not None else session.plan_named(drafts.chosen.value) or first_plan()
    name = drafted.draft.name if drafted is not None else "" if plan is None else plan.name
    with Box():
        Heading(say(f"Pläne für {town.label}", f"Plans for {town.label}"))
        Text(
            say(
                "Ein Plan ist ein Bündel von Maßnahmen: was, wo, ab wann, wie viel und wer zahlt. "
                "Die Pläne des Ortes bleiben, wie sie sind; eigene entstehen als Kopie oder neu.",
                "A plan is a bundle of measures: what, where, from when, how much and who pays. "
                "The plans of the place stay as they are; your own begin as a copy or anew.",
            ),
            class_="q-lead",
        )
        with Box():
            for said in wrong:
                Note(both(said), "error", live=True)
        with html("div", class_="q-columns q-plans"):
            with Box():
                PlanList(town, name)
            with Box():
                if drafted is not None:
                    Editor(town, drafted).key(f"draft-{drafted.number}")
                elif plan is not None:
                    Viewer(town, plan).key(f"plan-{plan.name}")


def first_plan() -> Plan | None:
    """The plan looked at while none was chosen: the first that is compared with the reference."""
    names = [*session.shown.value[1:], *session.shown.value]
    return next((plan for name in names if (plan := session.plan_named(name))), None)


@solara.component
def PlanList(town: Town, looked_at: str) -> None:  # noqa: N802
    """Every plan, and how to begin one."""
    problem, set_problem = solara.use_state("")

    def begin(draft: Draft) -> None:
        if drafts.put(draft, town) is None:
            set_problem(both(drafts.TOO_MANY))
            return
        set_problem("")
        drafts.look_at(draft.name)

    def given(name: str, data: bytes) -> None:
        reading = read_text(data, town, name)
        errors = [one.text(lang.value) for one in reading.problems if not one.warning]
        if not errors and drafts.take_in(reading, town) is None:
            errors = [both(drafts.TOO_MANY)]
        set_problem("\n".join(errors[:10]))

    unsound = [one for one in drafts.of_town(session.town.value) if one.problems]
    names = {plan.name for plan in session.plans.value}
    with Box():
        Heading(say("Alle Pläne", "All plans"), 2)
        with Row():
            Button(say("Neuer Plan", "New plan"),
                   lambda: begin(empty_draft(drafts.taken(town))), kind="main")  # fmt: skip
        with html("ul", class_="q-plan-list"):
            for plan in session.plans.value:
                with html("li").key(f"plan-{plan.name}"):
                    Listed(town, plan, plan.name == looked_at)
            for one in unsound:
                if one.draft.name not in names:
                    with html("li").key(f"draft-{one.draft.name}"):
                        Button(label_of(one.draft), partial(drafts.look_at, one.draft.name),
                               pressed=one.draft.name == looked_at)  # fmt: skip
        Compared()
        FileInput(
            say("Plan aus einer Datei holen", "Take a plan from a file"),
            given,
            endings=(".toml",),
            most_bytes=MOST_BYTES,
            hint=say("Datei eines Plans (.toml)", "A plan's file (.toml)"),
            problem=problem,
        )
        broken = solara.use_memo(lambda: own.read_own(town).problems, [session.town.value])
        if broken:
            lines = "\n".join(one.text(lang.value) for one in broken[:10])
            title = say("Gespeicherte Pläne, die nicht lesbar sind",
                        "Saved plans that cannot be read")  # fmt: skip
            Note(lines, "caution", title=title)


def Listed(town: Town, plan: Plan, looked_at: bool) -> None:  # noqa: N802
    """A plan in the list: its name, what it has, what its dearest year costs."""
    count = len(plan.measures)
    cost = budget_of(plan.measures, town.start, town.months).highest
    measures = (
        say("keine Maßnahme", "no measure")
        if not count
        else say("1 Maßnahme", "1 measure")
        if count == 1
        else say(f"{count} Maßnahmen", f"{count} measures")
    )
    euros = decimal(cost, lang.value)
    parts = [measures]
    if cost:
        parts.append(say(f"bis {euros} Euro im Jahr", f"up to {euros} euros a year"))
    if plan.name not in town.plans:
        parts.insert(0, say("eigener Plan", "your own"))
    Button(say(plan.label_de, plan.label_en), partial(drafts.look_at, plan.name),
           pressed=looked_at)  # fmt: skip
    html("span", " · ".join(parts), class_="q-small")


def Compared() -> None:  # noqa: N802
    """Which plans stand beside each other on the other pages."""
    reference = session.shown.value[0] if session.shown.value else ""
    options = [
        (plan.name, say(plan.label_de, plan.label_en))
        for plan in session.plans.value
        if plan.name != reference
    ]
    first = session.plan_named(reference)

    def ticked(names: tuple[str, ...]) -> None:
        kept = [name for name in session.shown.value[1:] if name in names]
        added = [name for name in names if name not in kept]
        session.shown.set((reference, *kept, *added)[:MOST_PLANS])

    label = "" if first is None else quoted(say(first.label_de, first.label_en), lang.value)
    Choices(
        say(f"Verglichen mit {label}", f"Compared with {label}"),
        session.shown.value[1:],
        options,
        ticked,
        hint=say("Höchstens drei.", "Three at most."),
    )


@solara.component
def Viewer(town: Town, plan: Plan) -> None:  # noqa: N802
    """A plan of the place: to be read and copied, never changed."""
    kinds = measure_kinds(town)
    draft = draft_of(plan, town)

    def copy() -> None:
        made = duplicate(draft, drafts.taken(town))
        if drafts.put(made, town) is not None:
            drafts.look_at(made.name)

    with Box():
        Heading(say(plan.label_de, plan.label_en), 2)
        Text(say(plan.description_de, plan.description_en))
        with html("ol", class_="q-measure-list"):
            for number, card in enumerate(draft.cards, start=1):
                kind = kinds[card.kind]
                with html("li", class_="q-card"):
                    html("p", card_title(card, kind, number, lang.value), class_="q-measure-title")
                    html("p", card_line(card, kind, town, lang.value), class_="q-measure-line")
        with Box():
            if not draft.cards:
                Note(say("In diesem Plan kommt nichts Neues hinzu.", "This plan adds nothing new."))
        with Row():
            Button(say("Kopieren und ändern", "Copy and change"), copy, kind="main")
            Download(
                say("Als Datei (TOML)", "As a file (TOML)"),
                lambda: drafts.text_of(draft, town).encode(),
                f"{plan.name}.toml",
                MEDIA_TYPE,
            )
        with Box():
            PlanBudget(town, plan)
        with Box():
            TryPlan(town, plan)


@solara.component
def Editor(town: Town, drafted: drafts.Drafted) -> None:  # noqa: N802
    """A plan of the session: its cards, its budget, what to know of it, how to keep it."""
    kinds = measure_kinds(town)
    draft = drafted.draft
    plan = session.plan_named(draft.name)
    newest, set_newest = solara.use_state(-1)
    refused, set_refused = solara.use_state((-1, "", ""))

    def put(new: Draft) -> None:
        set_refused((-1, "", ""))
        drafts.put(new, town)

    def add(kind: MeasureKind) -> None:
        set_newest(len(draft.cards))
        put(draft.with_card(new_card(kind, town)))

    def change(number: int, name: str, value: Any) -> None:
        card = draft.cards[number]
        try:
            new = changed(card, name, value, kinds[card.kind], town)
        except Refused as error:
            set_refused((number, name, both(error.said)))
            return
        put(draft.with_changed(number, new))

    def press(number: int, what: Pressed) -> None:
        card = draft.cards[number]
        if what == "remove":
            put(draft.without_card(number))
        elif what == "usual":
            put(draft.with_changed(number, replace(card, own_cost=None)))
        else:
            put(draft.with_card(card))

    before = () if plan is None or drafted.problems else remarks_before(plan, town)
    remarks = (*before, *remarks_of_trial(plan))
    with Box():
        Heading(label_of(draft), 2)
        Naming(town, draft)
        with Box():
            Troubles(town, drafted)
        with Box():
            General([one for one in before if one.card is None])
        with Box():
            Cards(town, draft, remarks, refused, newest, change, press)
        with Box():
            AddMeasure(list(kinds.values()), add, full=len(draft.cards) >= MOST_CARDS)
        with Box():
            if plan is not None:
                PlanBudget(town, plan)
        with Box():
            if plan is not None:
                TryPlan(town, plan)
        Keeping(town, drafted)


def Cards(  # noqa: N802
    town: Town,
    draft: Draft,
    remarks: Sequence[Remark],
    refused: tuple[int, str, str],
    newest: int,
    change: Callable[[int, str, Any], None],
    press: Callable[[int, Pressed], None],
) -> None:
    """The cards of a draft; the newest is open."""
    kinds = measure_kinds(town)
    for number, card in enumerate(draft.cards):
        kind = kinds[card.kind]
        about = [both(one.said) for one in remarks if one.card == number]
        MeasureCard(
            card_title(card, kind, number + 1, lang.value),
            card_line(card, kind, town, lang.value),
            groups_of(card, kind, town),
            {
                "does": say("Bewirkt:", "Does:"),
                "does_not": say("Bewirkt nicht:", "Does not:"),
                "copy": say("Karte kopieren", "Copy card"),
                "remove": say("Karte entfernen", "Remove card"),
                "usual": say("Üblichen Betrag nehmen", "Take the usual figure"),
            },
            partial(change, number),
            partial(press, number),
            does=both(kind.does),
            does_not=both(kind.does_not),
            remarks=about,
            problem=refused[1:] if refused[0] == number else ("", ""),
            is_open=number == newest,
            usual=card.own_cost is not None,
        ).key(f"card-{len(draft.cards)}-{number}")


def label_of(draft: Draft) -> str:
    """A draft's name in the session's language."""
    return say(draft.label_de, draft.label_en) or draft.name


def Naming(town: Town, draft: Draft) -> None:  # noqa: N802
    """Name and description."""

    def named(label: str) -> None:
        label = label.strip()
        if not label:
            return
        others = drafts.taken(town) - {draft.name}
        same = draft.label_en == draft.label_de
        if lang.value == "de":
            new = replace(draft, label_de=label, label_en=label if same else draft.label_en)
        else:
            new = replace(draft, label_en=label, label_de=label if same else draft.label_de)
        drafts.rename(draft.name, replace(new, name=free_name(label, others)), town)

    def described(text: str) -> None:
        same = draft.description_en == draft.description_de
        if lang.value == "de":
            english = text if same else draft.description_en
            new = replace(draft, description_de=text, description_en=english)
        else:
            german = text if same else draft.description_de
            new = replace(draft, description_en=text, description_de=german)
        drafts.put(new, town)

    TextInput(say("Name des Plans", "Name of the plan"), label_of(draft), named,
              most=LABEL_CHARACTERS)  # fmt: skip
    TextInput(
        say("Beschreibung (freiwillig)", "Description (optional)"),
        say(draft.description_de, draft.description_en),
        described,
        kind="lines",
        most=min(1000, TEXT_CHARACTERS),
    )


def Troubles(town: Town, drafted: drafts.Drafted) -> None:  # noqa: N802
    """Why a draft is no plan yet."""
    if not drafted.problems:
        return
    text = drafts.text_of(drafted.draft, town)
    lines = []
    for one in drafted.problems[:10]:
        number = card_of_line(text, one.line)
        lead = "" if number is None else say(f"Karte {number + 1}: ", f"Card {number + 1}: ")
        lines.append(lead + both(sentence_of(one)))
    Note(
        "\n".join(lines),
        "error",
        title=say("So ist es noch kein Plan", "This is no plan yet"),
        live=True,
    )


def General(remarks: Sequence[Remark]) -> None:  # noqa: N802
    """What is to be known of the whole plan."""
    if remarks:
        Note("\n".join(both(one.said) for one in remarks), "caution", live=True)


def groups_of(card: Card, kind: MeasureKind, town: Town) -> list[CardGroup]:
    """The fields of a card in the parts in which they are shown."""
    fields = fields_of(card, kind, town, lang.value)
    records = [asdict(one) for one in fields]
    for record in records:
        record["options"] = list(record["options"])
        if isinstance(record["value"], float):
            record["value"] = round(record["value"], 6)
    rest = decimal(card.payers.get("municipality", 0.0) * 100, lang.value)
    source = f"{source_words(kind, lang.value)} {defaults_words(kind, lang.value)}"
    parts = (
        ("main", say("Wo, wann, wie viel", "Where, when, how much"), False, ""),
        (
            "money",
            say("Kosten, und wer sie trägt", "Costs, and who bears them"),
            False,
            say(f"Den Rest, {rest} %, zahlt die Kommune. {source}",
                f"The municipality pays the rest, {rest} %. {source}"),
        ),
        ("more", say("Genauer", "In detail"), True, ""),
    )  # fmt: skip
    return [
        CardGroup(name, label, own_fields, folded, note)
        for name, label, folded, note in parts
        if (own_fields := [record for record in records if record["group"] == name])
    ]


def AddMeasure(  # noqa: N802
    kinds: Sequence[MeasureKind], add: Any, *, full: bool
) -> None:
    """The twelve measures, each a button."""
    Heading(say("Maßnahme hinzufügen", "Add a measure"), 3)
    with html("ul", class_="q-kinds"):
        for kind in kinds:
            with html("li"):
                Button(f"+ {both(kind.label)}", partial(add, kind), disabled=full)


@solara.component
def Keeping(town: Town, drafted: drafts.Drafted) -> None:  # noqa: N802
    """Save, pass on, copy, delete."""
    draft = drafted.draft
    said, set_said = solara.use_state(("", ""))
    sure, set_sure = solara.use_state(False)
    text = drafts.text_of(draft, town)

    def save() -> None:
        name = draft.name
        place = own.own_folder(town)
        if (place / f"{name}.toml").exists():  # an earlier version stays beside the new one
            on_disk = {path.stem for path in place.glob("*.toml")}
            name = free_name(say(draft.label_de, draft.label_en), drafts.taken(town) | on_disk)
            drafts.rename(draft.name, replace(draft, name=name), town)
        try:
            path = own.save(drafts.text_of(replace(draft, name=name), town), name, town)
        except own.NotSaved as error:
            set_said(("error", both(error.said)))
            return
        drafts.mark_saved(name)
        set_said(("good", say(f"Gespeichert: {path}", f"Saved: {path}")))

    def copy() -> None:
        made = duplicate(draft, drafts.taken(town))
        if drafts.put(made, town) is not None:
            drafts.look_at(made.name)

    def delete() -> None:
        if not sure:
            set_sure(True)
            return
        if drafted.saved:
            own.delete(draft.name, town)
        drafts.chosen.set("")
        drafts.remove(draft.name)

    with Box():
        Heading(say("Behalten und weitergeben", "Keep and pass on"), 3)
        with Row():
            Button(
                say("Gespeichert", "Saved") if drafted.saved else say("Speichern", "Save"),
                save,
                kind="main",
                disabled=drafted.saved or bool(drafted.problems),
            )
            Download(say("Als Datei (TOML)", "As a file (TOML)"), text.encode,
                     f"{draft.name}.toml", MEDIA_TYPE)  # fmt: skip
            Button(say("Kopieren", "Duplicate"), copy)
            Button(
                say("Wirklich löschen?", "Really delete?") if sure else say("Löschen", "Delete"),
                delete,
                kind="danger",
            )
            if sure:
                Button(say("Doch nicht", "Keep it"), lambda: set_sure(False), kind="quiet")
        with Box():
            if said[1]:
                Note(said[1], "good" if said[0] == "good" else "error", live=True)
        with Box():
            Linked(draft, text)


def Linked(draft: Draft, text: str) -> None:  # noqa: N802
    """The plan as a link."""
    try:
        part = packed(text)
    except TooLong as error:
        Text(both(error.said), small=True)
        return
    query = (
        f"?page=plans&town={quote(session.town.value, safe='')}"
        f"&lang={lang.value}&{PARAMETER}={part}"
    )
    ShareLink(
        say("Link zu diesem Plan", "Link to this plan"),
        query,
        hint=say(
            "Der ganze Plan steckt im Link; er öffnet sich in jedem Quartier mit diesem Ort.",
            "The whole plan is in the link; it opens in any Quartier that has this place.",
        ),
    )
