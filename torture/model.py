"""Random commands, undo and redo among them, on a book and on a plain model of it."""

from __future__ import annotations

import copy
import json
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.support import independent

from reftrack.domain.times import instant_of, text_of
from torture.ground import Ground, Said
from torture.plain import OF_PERSON, Plain, Row
from torture.proof import Proof

ZONE = "Europe/London"
NAMES = ("Sam Ortiz", "Dana Ruiz", "Zoë Ångström", "Priya Nair", "Tom Beck", "Li Wei")
WAYS = ("card", "call", "email", "text", "in-person")
WORDS = ("It went well", "A leak, mended", "née Ø 山田", "50% [off] :smile:", "a\nb", "'; --")

# Of these the program may say no with good reason: then nothing at all may have changed.
STEPS = {
    "contact": "contacted",
    "meet": "met",
    "win": "won",
    "deliver": "delivered",
    "tell": "told",
    "thank": "thanked",
    "explain": "explained",
    "educate": "educated",
}
ALWAYS = {"contact", "meet", "tell", "educate"}
WITH_WAY = {"contact", "tell", "thank", "explain", "educate"}
WITH_WORDS = {
    "lose": ("lost", "--why"),
    "decline": ("declined", "--why"),
    "problem": ("problem", ""),
    "resolve": ("resolved", ""),
}
ON_PERSON = {"missed": "missed", "call-back": "called-back", "open-again": "reopened"}

PROOF = Proof("random commands against a plain model")
BATCH = 10
TRAIL: list[str] = []  # the commands of the run at hand


def one_of(values: Any) -> st.SearchStrategy[Any]:
    """One of these."""
    return st.sampled_from(sorted(values))


def maybe(values: Any) -> st.SearchStrategy[Any]:
    """One of these, or none."""
    return st.none() | st.sampled_from(values)


class Book(RuleBasedStateMachine):
    """Runs each command on the program and on the model, and compares them after each."""

    def __init__(self) -> None:
        super().__init__()
        TRAIL.clear()
        self.temporary = tempfile.TemporaryDirectory()
        self.ground = Ground(Path(self.temporary.name))
        self.ground.environment["REFTRACK_TZ"] = ZONE
        self.model = Plain()
        self.saved: Plain | None = None
        self.instant = instant_of("2026-10-01T09:00:00Z")
        self.fresh = 0
        self.clock()

    def teardown(self) -> None:
        """Leaves nothing behind."""
        self.temporary.cleanup()

    # Helpers.

    def clock(self) -> str:
        """The present, as it is written."""
        text = text_of(self.instant)
        self.ground.environment["REFTRACK_NOW"] = text
        return text

    def ran(self, *arguments: str) -> Said:
        """A command; none fails in a way of its own."""
        said = self.ground.here(*arguments)
        TRAIL.append(f"REFTRACK_NOW={self.clock()} reftrack {list(arguments)} -> {said.code}")
        PROOF.count("commands")
        PROOF.count("refused", by=int(said.code != 0))
        assert not said.faults(), (arguments, said)
        assert said.code in (0, 1), (arguments, said)
        return said

    def does(self, *arguments: str) -> None:
        """A command that cannot be refused."""
        said = self.ran(*arguments)
        assert said.code == 0, (arguments, said)

    def may(self, *arguments: str) -> bool:
        """A command that may be refused; then it has changed nothing."""
        before = self.book()
        is_done = self.ran(*arguments).code == 0
        assert is_done or self.book() == before, arguments
        return is_done

    def book(self) -> bytes:
        """The book's bytes; none where no command has begun one."""
        path = self.ground.path
        return path.read_bytes() if path.exists() else b""

    def draw(self, data: st.DataObject, what: str) -> int:
        """The number of somebody, or of a referral, on record."""
        return int(data.draw(st.sampled_from(sorted(getattr(self.model.now, what)))))

    def at(self, data: st.DataObject, since: str | None = None) -> tuple[str, list[str]]:
        """Now, or some hours ago, though not before `since`."""
        hours = data.draw(st.sampled_from((0, 0, 0, 1, 30, 200)))
        earlier = self.instant - timedelta(hours=hours)
        if since is not None and earlier < instant_of(since):
            earlier = self.instant
        at = text_of(earlier)
        return at, (["--at", at] if hours else [])

    def told(self, data: st.DataObject) -> tuple[str | None, list[str]]:
        """A private note, or none."""
        note = data.draw(maybe(WORDS))
        return note, [] if note is None else ["--note", note]

    def has_people(self) -> bool:
        """True if anybody is on record."""
        return bool(self.model.now.people)

    def has_referrals(self) -> bool:
        """True if any referral is on record."""
        return bool(self.model.now.referrals)

    # The rules.

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """A first referral, so that there is a book."""
        self.add(data)

    @rule(hours=st.sampled_from((1, 5, 24, 24, 72, 400)))
    def time_passes(self, hours: int) -> None:
        """It is later."""
        self.instant += timedelta(hours=hours)
        self.clock()

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        """A referral, perhaps of new people, perhaps thanked for at once."""
        source, prospect = (data.draw(st.sampled_from(NAMES)) for _ in range(2))
        kind = data.draw(maybe(("client", "co-worker", "partner")))
        need = data.draw(maybe(WORDS))
        thanked = data.draw(maybe(WAYS))
        note, noted = self.told(data)
        at, when = self.at(data)
        is_contacted = data.draw(st.booleans())
        spelled = data.draw(st.sampled_from((source, source.upper(), f" {source}  ")))
        options = [*(["--kind", kind] if kind else []), *(["--need", need] if need else [])]
        options += [*(["--thanked", thanked] if thanked else []), *noted, *when]
        options += ["--contacted"] if is_contacted else []
        if not self.may("add", prospect, "--from", spelled, *options):
            assert kind, "only an expansion of another kind is refused"
            assert source == prospect
            return
        model = self.model
        giver = model.person(spelled)
        receiver = model.person(prospect)
        number = model.referral(giver, receiver, at, kind or "client", need=need, note=note)
        if thanked:
            model.event("thanked", at, referral=number, channel=thanked)
        if is_contacted:
            model.event("contacted", at, referral=number)
        model.done("add")

    @precondition(has_referrals)
    @rule(data=st.data(), verb=one_of(STEPS))
    def step(self, data: st.DataObject, verb: str) -> None:
        """Something happens to one referral or to several: all or none."""
        numbers = [
            self.draw(data, "referrals") for _ in range(data.draw(st.sampled_from((1, 1, 2))))
        ]
        numbers = list(dict.fromkeys(numbers))
        latest = max(self.model.now.referrals[n]["received_at"] for n in numbers)
        at, when = self.at(data, latest)
        note, noted = self.told(data)
        way = data.draw(maybe(WAYS)) if verb in WITH_WAY else None
        kind = STEPS[verb]
        options = [*(["--by", way] if way else []), *when, *noted]
        if verb == "contact" and data.draw(st.booleans()):
            options.append("--no-answer")
            kind = "attempted"
        is_done = self.may(verb, *map(str, numbers), *options)
        assert is_done or verb not in ALWAYS, (verb, numbers, options)
        if is_done:
            for number in numbers:
                self.model.event(kind, at, referral=number, channel=way, note=note)
            self.model.done(verb)

    @precondition(has_referrals)
    @rule(data=st.data(), verb=one_of(WITH_WORDS), text=st.sampled_from(WORDS))
    def step_with_words(self, data: st.DataObject, verb: str, text: str) -> None:
        """Lost, declined, a problem or its end, in words."""
        number = self.draw(data, "referrals")
        at, when = self.at(data, self.model.now.referrals[number]["received_at"])
        note, noted = self.told(data)
        kind, option = WITH_WORDS[verb]
        said = [option, text] if option else [text]
        said += ["--all"] if verb == "resolve" else []
        if self.may(verb, str(number), *said, *when, *noted):
            self.model.event(kind, at, referral=number, note=note, data={"text": text})
            self.model.done(verb)

    @precondition(has_referrals)
    @rule(data=st.data(), fit=st.sampled_from(("good", "poor")))
    def rate(self, data: st.DataObject, fit: str) -> None:
        """The rating of a referral: how well it fitted."""
        number = self.draw(data, "referrals")
        self.does("rate", str(number), fit)
        self.model.event("rated", self.clock(), referral=number, data={"fit": fit})
        self.model.done("rate")

    @precondition(has_referrals)
    @rule(data=st.data(), name=st.sampled_from((*NAMES, "Kim Wood")))
    def refer_out(self, data: st.DataObject, name: str) -> None:
        """Sent to somebody better, who may be new; two events in one command."""
        number = self.draw(data, "referrals")
        if not self.may("refer-out", str(number), "--to", name):
            return
        model = self.model
        receiver = model.person(name)
        prospect = model.now.people[model.now.referrals[number]["prospect"]]["name"]
        model.event("referred-out", self.clock(), referral=number, data={"to": receiver})
        model.event("given", self.clock(), person=receiver, data={"prospect": prospect})
        model.done("refer-out")

    @precondition(has_people)
    @rule(data=st.data(), verb=one_of(ON_PERSON))
    def on_person(self, data: st.DataObject, verb: str) -> None:
        """Something between two people."""
        number = self.draw(data, "people")
        at, when = self.at(data)
        note, noted = self.told(data)
        way = data.draw(maybe(WAYS))
        self.does(verb, f"@{number}", *(["--by", way] if way else []), *when, *noted)
        self.model.event(ON_PERSON[verb], at, person=number, channel=way, note=note)
        self.model.done(verb)

    @rule(name=st.sampled_from((*NAMES, "Eva Lang")), whom=st.sampled_from(("Lee Park", "Ø")))
    def refer(self, name: str, whom: str) -> None:
        """A favour returned, to somebody who may be new."""
        self.does("refer", whom, "--to", name)
        number = self.model.person(name)
        self.model.event("given", self.clock(), person=number, data={"prospect": whom})
        self.model.done("refer")

    @precondition(has_people)
    @rule(data=st.data(), ticks=st.tuples(st.booleans(), st.booleans(), st.booleans()))
    def review(self, data: st.DataObject, ticks: tuple[bool, bool, bool]) -> None:
        """The answers of a client about the work, and whether they are busy."""
        number = self.draw(data, "people")
        day = data.draw(st.none() | st.just(f"{self.instant + timedelta(days=9):%Y-%m-%d}"))
        words = [
            "--agreed" if ticks[0] else "--not-agreed",
            "--delivered" if ticks[1] else "--not-delivered",
            "--happy" if ticks[2] else "--unhappy",
            *(["--busy-until", day] if day else []),
        ]
        self.does("review", f"@{number}", *words)
        said = {"agreed": ticks[0], "delivered": ticks[1], "happy": ticks[2], "busy_until": day}
        self.model.event("reviewed", self.clock(), person=number, data=said)
        self.model.done("review")

    @precondition(has_people)
    @rule(data=st.data(), is_anyway=st.booleans())
    def ask(self, data: st.DataObject, *, is_anyway: bool) -> None:
        """A client was asked for referrals, by right or anyway."""
        number = self.draw(data, "people")
        if self.may("ask", f"@{number}", *(["--anyway"] if is_anyway else [])):
            self.model.event("asked", self.clock(), person=number)
            self.model.done("ask")
        else:
            assert not is_anyway

    @precondition(has_people)
    @rule(
        data=st.data(), updates=maybe(("milestones", "outcome", "30d")), way=st.sampled_from(WAYS)
    )
    def wish(self, data: st.DataObject, updates: str | None, way: str) -> None:
        """The wish of a source on how to hear: an event, and a new version of the person."""
        number = self.draw(data, "people")
        self.does("wish", f"@{number}", "--by", way, *(["--updates", updates] if updates else []))
        person = self.model.now.people[number]
        person["channel"] = way
        person["updates"] = updates or person["updates"]
        self.model.event("wished", self.clock(), person=number)
        self.model.done("wish")

    @precondition(lambda self: self.book())
    @rule()
    def turn(self) -> None:
        """A pause begins, or ends."""
        verb, kind = ("resume", "resumed") if self.model.now.is_paused else ("pause", "paused")
        self.does(verb)
        self.model.event(kind, self.clock())
        self.model.now.is_paused = not self.model.now.is_paused
        self.model.done(verb)

    @precondition(has_referrals)
    @rule(data=st.data(), reason=st.sampled_from(WORDS), name=st.sampled_from(("all", "follow-up")))
    def waive(self, data: st.DataObject, reason: str, name: str) -> None:
        """A courtesy is let go, where one is open."""
        number = self.draw(data, "referrals")
        if self.may("waive", str(number), name, "--why", reason):
            at = self.clock()
            self.model.event("waived", at, referral=number, note=reason, data={"rule": name})
            self.model.done("waive")

    @precondition(has_people)
    @rule(data=st.data(), days=st.integers(1, 9))
    def snooze(self, data: st.DataObject, days: int) -> None:
        """A courtesy is hidden for some days."""
        number = self.draw(data, "people")
        until = text_of(self.instant + timedelta(days=days))
        # Without a rule, and with nothing open, the next step is hidden: that takes the rulebook.
        self.does("snooze", f"@{number}", "--until", until, "--rule", "all")
        self.model.event("snoozed", self.clock(), person=number, data={"until": until})
        self.model.done("snooze")

    @precondition(has_people)
    @rule(data=st.data(), text=st.sampled_from(WORDS))
    def note(self, data: st.DataObject, text: str) -> None:
        """Something worth knowing, on a person or a referral."""
        if self.has_referrals() and data.draw(st.booleans()):
            number = self.draw(data, "referrals")
            self.does("note", str(number), text)
            self.model.event("noted", self.clock(), referral=number, note=text)
        else:
            number = self.draw(data, "people")
            self.does("note", f"@{number}", text)
            self.model.event("noted", self.clock(), person=number, note=text)
        self.model.done("note")

    @precondition(has_people)
    @rule(data=st.data(), field=st.sampled_from(("company", "phone", "note", "name", "updates")))
    def edit_person(self, data: st.DataObject, field: str) -> None:
        """A field of a person is corrected, or cleared; what was so already is no step."""
        number = self.draw(data, "people")
        self.fresh += 1
        new = {
            "name": f"Person Renamed {self.fresh}",
            "updates": data.draw(st.sampled_from(("outcome", "14d", ""))),
        }.get(field, data.draw(st.sampled_from(("Acme", "020 7946 0018", ""))))
        self.does("edit", f"@{number}", f"--{field}", new)
        self.changed(self.model.now.people[number], field, new or None)

    @precondition(has_referrals)
    @rule(data=st.data(), field=st.sampled_from(("tie", "need", "note", "from")))
    def edit_referral(self, data: st.DataObject, field: str) -> None:
        """A field of a referral is corrected; another source may make it another kind."""
        number = self.draw(data, "referrals")
        referral = self.model.now.referrals[number]
        if field != "from":
            new = data.draw(st.sampled_from(("cousin", "roof", "")))
            self.does("edit", str(number), f"--{field}", new)
            self.changed(referral, field, new or None)
            return
        source = self.draw(data, "people")
        self.does("edit", str(number), "--from", f"@{source}", "--was-told", "new")
        is_one = source == referral["prospect"]
        if is_one != (referral["kind"] == "expansion"):
            referral["kind"] = "expansion" if is_one else "client"
        self.changed(referral, "source", source)

    def changed(self, row: Row, field: str, new: object) -> None:
        """A step, unless it was so already."""
        if row[field] != new:
            row[field] = new
            self.model.done("edit")

    @precondition(lambda self: len(self.model.now.people) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        """Two people turn out to be one."""
        one, other = self.draw(data, "people"), self.draw(data, "people")
        assume(one != other)
        self.does("merge", f"@{one}", f"@{other}", "--yes")
        self.model.merge(one, other)
        self.model.done("merge")

    @rule(which=st.sampled_from(("a", "b")))
    def import_(self, which: str) -> None:
        """A history of strangers; what is on record already is not added again."""
        people = [{"id": n, "uid": f"{which}{n}", "name": f"Stranger {which}{n}"} for n in (3, 8)]
        received = "2026-09-20T10:00:00Z"
        referral = {"source": 3, "prospect": 8, "received_at": received, "kind": "partner"}
        event = {"at": "2026-09-21T10:00:00Z", "kind": "met", "referral": 5, "note": "a note"}
        document = {
            "schema": "reftrack.history/1",
            "people": people,
            "referrals": [{"id": 5, "uid": f"{which}r", **referral}],
            "events": [{"id": 2, "uid": f"{which}e", **event}],
        }
        file = self.ground.aside / "more.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        self.does("import", str(file))
        model = self.model
        if which in model.now.imported:
            return
        numbers = []
        for person in people:
            model.next_is("people", int(str(person["id"])))
            numbers.append(model.number("people"))
            model.now.people[numbers[-1]] = {**dict.fromkeys(OF_PERSON), "name": person["name"]}
        model.next_is("referrals", 5)
        model.next_is("events", 2)
        number = model.referral(numbers[0], numbers[1], received, "partner")
        model.event("met", str(event["at"]), referral=number, note="a note")
        model.now.imported.add(which)
        model.done("import")

    @rule(times=st.sampled_from((1, 1, 2, 5)))
    def undo(self, times: int) -> None:
        """The last command is taken back, and the one before it."""
        for _ in range(times):
            assert self.may("undo") == self.model.undo()
            self.same_book()

    @rule(times=st.sampled_from((1, 1, 2, 5)))
    def redo(self, times: int) -> None:
        """The step undone last is brought back, unless something was recorded since."""
        for _ in range(times):
            assert self.may("redo") == self.model.redo()
            self.same_book()

    @rule(times=st.sampled_from((1, 2, 3)))
    def back_and_forth(self, times: int) -> None:
        """Back some commands, and forth again."""
        self.undo(times)
        self.redo(times)

    @precondition(lambda self: self.model.steps)
    @rule(data=st.data())
    def one_of_any_age(self, data: st.DataObject) -> None:
        """A step in the midst of others is undone alone, or refused; and comes back as it was."""
        number = data.draw(st.integers(1, len(self.model.steps)))
        if not self.may("undo", str(number)):
            return
        PROOF.count("steps undone in the midst of others")
        assert self.ground.here("check").code == 0
        self.same_courtesies()
        self.does(*data.draw(st.sampled_from((["redo"], ["redo", str(number)]))))
        self.same_book()

    @precondition(lambda self: self.book())
    @rule()
    def backup(self) -> None:
        """A copy is put aside."""
        self.does("backup", str(self.ground.aside / "copy.db"))
        self.saved = copy.deepcopy(self.model)

    @precondition(lambda self: self.saved is not None)
    @rule()
    def restore(self) -> None:
        """The book is what it was then: what can be undone and redone as well."""
        self.does("restore", str(self.ground.aside / "copy.db"), "--yes")
        self.model = copy.deepcopy(self.saved) if self.saved else Plain()

    @precondition(has_people)
    @rule(
        data=st.data(),
        seconds=one_of((-864_000, -172_800, -86_400, -3600, -1, 0, 1, 3600, 86_400)),
        what=st.sampled_from(("look", "note", "undo", "redo", "undo")),
    )
    def clock_errs(self, data: st.DataObject, seconds: int, what: str) -> None:
        """The clock is behind or ahead for a command, and right again after it."""
        shows = self.instant + timedelta(seconds=seconds)
        self.ground.clock = shows
        try:
            if what == "undo":
                assert self.may("undo") == self.model.undo()
            elif what == "redo":
                assert self.may("redo") == self.model.redo()
            elif what == "note" and self.model.now.people:
                self._note_at(shows, self.draw(data, "people"))
            self._sees(shows)
            said = self.ground.here("check")
            assert said.code == 0, said
            assert self.ground.here("due", "--count").code == 0
        finally:
            self.ground.clock = None
        PROOF.count("commands of a clock that was wrong")

    def _note_at(self, shows: datetime, number: int) -> None:
        """A note stands after all that is known of whom it is about, as far as two days ahead."""
        model = self.model.now
        horizon = shows + timedelta(days=2)
        theirs = {
            n: text
            for n, row in model.referrals.items()
            if number in (row["source"], row["prospect"])
            and instant_of(text := row["received_at"]) <= horizon
        }
        instants = [instant_of(text) for text in theirs.values()]
        for event in self.model.exported()["events"].values():
            is_on_book = event["referral"] is None and event["person"] is None
            if is_on_book or event["referral"] in theirs or event["person"] == number:
                instants.append(instant_of(event["at"]))
        at = max(shows, *(instant for instant in instants if instant <= horizon), shows)
        self.does("note", f"@{number}", "of a wrong clock")
        self.model.event("noted", text_of(at), person=number, note="of a wrong clock")
        self.model.done("note")

    def _sees(self, shows: datetime) -> None:
        """All that is owed at what this clock shows: the second reading's."""
        history = json.loads(self.ground.here("export").out)
        self._compare(history, shows, shows + timedelta(days=2))

    @rule(arguments=st.sampled_from((["thank", "999"], ["undo", "--nope"], ["win"], ["lose", "1"])))
    def wrong(self, arguments: list[str]) -> None:
        """A command that cannot be: nothing is recorded, nothing undone is lost."""
        before = self.book()
        said = self.ground.here(*arguments)
        assert said.code in (1, 2), said
        assert self.book() == before

    # What holds after each.

    @invariant()
    def same_book(self) -> None:
        """The export is the model, numbers and all."""
        if not self.book():
            return
        said = self.ground.here("export")
        document = json.loads(said.out)
        uids = {person["uid"]: person["id"] for person in document["people"]}
        found: dict[str, dict[int, Row]] = {}
        for what in ("people", "referrals", "events"):
            found[what] = {
                row["id"]: {k: v for k, v in row.items() if k not in ("id", "uid")}
                for row in document[what]
            }
        for event in found["events"].values():
            if "to" in event["data"]:
                event["data"]["to"] = uids[event["data"]["to"]]
        for what, expected in self.model.exported().items():
            assert found[what] == expected, (what, found[what], expected)
        PROOF.count("times the book was the model")

    @invariant()
    def same_courtesies(self) -> None:
        """The debts are those of a second reading of the rulebook for the whole history."""
        if not self.book():
            return
        self._compare(json.loads(self.ground.here("export").out), self.instant, None)

    def _compare(self, history: Any, now: datetime, horizon: datetime | None) -> None:
        expected = [
            (c["rule"], c["status"], c["referral"], c["to"], c["opens_at"], c["due_at"])
            for c in independent.courtesies(history, zone=ZONE, now=now, horizon=horizon)
            if c["status"] != "ended"
        ]
        due = json.loads(self.ground.here("due", "--json", "--all").out)
        found = [
            (
                *(item["rule"], item["status"], item["referral"], item["to"]["id"]),
                *(instant_of(item["opens_at"]), instant_of(item["due_at"])),
            )
            for item in due["items"]
        ]
        assert sorted(found, key=repr) == sorted(expected, key=repr)
        PROOF.count("courtesies compared", by=len(found))

    @invariant()
    def same_steps(self) -> None:
        """Nothing of what was undone is deleted: it stands on the list as undone."""
        if not self.book():
            return
        listed = json.loads(self.ground.here("undo", "--list", "--json", "--limit", "500").out)
        found = [(step["command"], step["undone"]) for step in reversed(listed["steps"])]
        assert found == self.model.steps


def prove(
    examples: int = 60, steps: int = 40, seconds: float = 600, *, at_random: bool = True
) -> Proof:
    """So many runs of at most so many commands, while the time lasts."""
    PROOF.figures.clear()
    PROOF.faults.clear()
    until = time.monotonic() + seconds
    left = examples
    while left > 0 and time.monotonic() < until and not PROOF.faults:
        _runs(min(left, BATCH), steps, at_random=at_random)
        left -= BATCH
    return PROOF


def _runs(examples: int, steps: int, *, at_random: bool) -> None:
    try:
        run_state_machine_as_test(
            Book,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=not at_random,
                database=None,
                report_multiple_bugs=False,
                # Shrinking may take longer than all the rest; what was run is printed instead.
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Exception as error:  # noqa: BLE001  whatever it is, it is shown with what led there
        PROOF.fault("\n".join([f"{type(error).__name__}: {error}", *TRAIL]))
    PROOF.count("runs", by=examples)
