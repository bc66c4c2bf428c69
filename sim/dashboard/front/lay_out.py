"""Lays the browser's files out in `assets/`, where the server looks for them.

Run at set-up, `python -m sim.dashboard.front.lay_out`: npm fetches what `package-lock.json` pins
and checks it against the lock's sums. Where there is no npm, Solara's own client fetches the same
files once. Afterwards nothing needs a network. The built wheel carries the files.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

FRONT = Path(__file__).resolve().parent
ASSETS = FRONT.parent / "assets"
"""Laid out as Solara's proxy wants its cache: name@version/path."""

WANTED: dict[str, tuple[str, ...]] = {
    "@widgetti/solara-vuetify3-app": (
        "dist/main8.css",
        "dist/fonts.css",
        "dist/solara-vuetify-app8.min.js",
        "dist/*.woff2",
    ),
    "echarts": ("dist/echarts.min.js", "LICENSE", "NOTICE"),
    "requirejs": ("require.js",),
}
"""Of each package, the files the pages ask for; those with a star (fonts) can be missing."""

FOR_TESTS: dict[str, tuple[str, ...]] = {"axe-core": ("axe.min.js",)}


def versions() -> dict[str, str]:
    """Pinned version of each package of `package.json`."""
    told = json.loads((FRONT / "package.json").read_text(encoding="utf-8"))
    return {**told["dependencies"], **told["devDependencies"]}


def folder_of(package: str) -> Path:
    """Where the files of a package lie."""
    return ASSETS / f"{package}@{versions()[package]}"


def missing(wanted: dict[str, tuple[str, ...]] | None = None) -> list[str]:
    """Files that are not laid out yet."""
    return [
        f"{package}/{path}"
        for package, paths in (WANTED if wanted is None else wanted).items()
        for path in paths
        if "*" not in path and not (folder_of(package) / path).exists()
    ]


def with_npm(*, tests: bool) -> bool:
    """Fetch with npm; whether that was possible.

    Args:
        tests: also what only tests need.
    """
    npm = shutil.which("npm")
    if npm is None:
        return False
    with tempfile.TemporaryDirectory() as place:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(FRONT / name, place)
        asked = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run(
            asked if tests else [*asked, "--omit=dev"], cwd=place, check=False, env=os.environ
        )
        if done.returncode != 0:
            return False
        for package, paths in {**WANTED, **(FOR_TESTS if tests else {})}.items():
            fetched = Path(place) / "node_modules" / package
            for source in (found for path in paths for found in sorted(fetched.glob(path))):
                _put(source, folder_of(package) / source.relative_to(fetched))
    return True


def _put(source: Path, target: Path) -> None:
    # First beside it, so that an interrupted run leaves nothing half copied.
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(target.name + ".new")
    shutil.copy(source, beside)
    beside.replace(target)


def with_solara(wanted: dict[str, tuple[str, ...]]) -> bool:
    """Fetch with Solara's own client; whether all of it came."""
    from solara.server import cdn_helper

    for package, paths in wanted.items():
        for path in paths:
            if "*" not in path:
                try:
                    cdn_helper.get_path(ASSETS, f"{package}@{versions()[package]}/{path}")
                except Exception as error:  # any failure of the network means the same here
                    sys.stderr.write(f"{package}: {type(error).__name__}\n")
                    return False
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Lay out what is missing; 0 if everything is there."""
    parser = argparse.ArgumentParser(description="Fetch the files the browser needs.")
    parser.add_argument("--tests", action="store_true", help="also what the tests need")
    tests = parser.parse_args(arguments).tests
    wanted = {**WANTED, **(FOR_TESTS if tests else {})}
    if missing(wanted) and not with_npm(tests=tests):
        with_solara(
            {package: paths for package, paths in wanted.items() if missing({package: paths})}
        )
    gone = missing(wanted)
    if gone:
        sys.stderr.write(
            "Für das Dashboard fehlen Dateien: npm (Node.js) oder Internet wird einmal gebraucht. "
            "Alles andere läuft ohne sie.\n"
            "Files for the dashboard are missing: npm (Node.js) or the internet is needed once. "
            f"Everything else works without them.\n{', '.join(gone)}\n"
        )
    return 1 if gone else 0


if __name__ == "__main__":
    sys.exit(main())
