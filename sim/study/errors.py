"""What can go wrong in a study, said in both languages."""

from __future__ import annotations

from pathlib import Path


class SpokenError(Exception):
    """Something cannot be done; says what and why in both languages.

    Attributes:
        text_de: what happened and what to do, in German.
        text_en: the same in English.
    """

    def __init__(self, text_de: str, text_en: str) -> None:
        super().__init__(text_de, text_en)
        self.text_de = text_de
        self.text_en = text_en

    def text(self, lang: str = "de") -> str:
        """The message in German (`de`) or English (`en`)."""
        return self.text_en if lang == "en" else self.text_de

    def __str__(self) -> str:
        return self.text_en


class StudyError(SpokenError):
    """A study cannot go on; nothing that was finished is lost."""


class Interrupted(StudyError):
    """A study was stopped on request; what is finished is stored.

    Attributes:
        done: simulations that are finished and stored.
        total: simulations of the whole study.
        folder: the study's folder, None if nothing is stored (a check by simulating again).
    """

    def __init__(self, done: int, total: int, folder: Path | None) -> None:
        super().__init__(
            f"Angehalten: {done} von {total} Simulationen sind fertig"
            + (" und gespeichert. Derselbe Aufruf macht dort weiter." if folder else "."),
            f"Stopped: {done} of {total} simulations are finished"
            + (" and stored. The same call continues from there." if folder else "."),
        )
        self.done = done
        self.total = total
        self.folder = folder
