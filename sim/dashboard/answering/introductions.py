"""A sentence about each town that comes with the product, and the question it asks."""

from __future__ import annotations

from typing import NamedTuple


class Introduction(NamedTuple):
    """What the start page says of a town.

    Attributes:
        sentence_de, sentence_en: what is special here; from the README of the town's folder.
        question_de, question_en: the question its plans answer.
    """

    sentence_de: str
    sentence_en: str
    question_de: str
    question_en: str


INTRODUCTIONS: dict[str, Introduction] = {
    "herrenberg": Introduction(
        "Eine Quartiersmanagerin begann in der Altstadt; seit 2020 arbeitet sie in der ganzen "
        "Kernstadt.",
        "A neighbourhood manager began in the old town; since 2020 she works in the whole core "
        "town.",
        "Treffpunkt oder Pflegedienst?",
        "Meeting point or care service?",
    ),
    "elmshorn": Introduction(
        "Der Treff in Klostersande öffnete sich vom Seniorentreff zum Treff für alle: das "
        "Pilotquartier der Stadt.",
        "The point in Klostersande opened from a seniors’ point to a point for everybody: the "
        "town’s pilot quarter.",
        "Reicht das Pilotquartier, oder lohnt es sich überall?",
        "Is the pilot quarter enough, or does it pay everywhere?",
    ),
    "karlsruhe_muehlburg": Introduction(
        "Vier kleine Planungsbezirke, in denen eine städtische Stelle koordiniert und auf "
        "zurückgezogen lebende Menschen zugeht.",
        "Four small planning districts in which a municipal post coordinates and reaches out to "
        "people living withdrawn.",
        "Koordinieren, aufsuchen oder pflegen?",
        "Coordination, outreach or care?",
    ),
    "esslingen_towns": Introduction(
        "Neun Orte, die seit 2017 mit dem Landkreis gemeinsam ihre Quartiere entwickeln.",
        "Nine towns that have developed their quarters together with the county since 2017.",
        "Was bleibt, wenn die Förderung endet?",
        "What remains when the grant ends?",
    ),
    "landkreis_esslingen": Introduction(
        "Der ganze Landkreis mit seinen 44 Städten und Gemeinden; eine Antwort braucht hier "
        "länger.",
        "The whole county with its 44 municipalities; an answer takes longer here.",
        "Quartierskümmerer in einigen Orten oder im ganzen Landkreis?",
        "Quartierskümmerer in some towns or in the whole county?",
    ),
    "magdeburg_neu_olvenstedt": Introduction(
        "Ein Stadtteil, der schrumpfte und wieder wächst; was seit 2021 gezählt wurde, liegt neben "
        "der Rechnung.",
        "A district that shrank and grows again; what has been counted since 2021 lies beside the "
        "calculation.",
        "Stadtteilmanagement, ein zweiter Offener Treff, oder beides?",
        "District management, a second open meeting point, or both?",
    ),
}
