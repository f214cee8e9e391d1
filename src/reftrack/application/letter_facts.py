"""The facts of a letter, taken from the book: words alone, and only those that the rule needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from reftrack.application.draft_topics import Topic
from reftrack.domain.events import TALK, Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import CO_WORKER, EXPANSION, Referral
from reftrack.domain.times import Calendar
from reftrack.rules.openings import attempts
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.story import PersonStory, ReferralStory
from reftrack.store.outlook import Outlook
from reftrack.wording.letters import Letter, News, Trouble, called

_RELATIONS = {"partner": "partner", CO_WORKER: "colleague"}
_TIMES = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}


def letter_of(
    outlook: Outlook, topic: Topic, way: str, words: Mapping[str, str]
) -> tuple[str, Letter]:
    """The rule whose text it is, and what that text may say; `words` are the writer's own."""
    rule = topic.rule
    if topic.referral is None:
        reading = outlook.reading_at(outlook.horizon, ("person", topic.to))
        letter = _about_person(outlook, topic, reading.person_story(topic.to), way)
    else:
        reading = outlook.reading_at(outlook.horizon, ("referral", topic.referral.id))
        story = reading.referral_story(topic.referral)
        letter = _about_referral(outlook, topic, reading.history.people[topic.to], story, way)
    # With one of several problems unsolved, all of it is news of a problem.
    if rule == "report-resolution" and any(not trouble.remedy for trouble in letter.troubles):
        rule = "report-problem" if "report-problem" in topic.covers else rule
    return rule, replace(
        letter,
        name=words["name"],
        why_me=words["why_me"],
        ideal_client=words["ideal_client"],
    )


def _about_person(outlook: Outlook, topic: Topic, story: PersonStory, way: str) -> Letter:
    person = story.person
    kinds = {sent.referral.kind for sent in story.sent}
    kind = kinds.pop() if len(kinds) == 1 else "client"
    wants_news = topic.rule in ("keep-informed", "ask-preference")
    reviews = [event for event in story.events if event.kind == "reviewed"]
    review = _cause(reviews, topic.causes)
    return Letter(
        to=_flat(person.name),
        first=called(_flat(person.name)),
        relation=person.relation or _RELATIONS.get(kind, "other"),
        kind=kind,
        on=_when(outlook, [e for e in story.events if e.kind == "missed"], topic.causes, way),
        live=_news(outlook, story.sent) if wants_news else (),
        is_happy=review is not None
        and all(review.data.get(tick) is True for tick in ("agreed", "delivered", "happy")),
        covers=topic.covers,
    )


def _about_referral(
    outlook: Outlook,
    topic: Topic,
    person: Person,
    story: ReferralStory,
    way: str,
) -> Letter:
    referral, events = story.referral, story.events
    is_to_source = topic.to == referral.source
    other = referral.prospect if is_to_source else referral.source
    names = _names(outlook, [other, *(each.prospect for each in topic.others)])
    about = "" if referral.kind == EXPANSION else names[other]
    if topic.hides_source and about:
        about = _UNNAMED
    is_known = is_to_source or any(event.kind in TALK for event in events)
    repeats = any(BY_NAME[rule].repeats_cause for rule in topic.covers)
    to = _flat(person.name)
    fallback = _RELATIONS.get(referral.kind, "other") if is_to_source else "other"
    return Letter(
        to=to,
        first=called(to) if is_known else to,
        about=about,
        about_first=called(about) if about else "",
        others=tuple(names[each.prospect] for each in topic.others),
        relation=person.relation or fallback,
        kind=referral.kind,
        tie=_tie(referral) if is_to_source and about else "",
        stage=story.standing.stage,
        on=_when(outlook, [e for e in events if e.kind == "met"], topic.causes, way),
        tries=_tries(story, outlook.terms.calendar) if "ask-introduction" in topic.covers else "",
        reason=_reason(topic, events),
        better=_better(outlook, topic, events),
        troubles=_troubles(topic, events) if repeats else (),
        covers=topic.covers,
    )


def _names(outlook: Outlook, numbers: Iterable[int]) -> dict[int, str]:
    return {person.id: _flat(person.name) for person in outlook.reader.people(numbers)}


def _tries(story: ReferralStory, calendar: Calendar) -> str:
    count = len(attempts(story, calendar))
    return _TIMES.get(count, "several times") if count > 1 else ""


# A source who asked not to be named to the prospect.
_UNNAMED = "Somebody who knows you"

# A tie is the user's own note of one word, or of two where the first only describes.
_TIE = re.compile(r"(?:(?:old|best|good|close|dear|former|next-door) )?[a-z]+(?:-[a-z]+)*")


def _tie(referral: Referral) -> str:
    """The tie of the prospect to the source, where it reads well after "your"."""
    tie = _flat(referral.tie or "").casefold()
    return tie if _TIE.fullmatch(tie) and len(tie) <= 30 else ""


def _when(outlook: Outlook, events: Sequence[Event], causes: frozenset[str], way: str) -> str:
    """The day of what is told, as it is said: `today`, `on Saturday`, `on 3 November`."""
    event = _cause(events, causes)
    return "" if event is None else _day(event.at, outlook, way)


def _day(instant: datetime, outlook: Outlook, way: str) -> str:
    calendar = outlook.terms.calendar
    day, today = calendar.date_of(instant), calendar.date_of(outlook.now)
    ago = (today - day).days
    # A card is read on another day than it is written.
    if ago < 2 and way not in ("card", "gift"):
        return "yesterday" if ago else "today"
    return f"on {day:%A}" if ago < 7 else f"on {day.day} {day:%B}"


def _reason(topic: Topic, events: Sequence[Event]) -> str:
    """The reason why it was lost or declined, as the source may hear it."""
    kind = {"explain-loss": "lost", "explain-decline": "declined"}.get(topic.rule)
    closing = _cause([event for event in events if event.kind == kind], topic.causes)
    return _text(closing)


def _better(outlook: Outlook, topic: Topic, events: Sequence[Event]) -> str:
    """The name of the person whom the prospect was sent to, where that is known."""
    if topic.rule not in ("explain-decline", "find-better"):
        return ""
    sent = [event.data.get("to") for event in events if event.kind == "referred-out"]
    if not sent or not isinstance(sent[-1], str):
        return ""
    return _flat(outlook.reader.names_by_uid([sent[-1]]).get(sent[-1], ""))


def _troubles(topic: Topic, events: Sequence[Event]) -> tuple[Trouble, ...]:
    """The problems that are to be told, each with what was done about it."""
    pairs: list[tuple[Event | None, Event | None]] = []
    waiting: list[Event] = []
    for event in events:
        if event.kind == "problem":
            waiting.append(event)
        elif event.kind == "resolved":
            named = event.data.get("problem")
            solved = [problem for problem in waiting if named in (None, problem.uid)]
            pairs += [(problem, event) for problem in solved] or [(None, event)]
            waiting = [problem for problem in waiting if problem not in solved]
    pairs += [(problem, None) for problem in waiting]
    meant = [pair for pair in pairs if any(event and event.uid in topic.causes for event in pair)]
    told = [Trouble(*(_text(event) for event in pair)) for pair in meant or pairs[-1:]]
    return tuple(told or [Trouble("")])


def _news(outlook: Outlook, sent: Sequence[ReferralStory]) -> tuple[News, ...]:
    """The standing of their live referrals; where none is live, the ends of the last ones."""
    shown = [story for story in sent if story.ended_at is None] or list(sent)[-3:]
    names = _names(outlook, (story.referral.prospect for story in shown))
    return tuple(
        News(
            names[story.referral.prospect],
            called(names[story.referral.prospect]),
            story.standing.stage,
            _last_problem(story) if story.has_open_problem else "",
        )
        for story in shown
    )


def _last_problem(story: ReferralStory) -> str:
    return _text([event for event in story.events if event.kind == "problem"][-1])


def _cause(events: Sequence[Event], causes: frozenset[str]) -> Event | None:
    """The one of these events that raised the courtesy, else the last of them."""
    raising = [event for event in events if event.uid in causes] or events
    return raising[-1] if raising else None


def _text(event: Event | None) -> str:
    """The shareable text of an event; never its note."""
    return "" if event is None else _flat(str(event.data.get("text") or ""))


def _flat(text: str) -> str:
    return " ".join(text.split())
