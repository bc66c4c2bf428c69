"""Tables as planners have them: from a file to people by district, sex and age.

A file a format: `ffcsv` and `genesis` (databases of the statistical offices), `census` (regional
tables of the Census 2022), `persons` (a register extract, counted while it is read),
`count_tables` (counts, long or wide). `reading` tries them in turn; `source`, `text_file` and
`workbook` open files that may be hostile; `boundaries` reads GeoJSON; `small_cells` protects what
was counted. Nothing here writes a file.
"""

from sim.intake.counts import Counts, Provenance, Refused, Unclear
from sim.intake.reading import Told, read_households, read_people

__all__ = [
    "Counts",
    "Provenance",
    "Refused",
    "Told",
    "Unclear",
    "read_households",
    "read_people",
]
