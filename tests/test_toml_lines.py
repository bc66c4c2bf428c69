"""The lines of the values of a TOML file."""

from __future__ import annotations

from pathlib import Path

from sim.town.files import Folder
from sim.town.problems import Problems
from sim.town.toml_lines import line_of, read_toml

TRICKY = """\
# kind = "comment"
[plan] # comment ]
name = "a = [ # b"
"label.de" = '''
kind = "inside"
'''
text = \"\"\"a \\\" " ""
b\"\"\"\"
list = [ 1, # one
  [2, "]"],
  { a = 1, b = { c = 2 } },
]
x.y . z = 1
[[measures]]
kind = "first"
[measures.levers]
seats = 1
[[measures]]
kind = "second"
payers = { municipality = 0.5, grant = 0.5 } # }
[[measures.rollout]]
start = "2027-01"
[[measures.rollout]]
start = 2027-01-01T00:00:00
"""


def test_lines_of_values(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(TRICKY)
    problems = Problems()
    read = read_toml(Folder(tmp_path, problems), "a.toml")
    assert read is not None, [one.text() for one in problems]
    _, lines = read
    expected = {
        ("plan",): 2,
        ("plan", "name"): 3,
        ("plan", "label.de"): 4,
        ("plan", "text"): 7,
        ("plan", "list"): 9,
        ("plan", "list", 1): 10,
        ("plan", "list", 2, "b", "c"): 11,
        ("plan", "x", "y", "z"): 13,
        ("measures", 0, "kind"): 15,
        ("measures", 0, "levers", "seats"): 17,
        ("measures", 1): 18,
        ("measures", 1, "kind"): 19,
        ("measures", 1, "payers", "grant"): 20,
        ("measures", 1, "rollout", 0, "start"): 22,
        ("measures", 1, "rollout", 1, "start"): 24,
    }
    assert {location: lines.get(location) for location in expected} == expected
    assert line_of(lines, ("measures", 1, "nowhere", 3)) == 18
