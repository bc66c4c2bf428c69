"""A paper as DOCX, so that Word's check of accessibility has nothing to say against it.

Real heading and list styles, header rows that are repeated, rows that are not torn apart, a
description of every picture and table, and the language of the text. What python-docx has no words
for is set in its elements directly (OOXML, ECMA-376 part 1, chapter 17).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from sim.report.numbers import Lang
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

FONT, FIXED_FONT = "Arial", "Courier New"
LANGUAGES: dict[Lang, str] = {"de": "de-DE", "en": "en-GB"}
A4 = (21.0, 29.7)
MARGIN = 2.2
"""Centimetres on every side."""
HIGHEST_PICTURE = (19.0, 12.0)
"""Centimetres that a picture may be high on an upright page and on one that lies on its side."""
LONGEST_WHOLE = 14
"""Tables of so many rows are kept on one page."""
FACT_TAB = 5.2
"""Centimetres to what belongs to a name."""
CELL_MARGIN = 60
"""Twentieths of a point at both sides of a cell."""
INK, GREY, PALE, YELLOW = "1A1A1A", "595959", "EDEDED", "FFF4CE"


def as_docx(paper: Paper) -> bytes:
    """The paper as a DOCX file."""
    return _Writer(paper).file()


class _Writer:
    """Writes the parts of a paper one after the other."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.document = Document()
        self.wide = False
        self._properties()
        self._styles()
        self._settings()
        self._page(self.document.sections[0])
        self._head_and_foot(self.document.sections[0])

    def file(self) -> bytes:
        """Everything written, as a file."""
        kind = self.document.add_paragraph(printable(self.paper.kind), "Subtitle")
        kind.paragraph_format.keep_with_next = True
        self.document.add_paragraph(headline(self.paper.title), "Title")
        leading = leads_to(self.paper.parts)
        for place, part in enumerate(self.paper.parts):
            self._write(part)
            if place in leading:
                self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _write(self, part: Part) -> None:
        match part:
            case Heading():
                self.document.add_heading(headline(part.text), part.level)
            case Paragraph():
                style = {"body": "Normal", "answer": "Answer", "note": "Note"}
                self._runs(part.runs, style.get(part.tone, "Warning"))
            case Bullets():
                for item in part.items:
                    self._runs(item, "List Bullet")
            case Facts():
                self._facts(part)
            case Numbers():
                self._table(part)
            case Drawn():
                self._picture(part)
            case Code():
                for line in part.lines:
                    self.document.add_paragraph(printable(line, 20_000), "Code")
            case Blank():
                paragraph = self.document.add_paragraph(style="Blank")
                run = paragraph.add_run(printable(part.hint))
                for _ in range(part.lines - 1):
                    run.add_break()
            case Annex():
                self.wide = part.wide
                section = self.document.add_section(WD_SECTION.NEW_PAGE)
                _without_empty_line(self.document.paragraphs[-1]._p)
                self._page(section)

    def _runs(self, runs: Runs, style: str) -> None:
        paragraph = self.document.add_paragraph(style=style)
        for run in runs:
            paragraph.add_run(printable(run.text)).bold = run.strong or None

    def _facts(self, part: Facts) -> None:
        for name, value in part.rows:
            paragraph = self.document.add_paragraph(style="Fact")
            paragraph.add_run(printable(name)).bold = True
            paragraph.add_run("\t" + printable(value))

    @property
    def _width(self) -> float:
        """Centimetres of text in a line."""
        return A4[self.wide] - 2 * MARGIN

    def _picture(self, part: Drawn) -> None:
        paragraph = self.document.add_paragraph(style="Picture")
        shape = paragraph.add_run().add_picture(BytesIO(part.picture.png), width=Cm(self._width))
        highest = Cm(HIGHEST_PICTURE[self.wide])
        if shape.height > highest:
            shape.width, shape.height = Emu(int(shape.width * highest / shape.height)), highest
        about = shape._inline.docPr
        about.set("descr", part.alt)
        about.set("title", printable(part.picture.title, 200))
        self.document.add_paragraph(caption(part, self.paper.lang), "Caption")

    def _table(self, part: Numbers) -> None:
        shown = part.table
        text = self.document.add_paragraph(caption(part, self.paper.lang), "Caption")
        text.paragraph_format.keep_with_next = True
        text.paragraph_format.space_before = Pt(10)
        table = self.document.add_table(len(shown.rows) + 1, len(shown.header))
        table.autofit = False
        _describe(table, caption(part, self.paper.lang), printable(shown.note, 500))
        widths = [Cm(self._width * share) for share in column_shares(shown)]
        whole = len(shown.rows) <= LONGEST_WHOLE
        for number, (row, cells) in enumerate(
            zip(table.rows, (shown.header, *shown.rows), strict=True)
        ):
            _row_stays_whole(row, header=number == 0)
            together = whole or number == 0
            if whole and number == len(shown.rows):
                together = bool(shown.note)
            for column, (cell, content, width) in enumerate(
                zip(row.cells, cells, widths, strict=True)
            ):
                cell.width = width
                paragraph = cell.paragraphs[0]
                paragraph.style = "Table head" if number == 0 else "Table cell"
                paragraph.paragraph_format.keep_with_next = together
                if column and not shown.prose:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                paragraph.add_run(bound(content))
                if number == 0:
                    _shade(cell._tc.get_or_add_tcPr(), PALE)
        for grid, width in zip(table.columns, widths, strict=True):
            grid.width = width
        if shown.note:
            self.document.add_paragraph(printable(shown.note), "Note")

    def _page(self, section: Any) -> None:
        short, long = (Cm(length) for length in A4)
        section.orientation = WD_ORIENT.LANDSCAPE if self.wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if self.wide else (short, long)
        section.left_margin = section.right_margin = Cm(MARGIN)
        section.top_margin = section.bottom_margin = Cm(MARGIN)
        section.header_distance = section.footer_distance = Cm(1.0)

    def _head_and_foot(self, section: Any) -> None:
        section.header.paragraphs[0].text = self.paper.about
        foot = section.footer.paragraphs[0]
        german = self.paper.lang == "de"
        foot.add_run("Seite " if german else "Page ")
        _field(foot, "PAGE")
        foot.add_run(" von " if german else " of ")
        _field(foot, "NUMPAGES")

    def _properties(self) -> None:
        about = self.document.core_properties
        about.title = headline(self.paper.title)[:250]
        about.subject = printable(f"{self.paper.kind}, {self.paper.place}", 250)
        about.author = printable(self.paper.author, 250)
        about.last_modified_by = ""
        about.comments = ""
        about.keywords = "quartier"
        about.language = LANGUAGES[self.paper.lang]
        about.created = about.modified = moment_of(self.paper.made)

    def _settings(self) -> None:
        settings = self.document.settings.element
        for name in ("w:autoHyphenation", "w:themeFontLang", "w:compat"):
            for old in settings.findall(qn(name)):
                settings.remove(old)
        hyphens = OxmlElement("w:autoHyphenation")
        _before(settings, hyphens, ("w:defaultTabStop", "w:characterSpacingControl"))
        compat = OxmlElement("w:compat")
        level = OxmlElement("w:compatSetting")
        for key, value in (
            ("w:name", "compatibilityMode"),
            ("w:uri", "http://schemas.microsoft.com/office/word"),
            ("w:val", "15"),
        ):
            level.set(qn(key), value)
        compat.append(level)
        spoken = OxmlElement("w:themeFontLang")
        spoken.set(qn("w:val"), LANGUAGES[self.paper.lang])
        after = ("m:mathPr", "w:clrSchemeMapping", "w:shapeDefaults", "w:decimalSymbol")
        _before(settings, compat, ("w:rsids", *after))
        _before(settings, spoken, after[1:])

    def _styles(self) -> None:
        styles = self.document.styles
        for element in styles.element.iter(qn("w:lang")):
            for key in ("w:val", "w:eastAsia"):
                element.set(qn(key), LANGUAGES[self.paper.lang])
        self._style("Normal", 10.5, after=6, spacing=1.15)
        self._style("Subtitle", 10.5, after=0, colour=GREY)
        self._style("Title", 20, after=8, bold=True)
        self._style("Heading 1", 14, before=16, after=5, bold=True, joined=True)
        self._style("Heading 2", 11.5, before=10, after=3, bold=True, joined=True)
        self._style("List Bullet", 10.5, after=3, spacing=1.15)
        self._style("Caption", 9.5, before=2, after=5, bold=True)
        self._style("Header", 8.5, colour=GREY)
        self._style("Footer", 8.5, colour=GREY)
        self._new_style("Answer", 12.5, after=7, spacing=1.2, bold=True)
        self._new_style("Note", 8.5, before=2, after=10, colour=GREY)
        self._new_style("Warning", 10.5, before=4, after=8)
        self._new_style("Fact", 10.5, after=2)
        self._new_style("Blank", 10.5, after=8, colour=GREY)
        self._new_style("Picture", 10.5, before=8, after=0, joined=True)
        self._new_style("Code", 9.0, after=3, font=FIXED_FONT)
        self._new_style("Table head", 9.0, before=2, after=2, bold=True, joined=True)
        self._new_style("Table cell", 9.0, before=2, after=2)
        styles["Footer"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for name in ("Caption", "List Bullet"):
            styles[name].paragraph_format.keep_together = True
        fact = styles["Fact"].paragraph_format
        fact.left_indent, fact.first_line_indent = Cm(FACT_TAB), Cm(-FACT_TAB)
        fact.tab_stops.add_tab_stop(Cm(FACT_TAB), WD_TAB_ALIGNMENT.LEFT)
        _frame(styles["Blank"].element.get_or_add_pPr(), ("top", "left", "bottom", "right"))
        _frame(styles["Warning"].element.get_or_add_pPr(), ("left",), size=24)
        _shade(styles["Warning"].element.get_or_add_pPr(), YELLOW)
        _no_spelling(styles["Code"].element.get_or_add_rPr())

    def _new_style(self, name: str, size: float, **look: Any) -> None:
        style = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self.document.styles["Normal"]
        self._style(name, size, **look)

    def _style(
        self, name: str, size: float, *, before: float = 0, after: float = 0, spacing: float = 1.0,
        bold: bool = False, joined: bool = False, colour: str = INK, font: str = FONT,
    ) -> None:  # fmt: skip
        style = self.document.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = RGBColor.from_string(colour)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()
        for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(key), font)
        shape = style.paragraph_format
        shape.space_before, shape.space_after = Pt(before), Pt(after)
        shape.line_spacing = spacing
        shape.keep_with_next = joined
        shape.widow_control = True
        for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
            style.element.pPr.remove(border)


def moment_of(stamp: str) -> datetime:
    """A date without zone, as office files have it; the year 2000 for what is no date."""
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return datetime(2000, 1, 1)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _before(parent: Any, child: Any, names: Iterable[str]) -> None:
    """Insert before the first of the named elements that is there: their order is prescribed."""
    known = {"m": "http://schemas.openxmlformats.org/officeDocument/2006/math"}
    for name in names:
        prefix, _, local = name.partition(":")
        tag = f"{{{known[prefix]}}}{local}" if prefix in known else qn(name)
        found = parent.find(tag)
        if found is not None:
            found.addprevious(child)
            return
    parent.append(child)


def _without_empty_line(ending: Any) -> None:
    """Let the last paragraph end a section, in place of an empty one made for that."""
    last = ending.getprevious()
    if last is not None and last.tag == qn("w:p"):
        last.get_or_add_pPr().append(ending.pPr.sectPr)
        ending.getparent().remove(ending)


def _describe(table: Any, title: str, text: str) -> None:
    """Lines between rows, a head that is one, and a description for those who cannot see it."""
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        look = OxmlElement("w:tblLook")
        properties.append(look)
    look.attrib.clear()
    look.set(qn("w:val"), "06A0")
    for name, on in (
        ("firstRow", "1"), ("lastRow", "0"), ("firstColumn", "1"), ("lastColumn", "0"),
        ("noHBand", "1"), ("noVBand", "1"),
    ):  # fmt: skip
        look.set(qn(f"w:{name}"), on)
    lines = OxmlElement("w:tblBorders")
    for name in ("top", "bottom", "insideH"):
        lines.append(_line(name, 4))
    look.addprevious(lines)
    # The schema wants borders before layout; the layout was set when autofit was switched off.
    layout = properties.find(qn("w:tblLayout"))
    if layout is not None:
        layout.addprevious(lines)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        space = OxmlElement(f"w:{side}")
        space.set(qn("w:w"), str(CELL_MARGIN))
        space.set(qn("w:type"), "dxa")
        margins.append(space)
    look.addprevious(margins)
    for tag, content in (("w:tblCaption", title), ("w:tblDescription", text)):
        if content:
            element = OxmlElement(tag)
            element.set(qn("w:val"), content)
            properties.append(element)


def _row_stays_whole(row: Any, *, header: bool) -> None:
    """A row is not torn apart by the end of a page; the header is repeated."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))


def _line(name: str, size: int) -> Any:
    line = OxmlElement(f"w:{name}")
    for key, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", "8C8C8C")):
        line.set(qn(f"w:{key}"), value)
    return line


def _frame(properties: Any, sides: Iterable[str], size: int = 4) -> None:
    frame = OxmlElement("w:pBdr")
    for side in sides:
        line = _line(side, size)
        line.set(qn("w:space"), "6")
        frame.append(line)
    _before(properties, frame, ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc"))


def _shade(properties: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{key}"), value)
    _before(properties, shade, ("w:tabs", "w:spacing", "w:ind", "w:jc", "w:vAlign"))


def _no_spelling(properties: Any) -> None:
    _before(properties, OxmlElement("w:noProof"), ("w:color", "w:sz", "w:szCs", "w:lang"))


def _field(paragraph: Any, name: str) -> None:
    """A field that the word processor fills in, such as the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
