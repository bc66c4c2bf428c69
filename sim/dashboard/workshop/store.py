"""One workshop as it lies on the disk: every change is kept before it is acknowledged.

A store may be used by several threads. It hands out frozen records and changes nothing without
committing it; `revision` rises with every change, so that whoever watches need not read all of it.
"""

from __future__ import annotations

import math
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from sim import __version__
from sim.dashboard.workshop import schema
from sim.dashboard.workshop.codes import new_code, new_token, token_mark
from sim.dashboard.workshop.records import (
    KEPT_MINUTES,
    LARGEST_VALUE,
    LONGEST_IDEA,
    LONGEST_LABEL,
    LONGEST_MINUTES,
    LONGEST_NAME,
    LONGEST_NICKNAME,
    LONGEST_NUMBERS,
    LONGEST_QUESTION,
    LONGEST_REASON,
    MOST_ANSWERS,
    MOST_FLAGS,
    MOST_FLAGS_EACH,
    MOST_MEASURES,
    MOST_PARTICIPANTS,
    MOST_PROPOSALS,
    MOST_PROPOSALS_EACH,
    MOST_QUESTIONS,
    Answer,
    Asked,
    Flag,
    Idea,
    Minutes,
    MinutesField,
    ModelSays,
    NotNow,
    Offers,
    Participant,
    Proposal,
    Question,
    Shown,
    TooMuch,
    Workshop,
    WorkshopError,
)
from sim.dashboard.workshop.texts import lines, minutes_text, one_line
from sim.report.numbers import Lang

FILE = "workshop.sqlite"

SAME_VERSION_SECONDS = 60.0
"""Minutes saved again within this time replace their last version."""

_ASKED = TypeAdapter(Asked)
_MODEL = TypeAdapter(ModelSays)
_IDEA = TypeAdapter(Idea)
_SHOWN = TypeAdapter(Shown)
_OFFERS = TypeAdapter(Offers)


def now() -> str:
    """Local time with its offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


class WorkshopStore:
    """A workshop's file, open."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._lock = RLock()
        # Begins anywhere, so that after a restart nobody takes an old state for the new one.
        self._revision = secrets.randbelow(2**31)
        self._marks = {
            mark: number for number, mark in self._all("SELECT id, mark FROM participants")
        }

    @classmethod
    def begin(
        cls,
        folder: Path,
        *,
        town: str,
        town_label: str,
        language: Lang = "de",
        title: str = "",
        offers: Offers | None = None,
    ) -> WorkshopStore:
        """Begin a workshop in a new folder.

        Raises:
            WorkshopError: the folder holds one already or cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise schema.cannot_keep(error) from error
        store = cls(folder, schema.create(folder / FILE))
        with store._change() as cursor:
            cursor.execute(
                "INSERT INTO workshop (id, code, town, town_label, title, language, started,"
                " version, offers) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    new_code(),
                    one_line(town, LONGEST_LABEL),
                    one_line(town_label, LONGEST_LABEL),
                    one_line(title, LONGEST_NAME),
                    language,
                    now(),
                    __version__,
                    _json(_OFFERS, offers or Offers()),
                ),
            )
        return store

    @classmethod
    def reopen(cls, folder: Path) -> WorkshopStore:
        """Open a workshop again, also after a crash.

        Raises:
            WorkshopError: there is none, or its file cannot be read.
        """
        store = cls(folder, schema.reopen(folder / FILE))
        try:
            store.workshop()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close the file; everything is in it already."""
        with self._lock:
            self._connection.close()

    # What changes it

    def end(self) -> None:
        """The workshop is over: open questions close, nobody joins any more."""
        with self._change() as cursor:
            cursor.execute("UPDATE questions SET state = 'closed' WHERE state = 'open'")
            cursor.execute("UPDATE workshop SET ended = ? WHERE ended = ''", (now(),))
        with self._lock:
            # From the log into the file, so that the file alone can be passed on.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def go_on(self) -> None:
        """The workshop goes on after it was ended."""
        with self._change() as cursor:
            cursor.execute("UPDATE workshop SET ended = ''")

    def name(self, title: str) -> None:
        """Call the workshop something."""
        with self._change() as cursor:
            cursor.execute("UPDATE workshop SET title = ?", (one_line(title, LONGEST_NAME),))

    def offer(self, offers: Offers) -> None:
        """Set what participants may choose from."""
        with self._change() as cursor:
            cursor.execute("UPDATE workshop SET offers = ?", (_json(_OFFERS, offers),))

    def renew_code(self) -> str:
        """Let nobody else join with the old code; who is in stays in."""
        code = new_code()
        with self._change() as cursor:
            cursor.execute("UPDATE workshop SET code = ?", (code,))
        return code

    def join(self, nickname: str = "") -> str:
        """Somebody joins.

        Returns:
            The token that makes them known again; the file keeps only its mark.

        Raises:
            TooMuch: the workshop is full.
            NotNow: it is over.
        """
        token = new_token()
        mark = token_mark(token)
        with self._change() as cursor:
            if cursor.execute("SELECT ended FROM workshop").fetchone()[0]:
                raise NotNow("Dieser Workshop ist beendet.", "This workshop is over.")
            self._room(cursor, "SELECT count(*) FROM participants", (), MOST_PARTICIPANTS)
            cursor.execute(
                "INSERT INTO participants (mark, nickname, joined) VALUES (?, ?, ?)",
                (mark, one_line(nickname, LONGEST_NICKNAME), now()),
            )
            number = int(cursor.lastrowid or 0)
        self._marks[mark] = number
        return token

    def participant_of(self, token: str) -> int | None:
        """The number of the participant who has this token; reads nothing from the disk."""
        return self.participant_marked(token_mark(token))

    def participant_marked(self, mark: str) -> int | None:
        """The number of the participant whose token has this mark."""
        return self._marks.get(mark)

    def put(self, asked: Asked) -> int:
        """Put a question to the room; the one open before is closed.

        Returns:
            The question's number.

        Raises:
            TooMuch: there are too many.
        """
        asked = replace(
            asked,
            text_de=one_line(asked.text_de, LONGEST_QUESTION),
            text_en=one_line(asked.text_en, LONGEST_QUESTION),
        )
        with self._change() as cursor:
            self._room(cursor, "SELECT count(*) FROM questions", (), MOST_QUESTIONS)
            cursor.execute("UPDATE questions SET state = 'closed' WHERE state = 'open'")
            cursor.execute(
                "INSERT INTO questions (asked, state, put) VALUES (?, 'open', ?)",
                (_json(_ASKED, asked), now()),
            )
            return int(cursor.lastrowid or 0)

    def close_question(self, question: int) -> None:
        """Take no more expectations for a question."""
        with self._change() as cursor:
            cursor.execute(
                "UPDATE questions SET state = 'closed' WHERE id = ? AND state = 'open'", (question,)
            )

    def open_again(self, question: int) -> None:
        """Take expectations again; not after the model's answer was shown.

        Raises:
            NotNow: the answer was shown already.
        """
        with self._change() as cursor:
            state = cursor.execute(
                "SELECT state FROM questions WHERE id = ?", (question,)
            ).fetchone()
            if state is None or state[0] == "revealed":
                raise NotNow(
                    "Die Antwort des Modells war schon zu sehen; bitte neu fragen.",
                    "The model's answer has been seen already; please ask anew.",
                )
            cursor.execute("UPDATE questions SET state = 'closed' WHERE state = 'open'")
            cursor.execute("UPDATE questions SET state = 'open' WHERE id = ?", (question,))

    def reveal(self, question: int, model: ModelSays | None) -> None:
        """Show the spread of expectations and, if it has one, the model's answer."""
        with self._change() as cursor:
            cursor.execute(
                "UPDATE questions SET state = 'revealed', model = ? WHERE id = ?",
                (None if model is None else _json(_MODEL, model), question),
            )

    def expect(self, participant: int, question: int, value: float) -> None:
        """Keep what a participant expects; a later value replaces the earlier.

        Raises:
            NotNow: the question is closed, or there is none.
            WorkshopError: it is not a usable number.
        """
        if not math.isfinite(value) or abs(value) > LARGEST_VALUE:
            raise WorkshopError("Bitte eine Zahl eingeben.", "Please give a number.")
        with self._change() as cursor:
            # Asked in the same transaction: closing is a line that nobody crosses.
            state = cursor.execute(
                "SELECT state FROM questions WHERE id = ?", (question,)
            ).fetchone()
            if state is None or state[0] != "open":
                raise NotNow(
                    "Diese Frage ist geschlossen.",
                    "This question is closed.",
                )
            cursor.execute(
                "INSERT INTO expectations (participant, question, value, given)"
                " VALUES (?, ?, ?, ?) ON CONFLICT (participant, question)"
                " DO UPDATE SET value = excluded.value, given = excluded.given",
                (participant, question, float(value), now()),
            )

    def propose(self, participant: int | None, idea: Idea) -> int:
        """Keep a proposal; without a participant it is the moderator's, heard in the room.

        Raises:
            TooMuch: there are too many, of this participant or altogether.
            WorkshopError: it says nothing.
        """
        kept = Idea(
            lines(idea.text, LONGEST_IDEA),
            tuple(one_line(one, LONGEST_NAME) for one in idea.measures[:MOST_MEASURES]),
            one_line(idea.district, LONGEST_NAME),
            idea.year,
        )
        if not kept.text and not kept.measures:
            raise WorkshopError(
                "Bitte den Vorschlag in Worten schreiben oder eine Maßnahme wählen.",
                "Please write the proposal in words or choose a measure.",
            )
        with self._change() as cursor:
            self._room(cursor, "SELECT count(*) FROM proposals", (), MOST_PROPOSALS)
            if participant is not None:
                self._room(
                    cursor,
                    "SELECT count(*) FROM proposals WHERE participant = ?",
                    (participant,),
                    MOST_PROPOSALS_EACH,
                )
            cursor.execute(
                "INSERT INTO proposals (participant, idea, made) VALUES (?, ?, ?)",
                (participant, _json(_IDEA, kept), now()),
            )
            return int(cursor.lastrowid or 0)

    def flag(self, participant: int | None, assumption: str, label: str, reason: str) -> int:
        """Keep that somebody doubts an assumption, and why.

        Raises:
            TooMuch: there are too many, of this participant or altogether.
            WorkshopError: the reason is missing.
        """
        why = lines(reason, LONGEST_REASON)
        if not why:
            raise WorkshopError("Bitte einen Grund angeben.", "Please give a reason.")
        with self._change() as cursor:
            self._room(cursor, "SELECT count(*) FROM flags", (), MOST_FLAGS)
            if participant is not None:
                self._room(
                    cursor,
                    "SELECT count(*) FROM flags WHERE participant = ?",
                    (participant,),
                    MOST_FLAGS_EACH,
                )
            cursor.execute(
                "INSERT INTO flags (participant, assumption, label, reason, made)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    participant,
                    one_line(assumption, LONGEST_LABEL),
                    one_line(label, LONGEST_LABEL),
                    why,
                    now(),
                ),
            )
            return int(cursor.lastrowid or 0)

    def hide_proposal(self, proposal: int, *, hidden: bool = True) -> None:
        """Keep a proposal off the wall and out of the protocol, or bring it back."""
        with self._change() as cursor:
            cursor.execute("UPDATE proposals SET hidden = ? WHERE id = ?", (int(hidden), proposal))

    def hide_flag(self, flag: int, *, hidden: bool = True) -> None:
        """Keep a doubt off the wall and out of the protocol, or bring it back."""
        with self._change() as cursor:
            cursor.execute("UPDATE flags SET hidden = ? WHERE id = ?", (int(hidden), flag))

    def note_answer(self, shown: Shown) -> int:
        """Keep a comparison the room has seen.

        Raises:
            TooMuch: there are too many, or its table is too large.
        """
        text = _json(_SHOWN, shown)
        if len(text) > LONGEST_NUMBERS:
            raise _too_much()
        with self._change() as cursor:
            self._room(cursor, "SELECT count(*) FROM answers", (), MOST_ANSWERS)
            cursor.execute("INSERT INTO answers (shown, at) VALUES (?, ?)", (text, now()))
            return int(cursor.lastrowid or 0)

    def write(self, field: MinutesField, text: str) -> None:
        """Keep the minutes as they stand; earlier versions stay in the file."""
        kept = minutes_text(text, LONGEST_MINUTES)
        clock = time.time()
        with self._change() as cursor:
            last = cursor.execute(
                "SELECT id, text, began FROM minutes WHERE field = ? ORDER BY id DESC LIMIT 1",
                (field,),
            ).fetchone()
            if last is not None and last[1] == kept:
                return
            # Somebody who empties the field by mistake finds what was there in the file.
            follows = last is not None and 0.0 <= clock - last[2] < SAME_VERSION_SECONDS
            if follows and len(kept) >= len(last[1]) // 2:
                cursor.execute(
                    "UPDATE minutes SET text = ?, changed = ? WHERE id = ?", (kept, now(), last[0])
                )
                return
            cursor.execute(
                "INSERT INTO minutes (field, text, began, changed) VALUES (?, ?, ?, ?)",
                (field, kept, clock, now()),
            )
            cursor.execute(
                "DELETE FROM minutes WHERE field = ? AND id NOT IN"
                " (SELECT id FROM minutes WHERE field = ? ORDER BY id DESC LIMIT ?)",
                (field, field, KEPT_MINUTES),
            )

    # What it says

    @property
    def revision(self) -> int:
        """Differs from before as soon as anything changed; waits for nothing."""
        return self._revision

    def workshop(self) -> Workshop:
        """The workshop itself.

        Raises:
            WorkshopError: the file holds none.
        """
        row = self._one(
            "SELECT code, town, town_label, title, language, started, ended, version FROM workshop"
        )
        if row is None:
            raise WorkshopError(
                f"Der Workshop {self.folder.name} ist leer.",
                f"The workshop {self.folder.name} is empty.",
            )
        return Workshop(*row)

    def offers(self) -> Offers:
        """What participants may choose from."""
        return _OFFERS.validate_json(self._one("SELECT offers FROM workshop")[0])

    def participants(self) -> tuple[Participant, ...]:
        """Everybody who joined, in the order they came."""
        rows = self._all("SELECT id, nickname, joined FROM participants ORDER BY id")
        return tuple(Participant(*row) for row in rows)

    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order they were put."""
        rows = self._all("SELECT id, asked, state, put, model FROM questions ORDER BY id")
        return tuple(
            Question(
                number,
                _ASKED.validate_json(asked),
                state,
                put,
                None if model is None else _MODEL.validate_json(model),
            )
            for number, asked, state, put, model in rows
        )

    def expectations(self) -> Mapping[int, Mapping[int, float]]:
        """Value by participant, by question."""
        found: dict[int, dict[int, float]] = {}
        for question, participant, value in self._all(
            "SELECT question, participant, value FROM expectations ORDER BY question, participant"
        ):
            found.setdefault(question, {})[participant] = value
        return MappingProxyType(found)

    def proposals(self, *, hidden: bool = False) -> tuple[Proposal, ...]:
        """Proposals in the order they were made; hidden ones only if asked for."""
        rows = self._all(
            "SELECT one.id, one.participant, coalesce(who.nickname, ''), one.idea, one.hidden,"
            " one.made FROM proposals AS one LEFT JOIN participants AS who"
            " ON who.id = one.participant WHERE one.hidden <= ? ORDER BY one.id",
            (int(hidden),),
        )
        return tuple(
            Proposal(number, who, nickname, _IDEA.validate_json(idea), bool(away), made)
            for number, who, nickname, idea, away, made in rows
        )

    def flags(self, *, hidden: bool = False) -> tuple[Flag, ...]:
        """Doubted assumptions in the order they were named; hidden ones only if asked for."""
        rows = self._all(
            "SELECT one.id, one.participant, coalesce(who.nickname, ''), one.assumption,"
            " one.label, one.reason, one.hidden, one.made FROM flags AS one"
            " LEFT JOIN participants AS who ON who.id = one.participant"
            " WHERE one.hidden <= ? ORDER BY one.id",
            (int(hidden),),
        )
        return tuple(
            Flag(number, who, nickname, assumption, label, reason, bool(away), made)
            for number, who, nickname, assumption, label, reason, away, made in rows
        )

    def answers(self) -> tuple[Answer, ...]:
        """Comparisons the room has seen, in order."""
        rows = self._all("SELECT id, shown, at FROM answers ORDER BY id")
        return tuple(Answer(number, _SHOWN.validate_json(shown), at) for number, shown, at in rows)

    def minutes(self) -> Minutes:
        """The newest version of the minutes."""
        rows = self._all(
            "SELECT field, text, changed FROM minutes WHERE id IN"
            " (SELECT max(id) FROM minutes GROUP BY field)"
        )
        texts = {field: text for field, text, _ in rows}
        changed = max((at for _, _, at in rows), default="")
        return Minutes(texts.get("notes", ""), texts.get("decisions", ""), changed)

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Cursor]:
        """One change: either all of it is on the disk when this ends, or nothing is."""
        with self._lock:
            try:
                cursor = self._connection.cursor()
                cursor.execute("BEGIN IMMEDIATE")
                try:
                    yield cursor
                    cursor.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        cursor.execute("ROLLBACK")
                    raise
                finally:
                    cursor.close()
            except (sqlite3.Error, UnicodeEncodeError) as error:
                raise schema.cannot_keep(error) from error
            self._revision += 1

    def _room(self, cursor: sqlite3.Cursor, count: str, values: tuple[Any, ...], most: int) -> None:
        if cursor.execute(count, values).fetchone()[0] >= most:
            raise _too_much()

    def _one(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        with self._lock:
            return self._connection.execute(query, values).fetchone()

    def _all(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


def _too_much() -> TooMuch:
    return TooMuch(
        "Hier ist kein Platz mehr; was schon da ist, bleibt gespeichert.",
        "There is no more room here; what is there stays kept.",
    )


def _json(adapter: TypeAdapter[Any], value: Any) -> str:
    return adapter.dump_json(value).decode()
