"""The file of refused rows, each with its reason, to be mended and imported again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reftrack import interrupts
from reftrack.application.files import write_whole
from reftrack.application.importing.sheets import Form, Options, Sheet, SheetPlan, refused_table
from reftrack.cli.commands.importing.asked import again
from reftrack.cli.output import safe, say
from reftrack.domain.counting import counted
from reftrack.errors import Refused


def say_refused(options: Options, form: Form, plan: SheetPlan, file: Path | None) -> None:
    """Prints where the refused rows are, and how they are imported once they are mended."""
    if file is None:
        return
    count = counted(len(plan.refusals), "row")
    say(
        f"{count} refused, with the reason in {safe(str(file))}.",
        f"Mend {'it' if len(plan.refusals) == 1 else 'them'} there, then:"
        f" {safe(again(options, file, form))}",
    )


class RefusedRows:
    """The file of refused rows; it is taken back where the import fails after it was written.

    `path` is where they are, None where no row was refused.
    """

    def __init__(self, beside: Path, sheet: Sheet) -> None:
        self.beside = beside
        self.sheet = sheet
        self.path: Path | None = None
        self._written: Path | None = None

    def __call__(self, plan: SheetPlan) -> None:
        """Writes the refused rows with their reasons, unless a file of them is there already."""
        if not plan.refusals:
            return
        content = refused_table(self.sheet, plan)
        for path in _names_beside(self.beside):
            self.path = path
            try:
                if path.is_file() and path.read_bytes() == content:
                    return
                with interrupts.unbroken():
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                    self._written = path
            except FileExistsError:
                continue
            except OSError as error:
                raise Refused(
                    f"the refused rows cannot be kept in {path}: {error.strerror}.",
                    "Nothing was recorded. Copy the file to a folder of yours first.",
                ) from None
            write_whole(path, content)
            return

    def take_back(self) -> None:
        """Leaves no file of an import that did not happen."""
        if self._written is not None:
            self._written.unlink(missing_ok=True)


@contextmanager
def keeping_refused(beside: Path, sheet: Sheet) -> Iterator[RefusedRows]:
    """A block in which refused rows can be written; they go again where the block fails."""
    keeping = RefusedRows(beside, sheet)
    with interrupts.tidily():
        try:
            yield keeping
        except BaseException:
            # After the commit they stay: they are what is left of a file that was recorded.
            if not interrupts.done_word():
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
