"""What an update says, in sentences and tables: first the surprise, then what follows from it."""

from __future__ import annotations

from sim.report.assumed import assumption_number, status_words
from sim.report.numbers import Lang, Ranged, decimal
from sim.report.table import Table
from sim.report.updated import (
    EVERYBODY,
    MOST_PLACES,
    OLDER,
    REFUGE_YEAR,
    Beside,
    Updated,
    Year,
    age_words,
    percent,
)
from sim.report.words import enumerated
from sim.updating import Learned
from sim.updating.surprise import SIGNIFICANT

MARK, EDGE = "●", "▲"
MOST_MISFITS = 3


def title(found: Updated, lang: Lang) -> str:
    """What the page is about."""
    town, until = found.update.town.label, found.until
    if not found.years:
        return (
            f"{town}: Vorausrechnung ohne gezählte Zahlen"
            if lang == "de"
            else f"{town}: forecast without counted figures"
        )
    return (
        f"{town}: Vorausrechnung und Zählung {until}"
        if lang == "de"
        else f"{town}: forecast and count of {until}"
    )


def surprise_sentence(found: Updated, lang: Lang) -> str:
    """Whether the newest count is more of a surprise than chance and not knowing explain."""
    if not found.years:
        return (
            "Nach dem Start wurde noch nichts gezählt: Diese Vorausrechnung beruht allein auf den "
            "Annahmen."
            if lang == "de"
            else "Nothing has been counted since the start: this forecast rests on the assumptions "
            "alone."
        )
    return year_sentence(found, found.years[-1], lang)


def year_sentence(found: Updated, year: Year, lang: Lang) -> str:
    """One year's surprise in words."""
    german = lang == "de"
    one = year.surprise
    number = decimal(one.dimensions, lang)
    share = percent(one.p_value, lang)
    at_most = one.p_value <= one.smallest_p + 1e-12
    count = decimal(one.draws, lang)
    if one.more_than_chance:
        how = (
            (
                f"keine der {count} durchgerechneten Möglichkeiten lag so weit ab"
                if german
                else f"none of the {count} possibilities computed lay so far away"
            )
            if at_most
            else (
                f"nur in {share} von 100 Fällen lägen sie durch Zufall und Unkenntnis so weit ab"
                if german
                else f"chance and not knowing would take them so far in only {share} of 100 cases"
            )
        )
        text = (
            f"Die Zählung {year.step.year} überrascht mehr, als Zufall und Unkenntnis erklären: "
            f"{number} Zahlen zusammen betrachtet, {how} (p = {_p(one.p_value, lang)})."
            if german
            else f"The count of {year.step.year} surprises more than chance and not knowing "
            f"explain: of {number} figures together, {how} (p = {_p(one.p_value, lang)})."
        )
    else:
        text = (
            f"Die Zählung {year.step.year} liegt im Rahmen des Erwarteten: In {share} von 100 "
            f"Fällen lägen die {number} Zahlen zusammen durch Zufall und Unkenntnis mindestens so "
            f"weit ab (p = {_p(one.p_value, lang)})."
            if german
            else f"The count of {year.step.year} lies within what was expected: in {share} of 100 "
            f"cases chance and not knowing would take the {number} figures together at least so "
            f"far (p = {_p(one.p_value, lang)})."
        )
    return f"{text} {_single_sentence(found, year, lang)}"


def _p(value: float, lang: Lang) -> str:
    return decimal(value, lang, 2 if value >= 0.095 else 3)


def _single_sentence(found: Updated, year: Year, lang: Lang) -> str:
    """Which single figures stand out, although so many were looked at."""
    german = lang == "de"
    out = sorted((one for one in year.beside if one.stands_out), key=lambda one: one.p_value)
    number = len(year.beside)
    if not out:
        return (
            f"Keine der {number} Zahlen fällt für sich allein aus dem Rahmen, wenn man "
            "berücksichtigt, dass so viele angesehen wurden."
            if german
            else f"None of the {number} figures stands out on its own once it is taken into "
            "account that so many were looked at."
        )
    names = [
        f"{found.place(one.figure.district, lang)}, {age_words(one.figure.ages, lang)} "
        f"({_signed(one.figure.value - one.before.value, lang)})"
        for one in out[:3]
    ]
    more = len(out) - len(names)
    listed = enumerated(names, lang)
    if german:
        rest = f" und {more} weitere" if more else ""
        return (
            "Auch für sich allein fallen aus dem Rahmen (obwohl so viele Zahlen angesehen "
            f"wurden): {listed}{rest}."
        )
    rest = f" and {more} more" if more else ""
    return f"On their own, too, these stand out (although so many were looked at): {listed}{rest}."


def _signed(value: float, lang: Lang) -> str:
    if value == 0.0:
        return "±0"
    return decimal(value, lang, sign=True)


def learning_sentence(found: Updated, lang: Lang) -> str:
    """How the draws were re-weighted, and whether new ones were needed."""
    if not found.years:
        return ""
    german = lang == "de"
    step = found.years[-1].step
    draws = len(step.before.draws)
    left = decimal(step.effective, lang, 0 if step.effective >= 10 else 1)
    text = (
        f"Neu gewichtet nach der Zählung {step.year}, zählen von {draws} Ziehungen der Annahmen "
        f"noch so viel wie {left} (wirksame Zahl)."
        if german
        else f"Re-weighted by the count of {step.year}, the {draws} draws of the assumptions count "
        f"as much as {left} (effective number)."
    )
    if not step.drawn_anew:
        return text + (
            " Das genügt: Die passenden wurden öfter genommen, die anderen seltener."
            if german
            else " That is enough: those that fit were taken more often, the others less."
        )
    rounds = len(step.rounds)
    last = decimal(step.rounds[-1], lang, 0 if step.rounds[-1] >= 10 else 1)
    return text + (
        f" Das ist zu wenig. Darum wurden neue Werte um die passenden gezogen und neu gerechnet "
        f"({rounds} {'Durchgang' if rounds == 1 else 'Durchgänge'}; wirksame Zahl dann {last})."
        if german
        else f" That is too few. So new values were drawn around those that fit and simulated "
        f"again ({rounds} {'round' if rounds == 1 else 'rounds'}; effective number then {last})."
    )


def limits(found: Updated, lang: Lang) -> tuple[str, ...]:
    """What re-weighting cannot explain, said one by one."""
    german = lang == "de"
    texts = []
    edge = [one for one in found.learned if one.at_the_edge]
    if edge:
        names = enumerated([assumption_label(found, one, lang) for one in edge], lang)
        texts.append(
            f"Am Rand der angenommenen Spanne liegt nun: {names}. Die Zahlen verlangen vielleicht "
            "mehr, als die Spanne erlaubt; bitte die Spanne in assumptions.csv prüfen."
            if german
            else f"Now at the edge of the assumed range: {names}. The figures may ask for more "
            "than the range allows; please check it in assumptions.csv."
        )
    if found.misfits:
        scale = found.scale(lang)
        listed = enumerated(
            [
                f"{found.place(one.figure.district, lang)}, {age_words(one.figure.ages, lang)}, "
                f"{one.figure.year} "
                + (
                    f"(gezählt {scale.value(Ranged(one.figure.value))}, gerechnet "
                    f"{scale.value(Ranged(one.expected))})"
                    if german
                    else f"(counted {scale.value(Ranged(one.figure.value))}, computed "
                    f"{scale.value(Ranged(one.expected))})"
                )
                for one in found.misfits[:MOST_MISFITS]
            ],
            lang,
        )
        more = len(found.misfits) - MOST_MISFITS
        rest = ""
        if more > 0:
            rest = f"; dazu {more} weitere" if german else f"; and {more} more"
        texts.append(
            f"Das erklären auch die neuen Annahmen nicht: {listed}{rest}. Daran ist das Modell zu "
            "verbessern, nicht die Gewichtung."
            if german
            else f"The new assumptions do not explain: {listed}{rest}. There the model must be "
            "improved, not the weights."
        )
    shocks = [year for year in found.years if year.surprise.more_than_chance]
    if shocks and not found.forecast.space.yearly:
        texts.append(
            "Der Wanderungssaldo ist in dieser Stadt in allen Jahren derselbe. Ein einmaliges "
            "Ereignis wird darum fälschlich für eine Eigenschaft des Ortes gehalten; "
            "net_migration_year_sd_per_1000 in assumptions.csv sagt, wie sehr Jahre schwanken."
            if german
            else "In this town net migration is the same in all years. A single event is "
            "therefore wrongly taken for a property of the place; net_migration_year_sd_per_1000 "
            "in assumptions.csv says how much years differ."
        )
    if found.forecast.space.yearly and found.years:
        texts.append(_shock_sentence(found, lang))
    return tuple(text for text in texts if text)


def _shock_sentence(found: Updated, lang: Lang) -> str:
    """Single years are booked as such, and go on only as far as the ledger says."""
    german = lang == "de"
    persistence = found.update.town.ledger["net_migration_persistence"].value
    lasting = decimal(100.0 * persistence, lang)
    text = (
        "Was ein einzelnes Jahr bringt, ist ein Ausschlag dieses Jahres und keine Annahme über den "
        f"Ort: Davon gehen nur {lasting} % ins nächste Jahr ein."
        if german
        else "What a single year brings is that year's own and no assumption about the place: only "
        f"{lasting} % of it goes into the next year."
    )
    if any(year.step.year == REFUGE_YEAR for year in found.years):
        text += (
            f" Das gilt auch für {REFUGE_YEAR}, als viele Menschen aus der Ukraine kamen: Aus den "
            "Jahren davor war das nicht zu errechnen, und für die Jahre danach sagt es wenig."
            if german
            else f" This holds for {REFUGE_YEAR} as well, when many people came from Ukraine: "
            "nothing in the years before could have told it, and it tells little about those after."
        )
    return text


def assumption_label(found: Updated, one: Learned, lang: Lang) -> str:
    """An assumption as people call it."""
    if one.year is not None:
        return (
            f"Wanderungssaldo {one.year} (je 1.000)"
            if lang == "de"
            else f"Net migration {one.year} (per 1,000)"
        )
    row = found.update.town.ledger[one.name]
    return row.label_de if lang == "de" else row.label_en


def beside_table(found: Updated, lang: Lang, most: int = MOST_PLACES) -> Table:
    """The newest count beside the forecast made before it: sums, then the districts.

    Args:
        found: what the update says.
        lang: language.
        most: districts shown, those with the largest surprise first.
    """
    german = lang == "de"
    rows = [_beside_row(found, one, lang) for one in found.sums]
    year = found.years[-1]
    shown = found.places_shown()[:most] if len(found.labels) > 1 or not found.sums else ()
    for place in shown:
        here = [one for one in year.beside if one.figure.district == place]
        rows += [
            _beside_row(found, one, lang)
            for one in here
            if one.figure.ages in (EVERYBODY, OLDER) or one.stands_out
        ]
    header = (
        ("Wer", "Vorausgerechnet (Spanne)", "Gezählt", "Unterschied", "Auffällig")
        if german
        else ("Who", "Forecast (range)", "Counted", "Difference", "Stands out")
    )
    hidden = len(found.labels) - len(shown) if shown else 0
    note = (
        f"Spanne vor der Zählung: 90 von 100 Rechnungen. {MARK} fällt auch für sich allein aus dem "
        "Rahmen; (○) liegt außerhalb der Spanne, wie es bei vielen Zahlen einige tun."
        if german
        else f"Range before the count: 90 of 100 runs. {MARK} stands out on its own as well; (○) "
        "lies outside its range, as some of many figures do."
    )
    if hidden > 0:
        note += (
            f" Alle Quartiere und Altersgruppen: tables/beside.csv ({hidden} Quartiere mehr)."
            if german
            else f" All districts and ages: tables/beside.csv ({hidden} districts more)."
        )
    name = (
        f"Vorausgerechnet und gezählt, Ende {found.until}"
        if german
        else f"Forecast and count, end of {found.until}"
    )
    return Table(name, header, tuple(rows), note)


def _beside_row(found: Updated, one: Beside, lang: Lang) -> tuple[str, ...]:
    scale = found.scale(lang)
    place = found.place(one.figure.district, lang)
    counted = scale.value(Ranged(one.figure.value))
    difference = "–"
    if one.figure.value >= found.small_cell or one.figure.value == 0.0:
        difference = _signed(one.figure.value - round(one.before.value), lang)
    mark = MARK if one.stands_out else ("(○)" if one.outside else "")
    return (
        f"{place}, {age_words(one.figure.ages, lang)}",
        scale.with_range(one.before),
        counted,
        difference,
        mark,
    )


def years_table(found: Updated, lang: Lang) -> Table:
    """Year by year: how surprising, and what it took to learn from it."""
    german = lang == "de"
    rows = []
    for year in found.years:
        step = year.step
        outside = sum(one.outside for one in year.beside)
        verdict = _verdict(year, lang)
        anew = (
            decimal(step.rounds[-1], lang)
            if step.drawn_anew
            else ("nicht nötig" if german else "not needed")
        )
        rows.append(
            (
                str(step.year),
                _p(year.surprise.p_value, lang),
                verdict,
                f"{outside} / {len(year.beside)}",
                decimal(step.effective, lang, 1),
                anew,
            )
        )
    draws = len(found.forecast.draws)
    header = (
        (
            "Jahr", "p", "Überraschung", "außerhalb der Spanne",
            f"wirksam von {draws}", "nach neuem Ziehen",
        )
        if german
        else ("Year", "p", "Surprise", "outside the range", f"effective of {draws}", "drawn anew")
    )  # fmt: skip
    note = (
        "p: Anteil der Fälle, in denen Zufall und Unkenntnis allein so weit führen. Von zehn "
        "Zahlen liegt im Mittel eine außerhalb ihrer Spanne. Kleiner als "
        f"{_p(1.0 / (draws + 1), lang)} kann p bei {draws} Ziehungen nicht werden."
        if german
        else "p: share of cases in which chance and not knowing alone lead so far. Of ten figures "
        "one lies outside its range on average. With "
        f"{draws} draws p cannot be smaller than {_p(1.0 / (draws + 1), lang)}."
    )
    return Table("Jahr für Jahr" if german else "Year by year", header, tuple(rows), note)


def _verdict(year: Year, lang: Lang) -> str:
    german = lang == "de"
    if year.adjusted <= SIGNIFICANT:
        return "mehr als Zufall" if german else "more than chance"
    if year.surprise.more_than_chance:
        return "mehr als Zufall, für sich betrachtet" if german else "more than chance, on its own"
    return "im Rahmen" if german else "as expected"


def learned_table(found: Updated, lang: Lang) -> Table:
    """What the counts say about the assumptions."""
    german = lang == "de"
    rows = []
    for one in found.learned:
        if one.year is not None and one.year > found.until:
            continue
        unit = "1/year per 1000"
        status = ""
        if one.year is None:
            row = found.update.town.ledger[one.name]
            unit, status = row.unit, status_words(row.status, lang)
        said = ("gelernt" if german else "learnt") if one.something else "–"
        if one.at_the_edge:
            said = f"{EDGE} {'am Rand der Spanne' if german else 'at the edge of the range'}"
        rows.append(
            (
                assumption_label(found, one, lang),
                _three(one.before, unit, lang),
                _three(one.after, unit, lang),
                said,
                status,
            )
        )
    header = (
        ("Annahme", "vor allen Zählungen", "jetzt", "", "Stand")
        if german
        else ("Assumption", "before any count", "now", "", "Status")
    )
    name = "Was die Zählungen über die Annahmen sagen" if german else "What the counts say"
    return Table(name, header, tuple(rows), prose=True)


def _three(values: tuple[float, float, float], unit: str, lang: Lang) -> str:
    low, median, high = (assumption_number(one, unit, lang, with_unit=False) for one in values)
    return f"{median} ({low} {'bis' if lang == 'de' else 'to'} {high})"


def outlook_table(found: Updated, lang: Lang, most: int = MOST_PLACES) -> Table:
    """The new forecast beside the old one: everybody and the older, in a few years.

    Args:
        found: what the update says.
        lang: language.
        most: districts shown, those with the largest surprise first.
    """
    german = lang == "de"
    scale = found.scale(lang)
    years = [year for year in (found.until + 1, found.last_year) if year > found.until]
    rows = []
    for place in (None, *(found.places_shown()[:most] if len(found.labels) > 1 else ())):
        for ages in (EVERYBODY, OLDER):
            course = found.course(place, ages)
            if course is None:
                continue
            name = f"{found.place(place, lang)}, {age_words(ages, lang)}"
            cells = [name]
            for year in dict.fromkeys(years):
                column = course.years.index(year)
                old = scale.with_range(course.before[column]) if course.before else "–"
                cells += [old, scale.with_range(course.after[column])]
            rows.append(tuple(cells))
    header = ["Wer" if german else "Who"]
    for year in dict.fromkeys(years):
        header += (
            [f"Ende {year}, bisher", f"Ende {year}, neu"]
            if german
            else [f"end of {year}, before", f"end of {year}, now"]
        )
    name = "Neue Vorausrechnung neben der bisherigen" if german else "The new forecast and the old"
    return Table(name, tuple(header), tuple(rows))


def closing(found: Updated, lang: Lang) -> str:
    """What the new forecast knows and what it does not."""
    del found
    return (
        "Modellrechnung, keine Vorhersage. Auch die neue Vorausrechnung beginnt beim Start der "
        "Stadt; danach folgt sie den Zählungen nur so weit, wie Annahmen und Zufall es erlauben. "
        "Die Zahlen der Einwohner sind für spätere Jahre auf den gezählten Stand gerückt, die "
        "Zahlen zu Pflege und Einsamkeit im selben Ordner nicht."
        if lang == "de"
        else "A model calculation, not a prophecy. The new forecast, too, begins at the town's "
        "start; from there it follows the counts only as far as assumptions and chance allow. "
        "Residents in later years are moved to where the count left them; care and loneliness in "
        "the same folder are not."
    )
