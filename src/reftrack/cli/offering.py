"""The choices at the cursor: commands, options, and names and numbers of the book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC

from reftrack.cli.output import safe
from reftrack.cli.vocabulary import COMMANDS, WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

    from reftrack.store.suggesting import Suggestion, Suggestions

# The most choices that anybody reads; and the most referrals where people may be meant too.
LIMIT = 100
_REFERRALS_BESIDE_PEOPLE = 60
_WIDEST = 72

# A value with what it means.
Offer = tuple[str, str]
# The shell looks for files itself.
FILES = [("", "files")]

_EVERYWHERE = (("--db", "PATH", "The database, instead of the usual one."), ("--help", "", "Help."))
_PEOPLE = ("PERSON", "SOURCE", "INTO")
_FILES = ("FILE", "PATH")


def offers(words: Sequence[str]) -> list[Offer]:
    """The choices for the last of these words, which may have begun."""
    line = _Line(words[:-1])
    current = words[-1]
    if line.awaits is not None:
        return _of_kind(line.awaits, current, line)
    if current.startswith("-") and not line.only_words:
        name, has_value, begun = current.partition("=")
        if has_value:
            found = _of_kind(line.kind_of(name), begun, line)
            return found if found == FILES else [(f"{name}={v}", said) for v, said in found]
        options = [(name, said) for name, _, said in line.options() if name not in line.used]
        return _beginning(current, options)
    if line.command is None:
        return _beginning(current, [(name, row[0]) for name, row in COMMANDS.items()])
    return _of_kind(line.place(), current, line)


class _Line:
    """The meaning of the words before the cursor: the command, its places, and what is awaited."""

    def __init__(self, words: Iterable[str]) -> None:
        self.db: str | None = None
        self.command: str | None = None
        self.places: list[str] = []
        self.used: set[str] = set()
        self.only_words = False
        self.awaits: str | None = None
        awaited = ""
        for word in words:
            if self.awaits is not None:
                if awaited == "--db":
                    self.db = word
                self.awaits = None
            elif word == "--" and not self.only_words:
                self.only_words = True
            elif word.startswith("-") and word != "-" and not self.only_words:
                awaited, has_value, value = word.partition("=")
                self.used.add(awaited)
                if awaited == "--db" and has_value:
                    self.db = value
                self.awaits = None if has_value else self.kind_of(awaited) or None
            elif self.command is None:
                self.command = word
            else:
                self.places.append(word)

    def options(self) -> Iterable[tuple[str, str, str]]:
        """The options that are known here: name, kind of value, purpose."""
        if self.command is None:
            return (*_EVERYWHERE, ("--version", "", "The version."))
        row = COMMANDS.get(self.command)
        return (*(row[2] if row else ()), *_EVERYWHERE)

    def kind_of(self, option: str) -> str:
        """The kind of value that this option takes, empty for a flag."""
        return next((kind for name, kind, _ in self.options() if name == option), "")

    def place(self) -> str:
        """The kind of word for the place of the cursor, empty where the command takes no more."""
        kinds = COMMANDS.get(self.command or "", ("", (), ()))[1]
        if len(self.places) < len(kinds):
            return kinds[len(self.places)]
        return kinds[-1] if kinds and "…" in kinds[-1] else ""


def _beginning(begun: str, choices: Iterable[Offer]) -> list[Offer]:
    return [(value, _short(said)) for value, said in choices if value.startswith(begun)]


def _short(text: str) -> str:
    shown = safe(text)
    return shown if len(shown) <= _WIDEST else shown[: _WIDEST - 1] + "…"


def _of_kind(kind: str, begun: str, line: _Line) -> list[Offer]:
    """The choices for a word of this kind, as the help names it."""
    words = kind.replace("…", "").replace("[", "").replace("]", "").split()
    is_referral, is_person = "REF" in words, any(word in _PEOPLE for word in words)
    if is_referral or is_person:
        return _from_the_book(begun, line, is_referral=is_referral, is_person=is_person)
    if kind in _FILES:
        return FILES
    if kind == "RULE":
        return _rules(begun, line)
    if kind == "STEP":
        return _steps(begun, line)
    if "|" in kind:
        return _beginning(begun, [(word, "") for word in kind.split("|")])
    return _beginning(begun, WORDS.get(kind, ()))


def _rules(begun: str, line: _Line) -> list[Offer]:
    """The rules, first those by which something is owed on what the line names."""
    from reftrack.wording.briefs import BRIEFS

    what = line.places[0] if line.places else ""
    number = what.removeprefix("@")
    first: list[str] = []
    if number.isascii() and number.isdigit():
        kind = "person" if what.startswith("@") else "referral"
        first = _looked_up(line.db, lambda book: book.rules_open_on(kind, int(number)))
    names = list(dict.fromkeys([*first, *BRIEFS]))
    rules = [(name, BRIEFS[name].format(to="them")) for name in names]
    return _beginning(begun, [*rules, ("all", "all of them")] if line.command == "waive" else rules)


def _steps(begun: str, line: _Line) -> list[Offer]:
    """The steps that the command can be about; words of one are for the user to type."""
    if begun and not (begun.isascii() and begun.isdigit()):
        return []

    def found(book: Suggestions) -> list[tuple[int, str]]:
        return book.undone_steps(begun) if line.command == "redo" else book.steps(begun)

    return [(str(number), _short(said)) for number, said in _looked_up(line.db, found)]


def _from_the_book(begun: str, line: _Line, *, is_referral: bool, is_person: bool) -> list[Offer]:
    digits = begun.removeprefix("@")
    if digits and not (digits.isascii() and digits.isdigit()):
        return _looked_up(line.db, lambda book: _named(book, begun, is_referral, is_person))

    def numbered(book: Suggestions) -> list[Offer]:
        found: list[Offer] = []
        if is_referral and not begun.startswith("@"):
            choices = book.referrals(digits)
            most = _REFERRALS_BESIDE_PEOPLE if is_person else LIMIT
            found += [(str(c.number), _referral(c)) for c in choices[:most]]
        if is_person and (begun.startswith("@") or not digits):
            found += [(f"@{c.number}", _person(c)) for c in book.people(digits)]
        return [offer for offer in found if offer[0] not in line.places][:LIMIT]

    return _looked_up(line.db, numbered)


def _named(book: Suggestions, begun: str, is_referral: bool, is_person: bool) -> list[Offer]:
    """The choices by name, each once: a name that several have is Ambiguous to the command."""
    from reftrack.domain.spelling import name_key

    key = name_key(begun[:1000])
    if not key:
        return []
    said: dict[str, list[str]] = {}
    if is_referral:
        for choice in book.referrals_named(key):
            said.setdefault(choice.name, []).append(f"{choice.number} {_referral(choice)}")
    if is_person:
        prospects = set(said)
        for choice in book.people_named(key):
            if choice.name not in prospects:
                said.setdefault(choice.name, []).append(f"@{choice.number} {choice.detail}".strip())
    return [
        (name, _short(texts[0] if len(texts) == 1 else "several: " + ", ".join(texts)))
        for name, texts in list(said.items())[:LIMIT]
        # Names that the shell cannot type, or that the command would take for something else.
        if safe(name) == name and not name.startswith("-") and "@" not in name
    ]


def _referral(choice: Suggestion) -> str:
    from reftrack.wording.briefs import brief_of

    owed = f": {brief_of(choice.rule, choice.to)}" if choice.rule else f", {choice.stage}"
    return _short(choice.name + owed)


def _person(choice: Suggestion) -> str:
    return _short(f"{choice.name}, {choice.detail}" if choice.detail else choice.name)


def _looked_up(db: str | None, look: Callable[[Suggestions], list[T]]) -> list[T]:
    """The result of a look into the book, empty where none can be read at once."""
    from reftrack.cli import clock
    from reftrack.config.paths import database_path
    from reftrack.errors import ReftrackError
    from reftrack.store.connection import PATIENCE, read_connection
    from reftrack.store.suggesting import Suggestions

    try:
        with read_connection(database_path(db), PATIENCE) as connection:
            if connection is None:
                return []
            return look(Suggestions(connection, clock.now(UTC), LIMIT))
    except ReftrackError:
        return []
