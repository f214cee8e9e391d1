"""Books that many tests begin with: each is made once in a process, and copied from then on."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from tests.support.driver import Book


@dataclass(frozen=True)
class Made:
    """A book as it was left: the files of its folder, its clock and its zone."""

    files: dict[str, bytes]
    now: str | None
    zone: str

    @staticmethod
    def of(book: Book) -> Made:
        """The book as it stands."""
        paths = (path for path in book.folder.rglob("*") if path.is_file())
        files = {str(path.relative_to(book.folder)): path.read_bytes() for path in paths}
        return Made(files, os.environ.get("REFTRACK_NOW"), os.environ["REFTRACK_TZ"])

    def put(self, book: Book) -> None:
        """The same in the folder of another test."""
        for name, content in self.files.items():
            path = book.folder / name
            path.parent.mkdir(mode=0o700, exist_ok=True, parents=True)
            path.touch(mode=0o600)
            path.write_bytes(content)
        book.zone(self.zone)
        if self.now is not None:  # else the test has set the computer's clock
            book.at(self.now)


def made_once(make: Callable[[Book], Book]) -> Callable[[Book], Book]:
    """Runs `make`, a fixture or not, for the first book only; later ones are copies of that one.

    It gives the same commands each time, from an empty folder or from a book that was made once.
    """
    made: list[Made] = []

    @wraps(make)
    def give(*books: Book, **named: Book) -> Book:  # pytest passes a fixture by its name
        (book,) = (*books, *named.values())
        if made:
            made[0].put(book)
        else:
            make(book)
            made.append(Made.of(book))
        return book

    return give
