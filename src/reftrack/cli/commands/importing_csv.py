"""`import FILE.csv`: a spreadsheet of referrals is shown as it was understood, then recorded."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reftrack.cli.asking import confirmed, wanted
from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.files import write_whole
from reftrack.cli.here import Desk, Here
from reftrack.cli.output import is_screen, is_terminal, safe, say, say_aside
from reftrack.cli.screen import show_facts
from reftrack.cli.when import understood as instant_understood
from reftrack.domain.history import History
from reftrack.domain.people import Person, short
from reftrack.domain.times import Calendar
from reftrack.errors import BadInput, NotFound, Refused
from reftrack.exchange.csv_columns import REFUSED_BECAUSE, Columns, field_maps, title
from reftrack.exchange.csv_dates import ORDERS, SPOKEN, Form
from reftrack.exchange.csv_in import Entry, Sheet, Unmapped, form_in, opened, understood
from reftrack.exchange.csv_plan import Known, Plan, numbers_named, people_named, planned, uid_of
from reftrack.exchange.csv_table import DELIMITERS, Table, written_table
from reftrack.exchange.csv_words import squeezed
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.terms import Terms
from reftrack.store.outlook import Outlook
from reftrack.wording import times

_FIRST_ROWS = 5
_LINES_SHOWN = 20
_NAMES_SHOWN = 8
_MOST_BYTES = 100_000_001


@dataclass(frozen=True)
class Options:
    """How a spreadsheet is to be read, as it was typed."""

    maps: Sequence[str] = ()
    dates: str | None = None
    encoding: str | None = None
    baseline: str | None = None
    duplicates: bool = False
    dry_run: bool = False
    yes: bool = False

    def again(self, file: Path, form: Form) -> str:
        """The command that reads another file in the same way."""
        words = ["reftrack", "import", str(file)]
        for each in self.maps:
            words += ["--map", each]
        order = self.dates or (form.order if form.counts is not None else None)
        for option, value in (
            ("--dates", order),
            ("--encoding", self.encoding),
            ("--baseline", self.baseline),
        ):
            words += [option, value] if value else []
        return shlex.join([*words, *(["--duplicates"] if self.duplicates else [])])


@dataclass(frozen=True)
class _Wanted:
    """What was asked for, once it is understood."""

    path: Path
    options: Options
    sheet: Sheet
    baseline: datetime | None
    now: datetime
    zone: str


def import_csv(here: Here, path: Path, options: Options) -> None:
    """Shows what the file says, asks at a terminal, and records all good rows in one step."""
    said = field_maps(options.maps)
    order = _order(options.dates)
    content = _content(path)
    now, calendar = _here_and_now(here)
    baseline = _baseline(options.baseline, now, calendar)
    table, columns, options = _opened(content, options, said)
    form = form_in(table, columns, calendar.date_of(now), order)
    if form.others:
        form = _asked(form, path)
    sheet = understood(table, columns, form, now=now, zone=calendar.zone)
    asked = _Wanted(path, options, sheet, baseline, now, str(calendar.zone))
    with here.outlook() as outlook:
        terms = Terms(calendar, here.settings.policy) if outlook is None else outlook.terms
        plan = _planned(asked, outlook, terms)
    try:
        _show(asked, plan, calendar)
    except BrokenPipeError:
        say_aside("Nobody read to the end of what was understood; nothing was recorded.")
        raise
    if options.dry_run:
        say("", "This was a dry run: nothing was recorded.")
        return
    if plan.is_empty:
        _nothing_new(asked, plan)
        return
    if not options.yes and is_terminal() and not confirmed(_question(plan)):
        say("Nothing was imported.")
        return
    _record(here, asked)


# What was asked for.


def _opened(
    content: bytes, options: Options, said: dict[str, str]
) -> tuple[Table, Columns, Options]:
    """The table with its columns; at a terminal one that is missing is asked for."""
    while True:
        try:
            return *opened(content, options.encoding, said), options
        except Unmapped as missing:
            if not is_terminal():
                raise
            name, what, hint = missing.name, missing.what, missing.hint
            say_aside(missing.message, hint)
        column = wanted(None, f"Which column says {what}", f'--map {name}="Referred by"')
        said[name] = column.strip()
        try:
            opened(content, options.encoding, said)
        except Unmapped:
            pass
        except BadInput as error:
            say_aside(error.message, error.hint)
            del said[name]
            continue
        options = replace(options, maps=(*options.maps, f"{name}={column.strip()}"))


def _order(text: str | None) -> str | None:
    if text is None:
        return None
    order = text.strip().casefold()
    if order not in ORDERS:
        raise BadInput(
            f"'{text[:40]}' is no order of a date.",
            "Say dmy (20/11/2026), mdy (11/20/2026) or ymd (2026/11/20).",
        )
    return order


def _content(path: Path) -> bytes:
    shown = short(str(path), 200)
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except FileNotFoundError:
        raise NotFound(f"there is no file {shown}.", "Check its name.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        raise Refused(f"{shown} cannot be read: {reason}.", "Check it, or name another.") from None


def _here_and_now(here: Here) -> tuple[datetime, Calendar]:
    with here.outlook() as outlook:
        if outlook is not None:
            return outlook.now, outlook.terms.calendar
    zone = here.zone(None)
    return here.now(zone), Calendar(zone)


def _baseline(text: str | None, now: datetime, calendar: Calendar) -> datetime | None:
    """The beginning of the day from which on things are owed."""
    if text is None:
        return None
    when = instant_understood(text, now=now, zone=calendar.zone, tense="past")
    return calendar.midnight(calendar.date_of(when.instant))


def _asked(form: Form, path: Path) -> Form:
    """The form that is answered at a terminal; BadInput elsewhere."""
    choices = [SPOKEN[order] for order in form.others]
    example = f", such as {form.example}," if form.example else ""
    if not is_terminal():
        reason = f"could be {' or '.join(choices)}"
        if form.counts:
            counts = (f"{n} only {SPOKEN[order]}" for order, n in sorted(form.counts.items()))
            reason = f"contradict one another: {', '.join(counts)}"
        raise BadInput(
            f"the dates of {short(path.name, 60)}{example} {reason}.",
            f"Say which: --dates {' or --dates '.join(form.others)}",
        )
    what = form.example or "a date in it"
    question = safe(f"Is {what} {' or '.join(choices)} ({', '.join(form.others)})")
    while True:
        answer = " ".join(wanted(None, question, "--dates dmy").casefold().split())
        fitting = [o for o in form.others if answer == o or SPOKEN[o].startswith(answer)]
        if len(fitting) == 1:
            return Form(fitting[0], form.counts or {}, said_by="as you say")


def _planned(asked: _Wanted, outlook: Outlook | None, terms: Terms) -> Plan:
    known = _known(asked.sheet, outlook)
    return planned(
        asked.sheet,
        known,
        terms,
        now=asked.now,
        baseline=asked.baseline,
        keeps_twins=asked.options.duplicates,
    )


def _known(sheet: Sheet, outlook: Outlook | None) -> Known:
    """What the book has of all whom the sheet may mean."""
    if outlook is None:
        return Known([], {}, History.of((), (), ()), {}, frozenset())
    reader = outlook.reader
    everybody = reader.everybody()
    pairs = ((number, reader.merged_into(number)) for number in numbers_named(sheet))
    merged = {number: into for number, into in pairs if into is not None}
    by_uid = {r.uid: r for r in reader.referrals_with(map(uid_of, sheet.entries))}
    people = people_named(sheet, everybody, merged)
    people |= {number for r in by_uid.values() for number in (r.source, r.prospect)}
    history = outlook.history(("person", number) for number in people)
    standings = outlook.standings(history.referrals)
    live = frozenset(number for number, s in standings.items() if s.ended_at is None)
    return Known(everybody, merged, history, by_uid, live)


# What is shown before.


def _show(asked: _Wanted, plan: Plan, calendar: Calendar) -> None:
    sheet = asked.sheet
    show_facts(asked.path.name, _facts(sheet))
    say("", "The first rows, as they were understood:")
    first = sheet.entries[:_FIRST_ROWS]
    say(*(_row(entry, calendar) for entry in first) if first else ["  none"])
    say("", *map(safe, _news(plan)))
    limit = _LINES_SHOWN if is_screen() and not asked.options.dry_run else None
    lists = (
        (
            "Probably known already; left out, unless you say --duplicates:",
            [f"line {e.row.line}: {_pair(e)} is {what}" for e, what in plan.twins],
        ),
        (
            "In the file twice; counted once:",
            [f"line {e.row.line}: {_pair(e)} is line {o.row.line}" for e, o in plan.repeated],
        ),
        ("Refused:", [f"line {r.row.line}: {r.reason}" for r in plan.refusals]),
        ("Worth a look:", [*_assumptions(sheet), *plan.remarks]),
    )
    for heading, lines in lists:
        if lines:
            say("", heading, *(f"  {safe(line)}" for line in lines[:limit]))
            more = len(lines) - len(lines[:limit])
            if more:
                say(f"  … and {more} more; --dry-run shows all.")
    if 2 * len(plan.refusals) > len(sheet.table.rows):
        say("", "If a column is not what it was taken for: --map FIELD=COLUMN, or --map FIELD=")
    if owed := _owed(asked, plan, calendar):
        say("", owed)


def _facts(sheet: Sheet) -> Iterator[tuple[str, str]]:
    table, columns = sheet.table, sheet.columns
    encoding = table.encoding.removesuffix("-sig").upper()
    delimiter = DELIMITERS.get(table.delimiter, repr(table.delimiter))
    yield "Read as", f"{encoding}, {delimiter}, {_counted(len(table.rows), 'row')}"
    if table.above:
        yield "Above it", f"{_lines(table.above)}, not used"
    if table.below:
        yield "Below it", f"{_lines(table.below)}, not used"
    yield "Dates", _dates(sheet.form)
    yield (
        "Columns",
        ", ".join(
            f"{' and '.join(title(columns.header, place) for place in places)} as {name}"
            for name, places in sorted(columns.of.items(), key=lambda each: each[1])
        ),
    )
    yield "Not used", ", ".join(_not_used(sheet))


def _not_used(sheet: Sheet) -> Iterator[str]:
    """The columns that are not read, by name where they say anything."""
    columns = sheet.columns
    rows = [row.cells for row in sheet.table.rows if not row.fault]
    empty = 0
    for place in columns.unused:
        if not any(cells[place].strip() for cells in rows):
            empty += 1
            continue
        name = title(columns.header, place)
        better = columns.beside.get(place)
        yield f"{name} (another is {better})" if better else name
    if empty:
        yield f"{_counted(empty, 'column')} without a word"


def _lines(numbers: Sequence[int]) -> str:
    first, last = numbers[0], numbers[-1]
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _dates(form: Form) -> str:
    if form.order is None:
        return ""
    spoken = f"{SPOKEN[form.order]} ({form.order})"
    if form.said_by:
        return f"{spoken}, {form.said_by}"
    if form.counts is None:
        return spoken
    count = form.counts.get(form.order, 0)
    return f"{spoken}: {count} can be nothing else" if count else spoken


def _row(entry: Entry, calendar: Calendar) -> str:
    said = [f"received {_when(entry.received_at, entry.stamp, calendar)}"]
    said += [entry.kind] if entry.kind else []
    said += [f"their {entry.tie}"] if entry.tie else []
    for each in entry.happened:
        channel = f" ({each.channel})" if each.channel else ""
        when = f" {_when(each.at, each.stamp, calendar)}" if each.stamp else ""
        said.append(f"{each.kind}{channel}{when}")
    for role, party in (("", entry.prospect), ("source's ", entry.source)):
        said += [f"{role}{key}" for key in ("phone", "email", "company") if getattr(party, key)]
    said += [f"source a {entry.source.relation}"] if entry.source.relation else []
    # What is private is shown to be there, and no more.
    said += [f"a {key}" for key in ("need", "note") if getattr(entry, key)]
    return safe(f"  line {entry.row.line}: {_pair(entry)}; {', '.join(said)}")


def _when(at: datetime, stamp: str, calendar: Calendar) -> str:
    whole = times.stamp(at, calendar.zone)
    return whole if "T" in stamp else whole.partition(",")[0]


def _pair(entry: Entry) -> str:
    return f"{entry.prospect.name} from {entry.source.name}"


def _news(plan: Plan) -> Iterator[str]:
    events = len(plan.events) - plan.waivers
    counts = [
        _counted(len(plan.additions), "referral"),
        f"{_counted(len(plan.new_people), 'person', 'people')}{_some(plan.new_people)}",
        _counted(events, "event"),
    ]
    if plan.waivers:
        counts.append(_counted(plan.waivers, "waiver"))
    yield f"New: {', '.join(counts)}." if not plan.is_empty else "New: nothing."
    if plan.learnt:
        yield f"Known people who get a detail: {len(plan.learnt)}."
    if plan.updated:
        yield f"Known referrals with news: {len(plan.updated)}."
    if plan.again:
        yield f"In the book already, nothing to add: {_counted(len(plan.again), 'row')}."


def _some(people: Sequence[Person]) -> str:
    if not people:
        return ""
    names = [person.name for person in people[:_NAMES_SHOWN]]
    more = len(people) - len(names)
    return f" ({', '.join(names)}{f' and {more} more' if more else ''})"


def _assumptions(sheet: Sheet) -> Iterator[str]:
    for remark, lines in sheet.assumed.items():
        shown = ", ".join(map(str, lines[:_NAMES_SHOWN]))
        more = len(lines) - _NAMES_SHOWN
        which = f"line {shown}" if len(lines) == 1 else f"lines {shown}"
        yield f"{which}{f' and {more} more' if more > 0 else ''}: {remark}"


def _owed(asked: _Wanted, plan: Plan, calendar: Calendar) -> str:
    """What `due` would show of these rows, and how to let it be history."""
    debts = [courtesy for courtesy in plan.owed if not BY_NAME[courtesy.rule].is_occasion]
    overdue = sum(courtesy.due_at < asked.now for courtesy in debts)
    if asked.baseline is not None:
        day = calendar.date_of(asked.baseline)
        said = f"What opened before {day} is history."
        return f"{said} Owed of these rows now: {_counted(len(debts), 'debt')}."
    if not overdue:
        return ""
    day = calendar.date_of(asked.now)
    return (
        f"Owed then: {_counted(len(debts), 'debt')}, {overdue} of them overdue."
        f" If what is past is settled: --baseline {day}"
    )


def _counted(count: int, what: str, several: str = "") -> str:
    return f"{count:,} {what if count == 1 else several or what + 's'}"


def _question(plan: Plan) -> str:
    return f"Record {_counted(len(plan.additions), 'referral')} in one step?"


# Recording it.


def _record(here: Here, asked: _Wanted) -> None:
    with (
        _keeping_refused(asked) as keep,
        here.recording("import", begins_a_book=True, is_import=True) as desk,
    ):
        if str(desk.zone) != asked.zone:
            raise Refused("the time zone of the book is another now.", "Import again.")
        plan = _planned(asked, desk.outlook, desk.outlook.terms)
        lines = _recorded(desk, asked, plan)
        refused = keep(plan)
    say("", *lines)
    _say_refused(asked, plan, refused)


def _recorded(desk: Desk, asked: _Wanted, plan: Plan) -> list[str]:
    """Records the plan, in the step of this command; what to answer."""
    if plan.is_empty:
        return ["Nothing in it is new; nothing was recorded."]
    # With the journal comes what writes: half a second of imports.
    from reftrack.store.importing import import_history

    known = {person.id: person for person in desk.reader.people(plan.learnt)}
    for number, changes in plan.learnt.items():
        desk.journal.change_person(known[number], **changes)
    people, referrals, events = import_history(
        desk.journal, plan.people, plan.referrals, plan.events
    )
    counts = (
        f"{_counted(referrals, 'referral')}, {_counted(people, 'person', 'people')}"
        f" and {_counted(events, 'event')}"
    )
    desk.journal.summary.append(f"{counts} from {asked.path.name}")
    lines = [f"Imported {counts} in one step."]
    if "undo" in COMMANDS:
        lines[0] += " Not what you meant? reftrack undo"
    if any(courtesy.due_at < asked.now for courtesy in plan.owed):
        lines.append("What is owed now: reftrack due")
    return lines


def _nothing_new(asked: _Wanted, plan: Plan) -> None:
    with _keeping_refused(asked) as keep:
        refused = keep(plan)
    if plan.refusals and not plan.again and not plan.twins:
        say("")
        _say_refused(asked, plan, refused)
        raise Refused("no row could be imported.", "Nothing was recorded.")
    say("", "Nothing in it is new; nothing was recorded.")
    _say_refused(asked, plan, refused)


def _say_refused(asked: _Wanted, plan: Plan, file: Path | None) -> None:
    if file is None:
        return
    count = _counted(len(plan.refusals), "row")
    again = safe(asked.options.again(file, asked.sheet.form))
    say(
        f"{count} refused, with the reason in {safe(str(file))}.",
        f"Mend {'it' if len(plan.refusals) == 1 else 'them'} there, then: {again}",
    )


class _Refused:
    """The file of refused rows; it is taken back where the import fails after it was written."""

    def __init__(self, asked: _Wanted) -> None:
        self.asked = asked
        self.written: Path | None = None

    def __call__(self, plan: Plan) -> Path | None:
        """Writes the refused rows with their reasons, unless a file has them; its path."""
        if not plan.refusals:
            return None
        content = _refused_table(self.asked.sheet, plan)
        for path in _names_beside(self.asked.path):
            try:
                if path.is_file() and path.read_bytes() == content:
                    return path
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            except FileExistsError:
                continue
            except OSError as error:
                raise Refused(
                    f"the refused rows cannot be kept in {path}: {error.strerror}.",
                    "Nothing was recorded. Copy the file to a folder of yours first.",
                ) from None
            self.written = path
            write_whole(path, content)
            return path
        raise AssertionError

    def take_back(self) -> None:
        """Leaves no file of an import that did not happen."""
        if self.written is not None:
            self.written.unlink(missing_ok=True)


@contextmanager
def _keeping_refused(asked: _Wanted) -> Iterator[_Refused]:
    keeping = _Refused(asked)
    try:
        yield keeping
    except BaseException:
        keeping.take_back()
        raise


def _names_beside(path: Path) -> Iterator[Path]:
    """`leads.rejected.csv` for `leads.csv`, then `leads.rejected-2.csv` and so on."""
    stem = re.sub(r"\.rejected(-\d+)?$", "", path.stem)
    yield path.with_name(f"{stem}.rejected.csv")
    number = 2
    while True:
        yield path.with_name(f"{stem}.rejected-{number}.csv")
        number += 1


def _refused_table(sheet: Sheet, plan: Plan) -> bytes:
    """The refused rows as they stood, each with its reason in front: a ragged row keeps its own."""
    ours = squeezed(REFUSED_BECAUSE)
    header = sheet.columns.header
    old = {place for place, name in enumerate(header) if squeezed(name) == ours}
    rows = [
        [refusal.reason, *(cell for n, cell in enumerate(refusal.row.cells) if n not in old)]
        for refusal in plan.refusals
    ]
    names = [name for n, name in enumerate(header) if n not in old]
    table = sheet.table
    return written_table([REFUSED_BECAUSE, *names], rows, table.delimiter, table.encoding)
