"""The preview of a spreadsheet, shown before anything is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from reftrack.application.importing.sheets import (
    ASKED_FOR,
    DELIMITERS,
    SPOKEN,
    Form,
    RowEvent,
    Sheet,
    SheetPlan,
    Understood,
    UnderstoodRow,
    debts_in,
    title,
)
from reftrack.cli.display import show_facts
from reftrack.cli.output import is_screen, safe, say
from reftrack.domain.counting import counted
from reftrack.domain.instants import instant_of
from reftrack.domain.people import Person
from reftrack.domain.times import Calendar
from reftrack.wording import times

_FIRST_ROWS = 5
_LINES_SHOWN = 20
_NAMES_SHOWN = 8


def show_preview(name: str, asked: Understood, plan: SheetPlan, *, is_whole: bool) -> None:
    """Prints what was understood, what is new in it, what is refused, and what would be owed."""
    sheet, calendar = asked.sheet, asked.calendar
    show_facts(name, _facts(sheet))
    say("", "The first rows, as they were understood:")
    first = sheet.entries[:_FIRST_ROWS]
    say(*(_row(entry, calendar) for entry in first) if first else ["  none"])
    say("", *map(safe, _news(plan)))
    limit = _LINES_SHOWN if is_screen() and not is_whole else None
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
    if owed := _owed(asked, plan):
        say("", owed)


def _facts(sheet: Sheet) -> Iterator[tuple[str, str]]:
    table, columns = sheet.table, sheet.columns
    encoding = table.encoding.removesuffix("-sig").upper()
    delimiter = DELIMITERS.get(table.delimiter, repr(table.delimiter))
    yield "Read as", f"{encoding}, {delimiter}, {counted(len(table.rows), 'row')}"
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
    unused = list(_not_used(sheet))
    yield "Not used", ", ".join(unused)
    if unused:
        yield "To use one", '--map FIELD="COLUMN"; the field may be status, need, note, …'


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
        yield f"{counted(empty, 'column')} without a word"


def _lines(numbers: Sequence[int]) -> str:
    first, last = numbers[0], numbers[-1]
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _dates(form: Form) -> str:
    if form.order is None:
        return ""
    spoken = f"{SPOKEN[form.order]} ({form.order})"
    if form.said_by:
        return f"{spoken}, {'as --dates says' if form.said_by == ASKED_FOR else form.said_by}"
    if form.counts is None:
        return spoken
    count = form.counts.get(form.order, 0)
    return f"{spoken}: {count} can be nothing else" if count else spoken


def _row(entry: UnderstoodRow, calendar: Calendar) -> str:
    said = [f"received {_when(entry.received_at, entry.stamp, calendar)}"]
    said += [entry.kind] if entry.kind else []
    said += [f"their {entry.tie}"] if entry.tie else []
    for each in entry.happened:
        if each.kind == "agreed":
            said.append(f"appointment {_appointment(each, calendar)}")
            continue
        channel = f" ({each.channel})" if each.channel else ""
        when = f" {_when(each.at, each.stamp, calendar)}" if each.stamp else ""
        said.append(f"{each.kind}{channel}{when}")
    for role, party in (("", entry.prospect), ("source's ", entry.source)):
        said += [f"{role}{key}" for key in ("phone", "email", "company") if getattr(party, key)]
    said += [f"source a {entry.source.relation}"] if entry.source.relation else []
    # Of a private text the screen only says that it is there.
    said += [f"a {key}" for key in ("need", "note") if getattr(entry, key)]
    said += ["a value"] if any("value" in each.more for each in entry.happened) else []
    return safe(f"  line {entry.row.line}: {_pair(entry)}; {', '.join(said)}")


def _appointment(agreed: RowEvent, calendar: Calendar) -> str:
    if "on" in agreed.more:
        return times.date_of(date.fromisoformat(agreed.more["on"]))
    return times.stamp(instant_of(agreed.more["at"]), calendar.zone)


def _when(at: datetime, stamp: str, calendar: Calendar) -> str:
    whole = times.stamp(at, calendar.zone)
    return whole if "T" in stamp else whole.partition(",")[0]


def _pair(entry: UnderstoodRow) -> str:
    return f"{entry.prospect.name} from {entry.source.name}"


def _news(plan: SheetPlan) -> Iterator[str]:
    events = len(plan.events) - plan.waivers
    counts = [
        counted(len(plan.additions), "referral"),
        f"{counted(len(plan.new_people), 'person', 'people')}{_some(plan.new_people)}",
        counted(events, "event"),
    ]
    if plan.waivers:
        counts.append(counted(plan.waivers, "waiver"))
    yield f"New: {', '.join(counts)}." if not plan.is_empty else "New: nothing."
    if plan.learnt:
        yield f"Known people who get a detail: {len(plan.learnt)}."
    if plan.updated:
        yield f"Known referrals with news: {len(plan.updated)}."
    if plan.again:
        yield f"In the book already, nothing to add: {counted(len(plan.again), 'row')}."


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


def _owed(asked: Understood, plan: SheetPlan) -> str:
    """The debts that `due` would show of these rows, and how to let them be history."""
    calendar, debts = asked.calendar, debts_in(plan)
    overdue = sum(courtesy.due_at < asked.now for courtesy in debts)
    if asked.baseline is not None:
        day = calendar.date_of(asked.baseline)
        said = f"What opened before {day} is history."
        return f"{said} Owed of these rows now: {counted(len(debts), 'debt')}."
    if not overdue:
        return ""
    day = calendar.date_of(asked.now)
    return (
        f"Owed then: {counted(len(debts), 'debt')}, {overdue} of them overdue."
        f" If what is past is settled: --baseline {day}"
    )
