"""How often somebody may knock: whoever posts a thousand times a second disturbs nobody."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from threading import Lock

MOST_KEYS = 4_096
"""Keys remembered; beyond it those silent for longest are forgotten."""

IPV6_PREFIX = 64
"""Bits of an IPv6 address that one household or one phone has."""


@dataclass(frozen=True)
class Allowance:
    """What one key may do: `burst` at once, then `per_second`."""

    burst: float
    per_second: float


class Limiter:
    """Buckets of tokens, one a key; memory is bounded whatever comes."""

    def __init__(
        self,
        allowance: Allowance,
        clock: Callable[[], float] = time.monotonic,
        most: int = MOST_KEYS,
    ) -> None:
        self._allowance = allowance
        self._clock = clock
        self._most = most
        self._lock = Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, key: str, cost: float = 1.0) -> bool:
        """Take from the key's bucket; whether there was enough."""
        with self._lock:
            left = self._left(key)
            enough = left >= cost
            self._keep(key, left - cost if enough else left)
            return enough

    def has_room(self, key: str, cost: float = 1.0) -> bool:
        """Whether there is enough in the key's bucket; takes nothing."""
        with self._lock:
            return self._left(key) >= cost

    def seconds_until_allowed(self, cost: float = 1.0) -> int:
        """Seconds after which an empty bucket holds enough, at least 1."""
        return max(1, round(cost / self._allowance.per_second + 0.5))

    def __len__(self) -> int:
        return len(self._buckets)

    def _left(self, key: str) -> float:
        left, last = self._buckets.get(key, (self._allowance.burst, self._clock()))
        gained = max(0.0, self._clock() - last) * self._allowance.per_second
        return min(self._allowance.burst, left + gained)

    def _keep(self, key: str, left: float) -> None:
        self._buckets[key] = (left, self._clock())
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)


def address_key(host: str) -> str:
    """The key of an address: IPv6 by its network, since one phone has millions of addresses."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return f"{int(address) >> (128 - IPV6_PREFIX):x}/{IPV6_PREFIX}"
    return str(address)
