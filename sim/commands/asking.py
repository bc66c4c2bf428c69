"""Questions in the terminal: each with a word of why and a default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from rich.text import Text

from sim.commands.terminal import USAGE, Terminal

Value = TypeVar("Value")


class NotSo(ValueError):
    """An answer that does not fit, and what would."""

    def __init__(self, german: str, english: str) -> None:
        super().__init__(english)
        self.german, self.english = german, english


class Interview:
    """Asks one question after the other.

    Args:
        terminal: where it speaks.
        numbered: whether questions get a number.
    """

    def __init__(self, terminal: Terminal, *, numbered: bool = True) -> None:
        self.terminal = terminal
        self._numbered = numbered
        self._number = 0

    def ask(
        self,
        question: tuple[str, str],
        why: tuple[str, str],
        default: str,
        read: Callable[[str], Value],
    ) -> Value:
        """Ask until an answer fits.

        Args:
            question: in German and English.
            why: why it is asked, and what happens without an answer.
            default: the answer of whoever just presses Enter; may be empty.
            read: makes a value of an answer.

        Raises:
            typer.Exit: there are no more answers, as at the end of a file.
        """
        self._head(question, why)
        return self.again(default, read)

    def _head(self, question: tuple[str, str], why: tuple[str, str]) -> None:
        say = self.terminal.say
        self._number += 1
        number = f"{self._number}. " if self._numbered else ""
        self.terminal.show()
        self.terminal.show(Text(number + say(*question), style="bold"))
        self.terminal.show(Text(f"   {say(*why)}", style="dim"))

    def again(self, default: str, read: Callable[[str], Value]) -> Value:
        """Take an answer to the question just asked."""
        shown = f" [{default}]" if default else ""
        while True:
            answer = self._line(f"  {shown} > ") or default
            try:
                return read(answer)
            except NotSo as wrong:
                self.terminal.message(wrong.german, wrong.english)

    def _line(self, prompt: str) -> str:
        try:
            return self.terminal.out.input(Text(prompt)).strip()
        except EOFError:
            raise self.terminal.fail(
                USAGE,
                "Die Eingabe ist zu Ende, bevor alles gefragt war; nichts wurde geschrieben. "
                "Antworten aus einer Datei: quartier new NAME --from answers.toml",
                "The input ended before everything was asked; nothing was written. Answers from a "
                "file: quartier new NAME --from answers.toml",
            ) from None

    def yes(self, question: tuple[str, str], why: tuple[str, str], default: bool) -> bool:
        """Ask a question of yes or no."""
        word = self.terminal.say("ja" if default else "nein", "yes" if default else "no")
        return self.ask(question, why, word, yes_or_no)

    def choice(
        self,
        question: tuple[str, str],
        why: tuple[str, str],
        options: Sequence[tuple[str, str]],
        default: str = "",
    ) -> int:
        """Ask for one of several; returns its place, from 0, or -1 for "none" (0).

        Args:
            question: in German and English.
            why: why it is asked.
            options: name and hint of each.
            default: number as text, from 1.
        """
        self._head(question, why)
        for number, (name, hint) in enumerate(options, start=1):
            line = Text(f"   {number:>3}  {name}")
            self.terminal.show(line.append(f"   {hint}" if hint else "", style="dim"))
        return self.again(default, lambda text: _one_of(text, len(options))) - 1


def yes_or_no(text: str) -> bool:
    """Yes or no in German or English."""
    word = text.strip().lower()
    if word in ("j", "ja", "y", "yes"):
        return True
    if word in ("n", "nein", "no"):
        return False
    raise NotSo("Bitte ja oder nein.", "Please answer yes or no.")


def _one_of(text: str, most: int) -> int:
    if text.isdigit() and len(text) < 6 and int(text) <= most:
        return int(text)
    raise NotSo(f"Bitte eine Zahl von 0 bis {most}.", f"Please enter a number from 0 to {most}.")


def amount(text: str) -> float:
    """A number of 0 or more, however it is written."""
    from sim.town.numerals import NotANumber, plain_number

    try:
        number = float(plain_number(text.strip(), None))
    except NotANumber:
        number = -1.0
    if not 0.0 <= number <= 1e8:
        raise NotSo("Bitte eine Zahl ab 0.", "Please enter a number of 0 or more.")
    return number


def maybe_amount(text: str) -> float | None:
    """A number of 0 or more, or nothing."""
    return amount(text) if text.strip() else None


def signed(text: str) -> float | None:
    """A number of either sign, or nothing."""
    if not text.strip():
        return None
    sign = -1.0 if text.strip().startswith(("-", "−")) else 1.0
    return sign * amount(text.strip().lstrip("+-−"))


def count(text: str) -> int:
    """A whole number of 0 or more; 12.000 is twelve thousand."""
    from sim.town.numerals import NotANumber, plain_number

    try:
        number = float(plain_number(text.strip(), None, whole=True))
    except NotANumber:
        number = -1.0
    if number < 0 or number != int(number) or number > 20_000_000:
        raise NotSo("Bitte eine ganze Zahl ab 0.", "Please enter a whole number of 0 or more.")
    return int(number)
