"""A paper as PDF that is tagged (PDF/UA-1) and may be archived (PDF/A-2a).

Typst sets the page, from one wheel and without anything of the system: it tags headings, tables,
lists and pictures, hyphenates German, and embeds its letters. The paper goes in as data, see
`paper.typ`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.ft2font import FT2Font

from sim.report.council_paper import A4 as PAGE
from sim.report.council_paper import HIGHEST_PICTURE, LANGUAGES, LONGEST_WHOLE, MARGIN, moment_of
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
    Runs,
    bound,
    caption,
    column_shares,
    headline,
    leads_to,
    printable,
)

TEMPLATE = "paper.typ"
STANDARDS = ["ua-1", "a-2a"]
FONT = "DejaVuSans.ttf"
LETTERS_IN_A_LINE = (90, 140)
"""Letters of a table's type across an upright page and one that lies on its side."""
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""Stands for a letter the font does not have; a file for archives may not hold empty ones."""


def as_pdf(paper: Paper) -> bytes:
    """The paper as a PDF file."""
    # Loaded only here: nobody else needs its 80 MB.
    import typst  # noqa: PLC0415

    # Its types know of no project of several files; its documentation does.
    compile_: Any = typst.compile

    pictures: dict[str, bytes] = {}
    data = _described(paper, pictures)
    template = files("sim.report").joinpath(TEMPLATE).read_bytes()
    made: bytes = compile_(
        {"main.typ": template, **pictures},
        font_paths=[str(_fonts())],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps(data)},
        pdf_standards=STANDARDS,
    )
    return made


def _described(paper: Paper, pictures: dict[str, bytes]) -> dict[str, Any]:
    """The paper as plain data; takes the pictures out."""
    german = paper.lang == "de"
    sections: list[dict[str, Any]] = [{"wide": False, "parts": []}]
    leading = leads_to(paper.parts)
    for place, part in enumerate(paper.parts):
        if isinstance(part, Annex):
            sections.append({"wide": part.wide, "parts": []})
        else:
            wide = sections[-1]["wide"]
            described = _part(part, paper, wide=wide, pictures=pictures)
            sections[-1]["parts"].append({**described, "leads": place in leading})
    moment = moment_of(paper.made)
    return {
        "title": _text(headline(paper.title)),
        "kind": _text(paper.kind),
        "about": _text(paper.about),
        "author": _text(paper.author, 250),
        "lang": paper.lang,
        "region": LANGUAGES[paper.lang].partition("-")[2],
        "made": {
            "year": moment.year, "month": moment.month, "day": moment.day,
            "hour": moment.hour, "minute": moment.minute, "second": moment.second,
        },
        "page": "Seite" if german else "Page",
        "of": "von" if german else "of",
        "sections": sections,
    }  # fmt: skip


def _part(part: Part, paper: Paper, *, wide: bool, pictures: dict[str, bytes]) -> dict[str, Any]:
    match part:
        case Heading():
            return {"kind": "heading", "text": _text(headline(part.text)), "level": part.level}
        case Paragraph():
            return {"kind": "paragraph", "tone": part.tone, "runs": _runs(part.runs)}
        case Bullets():
            return {"kind": "bullets", "items": [_runs(item) for item in part.items]}
        case Facts():
            return {"kind": "facts", "rows": [[_text(cell) for cell in row] for row in part.rows]}
        case Numbers():
            return _numbers(part, paper, wide=wide)
        case Drawn():
            name = f"picture{len(pictures)}.svg"
            pictures[name] = part.picture.svg
            return {
                "kind": "drawn", "file": name, "alt": _text(part.alt),
                "caption": _text(caption(part, paper.lang)),
                "width": _width(part.picture.png, wide=wide),
            }  # fmt: skip
        case Code():
            return {"kind": "code", "lines": [_text(line, 20_000) for line in part.lines]}
        case Blank():
            return {"kind": "blank", "hint": _text(part.hint), "lines": part.lines}
        case Annex():  # begins a section, see `_described`
            return {"kind": "annex"}


def _numbers(part: Numbers, paper: Paper, *, wide: bool) -> dict[str, Any]:
    table = part.table
    rows = [[_text(bound(cell)) for cell in row] for row in table.rows]
    shares = column_shares(table)
    words = [
        max((len(word) for row in rows for word in row[column].split(" ")), default=0)
        for column in range(len(shares))
    ]
    return {
        "kind": "numbers",
        "caption": _text(caption(part, paper.lang)),
        "header": [_text(name) for name in table.header],
        "rows": rows,
        "shares": list(shares),
        "parted": [
            word > LETTERS_IN_A_LINE[wide] * share
            for word, share in zip(words, shares, strict=True)
        ],
        "note": _text(table.note),
        "prose": table.prose,
        "whole": len(table.rows) <= LONGEST_WHOLE,
    }


def _width(png: bytes, *, wide: bool) -> float:
    """Centimetres, so that neither width nor height is more than the page has."""
    # The size of a PNG stands in its head (ISO/IEC 15948, 11.2.2).
    across, down = int.from_bytes(png[16:20]), int.from_bytes(png[20:24])
    return min(PAGE[wide] - 2 * MARGIN, HIGHEST_PICTURE[wide] * across / down)


def _runs(runs: Runs) -> list[dict[str, Any]]:
    return [{"text": _text(run.text), "strong": run.strong} for run in runs]


def _text(text: str, longest: int = 4000) -> str:
    known = _letters()
    shown = printable(text, longest)
    return "".join(letter if ord(letter) in known else UNKNOWN for letter in shown)


def _fonts() -> Path:
    """Folder of the letters that come with matplotlib, those of the pictures."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """Every letter the font has."""
    return frozenset(FT2Font(str(_fonts() / FONT)).get_charmap())
