"""How large a file, a row, a table may be: whatever is larger is refused before it is read."""

from __future__ import annotations

FILE_BYTES = 128 * 2**20
"""A register of half a million people has some 40 MB."""
LINE_BYTES = 2**20
ROWS = 2_000_000
COLUMNS = 500
CELL_CHARACTERS = 1_000
SHEETS = 40

UNPACKED_BYTES = 512 * 2**20
"""What all parts of a workbook or archive may have together when unpacked."""
UNPACKED_PART_BYTES = 384 * 2**20
LARGEST_RATIO = 200
"""Spreadsheets shrink to a fifth or a twentieth; a thousandth is an attack."""
RATIO_COUNTS_FROM = 16 * 2**20
"""Small parts may be as repetitive as they like."""
PARTS = 2_000
EMPTY_ROWS = 10_000
"""So many empty rows in a row are the end of a sheet."""

BOUNDARY_BYTES = 64 * 2**20
BOUNDARY_POINTS = 300_000
BOUNDARY_FEATURES = 2_000

DISTRICTS = 300
"""More names in a column than this: it is not the one with the districts."""
LISTED_PROBLEMS = 20
