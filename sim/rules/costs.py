"""Who pays for a person's care in a month: long-term-care fund, household, municipality."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def cost_at_home(
    grade: int,
    service_cost: float,
    in_day_care: bool,
    cash: float,
    in_kind: float,
    day_care: float,
    relief: float,
    day_care_own_share: float,
) -> tuple[float, float]:
    """Euros a month for a person with a care grade at home: (care fund, household).

    The fund pays ambulatory care up to the grade's ceiling, and of the cash benefit the share of
    the ceiling that was not used (Kombinationsleistung, SGB XI section 38); the household pays
    what exceeds the ceiling. Day care is paid on top up to its own ceiling (section 41); board is
    the household's. `relief` is the used part of the relief amount (section 45b).

    Args:
        grade: 1 to 5.
        service_cost: price of the ambulatory care received.
        in_day_care: whether the person has a place.
        cash, in_kind, day_care: benefits of the grade, euros a month.
        relief: used relief amount, euros a month.
        day_care_own_share: board and lodging in day care, euros a month.
    """
    fund = relief
    household = 0.0
    if in_kind > 0.0:
        used = min(service_cost, in_kind)
        fund += used + cash * (1.0 - used / in_kind)
        household += service_cost - used
    else:
        household += max(0.0, service_cost - relief)
    if in_day_care:
        fund += day_care
        household += day_care_own_share
    return fund, household


@compiled
def cost_in_nursing_home(
    benefit: float,
    care_share: float,
    supplement: float,
    own_share_first_year: float,
    first_supplement: float,
    assistance_share: float,
    assistance: float,
) -> tuple[float, float, float]:
    """Euros a month for a nursing home resident: (care fund, household, municipality).

    Args:
        benefit: contribution of the fund for the grade.
        care_share: the resident's share of care cost before the supplement.
        supplement: share of `care_share` the fund pays in this year of the stay (section 43c).
        own_share_first_year: resident's total own share in the first year, after its supplement.
        first_supplement: supplement of the first year.
        assistance_share: share of residents with social assistance (Hilfe zur Pflege).
        assistance: what the municipality or county then pays, euros a month.
    """
    fund = benefit + care_share * supplement
    own = own_share_first_year - care_share * (supplement - first_supplement)
    municipality = min(own, assistance) * assistance_share
    return fund, own - municipality, municipality


@compiled
def year_of_stay(home_months: int) -> int:
    """Year of the stay in a nursing home by which the fund's supplement rises: 0, 1, 2, or 3."""
    return min(3, home_months // 12)


@compiled
def in_cents(euros: float) -> int:
    """An amount of 0 or more, rounded to whole cents as on a bill."""
    return int(100.0 * euros + 0.5)
