"""Hints as values: commands and options that each face writes as its users type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Blank:
    """A word that only the user knows, such as PERSON: the command asks for it."""

    name: str


Word: TypeAlias = str | Blank

# In a rule's row, the referral or the person that the courtesy is about.
IT = Blank("{it}")


@dataclass(frozen=True, slots=True)
class Command:
    """A verb with what stands after it, in order, and its options, in order.

    The value of an option is None where the option takes none. No word is quoted.
    """

    verb: str
    subject: tuple[Word, ...] = ()
    options: tuple[tuple[str, Word | None], ...] = ()

    def on(self, it: str) -> Command:
        """The command of a rule's row for this subject: `12`, or `@7` for a person."""
        return Command(
            self.verb,
            tuple(it if word == IT else word for word in self.subject),
            tuple((name, it if value == IT else value) for name, value in self.options),
        )

    def option(self, name: str) -> Word | None:
        """The value of an option; None where it is not given."""
        return dict(self.options).get(name)

    def with_option(self, name: str, value: Word | None = None) -> Command:
        """The command with this option too."""
        return replace(self, options=(*self.options, (name, value)))

    def without_option(self, name: str) -> Command:
        """The command without this option."""
        left = tuple(option for option in self.options if option[0] != name)
        return replace(self, options=left)


@dataclass(frozen=True, slots=True)
class Option:
    """One option to show by itself: `Option("encoding", "cp1252")`."""

    name: str
    value: Word | None = None


# A sentence with commands and options in it, in the order in which it is said.
Hint: TypeAlias = str | tuple["str | Command | Option", ...]


def sample(words: str) -> Blank:
    """The user's own words in an example, in quotes as people type them."""
    return Blank(f'"{words}"')


def command(verb: str, *subject: Word | int, **options: Word | int | None) -> Command:
    """A command such as `command("thank", 12, by="call")`; an option without a value is None."""
    return Command(
        verb,
        tuple(_word(word) for word in subject),
        tuple((name, None if v is None else _word(v)) for name, v in options.items()),
    )


def _word(word: Word | int) -> Word:
    return word if isinstance(word, Blank) else str(word)


def with_commands(text: str, **named: Command | Option) -> Hint:
    """The sentence with these commands and options in the places that name them.

    `with_commands("See {check}.", check=command("check"))`.
    """
    parts = re.split(r"\{(\w+)\}", text)
    return tuple(
        named[part] if place % 2 else part for place, part in enumerate(parts) if place % 2 or part
    )


def parts_of(hint: Hint) -> Iterator[str | Command | Option]:
    """The parts of a hint, whether it is one plain sentence or made of several."""
    if isinstance(hint, str):
        yield hint
    else:
        yield from hint
