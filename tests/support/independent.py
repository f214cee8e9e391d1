"""A second, literal reading of the rulebook, to be held against the rules of the package."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
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
    "update_every": "14d",
    "follow_up_after": "7d",
    "follow_up_after_win": "30d",
}
"""The "within", the default of the policy key of the same name."""

OCCASIONS = frozenset(RULES[19:23])
"""Rules 20 to 23 are occasions; all others are debts."""

NEWS = frozenset(RULES[number - 1] for number in (1, 4, 5, 6, 7, 8, 9, 11, 13))
"""The rules that will be the news, so that `keep-informed` holds back."""

TO_PROSPECT = frozenset(RULES[number - 1] for number in (2, 3, 10, 12, 18))
"""The rules on a referral that are owed to the prospect; all others there to the source."""

DESERVED = frozenset({"thank-referral", "thank-win"})
"""The rules to the source that are raised on an expansion too."""

TALK = frozenset({"contacted", "met", "won"})
CLOSING = frozenset({"lost", "declined", "referred-out"})
TURNED_AWAY = frozenset({"declined", "referred-out"})
PIPELINE = TALK | CLOSING | {"delivered"}
TOUCH = frozenset({"thanked", "told", "explained"})

ASKED_ENOUGH = 2
THIRD = 3
ATTEMPTS_TRIED_AGAIN = 2
DAYS_OF_ASKING = 365


@dataclass(frozen=True)
class Event:
    """Something that happened, at an instant, on a referral, on a person, or on the book."""

    at: datetime
    id: int
    kind: str
    referral: int | None
    person: int | None
    data: dict[str, Any]

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

    @property
    def is_expansion(self) -> bool:
        """New business from the same contact: source and prospect are one person."""
        return self.source == self.prospect


@dataclass(frozen=True)
class Person:
    """Somebody of the book, and what happened on them and with their referrals."""

    id: int
    updates: str | None
    events: list[Event]
    sent: list[Referral]
    """Where a rule speaks of a person's referrals, of them as a source, or of referrals
    received from them, expansions do not count."""
    is_prospect_of: list[Referral]
    """Every referral of which they are the prospect (expansions too)."""


@dataclass(frozen=True)
class Pause:
    """From a `paused` on a book that is not paused to the next `resumed`."""

    start: datetime
    end: datetime | None

    def has(self, instant: datetime) -> bool:
        """Tell whether the instant is in the pause, the `resumed` no longer in it."""
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


@dataclass
class Book:
    """A history in the order of its events, with the policy and the time zone."""

    zone: str
    policy: dict[str, str]
    people: dict[int, Person] = field(default_factory=dict)
    referrals: dict[int, Referral] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    snoozes: list[Event] = field(default_factory=list)


# Time


@lru_cache(maxsize=100_000)
def begins(zone: str, day: date) -> datetime:
    """Return the instant at which a local day begins.

    "A local midnight that a clock change skips is the first instant that follows it; of one
    that occurs twice, the first": both are the first instant whose local clock shows midnight
    of that day or later.
    """
    midnight = datetime.combine(day, time(), tzinfo=UTC)
    for start, end, offset in stretches(zone, day):
        candidate = max(start, midnight - offset)
        if candidate < end:
            return candidate
    message = f"no instant of {zone} follows the midnight of {day}"
    raise AssertionError(message)


def stretches(zone: str, day: date) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yield the stretches of time around a day in which the zone keeps one offset."""
    tz = ZoneInfo(zone)

    def offset_at(instant: datetime) -> timedelta:
        offset = instant.astimezone(tz).utcoffset()
        if offset is None:
            raise AssertionError(zone)
        return offset

    first = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=36)
    start, offset = first, offset_at(first)
    for hour in range(1, 97):
        low, high = first + timedelta(hours=hour - 1), first + timedelta(hours=hour)
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
    when the seventh day after that date ends, at the local midnight which ends it.
    """
    within = book.policy[rule]
    if within.endswith("h"):
        return opens + timedelta(hours=int(within[:-1]))
    return days_later(book, opens, days(within) + 1)


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
    for event in events:
        if event.kind in wanted and stands_after(event, opener):
            return event.at
    return None


def stands_after(event: Event, opener: Event | datetime) -> bool:
    """Tell whether an event stands later than an event, or at an instant or later."""
    if isinstance(opener, Event):
        return event.place > opener.place
    return event.at >= opener


def first_received(person: Person, opener: Event | datetime) -> datetime | None:
    """Find the first referral received from a person; one in the same second counts."""
    instant = opener.at if isinstance(opener, Event) else opener
    return earliest(*(each.received for each in person.sent if each.received >= instant))


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
    now: datetime | None,
) -> Book:
    """Read a history; what is later than `now` has not happened yet and is left out."""
    events = sorted(read_events(history, now), key=lambda event: event.place)
    on_referral: dict[int, list[Event]] = defaultdict(list)
    on_person: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event.referral is not None:
            on_referral[event.referral].append(event)
        elif event.person is not None:
            on_person[event.person].append(event)
    book = Book(zone, DEFAULTS | (policy or {}))
    book.pauses = read_pauses(events)
    book.snoozes = [event for event in events if event.kind == "snoozed"]
    for row in history["people"]:
        book.people[row["id"]] = Person(row["id"], row.get("updates"), on_person[row["id"]], [], [])
    for row in history["referrals"]:
        received = read_instant(row["received_at"])
        if now is not None and received > now:
            continue
        referral = Referral(
            row["id"], row["source"], row["prospect"], received, on_referral[row["id"]]
        )
        book.referrals[referral.id] = referral
        if not referral.is_expansion:
            book.people[referral.source].sent.append(referral)
        book.people[referral.prospect].is_prospect_of.append(referral)
    return book


def read_events(history: dict[str, Any], now: datetime | None) -> Iterator[Event]:
    """Read the events that are not later than `now`; a rating's kind says its fit."""
    for row in history["events"]:
        at = read_instant(row["at"])
        if now is not None and at > now:
            continue
        data = row.get("data") or {}
        kind = row["kind"] if row["kind"] != "rated" else f"rated {data.get('fit')}"
        yield Event(at, row["id"], kind, row.get("referral"), row.get("person"), data)


def read_instant(text: str) -> datetime:
    """Instants are UTC, to the second."""
    return datetime.fromisoformat(text).astimezone(UTC)


def read_pauses(events: list[Event]) -> list[Pause]:
    """Read the pauses.

    A pause runs from a `paused` on a book that is not paused to the next `resumed`, that
    instant no longer in it; further ones of either kind change nothing.
    """
    pauses: list[Pause] = []
    start: datetime | None = None
    for event in events:
        if event.kind == "paused" and start is None:
            start = event.at
        elif event.kind == "resumed" and start is not None:
            pauses.append(Pause(start, event.at))
            start = None
    if start is not None:
        pauses.append(Pause(start, None))
    return pauses


# The state of a referral


def is_closed(referral: Referral) -> bool:
    """Tell whether a referral is closed: while its latest pipeline event is a closing one."""
    pipeline = [event for event in referral.events if event.kind in PIPELINE]
    return bool(pipeline) and pipeline[-1].kind in CLOSING


def end(referral: Referral) -> datetime | None:
    """Return when a referral ended; until then it is live.

    It ends when it became closed, if it is closed now (since the first event of that unbroken
    run of closing events), else at its first `delivered` since the last closing.
    """
    pipeline = [event for event in referral.events if event.kind in PIPELINE]
    if is_closed(referral):
        became = pipeline[-1]
        for event in reversed(pipeline):
            if event.kind not in CLOSING:
                break
            became = event
        return became.at
    for event in since_last_closing(pipeline):
        if event.kind == "delivered":
            return event.at
    return None


def is_live(referral: Referral, instant: datetime) -> bool:
    """Tell whether a referral has been received and has not ended at an instant."""
    ended = end(referral)
    return referral.received <= instant and (ended is None or instant < ended)


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
    """Tell whether a problem has no `resolved` after it."""
    return any(
        event.kind == "problem" and first(referral.events, {"resolved"}, event) is None
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


def first_waiver(events: list[Event], rule: str, opens: datetime) -> datetime | None:
    """Find the first `waived` for this rule or `all`, at the time it opens or later."""
    return earliest(*(each.at for each in events if concerns(each, rule) and each.at >= opens))


def raised(
    book: Book,
    rule: str,
    subject: Referral | Person,
    opens: datetime,
    done_or_moot: tuple[datetime | None, datetime | None],
) -> Courtesy:
    """Make one courtesy, ended by what came first, a waiver being one on the same subject."""
    done, moot = done_or_moot
    ended, outcome = settle(done, first_waiver(subject.events, rule, opens), moot)
    if isinstance(subject, Person):
        referral, person, to = None, subject.id, subject.id
    else:
        referral, person = subject.id, None
        to = subject.prospect if rule in TO_PROSPECT else subject.source
    return Courtesy(rule, referral, person, to, opens, due(book, rule, opens), ended, outcome)


def on_referral(
    book: Book,
    rule: str,
    referral: Referral,
    opener: Event | datetime,
    done_or_moot: tuple[Iterable[str], Iterable[str]],
) -> Iterator[Courtesy]:
    """Raise a rule that opens at an event or instant and ends at the first of some kinds after.

    Rules to the source are not raised on an expansion (`thank-referral` and `thank-win` are: new
    business deserves thanks).
    """
    if referral.is_expansion and rule not in TO_PROSPECT | DESERVED:
        return
    done, moot = done_or_moot
    yield raised(
        book,
        rule,
        referral,
        opener.at if isinstance(opener, Event) else opener,
        (first(referral.events, done, opener), first(referral.events, moot, opener)),
    )


# The rules whose subject is a referral


def thank_referral(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """1: opens at R, done by the first thanked."""
    yield from on_referral(book, "thank-referral", referral, referral.received, ({"thanked"}, ()))


def contact_prospect(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """2: opens at R, done by attempted or talk, moot by a closing."""
    yield from on_referral(
        book, "contact-prospect", referral, referral.received, (TALK | {"attempted"}, CLOSING)
    )


def counted_attempts(referral: Referral) -> list[Event]:
    """Count attempts only before the first talk and the first closing, in order."""
    attempts: list[Event] = []
    for event in referral.events:
        if event.kind in TALK or event.kind in CLOSING:
            break
        if event.kind == "attempted":
            attempts.append(event)
    return attempts


def try_again(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """3: 24h after the 1st and the 2nd attempt, done by next attempt or talk, moot by closing.

    "First" means the first after the attempt here.
    """
    for attempt in counted_attempts(referral)[:ATTEMPTS_TRIED_AGAIN]:
        opens = attempt.at + timedelta(hours=24)
        done = first(referral.events, TALK | {"attempted"}, attempt)
        moot = first(referral.events, CLOSING, attempt)
        yield raised(book, "try-again", referral, opens, (done, moot))


def ask_introduction(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """4: at the 3rd attempt, done by told, moot by talk or closing; later ones raise nothing."""
    for attempt in counted_attempts(referral)[THIRD - 1 : THIRD]:
        yield from on_referral(
            book, "ask-introduction", referral, attempt, ({"told"}, TALK | CLOSING)
        )


def note_meeting(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """5: at the first met, done by thanked or told, moot by won or closing.

    Not raised when the source wishes the outcome only.
    """
    if book.people[referral.source].updates == "outcome":
        return
    for met in [event for event in referral.events if event.kind == "met"][:1]:
        yield from on_referral(
            book, "note-meeting", referral, met, ({"thanked", "told"}, CLOSING | {"won"})
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
    """6: at each won, the first since the last closing; thanked or told; moot by closing."""
    for won in wins(referral):
        yield from on_referral(book, "announce-win", referral, won, ({"thanked", "told"}, CLOSING))


def thank_win(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """7: at the same won, done by thanked, moot by closing."""
    for won in wins(referral):
        yield from on_referral(book, "thank-win", referral, won, ({"thanked"}, CLOSING))


def explain_loss(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """8: at each lost, done by explained, moot by talk."""
    for event in referral.events:
        if event.kind == "lost":
            yield from on_referral(book, "explain-loss", referral, event, ({"explained"}, TALK))


def explain_decline(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """9: at the first of an unbroken run of declined and referred-out in the pipeline."""
    previous: Event | None = None
    for event in referral.events:
        if event.kind not in PIPELINE:
            continue
        in_run = previous is not None and previous.kind in TURNED_AWAY
        if event.kind in TURNED_AWAY and not in_run:
            yield from on_referral(book, "explain-decline", referral, event, ({"explained"}, TALK))
        previous = event


def find_better(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """10: at each declined, done by referred-out, moot by talk."""
    for event in referral.events:
        if event.kind == "declined":
            yield from on_referral(book, "find-better", referral, event, ({"referred-out"}, TALK))


def report_problem(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """11: at each problem, done by told or explained."""
    for event in referral.events:
        if event.kind == "problem":
            yield from on_referral(
                book, "report-problem", referral, event, ({"told", "explained"}, ())
            )


def resolve_problem(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """12: at each problem, done by resolved, moot by closing."""
    for event in referral.events:
        if event.kind == "problem":
            yield from on_referral(
                book, "resolve-problem", referral, event, ({"resolved"}, CLOSING)
            )


def report_resolution(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """13: at each resolved, done by told or explained."""
    for event in referral.events:
        if event.kind == "resolved":
            yield from on_referral(
                book, "report-resolution", referral, event, ({"told", "explained"}, ())
            )


def educate_source(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """15: at each rated poor, done by educated, moot by rated good."""
    for event in referral.events:
        if event.kind == "rated poor":
            yield from on_referral(
                book, "educate-source", referral, event, ({"educated"}, {"rated good"})
            )


def explain_capacity(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """16: at R, when the book was paused at R; moot by talk or the resumed ending that pause."""
    if referral.is_expansion:
        return
    for pause in book.pauses:
        if pause.has(referral.received):
            done = first(referral.events, {"explained"}, referral.received)
            moot = earliest(first(referral.events, TALK, referral.received), pause.end)
            yield raised(book, "explain-capacity", referral, referral.received, (done, moot))


def thank_chain(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """17: at R of the first of this prospect's own referrals at or after the first won here."""
    for won in [event for event in referral.events if event.kind == "won"][:1]:
        opens = first_received(book.people[referral.prospect], won.at)
        if opens is not None:
            yield from on_referral(book, "thank-chain", referral, opens, ({"thanked", "told"}, ()))


def follow_up_links(referral: Referral) -> list[Event]:
    """Return the links of rule 18.

    Every talk, every attempt that stands after a talk with no closing in between, and the
    attempts of rule 4's count from the third on.
    """
    counted = counted_attempts(referral)[THIRD - 1 :]
    links = []
    for event in referral.events:
        earlier = since_last_closing(before(referral.events, event))
        after_talk = any(each.kind in TALK for each in earlier)
        if event.kind in TALK or (event.kind == "attempted" and (after_talk or event in counted)):
            links.append(event)
    return links


def follow_up(book: Book, referral: Referral) -> Iterator[Courtesy]:
    """18: from each link that no `delivered` since the last closing precedes.

    It opens when the Nth day after the link begins, N being `follow_up_after_win` when a `won`
    with no closing since stands at or before the link. Not raised when the next link, a
    `delivered` or a closing came at or before that instant.
    """
    links = follow_up_links(referral)
    for link, following in zip(links, [*links, None][1:], strict=True):
        earlier = since_last_closing(before(referral.events, link))
        if any(event.kind == "delivered" for event in earlier):
            continue
        is_won = any(event.kind == "won" for event in [*earlier, link])
        key = "follow_up_after_win" if is_won else "follow_up_after"
        opens = days_later(book, link.at, days(book.policy[key]))
        overtaken = earliest(
            following.at if following else None,
            first(referral.events, CLOSING | {"delivered"}, link),
        )
        if overtaken is not None and overtaken <= opens:
            continue
        yield from on_referral(
            book, "follow-up", referral, opens, (TALK | {"attempted", "delivered"}, CLOSING)
        )


# The rules whose subject is a person


def call_back(book: Book, person: Person) -> Iterator[Courtesy]:
    """19: at each missed, done by called-back, or a referral received from them."""
    for missed in person.events:
        if missed.kind == "missed":
            called_back = first(person.events, {"called-back"}, missed)
            done = earliest(called_back, first_received(person, missed))
            yield raised(book, "call-back", person, missed.at, (done, None))


def ask_preference(book: Book, person: Person) -> Iterator[Courtesy]:
    """20: at their first referral, done by wished; an earlier one counts, at R."""
    if not person.sent:
        return
    opens = min(referral.received for referral in person.sent)
    wished = earliest(*(event.at for event in person.events if event.kind == "wished"))
    done = None if wished is None else max(wished, opens)
    yield raised(book, "ask-preference", person, opens, (done, None))


def return_favour(book: Book, person: Person) -> Iterator[Courtesy]:
    """21: one after another for the good referrals, each done by the earliest gift not used.

    It opens at its instant, or when the one before it ended, if that is later; a gift counts
    however early, at the later of gift and opening; a waived one uses none. After one that has
    not ended, none is raised.
    """
    good = [
        instant
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
        turn = courtesy.ended_at


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

    For each who sent a referral or was missed in that pause, or whose courtesy of the pause
    before ended moot.
    """
    outcome_before: str | None = None
    for pause, following in zip(book.pauses, [*book.pauses, None][1:], strict=True):
        sent = any(pause.has(referral.received) for referral in person.sent)
        missed = any(pause.has(each.at) for each in person.events if each.kind == "missed")
        is_owed = sent or missed or outcome_before == "moot"
        outcome_before = None
        if pause.end is None or not is_owed:
            continue
        reopened = first(person.events, {"reopened"}, pause.end)
        done = earliest(reopened, first_received(person, pause.end))
        moot = following.start if following else None
        courtesy = raised(book, "reopen-intake", person, pause.end, (done, moot))
        yield courtesy
        outcome_before = courtesy.outcome


def keep_informed(book: Book, person: Person, *, is_owed_news: bool) -> Iterator[Courtesy]:
    """14: after each link one opens when the Nth day after it begins.

    Unless the next link came at or before that instant, or none of their referrals is live
    then. It ends at the next link (done; waived by a waiver), or when the last of the referrals
    that were live at its opening has ended (moot), whichever is first, the link on a tie. One
    that has not ended is raised only while the source is owed no other news.
    """
    if person.updates in {"milestones", "outcome"}:
        return
    every = days(person.updates or book.policy["update_every"])
    told, waivers = keep_informed_links(person)
    links = sorted(told | waivers)
    for link, following in zip(links, [*links, None][1:], strict=True):
        opens = days_later(book, link, every)
        live = [referral for referral in person.sent if is_live(referral, opens)]
        if not live or (following is not None and following <= opens):
            continue
        ends = [end(referral) for referral in live]
        ended, outcome = settle(
            following if following in told else None,
            following if following in waivers else None,
            None if None in ends else max(each for each in ends if each is not None),
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


def keep_informed_links(person: Person) -> tuple[set[datetime], set[datetime]]:
    """Return the instants of the chain of rule 14, those of waivers apart.

    The R of each of their referrals, every touch on any of these, every `wished` of the person,
    and every waiver of this rule or `all` on the person. Of links at one instant all but the
    last have their next link at that instant, so one stands for all.
    """
    told = {referral.received for referral in person.sent}
    for referral in person.sent:
        told |= {event.at for event in referral.events if event.kind in TOUCH}
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
}
ON_PEOPLE: dict[str, Callable[[Book, Person], Iterator[Courtesy]]] = {
    "call-back": call_back,
    "ask-preference": ask_preference,
    "return-favour": return_favour,
    "review-client": review_client,
    "ask-for-referrals": ask_for_referrals,
    "reopen-intake": reopen_intake,
}


def is_shown(courtesy: Courtesy) -> bool:
    """Leave out what ended before it opened, which is never shown."""
    return courtesy.ended_at is None or courtesy.ended_at >= courtesy.opens_at


def all_raised(book: Book, off: frozenset[str]) -> list[Courtesy]:
    """Raise every rule that is not off, `keep-informed` last, for the others hold it back."""
    found: list[Courtesy] = []
    for rule, raise_on_referral in ON_REFERRALS.items():
        if rule not in off:
            for referral in book.referrals.values():
                found.extend(raise_on_referral(book, referral))
    for rule, raise_on_person in ON_PEOPLE.items():
        if rule not in off:
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
    if "keep-informed" not in off:
        for person in book.people.values():
            found.extend(
                courtesy
                for courtesy in keep_informed(book, person, is_owed_news=person.id in owed_news)
                if is_shown(courtesy)
            )
    return found


def is_snoozed(book: Book, courtesy: Courtesy, now: datetime, horizon: datetime) -> bool:
    """Tell whether a snooze hides a courtesy.

    While `at <= now < until`, courtesies whose opening is at or before the snooze's instant (of
    that referral, or, for a snooze on a person, all that are owed to that person). One ahead of
    the clock, up to the horizon, has happened.
    """
    return any(
        snooze.at <= horizon
        and now < read_instant(snooze.data["until"])
        and courtesy.opens_at <= snooze.at
        and snooze.data.get("rule") in {None, courtesy.rule}
        and (
            courtesy.referral == snooze.referral
            if snooze.referral is not None
            else courtesy.to == snooze.person
        )
        for snooze in book.snoozes
    )


def status(book: Book, courtesy: Courtesy, now: datetime, horizon: datetime) -> str:
    """Sort by `now`: upcoming before it opens, due until its deadline included, then overdue."""
    if courtesy.ended_at is not None:
        return "ended"
    if now < courtesy.opens_at:
        return "upcoming"
    if is_snoozed(book, courtesy, now, horizon):
        return "snoozed"
    return "due" if now <= courtesy.due_at else "overdue"


def courtesies(
    history: dict[str, Any],
    *,
    zone: str,
    now: datetime | None = None,
    horizon: datetime | None = None,
    policy: dict[str, str] | None = None,
    off: frozenset[str] = frozenset(),
) -> list[dict[str, Any]]:
    """Return every courtesy that the rulebook raises for a history, ended ones too.

    "History, policy and time zone give the courtesies; `now` only sorts them": with `now`, what
    is later is left out and each courtesy has a `status`. "Asked about the present, what lies ahead
    of the clock by at most two days has happened": then `horizon` is where that ends. Instants are
    aware and in UTC.
    """
    book = read_book(history, zone, policy, horizon or now)
    found = all_raised(book, off)
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
            row["status"] = status(book, courtesy, now, horizon or now)
        rows.append(row)
    return rows
