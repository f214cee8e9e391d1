"""Commands and hints as they are typed at a shell."""

from __future__ import annotations

from collections.abc import Iterator

from reftrack.hints import Blank, Command, Hint, Option, Word, parts_of


def command_text(command: Command) -> str:
    """The line to type: `reftrack thank 12 --by call`; what the user has to fill in is bare."""
    words = [_quoted(word) for word in _words(command)]
    return " ".join(["reftrack", command.verb, *words])


def hint_text(hint: Hint) -> str:
    """A hint as one sentence; a command within it stands in backticks, one at its end does not."""
    text = ""
    for part in parts_of(hint):
        if isinstance(part, Option):
            text += " ".join(_quoted(word) for word in _option(part.name, part.value))
        elif isinstance(part, Command):
            text += command_text(part) if text.endswith(": ") else f"`{command_text(part)}`"
        else:
            text += part
    return text


def _words(command: Command) -> Iterator[Word]:
    yield from command.subject
    for name, value in command.options:
        yield from _option(name, value)


def _option(name: str, value: Word | None) -> Iterator[Word]:
    yield f"--{name.replace('_', '-')}"
    if value is not None:
        yield value


def _quoted(word: Word) -> str:
    if isinstance(word, Blank):
        return word.name
    # Nearly every word is a number, @7 or an option, which no shell takes apart.
    if word.replace("@", "").replace("-", "").isalnum():
        return word
    from shlex import quote

    return quote(word)
