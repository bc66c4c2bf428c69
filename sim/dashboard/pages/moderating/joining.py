"""How participants join: the code, the QR code, the address, and how many are there."""

from __future__ import annotations

import solara

from sim.dashboard import session
from sim.dashboard.language import say
from sim.dashboard.pages.moderating.state import attempt
from sim.dashboard.parts import Box, Button, Note, Row, Text, html
from sim.dashboard.workshop.codes import shown_code
from sim.dashboard.workshop.place import here, link, qr_picture
from sim.dashboard.workshop.store import WorkshopStore


@solara.component
def Joining(store: WorkshopStore, revision: int) -> None:  # noqa: N802
    """What is on the wall while people come in.

    Args:
        store: the workshop.
        revision: of the store; a new one draws anew.
    """
    workshop = store.workshop()
    place = here()
    reachable = place is not None and place.reachable
    address = link(place, workshop.code) if place is not None and reachable else ""
    picture = solara.use_memo(lambda: qr_picture(address) if address else "", [address])
    asked, set_asked = solara.use_state(False)

    def renew() -> None:
        if attempt(store.renew_code):
            session.workshop_code.set(store.workshop().code)
        set_asked(False)

    with Box():
        if workshop.ended:
            Note(
                say(
                    "Der Workshop ist beendet; niemand kann mehr dazukommen. Unter „Protokoll“ "
                    "kann er fortgesetzt werden.",
                    "The workshop is over; nobody can join any more. It can go on under “Minutes”.",
                ),
                "caution",
            )
        with html("div", class_="q-workshop-join"):
            with Box():
                if reachable and place is not None:
                    Text(say("Mit dem Telefon öffnen:", "Open on your phone:"))
                    html("p", place.address, class_="q-workshop-address")
                    Text(say("und diesen Code eingeben:", "and enter this code:"))
                else:
                    Text(say("Code des Workshops:", "Code of the workshop:"))
                html(
                    "p",
                    shown_code(workshop.code),
                    class_="q-workshop-code",
                    data_code=workshop.code,
                )
                html("p", people_words(store), class_="q-workshop-count", role="status")
            if picture:
                html(
                    "img",
                    class_="q-workshop-qr",
                    src=picture,
                    alt=say(
                        f"QR-Code, der {place.address if place else ''} mit dem Code öffnet",
                        f"QR code that opens {place.address if place else ''} with the code",
                    ),
                )
        if not reachable:
            Note(
                say(
                    "Im Augenblick erreicht nur dieser Rechner das Programm. Damit Telefone im "
                    "Raum teilnehmen können: das Programm beenden, im gemeinsamen WLAN mit "
                    "„quartier dashboard --host 0.0.0.0“ neu starten und hier unter „Fortsetzen“ "
                    "weitermachen. Es geht nichts verloren. Kein Internet nötig.",
                    "At the moment only this computer reaches the program. To let phones in the "
                    "room take part: stop the program, start it again in the common Wi-Fi with "
                    "“quartier dashboard --host 0.0.0.0” and go on here under “Continue”. "
                    "Nothing is lost. No internet is needed.",
                ),
                "caution",
                title=say("Noch nicht für den Raum geöffnet", "Not yet open to the room"),
            )
        with Row():
            if asked:
                Button(say("Ja, neuer Code", "Yes, a new code"), renew, kind="danger")
                Button(say("Nein", "No"), lambda: set_asked(False))
            else:
                Button(
                    say("Neuen Code machen", "Make a new code"),
                    lambda: set_asked(True),
                    kind="quiet",
                )
        if asked:
            Text(
                say(
                    "Wer schon dabei ist, bleibt dabei; mit dem alten Code kommt niemand mehr "
                    "dazu.",
                    "Who is in stays in; nobody joins with the old code any more.",
                )
            )


def people_words(store: WorkshopStore) -> str:
    """How many are there."""
    count = len(store.participants())
    if count == 1:
        return say("1 Person ist dabei", "1 person is in")
    return say(f"{count} Personen sind dabei", f"{count} people are in")
