"""Books that many tests begin with: each is made once in a process, and copied from then on."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.driver import Book

_FILES: dict[Callable[[Book], object], dict[str, bytes]] = {}


def prepared(book: Book, make: Callable[[Book], object]) -> Book:
    """The book as `make` leaves it, with all that is in its folder.

    `make` gives the same commands each time, and leaves the clock and the zone as they were.
    """
    if make not in _FILES:
        make(book)
        files = (path for path in book.folder.rglob("*") if path.is_file())
        _FILES[make] = {str(path.relative_to(book.folder)): path.read_bytes() for path in files}
        return book
    for name, content in _FILES[make].items():
        path = book.folder / name
        path.parent.mkdir(mode=0o700, exist_ok=True, parents=True)
        path.touch(mode=0o600)
        path.write_bytes(content)
    return book


def begin(book: Book) -> None:
    """Two referrals of Friday: Dana from Sam, Priya from Tom."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("add", "Priya Nair", "--from", "Tom Beck")


def live_in(book: Book) -> None:
    """A referral that was thanked for."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--note", "met at the fair")
    book("thank", "1", "--by", "card")
