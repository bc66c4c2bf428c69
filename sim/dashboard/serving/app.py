"""The ASGI application: Solara behind the guard, the participants' pages beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable

from starlette.applications import Starlette

from sim.dashboard.front.lay_out import ASSETS
from sim.dashboard.serving.guard import Guard
from sim.dashboard.workshop.join import routes


def participants() -> Starlette:
    """The pages participants of a workshop see on their phones."""
    return Starlette(routes=routes())


DASHBOARD = "sim.dashboard.serving.page"
"""Module of the page Solara shows."""


def application(*, names: Iterable[str] = (), code: str = "", shown: str = DASHBOARD) -> Guard:
    """The dashboard as one ASGI application.

    Args:
        shown: module of the page; the tests show others.
        names: names the server may be called by, besides localhost and addresses in digits.
        code: the moderator's code; "" where only this machine can reach the server.
    """
    from sim.dashboard.serving import settings

    os.environ["SOLARA_APP"] = shown
    settings.apply()
    import solara.server.starlette

    return Guard(
        inside=solara.server.starlette.app,
        participants=participants(),
        names=tuple(names),
        code=code,
        files=ASSETS,
    )
