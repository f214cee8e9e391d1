"""Commands on a book, and the proof that its projections are what its history gives."""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from reftrack.config.settings import settings
from reftrack.domain.times import Calendar, instant_of, text_of
from reftrack.rules.courtesies import Reading
from reftrack.rules.story import ReferralStory
from reftrack.rules.terms import Policy, Terms
from reftrack.store.reader import Reader
from tests.support import independent
from tests.support.driver import Book
from tests.support.random_history import NAMES, RULES, random_history

READING = {
    *("due", "list", "show", "find", "sources", "why", "rules", "draft", "export", "check"),
    *("config", "schedule", "completion"),
}
WAYS = ("card", "call", "email", "text", "in-person", "gift")
WISHES = ("milestones", "outcome", "outcome", "3d", "30d")
ZONES = ("UTC", "Europe/London", "America/Toronto", "Africa/Cairo", "Pacific/Apia")
SECOND = timedelta(seconds=1)

Choice = TypeVar("Choice")


def projections_in(path: Path) -> tuple[list[Any], list[Any], list[Any]]:
    """The rows of the projections as they stand in the file."""
    connection = sqlite3.connect(path)
    try:
        courtesies = connection.execute(
            "SELECT rule, referral, person, cause, to_person, about, opens_at, due_at, ended_at,"
            " outcome, ends_at, class FROM courtesy"
        ).fetchall()
        standings = connection.execute(
            "SELECT referral, stage, since, ended_at, source, received_at, proved_at, proof,"
            " proof_uid, is_troubled FROM standing"
        ).fetchall()
        heard = connection.execute("SELECT person, at, event, uid, is_waiver FROM heard").fetchall()
        return sorted(courtesies, key=repr), sorted(standings), sorted(heard)
    finally:
        connection.close()


def computed(path: Path, policy: Policy, zone: ZoneInfo) -> tuple[list[Any], list[Any], list[Any]]:
    """The same rows, worked out anew from the whole history."""
    connection = sqlite3.connect(path)
    try:
        history = Reader(connection).history()
    finally:
        connection.close()
    reading = Reading(history, Terms(Calendar(zone), policy))
    stories = map(reading.referral_story, history.referrals.values())
    courtesies = [
        (*row_of(courtesy), "occasion" if courtesy.rule in independent.OCCASIONS else "debt")
        for courtesy in reading.courtesies()
    ]
    heard = [
        (number, text_of(word.at), word.place[1], word.uid, int(word.is_waiver))
        for number in history.people
        for word in reading.person_story(number).words()
    ]
    return sorted(courtesies, key=repr), sorted(map(standing_of, stories)), sorted(heard)


def standing_of(story: ReferralStory) -> tuple[Any, ...]:
    """The standing of a referral, and what the rules on its source read of it."""
    referral, events = story.referral, story.events
    # Where the source was put right, it counts as received then, and as good then if it was before.
    corrected = [(text_of(e.at), e.id) for e in events if e.kind == "source-corrected"][-1:]
    proof = [
        (*max([(text_of(event.at), event.id), *corrected]), event.uid)
        for event in events
        if event.kind == "won" or (event.kind, event.data.get("fit")) == ("rated", "good")
    ]
    open_problems = [
        event
        for place, event in enumerate(events, 1)
        if event.kind == "problem"
        and not any(
            later.kind == "resolved" and later.data.get("problem") in (None, event.uid)
            for later in events[place:]
        )
    ]
    is_gone = story.prospect_forgotten is not None
    return (
        *row_of(story.standing),
        None if referral.kind == "expansion" else referral.source,
        corrected[0][0] if corrected else text_of(referral.received_at),
        *(proof[0] if proof else (None, None, None)),
        int(bool(open_problems) and not is_gone and not story.standing.is_closed),
    )


def row_of(record: Any) -> tuple[Any, ...]:
    """A courtesy or a standing in the columns of its table."""
    return tuple(text_of(v) if isinstance(v, datetime) else v for v in record)


def assert_projections_hold(book: Book, said: object = "") -> None:
    """The projections are those that the whole history gives, under the settings of now."""
    here = settings(None)
    assert here.zone is not None
    rows, expected = projections_in(book.path), computed(book.path, here.policy, here.zone)
    for found, wanted in zip(rows, expected, strict=True):
        surplus, missing = Counter(found) - Counter(wanted), Counter(wanted) - Counter(found)
        assert (surplus, missing) == (Counter(), Counter()), said


def shown_of(book: Book, zone: str, **terms: Any) -> list[tuple[Any, ...]]:
    """All that the second reading of the rulebook lists as open at `now`."""
    rows = [
        (c["rule"], c["status"], c["referral"], c["to"], c["opens_at"], c["due_at"])
        for c in independent.courtesies(book.export(), zone=zone, **terms)
        if c["status"] != "ended"
    ]
    return sorted(rows, key=repr)


def listed(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The same of a `due --json --all`."""
    return sorted(map(row_listed, document["items"]), key=repr)


def row_listed(item: dict[str, Any]) -> tuple[Any, ...]:
    """One item of it as such a row."""
    return (
        item["rule"],
        item["status"],
        item["referral"],
        item["to"]["id"],
        instant_of(item["opens_at"]),
        instant_of(item["due_at"]),
    )


class Run:
    """Makes up one command after another, plausible and impossible ones, now and in the past."""

    def __init__(self, book: Book, seed: int) -> None:
        self.rng = random.Random(seed)
        self.book = book
        self.zone = ZONES[seed % len(ZONES)]
        book.zone(self.zone)
        self.now = datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(hours=self.rng.randrange(9000))
        self.said: list[str] = []
        self.ended: Counter[tuple[str, int]] = Counter()
        self.people: list[int] = []
        self.referrals: list[int] = []
        self.sources: list[int] = []
        self.prospects: list[int] = []
        self.instants: list[str] = []
        self.latest = 0
        self.most = self.rng.choice((3, 6, 12))
        self.folder = book.folder
        self.makers: dict[str, tuple[int, Callable[[], list[str]]]] = {
            "add": (7, self.add),
            "contact": (8, self.contact),
            "agree": (5, self.agree),
            "meet": (5, lambda: ["meet", *self.refs(), *self.at()]),
            "win": (7, lambda: ["win", *self.refs(), *self.at()]),
            "deliver": (6, self.deliver),
            "lose": (4, lambda: ["lose", *self.refs(), "--why", "A cousin does it", *self.at()]),
            "decline": (4, lambda: ["decline", *self.refs(), "--why", "Too far", *self.at()]),
            "refer-out": (4, lambda: ["refer-out", self.ref(), "--to", self.who(), *self.at()]),
            "problem": (3, lambda: ["problem", self.ref(), "The survey came late", *self.at()]),
            "resolve": (
                3,
                lambda: [
                    "resolve",
                    self.ref(),
                    "A new survey",
                    *self.one_of([], ["--all"]),
                    *self.at(),
                ],
            ),
            "rate": (4, self.rate),
            "thank": (6, self.thank),
            "tell": (6, self.tell),
            "explain": (4, lambda: ["explain", *self.refs(), *self.by(), *self.at()]),
            "educate": (3, lambda: ["educate", *self.refs_or_person(), *self.by(), *self.at()]),
            "promise": (
                4,
                lambda: ["promise", self._anything(), self.one_of("A", "B"), "--due", self.ahead()],
            ),
            "keep": (4, lambda: ["keep", self._anything(), *self.one_of([], ["A"])]),
            "missed": (4, lambda: ["missed", self.who(), *self.by(), *self.at()]),
            "call-back": (3, lambda: ["call-back", self.person(), *self.at()]),
            "open-again": (3, lambda: ["open-again", self.person(), *self.at()]),
            "refer": (4, lambda: ["refer", "Lee Park", "--to", self.who(), *self.at()]),
            "review": (6, self.review),
            "ask": (4, self.ask),
            "wish": (6, self.wish),
            "pause": (
                8,
                lambda: ["pause", *self.one_of([], [], ["--until", self.ahead()]), *self.at(0.7)],
            ),
            "resume": (8, lambda: ["resume", *self.at(0.7)]),
            "waive": (5, self.waive),
            "snooze": (3, self.snooze),
            "done": (5, lambda: ["done", *self.refs(), *self.at(0.2)]),
            "note": (1, lambda: ["note", self._anything(), "Prefers the mornings"]),
            "edit": (5, self.edit),
            "merge": (1, lambda: ["merge", self.person(), self.person(), "--yes"]),
            "import": (1, self.import_),
            "undo": (5, lambda: ["undo", *self.old_step()]),
            "redo": (4, lambda: ["redo", *self.old_step()]),
        }

        # Each run dwells on a few commands: some faults need many of a kind to show.
        liked = set(self.rng.sample(sorted(self.makers), 5))
        if liked & {"pause", "resume", "open-again"}:
            liked |= {"pause", "resume"}
        self.weights = {
            name: weight * (4 if name in liked else 1) for name, (weight, _) in self.makers.items()
        }

    def one_of(self, *choices: Choice) -> Choice:
        return self.rng.choice(choices)

    def has_chance(self, chance: float) -> bool:
        return self.rng.random() < chance

    # Words.

    def ref(self) -> str:
        if not self.referrals or self.has_chance(0.01):
            return self.one_of("999", "@1", "nobody at all")
        return str(self.rng.choice(self.referrals[-8:] if self.has_chance(0.6) else self.referrals))

    def refs(self) -> list[str]:
        return [self.ref() for _ in range(self.one_of(1, 1, 1, 1, 2, 3))]

    def person(self) -> str:
        if not self.people or self.has_chance(0.01):
            return self.one_of("@999", "nobody at all", "1")
        return f"@{self.rng.choice(self.people)}"

    def who(self) -> str:
        """Somebody known, or somebody who is perhaps new."""
        if len(self.people) < 3 or self.has_chance(0.6 / len(self.people)):
            return f"{self.rng.choice(NAMES)} {self.one_of('', 'Junior', 'Senior')}"
        return self.person()

    def refs_or_person(self) -> list[str]:
        return [self.person()] if self.has_chance(0.4) else self.refs()

    def by(self) -> list[str]:
        return self.one_of([], [], ["--by", self.rng.choice(WAYS)])

    def at(self, chance: float = 0.5) -> list[str]:
        """Now, some time ago, or an instant that stands in a telling relation to another."""
        if not self.has_chance(chance):
            return []
        if self.instants and self.has_chance(0.5):
            near = instant_of(self.rng.choice(self.instants))
            instant = near + self.one_of(-1, 0, 0, 0, 1, 3600) * SECOND
            if instant > self.now and not self.has_chance(0.05):
                instant = self.now
        else:
            days = self.one_of(1, 4, 20, 60, 150)
            instant = self.now - self.rng.randrange(days * 86_400) * SECOND
            if self.has_chance(0.2):
                instant = Calendar(ZoneInfo(self.zone)).midnight(instant.date())
        return ["--at", text_of(instant)]

    # Commands that need more than a line.

    def add(self) -> list[str]:
        prospect, source = self.who(), self.who()
        if self.prospects and self.has_chance(0.4):  # who came as a prospect sends one: a chain
            source = f"@{self.rng.choice(self.prospects)}"
        if self.has_chance(0.12):
            prospect = source
        kind = self.one_of([], [], [], ["--kind", "co-worker"], ["--kind", "partner"])
        if self.has_chance(0.05):
            kind = ["--kind", "expansion"]
        more = self.one_of([], [], ["--contacted"], ["--thanked", self.rng.choice(WAYS)])
        known = self.one_of([], [], ["--relation", "friend"], ["--email", "dana@example.org"])
        return ["add", prospect, "--from", source, *kind, *more, *known, *self.at()]

    def contact(self) -> list[str]:
        missing = ["--no-answer"] if self.has_chance(0.6) else []
        return ["contact", *self.refs(), *missing, *self.by(), *self.at()]

    def deliver(self) -> list[str]:
        return ["deliver", *(self.refs() if self.has_chance(0.6) else [self.who()]), *self.at()]

    def rate(self) -> list[str]:
        return ["rate", self.ref(), self.one_of("good", "good", "poor", "so so"), *self.at()]

    def ahead(self) -> str:
        """A day or an instant to come."""
        return self.one_of("in 3 days", "tomorrow 10:00", "in 2 weeks", "in 5 hours")

    def agree(self) -> list[str]:
        if self.has_chance(0.2):
            return ["agree", self.ref(), "--off"]
        return ["agree", self.ref(), self.ahead(), *self.one_of([], ["--by", "call"])]

    def thank(self) -> list[str]:
        gift = ["--gift", "a book"] if self.has_chance(0.1) else []
        return ["thank", *self.refs_or_person(), *self.by(), *gift, *self.at()]

    def tell(self) -> list[str]:
        news = ["--text", "They meet"] if self.has_chance(0.3) else []
        said = ["--said"] if self.has_chance(0.3) else []
        return ["tell", *self.refs_or_person(), *news, *said, *self.by(), *self.at()]

    def review(self) -> list[str]:
        words = [
            self.one_of("--agreed", "--agreed", "--agreed", "--agreed", "--not-agreed"),
            self.one_of("--delivered", "--delivered", "--delivered", "--not-delivered"),
            self.one_of("--happy", "--happy", "--happy", "--unhappy"),
        ]
        if self.has_chance(0.4):
            day = self.now + timedelta(days=self.rng.randrange(-40, 40))
            words += ["--busy-until", f"{day:%Y-%m-%d}"]
        return ["review", self.who(), *words, *self.at()]

    def ask(self) -> list[str]:
        return ["ask", self.person(), *self.one_of([], ["--anyway"]), *self.at()]

    def wish(self) -> list[str]:
        updates = self.one_of([], ["--updates", self.rng.choice(WISHES)])
        way = [] if updates and self.has_chance(0.5) else ["--by", self.rng.choice(WAYS)]
        who = f"@{self.rng.choice(self.sources)}" if self.has_chance(0.8) else self.who()
        return ["wish", who, *updates, *way, *self.at()]

    def _anything(self) -> str:
        return self.ref() if self.has_chance(0.5) else self.person()

    def waive(self) -> list[str]:
        rule = self.one_of("all", *RULES, "nonsense")
        what = self._anything()
        if self.has_chance(0.7) and (owed := self._open()):
            rule, what = self.rng.choice(owed)
        return ["waive", what, rule, "--why", "Said so at lunch", *self.at(0.3)]

    def _open(self) -> list[tuple[str, str]]:
        connection = sqlite3.connect(self.book.path)
        try:
            sql = "SELECT rule, referral, person FROM courtesy WHERE outcome IS NULL"
            return [(rule, str(r) if r else f"@{p}") for rule, r, p in connection.execute(sql)]
        finally:
            connection.close()

    def snooze(self) -> list[str]:
        rule = self.one_of([], ["--rule", self.rng.choice(RULES)])
        return ["snooze", self._anything(), "--until", "in 3 days", *rule]

    def edit(self) -> list[str]:
        """Corrects what the rules read of a referral, or of a person."""
        if self.has_chance(0.3):
            wish = ["--updates", self.one_of("", *WISHES)]
            return ["edit", self.person(), *self.one_of(wish, wish, ["--name", self.who()])]
        changes = [
            ["--from", self.who(), "--was-told", self.one_of("old", "new")],
            ["--prospect", self.who()],
            ["--kind", self.one_of("client", "co-worker", "partner")],
            ["--received", *self.at(1)[1:]],
            ["--tie", "cousin"],
        ]
        chosen = self.rng.sample(changes, self.one_of(1, 1, 2))
        return ["edit", self.ref(), *[word for words in chosen for word in words]]

    def import_(self) -> list[str]:
        """A small history of strangers, sometimes of about now, sometimes with those known."""
        seed = self.rng.randrange(10**6)
        history = random_history(seed, people=3, referrals=3, events=12, zone=self.zone)
        if self.has_chance(0.7):
            move(history, self.now - self.one_of(0, 1, 20) * timedelta(days=1))
        if self.has_chance(0.5) and self.referrals:
            mingle(history, self.book.export(), self.rng)
        path = self.folder / "more.json"
        path.write_text(json.dumps(history), encoding="utf-8")
        return ["import", str(path)]

    def old_step(self) -> list[str]:
        """None, for the last; else one of any age, which may be undone, stood on, or not there."""
        if self.has_chance(0.4):
            return []
        back = self.one_of(4, 12, 40)
        return [str(max(0, self.latest + 1 - self.rng.randrange(back)))]

    # Running.

    def command(self) -> list[str]:
        """The next command line."""
        weights = dict(self.weights)
        if len(self.referrals) >= self.most:
            weights["add"] = 1
        (name,) = self.rng.choices(list(weights), list(weights.values()))
        return self.makers[name][1]()

    def step(self) -> None:
        """Lets time pass, runs a command, and holds what it kept against the whole history."""
        if self.has_chance(0.7):
            unit = self.one_of(1, 3600, 86_400)
            self.now += self.rng.randrange(25) * unit * SECOND
        now = self.now
        if self.has_chance(0.03):  # as if the clock had been set back
            now -= timedelta(days=self.rng.randrange(1, 30))
        self.book.at(text_of(now))
        arguments = self.command() if self.referrals else self.add()
        before = self.book.path.read_bytes() if self.book.path.exists() else b""
        result = self.book(*arguments, code=None)
        self.said.append(f"REFTRACK_NOW={text_of(now)} reftrack {arguments} -> {result.code}")
        self.ended[arguments[0], result.code] += 1
        said = "\n".join([*self.said[-40:], result.err])
        assert result.code in (0, 1, 2), said
        if result.code and before:
            assert self.book.path.read_bytes() == before, said
        if result.code and not before:
            return  # a first command that is refused begins no book
        self.look()
        assert_projections_hold(self.book, said)

    def look(self) -> None:
        """Reads what the next command may be about."""
        connection = sqlite3.connect(self.book.path)
        try:
            self.people = [row[0] for row in connection.execute("SELECT id FROM live_person")]
            received = "SELECT id, source, prospect FROM live_referral ORDER BY id"
            rows = connection.execute(received).fetchall()
            self.referrals = [number for number, _, _ in rows]
            self.sources = [source for _, source, _ in rows]
            self.prospects = [prospect for _, _, prospect in rows]
            sql = (
                "SELECT at FROM event UNION SELECT received_at FROM live_referral"
                " UNION SELECT opens_at FROM courtesy UNION SELECT due_at FROM courtesy"
            )
            self.instants = [row[0] for row in connection.execute(sql)]
            ((self.latest,),) = connection.execute("SELECT count(*) FROM step")
        finally:
            connection.close()


def move(history: dict[str, Any], to: datetime) -> None:
    """Moves a history in time so that its last record is of this instant."""
    places = [(event, "at") for event in history["events"]]
    places += [(referral, "received_at") for referral in history["referrals"]]
    if places:
        away = to - max(instant_of(record[key]) for record, key in places)
        for record, key in places:
            record[key] = text_of(instant_of(record[key]) + away)


def mingle(history: dict[str, Any], known: dict[str, Any], rng: random.Random) -> None:
    """Lets the people of a history be people of the book, by their uid."""
    everybody = known["people"]
    for person in history["people"]:
        twin = rng.choice(everybody)
        if all(other["uid"] != twin["uid"] for other in history["people"]):
            person["uid"] = twin["uid"]


def of_size(referrals: int, *, sources: int) -> dict[str, Any]:
    """A history of so many open referrals, each of a prospect of its own."""
    people = [{"id": n, "name": f"Person {n}"} for n in range(1, sources + referrals + 1)]
    received = [
        {
            "id": n,
            "source": 1 + n % sources,
            "prospect": sources + n,
            "received_at": "2026-11-19T15:00:00Z",
            "kind": "client",
        }
        for n in range(1, referrals + 1)
    ]
    return {"schema": "reftrack.history/1", "people": people, "referrals": received, "events": []}
