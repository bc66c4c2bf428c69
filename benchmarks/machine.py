"""What the measurements ran on: processor, cores, memory, caches, versions, date."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

CPU_CACHES = Path("/sys/devices/system/cpu/cpu0/cache")
PACKAGES = ("quartier", "mesa", "numba", "numpy", "pandas", "scipy")
KIB, GIB = 1024, 1024**3
FALLBACK_L2 = 512 * KIB
"""Taken where the machine does not tell."""


def machine() -> dict[str, str]:
    """The machine in words, in the order of the report."""
    found = {"Processor": processor(), "Cores": str(cores())}
    levels = caches()
    if levels:
        found["Caches of core 0"] = ", ".join(
            f"{name} {size / KIB:,.0f} KiB" for name, size in levels.items()
        )
    memory = total_memory()
    if memory:
        found["Memory"] = f"{memory / GIB:.1f} GiB"
    found["System"] = f"{platform.system()} {platform.machine()}"
    found["Python"] = platform.python_version()
    found["Packages"] = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    found["Date"] = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
    return found


def version(package: str) -> str:
    """Version of an installed package, a dash if it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "–"


def processor() -> str:
    """Name of the processor."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def caches() -> dict[str, int]:
    """Bytes of the data caches of core 0 by level, empty where the machine does not tell."""
    found: dict[str, int] = {}
    for folder in sorted(CPU_CACHES.glob("index*")):
        try:
            kind = (folder / "type").read_text().strip()
            level = (folder / "level").read_text().strip()
            size = (folder / "size").read_text().strip()
        except OSError:
            continue
        if kind != "Instruction" and size.endswith("K"):
            found[f"L{level}"] = int(size[:-1]) * KIB
    return found


def total_memory() -> int:
    """Bytes of memory, 0 where the machine does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 0


def load() -> float:
    """Processes that wanted to run during the last minute; more than cores tells of company."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def median(numbers: Sequence[float]) -> float:
    """Median, NaN of nothing."""
    return statistics.median(numbers) if numbers else float("nan")
