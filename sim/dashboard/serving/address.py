"""What the address of the page says: read as hostile, written back clean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from sim.dashboard import session
from sim.dashboard.answering.question import MOST_PLANS
from sim.dashboard.pages import PAGES, START
from sim.report.numbers import Lang

MOST = 4000
"""Characters of a query that are looked at."""
NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
"""Names of plans."""


@dataclass(frozen=True)
class Address:
    """What an address asks for; whatever was not understood is as if it were not there.

    Attributes:
        page: name of a page.
        town: key of a town, which may not exist; "" for none.
        lang: language; None if none is named.
        plans: names of plans, which may not exist.
        large: large type.
        plan: a plan packed into a link, unread; the page of plans unpacks and checks it.
    """

    page: str = START
    town: str = ""
    lang: Lang | None = None
    plans: tuple[str, ...] = ()
    large: bool = False
    plan: str = ""


def read(search: str) -> Address:
    """Read a query such as "?page=compare&town=herrenberg&lang=de&plans=a,b".

    Args:
        search: as the browser gave it.
    """
    try:
        query = parse_qs(search[:MOST].lstrip("?"), max_num_fields=30, errors="replace")
    except ValueError:
        return Address()
    given = {name: values[0] for name, values in query.items()}
    page = given.get("page", START)
    town = given.get("town", "")
    names = [name for name in given.get("plans", "").split(",") if NAME.fullmatch(name)]
    language = given.get("lang")
    return Address(
        page=page if page in PAGES else START,
        town=town[:100],
        lang="en" if language == "en" else "de" if language == "de" else None,
        plans=tuple(dict.fromkeys(names))[:MOST_PLANS],
        large=given.get("large") == "1",
        plan=given.get("plan", ""),
    )


def written() -> str:
    """The query of the address that leads to what this session shows."""
    parts = {"page": session.page.value}
    if session.town.value:
        parts["town"] = session.town.value
    parts["lang"] = session.lang.value
    if session.town.value and session.shown.value:
        own = [name for name in session.shown.value if NAME.fullmatch(name)]
        parts["plans"] = ",".join(own)
    if session.large.value:
        parts["large"] = "1"
    return "?" + urlencode(parts, safe=",")
