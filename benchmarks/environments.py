"""Environments of the peers: one each, made from its pinned requirements, kept between runs.

    python -m benchmarks.environments            # all of them
    python -m benchmarks.environments pandas     # one

They lie in `benchmarks/.environments/` and take about two gigabytes. Packages come from wherever
pip is set up to look for them. What cannot be installed is told, and is a row of the table with
the reason; it ends nothing.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / ".environments"
REQUIREMENTS = HERE / "peers"
NAMES = ("pandas", "mesa-frames", "starsim", "neworder", "vivarium")
LONGEST_SECONDS = 900
STAMP = "made_from.txt"


class NotInstalledError(RuntimeError):
    """An environment that could not be made; the message is the reason, in one line."""


def environment(name: str) -> Path:
    """The Python of a peer's environment, made now if it is not there or its pins have changed.

    Raises:
        NotInstalledError: it cannot be made.
    """
    requirements = REQUIREMENTS / f"requirements-{name}.txt"
    pins = requirements.read_bytes() + sys.version.encode()
    digest = hashlib.sha256(pins).hexdigest()
    folder = FOLDER / name
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    stamp = folder / STAMP
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return python
    if folder.exists():
        shutil.rmtree(folder)
    _run([sys.executable, "-m", "venv", str(folder)], name)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--requirement", str(requirements)], name)
    stamp.write_text(digest, encoding="utf-8")
    return python


def _run(command: list[str], name: str) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise NotInstalledError(f"{name}: not installed within {LONGEST_SECONDS} s") from late
    if done.returncode != 0:
        raise NotInstalledError(f"{name}: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    """What went wrong, in one line: the last one that says so, or the last one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no message"])[-1][:200]


def main() -> int:
    """Make the environments named, or all; the number of those that failed."""
    failed = 0
    for name in sys.argv[1:] or NAMES:
        if name not in NAMES:
            print(f"{name}: not one of {', '.join(NAMES)}")
            failed += 1
            continue
        print(f"{name} …", end=" ", flush=True)
        try:
            environment(name)
        except NotInstalledError as reason:
            failed += 1
            print(f"failed: {reason}", flush=True)
        else:
            print("ready", flush=True)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
