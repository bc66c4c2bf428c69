"""The model as ordinary Mesa agents: one Python object a resident, the same rules, the same draws.

This is the model in the form in which it is easiest to read. A resident is a `mesa.Agent` whose
partner, child, parent and acquaintances are other residents, and a month is a handful of methods
in the order of the ODD. What happens to one resident stands in `sim.rules` and is called here as
plain Python; the fast model (`sim.model`) compiles the same lines and maps them over columns. For
the same town, plan and seed both give the same residents, bit by bit, every month: see
`benchmarks/twin.py` and `tests/test_twin.py`.

Shared with the fast model, so not proved by the comparison: the rules, the residents at the start,
the solved tables, the calendar, and the actors (districts, meeting points, managers, services).
Written here a second time: all that happens among residents in a month, who gets what is scarce,
who comes, the start, and the counting.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import mesa
import numpy as np
from mesa.agent import AgentSet

from benchmarks.plain_python import (
    Uniforms,
    identity,
    plain_parameters,
    plain_rules,
    plain_tables,
    uniforms,
)
from sim.draws import (
    ARRIVALS,
    CARE,
    ENGAGEMENT,
    LIFE,
    NEWBORN,
    NEWCOMER,
    NEWCOMER_FAMILY,
    NEWCOMER_TIES,
    NEWCOMER_TRAITS,
    PERSON,
    PRIORITY,
    SOCIAL,
    SUPPORT,
)
from sim.indicators import BANDS, COUNTS, GROUPS, ITEMS, PAYERS
from sim.levers import (
    ADAPTED_DWELLINGS,
    AMBULATORY_MINUTES,
    COUNSELLED,
    COURSES,
    DAY_CARE_PLACES,
    NEIGHBOURLY_SHARE,
    OUTREACH,
    PREVENTIVE_VISITS,
    RECRUITED,
    SUPPORTS,
    TRAINED,
    TRANSPORT,
)
from sim.model import QuartierModel
from sim.month import EVERYBODY
from sim.residents import (
    ALIVE,
    COLUMNS,
    DIED,
    FEMALE,
    GOES_ELSEWHERE,
    HOME_ALONE,
    INDEPENDENT,
    LEFT_FOR_HOME_OUT_OF_TOWN,
    MOVED_AWAY,
    NOBODY,
    NURSING_HOME,
    SETTINGS,
    STARTED_ALONE,
    STARTED_WITHDRAWN,
    VOLUNTEER_IN_QUARTER,
)
from sim.stages.arrivals import CHILD_ID, DISTRICT_ID, HEAD_ID, NEWBORN_ID, PARTNER_ID
from sim.stages.count import REACHABLE
from sim.stages.life import (
    MEAN_CARE_NEED,
    MEAN_DEATH,
    MEAN_LONELINESS,
    MEAN_NURSING_HOME,
    MEAN_STRAIN,
)

rules = plain_rules()

AGES = 121
FIRST_AGE_OF_COMPANY = 14
FULL_AGE = 18
FIRST_AGE_OF_MOBILITY = 50
PENSION_AGE = 65

LINKS = ("partner", "child", "parent", "follows")
PLAIN = tuple(
    column.name
    for column in COLUMNS
    if column.name not in (*LINKS, "household", "known_point", "acquaintances")
)
CARE_MINUTES = ("family", "neighbour", "ambulatory", "day_care", "nursing_home", "missing")


class Household:
    """People who live together at home.

    Attributes:
        number: key, in the order in which households came to be.
        members: how many live there.
    """

    def __init__(self, number: int, members: int = 0) -> None:
        self.number = number
        self.members = members


@dataclass(eq=False)
class Offer:
    """A meeting point as residents find it this month.

    Attributes:
        index: place in the list of points.
        x, y: metres.
        open, all_ages: this month.
        room: visits there is room for this month.
    """

    index: int
    x: int
    y: int
    open: bool = False
    all_ages: bool = False
    room: int = 0


@dataclass(eq=False)
class Request:
    """What a person at home could have of the family, and wants of the services.

    Attributes:
        person: who needs care.
        by_partner, by_child, by_others: minutes a week the family could give.
        wants_ambulatory, wants_day_care: this month.
        order_ambulatory, order_day_care: places in the queues, the larger is served first.
        contract_minutes: minutes a week of an ambulatory contract.
    """

    person: Resident
    by_partner: int
    by_child: int
    by_others: int
    wants_ambulatory: bool
    wants_day_care: bool
    order_ambulatory: float
    order_day_care: float
    contract_minutes: int


class Resident(mesa.Agent):
    """A person who lives in the town; attributes are named as in `sim.residents.COLUMNS`.

    Who is no longer here keeps its attributes, but does nothing and visits nothing any more.
    """

    model: PlainModel

    status = ALIVE
    arrived = 0
    partner: Resident | None = None
    child: Resident | None = None
    parent: Resident | None = None
    follows: Resident | None = None
    acquaintances: tuple[Resident, ...] = ()
    child_in_reach = False
    education = 0
    migration_background = False
    barrier_free = False
    online = False
    start_group = 0
    care_grade = 0
    setting = INDEPENDENT
    mobility_limited = False
    lonely = False
    withdrawn = False
    known_point: Offer | None = None
    habit = 0
    visit_wish = 0
    visits = 0
    volunteer = 0
    volunteer_minutes = 0
    strained = False
    need_minutes = 0
    family_minutes = 0
    neighbour_minutes = 0
    ambulatory_minutes = 0
    day_care_minutes = 0
    nursing_home_minutes = 0
    missing_minutes = 0
    caring_minutes = 0
    relief = 0
    service_trait = 0
    day_care_trait = 0
    has_ambulatory = False
    has_day_care = False
    waiting_ambulatory = 0
    waiting_day_care = 0
    waiting_home = 0
    home_months = 0
    prevention_until = 0
    gives_birth = False

    def __init__(
        self,
        model: PlainModel,
        uid: int,
        birth_month: int,
        sex: int,
        district: int,
        place: tuple[int, int],
        household: Household | None,
    ) -> None:
        super().__init__(model)
        self.uid = uid
        self.birth_month = birth_month
        self.sex = sex
        self.district = district
        self.x, self.y = place
        self.household = household

    @property
    def age(self) -> int:
        """Completed years."""
        return rules.age_in_years(self.model.now, self.birth_month)

    @property
    def is_here(self) -> bool:
        """Lives in the town."""
        return self.status == ALIVE

    @property
    def in_nursing_home(self) -> bool:
        """Lives in a nursing home."""
        return self.setting == NURSING_HOME

    @property
    def lives_alone(self) -> bool:
        """Is the only member of the household."""
        return self.household is not None and self.household.members == 1

    def draw(self, block: int) -> tuple[float, float, float, float]:
        """This month's four uniform numbers of a block of decisions."""
        return self.model.uniforms(self.model.run_seed, self.uid, self.model.month, block)

    def draw_for_life(self, block: int) -> tuple[float, float, float, float]:
        """Four uniform numbers that are the person's own in every month and every run."""
        return self.model.uniforms(0, self.uid, 0, block)

    def tally(self, flow: str, number: int = 1) -> None:
        """Count something that happens to this resident."""
        self.model.cell(self)[flow] += number

    # First stage ------------------------------------------------------------------------------

    def live(self) -> None:
        """Age, die, move away, give birth, care grade, mobility."""
        p, t, means = self.model.p, self.model.t, self.model.means
        sex, age, grade = self.sex, self.age, self.care_grade
        in_home = self.in_nursing_home
        band = rules.risk_band_of(age)
        u_death, u_move, u_grade, u_last = self.draw(LIFE)
        self.gives_birth = False

        prevented = self.prevention_until >= self.model.month
        risk = rules.relative_risk_of_death(
            self.lonely, self.volunteer > 0, prevented,
            p.risk_lonely_death, p.risk_volunteer_death, p.risk_visit_death,
        )  # fmt: skip
        monthly = t.death[self.model.year_index][sex][age][grade + 6 if in_home else grade]
        if rules.dies(monthly, risk, means[MEAN_DEATH][sex][band], u_death):
            self.leave(DIED, "deaths")
            return
        if self.waiting_home == GOES_ELSEWHERE:
            self.leave(LEFT_FOR_HOME_OUT_OF_TOWN, "left_for_home_out_of_town")
            return

        # Who follows somebody decides with that person's draw, at that person's age.
        decider = self
        if self.follows is not None:
            decider = self.follows
            _, u_move, _, _ = decider.draw(LIFE)
        if rules.moves_away(t.move_away[decider.age], in_home, decider.in_nursing_home, u_move):
            self.leave(MOVED_AWAY, "moved_out")
            return

        if age < FIRST_AGE_OF_MOBILITY:
            self.gives_birth = rules.gives_birth(t.birth[age], sex == FEMALE, u_last)
        else:
            self.mobility_limited = rules.next_mobility(
                self.mobility_limited, t.mobility_onset[sex][age], p.mobility_recovery, u_last
            )

        up = t.care_up[self.model.year_index][sex][age][grade]
        if grade == 0:
            risk = rules.relative_risk_of_care_need(
                rules.takes_part(self.habit, p.participation_habit, in_home), self.lonely,
                prevented, self.barrier_free,
                p.risk_part_need, p.risk_lonely_need, p.risk_visit_need, p.risk_dwelling_need,
            )  # fmt: skip
            up = rules.onset_of_care_need(up, risk, means[MEAN_CARE_NEED][sex][band])
        down = t.care_down[self.model.year_index][sex][age][grade]
        self.care_grade = rules.next_care_grade(grade, up, down, t.entry_grade, in_home, u_grade)
        if grade == 0 and self.care_grade > 0:
            self.tally("new_in_need")

    def leave(self, status: int, flow: str) -> None:
        """Die or leave the town; ties are cut in the second stage, the rest at the month's end."""
        self.status = status
        self.tally(flow)

    # Second stage -----------------------------------------------------------------------------

    def keep_company(self) -> None:
        """Ties, strain, loneliness, withdrawal, support, hearing, visiting, volunteering."""
        if not self.is_here:
            return
        age = self.age
        bereaved = self.keep_ties(age)
        if age < FIRST_AGE_OF_COMPANY:
            return
        if bereaved:
            self.tally("bereaved")
        u_hear, u_visit, u_regular, u_lonely = self.draw(SOCIAL)
        u_volunteer, u_quarter, u_withdrawn, u_strain = self.draw(ENGAGEMENT)
        self.bear_strain(u_strain)
        takes_part = rules.takes_part(
            self.habit, self.model.p.participation_habit, self.in_nursing_home
        )
        self.feel(age, bereaved, takes_part, u_lonely, u_withdrawn)
        told = self.be_supported(age)
        self.hear_of_a_point(age, told, u_hear)
        self.wish_to_visit(age, u_visit, u_regular)
        self.take_up_or_drop_volunteering(age, takes_part, u_volunteer, u_quarter, u_regular)

    def keep_ties(self, age: int) -> bool:
        """Forget people who are gone; whether the partner died this month.

        A minor whose parent is gone follows the other parent.
        """
        bereaved = False
        if self.partner is not None and not self.partner.is_here:
            bereaved = self.partner.status == DIED
            self.partner = None
        if self.follows is not None:
            if age >= FULL_AGE and self.follows is not self.partner:
                self.follows = None
            elif not self.follows.is_here:
                other = self.follows.partner
                here = age < FULL_AGE and other is not None and other.is_here
                self.follows = other if here and other is not self else None
        if self.child is not None and not self.child.is_here:
            self.child = None
        if self.parent is not None and not self.parent.is_here:
            self.parent = None
        return bereaved

    def bear_strain(self, u: float) -> None:
        """A family carer becomes, stays or is no longer highly burdened by last month's care."""
        p = self.model.p
        if self.caring_minutes > 0 or self.strained:
            relief = rules.relief_of_carer(
                self.relief, self.model.levers[self.district][COUNSELLED],
                p.strain_factor_service, p.strain_factor_day_care, p.strain_factor_neighbour,
                p.strain_factor_counselling,
            )  # fmt: skip
            self.strained = rules.next_strain(
                self.strained, self.caring_minutes, p.strain_onset, p.carer_strain_recovery,
                relief, self.model.means[MEAN_STRAIN][0][0], u,
            )  # fmt: skip
        self.caring_minutes = 0
        self.relief = 0

    def feel(
        self, age: int, bereaved: bool, takes_part: bool, u_lonely: float, u_withdrawn: float
    ) -> None:
        """Loneliness and withdrawal."""
        p, t = self.model.p, self.model.t
        has_partner = self.partner is not None
        in_home = self.in_nursing_home
        self.lonely = rules.next_loneliness(
            self.lonely, t.lonely_onset[self.sex][age][has_partner][in_home],
            p.loneliness_recovery, bereaved, takes_part, self.strained,
            p.bereavement_loneliness, p.ease_meeting, p.carer_loneliness_factor,
            self.model.means[MEAN_LONELINESS][self.sex][rules.risk_band_of(age)], u_lonely,
        )  # fmt: skip
        self.withdrawn = rules.next_withdrawal(
            self.withdrawn, t.withdraw_onset[age][in_home], p.withdrawal_recovery, u_withdrawn
        )

    def be_supported(self, age: int) -> bool:
        """What measures do for a resident; whether told of the meeting point by outreach."""
        p, levers = self.model.p, self.model.levers[self.district]
        in_home = self.in_nursing_home
        if levers[SUPPORTS] <= 0.0:
            return False
        u_contact, u_reconnect, u_prevention, u_support = self.draw(SUPPORT)
        told = False
        if rules.can_be_contacted(age, self.withdrawn, self.known_point is not None):
            contacted = u_contact < levers[OUTREACH]
            told = u_contact < levers[OUTREACH] * p.outreach_know
            if contacted and u_reconnect < p.outreach_reconnect and not in_home:
                self.withdrawn = False
        if (
            rules.can_be_visited(age, self.care_grade, self.prevention_until, self.model.month)
            and u_prevention < levers[PREVENTIVE_VISITS]
        ):
            self.prevention_until = self.model.month + p.prevention_months
        if rules.can_be_adapted(age, self.barrier_free, in_home):
            self.barrier_free = u_support < levers[ADAPTED_DWELLINGS]
        if rules.can_take_a_course(age, self.online):
            self.online = 1.0 - u_support < levers[COURSES]
        return told

    def hear_of_a_point(self, age: int, told: bool, u: float) -> None:
        """Forget a closed or never visited meeting point; hear of the nearest one."""
        p, known = self.model.p, self.known_point
        if known is not None and (not known.open or rules.forgets(self.habit, p.forgetting, u)):
            self.known_point = None
        if self.in_nursing_home or age < FULL_AGE:
            return
        nearest = self.nearest_point(age)
        if nearest is None or nearest is self.known_point:
            return
        if told or rules.hears(
            self.visiting_acquaintances(), self.withdrawn, self.online,
            p.know_own_contact, p.know_word_of_mouth, p.know_online_factor, u,
        ):  # fmt: skip
            self.known_point = nearest

    def nearest_point(self, age: int) -> Offer | None:
        """Nearest open meeting point that takes this age, among those near the district."""
        open_to_me = [
            offer
            for offer in self.model.offers_near[self.district]
            if offer.open and rules.admits(age, offer.all_ages, self.model.p.seniors_age)
        ]
        return min(open_to_me, key=self.metres_to, default=None)

    def metres_to(self, offer: Offer) -> float:
        """Distance to a meeting point as the crow flies."""
        return rules.metres(self.x, self.y, offer.x, offer.y)

    def visiting_acquaintances(self) -> int:
        """How many acquaintances visited a meeting point last month."""
        return sum(other.visits > 0 for other in self.acquaintances)

    def wish_to_visit(self, age: int, u_visit: float, u_regular: float) -> None:
        """Visits wished this month."""
        p, known = self.model.p, self.known_point
        self.visit_wish = 0
        if self.in_nursing_home or age < FULL_AGE or known is None:
            return
        if not rules.admits(age, known.all_ages, p.seniors_age):
            return
        fetched = rules.is_fetched(age, self.uid, self.model.levers[self.district][TRANSPORT])
        way = rules.bin_of_way(
            self.metres_to(known), fetched, self.mobility_limited, p.ride_metres,
            p.mobility_distance_factor,
        )  # fmt: skip
        chance = rules.chance_of_visiting(
            p.visit_probability, self.model.t.distance[way],
            rules.age_factor(age, p.visit_factor_50_64, p.visit_factor_under_50),
            p.visit_grade_factor[self.care_grade], self.withdrawn, self.lonely, self.habit,
            p.withdrawn_visit_factor, p.lonely_visit_factor, p.habit_visit_factor,
        )  # fmt: skip
        self.visit_wish = rules.visits_wished(chance, p.regular_visit_share, u_visit, u_regular)

    def take_up_or_drop_volunteering(
        self, age: int, takes_part: bool, u_volunteer: float, u_quarter: float, u_minutes: float
    ) -> None:
        """Volunteer or not, somewhere or in the quarter, for how long."""
        p, t, levers = self.model.p, self.model.t, self.model.levers[self.district]
        before = self.volunteer
        able = rules.grade_for_volunteering(self.care_grade, self.in_nursing_home)
        volunteer = rules.next_volunteering(
            before, t.volunteer_start[age][self.education], t.volunteer_stop[age], able,
            rules.share_in_quarter(age, p.quarter_volunteer_share), u_volunteer,
        )  # fmt: skip
        won = 0.0
        if age >= FULL_AGE:
            won = rules.chance_of_being_won(levers[RECRUITED], takes_part, p.meeting_point_recruits)
        stop = rules.chance_of_leaving_the_quarter(
            p.quarter_volunteer_stop, levers[TRAINED], p.training_stop_factor
        )
        self.volunteer = rules.next_place_of_volunteering(
            volunteer, stop, rules.share_in_quarter(age, p.quarter_join), won, able, u_quarter
        )
        if before == 0 and self.volunteer > 0:
            self.volunteer_minutes = int(self.minutes_given(u_minutes))
        elif self.volunteer == 0:
            self.volunteer_minutes = 0

    def minutes_given(self, u: float) -> float:
        """Minutes a week a new volunteer gives."""
        p = self.model.p
        return rules.minutes_given(
            u, p.volunteer_hours_share_low, p.volunteer_hours_share_middle,
            p.volunteer_minutes_low, p.volunteer_minutes_middle, p.volunteer_minutes_high,
        )  # fmt: skip

    # Third stage ------------------------------------------------------------------------------

    def grow_habit(self) -> None:
        """The habit of visiting grows with a visit and fades without."""
        if not self.is_here:
            return
        if self.visit_wish > 0:
            self.tally("visits", self.visits)
            self.tally("turned_away", self.visit_wish - self.visits)
        p = self.model.p
        self.habit = rules.next_habit(self.habit, self.visits, p.habit_gain, p.habit_loss)

    # Fourth stage -----------------------------------------------------------------------------

    def need_no_care(self) -> None:
        """Who has no care grade any more has no setting, no hours, no services."""
        self.setting = INDEPENDENT
        self.need_minutes = self.family_minutes = self.neighbour_minutes = 0
        self.ambulatory_minutes = self.day_care_minutes = self.missing_minutes = 0
        self.has_ambulatory = self.has_day_care = False
        self.waiting_ambulatory = self.waiting_day_care = self.waiting_home = 0

    @property
    def share_missing(self) -> float:
        """Share of the need that nobody covered last month."""
        return self.missing_minutes / self.need_minutes if self.need_minutes > 0 else 0.0

    @property
    def carer_is_strained(self) -> bool:
        """Whether the partner or the child who cares is highly burdened."""
        return any(carer is not None and carer.strained for carer in (self.partner, self.child))

    def asks_for_nursing_home(self, u: float) -> bool:
        """Whether to ask for a nursing home place, for who does not wait for one yet."""
        p, sex, age = self.model.p, self.sex, self.age
        risk = rules.relative_risk_of_nursing_home(
            self.lives_alone, self.share_missing, self.carer_is_strained,
            self.prevention_until >= self.model.month, p.risk_alone_home, p.risk_gap_home,
            p.risk_strain_home, p.preventive_visit_nursing_home,
        )  # fmt: skip
        return rules.asks_for_nursing_home(
            self.model.t.nursing_home_entry[sex][age][self.care_grade], risk,
            self.model.means[MEAN_NURSING_HOME][sex][rules.risk_band_of(age)], u,
        )  # fmt: skip

    def enter_nursing_home(self) -> None:
        """Leave the household and all services for a place in a nursing home."""
        self.tally("nursing_home_entries")
        if self.household is not None:
            self.household.members -= 1
        self.household = None
        self.setting = NURSING_HOME
        self.has_ambulatory = self.has_day_care = False
        self.home_months = 0
        self.waiting_home = self.waiting_ambulatory = self.waiting_day_care = 0

    @property
    def carer(self) -> Resident | None:
        """Who stands first among the family: the partner, or the parent a child follows."""
        return self.partner if self.partner is not None else self.follows

    def family_could_give(self) -> tuple[int, int, int]:
        """Minutes a week partner, child in town and others could give."""
        p = self.model.p
        _, u_household, u_child, u_partner = self.draw_for_life(PERSON)
        partner, child = self.carer, self.child
        by_partner = by_child = 0
        if partner is not None and not partner.in_nursing_home and u_partner < p.partner_care_share:
            by_partner = rules.partner_could_give(
                partner.care_grade, partner.mobility_limited, partner.strained,
                p.partner_minutes, p.partner_care_factor_grade_1, p.partner_care_factor_mobility,
                p.strained_carer_hours_factor,
            )  # fmt: skip
        if child is not None and u_child < p.child_care_share:
            by_child = rules.child_could_give(
                child.care_grade, child.strained, p.child_minutes, p.strained_carer_hours_factor
            )
        with_others = self.household is not None and self.household.members > 1
        if child is not None and child.household is self.household:
            with_others = False
        by_others = rules.others_could_give(
            self.child_in_reach, partner is None and with_others, p.child_in_reach_minutes,
            p.household_minutes, p.kin_minutes, p.child_care_share, p.household_care_share,
            p.kin_care_share, u_child, u_household,
        )  # fmt: skip
        return by_partner, by_child, by_others

    def need_care(self) -> None:
        """Minutes a week needed this month."""
        p = self.model.p
        u_need, _, _, _ = self.draw_for_life(PERSON)
        self.need_minutes = rules.care_needed(
            p.need_minutes[self.care_grade], p.care_need_spread, self.barrier_free,
            p.barrier_free_need_factor, u_need,
        )  # fmt: skip

    def request_services(self) -> Request:
        """What the family could give, and which services to ask for."""
        p, t = self.model.p, self.model.t
        by_partner, by_child, by_others = self.family_could_give()
        missing = rules.share_not_covered(self.need_minutes, by_partner + by_child + by_others)
        readiness = rules.readiness_for_services(
            missing, p.ambulatory_alone_factor, self.model.levers[self.district][COUNSELLED],
            p.counselling_uptake_factor,
        )  # fmt: skip
        _, _, u_ambulatory, u_day_care = self.draw(PRIORITY)
        age, grade = self.age, self.care_grade
        return Request(
            self, by_partner, by_child, by_others,
            rules.wants_service(self.service_trait, t.ambulatory_share[age][grade], readiness),
            rules.wants_service(self.day_care_trait, t.day_care_share[age][grade], readiness),
            rules.order_of_service(
                self.has_ambulatory, missing, self.waiting_ambulatory, u_ambulatory
            ),
            rules.order_of_service(self.has_day_care, missing, self.waiting_day_care, u_day_care),
            rules.contract_minutes(self.need_minutes, p.ambulatory_minutes[grade]),
        )  # fmt: skip

    def keep_contract(self, request: Request, minutes: int, in_day_care: bool) -> None:
        """Write down what services give, and the months of waiting."""
        self.ambulatory_minutes = minutes
        self.has_ambulatory = minutes > 0
        self.waiting_ambulatory = rules.months_of_waiting(
            self.waiting_ambulatory, request.wants_ambulatory and not self.has_ambulatory
        )
        self.has_day_care = in_day_care
        self.day_care_minutes = 0
        if in_day_care:
            self.day_care_minutes = rules.minutes_in_day_care(
                self.need_minutes, minutes, self.model.p.day_care_minutes
            )
        self.waiting_day_care = rules.months_of_waiting(
            self.waiting_day_care, request.wants_day_care and not in_day_care
        )

    def be_cared_for_by_family(self, request: Request) -> None:
        """The family covers what services leave; carers get their hours and relief noted."""
        partner, child, others = rules.family_covers(
            self.need_minutes - self.ambulatory_minutes - self.day_care_minutes,
            request.by_partner, request.by_child, request.by_others,
        )  # fmt: skip
        self.family_minutes = partner + child + others
        relief = rules.relief_for_carer(
            self.has_ambulatory, self.has_day_care, self.neighbour_minutes
        )
        for carer, minutes in ((self.carer, partner), (self.child, child)):
            if carer is not None and minutes > 0:
                carer.caring_minutes += minutes
                carer.relief |= relief

    def settle_accounts(self) -> None:
        """What is missing, and the name of the setting: given + missing = need, to the minute."""
        if self.in_nursing_home:
            self.nursing_home_minutes = self.need_minutes
            self.family_minutes = self.neighbour_minutes = self.ambulatory_minutes = 0
            self.day_care_minutes = self.missing_minutes = 0
            return
        self.missing_minutes = (
            self.need_minutes - self.family_minutes - self.neighbour_minutes
            - self.ambulatory_minutes - self.day_care_minutes
        )  # fmt: skip
        self.setting = rules.setting_at_home(
            self.has_day_care, self.has_ambulatory, self.family_minutes
        )

    def pay_for_care(self, price_level: float) -> None:
        """Who pays for this month's care, to the cent."""
        p, benefits, supplements = self.model.p, self.model.benefits, self.model.supplements
        cash, in_kind, day_care, nursing_home = benefits[self.care_grade]
        municipality = 0.0
        if self.in_nursing_home:
            fund, household, municipality = rules.cost_in_nursing_home(
                nursing_home, p.nursing_home_care_share_before_supplement * price_level,
                supplements[rules.year_of_stay(self.home_months)],
                p.nursing_home_own_share * price_level, supplements[0],
                p.nursing_home_assistance_share,
                p.nursing_home_assistance_per_year / 12.0 * price_level,
            )  # fmt: skip
        else:
            fund, household = rules.cost_at_home(
                self.care_grade,
                self.ambulatory_minutes * p.price_per_minute_month * price_level,
                self.has_day_care, cash, in_kind, day_care,
                p.relief_amount_per_month * p.relief_amount_used_share,
                p.day_care_own_share_per_month,
            )  # fmt: skip
        cents = self.model.cents[self.district]
        cents["municipality"] += rules.in_cents(municipality)
        cents["care_fund"] += rules.in_cents(fund)
        cents["household"] += rules.in_cents(household)

    # Sixth stage ------------------------------------------------------------------------------

    def be_counted(self) -> None:
        """Stand in the month's counts, and among those whom measures can reach next month."""
        model, age, in_home = self.model, self.age, self.in_nursing_home
        cell, reachable = model.cell(self), model.reachable[self.district]
        cell["residents"] += 1
        cell["living_alone"] += self.lives_alone
        cell["lonely"] += self.lonely
        cell["withdrawn"] += self.withdrawn
        cell["mobility_limited"] += self.mobility_limited
        cell["knowing"] += self.known_point is not None
        cell["visitors"] += self.visits > 0
        cell["regular_visitors"] += self.habit >= model.p.participation_habit
        if self.volunteer > 0:
            cell["volunteers"] += 1
            cell["volunteer_minutes"] += self.volunteer_minutes
        if self.volunteer == VOLUNTEER_IN_QUARTER:
            cell["quarter_volunteers"] += 1
            cell["quarter_volunteer_minutes"] += self.volunteer_minutes
        if self.caring_minutes > 0:
            cell["carers"] += 1
            cell["strained_carers"] += self.strained
        if self.care_grade > 0:
            self.be_counted_in_need(cell)
        reachable["carers"] += self.caring_minutes > 0
        able = rules.grade_for_volunteering(self.care_grade, in_home)
        reachable["adults"] += rules.can_be_won(age, able, self.volunteer)
        reachable["over_65"] += age >= PENSION_AGE
        reachable["outreach"] += rules.can_be_contacted(
            age, self.withdrawn, self.known_point is not None
        )
        reachable["courses"] += rules.can_take_a_course(age, self.online)
        reachable["dwellings"] += rules.can_be_adapted(age, self.barrier_free, in_home)
        reachable["prevention"] += rules.can_be_visited(
            age, self.care_grade, self.prevention_until, model.month + 1
        )

    def be_counted_in_need(self, cell: dict[str, int]) -> None:
        """Stand in the counts of people with a care grade."""
        cell["in_need"] += 1
        cell[f"grade_{self.care_grade}"] += 1
        cell["need_minutes"] += self.need_minutes
        for kind in CARE_MINUTES:
            cell[f"{kind}_minutes"] += getattr(self, f"{kind}_minutes")
        cell["waiting_ambulatory"] += self.waiting_ambulatory > 0
        cell["waiting_day_care"] += self.waiting_day_care > 0
        cell["waiting_home"] += self.waiting_home > 0
        cell[SETTINGS[self.setting]] += 1
        at_home = not self.in_nursing_home
        cell["at_home"] += at_home
        if self.model.month > 0:
            cell["months_in_need"] += 1
            cell["months_in_need_at_home"] += at_home


class PlainModel(QuartierModel):
    """The town with residents who are objects; arguments as in `sim.model.QuartierModel`.

    Args:
        uniforms: gives the draws; those of `benchmarks.plain_python`, as plain Python by default.
    """

    def __init__(self, *arguments: Any, uniforms: Uniforms = uniforms, **named: Any) -> None:
        self.uniforms = uniforms
        super().__init__(*arguments, collect=False, **named)

    @property
    def people(self) -> AgentSet:
        """All residents, and until the end of the month those who have just left."""
        return self.agents_by_type[Resident]

    # The calendar -----------------------------------------------------------------------------

    def _start(self) -> None:
        """Month 0: residents as they were made, care of the start, capacities, mean risks."""
        state = self.state
        self.run_seed, self.now, self.year_index = int(state.seed), state.start, 0
        self.t, self.traits = plain_tables(state.tables), plain_tables(state.traits)
        self.p = plain_parameters(state.parameters)
        self.benefits, self.supplements = state.benefits.tolist(), state.supplements.tolist()
        self.means = state.means.tolist()
        points = zip(state.points.x.tolist(), state.points.y.tolist(), strict=True)
        self.offers = [Offer(index, x, y) for index, (x, y) in enumerate(points)]
        self.offers_near = [
            [self.offers[k] for k in near if k != NOBODY] for near in state.district_points.tolist()
        ]
        self.make_founders()
        self.start_counting()

        for point in self.meeting_points:
            point.act()
        self.look_around()
        self.count_everybody()
        self._weights = state.reachable[:, -1].astype(np.float64)
        for actor in (*self.managers, *self.districts):
            actor.act()
        self.look_around()
        clients = [
            (resident, resident.has_ambulatory, resident.has_day_care) for resident in self.people
        ]
        self.care_of_the_start(clients, EVERYBODY, EVERYBODY)
        minutes = sum(one.ambulatory_minutes for one, served, _ in clients if served)
        guests = sum(one.has_day_care for one, _, guest in clients if guest)
        self._open_services(minutes, guests)
        self.care_of_the_start(clients, minutes, guests)
        self.means = self.mean_risks()

    def care_of_the_start(
        self, clients: list[tuple[Resident, bool, bool]], minutes: int, guests: int
    ) -> None:
        """Care of month 0 with a capacity for the whole town, and a fresh count."""
        for resident, served, guest in clients:
            resident.has_ambulatory, resident.has_day_care = served, guest
            resident.caring_minutes = resident.relief = 0
            resident.waiting_ambulatory = resident.waiting_day_care = 0
        self.give_care(self._volunteer_minutes().tolist(), minutes, guests)
        self.start_counting()
        self.count_everybody()

    def step(self) -> None:
        """One month, in the order of the ODD."""
        self.month += 1
        self.state.month = self.month
        self.now, self.year_index = self.state.now, self.state.year
        volunteer_minutes = self._volunteer_minutes().tolist()
        self.measures_take_effect()
        self.look_around()
        self.start_counting()
        self.people.do("live")
        self.people.do("keep_company")
        self.seat_visitors()
        people = self.give_care(
            volunteer_minutes, self.services["ambulatory"].capacity,
            self.services["day_care"].capacity, self.services["nursing_home"].capacity,
        )  # fmt: skip
        self.pay_for_care(people)
        self._pay_for_measures()
        self.say_goodbye()
        self.welcome_newborns()
        self.welcome_newcomers()
        self.count_everybody()
        if self.month >= self.town.months:
            self.running = False

    def look_around(self) -> None:
        """What districts and meeting points have decided for this month."""
        points = self.state.points
        self.levers = self.state.levers.tolist()
        for offer in self.offers:
            offer.open = bool(points.open[offer.index])
            offer.all_ages = bool(points.all_ages[offer.index])
            offer.room = int(points.capacity[offer.index])

    # Seats ------------------------------------------------------------------------------------

    def seat_visitors(self) -> None:
        """Grant wished visits up to the room there is; the lot decides who is turned away."""
        visitors: dict[Offer, list[Resident]] = {offer: [] for offer in self.offers}
        for resident in self.people:
            resident.visits = 0
            if resident.is_here and resident.visit_wish > 0 and resident.known_point is not None:
                visitors[resident.known_point].append(resident)
        for offer, wishing in visitors.items():
            room = offer.room
            for resident in sorted(wishing, key=lot):
                resident.visits = min(room, resident.visit_wish)
                room -= resident.visits
        self.people.do("grow_habit")

    # Care -------------------------------------------------------------------------------------

    def give_care(
        self,
        volunteer_minutes: list[int],
        town_minutes: int,
        town_places: int,
        nursing_home_places: int | None = None,
    ) -> list[Resident]:
        """Nursing home, services, family, neighbours, and what is missing; people with a grade.

        Args:
            volunteer_minutes: minutes a week of the quarter's volunteers last month, by district.
            town_minutes: minutes a week of ambulatory care for the whole town.
            town_places: clients day care has room for in the whole town.
            nursing_home_places: that can be used; None leaves everybody where they are.
        """
        here = [resident for resident in self.people if resident.is_here]
        people = [resident for resident in here if resident.care_grade > 0]
        for resident in here:
            if resident.care_grade == 0 and resident.setting != INDEPENDENT:
                resident.need_no_care()
        if nursing_home_places is not None:
            self.fill_nursing_home(people, nursing_home_places)
        for person in people:
            person.need_care()
        at_home = [person for person in people if not person.in_nursing_home]
        self.serve([person.request_services() for person in at_home], town_minutes, town_places)
        self.help_neighbours(at_home, volunteer_minutes)
        for person in people:
            person.settle_accounts()
        return people

    def fill_nursing_home(self, people: list[Resident], places: int) -> None:
        """People ask for a place, free places are given, some leave for a home elsewhere."""
        free = places
        queue: list[tuple[float, Resident, bool]] = []
        for person in people:
            if person.in_nursing_home:
                free -= 1
                person.home_months = min(255, person.home_months + 1)
                continue
            u_ask, u_order, u_elsewhere, _ = person.draw(CARE)
            if person.waiting_home == 0 and not person.asks_for_nursing_home(u_ask):
                continue
            person.waiting_home = min(GOES_ELSEWHERE - 1, person.waiting_home + 1)
            order = rules.order_of_nursing_home(
                person.care_grade, person.share_missing, person.waiting_home, u_order
            )
            elsewhere = rules.finds_home_elsewhere(
                person.waiting_home,
                self.p.nursing_home_patience,
                self.p.nursing_home_out_of_town,
                u_elsewhere,
            )
            queue.append((order, person, elsewhere))
        for _, person, elsewhere in sorted(queue, key=first, reverse=True):
            if free > 0:
                free -= 1
                person.enter_nursing_home()
            elif elsewhere:
                # Goes in the first stage of the next month, so that all ties are cut in time.
                person.waiting_home = GOES_ELSEWHERE

    def serve(self, requests: list[Request], town_minutes: int, town_places: int) -> None:
        """Services are shared out in the order of the queues, then the family gives its part."""
        own_minutes = [int(levers[AMBULATORY_MINUTES]) for levers in self.levers]
        own_places = [int(levers[DAY_CARE_PLACES]) for levers in self.levers]
        queue = [
            (request.order_ambulatory, request, request.contract_minutes)
            for request in requests
            if request.wants_ambulatory
        ]
        served = share_out(queue, own_minutes, town_minutes)
        queue = [
            (request.order_day_care, request, 1) for request in requests if request.wants_day_care
        ]
        in_day_care = share_out(queue, own_places, town_places)
        for request in requests:
            minutes = request.contract_minutes if request in served else 0
            request.person.keep_contract(request, minutes, request in in_day_care)
            request.person.be_cared_for_by_family(request)

    def help_neighbours(self, at_home: list[Resident], volunteer_minutes: list[int]) -> None:
        """Organised neighbourly help for light needs, the most uncovered first."""
        pool = [
            int(minutes * levers[NEIGHBOURLY_SHARE])
            for minutes, levers in zip(volunteer_minutes, self.levers, strict=True)
        ]
        queue: list[tuple[float, Resident, int]] = []
        for person in at_home:
            given = person.family_minutes + person.ambulatory_minutes + person.day_care_minutes
            wanted = rules.neighbourly_help_wanted(
                person.care_grade, self.p.neighbourly_help_highest_grade, person.need_minutes,
                given, self.p.neighbour_minutes,
            )  # fmt: skip
            person.neighbour_minutes = 0
            if wanted > 0:
                _, u, _, _ = person.draw(PRIORITY)
                order = rules.order_of_neighbourly_help(person.need_minutes, given, u)
                queue.append((order, person, wanted))
        for _, person, wanted in sorted(queue, key=first, reverse=True):
            person.neighbour_minutes = min(wanted, pool[person.district])
            pool[person.district] -= person.neighbour_minutes

    def pay_for_care(self, people: list[Resident]) -> None:
        """This month's bills of everybody with a care grade, by district and payer."""
        self.cents = [dict.fromkeys(PAYERS, 0) for _ in self.levers]
        for person in people:
            person.pay_for_care(self._price_level())
        for district, bills in enumerate(self.cents):
            for payer, cents in enumerate(bills.values()):
                self.state.money[district, payer, ITEMS.index("care")] = cents / 100.0

    # Coming and going -------------------------------------------------------------------------

    def say_goodbye(self) -> None:
        """Those who died or left go out of their households and out of the model."""
        for resident in [one for one in self.people if not one.is_here]:
            if resident.household is not None:
                resident.household.members -= 1
            resident.remove()

    def welcome_newborns(self) -> None:
        """A newborn for every mother; it follows whoever decides for her."""
        for mother in [one for one in self.people if one.gives_birth]:
            uid = identity(NEWBORN_ID, mother.uid, mother.uid >> 32, self.month)
            u_sex, u_service, u_day, _ = self.uniforms(self.run_seed, uid, self.month, NEWBORN)
            sex = rules.sex_of_newborn(self.state.sex_ratio, u_sex)
            place = (mother.x, mother.y)
            newborn = Resident(self, uid, self.now, sex, mother.district, place, mother.household)
            newborn.arrived = self.month
            newborn.follows = mother.follows if mother.follows is not None else mother
            newborn.education = mother.education
            newborn.migration_background = mother.migration_background
            newborn.service_trait = int(u_service * 65536.0)
            newborn.day_care_trait = int(u_day * 65536.0)
            if mother.household is not None:
                mother.household.members += 1
            newborn.tally("births")

    def welcome_newcomers(self) -> None:
        """Households that move into each district."""
        for district, persons in enumerate(self.t.newcomers):
            uid = identity(DISTRICT_ID, district, 0, 0)
            u, _, _, _ = self.uniforms(self.run_seed, uid, self.month, ARRIVALS)
            number = rules.newcomer_households(persons / self.state.newcomer_household_persons, u)
            for place in range(number):
                self.welcome_household(district, place)

    def welcome_household(self, district: int, queue: int) -> None:
        """A newcomer with partner and children, if any.

        Args:
            district: where they move to.
            queue: place among this month's newcomers of the district, part of their identity.
        """
        uid = identity(HEAD_ID, district, self.month, queue)
        u_who, u_partner, u_children, u_place = self.uniforms(
            self.run_seed, uid, self.month, NEWCOMER
        )
        cell = min(bisect_right(self.t.newcomer_age, u_who), 2 * AGES - 1)
        sex, age = divmod(cell, AGES)
        # The lower digits of the draws give month of birth and place.
        fraction = rules.lower_digits(u_who, 1048576.0)
        months = rules.months_of_head(age, fraction)
        centre_x, centre_y = self.state.centres[district].tolist()
        radius = self.state.radius[district].item()
        north = rules.lower_digits(u_place, 65536.0)
        place = rules.place_in_district(centre_x, centre_y, radius, u_place, north)
        household = Household(self.households)
        self.households += 1

        head = self.settle_in(uid, months, sex, district, place, household)
        family = [head]
        if age >= FULL_AGE and u_partner < self.traits.partner[sex][age]:
            uid_of_partner = identity(PARTNER_ID, district, self.month, queue)
            months_of_partner = rules.months_of_partner(months, fraction)
            partner = self.settle_in(
                uid_of_partner, months_of_partner, 1 - sex, district, place, household
            )
            head.partner, partner.partner = partner, head
            if uid < uid_of_partner:
                partner.follows = head
            else:
                head.follows = partner
            family.append(partner)
        adults = tuple(family)
        number = rules.number_of_children(age, self.state.newcomer_child_share, u_children)
        for k in range(number):
            uid_of_child = identity(CHILD_ID, district, self.month, queue * 4 + k)
            u_age, u_sex, _, _ = self.uniforms(self.run_seed, uid_of_child, self.month, NEWCOMER)
            months_of_child = rules.months_of_child(months, u_age)
            child = self.settle_in(
                uid_of_child, months_of_child, int(u_sex * 2.0), district, place, household
            )
            child.follows = head.follows if head.follows is not None else head
            family.append(child)
        for adult in adults:
            self.finish(adult)
        for person in family:
            person.tally("moved_in")

    def settle_in(
        self,
        uid: int,
        months: int,
        sex: int,
        district: int,
        place: tuple[int, int],
        household: Household,
    ) -> Resident:
        """A newcomer with features drawn under the newcomer's identity."""
        p, traits = self.p, self.traits
        newcomer = Resident(self, uid, self.now - months, sex, district, place, household)
        household.members += 1
        age = newcomer.age
        u_education, u_grade, u_equipment, _ = newcomer.draw(NEWCOMER_TRAITS)
        u_volunteer, u_reach, u_mobility, u_background = newcomer.draw(NEWCOMER_FAMILY)
        newcomer.arrived = self.month
        newcomer.education = rules.education_of_newcomer(traits.education[age], u_education)
        newcomer.care_grade = rules.care_grade_of_newcomer(traits.grade[sex][age], u_grade)
        newcomer.setting = HOME_ALONE if newcomer.care_grade > 0 else INDEPENDENT
        newcomer.barrier_free = u_equipment < traits.barrier_free[age]
        newcomer.online = 1.0 - u_equipment < traits.online[age]
        newcomer.volunteer = rules.volunteering_of_newcomer(
            age, newcomer.care_grade, traits.volunteer[age], p.quarter_volunteer_share, u_volunteer
        )
        if newcomer.volunteer > 0:
            newcomer.volunteer_minutes = int(newcomer.minutes_given(u_background))
        newcomer.child_in_reach = rules.has_child_in_reach(age, p.child_in_reach_share, u_reach)
        newcomer.mobility_limited = u_mobility < traits.limited[sex][age]
        newcomer.migration_background = 1.0 - u_background < traits.migration_background[age]
        _, u_service, u_day_care, _ = newcomer.draw(NEWBORN)
        newcomer.service_trait = int(u_service * 65536.0)
        newcomer.day_care_trait = int(u_day_care * 65536.0)
        known = self.founders[district]
        if known and age >= FIRST_AGE_OF_COMPANY:
            met = [known[int(u * len(known))] for u in newcomer.draw(NEWCOMER_TIES)]
            newcomer.acquaintances = tuple(other for other in met if other.is_here)
        return newcomer

    def finish(self, newcomer: Resident) -> None:
        """Features that depend on whom one came with: loneliness, withdrawal, group."""
        age = newcomer.age
        _, _, _, u = newcomer.draw(NEWCOMER_TRAITS)
        if age >= FIRST_AGE_OF_COMPANY:
            has_partner = newcomer.partner is not None
            newcomer.lonely = u < self.traits.lonely[newcomer.sex][age][has_partner]
            newcomer.withdrawn = 1.0 - u < self.traits.withdrawn[age]
        alone = STARTED_ALONE if newcomer.lives_alone else 0
        newcomer.start_group = alone | (STARTED_WITHDRAWN if newcomer.withdrawn else 0)

    # Counting ---------------------------------------------------------------------------------

    def start_counting(self) -> None:
        """Start counting anew."""
        self.state.clear_counts()
        self.counts = [
            [[dict.fromkeys(COUNTS, 0) for _ in GROUPS] for _ in BANDS] for _ in self.districts
        ]
        self.reachable = [dict.fromkeys(REACHABLE, 0) for _ in self.districts]

    def cell(self, resident: Resident) -> dict[str, int]:
        """Counts of the resident's district, age band and group."""
        band = rules.band_of(resident.age)
        return self.counts[resident.district][band][resident.start_group]

    def count_everybody(self) -> None:
        """Stocks of everybody; then the actors can see the month's counts."""
        self.people.do("be_counted")
        self.state.counts[...] = [
            [[list(cell.values()) for cell in band] for band in district]
            for district in self.counts
        ]
        self.state.reachable[...] = [list(one.values()) for one in self.reachable]

    # The start --------------------------------------------------------------------------------

    def make_founders(self) -> None:
        """Residents at the start as objects, with references instead of row numbers."""
        state = self.state
        c = {
            name: column[: state.rows].tolist() for name, column in state.columns._asdict().items()
        }
        sizes = state.household_size[: state.households].tolist()
        households = [Household(number, size) for number, size in enumerate(sizes)]
        self.households = len(households)
        everybody = [
            Resident(
                self, c["uid"][i], c["birth_month"][i], c["sex"][i], c["district"][i],
                (c["x"][i], c["y"][i]),
                None if c["household"][i] == NOBODY else households[c["household"][i]],
            )
            for i in range(state.rows)
        ]  # fmt: skip
        for i, resident in enumerate(everybody):
            for name in PLAIN:
                setattr(resident, name, c[name][i])
            for name in LINKS:
                setattr(resident, name, None if c[name][i] == NOBODY else everybody[c[name][i]])
            known = c["known_point"][i]
            resident.known_point = None if known == NOBODY else self.offers[known]
            resident.acquaintances = tuple(
                everybody[other] for other in c["acquaintances"][i] if other != NOBODY
            )
        self.founders: list[list[Resident]] = [[] for _ in self.districts]
        for resident in everybody:
            self.founders[resident.district].append(resident)

    def mean_risks(self) -> list[list[list[float]]]:
        """Mean relative risks of the start by kind, sex and age band; see `sim.stages.settle`."""
        p, t = self.p, self.t
        total, weight = np.zeros((5, 2, 4)).tolist(), np.zeros((5, 2, 4)).tolist()

        def add(kind: int, sex: int, band: int, rate: float, risk: float) -> None:
            total[kind][sex][band] += rate * risk
            weight[kind][sex][band] += rate

        for one in self.people:
            sex, age, grade, in_home = one.sex, one.age, one.care_grade, one.in_nursing_home
            band = rules.risk_band_of(age)
            takes_part = rules.takes_part(one.habit, p.participation_habit, in_home)
            risk = rules.relative_risk_of_death(
                one.lonely, one.volunteer > 0, False,
                p.risk_lonely_death, p.risk_volunteer_death, p.risk_visit_death,
            )  # fmt: skip
            rate = t.death[0][sex][age][grade + 6 if in_home else grade]
            add(MEAN_DEATH, sex, band, rate, risk)
            if grade == 0:
                risk = rules.relative_risk_of_care_need(
                    takes_part, one.lonely, False, one.barrier_free,
                    p.risk_part_need, p.risk_lonely_need, p.risk_visit_need, p.risk_dwelling_need,
                )  # fmt: skip
                add(MEAN_CARE_NEED, sex, band, t.care_up[0][sex][age][0], risk)
            elif not in_home:
                risk = rules.relative_risk_of_nursing_home(
                    one.lives_alone, one.share_missing, one.carer_is_strained, False,
                    p.risk_alone_home, p.risk_gap_home, p.risk_strain_home,
                    p.preventive_visit_nursing_home,
                )  # fmt: skip
                add(MEAN_NURSING_HOME, sex, band, t.nursing_home_entry[sex][age][grade], risk)
            if age >= FIRST_AGE_OF_COMPANY and not one.lonely:
                risk = 1.0
                if takes_part:
                    risk *= p.ease_meeting
                if one.strained:
                    risk *= p.carer_loneliness_factor
                rate = t.lonely_onset[sex][age][one.partner is not None][in_home]
                add(MEAN_LONELINESS, sex, band, rate, risk)
            if one.caring_minutes > 0:
                relief = rules.relief_of_carer(
                    one.relief, 0.0, p.strain_factor_service, p.strain_factor_day_care,
                    p.strain_factor_neighbour, p.strain_factor_counselling,
                )  # fmt: skip
                total[MEAN_STRAIN][0][0] += one.caring_minutes / 60.0 * relief
                weight[MEAN_STRAIN][0][0] += 1.0
        return [
            [
                [
                    risks / weights if weights > 0.0 and risks > 0.0 else 1.0
                    for risks, weights in zip(*bands, strict=True)
                ]
                for bands in zip(*sexes, strict=True)
            ]
            for sexes in zip(total, weight, strict=True)
        ]


def share_out(
    queue: list[tuple[float, Request, int]], own_room: list[int], town_room: int
) -> set[Request]:
    """Give a service in the order of the queue: the district's own extra room first, then the town's.

    Args:
        queue: order, request, and the room it takes.
        own_room: extra capacity of each district; used up.
        town_room: capacity for the whole town.

    Returns:
        Requests that are served.
    """
    served = set()
    for _, request, size in sorted(queue, key=first, reverse=True):
        district = request.person.district
        if size <= own_room[district]:
            own_room[district] -= size
        elif size <= town_room:
            town_room -= size
        else:
            continue
        served.add(request)
    return served


def first(entry: tuple[Any, ...]) -> Any:
    """What a queue is ordered by."""
    return entry[0]


def lot(resident: Resident) -> float:
    """The lot that decides who finds a seat."""
    return resident.draw(PRIORITY)[0]
