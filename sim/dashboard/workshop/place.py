"""Where participants find the workshop: the address of this server, and its QR code."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from sim.dashboard.workshop.codes import shown_code

PATH = "/mit"
MODULE_PIXELS = 8
QUIET_ZONE = 4
"""White modules around a QR code (ISO/IEC 18004)."""


@dataclass(frozen=True)
class Place:
    """Where the server listens; `host` is what others call it."""

    host: str
    port: int

    @property
    def reachable(self) -> bool:
        """Whether phones can reach it."""
        try:
            return not ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host.lower() != "localhost"

    @property
    def root(self) -> str:
        """Address of the server."""
        bare = self.host.strip("[]")
        return f"http://{f'[{bare}]' if ':' in bare else bare}:{self.port}"

    @property
    def address(self) -> str:
        """What participants type."""
        return self.root + PATH


_PLACES: list[Place] = []


def listen(host: str, port: int) -> None:
    """The server listens here from now on.

    Args:
        host: address or name by which others reach it.
        port: its port.
    """
    _PLACES[:] = [Place(host, port)]


def here() -> Place | None:
    """Where the server listens; None if nobody said."""
    return _PLACES[-1] if _PLACES else None


def link(place: Place, code: str) -> str:
    """What the QR code says: the page with the code filled in.

    The code stands behind "#": it is not sent, so it is in no server's log.
    """
    return f"{place.address}#{shown_code(code)}"


def qr_picture(text: str) -> str:
    """A QR code as the address of a picture (SVG) that is in the page itself.

    Args:
        text: what it says.
    """
    # Loaded only here: only the moderator's page draws one.
    import segno

    made: str = segno.make(text, error="m", micro=False).svg_data_uri(
        scale=MODULE_PIXELS, border=QUIET_ZONE, dark="#000", light="#fff"
    )
    return made
