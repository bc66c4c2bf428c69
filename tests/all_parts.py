"""A page with every part of the dashboard on it, for test_dashboard_parts; not a test itself."""

from __future__ import annotations

import solara

from sim.dashboard.parts import (
    Box,
    Button,
    Choice,
    Choices,
    Download,
    ErrorBoundary,
    FileInput,
    Heading,
    Link,
    Note,
    Row,
    Section,
    Slider,
    Tabs,
    Text,
    TextInput,
    html,
)

HOSTILE = '<img src=x onerror="window.hit=1"> {{ 7*7 }} =1+1 ../../etc'
said: solara.Reactive[str] = solara.reactive("nothing")
many: solara.Reactive[tuple[str, ...]] = solara.reactive(("a",))
one: solara.Reactive[str] = solara.reactive("a")
place: solara.Reactive[float] = solara.reactive(20.0)
written: solara.Reactive[str] = solara.reactive("")
shown: solara.Reactive[str] = solara.reactive("first")

OPTIONS = (("a", "Erstes"), ("b", HOSTILE), ("c", "Drittes"))
VIEWS = (("first", "Karte"), ("second", "Tabelle"), ("third", "Liste"))


def fails() -> bytes:
    raise RuntimeError("secret insides")


def tell(text: object) -> None:
    said.set(str(text))


@solara.component
def Broken() -> None:
    wrong, set_wrong = solara.use_state(False)
    with Box():
        Button("Kaputt machen", lambda: set_wrong(True))
        if wrong:
            raise ValueError("secret insides")
        Text("heil")


@solara.component
def Page() -> None:
    with html("main"):
        Heading("Alle Teile")
        Text(said.value, class_="said")
        Slider("Plätze", place.value, 0, 40, 5, "Plätze", place.set, today=10, hint="Hinweis")
        Text(f"slider {place.value:g}", class_="slider-says")
        Choice("Liste", one.value, OPTIONS, one.set)
        Choice("Knöpfe", one.value, OPTIONS, one.set, kind="buttons")
        Choices("Mehrere", many.value, OPTIONS, many.set)
        Text(f"{one.value} {','.join(many.value)}", class_="choice-says")
        with Row():
            Button("Drücken", lambda: tell("pressed"), kind="main")
            Button("Gesperrt", lambda: tell("never"), disabled=True)
            Button("Schalter", lambda: None, pressed=True)
        TextInput(
            "Name", written.value, written.set, most=20, problem="" if written.value else "leer"
        )
        TextInput("Mehr", "", tell, kind="lines", most=50)
        Text(written.value, class_="written")
        FileInput(
            "Plan", lambda name, data: tell(f"{name} {len(data)}"), endings=(".toml",),
            most_bytes=50_000,
        )  # fmt: skip
        Download("Tabelle (CSV)", lambda: b"a;b\n1;\xc3\xa4\n", "tabelle.csv", "text/csv")
        Download("Geht nicht", fails, "x.bin")
        with Tabs("Ansichten", shown.value, VIEWS, shown.set):
            Text(f"tab {shown.value}")
        Note(HOSTILE, "caution", title=HOSTILE)
        Link(HOSTILE, "javascript:alert(1)")
        Link("drinnen", "?page=start")
        with Section("Abschnitt"):
            Text("im Abschnitt")
        ErrorBoundary(Broken)


@solara.component
def Layout(children: list[solara.Element]) -> solara.Element:
    return html("div", *children)
