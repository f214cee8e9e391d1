"""The bytes of a book, to see that nothing wrote to it."""

from __future__ import annotations

from pathlib import Path

from tests.support.driver import Book


def bytes_of(book: Book) -> dict[Path, bytes]:
    """Every file beside the book, to the byte."""
    return {path: path.read_bytes() for path in book.folder.rglob("*") if path.is_file()}
