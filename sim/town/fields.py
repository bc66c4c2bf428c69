"""Kinds of fields in tables and plans: what they accept, and the sentence if they do not get it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from sim.town.numerals import Ambiguous, NotANumber, plain_number
from sim.town.problems import Both

OLDEST = 120
LABEL_CHARACTERS = 200
TEXT_CHARACTERS = 4000
YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Says:
    """What is expected of a field and how to mend it; stands in the field's annotation."""

    expected: Both
    mend: Both


class RowModel(BaseModel):
    """A row of a table: cells are text, further columns are none of its business."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


def columns_of(model: type[RowModel]) -> tuple[str, ...]:
    """Columns of a table in the order in which planners see them: source and status come last."""
    last = [name for name in ("source", "status") if name in model.model_fields]
    return (*(name for name in model.model_fields if name not in last), *last)


class TomlModel(BaseModel):
    """A table of a TOML file: values have types already, an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _number(whole: bool) -> Callable[[Any, ValidationInfo], Any]:
    def plain(value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        try:
            text = plain_number(value, (info.context or {}).get("notation"), whole)
        except Ambiguous as error:
            raise PydanticCustomError("ambiguous", "two meanings") from error
        except NotANumber as error:
            raise PydanticCustomError("number", "no number") from error
        return float(text)

    return plain


def _check_text(value: str) -> str:
    if value.startswith("="):
        raise PydanticCustomError("formula", "a formula")
    if not value.replace("\n", "").isprintable():
        raise PydanticCustomError("control", "control characters")
    return value


def _one_line(value: str) -> str:
    if "\n" in value:
        raise PydanticCustomError("control", "a line break")
    return _check_text(value)


def _month(value: str) -> str:
    match = re.fullmatch(r"(\d{4})-(\d{2})", value, re.ASCII)
    if not match or int(match[1]) not in YEARS or not 1 <= int(match[2]) <= 12:
        raise PydanticCustomError("month", "no month")
    return value


def _yes_no(value: Any) -> Any:
    words = {"yes": True, "ja": True, "true": True, "no": False, "nein": False, "false": False}
    if isinstance(value, str):
        if value.lower() not in words:
            raise PydanticCustomError("yes_no", "neither yes nor no")
        return words[value.lower()]
    return value


WHOLE, DECIMAL = BeforeValidator(_number(True)), BeforeValidator(_number(False))

KEY = Says(
    Both(
        "ein Schlüssel aus a–z, 0–9 und _ (höchstens 60 Zeichen)",
        "a key of a–z, 0–9 and _ (at most 60 characters)",
    ),
    Both("einen solchen Schlüssel wählen", "choose such a key"),
)
Key = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}\z"), KEY]
PlaceKey = Annotated[str, Field(pattern=r"^(?:[a-z0-9_]{1,60}|\*)\z"), KEY]
Label = Annotated[
    str,
    Field(min_length=1, max_length=LABEL_CHARACTERS),
    AfterValidator(_one_line),
    Says(
        Both(
            f"ein Name von höchstens {LABEL_CHARACTERS} Zeichen",
            f"a name of at most {LABEL_CHARACTERS} characters",
        ),
        Both("ihn eintragen", "enter it"),
    ),
]
Text = Annotated[
    str,
    Field(max_length=TEXT_CHARACTERS),
    AfterValidator(_check_text),
    Says(
        Both(
            f"ein Text von höchstens {TEXT_CHARACTERS} Zeichen",
            f"a text of at most {TEXT_CHARACTERS} characters",
        ),
        Both("ihn kürzen", "shorten it"),
    ),
]
Source = Annotated[
    str,
    Field(min_length=1, max_length=TEXT_CHARACTERS),
    AfterValidator(_check_text),
    Says(
        Both("die Quelle der Zahl", "the source of the figure"),
        Both("eintragen, woher die Zahl stammt", "enter where the figure comes from"),
    ),
]
Status = Annotated[
    str,
    Field(pattern=r"^(?:measured|derived|estimated|assumed)\z"),
    Says(
        Both(
            "measured (gemessen), derived (abgeleitet), estimated (geschätzt) oder assumed "
            "(angenommen)",
            "measured, derived, estimated or assumed",
        ),
        Both("eines dieser vier Wörter eintragen", "enter one of these four words"),
    ),
]
Sex = Annotated[
    str,
    Field(pattern=r"^(?:male|female)\z"),
    Says(
        Both("male (männlich) oder female (weiblich)", "male or female"),
        Both("eines der beiden Wörter eintragen", "enter one of the two words"),
    ),
]
Age = Annotated[
    int,
    WHOLE,
    Field(ge=0, le=OLDEST),
    Says(
        Both(
            f"ein Alter von 0 bis {OLDEST} Jahren (die oberste Gruppe endet mit {OLDEST})",
            f"an age of 0 to {OLDEST} years (the top group ends with {OLDEST})",
        ),
        Both("das Alter berichtigen", "correct the age"),
    ),
]
Count = Annotated[
    int,
    WHOLE,
    Field(ge=0, le=20_000_000),
    Says(
        Both("eine ganze Zahl ab 0", "a whole number of 0 or more"),
        Both("die Anzahl berichtigen", "correct the count"),
    ),
]
Size = Annotated[
    float,
    DECIMAL,
    Field(ge=0, le=1e8),
    Says(
        Both("eine Zahl ab 0", "a number of 0 or more"),
        Both("die Zahl berichtigen", "correct the number"),
    ),
]
Number = Annotated[
    float,
    DECIMAL,
    Says(Both("eine Zahl", "a number"), Both("die Zahl berichtigen", "correct the number")),
]
Share = Annotated[
    float,
    DECIMAL,
    Field(ge=0, le=1),
    Says(
        Both("ein Anteil von 0 bis 1", "a share of 0 to 1"),
        Both(
            "den Anteil nicht in Prozent angeben (12 % sind 0.12)",
            "give the share not in per cent (12 % are 0.12)",
        ),
    ),
]
Latitude = Annotated[
    float,
    DECIMAL,
    Field(ge=47, le=55.5),
    Says(
        Both("eine geografische Breite von 47 bis 55,5 Grad", "a latitude of 47 to 55.5 degrees"),
        Both(
            "prüfen, ob Breite und Länge vertauscht sind",
            "check whether latitude and longitude are swapped",
        ),
    ),
]
Longitude = Annotated[
    float,
    DECIMAL,
    Field(ge=5.5, le=15.5),
    Says(
        Both("eine geografische Länge von 5,5 bis 15,5 Grad", "a longitude of 5.5 to 15.5 degrees"),
        Both(
            "prüfen, ob Breite und Länge vertauscht sind",
            "check whether latitude and longitude are swapped",
        ),
    ),
]
Area = Annotated[
    float,
    DECIMAL,
    Field(gt=0, le=1_000_000),
    Says(
        Both("eine Fläche in Hektar, größer als 0", "an area in hectares, greater than 0"),
        Both(
            "die Fläche in Hektar eintragen (1 km² sind 100 ha)",
            "enter the area in hectares (1 km² is 100 ha)",
        ),
    ),
]
HouseholdSize = Annotated[
    int,
    WHOLE,
    Field(ge=1, le=6),
    Says(
        Both(
            "eine Haushaltsgröße von 1 bis 6 (6 = sechs und mehr)",
            "a household size of 1 to 6 (6 = six and more)",
        ),
        Both("die Größe berichtigen", "correct the size"),
    ),
]
Grade = Annotated[
    int,
    WHOLE,
    Field(ge=0, le=5),
    Says(
        Both("ein Pflegegrad von 0 bis 5", "a care grade of 0 to 5"),
        Both("den Pflegegrad berichtigen", "correct the care grade"),
    ),
]
Year = Annotated[
    int,
    WHOLE,
    Field(ge=1900, le=2200),
    Says(
        Both("ein Jahr wie 2025", "a year such as 2025"),
        Both("das Jahr berichtigen", "correct the year"),
    ),
]
WeekHours = Annotated[
    float,
    DECIMAL,
    Field(ge=0, le=168),
    Says(
        Both("Stunden je Woche von 0 bis 168", "hours a week of 0 to 168"),
        Both("die Stunden berichtigen", "correct the hours"),
    ),
]
YesNo = Annotated[
    bool,
    BeforeValidator(_yes_no),
    Says(
        Both("yes (ja) oder no (nein)", "yes or no"),
        Both("eines der beiden Wörter eintragen", "enter one of the two words"),
    ),
]
YesNoWord = Annotated[
    str,
    Field(pattern=r"^(?:yes|no)\z"),
    Says(Both("yes oder no", "yes or no"), Both("eines davon eintragen", "enter one of them")),
]
Months = Annotated[
    int,
    Field(ge=0, le=600),
    Says(
        Both("eine Zahl der Monate von 0 bis 600", "a number of months from 0 to 600"),
        Both("die Zahl berichtigen", "correct the number"),
    ),
]
Month = Annotated[
    str,
    AfterValidator(_month),
    Says(
        Both('ein Monat in Anführungszeichen wie "2027-01"', 'a month in quotes such as "2027-01"'),
        Both(
            "Jahr und Monat als JJJJ-MM in Anführungszeichen schreiben",
            "write year and month as YYYY-MM in quotes",
        ),
    ),
]
