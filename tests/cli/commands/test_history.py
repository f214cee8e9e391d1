"""`export` and `import` of the whole history."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.commands import FRIDAY
from tests.support.driver import Book


def test_export_and_import_lose_nothing(busy: Book, tmp_path: Path) -> None:
    """An empty book that imports an export is the same book, number by number."""
    first = busy("export").out
    busy("export", "--format", "json", str(tmp_path / "out.json"))
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == first
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o600
    other = str(tmp_path / "other.db")
    busy("--db", other, "import", str(tmp_path / "out.json"))
    assert busy("--db", other, "export").out == first
    assert busy("--db", other, "due", "--json", "--all").out == busy("due", "--json", "--all").out


def test_a_second_import_adds_nothing(busy: Book, tmp_path: Path) -> None:
    """The same file again changes nothing, and says so."""
    busy("export", str(tmp_path / "out.json"))
    before = busy("export").out
    result = busy("import", str(tmp_path / "out.json"))
    assert "nothing was recorded" in result.out
    assert busy("export").out == before


def test_an_import_adds_what_is_new(two: Book, tmp_path: Path) -> None:
    """Into a filled book what is new comes with new numbers, joined by uid to what is known."""
    two("export", str(tmp_path / "out.json"))
    other = Book(tmp_path / "b", two._monkeypatch)
    (tmp_path / "b").mkdir()
    db = ["--db", str(other.path)]
    two(*db, "add", "Eva Lang", "--from", "Lee Park")
    two(*db, "import", str(tmp_path / "out.json"))
    document = json.loads(two(*db, "export").out)
    assert [r["id"] for r in document["referrals"]] == [1, 2, 3]
    names = {p["id"]: p["name"] for p in document["people"]}
    assert names[document["referrals"][1]["source"]] == "Sam Ortiz"


def test_records_without_a_uid_get_the_same_one_each_time(book: Book) -> None:
    """A file written by hand may be imported twice and adds once."""
    history = {
        "schema": "reftrack.history/1",
        "people": [{"id": 1, "name": "Sam Ortiz"}, {"id": 2, "name": "Dana Ruiz"}],
        "referrals": [
            {
                "id": 1,
                "source": 1,
                "prospect": 2,
                "received_at": FRIDAY,
                "kind": "client",
            }
        ],
        "events": [{"id": 1, "at": FRIDAY, "kind": "thanked", "referral": 1}],
    }
    book.load(history)
    first = book("export").out
    book.load(history)
    assert book("export").out == first
    assert json.loads(first)["events"][0]["data"] == {}
