"""Our model: the whole month, counted only when somebody asks, as a study does."""

from __future__ import annotations

from benchmarks.peers.ours import main

if __name__ == "__main__":
    main(1, "ours, 1 thread, counted when asked", every_month=False)
