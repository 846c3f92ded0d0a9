"""How many calls a key and an address may make in a minute, with the library `limits`.

Counted in this process: several processes each count their own. Litestar's own middleware would do for
addresses, but it runs before the key is known, has one limit, and says no `Retry-After`.
"""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from litestar.exceptions import TooManyRequestsException


class Limits:
    """0 sets no limit."""

    def __init__(self, *, by_key: int = 0, by_address: int = 0) -> None:
        self._by_key = by_key
        self._by_address = by_address
        self._counts = MovingWindowRateLimiter(MemoryStorage())

    def count_key(self, key_id: str) -> None:
        """Raises TooManyRequestsException."""
        self._count(self._by_key, "key", key_id)

    def count_address(self, address: str) -> None:
        """Raises TooManyRequestsException."""
        self._count(self._by_address, "address", _network(address))

    def _count(self, limit: int, kind: str, name: str) -> None:
        if limit == 0:
            return
        item = RateLimitItemPerMinute(limit)
        if self._counts.hit(item, kind, name):
            return
        free_at = self._counts.get_window_stats(item, kind, name).reset_time
        seconds = max(1, math.ceil(free_at - time.time()))
        raise TooManyRequestsException(
            f"This {kind} has made its {limit} calls of a minute; call again in {seconds} seconds.",
            headers={"Retry-After": str(seconds)},
        )


def _network(address: str) -> str:
    """A subscriber has a whole /64 of IPv6: each of its addresses is the same caller. An IPv4 address is one
    also where it comes as ::ffff:192.0.2.1."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
