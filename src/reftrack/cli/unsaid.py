"""Errors without private words: a text that was not quoted is read as something else, word by word.

`contact 1 --note he drinks` asks for a referral called drinks, and whoever looks at the screen is
not to read that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reftrack.cli.command_line import hint_text
from reftrack.cli.vocabulary import COMMANDS
from reftrack.errors import Ambiguous, BadInput, ReftrackError

_LOOSE = "words stand behind the text of {}, in no place of their own."
TOO_MANY_WORDS = "there are more words than places for them."
NO_SUCH_OPTION = "there is no such option."
_SAFE = (
    *(TOO_MANY_WORDS, NO_SUCH_OPTION),
    *map(_LOOSE.format, ("--note", "--need", "--why", "--value")),
)
_UNSAID = "one of the words is not understood; it may be private, and is not repeated."
_QUOTES = 'A text of several words needs quotes: --note "Prefers mornings"'
_NAMES_IN_QUOTES = (
    "A name or text of several words needs quotes; several prospects stand before the options."
)

# The options whose text is private, everywhere or of one command.
_PRIVATE = ("--note", "--need")
_PRIVATE_OF = {"waive": ("--why",), "win": ("--value",)}
# The command of which every word may be a part of the private text.
_ALL_PRIVATE = "note"

_NUMBER = re.compile(r"@?[0-9]+", re.ASCII)
# Messages cut what is long.
_COMPARED = 12


def refuse_loose_words(arguments: list[str]) -> None:
    """Raises BadInput where words of a private text would be taken for something else.

    `tell 1 --note he drinks` would tell the source "drinks". A referral that is named behind the
    note was not named before it.
    """
    command = _command(arguments)
    has_place = False
    for _, option in _bare(command, arguments):
        if has_place and option in _private(command):
            raise BadInput(_LOOSE.format(option), _QUOTES)
        has_place = has_place or option not in _private(command)


def refuse_scattered_names(arguments: list[str]) -> None:
    """Raises BadInput where one of several prospects of `add` stands behind an option.

    `add "Dana Ruiz" --from Sam Ortiz` would record a prospect called Ortiz.
    """
    bare = list(_bare("add", arguments))
    if len(bare) > 1 and any(option for _, option in bare):
        raise BadInput(TOO_MANY_WORDS, _NAMES_IN_QUOTES)


def keep_unsaid(error: ReftrackError, arguments: list[str]) -> None:
    """Removes words that may be private from an error, with all that it says of them.

    `arguments` are without `--db` and its value, here as below.
    """
    if error.message in _SAFE:
        return
    choices = error.choices if isinstance(error, Ambiguous) else ()
    said = "\n".join([error.message, hint_text(error.hint), *choices])
    if any(_says(said, word) for word in _unsaid(arguments)):
        error.message, error.hint = _UNSAID, _QUOTES
        if isinstance(error, Ambiguous):
            error.choices = ()


def _says(message: str, word: str) -> bool:
    start = word.strip()[:_COMPARED]
    end = r"(?!\w)" if len(start) < _COMPARED else ""
    return bool(start) and bool(
        re.search(rf"(?<!\w){re.escape(start)}{end}", message, re.IGNORECASE)
    )


def _unsaid(arguments: list[str]) -> Iterator[str]:
    """The words that may be part of a private text, without the texts that options took whole."""
    command = _command(arguments)
    for word, option in _bare(command, arguments):
        is_private = command == _ALL_PRIVATE or option in _private(command)
        if is_private and not _NUMBER.fullmatch(word.strip()):
            yield word


def _private(command: str) -> tuple[str, ...]:
    return (*_PRIVATE, *_PRIVATE_OF.get(command, ()))


def _command(arguments: list[str]) -> str:
    return next((word for word in arguments if word in COMMANDS), "")


def _bare(command: str, arguments: list[str]) -> Iterator[tuple[str, str]]:
    """The words in places of their own, each with the last option before it, empty for none."""
    options = {name: kind for name, kind, _ in COMMANDS[command][2]} if command else {}
    left = iter(arguments[arguments.index(command) + 1 :] if command else ())
    option = ""
    for word in left:
        name, has_value, _ = word.partition("=")
        if word == "--":
            yield from ((each, option) for each in left)
        elif word.startswith("-") and word != "-":
            # An option that the command has not is refused before any word is understood.
            option = name
            if options.get(name) and not has_value:
                next(left, None)
        else:
            yield word, option
