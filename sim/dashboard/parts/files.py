"""Files to the browser and from it."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable, Sequence
from typing import Any

import solara

from sim.dashboard.language import say
from sim.dashboard.parts.controls import clean

log = logging.getLogger(__name__)

MEGABYTE = 1_000_000

NOTHING: dict[str, Any] = {"number": 0, "data": None, "failed": False}


@solara.component_vue("download.vue", vuetify=False)
def _Download(  # noqa: N802
    label: str,
    kind: str,
    waiting_label: str,
    failed_label: str,
    filename: str,
    media_type: str,
    content: dict[str, Any],
    event_wanted: Callable[[Any], None],
    event_received: Callable[[Any], None],
) -> None: ...


@solara.component
def Download(  # noqa: N802
    label: str,
    make: Callable[[], bytes],
    filename: str,
    media_type: str = "application/octet-stream",
    *,
    kind: str = "plain",
) -> None:
    """A button that makes a file and hands it to the browser.

    The file is made when it is asked for, in a thread of its own, and not kept.

    Args:
        label: what is downloaded, with the kind of file ("Tabelle (CSV)").
        make: gives the file's bytes.
        filename: what the browser calls it.
        media_type: its media type.
        kind: look of the button, as of `Button`.
    """
    wanted, set_wanted = solara.use_state(0)
    content, set_content = solara.use_state(NOTHING)

    def work() -> None:
        if not wanted:
            return
        try:
            made = make()
        except Exception:
            log.exception("a file could not be made")
            set_content({"number": wanted, "data": None, "failed": True})
        else:
            set_content({"number": wanted, "data": made, "failed": False})

    solara.lab.use_task(work, dependencies=[wanted], prefer_threaded=True)
    _Download(
        label=label,
        kind=kind,
        waiting_label=say("wird gemacht …", "is being made …"),
        failed_label=say("ging nicht, bitte noch einmal", "did not work, please try again"),
        filename=filename,
        media_type=media_type,
        content=content,
        event_wanted=lambda _sent: set_wanted(wanted + 1),
        event_received=lambda _sent: set_content(NOTHING),
    )


@solara.component_vue("file_input.vue", vuetify=False)
def _FileInput(  # noqa: N802
    label: str,
    endings: str,
    most_bytes: int,
    hint: str,
    too_large: str,
    problem: str,
    event_read: Callable[[dict[str, Any]], None],
) -> None: ...


def FileInput(  # noqa: N802
    label: str,
    on_file: Callable[[str, bytes], None],
    *,
    endings: Sequence[str],
    most_bytes: int = MEGABYTE,
    hint: str = "",
    problem: str = "",
) -> solara.Element:
    """A native file field; the file's size is checked before it is read and again here.

    Args:
        label: which file.
        on_file: called with its name (only the last part of a path, cleaned) and its bytes.
        endings: such as ".toml"; others are refused.
        most_bytes: larger files are not read.
        hint: a sentence below.
        problem: what is wrong with the file given; "" if nothing.
    """
    megabytes = f"{most_bytes / MEGABYTE:g}"

    def read(sent: Any) -> None:
        file = file_of(sent, endings, most_bytes)
        if file is not None:
            on_file(*file)

    return _FileInput(
        label=label, endings=",".join(endings), most_bytes=most_bytes, hint=hint, problem=problem,
        too_large=say(
            f"Die Datei ist zu groß oder von anderer Art: höchstens {megabytes} MB, "
            f"{', '.join(endings)}.",
            f"The file is too large or of another kind: {megabytes} MB at most, "
            f"{', '.join(endings)}.",
        ),
        event_read=read,
    )  # fmt: skip


def file_of(sent: Any, endings: Sequence[str], most_bytes: int) -> tuple[str, bytes] | None:
    """Name and bytes of a file the browser sent; None if it is not one we asked for.

    Args:
        sent: as sent: a record of `name` and `content` (base64).
        endings: allowed endings.
        most_bytes: bytes at most.
    """
    if not isinstance(sent, dict):
        return None
    name, content = sent.get("name"), sent.get("content")
    if not isinstance(name, str) or not isinstance(content, str):
        return None
    if len(content) > most_bytes * 4 // 3 + 4:
        return None
    name = clean(name.replace("\\", "/").rsplit("/", 1)[-1], 100)
    if not name.lower().endswith(tuple(endings)):
        return None
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return None
    return (name, data) if len(data) <= most_bytes else None
