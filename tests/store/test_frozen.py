"""The text of a released version is frozen: it makes the tables that its books have, to the byte."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reftrack.domain.events import ON_BOOK, ON_PERSON, ON_REFERRAL, WAYS
from reftrack.domain.people import RELATIONS
from reftrack.domain.referrals import KINDS, STAGES
from reftrack.rules.rulebook import BY_NAME
from reftrack.store import schema
from reftrack.store.schema import VERSIONS
from reftrack.store.version import VERSION
from tests.support.driver import Book
from tests.support.places import DATABASES

TEXTS = Path(schema.__file__).parent / "versions"

# Every row that SQLite keeps of the tables, but for the page on which each begins.
TABLES = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"


def test_each_version_has_its_text_and_its_book() -> None:
    """The present version too: once it is released, what a book of it has is on record."""
    numbers = range(1, VERSION + 1)
    assert sorted(VERSIONS) == list(numbers)
    assert {path.name for path in TEXTS.iterdir()} == {f"version_{n}.sql" for n in numbers}
    assert {path.stem for path in DATABASES.glob("*.db")} == {f"version-{n}" for n in numbers}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_text_makes_the_tables_of_its_books(version: int) -> None:
    """The tables of an old book are unchanged to `check`, whatever changes in the program."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        for number in range(1, version + 1):
            for statement in VERSIONS[number]:
                made.execute(statement)
        with closing(sqlite3.connect(DATABASES / f"version-{version}.db")) as released:
            assert released.execute("PRAGMA user_version").fetchone() == (version,)
            expected = released.execute(TABLES).fetchall()
            assert made.execute(TABLES).fetchall() == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_no_statement_is_left_out(version: int) -> None:
    """The text of the file is what is executed, to the character, comments apart."""
    text = (TEXTS / f"version_{version}.sql").read_text(encoding="utf-8")
    bare = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)
    executed = "".join(f"{statement};" for statement in VERSIONS[version])
    assert "".join(bare.split()) == "".join(executed.split())


def test_no_table_names_a_kind_a_rule_or_a_class() -> None:
    """They are data from version 3 on: a new one needs no migration."""
    words = {*BY_NAME, *ON_REFERRAL, *ON_PERSON, *ON_BOOK, *WAYS, *STAGES, *KINDS, *RELATIONS}
    words |= {"debt", "occasion", "done", "waived", "moot"}
    with closing(sqlite3.connect(DATABASES / f"version-{VERSION}.db")) as released:
        guards = "SELECT name, sql FROM sqlite_schema WHERE type <> 'view' AND sql IS NOT NULL"
        for name, sql in released.execute(guards):
            assert words.isdisjoint(re.findall("'([^']*)'", sql)), name


def test_the_book_of_this_version_says_what_it_said(book: Book) -> None:
    """The book exports what the program that made it exported, to the byte; and it is whole."""
    shutil.copyfile(DATABASES / f"version-{VERSION}.db", book.path)
    book.path.chmod(0o600)
    book.at("2026-11-07T09:00:00Z").zone("Etc/UTC")
    expected = (DATABASES / f"version-{VERSION}.json").read_text(encoding="utf-8")
    assert book("export").out == expected
    assert "wrong" not in book("check").out
