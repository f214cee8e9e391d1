"""The events of a row, from its dates, its ticks and its status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from reftrack.domain.people import short
from reftrack.domain.spelling import nearest
from reftrack.domain.times import text_of
from reftrack.exchange.sheets.cells import Cells, amount_in, meant
from reftrack.exchange.sheets.columns import EVENTS, title
from reftrack.exchange.sheets.dates import Moment
from reftrack.exchange.sheets.keys import squeezed
from reftrack.exchange.sheets.moments import Moments
from reftrack.exchange.sheets.sheet import ENDINGS, ORDER, RowEvent, RowRefused
from reftrack.exchange.sheets.table import Row, bare
from reftrack.exchange.sheets.words import CROSSES, NO, NOBODY, STATUS_WORDS, TICKS, WAY_WORDS, YES

# What is said to come of an appointment, and what is agreed in.
_CAME_OF_IT = frozenset({"met", *ENDINGS})
_SPOKEN = ("attempted", "contacted", "met")

_NO_DATE = YES | NO | {""}


class Happenings:
    """Reads the events of the rows of one sheet."""

    def __init__(self, cells: Cells, moments: Moments) -> None:
        self.cells = cells
        self.moments = moments

    def of(self, row: Row, received: Moment, received_at: datetime) -> list[RowEvent]:
        """The events of a row, in their order."""
        happened: dict[str, RowEvent] = {}
        ticked: dict[str, str | None] = {}
        for kind in EVENTS:
            if tick := self._tick(row, kind):
                ticked[kind] = None if tick == "yes" else tick
            elif tick is None:
                happened[kind] = self._dated(row, kind, kind, received, received_at)
        status = self._status(row)
        if status and status not in happened:
            ticked.setdefault(status, None)
        if self.cells.cell(row, "closed") and not {*ticked, *happened} & {*ENDINGS}:
            self.cells.remarks.append(
                f"{self.cells.title('closed')} is not used: nothing was won or lost"
            )
        for kind in sorted(ticked, key=ORDER.index):
            if dated_by := self._date_of(row, kind, is_status=kind == status):
                dated = self._dated(row, kind, dated_by, received, received_at)
                happened[kind] = replace(dated, channel=ticked[kind])
                continue
            happened[kind] = self._assumed(kind, ticked[kind], happened, received_at)
            what = "status" if kind == status else "tick"
            self.cells.remarks.append(
                f"a {what} without a date counts as of the last date before it"
            )
        self._completed(row, happened)
        self._agree(row, happened, received, received_at)
        self._value(row, happened)
        return sorted(happened.values(), key=_standing)

    def _completed(self, row: Row, happened: dict[str, RowEvent]) -> None:
        """Adds the sale that a delivery implies, and the reason for an end."""
        if "delivered" in happened and "won" not in happened:
            happened["won"] = replace(happened["delivered"], kind="won")
            self.cells.remarks.append("a delivery without a sale before it counts as both")
        for kind in ("lost", "declined"):
            if kind in happened and (reason := self.cells.text(row, "reason")):
                happened[kind] = replace(happened[kind], text=reason)

    def _agree(
        self, row: Row, happened: dict[str, RowEvent], received: Moment, received_at: datetime
    ) -> None:
        """Adds the appointment of a row, agreed when they last spoke, as far as the row says.

        One that is over is history where the row says what came of it; else it still stands.
        """
        said = self.cells.text(row, "next-step")
        if squeezed(self.cells.cell(row, "appointment")) in NOBODY:
            if said:
                self._not_used("next-step", "without an appointment")
            return
        moment = self.moments.read(row, "appointment")
        at = self.moments.any_instant(moment, "appointment")
        if moment.day < received.day:
            raise RowRefused(
                f"{moment.day} in {self.cells.title('appointment')} is before it was received"
                f" ({received.day})"
            )
        if at <= self.moments.now and happened.keys() & _CAME_OF_IT:
            self._not_used("appointment", "where it is over, and the row says what came of it")
            return
        spoken = [each.at for kind, each in happened.items() if kind in _SPOKEN and each.at <= at]
        day = str(moment.day)
        more = {"on": day} if moment.clock is None else {"at": text_of(at)}
        agreed = max([received_at, *spoken])
        happened["agreed"] = RowEvent("agreed", agreed, moment.stamp, text=said, more=more)

    def _value(self, row: Row, happened: dict[str, RowEvent]) -> None:
        """Adds what a sale is worth, where the row has one."""
        cell = self.cells.cell(row, "value")
        if squeezed(cell) in NOBODY:
            return
        amount = amount_in(cell)
        if amount is None:
            self._not_used("value", "where it is no amount")
        elif "won" in happened:
            happened["won"] = replace(happened["won"], more={"value": amount})
        else:
            self._not_used("value", "without a sale")

    def _not_used(self, name: str, why: str) -> None:
        self.cells.remarks.append(f"{self.cells.title(name)} is not used {why}")

    def _tick(self, row: Row, kind: str) -> str | None:
        """`yes` or the way for a cell with a tick, empty for none, None where it is a date."""
        cell = self.cells.cell(row, kind)
        key = squeezed(cell)
        if not cell or cell in CROSSES or key in NO or (key in NOBODY and key):
            return ""
        if cell in TICKS or key in YES:
            return "yes"
        return WAY_WORDS.get(key) if kind in ("thanked", "contacted", "attempted") else None

    def _date_of(self, row: Row, kind: str, *, is_status: bool) -> str:
        """The field that dates an event without a date of its own, empty where there is none."""
        fields = ["closed"] if kind in ENDINGS else []
        fields += ["status-date"] if is_status else []
        said = ((name, self.cells.cell(row, name)) for name in fields)
        return next((n for n, c in said if squeezed(c) not in _NO_DATE and c not in TICKS), "")

    def _dated(
        self, row: Row, kind: str, name: str, received: Moment, received_at: datetime
    ) -> RowEvent:
        moment = self.moments.read(row, name)
        at = self.moments.instant(moment, name)
        if at < received_at:
            is_same_day = moment.day == received.day
            if moment.clock is None and is_same_day:
                at = received_at
            elif not (received.clock is None and is_same_day):
                reason = f"is before it was received ({received.day})"
                raise RowRefused(f"{moment.day} in {self.cells.title(name)} {reason}")
        return RowEvent(kind, at, moment.stamp)

    def _assumed(
        self,
        kind: str,
        channel: str | None,
        happened: Mapping[str, RowEvent],
        received_at: datetime,
    ) -> RowEvent:
        """An event without a date of its own: at the time of the last one before it with a date."""
        place = 0 if kind == "thanked" else ORDER.index(kind)
        before = [each.at for each in happened.values() if ORDER.index(each.kind) < place]
        return RowEvent(kind, max([received_at, *before]), "", channel)

    def _status(self, row: Row) -> str:
        """The event that a row's status says, empty where it says none."""
        places = self.cells.columns.of.get("status", ())
        said = [(place, bare(row.cells[place])) for place in places if bare(row.cells[place])]
        for number, (place, cell) in enumerate(said):
            kind = _status_of(cell)
            if kind:
                return kind
            name = title(self.cells.columns.header, place)
            if kind is None and number == 0:
                raise RowRefused(
                    f"'{short(cell)}' in {name} is no status that is known; {_like(cell)}"
                )
            if kind is None:
                self.cells.remarks.append(f"the word in {name} is not known, and not used")
        return ""


def _standing(happening: RowEvent) -> tuple[datetime, bool, int]:
    """The sort key of an event in its row; thanks without a date were for the referral itself."""
    is_undated_thanks = happening.kind == "thanked" and not happening.stamp
    return happening.at, not is_undated_thanks, ORDER.index(happening.kind)


def _status_of(cell: str) -> str | None:
    """The event that a status says, empty where nothing happened yet, None for an unknown one."""
    return "" if cell in CROSSES else meant(cell, STATUS_WORDS)


def _like(cell: str) -> str:
    near = nearest(squeezed(cell), [word for word in STATUS_WORDS if word], 1, 0.85)
    means = STATUS_WORDS[near[0]] if near else ""
    if means:
        return f"say {means} if that is meant"
    return "say new, contacted, met, won, delivered, lost or declined"
