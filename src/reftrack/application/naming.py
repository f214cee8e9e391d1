"""Names as a person types them, turned into the referral or the person that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reftrack.application.results import NEW, Answers, Choice, Doubt, Undecided
from reftrack.domain.people import (
    Person,
    checked_name,
    is_same_email,
    is_same_phone,
    short,
    with_former,
)
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import name_key, nearest
from reftrack.errors import Ambiguous, BadInput, NotFound
from reftrack.hints import Blank, Hint, Option, command
from reftrack.store.outlook import Outlook
from reftrack.store.reader import Reader
from reftrack.wording.stages import title_of

_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_PERSON_NUMBER = re.compile(r"@([0-9]+)", re.ASCII)
_NUMBER_LIMIT = 2**63
# At most so many people are asked about one by one, or suggested.
_NEAR = 3
# What is shorter is a beginning, and near to too much.
_SHORTEST_SLIP = 3


@dataclass
class NewPerson:
    """A whole new name, as it is stored and as it was typed.

    `doubt` is raised by people of the same name, who may or may not be meant. `fitting` are those
    of whom it is the beginning of a word or a former name, and whom other commands take by it;
    `near` are all who may be meant.
    """

    name: str
    typed: str
    doubt: Undecided | None = None
    fitting: list[Person] = field(default_factory=list)
    near: list[Person] = field(default_factory=list)


class Names:
    """The finder of people and referrals by name in one book; remarks go to `notes`.

    A name that fits several is a doubt, which `answers` settles with a number: `12`, or `@7` for a
    person. Where there are none, as for what only reads, it is the error Ambiguous.
    """

    def __init__(
        self, outlook: Outlook, notes: list[Hint] | None = None, answers: Answers | None = None
    ) -> None:
        self.outlook = outlook
        self.answers = answers
        self.notes: list[Hint] = [] if notes is None else notes
        self.reader: Reader = outlook.reader

    # Referrals.

    def referral(self, text: str) -> Referral:
        """The referral that REF means: a number, a prospect's name or the beginning of a word."""
        text = self._answered(text)
        if (number := _number(text)) is not None:
            return self._numbered_referral(number, text)
        if _PERSON_NUMBER.fullmatch(text):
            raise BadInput(
                f"{text} is a person; a referral is wanted here.",
                ("Their referrals are listed by: ", command("show", text)),
            )
        found = self._by_prospect(self._key(text))
        if len(found) == 1:
            return found[0]
        if found:
            raise self._several(text, found, [])
        people = self._people_fitting(self._key(text))
        if len(people) == 1:
            named = f"{people[0].name} (@{people[0].id})"
            raise NotFound(
                f"{named} is the prospect of no referral.",
                ("Name the referral that is meant: ", command("show", f"@{people[0].id}")),
            )
        raise self._nothing(text, "referral")

    def referrals(self, texts: Sequence[str]) -> list[Referral]:
        """The referrals that several REFs mean, each once."""
        found = map(self.referral, each_of(texts))
        return list({referral.id: referral for referral in found}.values())

    def referral_or_person(self, text: str, *, prefers_person: bool = False) -> Referral | Person:
        """The referral or person that a text means; a name that fits several people is a doubt.

        A bare number is always a referral. A person alone is meant by their name where they are a
        source, and otherwise by the one referral that they came by; where they came by several,
        that is a doubt, unless `prefers_person`.
        """
        text = self._answered(text)
        if (number := _number(text)) is not None:
            return self._numbered_referral(number, text)
        if _PERSON_NUMBER.fullmatch(text) or "@" in text:
            return self.person(text)
        key = self._key(text)
        everybody = self._people_fitting(key)
        referrals = self._by_prospect(key)
        sources = {r.source for r in self.outlook.referrals_of("source", [p.id for p in everybody])}
        people = [person for person in everybody if person.id in sources]
        if not referrals and not people:
            people = everybody
        if not referrals and not people:
            raise self._nothing(text, "referral or person")
        alone = _only_one(everybody, referrals, people)
        if alone is not None and (people or (prefers_person and len(referrals) > 1)):
            return alone
        fitting: list[Referral | Person] = [*referrals, *people]
        if len(fitting) == 1:
            return fitting[0]
        raise self._several(text, referrals, people)

    def is_prospect(self, text: str) -> bool:
        """True if a referral answers to this name."""
        return bool(self._by_prospect(self._key(text)))

    def _numbered_referral(self, number: int, text: str) -> Referral:
        referral = self.reader.referral(number) if number < _NUMBER_LIMIT else None
        if referral is not None and referral.received_at > self.outlook.horizon > self.outlook.now:
            # There is a person of this name: it must not be said that there is none.
            raise NotFound(
                f"referral {number} lies more than two days ahead of this computer's clock.",
                (
                    "Set the clock, if it is wrong. What recorded the referral: ",
                    command("undo", list=None),
                ),
            )
        if referral is None or referral.received_at > self.outlook.horizon:
            raise NotFound(
                f"there is no referral {short(text.strip(), 20)}.",
                (command("list", all=None), " shows them with their numbers."),
            )
        return referral

    def _by_prospect(self, key: str) -> list[Referral]:
        people = [person.id for person in self._people_fitting(key)]
        found = self.outlook.referrals_of("prospect", people)
        standings = self.outlook.standings(referral.id for referral in found)
        live = [r for r in found if r.id in standings and standings[r.id].ended_at is None]
        return live or found

    # People.

    def person(self, text: str) -> Person:
        """The person that PERSON means: `@7`, an email, a name or the beginning of a word of it."""
        text = self._answered(text)
        found = self._people(text)
        if len(found) == 1:
            return found[0]
        raise self._several(text, [], found) if found else self._nothing(text, "person")

    def _people(self, text: str) -> list[Person]:
        if numbered := _PERSON_NUMBER.fullmatch(text):
            number = int(numbered[1]) if len(numbered[1]) < 19 else 0
            person = self.reader.person(self.reader.merged_into(number) or number)
            if person is None:
                raise NotFound(
                    f"there is no person {short(text, 20)}.",
                    (command("show", Blank("NAME")), " finds people by name."),
                )
            if person.id != number:
                self.notes.append(f"note: @{number} was merged into {person.name} (@{person.id}).")
            return [person]
        if _number(text) is not None:
            raise BadInput(
                f"{short(text, 20)} is a referral's number; a person is wanted here.",
                "A person is @7, a name or an email.",
            )
        key = self._key(text)
        if "@" in text:
            return self.reader.people_with_email(text.strip())
        return self._people_fitting(key)

    def person_or_new(
        self,
        text: str,
        *,
        phone: str | None = None,
        email: str | None = None,
        is_new: bool = False,
    ) -> Person | NewPerson:
        """The person with this whole name, or a new one; the beginning of a name never matches.

        `phone` and `email` are what is said of them: where another one is known, it is a doubt
        whether they are the same. With `is_new` nobody known is meant.
        """
        text = self._answered(text)
        if _number(text) is not None or "@" in text:
            if is_new:
                raise BadInput(
                    f"{short(text, 20)} is somebody known.", "Name somebody new by their name."
                )
            return self.person(text)
        name = checked_name(text)
        key = name_key(name)
        namesakes = [] if is_new else self.reader.people_named(key)
        meant = _meant(namesakes, phone, email)
        if meant is not None:
            return meant
        doubt = _same_name(text, namesakes, phone, email) if namesakes else None
        fitting = [] if namesakes else self._people_with(key)
        near = {person.id: person for person in (*fitting, *self._near(key))}
        return NewPerson(name, text, doubt, fitting, list(near.values())[:_NEAR])

    def _people_fitting(self, key: str) -> list[Person]:
        """The people who have this name, or a word in it that begins so; else who once had.

        That somebody is meant by a former name is noted.
        """
        found = self._people_with(key)
        if len(found) == 1 and f" {key}" not in f" {name_key(found[0].name)}":
            self.notes.append(f"note: this is {self.named(found)[0]}.")
        return found

    def _people_with(self, key: str) -> list[Person]:
        reader = self.reader
        found = reader.people_named(key) or reader.people_beginning(key)
        return found or reader.people_formerly(key)

    def named(self, people: Iterable[Person]) -> list[str]:
        """The people as they are named in a sentence: `Kit Hale, formerly Moor (@3)`."""
        chosen = list(people)
        former = self.reader.former_names(person.id for person in chosen)
        return [f"{with_former(p.name, former.get(p.id, ()))} (@{p.id})" for p in chosen]

    def _near(self, key: str) -> list[Person]:
        """The people whose names are so like it that a slip of the hand is likely."""
        beginnings = {word[:2] for word in key.split()}
        around = {p.id: p for start in beginnings for p in self.reader.people_beginning(start)}
        keys = {name_key(person.name): person for person in around.values()}
        near = {keys[found].id: keys[found] for found in nearest(key, keys, _NEAR, 0.8)}
        # A first name alone, or a whole name of which only the first was known.
        for person in around.values():
            words = set(name_key(person.name).split())
            if words < set(key.split()) or set(key.split()) < words:
                near.setdefault(person.id, person)
        return list(near.values())[:_NEAR]

    def _key(self, text: str) -> str:
        if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise BadInput("the name holds a byte that is no text.", "Type it again.")
        key = name_key(text[:1000])
        if not key:
            raise BadInput("the name is empty.", "Say a number, a name, or the beginning of one.")
        return key

    def _answered(self, text: str) -> str:
        """The answer to the doubt about this name, where there is one; else the name itself."""
        answer = (self.answers or {}).get(text, NEW)
        return text if answer == NEW else answer

    # Errors where it is not exactly one.

    def _nothing(self, text: str, what: str) -> NotFound:
        near = self._meant_perhaps(text)
        hint: Hint = (
            *(command("list", all=None), " shows all referrals, "),
            *(command("show", Blank("NAME")), " a person."),
        )
        if near:
            hint = f"Did you mean {' or '.join(self.named(near))}?"
        elif len(text.split()) > 3:
            said = "A name is a few words at most; what you remember of it goes into "
            hint = (said, Option("note"), ".")
        return NotFound(f"no {what} answers to '{short(text)}'.", hint)

    def _meant_perhaps(self, text: str) -> list[Person]:
        """The people whose name, or one word of it, is what a slip of the hand makes of this."""
        key = self._key(text)
        if "@" in text:
            around = self.reader.people_with_emails_beginning(text.strip()[:1])
            emails = {(person.email or "").casefold(): person for person in around}
            return [emails[found] for found in nearest(text.casefold(), emails, _NEAR, 0.8)]
        near = self._near(key)
        if near or len(key) < _SHORTEST_SLIP:
            return near
        # Not the first letter: that one is seldom wrong.
        words: dict[str, list[Person]] = {}
        for person in self.reader.people_beginning(key[0]):
            for word in name_key(person.name).split():
                words.setdefault(word, []).append(person)
        likely = [person for word in nearest(key, words, _NEAR, 0.6) for person in words[word]]
        return list({person.id: person for person in likely}.values())[:_NEAR]

    def _several(
        self, text: str, referrals: Sequence[Referral], people: Sequence[Person]
    ) -> Doubt | Ambiguous:
        lines = zip(referrals, self.described(referrals), strict=True)
        choices = (
            *(Choice(str(referral.id), line) for referral, line in lines),
            *(
                Choice(f"@{person.id}", said)
                for person, said in zip(people, self.listed(people), strict=True)
            ),
        )
        doubt = Undecided(text, f"Which is '{short(text)}'?", choices)
        if not people and len({referral.prospect for referral in referrals}) == 1:
            # One person, whom nobody takes for several.
            (prospect,) = self.reader.people([referrals[0].prospect])
            doubt = Undecided(
                text,
                f"Which referral of {prospect.name}?",
                choices,
                f"{prospect.name} (@{prospect.id}) came by several referrals.",
            )
        return doubt.ambiguous() if self.answers is None else Doubt(doubt)

    def listed(self, people: Sequence[Person]) -> list[str]:
        """The people as a line each, with number, names and what tells them from a namesake."""
        former = self.reader.former_names(person.id for person in people)
        return [described_person(person, former.get(person.id, ())) for person in people]

    def described(self, referrals: Iterable[Referral]) -> list[str]:
        """The referrals as a line each, with number, names and stage."""
        chosen = list(referrals)
        numbers = {number for r in chosen for number in (r.source, r.prospect)}
        names = {person.id: person.name for person in self.reader.people(numbers)}
        standings = self.outlook.standings(referral.id for referral in chosen)
        return [
            f"{r.id}  {title_of(r, names[r.prospect], names[r.source])} ({standings[r.id].stage})"
            for r in chosen
        ]


def _only_one(
    everybody: Sequence[Person], referrals: Sequence[Referral], sources: Sequence[Person]
) -> Person | None:
    """The one person of whom all these speak, None where they are several."""
    numbers = {*(r.prospect for r in referrals), *(person.id for person in sources)}
    known = [person for person in everybody if person.id in numbers]
    return known[0] if len(known) == 1 else None


def _contradicted(person: Person, phone: str | None, email: str | None) -> str:
    """The field in which somebody known has something else than what is said, empty for none."""
    if phone and person.phone and not is_same_phone(phone, person.phone):
        return "phone"
    if email and person.email and not is_same_email(email, person.email):
        return "email"
    return ""


def _meant(namesakes: Sequence[Person], phone: str | None, email: str | None) -> Person | None:
    """The one of these people of one name who is meant for sure, None where nobody is."""
    possible = [person for person in namesakes if not _contradicted(person, phone, email)]
    alike = [p for p in possible if (phone and p.phone) or (email and p.email)]
    sure = possible if len(namesakes) == 1 else alike
    return sure[0] if len(sure) == 1 else None


def _same_name(
    text: str, namesakes: Sequence[Person], phone: str | None, email: str | None
) -> Undecided:
    """The doubt which of several people of one name is meant, or whether the one known is."""
    choices = []
    for person in namesakes:
        known = [said for said in (person.phone, person.email, person.company) if said]
        which = f"{person.name} (@{person.id}{', ' + known[0] if known else ''})"
        question = f"Is it the same {which}?"
        choices.append(Choice(f"@{person.id}", described_person(person), question))
    said = "Say which by its number, or somebody else by "
    refusal, hint = "", (said, Option("new"), ".")
    if len(namesakes) == 1:
        (person,) = namesakes
        field_ = _contradicted(person, phone, email)
        known_by = getattr(person, field_)
        refusal = f"{person.name} (@{person.id}) is known with another {field_}, {known_by}."
        hint = (f"Say @{person.id} if it is the same person, ", Option("new"), " if it is not.")
    question = f"Is it {'the same' if len(namesakes) == 1 else 'one of these'}: {short(text)}?"
    return Undecided(text, question, (*choices, Choice(NEW, "New")), refusal, hint)


def each_of(texts: Sequence[str]) -> Sequence[str]:
    """These names, or the one that was given alone: its letters are none."""
    return [texts] if isinstance(texts, str) else texts


def described_person(person: Person, former: Sequence[str] = ()) -> str:
    """A person on a line, with their number, former names and what tells them from a namesake."""
    known = [text for text in (person.company, person.email, person.phone) if text]
    name = with_former(person.name, former)
    return f"@{person.id}  {name}" + (f", {known[0]}" if known else "")


def _number(text: str) -> int | None:
    """A bare number, None for anything else; one too long to be real is too large to exist."""
    bare = text.strip()
    if not _NUMBER.fullmatch(bare):
        return None
    return int(bare) if len(bare) < 19 else _NUMBER_LIMIT
