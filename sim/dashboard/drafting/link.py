"""A plan inside a link: its text, packed; unpacked as if an enemy had written it.

A link holds the text of the plan's file and nothing else, so that what is in it is checked by the
same reader as a file. Packed with a dictionary of the words every plan has, a plan of three
measures takes some 300 characters.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from sim.town.problems import Both

PARAMETER = "plan"
"""Name in the address."""

VERSION = "1"
"""First character of what is packed; a change of WORDS or of the packing needs another."""

MOST_CHARACTERS = 1_700
"""Longer addresses are cut by mail programs; the whole address must stay below 2,000 characters."""

MOST_BYTES = 64 * 1024
"""Of the text; a short link must not become a large memory."""

WORDS = (
    "latitude = longitude = extra_hours_per_week = point = nursing_home day_care ambulatory "
    "service = share_coordination = 0.3 share_volunteers = 0.3 share_outreach = 0.4 "
    'digital_help transport barrier_free_housing preventive_visits counselling" '
    'neighbourly_help volunteer_training outreach neighbourhood_manager care_service" '
    "opening_to_all_ages Barrierearme Wohnungen Bürgerbus oder Fahrdienst Hilfe mit Handy und "
    "Internet Präventive Hausbesuche ab 75 Pflegeberatung (Pflegestützpunkt) Organisierte "
    "Nachbarschaftshilfe Ehrenamtliche gewinnen und schulen Aufsuchende Arbeit für stille Gruppen "
    "Mehr Pflege (Dienst, Tagespflege oder Heim) Seniorentreff für alle öffnen Neuer Treffpunkt "
    "Quartiersmanagement Neighbourhood manager New meeting point Altstadt Kernstadt "
    "payers_after = { municipality = 1 } household = grant = care_fund = "
    'description_de = " description_en = " '
    "levers = { seats = 30, opening_hours_per_week = 20, staff_hours_per_week = , "
    "all_ages = true, neighbourly_help = true }\n"
    'end = "2030-12"\nramp_up_months = 6\nremains = 0.5\nsize = 1\ncost_per_year = 60000\n'
    'payers = { municipality = 1 }\n\n[[measures]]\nkind = "meeting_point"\n'
    'districts = ["altstadt", "*"]\nstart = "2028-01"\nstart = "2027-01"\n'
    '[plan]\nname = "plan_\nlabel_de = "\nlabel_en = "Plan '
).encode()

_ALLOWED = re.compile(r"[A-Za-z0-9_-]+")


class BrokenLink(Exception):
    """What is in the link is no plan; says so in both languages."""

    def __init__(self, said: Both) -> None:
        self.said = said
        super().__init__(said.en)


class TooLong(Exception):
    """The plan does not fit into a link; says so in both languages."""

    def __init__(self) -> None:
        self.said = Both(
            "Dieser Plan ist für einen Link zu lang. Bitte als Datei weitergeben.",
            "This plan is too long for a link. Please share it as a file.",
        )
        super().__init__(self.said.en)


def packed(text: str) -> str:
    """What stands in the link for a plan's text.

    Raises:
        TooLong: it would not arrive whole.
    """
    data = text.encode()
    packer = zlib.compressobj(9, zdict=WORDS)
    letters = base64.urlsafe_b64encode(packer.compress(data) + packer.flush()).decode()
    found = VERSION + letters.rstrip("=")
    if len(found) > MOST_CHARACTERS or len(data) > MOST_BYTES:
        raise TooLong
    return found


def unpacked(part: str) -> bytes:
    """The plan's text in a link, still to be read and checked.

    Raises:
        BrokenLink: it is too long, of another version, cut off, or was never a plan.
    """
    if len(part) > MOST_CHARACTERS:
        raise BrokenLink(
            Both(
                "Der Link ist länger, als ein Plan sein kann.",
                "The link is longer than a plan can be.",
            )
        )
    if not _ALLOWED.fullmatch(part):
        raise BrokenLink(_INCOMPLETE)
    if part[0] != VERSION:
        raise BrokenLink(
            Both(
                "Der Link stammt aus einer anderen Version des Programms. Bitte den Plan als "
                "Datei weitergeben lassen.",
                "The link comes from another version of the program. Please ask for the plan as "
                "a file.",
            )
        )
    letters = part[1:]
    try:
        data = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
        unpacker = zlib.decompressobj(zdict=WORDS)
        text = unpacker.decompress(data, MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise BrokenLink(_INCOMPLETE) from error
    if len(text) > MOST_BYTES:
        raise BrokenLink(
            Both("Der Plan im Link ist zu groß.", "The plan in the link is too large.")
        )
    if not unpacker.eof or unpacker.unused_data:
        raise BrokenLink(_INCOMPLETE)
    return text


_INCOMPLETE = Both(
    "Der Link enthält keinen vollständigen Plan. Bitte ihn noch einmal ganz kopieren.",
    "The link holds no complete plan. Please copy the whole of it again.",
)
