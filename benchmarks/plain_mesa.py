"""The model as ordinary Mesa agents: one Python object a resident, the same rules, the same draws.

This is the model in the form in which it is easiest to read. A resident is a `mesa.Agent` whose
partner, child, parent and acquaintances are other residents, and a month is a handful of methods
in the order of the ODD. What happens to one resident stands in `sim.rules` and is called here as
plain Python; the fast model (`sim.model`) compiles the same lines and maps them over columns. For
the same town, plan and seed both give the same residents, bit by bit, every month: see
`benchmarks/twin.py` and `tests/test_twin.py`.

Shared with the fast model, so not proved by the comparison: the rules, the residents as they were
made, the solved tables, the order of steps in month 0, and the actors (districts, meeting points,
managers, services). Written here a second time: all that happens among residents in a month, who
gets what is scarce, who comes, the counting, the bills, care and mean risks of month 0.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import numpy as np
from mesa.agent import AgentSet

from benchmarks.plain_python import (
    Uniforms,
    identity,
    plain_parameters,
    plain_tables,
    uniforms,
)
from benchmarks.plain_resident import (
    FIRST_AGE_OF_COMPANY,
    FULL_AGE,
    Household,
    Offer,
    Request,
    Resident,
    rules,
)
from sim.draws import (
    ARRIVALS,
    CARE,
    NEWBORN,
    NEWCOMER,
    NEWCOMER_FAMILY,
    NEWCOMER_TIES,
    NEWCOMER_TRAITS,
    PRIORITY,
)
from sim.indicators import BANDS, COUNTS, GROUPS, INDEX, ITEMS, PAYERS
from sim.levers import (
    AMBULATORY_MINUTES,
    DAY_CARE_PLACES,
    NEIGHBOURLY_SHARE,
)
from sim.model import QuartierModel
from sim.residents import (
    COLUMNS,
    GOES_ELSEWHERE,
    HOME_ALONE,
    INDEPENDENT,
    NOBODY,
    STARTED_ALONE,
    STARTED_WITHDRAWN,
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

AGES = 121

LINKS = ("partner", "child", "parent", "follows")
PLAIN = tuple(
    column.name
    for column in COLUMNS
    if column.name not in (*LINKS, "household", "known_point", "acquaintances")
)


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
        state = self.state
        state.flows[...] = [
            [[list(cell.values()) for cell in band] for band in district]
            for district in self.counts
        ]
        state.reach[...] = [list(one.values()) for one in self.reachable]
        state.stocks_known = True
        state.reach_known[:] = True
        for place, name in enumerate(("quarter_volunteers", "quarter_volunteer_minutes")):
            state.quarter[place] = state.flows[..., INDEX[name]].sum(axis=(1, 2))

    # Month 0 ----------------------------------------------------------------------------------

    def _start(self) -> None:
        """Residents become objects; what follows is the model's, in the steps below."""
        state = self.state
        self.run_seed, self.now, self.year_index = int(state.seed), state.start, 0
        self.t, self.traits = plain_tables(state.tables), plain_tables(state.traits)
        self.p = plain_parameters(state.parameters)
        self.benefits, self.supplements = state.benefits.tolist(), state.supplements.tolist()
        points = zip(state.points.x.tolist(), state.points.y.tolist(), strict=True)
        self.offers = [Offer(index, x, y) for index, (x, y) in enumerate(points)]
        self.offers_near = [
            [self.offers[k] for k in near if k != NOBODY] for near in state.district_points.tolist()
        ]
        self.make_founders()
        super()._start()

    def _count_everybody(self) -> None:
        self.start_counting()
        self.count_everybody()

    def _clients(self) -> Any:
        return [(one, one.has_ambulatory, one.has_day_care) for one in self.people]

    def _care_of_the_start(self, clients: Any, minutes: int, guests: int) -> None:
        self.look_around()
        for resident, has_ambulatory, has_day_care in clients:
            resident.has_ambulatory, resident.has_day_care = has_ambulatory, has_day_care
            resident.caring_minutes = resident.relief = 0
            resident.waiting_ambulatory = resident.waiting_day_care = 0
        self.give_care(self._volunteer_minutes().tolist(), minutes, guests)
        self._count_everybody()

    def _in_use(self, clients: Any) -> tuple[int, int]:
        minutes = sum(one.ambulatory_minutes for one, had_service, _ in clients if had_service)
        return minutes, sum(one.has_day_care for one, _, had_place in clients if had_place)

    def _find_reference_risks(self) -> None:
        self.means = self.mean_risks()

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
    """Give a service in the order of the queue: the district's own room first, then the town's.

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
