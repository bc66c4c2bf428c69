"""Sliders, choices, buttons, tabs, text fields: native controls, each with its label."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import solara

from sim.dashboard.language import lang

ButtonKind = Literal["main", "plain", "quiet", "danger"]
Option = tuple[str, str]
"""Value and label of an option."""


@solara.component_vue("slider.vue", vuetify=False)
def _Slider(  # noqa: N802
    label: str,
    value: float,
    minimum: float,
    maximum: float,
    step: float,
    unit: str,
    today: float | None,
    today_label: str,
    hint: str,
    decimals: int,
    year: bool,
    lang: str,
    disabled: bool,
    event_moved: Callable[[float], None],
) -> None: ...


def Slider(  # noqa: N802
    label: str,
    value: float,
    minimum: float,
    maximum: float,
    step: float,
    unit: str,
    on_value: Callable[[float], None],
    *,
    today: float | None = None,
    today_label: str = "",
    hint: str = "",
    decimals: int | None = None,
    year: bool = False,
    disabled: bool = False,
) -> solara.Element:
    """A native slider with a field for the number beside it.

    Args:
        label: what is moved, in plain words.
        value: where it stands.
        minimum, maximum, step: in `unit`.
        unit: shown behind the number and read out with it.
        on_value: called with the new value once the hand rests for a moment, always within the
            limits and on a step, whatever the browser sends.
        today: where it stands today, marked below the track; None if there is no such thing.
        today_label: what that mark is called; "heute" (today) if empty.
        hint: a sentence below.
        decimals: digits behind the point; None for as many as the step has.
        year: the number is a year, written without separators.
        disabled: cannot be moved.
    """
    digits = decimals_of(step) if decimals is None else decimals

    def moved(sent: Any) -> None:
        number = on_a_step(sent, minimum, maximum, step)
        if number is not None and not disabled:
            on_value(number)

    return _Slider(
        label=label, value=float(value), minimum=float(minimum), maximum=float(maximum),
        step=float(step), unit=unit, today=None if today is None else float(today),
        today_label=today_label or ("heute" if lang.value == "de" else "today"), hint=hint,
        decimals=digits, year=year, lang=lang.value, disabled=disabled, event_moved=moved,
    )  # fmt: skip


@solara.component_vue("choice.vue", vuetify=False)
def _Choice(  # noqa: N802
    label: str,
    options: list[dict[str, str]],
    chosen: list[str],
    kind: str,
    hint: str,
    hidden_label: bool,
    disabled: bool,
    event_chose: Callable[[list[str]], None],
    event_ticked: Callable[[dict[str, Any]], None],
) -> None: ...


def Choice(  # noqa: N802
    label: str,
    value: str,
    options: Sequence[Option],
    on_value: Callable[[str], None],
    *,
    kind: Literal["list", "buttons"] = "list",
    hint: str = "",
    hidden_label: bool = False,
    disabled: bool = False,
) -> solara.Element:
    """One of several: a native list, or buttons beside each other (radio).

    Args:
        label: what is chosen.
        value: the chosen option's value.
        options: value and label of each.
        on_value: called with another of their values, never with anything else.
        kind: `list` or `buttons`.
        hint: a sentence below.
        hidden_label: the label is only read out.
        disabled: cannot be changed.
    """
    known = [option for option, _ in options]

    def chose(sent: Any) -> None:
        if isinstance(sent, list) and len(sent) == 1 and sent[0] in known and not disabled:
            on_value(sent[0])

    return _Choice(
        label=label, options=_named(options), chosen=[value], kind=kind, hint=hint,
        hidden_label=hidden_label, disabled=disabled, event_chose=chose, event_ticked=_nothing,
    )  # fmt: skip


def Choices(  # noqa: N802
    label: str,
    values: Sequence[str],
    options: Sequence[Option],
    on_values: Callable[[tuple[str, ...]], None],
    *,
    hint: str = "",
    disabled: bool = False,
) -> solara.Element:
    """Several of several: boxes to tick.

    Args:
        label: what is chosen.
        values: values of the ticked options.
        options: value and label of each.
        on_values: called with all ticked ones, in the order of `options`.
        hint: a sentence below.
        disabled: cannot be changed.
    """

    def ticked(sent: Any) -> None:
        # One box, and not all of them: the browser may not yet know of the click before.
        if not isinstance(sent, dict) or not isinstance(sent.get("value"), str) or disabled:
            return
        box, on = sent["value"], sent.get("on") is True
        on_values(
            tuple(option for option, _ in options if (on if option == box else option in values))
        )

    return _Choice(
        label=label, options=_named(options), chosen=list(values), kind="ticks", hint=hint,
        hidden_label=False, disabled=disabled, event_chose=_nothing, event_ticked=ticked,
    )  # fmt: skip


@solara.component_vue("button.vue", vuetify=False)
def _Button(  # noqa: N802
    label: str,
    kind: str,
    disabled: bool,
    pressed: bool | None,
    spoken: str,
    event_clicked: Callable[[Any], None],
) -> None: ...


def Button(  # noqa: N802
    label: str,
    on_click: Callable[[], object],
    *,
    kind: ButtonKind = "plain",
    disabled: bool = False,
    pressed: bool | None = None,
    spoken: str = "",
) -> solara.Element:
    """A native button.

    Args:
        label: what it does.
        on_click: called when it is pressed.
        kind: `main` for the one thing a page wants, `plain`, `quiet`, `danger`.
        disabled: cannot be pressed.
        pressed: for a switch, whether it is on.
        spoken: what a screen reader says in place of the label, where that is too short.
    """

    def clicked(_sent: Any) -> None:
        if not disabled:
            on_click()

    return _Button(
        label=label, kind=kind, disabled=disabled, pressed=pressed, spoken=spoken,
        event_clicked=clicked,
    )  # fmt: skip


@solara.component_vue("tabs.vue", vuetify=False)
def _Tabs(  # noqa: N802
    label: str,
    options: list[dict[str, str]],
    chosen: str,
    children: list[Any],
    event_chose: Callable[[str], None],
) -> None: ...


def Tabs(  # noqa: N802
    label: str,
    value: str,
    options: Sequence[Option],
    on_value: Callable[[str], None],
    children: Sequence[Any] = (),
) -> solara.Element:
    """Tabs, moved between with the arrow keys; what is below belongs to the chosen one.

    Args:
        label: what the tabs are about, read out.
        value: the chosen tab.
        options: value and label of each.
        on_value: called with the newly chosen one.
        children: what the chosen tab shows (or in a `with` block).
    """
    known = [option for option, _ in options]

    def chose(sent: Any) -> None:
        if sent in known:
            on_value(sent)

    return _Tabs(
        label=label, options=_named(options), chosen=value, children=list(children),
        event_chose=chose,
    )  # fmt: skip


@solara.component_vue("text_input.vue", vuetify=False)
def _TextInput(  # noqa: N802
    label: str,
    value: str,
    kind: str,
    most: int,
    hint: str,
    problem: str,
    live: bool,
    disabled: bool,
    event_typed: Callable[[str], None],
) -> None: ...


def TextInput(  # noqa: N802
    label: str,
    value: str,
    on_value: Callable[[str], None],
    *,
    kind: Literal["line", "lines", "search", "number"] = "line",
    most: int = 200,
    hint: str = "",
    problem: str = "",
    live: bool = False,
    disabled: bool = False,
) -> solara.Element:
    """A native text field.

    Args:
        label: what is to be written.
        value: what is in it.
        on_value: called with the text when the field is left or Enter pressed, never longer than
            `most` and without control characters.
        kind: one line, several, a search field, or a number.
        most: characters at most.
        hint: a sentence below.
        problem: what is wrong with it and how to mend it; "" if nothing.
        live: called while typing as well, once the hand rests.
        disabled: cannot be written in.
    """

    def typed(sent: Any) -> None:
        if isinstance(sent, str) and not disabled:
            on_value(clean(sent, most, lines=kind == "lines"))

    return _TextInput(
        label=label, value=value, kind=kind, most=most, hint=hint, problem=problem, live=live,
        disabled=disabled, event_typed=typed,
    )  # fmt: skip


def clean(text: str, most: int, *, lines: bool = False) -> str:
    """Text from outside: printable characters only, and not too many.

    Args:
        text: as sent.
        most: characters at most.
        lines: line breaks stay.
    """
    kept = (
        char if char.isprintable() or (lines and char == "\n") else " " for char in text[: 2 * most]
    )
    return "".join(kept)[:most]


def on_a_step(sent: Any, minimum: float, maximum: float, step: float) -> float | None:
    """A number from the browser, on the nearest step within the limits; None if it is none."""
    if isinstance(sent, bool) or not isinstance(sent, int | float) or not math.isfinite(sent):
        return None
    whole = round((min(max(float(sent), minimum), maximum) - minimum) / step) if step > 0 else 0
    number = minimum + whole * step
    return round(min(number, maximum), 10)


def decimals_of(step: float) -> int:
    """Digits behind the point that a step needs."""
    return next((digits for digits in range(6) if abs(round(step, digits) - step) < 1e-9), 6)


def _nothing(_sent: Any) -> None:
    """A list has no boxes, and boxes are no list."""


def _named(options: Sequence[Option]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in options]
