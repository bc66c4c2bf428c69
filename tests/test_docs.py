"""What the documents say about the program, compared with the program."""

import ast
import csv
import inspect
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import typer

import sim
from sim import draws, parameters, study
from sim.cli import build
from sim.commands.terminal import open_terminal
from sim.residents import COLUMNS, NAMES
from sim.rules.meeting import FURTHEST_BIN, METRES_PER_BIN
from sim.town.kinds import LEVERS as KINDS

ROOT = Path(__file__).parent.parent
ODD = ROOT / "docs" / "ODD.md"
READMES = (ROOT / "README.md", ROOT / "README.de.md")
DOCUMENTS = (ODD, *READMES)
NATIONAL = ROOT / "scenarios" / "germany"
TOWN = ROOT / "scenarios" / "herrenberg"
STATUSES = ("measured", "derived", "estimated", "assumed")
PICTURES = ROOT / "docs" / "pictures"


def text_of(document):
    return document.read_text(encoding="utf-8")


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LEDGER = {row["name"]: row["status"] for row in rows_of(NATIONAL / "assumptions.csv")}


def items(beginning):
    """List items of the ODD that begin so, each as one line."""
    found = re.findall(rf"^- \*\*{beginning}[^\n]*(?:\n  [^\n]+)*", text_of(ODD), re.MULTILINE)
    assert found, beginning
    return [" ".join(item.split()) for item in found]


# Columns ----------------------------------------------------------------------------------------


def column_line(column):
    kind = np.dtype(column.dtype).name + (f" × {column.width}" if column.width > 1 else "")
    return f"| `{column.name}` | {kind} | {column.unit} | {column.meaning} |"


def test_the_odd_has_the_table_of_columns():
    table = "\n".join(
        ["| column | type | unit | meaning |", "|---|---|---|---|", *map(column_line, COLUMNS)]
    )
    assert table + "\n\n" in text_of(ODD), f"the ODD should say:\n{table}"


# Decisions --------------------------------------------------------------------------------------

NOT_USED = "–"
BLOCKS = {
    name: value
    for name, value in vars(draws).items()
    if name.isupper() and type(value) is np.int64  # constants of the generator are uint64 or floats
}


def words_in_use():
    """Words of each block that some line of the program takes, one by one or for many at once."""
    used = {name: set() for name in BLOCKS}
    used["IDENTITY"] = {0, 1}  # see `sim.draws.identity`
    for path in Path(sim.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
                continue
            call = node.value
            if not (isinstance(call.func, ast.Name) and call.func.id == "uniforms"):
                continue
            block = call.args[3].id
            (target,) = node.targets
            if isinstance(target, ast.Tuple):
                words = {
                    place
                    for place, name in enumerate(target.elts)
                    if not (isinstance(name, ast.Name) and name.id == "_")
                }
            else:
                words = set(range(4))
            used[block] |= words
        for block, word in words_of_many(tree):
            used[block].add(word)
    return used


def words_of_many(tree):
    """Words taken from arrays of words, as (block, place): `words[1, place] * UNIT`."""
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    arrays = {name: {} for name in functions}
    for name, function in functions.items():
        for node in ast.walk(function):
            call = node.value if isinstance(node, (ast.Assign, ast.Expr)) else None
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
                continue
            if call.func.id == "fill_words" and isinstance(call.args[6], ast.Name):
                arrays[name][call.args[0].id] = call.args[6].id
            elif call.func.id == "fill_words_of_two":
                arrays[name][call.args[0].id] = call.args[7].id
                arrays[name][call.args[1].id] = call.args[8].id
            elif call.func.id == "words_of_people":
                arrays[name][node.targets[0].id] = call.args[3].id
    for name, function in functions.items():
        for node in ast.walk(function):
            # Handed on to another function of the file, under the name it has there.
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            called = functions.get(node.func.id)
            for place, given in enumerate(node.args if called else ()):
                if isinstance(given, ast.Name) and given.id in arrays[name]:
                    parameter = called.args.args[place].arg
                    arrays[called.name][parameter] = arrays[name][given.id]
    for name, function in functions.items():
        for node in ast.walk(function):
            if (
                isinstance(node, ast.BinOp)
                and isinstance(node.right, ast.Name)
                and node.right.id == "UNIT"
                and isinstance(node.left, ast.Subscript)
                and isinstance(node.left.slice, ast.Tuple)
            ):
                block = arrays[name].get(node.left.value.id)
                if block in BLOCKS:
                    yield block, node.left.slice.elts[0].value


@pytest.mark.parametrize("block", sorted(BLOCKS))
def test_the_odd_names_every_block_and_its_words(block):
    line = re.search(rf"^\| `{block}` \| (\d+) \| (.+) \|$", text_of(ODD), re.MULTILINE)
    assert line, f"no line for {block}"
    assert int(line[1]) == BLOCKS[block]
    words = line[2].split(" | ")
    assert len(words) == 4
    named = {place for place, word in enumerate(words) if word != NOT_USED}
    assert named == words_in_use()[block]


# Assumptions ------------------------------------------------------------------------------------


def names_in(node):
    """A name written as text, or the beginning and end of one such as f"care_need_hours_{g}"."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z0-9]+"
            for part in node.values
        )


def ledger_reads(tree):
    """Patterns of the names read from the values of the ledger."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            holder = node.value.func if isinstance(node.value, ast.Call) else node.value
            name = getattr(holder, "attr", getattr(holder, "id", ""))
            if name == "values" and getattr(node.slice, "value", "") not in NAMES:
                yield from names_in(node.slice)
        elif isinstance(node, ast.Call) and node.args:
            function = node.func
            name = getattr(function, "attr", getattr(function, "id", ""))
            owner = getattr(getattr(function, "value", None), "id", "")
            asks = name in ("assumption", "value", "_reporting")
            if asks or (name == "get" and owner == "values"):
                yield from names_in(node.args[0])


def names_read():
    """Patterns of all names the program reads, and where."""
    found = dict.fromkeys(parameters.DIRECT, "sim/parameters.py")
    for _, *names in (*parameters.EFFECTS, *parameters.MINUTES, *parameters.WHOLE):
        found |= dict.fromkeys(names, "sim/parameters.py")
    for _, pattern, _ in parameters.GRADED:
        found[pattern.format("[1-5]")] = "sim/parameters.py"
    for path in Path(sim.__file__).parent.rglob("*.py"):
        place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        if {"commands", "report", "dashboard"} & set(path.parts):
            continue
        for pattern in ledger_reads(ast.parse(path.read_text(encoding="utf-8"))):
            found[pattern] = str(place)
    return found


def test_every_name_the_program_reads_is_in_the_ledger():
    known = "\n".join(LEDGER)
    unknown = {
        name: place
        for name, place in names_read().items()
        if not re.search(rf"^{name}$", known, re.MULTILINE)
    }
    assert not unknown


def named_assumptions():
    """Assumptions of the ODD's lists with the status it gives them, as (name, status)."""
    for item in items("Assumptions"):
        for part in item.split(":** " if ":** " in item else ".** ", 1)[-1].split(" · "):
            status = re.search(rf"({'|'.join(STATUSES)}): `", part)
            assert status, part
            for name in re.findall(r"`([^`]+)`", part[status.start() :]):
                yield name, status[1]


def test_the_odd_lists_every_assumption_with_its_status():
    named = dict(named_assumptions())
    assert named == LEDGER


def test_what_the_odd_calls_unread_is_not_read_by_the_simulation():
    (item,) = items("Assumptions not read while simulating")
    patterns = [
        name
        for name, place in names_read().items()
        if not place.startswith(str(Path("sim", "study")))
    ]
    unread = {name for name in LEDGER if not any(re.fullmatch(p, name) for p in patterns)}
    assert set(re.findall(r"`([a-z0-9_]+)`", item)) == unread


def test_the_odd_gives_the_status_of_every_table_it_names():
    for item in items("Data"):
        tables = re.findall(r"`scenarios/germany/(\w+)\.csv` \(([^)]+)\)", item)
        assert len(tables) == item.count(".csv")
        for name, said in tables:
            found = {row["status"] for row in rows_of(NATIONAL / f"{name}.csv")}
            assert said == ", ".join(one for one in STATUSES if one in found), name


# Measures, payers, constants --------------------------------------------------------------------


def test_the_odd_describes_every_kind_of_measure():
    described = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", text_of(ODD), re.MULTILINE)
    assert described == list(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_lever_of_the_odd_is_one_of_its_kind(kind):
    (line,) = re.findall(rf"^\| `{kind}` \| [^|]+ \| ([^|]+) \|$", text_of(ODD), re.MULTILINE)
    levers = set(KINDS[kind].model_fields)
    for name in re.findall(r"`(\w+)`", line):
        assert name in levers | set(LEDGER), name


def test_constants_named_in_the_odd():
    text = " ".join(text_of(ODD).split())
    assert f"0 from {FURTHEST_BIN * METRES_PER_BIN:,.0f} m on" in text
    assert f"in bins of {METRES_PER_BIN:.0f} m" in text


# Files, commands, links -------------------------------------------------------------------------


def spans(document):
    """Code in backticks, and lines of code blocks."""
    text = text_of(document)
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    yield from (line.strip() for block in blocks for line in block.splitlines())
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from (" ".join(span.split()) for span in re.findall(r"`([^`]+)`", rest))


def is_there(name):
    places = (ROOT, NATIONAL, TOWN, TOWN / "plans")
    return any((place / name).exists() for place in places)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_named_exists(document):
    written = {".venv", "results", "manifest.json"}  # by the program, not kept
    for span in spans(document):
        looks = re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*/?", span)
        if not looks or span.split("/")[0] in written:
            continue
        if "/" in span or re.search(r"\.(py|csv|toml|md|txt|geojson|cff)$", span):
            assert is_there(span), f"{document.name}: {span}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(document)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        goal = document.parent / path if path else document
        if PICTURES in goal.resolve().parents and not PICTURES.exists():
            continue
        assert goal.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text_of(goal), re.MULTILINE)
            kept = {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}
            assert anchor in kept, target


COMMANDS = typer.main.get_command(build(open_terminal("en"))).commands
PLACEHOLDERS = {"NUMBER": "8", "ZAHL": "8"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_named_is_understood(document):
    targets = re.findall(r"^(\w+):", text_of(ROOT / "Makefile"), re.MULTILINE)
    for span in spans(document):
        command = re.search(r"(?:^|[\\/])(make|quartier)(?:\.exe)? +(.+?)(?: +#.*)?$", span)
        if command is None:
            continue
        if command[1] == "make":
            assert command[2] in targets, span
            continue
        name, *arguments = shlex.split(command[2])
        assert name in COMMANDS, span
        COMMANDS[name].make_context(name, [PLACEHOLDERS.get(one, one) for one in arguments])


@pytest.mark.parametrize("document", READMES, ids=lambda path: path.name)
def test_python_in_the_readme_fits_the_program(document):
    blocks = re.findall(r"^```python\n(.*?)^```", text_of(document), re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        for node in ast.walk(ast.parse(block)):
            if not isinstance(node, ast.Call) or isinstance(node.func, ast.Name):
                continue
            assert node.func.value.id == "study"
            function = getattr(study, node.func.attr)
            inspect.signature(function).bind(*node.args, **{k.arg: k.value for k in node.keywords})


@pytest.mark.parametrize("document", READMES, ids=lambda path: path.name)
def test_plan_in_the_readme_is_one_of_the_town(document):
    """The lines of TOML a planner is shown stand so in the plan."""
    blocks = re.findall(r"^```toml\n(.*?)^```", text_of(document), re.MULTILINE | re.DOTALL)
    plans = [text_of(path) for path in sorted((TOWN / "plans").glob("*.toml"))]
    for block in blocks:
        lines = [line.partition("#")[0].strip() for line in block.splitlines()]
        assert any(all(line in plan for line in lines) for plan in plans), block


def test_most_assumptions_are_estimated_or_assumed_as_the_readmes_say():
    soft = sum(status in ("estimated", "assumed") for status in LEDGER.values())
    assert soft > len(LEDGER) / 2
