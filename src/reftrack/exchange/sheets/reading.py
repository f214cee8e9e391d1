"""Reading a spreadsheet of referrals, row by row; the book is not needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import partial

from reftrack.domain.referrals import CO_WORKER
from reftrack.errors import BadInput, Refused
from reftrack.exchange.sheets.candidates import hint
from reftrack.exchange.sheets.cells import Cells
from reftrack.exchange.sheets.columns import DATED, Columns, count_known, recognised
from reftrack.exchange.sheets.dates import Form, form_named, form_of
from reftrack.exchange.sheets.happenings import Happenings
from reftrack.exchange.sheets.moments import Moments
from reftrack.exchange.sheets.parties import Parties
from reftrack.exchange.sheets.sheet import RefusedRow, RowRefused, Sheet, UnderstoodRow
from reftrack.exchange.sheets.table import Row, Table, bare, read_table
from reftrack.exchange.sheets.words import KIND_WORDS
from reftrack.hints import Hint


class Unmapped(Refused):
    """The error for a field that every row needs and that has no column; `what` is its words."""

    def __init__(self, what: str, name: str, hint: Hint) -> None:
        super().__init__(f"no column says {what}.", hint)
        self.what = what
        self.name = name


def open_sheet(
    content: bytes, encoding: str | None, said: Mapping[str, str]
) -> tuple[Table, Columns]:
    """The table in a file and its columns; Refused where it cannot hold referrals."""
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
            raise Unmapped(what, name, hint(table, columns, name))
    if not table.rows:
        raise Refused("the file has a header and no rows.", "Nothing was imported.")
    return table, columns


def form_in(table: Table, columns: Columns, today: date, said: str | None) -> Form:
    """The form of the file's dates: the one asked for, else a header's, else what all show."""
    places = [place for name in DATED for place in columns.of.get(name, ())]
    named = [form for form in (form_named(table.header[p]) for p in places) if form]
    if said is None and named and len({form.order for form in named}) == 1:
        return named[0]
    rows = [row for row in table.rows if not row.fault]
    return form_of((bare(row.cells[p]) for row in rows for p in places), today, said)


def understand_rows(
    table: Table, columns: Columns, form: Form, *, now: datetime, zone: tzinfo
) -> Sheet:
    """The rows, each understood or refused, in the time zone of the book."""
    sheet = Sheet(table, columns, form)
    reader = _Reader(sheet, now, zone)
    for row in table.rows:
        if row.fault:
            sheet.refusals.append(RefusedRow(row, row.fault))
            continue
        try:
            sheet.entries.append(reader.entry(row))
        except RowRefused as reason:
            sheet.refusals.append(RefusedRow(row, str(reason)))
        except BadInput as error:
            sheet.refusals.append(RefusedRow(row, _lowered(error.message)))
    return sheet


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


class _Reader:
    """Reads the rows of one sheet."""

    def __init__(self, sheet: Sheet, now: datetime, zone: tzinfo) -> None:
        self.sheet = sheet
        self.cells = Cells(sheet)
        self.parties = Parties(self.cells)
        self.moments = Moments(self.cells, now, zone)
        self.happenings = Happenings(self.cells, self.moments)

    def entry(self, row: Row) -> UnderstoodRow:
        """The row, understood; RowRefused or BadInput with the reason otherwise."""
        cells = self.cells
        cells.remarks.clear()
        prospect, source = self.parties.named(row, "prospect"), self.parties.named(row, "source")
        if not cells.cell(row, "received"):
            raise RowRefused(f"{cells.title('received')} is empty, so it does not say when it came")
        received = self.moments.read(row, "received")
        received_at = self.moments.instant(received, "received")
        kind = cells.word(row, "kind", KIND_WORDS, "client, co-worker, partner or expansion")
        happened = self.happenings.of(row, received, received_at)
        if received.clock is None:
            # Noon was assumed: what happened earlier on that day did not come before it.
            received_at = min([received_at, *(each.at for each in happened if each.stamp)])
        if kind == CO_WORKER and any(each.channel == "gift" for each in happened):
            raise RowRefused("a co-worker referral gets no gift: that is a conflict of interest")
        entry = UnderstoodRow(
            row,
            prospect,
            source,
            received_at,
            received.stamp,
            kind,
            cells.line(row, "tie"),
            cells.text(row, "need"),
            cells.text(row, "note"),
            tuple(happened),
        )
        for remark in dict.fromkeys(cells.remarks):
            self.sheet.assumed.setdefault(remark, []).append(row.line)
        return entry
