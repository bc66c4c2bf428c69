"""The HTML documents the server sends: Solara's, mended, and the one that asks for the code."""

from __future__ import annotations

from sim.dashboard.front.lay_out import FRONT

LOOK = FRONT / "look"
"""Style sheets and icon; `custom.css` is the first, the others are for single pages."""

MENDED: tuple[tuple[str, str], ...] = (
    ("<html>", '<html lang="de">'),
    (
        "width=device-width, initial-scale=1, maximum-scale=1, user-scalable=no, minimal-ui",
        "width=device-width, initial-scale=1",
    ),
    ("<v-progress-linear", '<v-progress-linear aria-label="Es wird geladen (loading)"'),
    # Insides of the program are for its log, not for a projected page.
    ("var debug = true;", "var debug = false;"),
    (
        "App is disconnected, and may not function properly. Please refresh the page.",
        "Die Verbindung ist unterbrochen. Bitte die Seite neu laden. "
        "(The connection is lost. Please reload the page.)",
    ),
    (
        "Could not restore session. Please refresh the page.",
        "Diese Seite war zu lange ohne Verbindung. Bitte neu laden: Ort, Seite und Pläne stehen in "
        "der Adresse, Gespeichertes bleibt. (This page was without connection for too long. Please "
        "reload: place, page and plans stand in the address, what was saved is kept.)",
    ),
    ("Server\n                disconnected.", "Verbindung wird gesucht … (reconnecting)"),
    ("Restoring session…", "Wird wiederhergestellt … (restoring)"),
    ("Loading resources", "Das Dashboard wird geladen … (loading)"),
)
"""What Solara's own document says, and what ours says in its place."""


def mended(document: bytes) -> bytes:
    """Solara's document with a language, zoom allowed, our style sheets, and our words."""
    text = document.decode("utf-8", "replace")
    sheets = "".join(
        f'<link rel="stylesheet" href="/static/assets/{path.name}">'
        for path in sorted(LOOK.glob("*.css"))
        if path.name != "custom.css"  # stands in Solara's document already
    )
    text = text.replace("</head>", f"{sheets}</head>", 1)
    for old, new in MENDED:
        text = text.replace(old, new)
    return text.encode("utf-8")


def code_page(*, wrong: bool) -> str:
    """The page that asks for the code, in both languages and without any script.

    Args:
        wrong: a wrong code was given.
    """
    problem = (
        '<p role="alert" class="wrong">Dieser Code stimmt nicht. '
        '<span lang="en">This code is not right.</span></p>'
        if wrong
        else ""
    )
    return f"""<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Quartier – Code</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 1.25rem/1.5 system-ui, sans-serif; color: #1a1f24; background: #f4f5f2; margin: 0; }}
main {{ max-width: 34rem; margin: 10vh auto; padding: 1.5rem; background: #fff;
  border-top: .4rem solid #00527f; }}
input, button {{ font: inherit; padding: .5rem 1.5rem; border: 1px solid #6b7680; }}
input {{ width: 100%; box-sizing: border-box; }}
button {{ margin-top: 1rem; background: #00527f; color: #fff; }}
:focus-visible {{ outline: .2rem solid #1a1f24; outline-offset: .15rem;
  box-shadow: 0 0 0 .45rem #ffcf33; }}
.wrong {{ color: #a3260b; font-weight: 600; }}
</style></head><body><main>
<h1>Quartier</h1>
{problem}
<form method="post" action="/">
<label for="code">Code der Moderation <span lang="en">(moderator’s code)</span></label>
<input id="code" name="code" autocomplete="off" autofocus required maxlength="40">
<button type="submit">Öffnen <span lang="en">(open)</span></button>
</form>
<p>Er steht im Fenster, in dem das Programm gestartet wurde.
<span lang="en">It stands in the window in which the program was started.</span></p>
</main></body></html>
"""
