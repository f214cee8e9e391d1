"""What is asked for with `import FILE.csv`, and of whom it is asked that can answer."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reftrack.cli.asking import wanted
from reftrack.cli.files import opened as opened_file
from reftrack.cli.here import Here
from reftrack.cli.output import is_terminal, safe, say_aside
from reftrack.cli.when import understood as instant_understood
from reftrack.domain.people import short
from reftrack.domain.times import Calendar
from reftrack.errors import BadInput
from reftrack.exchange.sheets.columns import Columns, field_maps
from reftrack.exchange.sheets.dates import ORDERS, SPOKEN, Form
from reftrack.exchange.sheets.decoding import SIZE_LIMIT
from reftrack.exchange.sheets.reading import Unmapped, form_in, opened, understood
from reftrack.exchange.sheets.sheet import Sheet
from reftrack.exchange.sheets.table import Table


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
class Wanted:
    """What was asked for, once it is understood."""

    path: Path
    options: Options
    sheet: Sheet
    baseline: datetime | None
    now: datetime
    zone: str


def asked_for(here: Here, path: Path, options: Options) -> tuple[Wanted, Calendar]:
    """The file as it is understood; what nothing decides is asked at a terminal."""
    said = field_maps(options.maps)
    order = _order(options.dates)
    with opened_file(path) as raw:
        content = raw.read(SIZE_LIMIT + 1)
    now, calendar = _here_and_now(here)
    baseline = _baseline(options.baseline, now, calendar)
    table, columns, options = _opened(content, options, said)
    form = form_in(table, columns, calendar.date_of(now), order)
    if form.others:
        form = _form_said(form, path)
    sheet = understood(table, columns, form, now=now, zone=calendar.zone)
    return Wanted(path, options, sheet, baseline, now, str(calendar.zone)), calendar


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


def _form_said(form: Form, path: Path) -> Form:
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
