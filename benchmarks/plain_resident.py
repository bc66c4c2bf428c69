"""A resident as an ordinary Mesa agent: what one person does in a month, stage by stage.

The rules are those of `sim.rules`, run as plain Python. Partner, child, parent, the person one
follows and the acquaintances are other residents; the meeting point one knows is an object too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa

from benchmarks.plain_python import (
    plain_rules,
)
from sim.draws import (
    ENGAGEMENT,
    LIFE,
    PERSON,
    PRIORITY,
    SOCIAL,
    SUPPORT,
)
from sim.levers import (
    ADAPTED_DWELLINGS,
    COUNSELLED,
    COURSES,
    OUTREACH,
    PREVENTIVE_VISITS,
    RECRUITED,
    SUPPORTS,
    TRAINED,
    TRANSPORT,
)
from sim.residents import (
    ALIVE,
    DIED,
    FEMALE,
    GOES_ELSEWHERE,
    INDEPENDENT,
    LEFT_FOR_HOME_OUT_OF_TOWN,
    MOVED_AWAY,
    NURSING_HOME,
    SETTINGS,
    VOLUNTEER_IN_QUARTER,
)
from sim.stages.life import (
    MEAN_CARE_NEED,
    MEAN_DEATH,
    MEAN_LONELINESS,
    MEAN_NURSING_HOME,
    MEAN_STRAIN,
)

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainModel

rules = plain_rules()

FIRST_AGE_OF_COMPANY = 14
FULL_AGE = 18
FIRST_AGE_OF_MOBILITY = 50
PENSION_AGE = 65

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
        if rules.can_be_contacted(
            age, p.outreach_age, self.withdrawn, self.known_point is not None
        ):
            contacted = u_contact < levers[OUTREACH]
            told = u_contact < levers[OUTREACH] * p.outreach_know
            if contacted and u_reconnect < p.outreach_reconnect and not in_home:
                self.withdrawn = False
        if (
            rules.can_be_visited(
                age,
                p.preventive_visit_age,
                self.care_grade,
                self.prevention_until,
                self.model.month,
            )
            and u_prevention < levers[PREVENTIVE_VISITS]
        ):
            self.prevention_until = self.model.month + p.prevention_months
        if rules.can_be_adapted(age, p.dwelling_age, self.barrier_free, in_home):
            self.barrier_free = u_support < levers[ADAPTED_DWELLINGS]
        if rules.can_take_a_course(age, p.course_age, self.online):
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
        coverage = self.model.levers[self.district][TRANSPORT]
        fetched = rules.is_fetched(age, p.ride_age, self.uid, coverage)
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
        p = model.p
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
            age, p.outreach_age, self.withdrawn, self.known_point is not None
        )
        reachable["courses"] += rules.can_take_a_course(age, p.course_age, self.online)
        reachable["dwellings"] += rules.can_be_adapted(
            age, p.dwelling_age, self.barrier_free, in_home
        )
        reachable["rides"] += age >= p.ride_age
        reachable["prevention"] += rules.can_be_visited(
            age, p.preventive_visit_age, self.care_grade, self.prevention_until, model.month + 1
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
