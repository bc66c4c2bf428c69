"""One district of a result as if it were the whole: the same words, tables and charts hold."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from sim.report.findings import WHOLE_TOWN, Findings


def of_district(findings: Findings, district: str) -> Findings:
    """The result of one district, which takes the place of the whole town.

    What is kept back in the whole result stays kept back. Who gains and what decides between the
    plans are known for the town only and are left out.

    Args:
        findings: a result.
        district: key of one of its districts; the whole town gives the result itself.
    """
    if district == WHOLE_TOWN or district not in findings.district_labels:
        return findings
    found = replace(
        findings,
        town_label=f"{findings.district_labels[district]} ({findings.town_label})",
        district_labels={},
        levels=_only(findings.levels, district),
        differences=_only(findings.differences, district),
        euros=pd.DataFrame(),
        gains=pd.DataFrame(),
        break_even=pd.DataFrame(),
        settings=pd.DataFrame(),
        official=pd.DataFrame(),
        one_district=True,
    )
    # Which cells are kept back follows from all of them: from the district alone it does not.
    found.__dict__["marks"] = {
        (plan, quantity, WHOLE_TOWN, period): mark
        for (plan, quantity, place, period), mark in findings.marks.items()
        if place == district
    }
    return found


def _only(frame: pd.DataFrame, district: str) -> pd.DataFrame:
    if frame.empty:
        return frame
    rows = frame[frame["district"] == district]
    return rows.assign(district=WHOLE_TOWN).reset_index(drop=True)
