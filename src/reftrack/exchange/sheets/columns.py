"""The columns of a spreadsheet: the field of each, by its name or as the user says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from reftrack.domain.spelling import did_you_mean, nearest
from reftrack.errors import BadInput
from reftrack.exchange.sheets.keys import keys_of, squeezed
from reftrack.exchange.sheets.names import (
    HEARD_OF_US,
    NAMES,
    OF_SOURCE,
    PROSPECT_WORDS,
    SOURCE_WORDS,
)
from reftrack.exchange.sheets.table import column_letter
from reftrack.hints import Blank, Option

# The column that we put before refused rows, and overlook when they come back.
REFUSED_BECAUSE = "Why refused"


# Fields of which a second column may say what the first leaves out.
_SEVERAL = frozenset(
    ("phone", "email", "company", "status", *(k for k in OF_SOURCE if "name" not in k))
)
# Where only one part of a name has a column, these say the other one.
_EITHER_PART = frozenset(map(squeezed, ("name", "nom", "nombre", "nome", "naam")))

FIELDS = (*NAMES, *OF_SOURCE)
EVENTS = ("attempted", "contacted", "met", "won", "delivered", "lost", "declined", "thanked")
DATED = ("received", *EVENTS, "closed", "status-date")
# What lies ahead tells nothing of the form of dates that are past.
AHEAD = ("appointment",)


def _ranked(names: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """The names of columns, each with how likely it is of which field, 0 the most likely."""
    known: dict[str, tuple[int, str]] = {}
    for name, words in names.items():
        for rank, key in enumerate((*keys_of(words), squeezed(name))):
            if key not in known or rank < known[key][0]:
                known[key] = (rank, name)
    return known


_BARE = _ranked(NAMES)
_OF_SOURCE = _ranked({name: NAMES[like] for name, like in OF_SOURCE.items()})
_SOURCES, _PROSPECTS = keys_of(SOURCE_WORDS), keys_of(PROSPECT_WORDS)
_HEARD = keys_of(HEARD_OF_US)


@cache
def _known(key: str) -> tuple[int, str] | None:
    """The likely fields of a column with this name; None for a name that nobody knows."""
    found = [_BARE[key]] if key in _BARE else []
    found += [(0, name) for name in OF_SOURCE if squeezed(name) == key]
    for rest in _without(_SOURCES, key):
        found += [(60, "source")] if rest in ("name", "fullname") else []
        found += _later(100, _OF_SOURCE.get(rest))
    for rest in _without(_PROSPECTS, key):
        found += _later(200, _BARE.get(rest))
    if not found and key.startswith(_REFERRED) and not key.endswith(_NOT_A_NAME):
        # `Referred by (client or friend)`, `Referring broker`: whoever they are, they referred.
        # Where their firm has a column of its own, the person's is meant.
        rank = 500 if key.endswith(_FIRMS) else 1 if key.startswith(_REFERRED_BY) else 50
        return (rank, "source")
    found += [(600, "source")] if key in _HEARD else []
    return min(found, key=lambda each: each[0], default=None)


def field_of(title_: str) -> tuple[int, str] | None:
    """The likely fields of a column by its name as written: `Client #` is a number.

    `Date (dd/mm/yyyy)` is a date. In `Referred_By__c` of a CRM the ending says that somebody added
    the column.
    """
    name = title_.removesuffix("__c").replace("#", " number")
    return _known(squeezed(name)) or _known(squeezed(re.sub(r"\([^()]*\)|\[[^][]*\]", "", name)))


# Nothing longer is the name of a column.
_LONGEST = 80
_REFERRED_BY = ("referredby", "recommendedby", "introducedby")
_FIRMS = ("company", "firm", "brokerage", "practice", "organization", "organisation", "clinic")
_REFERRED = (*_REFERRED_BY, "referrer", "referring")
_NOT_A_NAME = ("date", "on", "id", "type", "url", "address", "city", "state", "status", "count")


def _later(ranks: int, known: tuple[int, str] | None) -> list[tuple[int, str]]:
    return [] if known is None else [(ranks + known[0], known[1])]


def _without(whose: Sequence[str], key: str) -> Iterator[str]:
    """The rest of `Referrer's phone`, `Phone (referrer)` and the like without the role."""
    for who in whose:
        if key.startswith(who):
            yield from (key[len(who) :], key[len(who) :].removeprefix("s"))
        if key.endswith(who):
            yield from (key[: -len(who)], key[: -len(who)].removesuffix("of"))


@dataclass(frozen=True)
class Columns:
    """The columns of a header by field; `of` has the places of each, the best first.

    `beside` are those of which another was better, `said` the fields that the user named.
    """

    header: tuple[str, ...]
    of: Mapping[str, tuple[int, ...]]
    beside: Mapping[int, str] = field(default_factory=dict)
    said: frozenset[str] = frozenset()

    def has(self, *names: str) -> bool:
        """True if any of these fields has a column."""
        return any(name in self.of for name in names)

    @property
    def unused(self) -> list[int]:
        """The places of the columns that are not read, our own remark aside."""
        used = {place for places in self.of.values() for place in places}
        ours = squeezed(REFUSED_BECAUSE)
        return [
            place
            for place, name in enumerate(self.header)
            if place not in used and squeezed(name) != ours
        ]


def title(header: Sequence[str], place: int) -> str:
    """A column's name as a message says it."""
    return header[place] or f"column {column_letter(place)}"


def count_known(cells: Sequence[str], said: Mapping[str, str]) -> int:
    """The number of these cells that are names of columns, those that the user names too."""
    named = {squeezed(name) for name in said.values() if name}
    names = [cell for cell in cells if len(cell) < _LONGEST]
    keys = map(squeezed, names)
    found = {known[1] for known in map(field_of, names) if known}
    return len(found) + 10 * len(named & set(keys))


def field_maps(texts: Iterable[str]) -> dict[str, str]:
    """The columns that texts such as `FIELD=COLUMN` name, by field; an empty one means none.

    BadInput where a text names no field, or one twice.
    """
    said: dict[str, str] = {}
    for text in texts:
        name, sign, column = text.partition("=")
        if not sign:
            raise BadInput(
                f"'{text[:60]}' does not say FIELD=COLUMN.",
                ("For example: ", Option("map", Blank('source="Referred by"'))),
            )
        key = squeezed(name)
        names = {squeezed(each): each for each in FIELDS}
        if key not in names and (known := _known(key)):
            names[key] = known[1]
        if key not in names:
            raise BadInput(
                f"there is no field '{name.strip()[:40]}'.",
                did_you_mean(
                    name.strip().casefold(), FIELDS, f"The fields are {', '.join(FIELDS)}.", 3
                ),
            )
        if names[key] in said:
            raise BadInput(f"the columns say {names[key]} twice.", "Say it once.")
        said[names[key]] = column.strip()
    return said


def recognised(header: Sequence[str], said: Mapping[str, str]) -> Columns:
    """The columns by field, from their names and from what the user says of them."""
    chosen: dict[str, tuple[int, ...]] = {}
    for name, column in said.items():
        if column:
            chosen[name] = (_place_of(column, header),)
    taken = {place for places in chosen.values() for place in places}
    found: dict[str, list[tuple[int, int]]] = {}
    for place, cell in enumerate(header):
        known = field_of(cell)
        if known and place not in taken and known[1] not in said:
            found.setdefault(known[1], []).append((known[0], place))
    beside: dict[int, str] = {}
    for name, ranked in found.items():
        places = [place for _, place in sorted(ranked)]
        keeps = len(places) if name in _SEVERAL else 1
        chosen[name] = tuple(places[:keeps])
        beside |= dict.fromkeys(places[keeps:], name)
    _pair_names(header, chosen)
    _give_to_prospect(header, chosen)
    return Columns(tuple(header), chosen, beside, frozenset(said))


def _give_to_prospect(header: Sequence[str], chosen: dict[str, tuple[int, ...]]) -> None:
    """`Your name` is the prospect's in a form that asks who referred them, else the source's."""
    source = chosen.get("source")
    if source is None or squeezed(header[source[0]]).startswith(_YOUR):
        return
    taken = {place for places in chosen.values() for place in places}
    for place, cell in enumerate(header):
        key = squeezed(cell)
        own = _known(key.removeprefix(_YOUR))
        if key.startswith(_YOUR) and own and own[1] not in chosen:
            if place in taken:
                for name in [name for name, places in chosen.items() if places == (place,)]:
                    del chosen[name]
            chosen[own[1]] = (place,)


_YOUR = "your"


def _pair_names(header: Sequence[str], chosen: dict[str, tuple[int, ...]]) -> None:
    """Makes a bare `Name` or `Nombre` the other part, where one part of a name has a column."""
    whole = chosen.get("prospect")
    if whole is None or squeezed(header[whole[0]]) not in _EITHER_PART:
        return
    for part, other in (("first-name", "last-name"), ("last-name", "first-name")):
        if part in chosen and other not in chosen:
            chosen[other] = chosen.pop("prospect")
            return


def _place_of(column: str, header: Sequence[str]) -> int:
    exact = [place for place, name in enumerate(header) if name == column]
    folded = [place for place, name in enumerate(header) if squeezed(name) == squeezed(column)]
    for places in (exact, folded):
        if len(places) == 1:
            return places[0]
    names = [name for name in header if name]
    near = nearest(column.casefold(), [name.casefold() for name in names], 3)
    meant = [name for name in names if name.casefold() in near]
    raise BadInput(
        f"the file has no column '{column[:60]}'.",
        f"Did you mean {' or '.join(meant)}?"
        if meant
        else f"Its columns are: {', '.join(names)[:300]}.",
    )
