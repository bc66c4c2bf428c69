"""What `app.py` shows: the page, with the settings and the guard that `quartier dashboard` has.

`solara run` has its server running before it reads the app, so the guard is put before it from
inside.
"""

from __future__ import annotations

import socket
import sys

import solara.server.starlette
from starlette.applications import Starlette

from sim.dashboard.front.lay_out import ASSETS
from sim.dashboard.serving import settings
from sim.dashboard.serving.app import participants
from sim.dashboard.serving.guard import Guard, new_code
from sim.dashboard.serving.page import Layout, Page

__all__ = ["Layout", "Page"]


def guard(server: Starlette) -> None:
    """Put the guard before a server that may be running already; a second time changes nothing."""
    if server.middleware_stack is None:
        server.middleware_stack = server.build_middleware_stack()
    if not isinstance(server.middleware_stack, Guard):
        # Solara does not tell where it listens: a code is ready for whoever comes from elsewhere.
        code = new_code()
        sys.stderr.write(
            f"Von anderen Rechnern nur mit Code / from other computers only with the code: {code}\n"
        )
        server.middleware_stack = Guard(
            server.middleware_stack,
            participants=participants(),
            names=(socket.gethostname(),),
            code=code,
            files=ASSETS,
            free_here=True,
        )


settings.apply()
guard(solara.server.starlette.app)
