"""The help is read on a screen: whatever its width, nothing sticks out and no word is broken."""

from __future__ import annotations

import re

import pytest

from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.helping import Page
from tests.support.driver import Book, on_terminal

WIDTHS = (40, 60, 80, 140)


def words(text: str) -> list[str]:
    """The words of a page in their order, however it is laid out."""
    return text.split()


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_a_page_fits_every_screen(book: Book, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same words at each width, in lines that fit; only a single word may be longer."""
    arguments = [*([name] if name else []), "--help"]
    pages = {}
    for width in WIDTHS:
        monkeypatch.setenv("COLUMNS", str(width))
        pages[width] = book(*arguments).out
        for line in pages[width].splitlines():
            assert len(line) <= width or len(line.split()) == 1, (width, line)
    assert {width: words(page) for width, page in pages.items()} == dict.fromkeys(
        WIDTHS, words(pages[80])
    )
    # Beyond what is read at a glance a wider screen changes nothing.
    assert pages[140] == pages[80]


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_no_column_is_squeezed(book: Book, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the narrowest screen a second column has room for a few words, or stands below."""
    monkeypatch.setenv("COLUMNS", "40")
    page = book(*([name] if name else []), "--help").out
    starts = [len(found[0]) for found in re.finditer(r"(?m)^ {2}\S+(?: \S+)* {2,}", page)]
    assert max(starts, default=0) <= 20, page


def test_a_page_on_a_terminal_is_as_wide_as_it(book: Book) -> None:
    """Without COLUMNS the terminal says how wide it is."""
    shown = on_terminal(["add", "--help"], 40).out
    assert max(map(len, shown.splitlines())) <= 40
    assert "  --from SOURCE\n      Who referred them.\n" in shown
    shown = on_terminal(["add", "--help"], 80).out
    assert "  --from SOURCE          Who referred them.\n" in shown


def test_what_belongs_together_stays_together() -> None:
    """A quoted phrase is not torn, unless it is longer than a line; nor is any word."""
    page = Page(width=40)
    page.write_text('Example: reftrack lose 12 --why "A cousin does it" --note "' + "x " * 30 + '"')
    lines = page.getvalue().splitlines()
    assert lines[0] == "Example: reftrack lose 12 --why"
    assert lines[1].startswith('    "A cousin does it"')
    assert max(map(len, lines)) <= 40
    page = Page(width=40)
    page.write_text("w" * 50 + " and more")
    assert page.getvalue() == "w" * 50 + "\nand more\n"


def test_a_list_in_a_text_is_laid_out_as_one() -> None:
    """Two blanks in every line of a paragraph make it a list; in one line alone they do not."""
    page = Page(width=40)
    page.write_text(
        "First\npart.\n\nshow [KEY]  Each value.\nset KEY VALUE  Change one.\n\na  b\nc"
    )
    assert page.getvalue() == (
        "First part.\n\nshow [KEY]     Each value.\nset KEY VALUE  Change one.\n\na b c\n"
    )
