"""A draft: the note, or the opening lines of a call, for a courtesy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reftrack.application.draft_topics import Topic, most_pressing, named
from reftrack.application.letter_facts import letter_of
from reftrack.application.rules import rule_named
from reftrack.application.session import Session
from reftrack.application.ways import way_of
from reftrack.domain.people import Person
from reftrack.domain.referrals import CO_WORKER
from reftrack.errors import Refused
from reftrack.hints import Command, Option
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.steps import NO_GIFT
from reftrack.wording.actions import channel_of
from reftrack.wording.letters import FORMS, Letter, subject_line, written
from reftrack.wording.phrases import PHRASES


@dataclass(frozen=True, slots=True)
class Writer:
    """The user's own words for drafts, by key, and the folder of their own templates."""

    words: Mapping[str, str]
    templates: Path


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft for the person `to`, by a `way`; nothing private is in its `text`.

    `rule` is the one whose text it is, `topic` what it is about.
    """

    topic: Topic
    rule: str
    way: str
    letter: Letter
    to: Person
    text: str

    @property
    def rules(self) -> tuple[str, ...]:
        """All courtesies that it is for, the one that says most first."""
        return tuple(dict.fromkeys((self.rule, *self.topic.covers)))

    @property
    def subject(self) -> str:
        """The subject line of a mail."""
        return subject_line(self.rule, self.letter)

    @property
    def is_talk(self) -> bool:
        """True if it is spoken rather than sent."""
        return FORMS[self.way] == "talk"

    @property
    def lacks_ideal_client(self) -> bool:
        """True if it should say whom the user helps best, and nothing set says who that is."""
        return self.rule == "educate-source" and not self.letter.ideal_client

    @property
    def lacks_name(self) -> bool:
        """True if it is a note that nobody signs."""
        return not self.letter.name and FORMS[self.way] == "note"

    @property
    def once(self) -> str:
        """The moment at which it is recorded, as the beginning of a sentence: `Once it is sent`."""
        return PHRASES[self.rule].once or (
            "Once you have spoken" if self.is_talk else "Once it is sent"
        )

    @property
    def recorded_by(self) -> Command:
        """The command that records it then."""
        command = self.topic.command.without_option("by")
        if command.verb == "contact" and not self.is_talk:
            # A message is an attempt; only an answer is a contact.
            command = command.with_option("no-answer")
        return command.with_option("by", self.way) if command.verb in _WITH_WAY else command


# The verbs that take a way.
_WITH_WAY = frozenset(
    {"thank", "tell", "explain", "educate", "contact", "call-back", "open-again", "ask"}
)
# A place in a text that the writer has to fill in.
PLACE = re.compile(r"\[[A-Za-z][a-z ,]*\.?\]")


def draft(
    session: Session, what: str, writer: Writer, *, rule: str | None = None, by: str | None = None
) -> Draft:
    """Writes the note, or a call's opening lines, for what is most pressing, or for one rule.

    Nothing is recorded. NotFound where nothing is open, Refused where the rule makes no sense.
    """
    way = way_of(by)
    chosen = None if rule is None else rule_named(rule)
    with session.looking_at_a_book() as outlook:
        found = session.names(outlook).referral_or_person(what)
        topic = most_pressing(outlook, found) if chosen is None else named(outlook, found, chosen)
        (person,) = outlook.reader.people([topic.to])
        usual = channel_of(BY_NAME[topic.rule], person.channel, outlook.terms.policy)
        chosen_way = way or usual or "email"
        name, letter = letter_of(outlook, topic, chosen_way, writer.words)
    if chosen_way == "gift" and letter.kind == CO_WORKER:
        if way is not None:
            raise Refused(f"{NO_GIFT}.", ("Thank them in words: ", Option("by", "card")))
        chosen_way = "card"
    text = written(name, chosen_way, letter, writer.templates)
    return Draft(topic, name, chosen_way, letter, person, text)
