"""Importing referrals from a spreadsheet: understood, shown, then recorded in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reftrack.application.session import Session
from reftrack.application.when import parse_when
from reftrack.domain.counting import counted
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.history import History
from reftrack.domain.times import Calendar
from reftrack.errors import BadInput, Refused
from reftrack.exchange.sheets.columns import REFUSED_BECAUSE
from reftrack.exchange.sheets.columns import Columns as Columns
from reftrack.exchange.sheets.columns import field_maps as field_maps
from reftrack.exchange.sheets.columns import title as title
from reftrack.exchange.sheets.dates import ASKED_FOR as ASKED_FOR
from reftrack.exchange.sheets.dates import ORDERS
from reftrack.exchange.sheets.dates import SPOKEN as SPOKEN
from reftrack.exchange.sheets.dates import Form as Form
from reftrack.exchange.sheets.decoding import SIZE_LIMIT as SIZE_LIMIT
from reftrack.exchange.sheets.keys import squeezed
from reftrack.exchange.sheets.people import numbers_named, people_named
from reftrack.exchange.sheets.plan import BookExcerpt
from reftrack.exchange.sheets.plan import SheetPlan as SheetPlan
from reftrack.exchange.sheets.planning import plan_sheet
from reftrack.exchange.sheets.reading import Unmapped as Unmapped
from reftrack.exchange.sheets.reading import form_in, understand_rows
from reftrack.exchange.sheets.reading import open_sheet as open_sheet
from reftrack.exchange.sheets.sheet import RowEvent as RowEvent
from reftrack.exchange.sheets.sheet import Sheet as Sheet
from reftrack.exchange.sheets.sheet import UnderstoodRow as UnderstoodRow
from reftrack.exchange.sheets.table import DELIMITERS as DELIMITERS
from reftrack.exchange.sheets.table import Table as Table
from reftrack.exchange.sheets.uids import uid_of
from reftrack.exchange.sheets.writing import csv_table
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.terms import Terms
from reftrack.store.outlook import Outlook


@dataclass(frozen=True, slots=True)
class Options:
    """Options for reading and recording a spreadsheet.

    `maps` name the column of a field, as `source=Referred by`. What opened before `baseline` is
    history. `duplicates` records what is probably known already too.
    """

    maps: Sequence[str] = ()
    dates: str | None = None
    encoding: str | None = None
    baseline: str | None = None
    duplicates: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """A spreadsheet as it is understood at `now`, on the clocks of `calendar`."""

    sheet: Sheet
    calendar: Calendar
    now: datetime
    baseline: datetime | None
    duplicates: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import: `plan` is what was recorded, `counts` says it in words.

    For nothing, `counts` is empty.
    """

    plan: SheetPlan
    counts: str
    is_overdue: bool


def order_named(text: str | None) -> str | None:
    """The order of a date, from its name; BadInput where it is none."""
    if text is None:
        return None
    order = text.strip().casefold()
    if order not in ORDERS:
        raise BadInput(
            f"'{text[:40]}' is no order of a date.",
            "Say dmy (20/11/2026), mdy (11/20/2026) or ymd (2026/11/20).",
        )
    return order


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """The instant, the calendar and the baseline with which a spreadsheet is read."""

    now: datetime
    calendar: Calendar
    baseline: datetime | None


def reading_context(session: Session, options: Options) -> ReadingContext:
    """The present of the book, or of the computer where there is none yet, for reading."""
    with session.looking() as outlook:
        if outlook is None:
            zone = session.zone_of(None)
            now, calendar = session.now(zone), Calendar(zone)
        else:
            now, calendar = outlook.now, outlook.terms.calendar
    baseline = None
    if options.baseline is not None:
        when = parse_when(
            options.baseline, now=now, zone=calendar.zone, tense="past", order=session.dates
        )
        baseline = calendar.midnight(calendar.date_of(when.instant))
    return ReadingContext(now, calendar, baseline)


def date_form(reading: ReadingContext, table: Table, columns: Columns, order: str | None) -> Form:
    """The form of the dates; where its `others` has any, only the user knows which it is."""
    return form_in(table, columns, reading.calendar.date_of(reading.now), order)


def understand(
    reading: ReadingContext, table: Table, columns: Columns, form: Form, *, duplicates: bool
) -> Understood:
    """The rows of a table, read with its columns and the form of its dates."""
    calendar, now = reading.calendar, reading.now
    sheet = understand_rows(table, columns, form, now=now, zone=calendar.zone)
    return Understood(sheet, calendar, now, reading.baseline, duplicates)


def preview_sheet(session: Session, asked: Understood) -> SheetPlan:
    """The plan of what would be recorded as the book is now; nothing is locked afterwards."""
    with session.looking() as outlook:
        terms = Terms(asked.calendar, session.policy) if outlook is None else outlook.terms
        return _planned(asked, outlook, terms, session.currency)


def import_sheet(
    session: Session, asked: Understood, name: str, keep: Callable[[SheetPlan], None]
) -> Imported:
    """Records all good rows in one step; `name` is the name of the file.

    `keep` is told the plan before anything is committed, to put the refused rows somewhere safe.
    """
    with session.transaction("import", begins_a_book=True, is_import=True) as book:
        if str(book.zone) != str(asked.calendar.zone):
            raise Refused("the time zone of the book is another now.", "Import again.")
        plan = _planned(asked, book.outlook, book.outlook.terms, session.currency)
        counts = ""
        if not plan.is_empty:
            # Imported here: the journal loads SQLModel, which takes half a second.
            from reftrack.store.importing import record_history

            known = {person.id: person for person in book.reader.people(plan.learnt)}
            for number, changes in plan.learnt.items():
                book.journal.change_person(known[number], **changes)
            people, referrals, events = record_history(
                book.journal, plan.people, plan.referrals, plan.events
            )
            counts = (
                f"{counted(referrals, 'referral')}, {counted(people, 'person', 'people')}"
                f" and {counted(events, 'event')}"
            )
            book.journal.summary.append(f"{counts} from {name}")
        keep(plan)
        is_overdue = any(courtesy.due_at < asked.now for courtesy in plan.owed)
        return Imported(plan, counts, is_overdue and bool(counts))


def debts_in(plan: SheetPlan) -> list[Courtesy]:
    """The debts that would be open once the plan is recorded."""
    return [courtesy for courtesy in plan.owed if not BY_NAME[courtesy.rule].is_occasion]


def _planned(asked: Understood, outlook: Outlook | None, terms: Terms, currency: str) -> SheetPlan:
    known = _known(asked.sheet, outlook)
    return plan_sheet(
        asked.sheet,
        known,
        terms,
        now=asked.now,
        baseline=asked.baseline,
        keeps_twins=asked.duplicates,
        currency=currency,
    )


def _known(sheet: Sheet, outlook: Outlook | None) -> BookExcerpt:
    """The people, referrals and history of the book that the sheet may mean."""
    if outlook is None:
        return BookExcerpt([], {}, History.of((), (), ()), {}, frozenset())
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
    return BookExcerpt(everybody, merged, history, by_uid, live)


def refused_table(sheet: Sheet, plan: SheetPlan) -> bytes:
    """The refused rows as they stood, each with its reason in front; ragged rows stay ragged.

    A ragged row keeps its own reason.
    """
    ours = squeezed(REFUSED_BECAUSE)
    header = sheet.columns.header
    old = {place for place, name in enumerate(header) if squeezed(name) == ours}
    rows = [
        [refusal.reason, *(cell for n, cell in enumerate(refusal.row.cells) if n not in old)]
        for refusal in plan.refusals
    ]
    names = [name for n, name in enumerate(header) if n not in old]
    table = sheet.table
    return csv_table([REFUSED_BECAUSE, *names], rows, table.delimiter, table.encoding)
