"""Our model, one run whose rows are spread over two threads."""

from __future__ import annotations

from benchmarks.peers.ours import main

if __name__ == "__main__":
    main(2, "ours, one run spread over 2 threads")
