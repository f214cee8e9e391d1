"""Commands as values: a thing to do, which each face writes as its users type it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Blank:
    """A word that only the user knows, such as PERSON: the command asks for it."""

    name: str


Word = str | Blank

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
