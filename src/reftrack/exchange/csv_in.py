"""A spreadsheet of referrals, read row by row into what happened; it knows no book."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial

from reftrack.domain.people import checked_line, checked_name, checked_text, short
from reftrack.domain.referrals import CO_WORKER
from reftrack.domain.spelling import nearest
from reftrack.domain.times import EARLIEST, LATEST, Calendar
from reftrack.errors import BadInput, Refused
from reftrack.exchange.csv_columns import DATED, EVENTS, Columns, count_known, recognised, title
from reftrack.exchange.csv_dates import Form, Moment, Unreadable, form_named, form_of, read_moment
from reftrack.exchange.csv_table import Row, Table, bare, read_table
from reftrack.exchange.csv_words import (
    CHANNELS,
    CROSSES,
    KIND_WORDS,
    NO,
    NOBODY,
    RELATION_WORDS,
    STATUS_WORDS,
    TICKS,
    WAY_WORDS,
    YES,
    listed,
    squeezed,
)

_CLOSING = ("lost", "declined", "referred-out")
# What ends a referral, or wins it: such a thing happens once.
ENDINGS = ("won", "delivered", *_CLOSING)
# At one instant things stand in this order; thanks on the same day were for the news of that day.
_ORDER = ("attempted", "contacted", "met", "won", "delivered", *_CLOSING, "thanked")
_WITH_ADDRESS = re.compile(r"(?P<name>[^<>()]*?)\s*[<(]\s*(?P<email>[^<>()\s]+@[^<>()\s]+)\s*[>)]")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_REFERRAL_FROM = re.compile(
    r"(?:referral|referred|recommended|introduced|introduction)[ :-]+(?:from|by)[ :]+(?=\S)",
    re.IGNORECASE,
)
_ROUNDED = re.compile(r"[0-9][.,][0-9]+E\+[0-9]+", re.IGNORECASE)
_NUMBER = re.compile(r"@[0-9]{1,18}", re.ASCII)
# What follows a comma without being a first name.
_SUFFIXES = frozenset(
    listed("jr|sr|ii|iii|iv|md|dds|phd|esq|cpa|mba|dr|mr|mrs|ms|inc|llc|ltd|gmbh")
)


class _Bad(Exception):
    """Why a row is refused."""


class Unmapped(Refused):
    """No column says what every row has to say; `name` is the field, `what` says it in words."""

    def __init__(self, what: str, name: str, hint: str) -> None:
        super().__init__(f"no column says {what}.", hint)
        self.what = what
        self.name = name


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a row; `stamp` is what the file says of its time, the same on every reading."""

    kind: str
    at: datetime
    stamp: str
    channel: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A person as one row names them: by a name, or by `@7`; what else it says of them."""

    name: str
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    relation: str | None = None

    @property
    def is_number(self) -> bool:
        """Whether the name is a person's number in the book."""
        return _NUMBER.fullmatch(self.name) is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that was understood. `kind` is None where it says none."""

    row: Row
    prospect: Party
    source: Party
    received_at: datetime
    stamp: str
    kind: str | None
    tie: str | None
    need: str | None
    note: str | None
    happened: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is left out, and why."""

    row: Row
    reason: str


@dataclass
class Sheet:
    """A file as it was understood; `assumed` has the lines where it had to be taken for granted."""

    table: Table
    columns: Columns
    form: Form
    entries: list[Entry] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    assumed: dict[str, list[int]] = field(default_factory=dict)


def opened(content: bytes, encoding: str | None, said: Mapping[str, str]) -> tuple[Table, Columns]:
    """The table in a file and what its columns say; Refused where it cannot hold referrals."""
    table = read_table(content, encoding, partial(count_known, said=said))
    columns = recognised(table.header, said)
    wanted = (
        ("the prospect", "prospect", ("prospect", "first-name", "last-name")),
        ("the source", "source", ("source", "source-first-name", "source-last-name")),
        ("when it was received", "received", ("received",)),
    )
    if not columns.of and not any(said.values()):
        raise Refused(
            f"line {table.header_line} names no column that is known.",
            "Put a header above the rows, such as: Prospect,Source,Received",
        )
    for what, name, fields in wanted:
        if not columns.has(*fields):
            raise Unmapped(what, name, _which(columns, name))
    if not table.rows:
        raise Refused("the file has a header and no rows.", "Nothing was imported.")
    return table, columns


def _which(columns: Columns, name: str) -> str:
    names = [title(columns.header, place) for place in columns.unused]
    if not names:
        return f"Add one, and name it in the header: {name}."
    return f'Say which one: --map {name}="{names[0]}". There are: {", ".join(names)[:300]}.'


def form_in(table: Table, columns: Columns, today: date, said: str | None) -> Form:
    """The form of the file's dates: as is said, as a header names it, or as they all show."""
    places = [place for name in DATED for place in columns.of.get(name, ())]
    named = [form for form in (form_named(table.header[p]) for p in places) if form]
    if said is None and named and len({form.order for form in named}) == 1:
        return named[0]
    rows = [row for row in table.rows if not row.fault]
    return form_of((bare(row.cells[p]) for row in rows for p in places), today, said)


def understood(table: Table, columns: Columns, form: Form, *, now: datetime, zone: tzinfo) -> Sheet:
    """Every row as what it says happened, in the time zone of the book, or as refused."""
    sheet = Sheet(table, columns, form)
    reader = _Reader(sheet, now, zone)
    for row in table.rows:
        if row.fault:
            sheet.refusals.append(Refusal(row, row.fault))
            continue
        try:
            sheet.entries.append(reader.entry(row))
        except _Bad as reason:
            sheet.refusals.append(Refusal(row, str(reason)))
        except BadInput as error:
            sheet.refusals.append(Refusal(row, _lowered(error.message)))
    return sheet


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


class _Reader:
    """Reads the rows of one sheet."""

    def __init__(self, sheet: Sheet, now: datetime, zone: tzinfo) -> None:
        self.sheet = sheet
        self.columns = sheet.columns
        self.now = now
        self.zone = zone
        self.calendar = Calendar(zone)
        self.rows = [row for row in sheet.table.rows if not row.fault]
        self.turned = {name for name in ("prospect", "source") if self._is_turned(name)}
        self.only_days = {
            place
            for name in DATED
            for place in self.columns.of.get(name, ())
            if self._has_only_days(place)
        }
        self.unknown = {
            name
            for name, words in (("kind", KIND_WORDS), ("relation", RELATION_WORDS))
            if self._says_nothing_known(name, words)
        }
        self._moments: dict[tuple[int, str], Moment] = {}
        self._row_assumes: list[str] = []

    # Cells.

    def cell(self, row: Row, name: str) -> str:
        """What a row says in a field: its first column that says anything."""
        cells = (bare(row.cells[place]) for place in self.columns.of.get(name, ()))
        return next((cell for cell in cells if cell), "")

    def title(self, name: str) -> str:
        """The column of a field, as a message says it."""
        return title(self.columns.header, self.columns.of[name][0])

    def line(self, row: Row, name: str) -> str | None:
        """A cell as one line, None where it is empty."""
        cell = self.cell(row, name)
        return checked_line(cell, f"the {name.replace('-', ' ')}") if cell else None

    def phone(self, row: Row, name: str) -> str | None:
        """A number to call; not one of which a spreadsheet kept the first digits only."""
        number = self.line(row, name)
        if number is None or not _ROUNDED.fullmatch(number):
            return number
        remark = f"the number in {self.title(name)} was rounded by a spreadsheet, and is not used"
        self._row_assumes.append(remark)
        return None

    def text(self, row: Row, name: str) -> str | None:
        """A cell as text of any length, None where it is empty."""
        cell = self.cell(row, name)
        return checked_text(cell, f"the {name}") if cell else None

    def word(self, row: Row, name: str, words: Mapping[str, str], choices: str) -> str | None:
        """A cell as one of the words that are kept, None where it is empty."""
        cell = self.cell(row, name)
        if squeezed(cell) in NOBODY or name in self.unknown:
            return None
        found = _meant(cell, words)
        if found is None:
            raise _Bad(f"'{short(cell)}' in {self.title(name)} is not known; say {choices}")
        return found

    def _says_nothing_known(self, name: str, words: Mapping[str, str]) -> bool:
        """Whether a column that was taken for words has none that is known, and is another's."""
        if name in self.sheet.columns.said or not self.columns.has(name):
            return False
        said = [row for row in self.rows if squeezed(self.cell(row, name)) not in NOBODY]
        if not said or any(_meant(self.cell(row, name), words) is not None for row in said):
            return False
        remark = f"{self.title(name)} has no word that is a {name}, and is not used"
        self.sheet.assumed[remark] = [row.line for row in said]
        return True

    # People.

    def _is_turned(self, name: str) -> bool:
        """Whether every name of the column is written `Ruiz, Dana`."""
        named = [row for row in self.rows if squeezed(self.cell(row, name)) not in NOBODY]
        turned = [row.line for row in named if _turned(_parted(self.cell(row, name))[0])]
        # Before the comma stands a family name, seldom of several words: else it is a firm's.
        single = [row for row in named if len(self.cell(row, name).partition(",")[0].split()) == 1]
        is_turned = 0 < len(turned) == len(named) < 2 * len(single)
        if turned and not is_turned:
            remark = f"a comma in {self.title(name)} is left as it stands"
            self.sheet.assumed[remark] = turned
        return is_turned

    def party(self, row: Row, role: str) -> Party:
        """The person that a row names in this role."""
        prefix = "" if role == "prospect" else "source-"
        name, address = _parted(self.cell(row, role))
        email = self.line(row, f"{prefix}email") or address
        if squeezed(name) in NOBODY and not _NUMBER.fullmatch(name):
            parts = (self.cell(row, f"{prefix}{part}-name") for part in ("first", "last"))
            name = " ".join(part for part in parts if part)
        elif role in self.turned:
            name = _turned(name) or name
        if squeezed(name) in NOBODY and not _NUMBER.fullmatch(name):
            raise _Bad(f"it names no {role}")
        if role == "source":
            name = _REFERRAL_FROM.sub("", name)
        if role == "source" and squeezed(name) in CHANNELS:
            raise _Bad(f"'{short(name)}' is no person who referred somebody")
        if ";" in name or "\n" in name.strip():
            raise _Bad(f"it names several people as {role}; each needs a row of their own")
        if "@" not in name:
            name = checked_name(name, f"the {role}'s name")
        elif not _NUMBER.fullmatch(name) and not _ADDRESS.fullmatch(name):
            raise _Bad(f"'{short(name)}' is no name, no address, and no number such as @7")
        return Party(
            name,
            email,
            self.phone(row, f"{prefix}phone"),
            self.line(row, f"{prefix}company"),
            self.word(row, "relation", RELATION_WORDS, _RELATIONS) if prefix else None,
        )

    # Time.

    def _has_only_days(self, place: int) -> bool:
        """Whether all times of a column are midnight, as a spreadsheet writes a day."""
        clocks = set()
        for cell in {bare(row.cells[place]) for row in self.rows}:
            try:
                moment = read_moment(cell, self.sheet.form)
            except Unreadable:
                continue
            if moment.clock is not None:
                clocks.add((moment.clock, moment.offset))
        return clocks == {(time(), None)}

    def moment(self, row: Row, name: str) -> Moment:
        """The date in a field that is not empty."""
        (place, *_) = self.columns.of[name]
        cell = bare(row.cells[place])
        if (place, cell) not in self._moments:
            try:
                moment = read_moment(cell, self.sheet.form)
            except Unreadable as reason:
                raise _Bad(f"'{short(cell)}' in {self.title(name)} {reason}") from None
            self._moments[place, cell] = moment.without_time if place in self.only_days else moment
        return self._moments[place, cell]

    def instant(self, moment: Moment, name: str) -> datetime:
        """When a moment was; a day alone is its noon, and today's no later than now."""
        wall = datetime.combine(moment.day, moment.clock or time(12))
        try:
            if moment.offset is not None:
                at = wall.replace(tzinfo=moment.offset).astimezone(self.now.tzinfo)
            else:
                at = self.calendar.instant(wall)
        except OverflowError:
            at = EARLIEST - timedelta(days=1)
        if not EARLIEST <= at < LATEST:
            raise _Bad(f"{moment.day} in {self.title(name)} is outside the years 1900 to 2199")
        if moment.clock is None and moment.day == self.calendar.date_of(self.now):
            at = min(at, self.now)
        if at > self.now:
            raise _Bad(f"{moment.day} in {self.title(name)} lies in the future")
        if moment.clock is not None and moment.offset is None:
            self._mention_clock_change(wall, at)
        return at.replace(microsecond=0)

    def _mention_clock_change(self, wall: datetime, at: datetime) -> None:
        if at.astimezone(self.zone).replace(tzinfo=None) != wall:
            self._row_assumes.append("a time that the clocks skip is taken as right after")
        elif wall.replace(tzinfo=self.zone, fold=1).astimezone(at.tzinfo) != at:
            self._row_assumes.append("a time that the clocks show twice is taken as the first")

    # What happened.

    def entry(self, row: Row) -> Entry:
        """The row as what it says; `_Bad` or BadInput with the reason otherwise."""
        self._row_assumes = []
        prospect, source = self.party(row, "prospect"), self.party(row, "source")
        if not self.cell(row, "received"):
            raise _Bad(f"{self.title('received')} is empty, so it does not say when it came")
        received = self.moment(row, "received")
        received_at = self.instant(received, "received")
        kind = self.word(row, "kind", KIND_WORDS, "client, co-worker, partner or expansion")
        happened = self.happenings(row, received, received_at)
        if received.clock is None:
            # Noon was assumed: what happened earlier on that day did not come before it.
            received_at = min([received_at, *(each.at for each in happened if each.stamp)])
        if kind == CO_WORKER and any(each.channel == "gift" for each in happened):
            raise _Bad("a co-worker referral gets no gift: that is a conflict of interest")
        entry = Entry(
            row,
            prospect,
            source,
            received_at,
            received.stamp,
            kind,
            self.line(row, "tie"),
            self.text(row, "need"),
            self.text(row, "note"),
            tuple(happened),
        )
        for remark in dict.fromkeys(self._row_assumes):
            self.sheet.assumed.setdefault(remark, []).append(row.line)
        return entry

    def happenings(self, row: Row, received: Moment, received_at: datetime) -> list[Happening]:
        """The events of a row, in their order."""
        happened: dict[str, Happening] = {}
        ticked: dict[str, str | None] = {}
        for kind in EVENTS:
            if tick := self._tick(row, kind):
                ticked[kind] = None if tick == "yes" else tick
            elif tick is None:
                happened[kind] = self._dated(row, kind, kind, received, received_at)
        status = self.status(row)
        if status and status not in happened:
            ticked.setdefault(status, None)
        if self.cell(row, "closed") and not {*ticked, *happened} & {*ENDINGS}:
            self._row_assumes.append(f"{self.title('closed')} is not used: nothing was won or lost")
        for kind in sorted(ticked, key=_ORDER.index):
            if dated_by := self._date_of(row, kind, is_status=kind == status):
                dated = self._dated(row, kind, dated_by, received, received_at)
                happened[kind] = replace(dated, channel=ticked[kind])
                continue
            happened[kind] = self._assumed(kind, ticked[kind], happened, received_at)
            what = "status" if kind == status else "tick"
            self._row_assumes.append(
                f"a {what} without a date counts as of the last date before it"
            )
        return sorted(self._completed(row, happened).values(), key=_standing)

    def _completed(self, row: Row, happened: dict[str, Happening]) -> dict[str, Happening]:
        """The events with the sale that a delivery implies, and with the reason for an end."""
        if "delivered" in happened and "won" not in happened:
            happened["won"] = replace(happened["delivered"], kind="won")
            self._row_assumes.append("a delivery without a sale before it counts as both")
        for kind in ("lost", "declined"):
            if kind in happened and (reason := self.text(row, "reason")):
                happened[kind] = replace(happened[kind], text=reason)
        return happened

    def _tick(self, row: Row, kind: str) -> str | None:
        """`yes` or the way for a cell that has a tick, empty for none, None where it is a date."""
        cell = self.cell(row, kind)
        key = squeezed(cell)
        if not cell or cell in CROSSES or key in NO or (key in NOBODY and key):
            return ""
        if cell in TICKS or key in YES:
            return "yes"
        return WAY_WORDS.get(key) if kind in ("thanked", "contacted", "attempted") else None

    def _date_of(self, row: Row, kind: str, *, is_status: bool) -> str:
        """The field that dates what has no date of its own, empty where none does."""
        fields = ["closed"] if kind in ENDINGS else []
        fields += ["status-date"] if is_status else []
        said = ((name, self.cell(row, name)) for name in fields)
        return next((n for n, c in said if squeezed(c) not in _NO_DATE and c not in TICKS), "")

    def _dated(
        self, row: Row, kind: str, name: str, received: Moment, received_at: datetime
    ) -> Happening:
        moment = self.moment(row, name)
        at = self.instant(moment, name)
        if at < received_at:
            is_same_day = moment.day == received.day
            if moment.clock is None and is_same_day:
                at = received_at
            elif not (received.clock is None and is_same_day):
                raise _Bad(
                    f"{moment.day} in {self.title(name)} is before it was received ({received.day})"
                )
        return Happening(kind, at, moment.stamp)

    def _assumed(
        self,
        kind: str,
        channel: str | None,
        happened: Mapping[str, Happening],
        received_at: datetime,
    ) -> Happening:
        """What has no date of its own: with the last thing before it that has one."""
        place = 0 if kind == "thanked" else _ORDER.index(kind)
        before = [each.at for each in happened.values() if _ORDER.index(each.kind) < place]
        return Happening(kind, max([received_at, *before]), "", channel)

    def status(self, row: Row) -> str:
        """The event that a row's status says, empty where it says none."""
        places = self.columns.of.get("status", ())
        said = [(place, bare(row.cells[place])) for place in places if bare(row.cells[place])]
        for number, (place, cell) in enumerate(said):
            kind = _status(cell)
            if kind:
                return kind
            name = title(self.columns.header, place)
            if kind is None and number == 0:
                raise _Bad(f"'{short(cell)}' in {name} is no status that is known; {_like(cell)}")
            if kind is None:
                self._row_assumes.append(f"the word in {name} is not known, and not used")
        return ""


_NO_DATE = YES | NO | {""}
_RELATIONS = "client, partner, colleague, friend, family or other"


def _standing(happening: Happening) -> tuple[datetime, bool, int]:
    """Where it stands in its row; thanks without a date were for the referral itself."""
    is_undated_thanks = happening.kind == "thanked" and not happening.stamp
    return happening.at, not is_undated_thanks, _ORDER.index(happening.kind)


def _parted(name: str) -> tuple[str, str | None]:
    """A name and the address that stands behind it, as in `Dana Ruiz (dana@ruiz.example)`."""
    found = _WITH_ADDRESS.fullmatch(name)
    return (found["name"], found["email"]) if found else (name, None)


def _turned(name: str) -> str | None:
    """`Dana Ruiz` for `Ruiz, Dana`; None for a name in another form."""
    last, comma, first = name.partition(",")
    if not comma or "," in first or not last.strip() or not first.strip():
        return None
    if squeezed(first) in _SUFFIXES or any(c.isdigit() for c in name):
        return None
    return f"{first.strip()} {last.strip()}"


def _status(cell: str) -> str | None:
    """The event that a status says, empty where nothing happened yet, None for an unknown one."""
    return "" if cell in CROSSES else _meant(cell, STATUS_WORDS)


def _meant(cell: str, words: Mapping[str, str]) -> str | None:
    """What a cell says, as one of these words; None where it says none of them."""
    if (whole := words.get(squeezed(cell))) is not None:
        return whole
    # `Closed Won (Sales Pipeline)`, `3. Proposal`, `Lost - price`: the word itself says enough.
    for pattern in (r"\s*\([^()]*\)\s*$", r"^\W*\d+\W+", r"(\s[-–—]\s|[:/(]).*$"):
        cell = re.sub(pattern, "", cell)
        if (part := words.get(squeezed(cell))) is not None:
            return part
    return None


def _like(cell: str) -> str:
    near = nearest(squeezed(cell), [word for word in STATUS_WORDS if word], 1, 0.85)
    means = STATUS_WORDS[near[0]] if near else ""
    if means:
        return f"say {means} if that is meant"
    return "say new, contacted, met, won, delivered, lost or declined"
