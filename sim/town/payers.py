"""Who pays for a measure: shares that add up to one, during its term and for what remains of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sim.town.plan import PAYERS
from sim.town.problems import Both, did_you_mean, listing

SHARES_TOLERANCE = 1e-6

Refuse = Callable[[tuple[str, ...], str, Both, Both], None]
"""Adds a problem: the entry within the measure, what was found, what is expected, how to mend."""


def check_payers(
    name: str, shares: Mapping[str, float], must_be_there: bool, refuse: Refuse
) -> None:
    """Each payer is known, each share lies in 0 to 1, and together they pay everything once.

    Args:
        name: the entry, `payers` or `payers_after`.
        shares: share by payer; may be empty if nobody has to pay.
        must_be_there: whether there are costs that need a payer.
        refuse: takes what is wrong.
    """
    for payer, share in shares.items():
        if payer not in PAYERS:
            refuse(
                (name, payer),
                payer,
                Both(f"ein Kostenträger: {listing(PAYERS)}", f"a payer: {listing(PAYERS, 'en')}"),
                did_you_mean(payer, PAYERS),
            )
        if not 0 <= share <= 1:
            refuse(
                (name, payer),
                f"{share:g}",
                Both("ein Anteil von 0 bis 1", "a share of 0 to 1"),
                Both(
                    "den Anteil nicht in Prozent oder Euro angeben",
                    "give the share not in per cent or euros",
                ),
            )
    total = sum(shares.values())
    if (must_be_there or shares) and abs(total - 1.0) > SHARES_TOLERANCE:
        refuse(
            (name,),
            f"{total:.6g}",
            Both("die Summe 1 aller Anteile", "shares that add up to 1"),
            _mended(name, total, bool(shares)),
        )


def _mended(name: str, total: float, given: bool) -> Both:
    if not given:
        return Both(
            f"eintragen, wer zahlt, wie {name} = {{ municipality = 1 }}",
            f"enter who pays, such as {name} = {{ municipality = 1 }}",
        )
    if total > 1:
        return Both(
            "die Anteile senken, denn kein Euro wird zweimal bezahlt",
            "lower the shares, as no euro is paid twice",
        )
    return Both(
        "die Anteile ergänzen, denn jeder Euro braucht einen Kostenträger",
        "complete the shares, as every euro needs a payer",
    )


def check_payers_after(
    shares: Mapping[str, float], has_end: bool, refuse: Refuse, name: str = "payers_after"
) -> None:
    """Payers of what remains need an end after which they pay."""
    check_payers(name, shares, False, refuse)
    if shares and not has_end:
        refuse(
            (name,),
            listing(shares),
            Both(
                "eine Maßnahme mit end, denn diese Kostenträger zahlen, was danach bleibt",
                "a measure with end, as these payers pay what remains after it",
            ),
            Both("end ergänzen oder payers_after weglassen", "add end or leave payers_after out"),
        )
