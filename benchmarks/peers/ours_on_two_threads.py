"""Our model: the whole month, compiled, the rows shared by two threads."""

from __future__ import annotations

from benchmarks.peers.ours import main

if __name__ == "__main__":
    main(2, "ours, 2 threads")
