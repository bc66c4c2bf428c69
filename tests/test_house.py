"""The house: no import runs upwards, no file wants to be two."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent / "sim"

# A room may import from its own floor and from floors below.
FLOORS = (
    ("compiled", "indicators", "kept_arrays", "memory", "__init__"),
    ("draws", "kept_rates", "levers", "parameters"),
    ("residents", "rules"),
    ("town", "stages", "costs"),
    ("rates", "intake"),
    ("making", "kept_residents"),
    ("month",),
    ("actors", "check", "setting_up"),
    ("model",),
    ("migration", "warm_up"),
    ("together",),
    ("study",),
    ("updating",),
    ("report", "founding"),
    ("dashboard",),
    ("commands",),
    ("cli",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
LONGEST_FILE = 720


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").parts[0]


def imports_of(path: Path) -> set[str]:
    """Rooms a file imports when it runs; imports for type checking alone do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    found = set()
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        elif isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "sim" and len(parts) > 1 and parts[1] in FLOOR:
                found.add(parts[1])
    return found


def files() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)


def test_every_file_has_a_floor():
    assert {room_of(path) for path in files()} <= set(FLOOR)


def test_no_import_runs_upwards():
    upwards = {
        f"{path.relative_to(ROOT)} imports {room}"
        for path in files()
        for room in imports_of(path)
        if FLOOR[room] > FLOOR[room_of(path)]
    }
    assert not upwards


def test_rules_know_no_model():
    for path in (ROOT / "rules").glob("*.py"):
        assert imports_of(path) <= {"compiled", "draws", "rules"}, path.name


def test_no_file_wants_to_be_two():
    long = {
        str(path.relative_to(ROOT)): length
        for path in files()
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long
