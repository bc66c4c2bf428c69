"""The budget of a plan on its page."""

from __future__ import annotations

from sim.dashboard import session
from sim.dashboard.drafting.budget import Budget, budget_of
from sim.dashboard.language import lang, say
from sim.dashboard.parts import Text, html
from sim.dashboard.parts.budget import BudgetBars, BudgetRow
from sim.dashboard.words.plans import BUDGET_NOTE, budget_sentence
from sim.report.gather import PAYER_NAMES
from sim.report.numbers import decimal
from sim.town import Town
from sim.town.plan import Plan


def PlanBudget(town: Town, plan: Plan) -> None:  # noqa: N802
    """What a plan costs whom, year by year; bars are as long as in the dearest plan."""
    budget = budget_of(plan.measures, town.start, town.months)
    with html("div"):
        Text(budget_sentence(budget, lang.value))
        if budget.whole > 0:
            most = max(
                budget_of(one.measures, town.start, town.months).highest
                for one in (*session.plans.value, plan)
            )
            side = 0 if lang.value == "de" else 1
            BudgetBars(
                say("Was der Plan kostet (Euro)", "What the plan costs (euros)"),
                [(payer, PAYER_NAMES[payer][side]) for payer in budget.payers],
                [_row(budget, year) for year in budget.years],
                {"year": say("Jahr", "Year"), "total": say("Zusammen", "Total")},
                total=_sum(budget),
                most=most,
                note=BUDGET_NOTE[lang.value],
            )


def _row(budget: Budget, year: int) -> BudgetRow:
    euros = tuple(budget.euros[year][payer] for payer in budget.payers)
    months = budget.months[budget.years.index(year)]
    short = "" if months == 12 else say(f" ({months} Monate)", f" ({months} months)")
    return BudgetRow(
        f"{year}{short}",
        euros,
        tuple(decimal(one, lang.value) for one in euros),
        decimal(budget.total(year), lang.value),
    )


def _sum(budget: Budget) -> BudgetRow:
    sums = tuple(sum(budget.of(payer)) for payer in budget.payers)
    return BudgetRow(
        say("Zusammen", "Total"),
        sums,
        tuple(decimal(one, lang.value) for one in sums),
        decimal(budget.whole, lang.value),
    )
