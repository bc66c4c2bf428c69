"""What answers: questions, the one desk they go to, towns, and the lives of single residents."""

from sim.dashboard.answering.desk import Desk, the_desk
from sim.dashboard.answering.lives import TwoLives, two_lives
from sim.dashboard.answering.places import TownEntry, ready, town_of, towns
from sim.dashboard.answering.question import Answer, Question, Told
from sim.dashboard.answering.work import Ticket

__all__ = [
    "Answer",
    "Desk",
    "Question",
    "Ticket",
    "Told",
    "TownEntry",
    "TwoLives",
    "ready",
    "the_desk",
    "town_of",
    "towns",
    "two_lives",
]
