"""The accessibility statement; `docs/BARRIEREFREIHEIT.md` holds the same German text."""

from __future__ import annotations

from sim.report.numbers import Lang

Part = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Heading, paragraphs, list."""

STATEMENT: dict[Lang, tuple[str, tuple[Part, ...]]] = {
    "de": (
        "Erklärung zur Barrierefreiheit",
        (
            (
                "Wofür sie gilt",
                (
                    "Diese Erklärung gilt für das Dashboard von Quartier, wie es mit dem Programm "
                    "kommt, und für die Seiten der Teilnehmenden einer Werkstatt. Wer es als "
                    "öffentliche Stelle anbietet, nennt dazu die eigene Kontaktstelle und die "
                    "zuständige Durchsetzungsstelle.",
                ),
                (),
            ),
            (
                "Stand der Vereinbarkeit",
                (
                    "Maßstab sind die BITV 2.0 und die EN 301 549, die auf WCAG 2.1, Stufen A und "
                    "AA, verweisen. Das Dashboard ist damit teilweise vereinbar: Automatische "
                    "Prüfungen finden auf keiner Seite und in keiner der beiden Sprachen einen "
                    "Verstoß, eine Prüfung durch Menschen mit Behinderungen steht noch aus.",
                ),
                (),
            ),
            (
                "Was dafür getan wurde",
                (),
                (
                    "Alles ist mit der Tastatur zu bedienen, der Fokus ist immer zu sehen, ein "
                    "Sprunglink führt zum Inhalt.",
                    "Jedes Diagramm und jede Karte hat eine Tabelle mit denselben Zahlen.",
                    "Farben sind auch bei Farbenfehlsichtigkeit zu unterscheiden und nie das "
                    "einzige Merkmal.",
                    "Die Seiten lassen sich auf 200 % vergrößern und auf einem Telefon benutzen; "
                    "„Große Schrift“ ist für den Beamer.",
                    "Sprache und Überschriften sind ausgezeichnet; Änderungen werden Screenreadern "
                    "gemeldet; Bewegung unterbleibt, wenn das Gerät darum bittet.",
                ),
            ),
            (
                "Was noch nicht barrierefrei ist",
                (),
                (
                    "Es gibt keine Fassung in Leichter Sprache und keine in Deutscher "
                    "Gebärdensprache.",
                    "Bilder in heruntergeladenen PDF-Dateien tragen einen Alternativtext; ob jede "
                    "Datei PDF/UA erfüllt, wurde nicht von Hand geprüft.",
                ),
            ),
            (
                "Wie diese Erklärung entstand",
                (
                    "Sie beruht auf einer Selbstbewertung: axe-core über alle Seiten in beiden "
                    "Sprachen in Chromium, Bedienung nur mit der Tastatur, Breiten von 390 bis "
                    "1400 Pixel und 200 % Vergrößerung. Diese Prüfungen laufen bei jeder Änderung "
                    "des Programms.",
                    "Erstellt und zuletzt überprüft am 22. November 2026.",
                ),
                (),
            ),
            (
                "Rückmeldung und Kontakt",
                (
                    "Etwas lässt sich nicht bedienen oder nicht lesen? Bitte sagen Sie es der "
                    "Stelle, die Ihnen das Dashboard zeigt, oder melden Sie es dort, wo das "
                    "Programm zu haben ist.",
                ),
                (),
            ),
            (
                "Durchsetzungsverfahren",
                (
                    "Bleibt eine Rückmeldung ohne befriedigende Antwort, können Sie sich an die "
                    "Durchsetzungs- oder Schlichtungsstelle Ihres Landes oder des Bundes "
                    "wenden.",
                ),
                (),
            ),
        ),
    ),
    "en": (
        "Accessibility statement",
        (
            (
                "What it covers",
                (
                    "This statement covers Quartier’s dashboard as it comes with the program, and "
                    "the pages for participants of a workshop. A public body that offers it "
                    "names its own contact and the enforcement body in charge.",
                ),
                (),
            ),
            (
                "Compliance status",
                (
                    "The yardstick is BITV 2.0 and EN 301 549, which refer to WCAG 2.1, levels A "
                    "and AA. The dashboard is partially compliant: automatic checks find no "
                    "violation on any page in either language; a check by people with "
                    "disabilities is still to be made.",
                ),
                (),
            ),
            (
                "What was done",
                (),
                (
                    "Everything works by keyboard, focus is always visible, a skip link leads to "
                    "the content.",
                    "Every chart and map has a table with the same numbers.",
                    "Colours can be told apart by colour-blind eyes and are never the only mark.",
                    "Pages can be enlarged to 200 % and used on a phone; “Large type” is for the "
                    "projector.",
                    "Language and headings are marked; changes are told to screen readers; nothing "
                    "moves if the device asks for that.",
                ),
            ),
            (
                "What is not accessible yet",
                (),
                (
                    "There is no version in plain language and none in German Sign Language.",
                    "Pictures in downloaded PDF files carry a text alternative; whether every file "
                    "meets PDF/UA was not checked by hand.",
                ),
            ),
            (
                "How this statement came about",
                (
                    "It rests on a self-assessment: axe-core on all pages in both languages in "
                    "Chromium, use by keyboard alone, widths from 390 to 1400 pixels and 200 % "
                    "zoom. These checks run with every change of the program.",
                    "Made and last checked on 22 November 2026.",
                ),
                (),
            ),
            (
                "Feedback and contact",
                (
                    "Something cannot be used or read? Please tell whoever shows you the "
                    "dashboard, or report it where the program is to be had.",
                ),
                (),
            ),
            (
                "Enforcement",
                (
                    "If feedback gets no satisfying answer, you can turn to the enforcement or "
                    "conciliation body of your state or of the federation.",
                ),
                (),
            ),
        ),
    ),
}

NAMED: dict[Lang, tuple[str, str]] = {
    "de": ("Kontaktstelle: ", "Zuständige Durchsetzungsstelle: "),
    "en": ("Contact: ", "Enforcement body in charge: "),
}

NOT_NAMED: dict[Lang, tuple[str, str]] = {
    "de": (
        "Für dieses Dashboard ist noch keine Kontaktstelle eingetragen.",
        "Für dieses Dashboard ist noch keine Durchsetzungsstelle eingetragen.",
    ),
    "en": (
        "No contact has been entered for this dashboard as yet.",
        "No enforcement body has been entered for this dashboard as yet.",
    ),
}

HOW_TO_NAME: dict[Lang, str] = {
    "de": "Wer es als öffentliche Stelle anbietet, trägt beides in die Datei operator.toml ein: "
    "docs/BARRIEREFREIHEIT.md sagt, wie.",
    "en": "A public body that offers it enters both into the file operator.toml: "
    "docs/BARRIEREFREIHEIT.md says how (in German).",
}
