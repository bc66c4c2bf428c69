"""What a phone may send: small, strict, and nothing else."""

from __future__ import annotations

import asyncio
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import ClientDisconnect, Request

from sim.dashboard.workshop.records import (
    LARGEST_VALUE,
    LONGEST_IDEA,
    LONGEST_LABEL,
    LONGEST_NAME,
    LONGEST_NICKNAME,
    LONGEST_REASON,
    MOST_MEASURES,
    MOST_QUESTIONS,
)

LARGEST_BODY = 8_192
"""Bytes; read no further than that, whatever is announced."""

SLOWEST_BODY_SECONDS = 10.0
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Refused(Exception):
    """A request that is not answered; says why in both languages.

    Attributes:
        status: HTTP status.
        text_de, text_en: why, and what to do.
        wait: seconds until it is worth trying again; 0 if it is not.
    """

    def __init__(self, status: int, text_de: str, text_en: str, wait: int = 0) -> None:
        super().__init__(text_en)
        self.status = status
        self.text_de = text_de
        self.text_en = text_en
        self.wait = wait


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class JoinBody(_Body):
    """Somebody wants to take part."""

    code: Annotated[str, Field(max_length=40)]
    nickname: Annotated[str, Field(max_length=LONGEST_NICKNAME)] = ""


class ExpectationBody(_Body):
    """What somebody expects, in the question's unit."""

    question: Annotated[int, Field(ge=1, le=10 * MOST_QUESTIONS)]
    value: Annotated[float, Field(ge=-LARGEST_VALUE, le=LARGEST_VALUE, allow_inf_nan=False)]


class ProposalBody(_Body):
    """What somebody proposes."""

    text: Annotated[str, Field(max_length=LONGEST_IDEA)] = ""
    measures: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_NAME)]], Field(max_length=MOST_MEASURES)
    ] = []
    district: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None


class FlagBody(_Body):
    """Which assumption somebody doubts, and why."""

    assumption: Annotated[str, Field(max_length=LONGEST_LABEL)] = ""
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


Body = TypeVar("Body", bound=_Body)


async def read_body(request: Request, kind: type[Body]) -> Body:
    """The request's body, checked.

    Raises:
        Refused: it is not JSON, too large, too slow, or not what is expected.
    """
    content = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content != "application/json":
        raise Refused(415, "Nur JSON wird angenommen.", "Only JSON is taken.")
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:12]) > LARGEST_BODY:
        raise _too_large()
    try:
        raw = await asyncio.wait_for(_read(request), SLOWEST_BODY_SECONDS)
    except TimeoutError:
        raise Refused(408, "Das hat zu lange gedauert.", "That took too long.") from None
    except ClientDisconnect:
        raise Refused(400, "Die Verbindung brach ab.", "The connection broke.") from None
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        raise _not_as_expected(error) from None


async def _read(request: Request) -> bytes:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST_BODY:
            raise _too_large()
    return bytes(raw)


def _too_large() -> Refused:
    return Refused(
        413,
        "Das ist zu lang. Bitte kürzer schreiben.",
        "That is too long. Please write less.",
    )


_FIELDS = {
    "code": ("der Code", "the code"),
    "nickname": ("der Spitzname", "the nickname"),
    "question": ("die Frage", "the question"),
    "value": ("die Zahl", "the number"),
    "text": ("der Vorschlag", "the proposal"),
    "measures": ("die Maßnahmen", "the measures"),
    "district": ("der Ort", "the place"),
    "year": ("das Jahr", "the year"),
    "assumption": ("die Annahme", "the assumption"),
    "reason": ("der Grund", "the reason"),
}


def _not_as_expected(error: ValidationError) -> Refused:
    # Only names of ours are said: what was sent is not echoed.
    place = error.errors(include_input=False, include_url=False)[0]["loc"]
    known = _FIELDS.get(str(place[0]) if place else "")
    if known is None:
        return Refused(
            422,
            "Das konnte nicht gelesen werden. Bitte die Seite neu laden.",
            "That could not be read. Please reload the page.",
        )
    return Refused(
        422,
        f"Bitte prüfen: {known[0]} fehlt, ist zu lang oder nicht brauchbar.",
        f"Please check: {known[1]} is missing, too long or not usable.",
    )
