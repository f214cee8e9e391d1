"""The file of refused rows, each with its reason, to be mended and imported again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reftrack import interrupts
from reftrack.cli.commands.importing.asked import Wanted
from reftrack.cli.files import write_whole
from reftrack.cli.output import safe, say
from reftrack.domain.counting import counted
from reftrack.errors import Refused
from reftrack.exchange.sheets.columns import REFUSED_BECAUSE
from reftrack.exchange.sheets.keys import squeezed
from reftrack.exchange.sheets.plan import Plan
from reftrack.exchange.sheets.sheet import Sheet
from reftrack.exchange.sheets.written import written_table


def say_refused(asked: Wanted, plan: Plan, file: Path | None) -> None:
    """Says where the refused rows are, and how they come in once they are mended."""
    if file is None:
        return
    count = counted(len(plan.refusals), "row")
    again = safe(asked.options.again(file, asked.sheet.form))
    say(
        f"{count} refused, with the reason in {safe(str(file))}.",
        f"Mend {'it' if len(plan.refusals) == 1 else 'them'} there, then: {again}",
    )


class RefusedRows:
    """The file of refused rows; it is taken back where the import fails after it was written."""

    def __init__(self, asked: Wanted) -> None:
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
                with interrupts.at_once():
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                    self.written = path
            except FileExistsError:
                continue
            except OSError as error:
                raise Refused(
                    f"the refused rows cannot be kept in {path}: {error.strerror}.",
                    "Nothing was recorded. Copy the file to a folder of yours first.",
                ) from None
            write_whole(path, content)
            return path
        raise AssertionError

    def take_back(self) -> None:
        """Leaves no file of an import that did not happen."""
        if self.written is not None:
            self.written.unlink(missing_ok=True)


@contextmanager
def keeping_refused(asked: Wanted) -> Iterator[RefusedRows]:
    """What writes the refused rows; the file is taken back where what is done within fails."""
    keeping = RefusedRows(asked)
    with interrupts.tidily():
        try:
            yield keeping
        except BaseException:
            # Whatever failed after the commit: the rows that are left over belong to a record.
            if not interrupts.done():
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
