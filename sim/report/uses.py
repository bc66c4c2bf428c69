"""Where a name is used: found in the program's own source, so that it cannot be out of date."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_SEARCHED = ("commands", "report", "dashboard", "scenarios", "__pycache__")
"""Rooms that only read results."""

SHORTEST_FIXED_PART = 4
"""A pattern such as `{name}_{grade}` says nothing; one with this many fixed letters does."""


@dataclass(frozen=True)
class Use:
    """A line of the program in which a name is used.

    Attributes:
        file: file relative to the package, such as `rules/meeting.py`.
        line: line number.
        text: the line.
    """

    file: str
    line: int
    text: str


def uses(name: str, root: Path = ROOT) -> tuple[Use, ...]:
    """Every line that names it: as text, as an attribute, as an argument or by a pattern.

    Args:
        name: such as `visit_probability`; `care_need_hours_3` is also found where the program
            writes `f"care_need_hours_{grade}"`.
        root: folder of the sources.
    """
    found = []
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] in NOT_SEARCHED:
            continue
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        numbers = sorted({line for line in _lines(source, name) if 0 < line <= len(lines)})
        found += [Use(place.as_posix(), line, lines[line - 1].strip()) for line in numbers]
    return tuple(found)


def all_uses(names: Iterable[str], root: Path = ROOT) -> dict[str, tuple[Use, ...]]:
    """The same for many names, with each file read once.

    Args:
        names: such as all assumptions.
        root: folder of the sources.
    """
    wanted = tuple(names)
    found: dict[str, dict[tuple[str, int], Use]] = {name: {} for name in wanted}
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] in NOT_SEARCHED:
            continue
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        for name, line in _named_in(source, wanted):
            if 0 < line <= len(lines):
                file = place.as_posix()
                found[name][file, line] = Use(file, line, lines[line - 1].strip())
    return {name: tuple(by_line[key] for key in sorted(by_line)) for name, by_line in found.items()}


def _named_in(source: str, names: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Names of the list that a source names, and where."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a file that is being edited explains nothing
        return
    known = frozenset(names)
    for node in ast.walk(tree):
        line = int(getattr(node, "lineno", 0))
        match node:
            case ast.Attribute(attr=text) | ast.Name(id=text) | ast.keyword(arg=text):
                if text in known:
                    yield str(text), line
            case ast.arg(arg=text):
                if text in known:
                    yield text, line
            case ast.Constant(value=str(text)) if text in known:
                yield text, line
            case ast.JoinedStr() | ast.Constant(value=str()):
                pattern = _pattern(_fixed_parts(node))
                for name in names if pattern is not None else ():
                    if pattern is not None and pattern.fullmatch(name):
                        yield name, line


def _lines(source: str, name: str) -> Iterator[int]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a file that is being edited explains nothing
        return
    for node in ast.walk(tree):
        if _names(node, name):
            yield int(getattr(node, "lineno", 0))


def _names(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Attribute(attr=text) | ast.Name(id=text) | ast.keyword(arg=text):
            return text == name
        case ast.arg(arg=text):
            return text == name
        case ast.Constant(value=str(text)) if text == name:
            return True
        case ast.Constant(value=str()) | ast.JoinedStr():
            pattern = _pattern(_fixed_parts(node))
            return pattern is not None and pattern.fullmatch(name) is not None
    return False


def _fixed_parts(node: ast.AST) -> list[str]:
    """What stands around the gaps of a text; a text without gaps is one part."""
    if isinstance(node, ast.Constant):
        return re.split(r"\{[^{}]*\}", str(node.value))
    fixed = [""]
    for part in node.values if isinstance(node, ast.JoinedStr) else ():
        if isinstance(part, ast.Constant):
            fixed[-1] += str(part.value)
        else:
            fixed.append("")
    return fixed


def _pattern(fixed: list[str]) -> re.Pattern[str] | None:
    """What fits a text with gaps, given its fixed parts; None if that says nothing."""
    if len(fixed) < 2 or len(re.sub(r"\W|_", "", "".join(fixed))) < SHORTEST_FIXED_PART:
        return None
    return re.compile(r"\w+".join(map(re.escape, fixed)))
