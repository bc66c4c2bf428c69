"""From a town's folder to a `Town`: reading, checking, assumptions, plans."""

from sim.town.finding import find_town, town_names
from sim.town.ledger import Assumption, Ledger
from sim.town.plan import Measure, Plan
from sim.town.problems import Problem, TownError
from sim.town.services import ServiceSpec
from sim.town.town import DistrictSpec, MeetingPointSpec, Town, check_folder, read_town

__all__ = [
    "Assumption",
    "DistrictSpec",
    "Ledger",
    "Measure",
    "MeetingPointSpec",
    "Plan",
    "Problem",
    "ServiceSpec",
    "Town",
    "TownError",
    "check_folder",
    "find_town",
    "read_town",
    "town_names",
]
