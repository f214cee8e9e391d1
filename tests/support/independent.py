"""A second, literal reading of the rulebook's second edition, held against the package's rules.

`courtesies` takes a history of the `reftrack.history/2` form (one of `/1` is one too) and gives
rows; nothing of `reftrack.rules` is used or was looked at. Beside the history it takes:

zone    the IANA name of the book's time zone
now     an aware instant, or None for everything that the history gives, ended or not
horizon until when an event has happened all the same: `now` when the past is asked about, and
        without it; two days later when the present is
policy  what differs from DEFAULTS, as text: `24h`, `7d`, `8wh` or `2wd` for a rule; days for
        `update_every`, `follow_up_after` and `follow_up_after_win`
off     the names of the rules that are switched off
week    `{"days": ["mon", "tue"], "hours": "09:00-17:00", "holidays": ["2026-12-24..2027-01-03",
        "2026-05-01"]}`; a key that is missing takes mon to fri, 09:00-17:00, no holidays
merged  the uid of a person who was merged into another, and that of whom they are now: the form
        of a history has no place for it, and a `source-corrected` may still name the former
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

RULES = (
    "thank-referral",
    "contact-prospect",
    "try-again",
    "ask-introduction",
    "note-meeting",
    "announce-win",
    "thank-win",
    "explain-loss",
    "explain-decline",
    "find-better",
    "report-problem",
    "resolve-problem",
    "report-resolution",
    "keep-informed",
    "educate-source",
    "explain-capacity",
    "thank-chain",
    "follow-up",
    "call-back",
    "ask-preference",
    "return-favour",
    "review-client",
    "ask-for-referrals",
    "reopen-intake",
    "keep-appointment",
    "keep-promise",
)
"""The rules in the order of the page; number 1 is the first."""

DEFAULTS = {
    "thank-referral": "24h",
    "contact-prospect": "24h",
    "try-again": "24h",
    "ask-introduction": "24h",
    "note-meeting": "24h",
    "announce-win": "4h",
    "thank-win": "24h",
    "explain-loss": "24h",
    "explain-decline": "24h",
    "find-better": "72h",
    "report-problem": "1h",
    "resolve-problem": "72h",
    "report-resolution": "24h",
    "keep-informed": "1d",
    "educate-source": "7d",
    "explain-capacity": "24h",
    "thank-chain": "7d",
    "follow-up": "7d",
    "call-back": "24h",
    "ask-preference": "14d",
    "return-favour": "90d",
    "review-client": "14d",
    "ask-for-referrals": "14d",
    "reopen-intake": "7d",
    "keep-appointment": "24h",
    "update_every": "14d",
    "follow_up_after": "7d",
    "follow_up_after_win": "30d",
}
"""The "within", the default of the policy key of the same name."""

OCCASIONS = frozenset(RULES[19:23])
"""Rules 20 to 23 are occasions; all others are debts."""

NEWS = frozenset(RULES[number - 1] for number in (1, 4, 5, 6, 7, 8, 9, 11, 13))
"""The rules that will be the news, so that `keep-informed` holds back."""

TO_PROSPECT = frozenset(RULES[number - 1] for number in (2, 3, 10, 12, 18, 25))
"""The rules on a referral that are owed to the prospect; all others there to the source."""

DESERVED = frozenset({"thank-referral", "thank-win"})
"""The rules to the source that are raised on an expansion too."""

TALK = frozenset({"contacted", "agreed", "met", "won"})
CLOSING = frozenset({"lost", "declined", "referred-out"})
TURNED_AWAY = frozenset({"declined", "referred-out"})
PIPELINE = TALK | CLOSING | {"delivered"}
TOUCH = frozenset({"thanked", "told", "explained"})

ALSO_WHAT_OPENS = frozenset({"try-again", "keep-informed", "follow-up"})
"""The rules of which a snooze that names one hides also what opens before it is over."""
ENDS_BY_NAME = frozenset({"contact-prospect", "try-again", "follow-up", "keep-appointment"})
"""The rules of which a waiver by name is a link of `follow-up`."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ASKED_ENOUGH = 2
THIRD = 3
ATTEMPTS_TRIED_AGAIN = 2
DAYS_OF_ASKING = 365


@dataclass(frozen=True, eq=False)
class Event:
    """Something that happened, at an instant, on a referral, on a person, or on the book.

    Each is itself alone: two that hold the same happened twice.
    """

    at: datetime
    id: int
    uid: str | None
    kind: str
    referral: int | None
    person: int | None
    channel: str | None
    data: dict[str, Any]

    @property
    def is_news(self) -> bool:
        """Tell whether it was said of all live referrals at once."""
        return self.data.get("news") is True

    @property
    def place(self) -> tuple[datetime, int]:
        """Events stand in the order of their instants, then of their ids."""
        return (self.at, self.id)


@dataclass(frozen=True)
class Referral:
    """One source, one prospect, one `received_at`."""

    id: int
    source: int
    prospect: int
    received: datetime
    events: list[Event]
    heard: list[Event]
    """The events as they count for the courtesies to the source and for rule 14: without the
    touches, lessons and waivers that went to whoever was the source by mistake."""
    corrected: datetime | None
    """The instant at which the source was last put right, if it was."""
    lapsed: Event | None
    """The `forgotten` of the prospect at which it ended, whatever is recorded on it later."""

    @property
    def counts_from(self) -> datetime:
        """For the rules on the source it counts as received at the last `source-corrected`."""
        return self.received if self.corrected is None else max(self.received, self.corrected)

    @property
    def is_expansion(self) -> bool:
        """New business from the same contact: source and prospect are one person."""
        return self.source == self.prospect


@dataclass(frozen=True)
class Person:
    """Somebody of the book, and what happened on them and with their referrals."""

    id: int
    uid: str | None
    updates: str | None
    events: list[Event]
    sent: list[Referral]
    """Referrals of which they are the source. Expansions do not count: nor do they in a rule that
    speaks of a person's referrals, of them as a source, or of referrals received from them."""
    is_prospect_of: list[Referral]
    """Every referral of which they are the prospect (expansions too)."""

    @property
    def forgotten(self) -> datetime | None:
        """Return when they were forgotten."""
        return earliest(*(event.at for event in self.events if event.kind == "forgotten"))


@dataclass(frozen=True)
class Pause:
    """From a `paused` on a book that is not paused to the next `resumed` or its announced end."""

    start: datetime
    end: datetime | None
    is_announced: bool = False

    def has(self, instant: datetime) -> bool:
        """Tell whether the instant is in the pause, its end no longer in it."""
        return self.start <= instant and (self.end is None or instant < self.end)


@dataclass(frozen=True)
class Courtesy:
    """One thing owed."""

    rule: str
    referral: int | None
    person: int | None
    to: int
    opens_at: datetime
    due_at: datetime
    ended_at: datetime | None
    outcome: str | None
    waiver: Event | None = None
    """The event that waived it, if one did."""


@dataclass(frozen=True)
class Week:
    """The working days, hours and holidays."""

    days: frozenset[str] = frozenset(WEEKDAYS[:5])
    begin: timedelta = timedelta(hours=9)
    end: timedelta = timedelta(hours=17)
    holidays: tuple[tuple[date, date], ...] = ()

    def works(self, day: date) -> bool:
        """Tell whether a date is a working day."""
        is_holiday = any(first <= day <= last for first, last in self.holidays)
        return WEEKDAYS[day.weekday()] in self.days and not is_holiday


@dataclass
class Book:
    """A history in the order of its events, with the policy, the time zone and the week."""

    zone: str
    policy: dict[str, str]
    off: frozenset[str] = frozenset()
    week: Week = field(default_factory=Week)
    now: datetime | None = None
    people: dict[int, Person] = field(default_factory=dict)
    referrals: dict[int, Referral] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    snoozes: list[Event] = field(default_factory=list)


# Time


def begins(zone: str, day: date) -> datetime:
    """Return the instant at which a local day begins."""
    return shows(zone, day, timedelta())


@lru_cache(maxsize=100_000)
def shows(zone: str, day: date, clock: timedelta) -> datetime:
    """Return the instant at which the local clocks show a time of a day, so long after midnight.

    "A local time that a clock change skips is the first instant that follows it; of one that
    occurs twice, the first": both are the first instant whose local clock shows that time of
    that day or later.
    """
    wanted = datetime.combine(day, time(), tzinfo=UTC) + clock
    for start, end, offset in stretches(zone, day):
        candidate = max(start, wanted - offset)
        if candidate < end:
            return candidate
    message = f"no instant of {zone} follows {clock} of {day}"
    raise AssertionError(message)


@lru_cache(maxsize=100_000)
def stretches(zone: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Return the stretches of time around a day in which the zone keeps one offset."""
    return tuple(found_stretches(zone, day))


def found_stretches(zone: str, day: date) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Find the stretches of time around a day in which the zone keeps one offset.

    No zone changes its offset twice within six hours.
    """
    tz = ZoneInfo(zone)

    def offset_at(instant: datetime) -> timedelta:
        offset = instant.astimezone(tz).utcoffset()
        if offset is None:
            raise AssertionError(zone)
        return offset

    first = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=36)
    start, offset = first, offset_at(first)
    for hour in range(6, 97, 6):
        low, high = first + timedelta(hours=hour - 6), first + timedelta(hours=hour)
        following = offset_at(high)
        if following == offset:
            continue
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
            if offset_at(middle) == offset:
                low = middle
            else:
                high = middle
        yield start, high, offset
        start, offset = high, following
    yield start, first + timedelta(hours=96), offset


def local_date(book: Book, instant: datetime) -> date:
    """Return the date that the calendar of the book's time zone shows at an instant."""
    return instant.astimezone(ZoneInfo(book.zone)).date()


def days_later(book: Book, instant: datetime, days: int) -> datetime:
    """Say that what opens after N days opens when that local day begins."""
    return begins(book.zone, local_date(book, instant) + timedelta(days=days))


def days(text: str) -> int:
    """Read a number of days, `14d`."""
    if not text.endswith("d"):
        message = f"not a number of days: {text!r}"
        raise ValueError(message)
    return int(text[:-1])


def due(book: Book, rule: str, opens: datetime) -> datetime:
    """Return the deadline of what opens at an instant.

    `24h` is exactly 24 elapsed hours; what opens on some date and is due within `7d` is due
    when the seventh day after that date ends, at the local midnight which ends it. `2wd` counts
    as days do, but working days only; `8wh` runs in working hours only.
    """
    within = book.policy[rule]
    if within.endswith("wh"):
        return working_hours_later(book, opens, timedelta(hours=int(within[:-2])))
    if within.endswith("wd"):
        return working_days_later(book, opens, int(within[:-2]))
    if within.endswith("h"):
        return opens + timedelta(hours=int(within[:-1]))
    return days_later(book, opens, days(within) + 1)


def working_days_later(book: Book, opens: datetime, number: int) -> datetime:
    """Return when the so many-th working day after the local date of an instant ends."""
    day = local_date(book, opens)
    while number:
        day += timedelta(days=1)
        number -= book.week.works(day)
    return begins(book.zone, day + timedelta(days=1))


def working_hours_later(book: Book, opens: datetime, left: timedelta) -> datetime:
    """Return when so many hours have elapsed within the hours of working days.

    Used up just as the hours of a day end, it is due at that end.
    """
    day = local_date(book, opens)
    while True:
        if book.week.works(day):
            start = max(opens, shows(book.zone, day, book.week.begin))
            end = shows(book.zone, day, book.week.end)
            if start < end and left <= end - start:
                return start + left
            left -= max(end - start, timedelta())
        day += timedelta(days=1)


def read_week(week: dict[str, Any] | None) -> Week:
    """Read the configuration's `[week]`."""
    given = week or {}
    begin, end = given.get("hours", "09:00-17:00").split("-")
    holidays = [str(each).partition("..") for each in given.get("holidays", ())]
    read = Week(
        frozenset(given.get("days", WEEKDAYS[:5])),
        read_clock(begin),
        read_clock(end),
        tuple((date.fromisoformat(a), date.fromisoformat(b or a)) for a, _, b in holidays),
    )
    if not read.days or not read.days <= set(WEEKDAYS) or read.end <= read.begin:
        message = f"no week: {week}"
        raise ValueError(message)
    return read


def read_clock(text: str) -> timedelta:
    """Read a time of day, `09:00`."""
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


# Finding events


def first(
    events: Iterable[Event],
    kinds: Iterable[str],
    opener: Event | datetime,
) -> datetime | None:
    """Find "the first X after E": the first X that stands later than the event E.

    From `R`, a `resumed` or another instant it is the first X at that instant or later.
    """
    wanted = frozenset(kinds)
    return first_that(events, lambda event: event.kind in wanted, opener)


def first_that(
    events: Iterable[Event],
    matches: Callable[[Event], bool],
    opener: Event | datetime,
) -> datetime | None:
    """Find the first event of a description after an event, or at an instant or later."""
    for event in events:
        if matches(event) and stands_after(event, opener):
            return event.at
    return None


def is_told_of_it(event: Event) -> bool:
    """Tell whether an event is "told, no news": it was said in so many words."""
    return event.kind == "told" and not event.is_news


def announces_win(event: Event) -> bool:
    """Tell what ends 6: told, no news, neither by card nor by gift; thanked in some ways."""
    if event.kind == "thanked":
        return event.channel in {"call", "text", "email", "in-person"}
    return is_told_of_it(event) and event.channel not in {"card", "gift"}


def thanks_for_win(event: Event) -> bool:
    """Tell what ends 7: thanked, neither by call nor by text."""
    return event.kind == "thanked" and event.channel not in {"call", "text"}


def is_told_or_explained(event: Event) -> bool:
    """Tell what ends 11 and 13: told, no news; explained."""
    return event.kind == "explained" or is_told_of_it(event)


def keeps(promised: Event) -> Callable[[Event], bool]:
    """Tell what ends 26: a kept that names the promise or none."""
    return lambda event: event.kind == "kept" and event.data.get("promise") in {None, promised.uid}


def resolves(problem: Event) -> Callable[[Event], bool]:
    """Tell what ends 12: a resolved that names the problem or none."""
    return lambda event: (
        event.kind == "resolved" and event.data.get("problem") in {None, problem.uid}
    )


def stands_after(event: Event, opener: Event | datetime) -> bool:
    """Tell whether an event stands later than an event, or at an instant or later."""
    if isinstance(opener, Event):
        return event.place > opener.place
    return event.at >= opener


def first_received(person: Person, opener: Event | datetime) -> datetime | None:
    """Find the first referral received from a person; one in the same second counts."""
    instant = opener.at if isinstance(opener, Event) else opener
    return earliest(*(each.counts_from for each in person.sent if each.counts_from >= instant))


def earliest(*instants: datetime | None) -> datetime | None:
    """Return the earliest of the instants that there are."""
    return min((instant for instant in instants if instant is not None), default=None)


def concerns(event: Event, rule: str) -> bool:
    """Tell whether an event is a waiver for this rule or `all`."""
    return event.kind == "waived" and event.data.get("rule") in {rule, "all"}


# Reading the document


def read_book(
    history: dict[str, Any],
    zone: str,
    policy: dict[str, str] | None,
    last: datetime | None,
    merged: dict[str, str] | None,
) -> Book:
    """Read a history; what is later than `last` has not happened yet and is left out."""
    events = sorted(read_events(history, last), key=lambda event: event.place)
    on_referral: dict[int, list[Event]] = defaultdict(list)
    on_person: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event.referral is not None:
            on_referral[event.referral].append(event)
        elif event.person is not None:
            on_person[event.person].append(event)
    book = Book(zone, DEFAULTS | (policy or {}))
    book.pauses = read_pauses(events)
    book.snoozes = last_snoozes(events)
    for row in history["people"]:
        book.people[row["id"]] = Person(
            row["id"], row.get("uid"), row.get("updates"), on_person[row["id"]], [], []
        )
    for row in history["referrals"]:
        received = read_instant(row["received_at"])
        if last is not None and received > last:
            continue
        source, prospect = book.people[row["source"]], book.people[row["prospect"]]
        on_it = on_referral[row["id"]]
        corrections = [event for event in on_it if event.kind == "source-corrected"]
        referral = Referral(
            row["id"],
            source.id,
            prospect.id,
            received,
            on_it,
            [event for event in on_it if has_reached(event, corrections, source, merged or {})],
            corrections[-1].at if corrections else None,
            None,
        )
        referral = replace(referral, lapsed=lapse(referral, prospect))
        book.referrals[referral.id] = referral
        if not referral.is_expansion:
            source.sent.append(referral)
        prospect.is_prospect_of.append(referral)
    return book


def has_reached(
    event: Event, corrections: list[Event], source: Person, merged: dict[str, str]
) -> bool:
    """Tell whether an event exists for the courtesies to the present source.

    A touch, `educated` or waiver exists only if it stands after the last `source-corrected`, or
    the present source was the source when it stood (the data.from of the first one after it).
    """
    if event.kind not in TOUCH | {"educated", "waived"}:
        return True
    for correction in corrections:
        if correction.place > event.place:
            then = correction.data.get("from")
            return then is not None and merged.get(then, then) == source.uid
    return True


def lapse(referral: Referral, prospect: Person) -> Event | None:
    """Find the `forgotten` of its prospect at which a live referral ends."""
    for event in prospect.events:
        if (
            event.kind == "forgotten"
            and referral.received <= event.at
            and is_live(referral, event.at)
        ):
            return event
    return None


def last_snoozes(events: list[Event]) -> list[Event]:
    """Of several snoozes for the same subject with the same data.rule the last counts."""
    found = {
        (event.referral, event.person, event.data.get("rule")): event
        for event in events
        if event.kind == "snoozed"
    }
    return list(found.values())


def read_events(history: dict[str, Any], last: datetime | None) -> Iterator[Event]:
    """Read the events that are not later than `last`; a rating's kind says its fit."""
    for row in history["events"]:
        at = read_instant(row["at"])
        if last is not None and at > last:
            continue
        data = row.get("data") or {}
        kind = row["kind"] if row["kind"] != "rated" else f"rated {data.get('fit')}"
        yield Event(
            at,
            row["id"],
            row.get("uid"),
            kind,
            row.get("referral"),
            row.get("person"),
            row.get("channel"),
            data,
        )


def read_instant(text: str) -> datetime:
    """Instants are UTC, to the second."""
    return datetime.fromisoformat(text).astimezone(UTC)


def read_pauses(events: list[Event]) -> list[Pause]:
    """Read the pauses.

    A pause runs from a `paused` on a book that is not paused to the next `resumed`, or to its
    data.until (if that is later than the `paused`), whichever comes first, that instant no
    longer in it. A further `paused` within it sets its end anew (to its own data.until, or to
    none); a `resumed` outside changes nothing.
    """
    pauses: list[Pause] = []
    start: datetime | None = None
    announced: datetime | None = None
    for event in events:
        if event.kind not in {"paused", "resumed"}:
            continue
        if start is not None and announced is not None and announced <= event.at:
            pauses.append(Pause(start, announced, is_announced=True))
            start = None
        if event.kind == "paused":
            until = event.data.get("until")
            announced = read_instant(until) if until else None
            if announced is not None and announced <= event.at:
                announced = None
            start = start or event.at
        elif start is not None:
            pauses.append(Pause(start, event.at))
            start = None
    if start is not None:
        pauses.append(Pause(start, announced, is_announced=announced is not None))
    return pauses


# The state of a referral


def is_closed(referral: Referral) -> bool:
    """Tell whether a referral is closed: while its latest pipeline event is a closing one."""
    return is_closed_by(referral.events)


def is_closed_by(events: list[Event]) -> bool:
    """Tell whether a referral of which so much has happened is closed."""
    pipeline = [event for event in events if event.kind in PIPELINE]
    return bool(pipeline) and pipeline[-1].kind in CLOSING


def is_live_by(events: list[Event]) -> bool:
    """Tell whether a referral of which so much has happened is live.

    It ends when it became closed, if it is closed, else at its first `delivered` since the last
    closing; until then it is live.
    """
    if is_closed_by(events):
        return False
    return not any(event.kind == "delivered" for event in since_last_closing(events))


def is_live(referral: Referral, instant: datetime) -> bool:
    """Tell whether a referral was live, judged by the events up to an instant and at it."""
    if referral.lapsed is not None and referral.lapsed.at <= instant:
        return False
    return is_live_by([event for event in referral.events if event.at <= instant])


def is_live_after(referral: Referral, event: Event) -> bool:
    """Tell whether a referral is live once an event has happened."""
    if referral.lapsed is not None and referral.lapsed.place <= event.place:
        return False
    return is_live_by([each for each in referral.events if each.place <= event.place])


def reopenings(referral: Referral) -> Iterator[Event]:
    """Yield the talk that reopens a referral: it was closed, and had not ended for good."""
    for event in referral.events:
        if referral.lapsed is not None and event.place > referral.lapsed.place:
            return
        if event.kind in TALK and is_closed_by(before(referral.events, event)):
            yield event


def since_last_closing(events: list[Event]) -> list[Event]:
    """Return the events that stand after the last closing among these, or all of them."""
    after: list[Event] = []
    for event in events:
        if event.kind in CLOSING:
            after = []
        else:
            after.append(event)
    return after


def before(events: list[Event], event: Event) -> list[Event]:
    """Return the events that stand before another one."""
    return [each for each in events if each.place < event.place]


def has_unresolved_problem(referral: Referral) -> bool:
    """Tell whether a problem has no `resolved` after it that names it or none.

    Those of a referral that ended with the forgetting of its prospect hold nothing back.
    """
    return referral.lapsed is None and any(
        event.kind == "problem" and first_that(referral.events, resolves(event), event) is None
        for event in referral.events
    )


# How a courtesy ends


def settle(
    done: datetime | None,
    waived: datetime | None,
    moot: datetime | None,
) -> tuple[datetime | None, str | None]:
    """Choose the earliest of done, waived and moot; at the same instant in that order."""
    ended = earliest(done, waived, moot)
    if ended is None:
        return None, None
    if ended == done:
        return ended, "done"
    return ended, "waived" if ended == waived else "moot"


def first_waiver(events: list[Event], rule: str, since: datetime) -> Event | None:
    """Find the first `waived` for this rule or `all`, at an instant or later."""
    for event in events:
        if concerns(event, rule) and event.at >= since:
            return event
    return None


def raised(
    book: Book,
    rule: str,
    subject: Referral | Person,
    opens: datetime,
    done_or_moot: tuple[datetime | None, datetime | None],
    due_at: datetime | None = None,
) -> Courtesy:
    """Make one courtesy, ended by what came first, a waiver being one on the same subject.

    One to the source of a referral that would open before the source was put right opens then;
    what ends it, a waiver too, is counted from what raised it. What is open to somebody who is
    forgotten is moot at it, and nothing opens to them after it (it would have ended before).
    """
    done, moot = done_or_moot
    since = opens
    if isinstance(subject, Person):
        referral, person, to, events = None, subject.id, subject.id, subject.events
    elif rule in TO_PROSPECT:
        referral, person, to, events = subject.id, None, subject.prospect, subject.events
    else:
        referral, person, to, events = subject.id, None, subject.source, subject.heard
        opens = opens if subject.corrected is None else max(opens, subject.corrected)
    waiver = first_waiver(events, rule, since)
    ended, outcome = settle(
        done, waiver.at if waiver else None, earliest(moot, book.people[to].forgotten)
    )
    return Courtesy(
        rule,
        referral,
        person,
        to,
        opens,
        due_at or due(book, rule, opens),
        ended,
        outcome,
        waiver if outcome == "waived" else None,
    )


def on_referral(
    book: Book,
    rule: str,
    referral: Referral,
    opener: Event | datetime,
    done: Iterable[str] | Callable[[Event], bool],
    moot: Iterable[str] = (),
) -> Iterator[Courtesy]:
    """Raise a rule that opens at an event or instant and ends at the first of some kinds after.

    Rules to the source are not raised on an expansion (`thank-referral` and `thank-win` are: new
    business deserves thanks).
    """
    if referral.is_expansion and rule not in TO_PROSPECT | DESERVED:
        return
    events = referral.events if rule in TO_PROSPECT else referral.heard
    ended = first_that(events, done, opener) if callable(done) else first(events, done, opener)
    ended_moot = first(events, moot, opener)
    if rule == "ask-introduction" and referral.lapsed is not None:
        ended_moot = earliest(ended_moot, referral.lapsed.at)
    yield raised(
        book,
        rule,
        referral,
        opener.at if isinstance(opener, Event) else opener,
        (ended, ended_moot),
    )


# The rules whose subject is a referral


def thank_referral(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """1: opens at R, done by the first thanked."""
    yield from on_referral(book, "thank-referral", referral, referral.received, {"thanked"})


def contact_prospect(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """2: opens at R, done by attempted or talk, moot by a closing."""
    yield from on_referral(
        book, "contact-prospect", referral, referral.received, TALK | {"attempted"}, CLOSING
    )


def counted_attempts(book: Book, referral: Referral) -> list[Event]:
    """Count attempts only before the first talk and the first closing.

    Those of one local date count as one, the first of them.
    """
    attempts: dict[date, Event] = {}
    for event in referral.events:
        if event.kind in TALK or event.kind in CLOSING:
            break
        if event.kind == "attempted":
            attempts.setdefault(local_date(book, event.at), event)
    return list(attempts.values())


def try_again(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """3: as the day after the 1st and the 2nd counted attempt begins.

    Done by the next counted attempt or talk, moot by closing. "First" means the first after the
    attempt here.
    """
    counted = counted_attempts(book, referral)
    for attempt in counted[:ATTEMPTS_TRIED_AGAIN]:
        opens = days_later(book, attempt.at, 1)
        following = [each.at for each in counted if each.place > attempt.place]
        done = earliest(*following, first(referral.events, TALK, attempt))
        moot = first(referral.events, CLOSING, attempt)
        yield raised(book, "try-again", referral, opens, (done, moot))


def ask_introduction(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """4: at the 3rd counted attempt, done by told, no news, moot by talk or closing."""
    for attempt in counted_attempts(book, referral)[THIRD - 1 : THIRD]:
        yield from on_referral(
            book, "ask-introduction", referral, attempt, is_told_of_it, TALK | CLOSING
        )


def note_meeting(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """5: at the first met, done by thanked or told, moot by won or closing.

    Not raised when the source wishes the outcome only.
    """
    if book.people[referral.source].updates == "outcome":
        return
    for met in [event for event in referral.events if event.kind == "met"][:1]:
        yield from on_referral(
            book, "note-meeting", referral, met, {"thanked", "told"}, CLOSING | {"won"}
        )


def wins(referral: Referral) -> list[Event]:
    """Return each won, the first since the last closing."""
    return [
        event
        for event in referral.events
        if event.kind == "won"
        and not any(
            earlier.kind == "won" for earlier in since_last_closing(before(referral.events, event))
        )
    ]


def announce_win(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """6: at each won, the first since the last closing; said at once; moot by closing."""
    for won in wins(referral):
        yield from on_referral(book, "announce-win", referral, won, announces_win, CLOSING)


def thank_win(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """7: at the same won, done by thanked, neither by call nor by text; moot by closing."""
    for won in wins(referral):
        yield from on_referral(book, "thank-win", referral, won, thanks_for_win, CLOSING)


def is_after_lapse(referral: Referral, event: Event) -> bool:
    """Tell whether a referral had ended for good: then neither 8 nor 9 is raised."""
    return referral.lapsed is not None and event.place > referral.lapsed.place


def explain_loss(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """8: at each lost, done by explained, moot by talk."""
    for event in referral.events:
        if event.kind == "lost" and not is_after_lapse(referral, event):
            yield from on_referral(book, "explain-loss", referral, event, {"explained"}, TALK)


def runs_of_turning_away(referral: Referral) -> list[list[Event]]:
    """Return the unbroken runs of declined and referred-out in the pipeline."""
    runs: list[list[Event]] = []
    previous: Event | None = None
    for event in referral.events:
        if event.kind not in PIPELINE:
            continue
        if event.kind in TURNED_AWAY:
            if previous is None or previous.kind not in TURNED_AWAY:
                runs.append([])
            runs[-1].append(event)
        previous = event
    return runs


def explain_decline(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """9: at the first of an unbroken run of declined and referred-out in the pipeline."""
    for run in runs_of_turning_away(referral):
        if not is_after_lapse(referral, run[0]):
            yield from on_referral(book, "explain-decline", referral, run[0], {"explained"}, TALK)


def find_better(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """10: at each declined that no referred-out stands before in the same run."""
    for run in runs_of_turning_away(referral):
        for event in run:
            if event.kind == "referred-out":
                break
            yield from on_referral(book, "find-better", referral, event, {"referred-out"}, TALK)


def report_problem(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """11: at each problem, done by told, no news, or explained."""
    for event in referral.events:
        if event.kind == "problem":
            yield from on_referral(book, "report-problem", referral, event, is_told_or_explained)


def resolve_problem(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """12: at each problem, done by a resolved that names it or none, moot by closing."""
    for event in referral.events:
        if event.kind == "problem":
            yield from on_referral(
                book, "resolve-problem", referral, event, resolves(event), CLOSING
            )


def report_resolution(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """13: at each resolved, done by told, no news, or explained."""
    for event in referral.events:
        if event.kind == "resolved":
            yield from on_referral(book, "report-resolution", referral, event, is_told_or_explained)


def educate_source(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """15: at each rated poor, done by educated, moot by rated good."""
    for event in referral.events:
        if event.kind == "rated poor":
            yield from on_referral(
                book, "educate-source", referral, event, {"educated"}, {"rated good"}
            )


def explain_capacity(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """16: at R, when the book was paused at R; moot by talk or the end of that pause.

    What an announced end ends has not ended before it has come.
    """
    if referral.is_expansion:
        return
    for pause in book.pauses:
        if not pause.has(referral.received):
            continue
        end = pause.end
        if pause.is_announced and end is not None and book.now is not None and book.now < end:
            end = None
        done = first(referral.heard, {"explained"}, referral.received)
        moot = earliest(first(referral.events, TALK, referral.received), end)
        yield raised(book, "explain-capacity", referral, referral.received, (done, moot))


def thank_chain(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """17: at R of the first of this prospect's own referrals at or after the first won here."""
    for won in [event for event in referral.events if event.kind == "won"][:1]:
        opens = first_received(book.people[referral.prospect], won.at)
        if opens is not None:
            yield from on_referral(
                book,
                "thank-chain",
                referral,
                opens,
                lambda event: event.kind == "thanked" or is_told_of_it(event),
            )


def appointment(book: Book, agreed: Event) -> datetime | None:
    """Return the appointment of an `agreed`: its data.at, or the beginning of the day data.on.

    On the very day of the `agreed`, for a data.on, the `agreed` itself. One that is earlier than
    the `agreed` is none, and so is that of an `agreed` with neither.
    """
    if agreed.data.get("at"):
        found = read_instant(agreed.data["at"])
    elif agreed.data.get("on"):
        day = date.fromisoformat(agreed.data["on"])
        if day == local_date(book, agreed.at):
            return agreed.at
        found = begins(book.zone, day)
    else:
        return None
    return None if found < agreed.at else found


def appointments(book: Book, referral: Referral) -> Iterator[tuple[Event, Courtesy]]:
    """Yield each `agreed` that has an appointment, and its courtesy; none with rule 25 off."""
    if "keep-appointment" in book.off:
        return
    for agreed in [event for event in referral.events if event.kind == "agreed"]:
        opens = appointment(book, agreed)
        if opens is None:
            continue
        early = opens - timedelta(hours=1) if agreed.data.get("at") else opens
        later = [event for event in referral.events if event.place > agreed.place]
        done = earliest(
            first(later, {"agreed"}, agreed.at),
            first(later, {"contacted", "met", "won"}, early),
            first(later, {"attempted"}, opens),
        )
        moot = first(referral.events, CLOSING | {"delivered"}, agreed)
        yield agreed, raised(book, "keep-appointment", referral, opens, (done, moot))


def keep_appointment(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """25: at the appointment of each `agreed`."""
    for _, courtesy in appointments(book, referral):
        yield courtesy


def stands(book: Book, referral: Referral, instant: datetime) -> bool:
    """Tell whether an appointment stands at an instant.

    From the `agreed` until its courtesy ends, that instant no longer in it.
    """
    return any(
        agreed.at <= instant and (courtesy.ended_at is None or instant < courtesy.ended_at)
        for agreed, courtesy in appointments(book, referral)
    )


def waivers_by_name(courtesies: Iterable[Courtesy]) -> set[Event]:
    """Return the waivers by their names that ended one of these."""
    return {
        courtesy.waiver
        for courtesy in courtesies
        if courtesy.waiver is not None and courtesy.waiver.data.get("rule") == courtesy.rule
    }


def follow_up_links(book: Book, referral: Referral) -> set[Event]:
    """Return the links of rule 18 but for the waivers of that rule itself.

    Every talk, every attempt that stands after a talk with no closing in between, the attempts
    of rule 4's count from the third on, and every waiver of rule 2, 3 or 25 by its name that
    ends one of it.
    """
    links = set(counted_attempts(book, referral)[THIRD - 1 :])
    for event in referral.events:
        earlier = since_last_closing(before(referral.events, event))
        after_talk = any(each.kind in TALK for each in earlier)
        if event.kind in TALK or (event.kind == "attempted" and after_talk):
            links.add(event)
    for rule in sorted(ENDS_BY_NAME - {"follow-up"} - book.off):
        links |= waivers_by_name(ON_REFERRALS[rule](book, referral))
    return links


def follow_up(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """18: from each link on a referral that is not closed then, nor delivered since.

    A waiver of this rule that ends one is a link too. What it ends opened no later than it, and
    each opens after what it hangs on: so looking again until nothing is new comes to an end.
    """
    links = follow_up_links(book, referral)
    waivers: set[Event] = set()
    for _ in range(len(referral.events) + 2):
        found = list(follow_ups(book, referral, links | waivers))
        ending = waivers_by_name(found)
        if ending == waivers:
            yield from found
            return
        waivers = ending
    message = f"the follow-ups of referral {referral.id} hang on each other"
    raise AssertionError(message)


def follow_ups(book: Book, referral: Referral, links: set[Event]) -> Iterator[Courtesy]:
    """Raise 18 from these links.

    It opens when the Nth day after the link begins, N being `follow_up_after_win` when a `won`
    with no closing since stands at or before the link. Not raised when, after the link, the next
    one (its own waiver apart), a `delivered` or a closing came at or before that instant, nor
    when an appointment stands at it.
    """
    for link in links:
        earlier = since_last_closing(before(referral.events, link))
        if is_closed_by(before(referral.events, link)) and link.kind not in TALK:
            continue
        if any(event.kind == "delivered" for event in earlier):
            continue
        is_won = any(event.kind == "won" for event in [*earlier, link])
        key = "follow_up_after_win" if is_won else "follow_up_after"
        opens = days_later(book, link.at, days(book.policy[key]))
        done = first(referral.events, TALK | {"attempted", "delivered"}, opens)
        moot = first(referral.events, CLOSING, opens)
        courtesy = raised(book, "follow-up", referral, opens, (done, moot))
        overtaken = earliest(
            *(each.at for each in links if each.place > link.place and each != courtesy.waiver),
            first(referral.events, CLOSING | {"delivered"}, link),
        )
        if overtaken is not None and overtaken <= opens:
            continue
        if not stands(book, referral, opens):
            yield courtesy


# The rules whose subject is a person


def call_back(book: Book, person: Person) -> Iterator[Courtesy]:
    """19: at each missed at which no earlier one's has yet to end.

    Done by called-back, or a referral received from them.
    """
    standing: Courtesy | None = None
    for missed in person.events:
        if missed.kind != "missed":
            continue
        if standing is not None and (standing.ended_at is None or standing.ended_at > missed.at):
            continue
        called_back = first(person.events, {"called-back"}, missed)
        done = earliest(called_back, first_received(person, missed))
        standing = raised(book, "call-back", person, missed.at, (done, None))
        yield standing


def ask_preference(book: Book, person: Person) -> Iterator[Courtesy]:
    """20: at their first referral, done by wished; an earlier one counts, at R."""
    if not person.sent:
        return
    opens = min(referral.counts_from for referral in person.sent)
    wished = earliest(*(event.at for event in person.events if event.kind == "wished"))
    done = None if wished is None else max(wished, opens)
    yield raised(book, "ask-preference", person, opens, (done, None))


def return_favour(book: Book, person: Person) -> Iterator[Courtesy]:
    """21: one after another for the good referrals, each done by the earliest gift not used.

    It opens at its instant, or when the one before it ended, if that is later; a gift counts
    however early, at the later of gift and opening; a waived one uses none. After one that has
    not ended, none is raised. Where the source was put right, a referral counts as good at it if
    it was good before.
    """
    good = [
        max(instant, referral.counts_from)
        for referral in person.sent
        if (instant := first(referral.events, {"won", "rated good"}, referral.received))
    ]
    gifts = [event.at for event in person.events if event.kind == "given"]
    turn: datetime | None = None
    for instant in sorted(good):
        opens = instant if turn is None else max(instant, turn)
        done = max(gifts[0], opens) if gifts else None
        courtesy = raised(book, "return-favour", person, opens, (done, None))
        yield courtesy
        if courtesy.ended_at is None:
            return
        if courtesy.outcome == "done":
            gifts.pop(0)
        turn = max(courtesy.ended_at, opens)


def review_client(book: Book, person: Person) -> Iterator[Courtesy]:
    """22: at the first delivered of each referral they were the prospect of (expansions too).

    And at each delivered of their own; done by reviewed.
    """
    deliveries = [event for event in person.events if event.kind == "delivered"]
    for referral in person.is_prospect_of:
        on_it = [event for event in referral.events if event.kind == "delivered"]
        deliveries.extend(on_it[:1])
    for delivered in deliveries:
        done = first(person.events, {"reviewed"}, delivered)
        yield raised(book, "review-client", person, delivered.at, (done, None))


def ask_for_referrals(book: Book, person: Person) -> Iterator[Courtesy]:
    """23: a review with all three of agreed, delivered and happy opens it.

    Not raised when the person was already asked twice before the review on its local date or
    the 365 dates before that, nor, while it has not ended, when a problem is unresolved on any
    unclosed referral they are part of (expansions too).
    """
    for review in person.events:
        if review.kind != "reviewed" or not all(
            review.data.get(key) is True for key in ("agreed", "delivered", "happy")
        ):
            continue
        opens = opening_of_ask(book, review)
        if opens is None or was_asked_enough(book, person, review):
            continue
        losses = [first(referral.events, {"lost"}, review) for referral in person.is_prospect_of]
        done = earliest(first(person.events, {"asked"}, review), first_received(person, review))
        moot = earliest(first(person.events, {"reviewed"}, review), *losses)
        courtesy = raised(book, "ask-for-referrals", person, opens, (done, moot))
        if courtesy.ended_at is None and any(
            has_unresolved_problem(referral) and not is_closed(referral)
            for referral in [*person.sent, *person.is_prospect_of]
        ):
            continue
        yield courtesy


def opening_of_ask(book: Book, review: Event) -> datetime | None:
    """Return when a review opens the ask.

    At the review, or the day `busy_until` begins if that is later, or, when that falls in a
    pause, the next instant outside one (never, while the pause lasts).
    """
    opens = review.at
    busy_until = review.data.get("busy_until")
    if busy_until:
        opens = max(opens, begins(book.zone, date.fromisoformat(busy_until)))
    for pause in book.pauses:
        if pause.has(opens):
            if pause.end is None:
                return None
            opens = pause.end
    return opens


def was_asked_enough(book: Book, person: Person, review: Event) -> bool:
    """Tell whether they were asked twice before the review on its date or the 365 before."""
    last = local_date(book, review.at)
    earliest_date = last - timedelta(days=DAYS_OF_ASKING)
    asked = [
        event
        for event in before(person.events, review)
        if event.kind == "asked" and earliest_date <= local_date(book, event.at) <= last
    ]
    return len(asked) >= ASKED_ENOUGH


def reopen_intake(book: Book, person: Person) -> Iterator[Courtesy]:
    """24: at each end of a pause, moot by the start of the next pause.

    For each who was missed in it, or sent a referral in it that had no talk in it, or whose
    courtesy of the pause before ended moot.
    """
    outcome_before: str | None = None
    for pause, following in zip(book.pauses, [*book.pauses, None][1:], strict=True):
        unserved = any(
            pause.has(referral.counts_from)
            and not any(each.kind in TALK and pause.has(each.at) for each in referral.events)
            for referral in person.sent
        )
        missed = any(pause.has(each.at) for each in person.events if each.kind == "missed")
        is_owed = unserved or missed or outcome_before == "moot"
        outcome_before = None
        if pause.end is None or not is_owed:
            continue
        reopened = first(person.events, {"reopened"}, pause.end)
        done = earliest(reopened, first_received(person, pause.end))
        moot = following.start if following else None
        courtesy = raised(book, "reopen-intake", person, pause.end, (done, moot))
        yield courtesy
        outcome_before = courtesy.outcome


def keep_promise(book: Book, person: Person) -> Iterator[Courtesy]:
    """26: at each promised, due at data.due or as the day data.on ends, never before it opened.

    Done by the first `kept` after it that names it or names none.
    """
    for promised in person.events:
        if promised.kind != "promised":
            continue
        if promised.data.get("due"):
            due_at = read_instant(promised.data["due"])
        else:
            day = date.fromisoformat(promised.data["on"])
            due_at = begins(book.zone, day + timedelta(days=1))
        done = first_that(person.events, keeps(promised), promised)
        yield raised(
            book, "keep-promise", person, promised.at, (done, None), max(due_at, promised.at)
        )


def keep_informed(book: Book, person: Person, *, is_owed_news: bool) -> Iterator[Courtesy]:
    """14: after each link one opens when the Nth day after it begins.

    Unless the next link came at or before that instant, or none of their referrals is live
    then. It ends at the next link (done; waived by a waiver), or at the first event after which
    none of the referrals that were live at its opening is live (moot), whichever is first, the
    link on a tie. One that has not ended is raised only while the source is owed no other news.
    """
    if person.updates in {"milestones", "outcome"}:
        return
    every = days(person.updates or book.policy["update_every"])
    told, waivers = keep_informed_links(person)
    links = sorted(told | waivers)
    for link, following in zip(links, [*links, None][1:], strict=True):
        opens = days_later(book, link, every)
        live = [
            referral
            for referral in person.sent
            if referral.counts_from <= opens and is_live(referral, opens)
        ]
        if not live or (following is not None and following <= opens):
            continue
        ended, outcome = settle(
            following if following in told else None,
            following if following in waivers else None,
            earliest(first_silence(live, opens), person.forgotten),
        )
        if ended is None and is_owed_news:
            continue
        yield Courtesy(
            "keep-informed",
            None,
            person.id,
            person.id,
            opens,
            due(book, "keep-informed", opens),
            ended,
            outcome,
        )


def first_silence(live: list[Referral], opens: datetime) -> datetime | None:
    """Find the first event after which none of some referrals is live any more."""
    events = [event for referral in live for event in referral.events]
    events += [referral.lapsed for referral in live if referral.lapsed is not None]
    for event in sorted(events, key=lambda each: each.place):
        if event.at > opens and not any(is_live_after(referral, event) for referral in live):
            return event.at
    return None


def keep_informed_links(person: Person) -> tuple[set[datetime], set[datetime]]:
    """Return the instants of the chain of rule 14, those of waivers apart.

    The R of each of their referrals, every touch on any of these, every talk on any of these
    that reopens it, every `wished` of the person, and every waiver of this rule or `all` on the
    person. Of links at one instant all but the last have their next link at that instant, so one
    stands for all.
    """
    told = {referral.counts_from for referral in person.sent}
    for referral in person.sent:
        told |= {event.at for event in referral.heard if event.kind in TOUCH}
        told |= {event.at for event in reopenings(referral)}
    told |= {event.at for event in person.events if event.kind == "wished"}
    waivers = {event.at for event in person.events if concerns(event, "keep-informed")}
    return told, waivers


# All together

ON_REFERRALS: dict[str, Callable[[Book, Referral], Iterator[Courtesy]]] = {
    "thank-referral": thank_referral,
    "contact-prospect": contact_prospect,
    "try-again": try_again,
    "ask-introduction": ask_introduction,
    "note-meeting": note_meeting,
    "announce-win": announce_win,
    "thank-win": thank_win,
    "explain-loss": explain_loss,
    "explain-decline": explain_decline,
    "find-better": find_better,
    "report-problem": report_problem,
    "resolve-problem": resolve_problem,
    "report-resolution": report_resolution,
    "educate-source": educate_source,
    "explain-capacity": explain_capacity,
    "thank-chain": thank_chain,
    "follow-up": follow_up,
    "keep-appointment": keep_appointment,
}
ON_PEOPLE: dict[str, Callable[[Book, Person], Iterator[Courtesy]]] = {
    "call-back": call_back,
    "ask-preference": ask_preference,
    "return-favour": return_favour,
    "review-client": review_client,
    "ask-for-referrals": ask_for_referrals,
    "reopen-intake": reopen_intake,
    "keep-promise": keep_promise,
}


def is_shown(courtesy: Courtesy) -> bool:
    """Leave out what ended before it opened, which is never shown."""
    return courtesy.ended_at is None or courtesy.ended_at >= courtesy.opens_at


def all_raised(book: Book) -> list[Courtesy]:
    """Raise every rule that is not off, `keep-informed` last, for the others hold it back."""
    found: list[Courtesy] = []
    for rule, raise_on_referral in ON_REFERRALS.items():
        if rule not in book.off:
            for referral in book.referrals.values():
                found.extend(raise_on_referral(book, referral))
    for rule, raise_on_person in ON_PEOPLE.items():
        if rule not in book.off:
            for person in book.people.values():
                found.extend(raise_on_person(book, person))
    found = [courtesy for courtesy in found if is_shown(courtesy)]
    owed_news = {
        courtesy.to
        for courtesy in found
        if courtesy.rule in NEWS
        and courtesy.ended_at is None
        and courtesy.referral is not None
        and not book.referrals[courtesy.referral].is_expansion
    }
    if "keep-informed" not in book.off:
        for person in book.people.values():
            found.extend(
                courtesy
                for courtesy in keep_informed(book, person, is_owed_news=person.id in owed_news)
                if is_shown(courtesy)
            )
    return found


def is_snoozed(book: Book, courtesy: Courtesy, now: datetime) -> bool:
    """Tell whether a snooze hides a courtesy.

    While `at <= now < until`, courtesies whose opening is at or before the snooze's instant (of
    that referral, or, for a snooze on a person, all that are owed to that person), and, where it
    names rule 3, 14 or 18, those of that rule that open before it is over. One ahead of the clock,
    up to the horizon, has happened; what lies later is not in the book.
    """
    for snooze in book.snoozes:
        until = read_instant(snooze.data["until"])
        rule = snooze.data.get("rule")
        if now >= until or rule not in {None, courtesy.rule}:
            continue
        if snooze.referral is not None:
            is_meant = courtesy.referral == snooze.referral
        else:
            is_meant = courtesy.to == snooze.person
        is_hidden = courtesy.opens_at <= snooze.at or (
            rule in ALSO_WHAT_OPENS and courtesy.opens_at < until
        )
        if is_meant and is_hidden:
            return True
    return False


def status(book: Book, courtesy: Courtesy, now: datetime) -> str:
    """Sort by `now`: upcoming before it opens, due until its deadline included, then overdue."""
    if courtesy.ended_at is not None:
        return "ended"
    if now < courtesy.opens_at:
        return "upcoming"
    if is_snoozed(book, courtesy, now):
        return "snoozed"
    return "due" if now <= courtesy.due_at else "overdue"


def courtesies(
    history: dict[str, Any],
    *,
    zone: str,
    now: datetime | None = None,
    policy: dict[str, str] | None = None,
    off: frozenset[str] = frozenset(),
    week: dict[str, Any] | None = None,
    merged: dict[str, str] | None = None,
    horizon: datetime | None = None,
) -> list[dict[str, Any]]:
    """Return every courtesy that the rulebook raises for a history, ended ones too.

    "History, policy and time zone give the courtesies; `now` only sorts them": with `now`, what
    is later is left out and each courtesy has a `status`. Instants are aware and in UTC.
    """
    book = read_book(history, zone, policy, horizon or now, merged)
    book.off, book.week, book.now = off, read_week(week), now
    found = all_raised(book)
    found.sort(
        key=lambda each: (
            each.opens_at,
            RULES.index(each.rule),
            each.referral or 0,
            each.person or 0,
            each.ended_at or datetime.max.replace(tzinfo=UTC),
            each.outcome or "",
        )
    )
    rows = []
    for courtesy in found:
        row: dict[str, Any] = {
            "rule": courtesy.rule,
            "class": "occasion" if courtesy.rule in OCCASIONS else "debt",
            "referral": courtesy.referral,
            "person": courtesy.person,
            "to": courtesy.to,
            "opens_at": courtesy.opens_at,
            "due_at": courtesy.due_at,
            "ended_at": courtesy.ended_at,
            "outcome": courtesy.outcome,
        }
        if now is not None:
            row["status"] = status(book, courtesy, now)
        rows.append(row)
    return rows
