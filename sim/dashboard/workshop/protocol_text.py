"""A paper as Markdown: for the workshop's folder, readable without any program."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    caption,
    printable,
)

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")
_LISTS = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=])")


def markdown(paper: Paper) -> str:
    """The paper as Markdown; nothing that people wrote is read as markup."""
    blocks = [f"*{escaped(paper.kind)}*", f"# {escaped(paper.title)}"]
    for part in paper.parts:
        blocks += _blocks(part, paper)
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """Text whose characters mean nothing in Markdown or HTML."""
    line = _MARKUP.sub(r"\\\1", printable(text)).replace("&", "&amp;").replace("\\<", "&lt;")
    # Addresses would become links by themselves.
    line = line.replace("://", ":&#47;&#47;").replace("www.", "www&#46;").replace("@", "&#64;")
    return _LISTS.sub(r"\1\\\2\3" if line[:1].isdigit() else r"\\\3", line)


def _blocks(part: Part, paper: Paper) -> Iterator[str]:
    match part:
        case Heading():
            yield f"{'#' * (part.level + 1)} {escaped(part.text)}"
        case Paragraph():
            text = escaped("".join(run.text for run in part.runs))
            yield f"> {text}" if part.tone == "answer" else text
        case Bullets():
            yield "\n".join(
                "- " + escaped("".join(run.text for run in item)) for item in part.items
            )
        case Facts():
            yield "\n".join(f"- {escaped(name)}: {escaped(value)}" for name, value in part.rows)
        case Numbers():
            yield f"**{escaped(caption(part, paper.lang))}**"
            yield _table(part)
        case Drawn():
            yield f"*{escaped(caption(part, paper.lang))}: {escaped(part.alt)}*"
        case Code():
            yield "\n".join("    " + printable(line, 20_000) for line in part.lines)
        case Blank():
            yield f"*{escaped(part.hint)}*"
        case Annex():
            yield "---"


def _table(part: Numbers) -> str:
    table = part.table
    side = "---" if table.prose else "---:"
    lines = [
        "| " + " | ".join(escaped(cell) or " " for cell in table.header) + " |",
        "|---|" + f"{side}|" * (len(table.header) - 1),
    ]
    lines += ["| " + " | ".join(escaped(cell) or " " for cell in row) + " |" for row in table.rows]
    text = "\n".join(lines)
    return f"{text}\n\n{escaped(table.note)}" if table.note else text
