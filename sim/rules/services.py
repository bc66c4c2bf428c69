"""Who wants a service, and how urgent it is."""

from __future__ import annotations

from sim.compiled import compiled

# Settings at home, as in `sim.residents`.
HOME_ALONE, FAMILY, AMBULATORY, DAY_CARE = 1, 2, 3, 4


@compiled
def wants_service(trait: int, share: float, factor: float) -> bool:
    """Whether a person at home wants a service.

    Args:
        trait: the person's own for life, 0 to 65535; low means "rather soon".
        share: share of people at home of that age and grade who want it.
        factor: more than 1 for people without family help or after counselling.
    """
    return trait < share * factor * 65536.0


@compiled
def readiness_for_services(
    missing_share: float, missing_factor: float, counselling: float, counselling_factor: float
) -> float:
    """Factor on the share who want a service: more where the family covers less, and with advice.

    Args:
        missing_share: need not covered by the family, 0 to 1.
        missing_factor: factor if the family covers nothing.
        counselling: share of carers reached by counselling in the district, 0 to 1.
        counselling_factor: factor if reached.
    """
    return (1.0 + missing_share * (missing_factor - 1.0)) * (
        1.0 + counselling * (counselling_factor - 1.0)
    )


@compiled
def order_of_service(is_client: bool, missing_share: float, waiting_months: int, u: float) -> float:
    """Place in the queue; the larger number is served first.

    Clients keep their service; then by how much of the need nobody covers (eighths), then by
    months of waiting, then by lot.

    Args:
        is_client: has the service already.
        missing_share: need not covered by the family, 0 to 1.
        waiting_months: 0 to 255.
        u: uniform number.
    """
    order = 8.0 * is_client + int(8.0 * min(missing_share, 0.999))
    return (order * 256.0 + waiting_months) + u


@compiled
def relative_risk_of_nursing_home(
    alone: bool,
    missing_share: float,
    carer_strained: bool,
    prevented: bool,
    risk_alone: float,
    risk_missing: float,
    risk_strain: float,
    risk_visit: float,
) -> float:
    """Risk of asking for a nursing home place against a person living with others, all covered.

    Args:
        alone: lives alone.
        missing_share: share of the need that nobody covers; the full risk from a third on.
        carer_strained: the carer is highly burdened.
        prevented: preventive home visit (no effect found; the factor says so).
    """
    risk = 1.0
    if alone:
        risk *= risk_alone
    if missing_share > 0.0:
        risk *= 1.0 + (risk_missing - 1.0) * min(1.0, 3.0 * missing_share)
    if carer_strained:
        risk *= risk_strain
    if prevented:
        risk *= risk_visit
    return risk


@compiled
def asks_for_nursing_home(
    monthly_probability: float, relative_risk: float, mean_relative_risk: float, u: float
) -> bool:
    """Whether a person at home asks for a place this month."""
    return u < monthly_probability * relative_risk / mean_relative_risk


@compiled
def order_of_nursing_home(grade: int, missing_share: float, waiting_months: int, u: float) -> float:
    """Place in the queue for a nursing home: grade and gap, then waiting, then lot."""
    return (int(8.0 * min(missing_share, 0.999)) + 2.0 * grade) * 256.0 + waiting_months + u


@compiled
def finds_home_elsewhere(waiting_months: int, patience: int, share: float, u: float) -> bool:
    """Whether a person who has waited long finds a nursing home out of town this month.

    Args:
        waiting_months: including this one.
        patience: months people wait before they look elsewhere.
        share: monthly chance after that.
        u: uniform number.
    """
    return waiting_months > patience and u < share


@compiled
def contract_minutes(need: int, mean_minutes: float) -> int:
    """Minutes a week of an ambulatory contract: the grade's mean, no more than the need."""
    return min(need, int(mean_minutes + 0.5))


@compiled
def minutes_in_day_care(need: int, ambulatory_minutes: int, day_care_minutes: int) -> int:
    """Minutes a week of care in day care, no more than the ambulatory service leaves."""
    return min(need - ambulatory_minutes, day_care_minutes)


@compiled
def months_of_waiting(months: int, waits: bool) -> int:
    """Months on a waiting list after this month, at most 255; none for who does not wait."""
    return min(255, months + 1) if waits else 0


@compiled
def setting_at_home(has_day_care: bool, has_ambulatory: bool, family_minutes: int) -> int:
    """Where a person with a care grade at home gets care; codes of `sim.residents`."""
    if has_day_care:
        return DAY_CARE
    if has_ambulatory:
        return AMBULATORY
    return FAMILY if family_minutes > 0 else HOME_ALONE
