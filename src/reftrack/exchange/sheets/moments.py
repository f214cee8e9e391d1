"""The times of the events of a row, in the time zone of the book."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

from reftrack.domain.people import short
from reftrack.domain.times import EARLIEST, LATEST, Calendar
from reftrack.exchange.sheets.cells import Cells
from reftrack.exchange.sheets.columns import AHEAD, DATED
from reftrack.exchange.sheets.dates import Moment, Unreadable, read_moment
from reftrack.exchange.sheets.sheet import RowRefused
from reftrack.exchange.sheets.table import Row, bare


class Moments:
    """Reads the dates of the rows of one sheet."""

    def __init__(self, cells: Cells, now: datetime, zone: tzinfo) -> None:
        self.cells = cells
        self.form = cells.sheet.form
        self.now = now
        self.zone = zone
        self.calendar = Calendar(zone)
        self.only_days = {
            place
            for name in (*DATED, *AHEAD)
            for place in cells.columns.of.get(name, ())
            if self._has_only_days(place)
        }
        self._known: dict[tuple[int, str], Moment] = {}

    def _has_only_days(self, place: int) -> bool:
        """True if all times of a column are midnight, as a spreadsheet writes a day."""
        clocks = set()
        for cell in {bare(row.cells[place]) for row in self.cells.rows}:
            try:
                moment = read_moment(cell, self.form)
            except Unreadable:
                continue
            if moment.clock is not None:
                clocks.add((moment.clock, moment.offset))
        return clocks == {(time(), None)}

    def read(self, row: Row, name: str) -> Moment:
        """The date in a field that is not empty."""
        (place, *_) = self.cells.columns.of[name]
        cell = bare(row.cells[place])
        if (place, cell) not in self._known:
            try:
                moment = read_moment(cell, self.form)
            except Unreadable as reason:
                raise RowRefused(f"'{short(cell)}' in {self.cells.title(name)} {reason}") from None
            self._known[place, cell] = moment.without_time if place in self.only_days else moment
        return self._known[place, cell]

    def instant(self, moment: Moment, name: str) -> datetime:
        """The instant of a moment; a day alone is its noon, and today's no later than now."""
        at = self.any_instant(moment, name)
        if moment.clock is None and moment.day == self.calendar.date_of(self.now):
            at = min(at, self.now)
        if at > self.now:
            raise RowRefused(f"{moment.day} in {self.cells.title(name)} lies in the future")
        return at

    def any_instant(self, moment: Moment, name: str) -> datetime:
        """The instant of a moment that may lie ahead; a day alone is its noon."""
        wall = datetime.combine(moment.day, moment.clock or time(12))
        try:
            if moment.offset is not None:
                at = wall.replace(tzinfo=moment.offset).astimezone(self.now.tzinfo)
            else:
                at = self.calendar.instant(wall)
        except OverflowError:
            at = EARLIEST - timedelta(days=1)
        if not EARLIEST <= at < LATEST:
            raise RowRefused(
                f"{moment.day} in {self.cells.title(name)} is outside the years 1900 to 2199"
            )
        if moment.clock is not None and moment.offset is None:
            self._mention_clock_change(wall, at)
        return at.replace(microsecond=0)

    def _mention_clock_change(self, wall: datetime, at: datetime) -> None:
        if at.astimezone(self.zone).replace(tzinfo=None) != wall:
            self.cells.remarks.append("a time that the clocks skip is taken as right after")
        elif wall.replace(tzinfo=self.zone, fold=1).astimezone(at.tzinfo) != at:
            self.cells.remarks.append("a time that the clocks show twice is taken as the first")
