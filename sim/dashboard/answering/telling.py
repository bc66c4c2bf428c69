"""Telling those who wait, without letting a slow page hold up the desk.

Setting a value of a page may draw it anew, in the thread that sets it. So news go through threads
of their own; if a page is slow, it hears the newest only.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from sim.dashboard.answering.question import Told
from sim.dashboard.answering.work import Listener

THREADS = 2


class Teller:
    """Hands news to listeners, one at a time to each."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, "telling")
        self._lock = threading.Lock()
        self._news: dict[Listener, Told] = {}
        self._busy: set[Listener] = set()

    def tell(self, listener: Listener, told: Told) -> None:
        """Hand over soon; older news not heard yet are dropped."""
        with self._lock:
            self._news[listener] = told
            if listener in self._busy:
                return
            self._busy.add(listener)
        self._pool.submit(self._hand_over, listener)

    def forget(self, listener: Listener) -> None:
        """Tell nothing more."""
        with self._lock:
            self._news.pop(listener, None)

    def close(self) -> None:
        """End the threads; news handed over so far are told."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _hand_over(self, listener: Listener) -> None:
        while True:
            with self._lock:
                told = self._news.pop(listener, None)
                if told is None:
                    self._busy.discard(listener)
                    return
            try:
                listener.tell(told)
            except Exception:  # a page's mistake must not end the thread of all pages
                logging.getLogger(__name__).exception("a page could not take its answer")
