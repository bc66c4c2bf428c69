"""Words of the page of two lives: what happens to an invented person, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.dashboard.answering.lives import Event, Life, Parting, Person, Proposal, TwoLives, Value
from sim.dashboard.answering.reasons import HERE, Linked, Reason
from sim.dashboard.drafting.card import month_text
from sim.dashboard.drafting.editing import month_words
from sim.report.numbers import Lang, quoted
from sim.report.words import enumerated
from sim.town import Town
from sim.town.plan import Plan
from sim.town.problems import Both

YES, NO = True, False

_HAPPENS: dict[tuple[str, Value], Both] = {
    ("setting", "independent"): Both(
        "{Sie} kommt wieder ohne Pflege zurecht.", "{She} gets by without care again."
    ),
    ("setting", "home_alone"): Both(
        "{Sie} ist zu Hause ohne Hilfe.", "{She} is at home without help."
    ),
    ("setting", "family"): Both("Angehörige pflegen {sie}.", "Relatives care for {her}."),
    ("setting", "ambulatory"): Both(
        "Ein Pflegedienst kommt ins Haus.", "A care service comes to the house."
    ),
    ("setting", "day_care"): Both("{Sie} besucht die Tagespflege.", "{She} goes to day care."),
    ("setting", "nursing_home"): Both(
        "{Sie} zieht ins Pflegeheim.", "{She} moves into a nursing home."
    ),
    ("volunteer", 0): Both("{Sie} hört mit dem Ehrenamt auf.", "{She} stops volunteering."),
    ("volunteer", 1): Both(
        "{Sie} engagiert sich ehrenamtlich, etwa in einem Verein.",
        "{She} volunteers, for a club perhaps.",
    ),
    ("volunteer", 2): Both(
        "{Sie} hilft ehrenamtlich im Quartier mit.", "{She} volunteers in the quarter."
    ),
    ("visiting", "none"): Both(
        "{Sie} kommt in keinen Treffpunkt mehr.", "{She} no longer comes to a meeting point."
    ),
    ("visiting", "sometimes"): Both(
        "{Sie} kommt hin und wieder in einen Treffpunkt.",
        "{She} comes to a meeting point now and then.",
    ),
    ("visiting", "regular"): Both(
        "{Sie} kommt regelmäßig in den Treffpunkt.", "{She} comes to the meeting point regularly."
    ),
    ("known_point", None): Both(
        "{Sie} kennt keinen Treffpunkt mehr.", "{She} no longer knows a meeting point."
    ),
    ("partner", "here"): Both(
        "{Sie} lebt jetzt in einer Partnerschaft.", "{She} now lives with a partner."
    ),
    ("partner", "died"): Both("{Ihr} Partner oder {ihre} Partnerin stirbt.", "{Her} partner dies."),
    ("partner", "moved_away"): Both(
        "{Ihr} Partner oder {ihre} Partnerin zieht fort.", "{Her} partner moves away."
    ),
    ("partner", "left_for_home_out_of_town"): Both(
        "{Ihr} Partner oder {ihre} Partnerin zieht in ein auswärtiges Pflegeheim.",
        "{Her} partner moves to a nursing home elsewhere.",
    ),
    ("partner", "apart"): Both(
        "{Sie} lebt nicht mehr mit {ihrem} Partner oder {ihrer} Partnerin zusammen.",
        "{She} no longer lives with {her} partner.",
    ),
    ("lives_alone", YES): Both("{Sie} lebt jetzt allein.", "{She} now lives alone."),
    ("lives_alone", NO): Both("{Sie} lebt nicht mehr allein.", "{She} no longer lives alone."),
    ("mobility_limited", YES): Both(
        "Gehen und Treppen fallen {ihr} schwer.", "Walking and stairs are hard for {her}."
    ),
    ("mobility_limited", NO): Both(
        "Gehen fällt {ihr} wieder leichter.", "Walking is easier for {her} again."
    ),
    ("lonely", YES): Both("{Sie} fühlt sich einsam.", "{She} feels lonely."),
    ("lonely", NO): Both("{Sie} fühlt sich nicht mehr einsam.", "{She} no longer feels lonely."),
    ("withdrawn", YES): Both("{Sie} zieht sich zurück.", "{She} withdraws."),
    ("withdrawn", NO): Both("{Sie} findet wieder Anschluss.", "{She} finds company again."),
    ("strained", YES): Both(
        "Die Pflege eines Angehörigen belastet {sie} stark.",
        "Caring for a relative is a heavy burden for {her}.",
    ),
    ("strained", NO): Both(
        "Die Pflege eines Angehörigen belastet {sie} weniger.",
        "Caring for a relative is less of a burden for {her}.",
    ),
    ("has_ambulatory", YES): Both(
        "Ein Pflegedienst nimmt {sie} auf.", "A care service takes {her} on."
    ),
    ("has_ambulatory", NO): Both(
        "Der Pflegedienst kommt nicht mehr.", "The care service no longer comes."
    ),
    ("has_day_care", YES): Both(
        "{Sie} bekommt einen Platz in der Tagespflege.", "{She} gets a place in day care."
    ),
    ("has_day_care", NO): Both(
        "{Sie} geht nicht mehr in die Tagespflege.", "{She} no longer goes to day care."
    ),
    ("barrier_free", YES): Both(
        "{Ihre} Wohnung wird barrierearm.", "{Her} dwelling becomes barrier-reduced."
    ),
    ("barrier_free", NO): Both(
        "{Ihre} Wohnung ist nicht mehr barrierearm.",
        "{Her} dwelling is no longer barrier-reduced.",
    ),
    ("online", YES): Both(
        "{Sie} lernt, das Internet zu nutzen.", "{She} learns to use the internet."
    ),
    ("online", NO): Both(
        "{Sie} nutzt das Internet nicht mehr.", "{She} no longer uses the internet."
    ),
    ("waiting_ambulatory", YES): Both(
        "{Sie} wartet auf einen Pflegedienst.", "{She} waits for a care service."
    ),
    ("waiting_ambulatory", NO): Both(
        "{Sie} wartet nicht mehr auf einen Pflegedienst.",
        "{She} no longer waits for a care service.",
    ),
    ("waiting_day_care", YES): Both(
        "{Sie} wartet auf einen Platz in der Tagespflege.",
        "{She} waits for a place in day care.",
    ),
    ("waiting_day_care", NO): Both(
        "{Sie} wartet nicht mehr auf die Tagespflege.", "{She} no longer waits for day care."
    ),
    ("waiting_home", YES): Both(
        "{Sie} wartet auf einen Platz im Pflegeheim.", "{She} waits for a nursing home place."
    ),
    ("waiting_home", NO): Both(
        "{Sie} wartet nicht mehr auf einen Heimplatz.",
        "{She} no longer waits for a nursing home place.",
    ),
    ("missing_minutes", YES): Both(
        "{Ihr} fehlt es an Pflege und Hilfe.", "{She} lacks care and help."
    ),
    ("missing_minutes", NO): Both(
        "{Ihr} fehlt es nicht mehr an Pflege und Hilfe.", "{She} no longer lacks care and help."
    ),
    ("caring_minutes", YES): Both(
        "{Sie} pflegt jetzt selbst jemanden aus der Familie.",
        "{She} now cares for somebody in the family.",
    ),
    ("caring_minutes", NO): Both(
        "{Sie} pflegt niemanden mehr.", "{She} no longer cares for anybody."
    ),
    ("neighbour_minutes", YES): Both("Ehrenamtliche helfen {ihr}.", "Volunteers help {her}."),
    ("neighbour_minutes", NO): Both(
        "Ehrenamtliche helfen {ihr} nicht mehr.", "Volunteers no longer help {her}."
    ),
    ("family_minutes", YES): Both("Die Familie hilft {ihr}.", "The family helps {her}."),
    ("family_minutes", NO): Both(
        "Die Familie hilft {ihr} nicht mehr.", "The family no longer helps {her}."
    ),
    ("status", "died"): Both("{Sie} stirbt.", "{She} dies."),
    ("status", "moved_away"): Both("{Sie} zieht fort.", "{She} moves away."),
    ("status", "left_for_home_out_of_town"): Both(
        "{Sie} zieht in ein Pflegeheim außerhalb.", "{She} moves to a nursing home elsewhere."
    ),
}
"""What a change means, by what changed and to which value."""

_IS: dict[tuple[str, Value], Both] = {
    ("status", "alive"): Both("{sie} lebt weiter hier", "{she} goes on living here"),
    ("status", "died"): Both("{sie} ist gestorben", "{she} has died"),
    ("status", "moved_away"): Both("{sie} ist fortgezogen", "{she} has moved away"),
    ("status", "left_for_home_out_of_town"): Both(
        "{sie} ist in ein auswärtiges Heim gezogen", "{she} has moved to a home elsewhere"
    ),
    ("setting", "independent"): Both("{sie} braucht keine Pflege", "{she} needs no care"),
    ("setting", "home_alone"): Both("{sie} ist ohne Hilfe", "{she} is without help"),
    ("setting", "family"): Both("Angehörige pflegen {sie}", "relatives care for {her}"),
    ("setting", "ambulatory"): Both("ein Pflegedienst kommt", "a care service comes"),
    ("setting", "day_care"): Both("{sie} ist in der Tagespflege", "{she} is in day care"),
    ("setting", "nursing_home"): Both("{sie} lebt im Pflegeheim", "{she} lives in a nursing home"),
    ("volunteer", 0): Both("kein Ehrenamt", "no volunteering"),
    ("volunteer", 1): Both("ein Ehrenamt anderswo", "volunteering elsewhere"),
    ("volunteer", 2): Both("ein Ehrenamt im Quartier", "volunteering in the quarter"),
    ("visiting", "none"): Both("{sie} kommt in keinen Treffpunkt", "{she} visits no meeting point"),
    ("visiting", "sometimes"): Both(
        "{sie} kommt hin und wieder in einen Treffpunkt",
        "{she} visits a meeting point now and then",
    ),
    ("visiting", "regular"): Both(
        "{sie} kommt regelmäßig in den Treffpunkt", "{she} visits the meeting point regularly"
    ),
    ("known_point", None): Both("{sie} kennt keinen Treffpunkt", "{she} knows no meeting point"),
    ("lonely", YES): Both("{sie} ist einsam", "{she} is lonely"),
    ("lonely", NO): Both("{sie} ist nicht einsam", "{she} is not lonely"),
    ("withdrawn", YES): Both("{sie} lebt zurückgezogen", "{she} lives withdrawn"),
    ("withdrawn", NO): Both("{sie} hat Anschluss", "{she} has company"),
    ("strained", YES): Both("{sie} ist hoch belastet", "{she} is heavily burdened"),
    ("strained", NO): Both("{sie} ist nicht hoch belastet", "{she} is not heavily burdened"),
    ("has_ambulatory", YES): Both("ein Pflegedienst kommt", "a care service comes"),
    ("has_ambulatory", NO): Both("kein Pflegedienst kommt", "no care service comes"),
    ("has_day_care", YES): Both("{sie} hat einen Platz in der Tagespflege", "{she} has day care"),
    ("has_day_care", NO): Both("keine Tagespflege", "no day care"),
    ("mobility_limited", YES): Both("Gehen fällt {ihr} schwer", "walking is hard for {her}"),
    ("mobility_limited", NO): Both("Gehen fällt {ihr} leicht", "walking is easy for {her}"),
    ("lives_alone", YES): Both("{sie} lebt allein", "{she} lives alone"),
    ("lives_alone", NO): Both("{sie} lebt nicht allein", "{she} does not live alone"),
    ("barrier_free", YES): Both("die Wohnung ist barrierearm", "the dwelling is barrier-reduced"),
    ("barrier_free", NO): Both("die Wohnung hat Barrieren", "the dwelling has barriers"),
    ("online", YES): Both("{sie} nutzt das Internet", "{she} uses the internet"),
    ("online", NO): Both("{sie} nutzt das Internet nicht", "{she} does not use the internet"),
    ("waiting_ambulatory", YES): Both(
        "{sie} wartet auf einen Pflegedienst", "{she} waits for a care service"
    ),
    ("waiting_ambulatory", NO): Both(
        "{sie} wartet auf keinen Pflegedienst", "{she} waits for no care service"
    ),
    ("waiting_day_care", YES): Both("{sie} wartet auf Tagespflege", "{she} waits for day care"),
    ("waiting_day_care", NO): Both(
        "{sie} wartet nicht auf Tagespflege", "{she} does not wait for day care"
    ),
    ("waiting_home", YES): Both("{sie} wartet auf einen Heimplatz", "{she} waits for a home"),
    ("waiting_home", NO): Both(
        "{sie} wartet auf keinen Heimplatz", "{she} does not wait for a home"
    ),
    ("missing_minutes", YES): Both("{ihr} fehlt Hilfe", "{she} lacks help"),
    ("missing_minutes", NO): Both("{ihr} fehlt keine Hilfe", "{she} lacks no help"),
    ("caring_minutes", YES): Both("{sie} pflegt jemanden", "{she} cares for somebody"),
    ("caring_minutes", NO): Both("{sie} pflegt niemanden", "{she} cares for nobody"),
    ("neighbour_minutes", YES): Both("Ehrenamtliche helfen", "volunteers help"),
    ("neighbour_minutes", NO): Both("keine Ehrenamtlichen helfen", "no volunteers help"),
    ("family_minutes", YES): Both("die Familie hilft", "the family helps"),
    ("family_minutes", NO): Both("die Familie hilft nicht", "the family does not help"),
    ("partner", "here"): Both("{sie} hat einen Menschen an {ihrer} Seite", "{she} has a partner"),
    ("partner", None): Both("ohne Partnerschaft", "no partner"),
    ("partner", "died"): Both("verwitwet", "widowed"),
}
"""How something is, by what it is and its value."""

_WOMAN = {
    "Sie": "Sie", "sie": "sie", "Ihr": "Ihr", "ihr": "ihr", "Ihre": "Ihre", "ihre": "ihre",
    "ihrem": "ihrem", "ihrer": "ihrer", "She": "She", "she": "she", "Her": "Her", "her": "her",
}  # fmt: skip
_MAN = {
    "Sie": "Er", "sie": "er", "Ihr": "Sein", "ihr": "ihm", "Ihre": "Seine", "ihre": "seine",
    "ihrem": "seinem", "ihrer": "seiner", "She": "He", "she": "he", "Her": "His", "her": "him",
}  # fmt: skip


def _said(both: Both, person: Person, lang: Lang) -> str:
    """A sentence about her or him."""
    text = both.de if lang == "de" else both.en
    words = dict(_WOMAN if person.female else _MAN)
    if not person.female:
        # German and English use one word where the other gender has two.
        if text.startswith("{Ihr} fehlt"):
            words["Ihr"] = "Ihm"
        if "pflegen {sie}" in text or "belastet {sie}" in text or "nimmt {sie}" in text:
            words["sie"] = "ihn"
        if "{her} partner" in text:
            words["her"] = "his"
    return text.format(**words)


def happens(event: Event, person: Person, lang: Lang) -> str:
    """An event as a sentence."""
    german = lang == "de"
    if event.what == "care_grade":
        return _grade(event, person, lang)
    if event.what == "known_point" and event.after is not None:
        name = quoted(str(event.after), lang)
        both = Both(
            f"{{Sie}} erfährt vom Treffpunkt {_safe(name)}.",
            f"{{She}} hears of the meeting point {_safe(name)}.",
        )
        return _said(both, person, lang)
    both = _HAPPENS.get((event.what, event.after)) or Both(
        "Etwas ändert sich.", "Something changes."
    )
    if event.what == "visiting" and event.before == "regular" and event.after == "sometimes":
        both = Both(
            "{Sie} kommt nur noch hin und wieder in den Treffpunkt.",
            "{She} comes to the meeting point only now and then.",
        )
    if event.what == "setting" and event.before == "nursing_home" and german:
        both = Both("{Sie} zieht aus dem Pflegeheim aus.", both.en)
    return _said(both, person, lang)


def _safe(name: str) -> str:
    return name.replace("{", "{{").replace("}", "}}")


def _grade(event: Event, person: Person, lang: Lang) -> str:
    before, after = int(event.before or 0), int(event.after or 0)
    if not after:
        both = Both("{Sie} braucht keine Pflege mehr.", "{She} no longer needs care.")
    elif not before:
        both = Both(
            f"{{Sie}} wird pflegebedürftig: Pflegegrad {after}.",
            f"{{She}} comes to need care: care grade {after}.",
        )
    elif after > before:
        both = Both(
            f"Der Pflegebedarf nimmt zu: Pflegegrad {after} nach {before}.",
            f"More care is needed: care grade {after} after {before}.",
        )
    else:
        both = Both(
            f"Der Pflegebedarf nimmt ab: Pflegegrad {after} nach {before}.",
            f"Less care is needed: care grade {after} after {before}.",
        )
    return _said(both, person, lang)


def told(events: Iterable[Event]) -> list[Event]:
    """The events of one month without those that another one says already."""
    listed = list(events)
    changed = {event.what: event.after for event in listed}
    setting = changed.get("setting")
    left_out = set()
    for service in ("ambulatory", "day_care"):
        if setting == service:
            left_out |= {f"has_{service}", f"waiting_{service}"}
        elif f"has_{service}" in changed:
            left_out.add(f"waiting_{service}")
    if setting in ("family", "nursing_home", "home_alone", "independent"):
        left_out |= {"family_minutes", "has_ambulatory", "has_day_care"}
    if setting == "nursing_home":
        left_out |= {"waiting_home", "lives_alone", "neighbour_minutes", "visiting",
                     "waiting_ambulatory", "waiting_day_care"}  # fmt: skip
    if changed.get("care_grade") == 0:
        left_out.add("setting")
    if changed.get("partner") == "died":
        left_out.add("lives_alone")
    if "status" in changed:
        left_out |= set(changed) - {"status"}
    return [event for event in listed if event.what not in left_out]


FLEETING = 6
"""Months within which a change of habit that is undone again is not told."""


def calmed(events: Iterable[Event], keep: int | None = None) -> list[Event]:
    """A life's events without coming and staying away that takes turns every few months.

    Args:
        events: of one life, in order.
        keep: a month whose events all stay.
    """
    listed = list(events)
    visiting = [event for event in listed if event.what == "visiting"]
    left_out: set[int] = set()
    place = 0
    while place + 1 < len(visiting):
        one, other = visiting[place], visiting[place + 1]
        undone = other.after == one.before and other.month - one.month <= FLEETING
        if undone and keep not in (one.month, other.month):
            left_out |= {id(one), id(other)}
            place += 2
        else:
            place += 1
    return [event for event in listed if id(event) not in left_out]


def sentences(events: Iterable[Event], person: Person, lang: Lang) -> tuple[str, ...]:
    """The events of one month as sentences, none twice."""
    return tuple(dict.fromkeys(happens(event, person, lang) for event in told(events)))


def described(person: Person, town: Town, lang: Lang) -> str:
    """Who it is, without a name: "Frau, 78, Altstadt, lebt allein, Pflegegrad 2"."""
    german = lang == "de"
    sex = ("Frau" if german else "Woman") if person.female else ("Mann" if german else "Man")
    parts = [sex, str(person.age), town.districts[person.district].label]
    if person.lives_alone:
        parts.append("lebt allein" if german else "lives alone")
    if person.care_grade:
        parts.append(f"{'Pflegegrad' if german else 'care grade'} {person.care_grade}")
    if person.withdrawn:
        parts.append("zurückgezogen" if german else "withdrawn")
    if person.lonely:
        parts.append("einsam" if german else "lonely")
    if person.volunteer:
        parts.append("ehrenamtlich" if german else "volunteers")
    return ", ".join(parts)


def proposed(one: Proposal, town: Town, lang: Lang) -> str:
    """Somebody whose lives part, and how much."""
    months = one.differing_months
    since = month_of(one.parted_at, town, lang)
    if lang == "de":
        word = "Monat" if months == 1 else "Monate"
        return f"ab {since}, {months} {word} lang verschieden"
    return f"from {since}, different for {months} {'month' if months == 1 else 'months'}"


def month_of(number: int, town: Town, lang: Lang) -> str:
    """A simulated month in words; 0 is the start."""
    return month_words(month_text(number, town.start), lang)


def how_it_is(what: str, value: Value, person: Person, lang: Lang) -> str:
    """A value in words."""
    german = lang == "de"
    if what == "care_grade":
        if not value:
            return "kein Pflegegrad" if german else "no care grade"
        return f"{'Pflegegrad' if german else 'care grade'} {value}"
    if what == "known_point" and value is not None:
        name = _safe(quoted(str(value), lang))
        both = Both(
            f"{{sie}} kennt den Treffpunkt {name}", f"{{she}} knows the meeting point {name}"
        )
        return _said(both, person, lang)
    both = _IS.get((what, value)) or Both("anders", "different")
    return _said(both, person, lang)


def parting_sentences(lives: TwoLives, town: Town, lang: Lang) -> tuple[str, ...]:
    """Where the lives part: one sentence a plan."""
    if lives.parted_at is None:
        return (
            "In diesem Leben macht es keinen Unterschied, welcher Plan gilt."
            if lang == "de"
            else "For this life it makes no difference which plan is followed.",
        )
    month = month_of(lives.parted_at, town, lang)
    lead = (
        f"Bis {month} verlaufen beide Leben gleich; dann trennen sie sich."
        if lang == "de"
        else f"Both lives run alike until {month}; then they part."
    )
    found = [lead]
    for number, life in enumerate(lives.lives):
        states = [_state(one, number, lives.person, lang) for one in lives.parted]
        listed = enumerated(list(dict.fromkeys(states)), lang)
        found.append(f"{label_of(life.plan, lang)}: {listed}.")
    return tuple(found)


def _state(one: Parting, number: int, person: Person, lang: Lang) -> str:
    return how_it_is(one.what, one.second if number else one.first, person, lang)


def label_of(plan: Plan, lang: Lang) -> str:
    """A plan's name in quotation marks."""
    return quoted((plan.label_de if lang == "de" else plan.label_en) or plan.name, lang)


def reason_sentences(lives: TwoLives, town: Town, lang: Lang) -> tuple[str, ...]:
    """Why the lives part, as far as can be told."""
    if lives.parted_at is None:
        return ()
    plans = [label_of(life.plan, lang) for life in lives.lives]
    direct = [one for one in lives.reasons if one.direct]
    found = [_reason(one, plans, lang) for one in (direct or lives.reasons)[:3]]
    found += [_linked(one, town, lang) for one in lives.linked[:2]]
    if not found:
        found.append(
            "Der Anlass liegt bei anderen Menschen: Plätze, Zeit und Bekanntschaften teilen sich "
            "alle."
            if lang == "de"
            else "The cause lies with other people: places, time and acquaintances are shared by "
            "all."
        )
    return tuple(dict.fromkeys(found))


def _reason(one: Reason, plans: Sequence[str], lang: Lang) -> str:
    measure = one.measure
    label = quoted(measure.label_de if lang == "de" else measure.label_en, lang)
    here = one.where == HERE
    if lang == "de":
        where = "im eigenen Quartier" if here else "in einem anderen Quartier"
        how = "kann das unmittelbar bewirken" if one.direct else "kann auf Umwegen dahin führen"
        return f"{label} {where} ({plans[one.plan]}) {how}."
    where = "in the own district" if here else "in another district"
    how = "can bring this about directly" if one.direct else "can lead there indirectly"
    return f"{label} {where} ({plans[one.plan]}) {how}."


_ROLES: dict[str, Both] = {
    "partner": Both("des Menschen an der Seite", "of the partner"),
    "child": Both("eines Kindes", "of a child"),
    "parent": Both("eines Elternteils", "of a parent"),
    "acquaintance": Both("von jemandem aus dem Bekanntenkreis", "of an acquaintance"),
}


def _linked(one: Linked, town: Town, lang: Lang) -> str:
    role = _ROLES.get(one.role, Both("eines nahen Menschen", "of somebody close"))
    since = month_of(one.parted_at, town, lang)
    if lang == "de":
        return f"Auch das Leben {role.de} verläuft anders, seit {since}."
    return f"The life {role.en} takes another course as well, since {since}."


def ending(life: Life, person: Person, town: Town, lang: Lang) -> str:
    """How it is at the end under a plan, in a few words."""
    if life.events and life.events[-1].what == "status":
        when = month_of(life.events[-1].month, town, lang)
        return f"{how_it_is('status', life.events[-1].after, person, lang)} ({when})"
    last = life.months[-1]
    named = ["setting", "visiting", "lonely", "withdrawn"]
    parts = [how_it_is(what, last.get(what), person, lang) for what in named]
    if last.get("care_grade"):
        parts.insert(0, how_it_is("care_grade", last["care_grade"], person, lang))
    return enumerated(parts, lang)


INVENTED: dict[Lang, str] = {
    "de": "Alle Personen hier sind erfunden. Sie leben nur in der Rechnung und stehen für "
    "niemanden im Ort. Beide Leben teilen jeden Zufall; was sich unterscheidet, kommt von den "
    "Plänen. Es ist ein einzelner Verlauf unter vielen möglichen und sagt nichts darüber, wie oft "
    "so etwas vorkommt.",
    "en": "All persons here are invented. They live in the calculation only and stand for nobody "
    "in the place. Both lives share every coincidence; what differs comes from the plans. It is a "
    "single course among many possible ones and says nothing of how often this happens.",
}
