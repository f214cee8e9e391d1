"""The questions of `import FILE.csv`, and the command that imports the next file without them."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

from reftrack.application.files import open_file
from reftrack.application.importing import sheets
from reftrack.application.importing.sheets import (
    SIZE_LIMIT,
    SPOKEN,
    Columns,
    Form,
    Options,
    Table,
    Understood,
    Unmapped,
    field_maps,
    open_sheet,
    order_named,
)
from reftrack.cli.answers import say_notes
from reftrack.cli.asking import wanted
from reftrack.cli.command_line import hint_text
from reftrack.cli.invocation import Invocation
from reftrack.cli.output import is_terminal, safe, say_aside
from reftrack.domain.people import short
from reftrack.errors import BadInput


def again(options: Options, file: Path, form: Form) -> str:
    """The command that reads another file in the same way."""
    words = ["reftrack", "import", str(file)]
    for each in options.maps:
        words += ["--map", each]
    order = options.dates or (form.order if form.counts is not None else None)
    for option, value in (
        ("--dates", order),
        ("--encoding", options.encoding),
        ("--baseline", options.baseline),
    ):
        words += [option, value] if value else []
    return shlex.join([*words, *(["--duplicates"] if options.duplicates else [])])


def asked_for(here: Invocation, path: Path, options: Options) -> tuple[Understood, Options]:
    """The file as it is understood, and the options with the answers of the user."""
    said = field_maps(options.maps)
    order = order_named(options.dates)
    with open_file(path) as raw:
        content = raw.read(SIZE_LIMIT + 1)
    reading = sheets.reading_context(here.session, options)
    say_notes(here.session)
    table, columns, options = _opened(content, options, said)
    form = sheets.date_form(reading, table, columns, order)
    if form.others:
        form = _form_said(form, path)
    found = sheets.understand(reading, table, columns, form, duplicates=options.duplicates)
    return found, options


def _opened(
    content: bytes, options: Options, said: dict[str, str]
) -> tuple[Table, Columns, Options]:
    """The table with its columns; a missing one is asked for at a terminal."""
    while True:
        try:
            return *open_sheet(content, options.encoding, said), options
        except Unmapped as missing:
            if not is_terminal():
                raise
            name, what = missing.name, missing.what
            say_aside(missing.message, hint_text(missing.hint))
        column = wanted(None, f"Which column says {what}", f'--map {name}="Referred by"')
        said[name] = column.strip()
        try:
            open_sheet(content, options.encoding, said)
        except Unmapped:
            pass
        except BadInput as error:
            say_aside(error.message, hint_text(error.hint))
            del said[name]
            continue
        options = replace(options, maps=(*options.maps, f"{name}={column.strip()}"))


def _form_said(form: Form, path: Path) -> Form:
    """The form that the user chooses at a terminal; BadInput elsewhere."""
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
