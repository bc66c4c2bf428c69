"""The page of the council paper: files really arrive, in the language asked for."""

from __future__ import annotations

import io
import re

import pytest
from browser import ANSWER_MS, expect


def open_report(visitor, lang="de"):
    visitor.open(page="report", town="herrenberg", lang=lang)
    visitor.page.wait_for_selector(".q-code-lines:has-text('study.compare')",
                                   timeout=ANSWER_MS)  # fmt: skip


def downloaded(visitor, label):
    with visitor.page.expect_download(timeout=ANSWER_MS) as waiting:
        visitor.page.get_by_role("button", name=label).click()
    file = waiting.value
    return file.suggested_filename, file.path().read_bytes()


def test_word_and_pdf_arrive(visitor):
    docx = pytest.importorskip("docx")
    pypdf = pytest.importorskip("pypdf")
    open_report(visitor)
    page = visitor.page
    page.get_by_label("Verfasst von").fill("Amt für Soziales <b>")
    page.keyboard.press("Tab")
    name, content = downloaded(visitor, "Vorlage (Word, DOCX)")
    assert name == "Ratsvorlage-Herrenberg.docx"
    word = docx.Document(io.BytesIO(content))
    assert word.core_properties.author == "Amt für Soziales <b>"
    assert "Beschlussvorschlag" in [one.text for one in word.paragraphs]
    name, content = downloaded(visitor, "Vorlage (PDF, barrierefrei)")
    assert name == "Ratsvorlage-Herrenberg.pdf"
    root = pypdf.PdfReader(io.BytesIO(content)).trailer["/Root"]
    assert root["/Lang"] == "de-DE"
    assert visitor.accessibility() == []
    visitor.picture("report_de")


def test_the_paper_in_english_from_a_german_page(visitor):
    openpyxl = pytest.importorskip("openpyxl")
    open_report(visitor)
    visitor.page.click('main label:has-text("English")')
    name, content = downloaded(visitor, "Alle Zahlen (Excel, XLSX)")
    assert name == "council-paper-Herrenberg.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    assert book.sheetnames[:3] == ["Notes", "Levels", "Differences"]
    book.close()


def test_lines_to_compute_again_are_shown_and_copied(visitor):
    open_report(visitor, "en")
    page = visitor.page
    lines = page.locator(".q-code-lines")
    expect(lines).to_have_text(re.compile(r"^\s*from sim import study\n"))
    expect(lines).to_contain_text(
        "study.compare('herrenberg', ['reference', 'meeting_point', 'care_service']"
    )
    page.get_by_role("button", name="Copy lines").click()
    page.wait_for_selector(".q-code [role=status]:has-text('opied'), "
                           ".q-code [role=status]:has-text('Ctrl+C')")  # fmt: skip
    assert visitor.accessibility() == []
    visitor.picture("report_en")
