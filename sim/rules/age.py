"""Age in years, and the age bands of counts and of mean risks."""

from __future__ import annotations

from sim.compiled import compiled


@compiled
def age_in_years(now: int, birth_month: int) -> int:
    """Completed years, 0 to 120."""
    return min(120, max(0, (now - birth_month) // 12))


@compiled
def band_of(age: int) -> int:
    """Age band of the indicators: 0 under 65, 1 65 to 79, 2 from 80."""
    if age < 65:
        return 0
    return 1 if age < 80 else 2


@compiled
def risk_band_of(age: int) -> int:
    """Age band of the mean risks: 0 under 50, 1 50 to 64, 2 65 to 79, 3 from 80."""
    if age < 50:
        return 0
    if age < 65:
        return 1
    return 2 if age < 80 else 3
