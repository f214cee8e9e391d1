"""The transaction of a use case: its subjects, what it records, and what follows from that."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from reftrack.application.coming import NOTHING_COMING, Coming
from reftrack.application.naming import Names, NewPerson
from reftrack.application.records import Owed, owed_of
from reftrack.application.repetition import recorded_already, said_done
from reftrack.application.results import NEW, Choice, Doubt, Present, Recorded, Undecided
from reftrack.application.ways import way_of
from reftrack.application.when import Moment, NotPast, When, day_understood, parse_when
from reftrack.domain.courtesies import Courtesy, Status
from reftrack.domain.events import TOUCH, Event
from reftrack.domain.people import Person, checked_text
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import name_key
from reftrack.domain.times import text_of
from reftrack.errors import Refused
from reftrack.hints import Hint, Option, command
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.steps import refusal, reopens
from reftrack.rules.story import ReferralStory
from reftrack.store.outlook import Outlook
from reftrack.store.reader import Reader
from reftrack.wording import times
from reftrack.wording.recorded import on_person, on_referral

if TYPE_CHECKING:
    from reftrack.store.journal import Journal


@dataclass(frozen=True, slots=True)
class Details:
    """Details of an event: its way, its time, and its words.

    `at` is an instant, words for one, or None for now; `note` is private.
    """

    by: str | None = None
    at: Moment = None
    note: str | None = None
    data: dict[str, object] = field(default_factory=dict)

    def checked(self) -> Details:
        """The details with way and note as they are stored; BadInput where they cannot be."""
        note = None if self.note is None else checked_text(self.note, "The note")
        return replace(self, by=way_of(self.by), note=note)


@dataclass
class Transaction:
    """One use case at work: the journal, and the book as it stood before.

    `notes` go with the answer once all is committed: who is new would be untrue of a use case that
    failed. `created` are the people whom it recorded, by their folded names: one name is one person
    within a command. With `doubts_are_new` nobody known is meant where there is a doubt.
    """

    journal: Journal
    outlook: Outlook
    zone: tzinfo
    answers: dict[str, str]
    asks: bool = True
    doubts_are_new: bool = False
    created: dict[str, Person] = field(default_factory=dict)
    dates: str | None = None
    notes: list[Hint] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The instant of this transaction."""
        return self.outlook.now

    @property
    def present(self) -> Present:
        """This instant, on the clocks of the book."""
        return Present(self.now, self.zone)

    @property
    def reader(self) -> Reader:
        """The reader of what this transaction sees."""
        return self.journal.reader

    @property
    def names(self) -> Names:
        """The finder of people and referrals by name."""
        return Names(self.outlook, self.notes, self.answers)

    # Time.

    def instant_of(
        self, details: Details, *about: Referral | Person, kind: str | None = None
    ) -> datetime:
        """The instant of an event on these, or on the book: now, or what `details.at` says.

        Where a clock went back, no sooner than what is known of them already: one cannot thank for
        what is still to come. `kind` is that of the event, where a day ahead may be meant.
        """
        last = self.last_on(map(subject_of, about))
        if details.at is None:
            return last
        since = max((r.received_at for r in about if isinstance(r, Referral)), default=None)
        coming = Coming(kind, about[0] if len(about) == 1 else None)
        return self.happened(details.at, earliest=since, latest=last, coming=coming)

    def happened(
        self,
        text: str | datetime,
        *,
        latest: datetime,
        earliest: datetime | None = None,
        coming: Coming = NOTHING_COMING,
    ) -> datetime:
        """The instant at which something happened, in the words of a person.

        Leaves with a doubt where a day ahead is as likely to be meant. BadInput where it cannot
        have happened then, with the command for what is still to come. An assumption goes to the
        notes.
        """
        key = f"when: {text}"
        try:
            when = parse_when(
                self.answers.get(key, text),
                now=self.now,
                zone=self.zone,
                tense="past",
                earliest=earliest,
                latest=latest,
                order=self.dates,
            )
        except NotPast as error:
            raise coming.refused(error) from None
        if when.twice is not None and coming.is_as_likely(when.twice):
            raise coming.doubt(key, when.twice) if self.asks else coming.twofold(when.twice)
        return self._noted(when)

    def ahead(self, text: str | datetime) -> datetime:
        """The instant ahead that a person's words name; a day alone is its beginning."""
        return self._noted(
            parse_when(text, now=self.now, zone=self.zone, tense="future", order=self.dates)
        )

    def day(self, text: str) -> date:
        """The local date that a person's words name."""
        return day_understood(text, now=self.now, zone=self.zone, order=self.dates)

    def _noted(self, when: When) -> datetime:
        if when.assumption:
            self.notes.append(f"note: {when.assumption}")
        return when.instant

    def last_on(self, subjects: Iterable[Subject]) -> datetime:
        """The later of now and the last event that these have to do with.

        What is recorded without a time stands there: it was done after what is on record already,
        whatever a clock says that went back.
        """
        if self.reader.latest() <= text_of(self.now):
            return self.now
        return max(self.now, self.outlook.history(subjects).last() or self.now)

    def said_when(self, at: datetime) -> str:
        """The instant behind a sentence, empty where it is now."""
        return "" if at == self.now else f" ({times.stamp(at, self.zone)})"

    # People.

    def person(
        self,
        text: str,
        *,
        phone: str | None = None,
        email: str | None = None,
        is_new: bool = False,
        by_whole_name: bool = False,
    ) -> Person:
        """The person with this whole name, or a new one, who is recorded and noted.

        Leaves with a doubt where somebody known may be meant: one of the same name of whom another
        phone or email is known, or one whose name is so near that a slip is likely. The beginning
        of a name is such a case; where nobody can be asked it means whom it means to any other
        command, unless it has to be the whole name. With `is_new` nobody known is meant.
        """
        found = self.names.person_or_new(text, phone=phone, email=email, is_new=is_new)
        if isinstance(found, Person):
            return found
        if (created := self.created.get(name_key(found.name))) is not None:
            return created
        is_sure = is_new or self.doubts_are_new or self.answers.get(text) == NEW
        if not is_sure:
            known = self._known_after_all(found, by_whole_name=by_whole_name)
            if known is not None:
                return known
        return self._new_person(found, is_sure=is_sure, by_whole_name=by_whole_name)

    def is_in_doubt(self, text: str, phone: str | None, email: str | None) -> bool:
        """True if there are people of this whole name, and none of them is meant for sure."""
        found = self.names.person_or_new(text, phone=phone, email=email)
        return isinstance(found, NewPerson) and found.doubt is not None

    def _known_after_all(self, new: NewPerson, *, by_whole_name: bool) -> Person | None:
        """The person who is meant by the beginning of a name; leaves with the doubt, if any."""
        if new.doubt is not None:
            raise Doubt(new.doubt)
        if by_whole_name or not new.fitting:
            if new.near and self.asks:
                raise Doubt(self._same_person(new))
            return None
        if self.asks and len(new.fitting) <= len(new.near):
            raise Doubt(self._same_person(new))
        if len(new.fitting) > 1:
            raise Doubt(self._which_person(new))
        (person,) = new.fitting
        (known,) = self.names.named(new.fitting)
        said = f"note: {new.typed} is taken as {known}. Somebody new of that"
        self.notes.append((f"{said} name: ", Option("new")))
        return person

    def _same_person(self, new: NewPerson) -> Undecided:
        """The doubt whether a new name is that of somebody known."""
        known = self.names.named(new.near)
        choices = [
            Choice(f"@{person.id}", text, f"Is {new.typed} the same as {text}?")
            for person, text in zip(new.near, known, strict=True)
        ]
        question = f"Is {new.name} the same as {' or '.join(known)}?"
        return Undecided(new.typed, question, (*choices, Choice(NEW, "New")))

    def _which_person(self, new: NewPerson) -> Undecided:
        """The doubt which of several people is meant by the beginning of a name."""
        lines = zip(new.fitting, self.names.listed(new.fitting), strict=True)
        choices = [Choice(f"@{person.id}", line) for person, line in lines]
        hint = ("Say which by its number, or somebody new by ", Option("new"), ".")
        which = f"Which is '{new.typed}'?"
        return Undecided(new.typed, which, (*choices, Choice(NEW, "New")), hint=hint)

    def _new_person(self, new: NewPerson, *, is_sure: bool, by_whole_name: bool) -> Person:
        person = self.journal.new_person(Person(0, "", new.name))
        self.created[name_key(new.name)] = person
        said = f"New: {person.name} (@{person.id})."
        if new.near and not self.asks and not is_sure:
            self.notes.append(said)
            others = ", ".join(self.names.named(new.near))
            mend = command("merge", f"@{person.id}", f"@{new.near[0].id}", yes=None)
            self.notes.append((f"note: this is not {others}. If it is: ", mend))
        elif by_whole_name or is_sure:
            self.notes.append(said)
        else:
            self.notes.append(
                (f"{said} If somebody known is meant, take it back: ", command("undo"))
            )
        return person

    # Events.

    def record(
        self, kind: str, found: Referral | Person | None, at: datetime, details: Details
    ) -> Event:
        """Records one event on a referral, on a person, or on the whole book."""
        event = self.journal.record(
            kind,
            at,
            referral=found if isinstance(found, Referral) else None,
            person=found.id if isinstance(found, Person) else None,
            channel=details.by,
            note=details.note,
            data=details.data,
        )
        self.events.append(event)
        return event

    def record_on_referrals(
        self, kind: str, referrals: Sequence[Referral], details: Details, **names: str
    ) -> list[str]:
        """Records one event on each, or is Refused before any; a sentence for each.

        `names` are further names that the sentence has a place for.
        """
        numbers = {number for r in referrals for number in (r.source, r.prospect)}
        people = {person.id: person for person in self.reader.people(numbers)}
        lines = []
        for referral in referrals:
            at = self.instant_of(details, referral, kind=kind)
            reading = self.outlook.reading_at(at, ("referral", referral.id))
            reopened = _checked_step(kind, reading.referral_story(referral), details)
            self._note_repetition(self.record(kind, referral, at, details), reading)
            sentence = on_referral(
                kind,
                details.by,
                source=people[referral.source].name,
                prospect=_about(kind, referral, people[referral.prospect]),
                text=str(details.data.get("text", "")),
                fit=str(details.data.get("fit", "")),
                **names,
            )
            self.journal.summary.append(f"{referral.id}: {sentence}")
            again = " It is open again." if reopened else ""
            lines.append(f"{referral.id}  {sentence}{self.said_when(at)}.{again}")
        return lines

    def _note_repetition(self, event: Event, reading: Reading) -> None:
        """Notes that an event is on record already, as `reading` has it."""
        before = recorded_already(event, reading)
        if before is not None:
            when = times.at_or_on(before.at, self.now, self.zone)
            again = f"note: {event.referral}: {said_done(event.kind)} already {when};"
            again += " recorded again. If it was not a second time: "
            self.notes.append((again, command("undo")))

    def record_on_person(
        self, kind: str, person: Person, details: Details, **names: str
    ) -> list[str]:
        """Records one event on a person; returns the sentence for it."""
        at = self.instant_of(details, person, kind=kind)
        self.record(kind, person, at, details)
        sentence = on_person(kind, details.by, person=person.name, **names)
        self.journal.summary.append(f"@{person.id}: {sentence}")
        return [f"@{person.id}  {sentence}{self.said_when(at)}."]

    # Results.

    def settled(self) -> Outlook:
        """The book as this transaction leaves it; nothing is recorded after this."""
        self.journal.finish()
        policy = self.outlook.terms.policy
        return Outlook(self.reader, policy, self.zone, self.now, self.outlook.horizon)

    def recorded(
        self, lines: Iterable[str], subjects: Iterable[Subject], *, settles: bool = True
    ) -> Recorded:
        """The result, with what it settled on these subjects, what stays owed and what is next.

        An undoing settles nothing: what was owed by what is undone is gone, and perhaps the people
        to whom it was.
        """
        about = tuple(dict.fromkeys(subjects))
        before = self._opened(self.outlook, about)
        known = {courtesy.key for courtesy, _ in before}
        after = self.settled()
        stand = after.stand(after.open_on(about))
        awake = [(courtesy, status) for courtesy, status in stand if status != "snoozed"]
        left = {courtesy.key for courtesy, _ in stand}
        ended = [(c, status) for c, status in before if c.key not in left] if settles else []
        is_late = settles and any(event.at < self.now for event in self.events)
        ended_well = after.done_on(about) if ended or is_late else []
        done = {courtesy.key for courtesy in ended_well}
        opened = [(c, status) for c, status in awake if status != "upcoming"]
        still_owed = self.in_words(after, opened)
        self._note_hidden(after, [c for c, status in stand if status == "snoozed"], known)
        earlier = after.stand(self._done_before(ended_well)) if is_late else []
        if all(what == "person" for what, _ in about):
            # To a person more is owed than what is about them alone.
            stand = after.stand(c for _, number in about for c in after.open_courtesies(to=number))
        following = self._following([owed for owed in stand if owed[1] != "snoozed"])
        return Recorded(
            self.present,
            tuple(lines),
            tuple(self.events),
            about,
            settled=(
                *self.in_words(self.outlook, [e for e in ended if e[0].key in done]),
                *self.in_words(after, earlier),
            ),
            dropped=self.in_words(self.outlook, [e for e in ended if e[0].key not in done]),
            still_owed=still_owed,
            raised=tuple(owed for owed in still_owed if owed.courtesy.key not in known),
            next=next(iter(self.in_words(after, following)), None),
        )

    def _done_before(self, done: Iterable[Courtesy]) -> Iterator[Courtesy]:
        """The debts to a source that this raised, done by what was said before; each is noted."""
        own = {event.at for event in self.events if event.kind in TOUCH}
        for courtesy in done:
            rule = BY_NAME[courtesy.rule]
            is_raised = courtesy.cause in self.journal.uids and not rule.is_occasion
            if is_raised and rule.to == "source" and courtesy.ended_at not in own:
                when = times.at_or_on(courtesy.ended_at or self.now, self.now, self.zone)
                said = f"note: {rule.name} counts as done by what was said"
                said += f" {when}. If you did not say it: "
                self.notes.append((said, rule.command.on(str(courtesy.referral))))
                yield courtesy

    def _note_hidden(
        self,
        after: Outlook,
        snoozed: Sequence[Courtesy],
        known: Container[tuple[str, int, int, str]],
    ) -> None:
        """Notes what this raised under a snooze that hides it."""
        for courtesy in snoozed:
            if courtesy.key in known:
                continue
            until = max(s.until for s in after.snoozes if s.hides(courtesy, self.now))
            deadline = times.deadline(courtesy.due_at, self.now, self.zone)
            said = f"note: {courtesy.rule} ({deadline}) is hidden by a snooze until "
            said += f"{times.stamp(until, self.zone)}. To see it: "
            self.notes.append((said, command("due", all=None)))

    def with_notes(self, recorded: Recorded) -> Recorded:
        """The result once it is committed, with all that was noted on the way, each thing once."""
        return recorded._replace(notes=tuple(dict.fromkeys(self.notes)))

    @staticmethod
    def _opened(outlook: Outlook, subjects: Iterable[Subject]) -> list[tuple[Courtesy, Status]]:
        stand = outlook.stand(outlook.open_on(subjects))
        return [(courtesy, status) for courtesy, status in stand if status != "upcoming"]

    @staticmethod
    def in_words(outlook: Outlook, stand: Iterable[tuple[Courtesy, Status]]) -> tuple[Owed, ...]:
        """The courtesies as they are shown, with the names that they are about."""
        policy = outlook.terms.policy
        return tuple(owed_of(item, policy) for item in outlook.items(stand))

    def _following(self, stand: Sequence[tuple[Courtesy, Status]]) -> list[tuple[Courtesy, Status]]:
        """The one courtesy that the person should hear of, if there is any.

        What this very transaction raised comes first, and of that explain-capacity.
        """
        uids = self.journal.uids

        def place(owed: tuple[Courtesy, Status]) -> tuple[int, datetime]:
            courtesy, status = owed
            is_debt = not BY_NAME[courtesy.rule].is_occasion
            if status == "upcoming":
                return 4, courtesy.opens_at
            if courtesy.cause in uids and courtesy.rule == "explain-capacity":
                return 0, self.now
            if is_debt:
                return (1 if courtesy.cause in uids else 2), self.now
            return (3 if courtesy.cause in uids else 5), self.now

        return sorted(stand, key=place)[:1]


def _checked_step(kind: str, story: ReferralStory, details: Details) -> bool:
    """True if the event reopens the referral; Refused where its story does not allow it."""
    has_gift = details.by == "gift" or details.data.get("gift") is not None
    refused = refusal(kind, story, has_gift=has_gift)
    if refused is not None:
        raise Refused(f"{story.referral.id}: {refused.reason}.", refused.instead)
    return reopens(kind, story)


def _about(kind: str, referral: Referral, prospect: Person) -> str:
    """The subject of a touch: a name, or the business that one's own name brought."""
    is_own = referral.is_expansion and kind in TOUCH
    return "the new business" if is_own else prospect.name


def subject_of(found: Referral | Person) -> Subject:
    """The referral or the person, as a subject of what is owed."""
    return ("referral" if isinstance(found, Referral) else "person", found.id)


def subjects_of(referrals: Iterable[Referral]) -> list[Subject]:
    """The referrals as subjects."""
    return [("referral", referral.id) for referral in referrals]


def sources_of(referrals: Iterable[Referral]) -> list[Subject]:
    """The sources of these referrals, as subjects of what is owed to a person."""
    return [("person", number) for number in dict.fromkeys(r.source for r in referrals)]
