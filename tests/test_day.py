"""The commands of a day, once each: what has to work with every version of what reftrack needs.

They run with the lowest versions that pyproject.toml allows and with the newest (`make lowest`,
`make newest`), with every Python (`make matrix`), and while somebody edits (`make quick`). So they
are few and quick, and together they reach every library that reftrack stands on.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from reftrack import __version__
from tests.support.driver import Book
from tests.support.prepared import made_once

FRIDAY = "2026-11-20T15:00:00Z"
AN_HOUR_LATER = "2026-11-20T16:00:00Z"
TUESDAY = "2026-11-24T16:00:00Z"


@pytest.fixture
@made_once
def dana(book: Book) -> Book:
    """A book with one referral, an hour old."""
    book.at(FRIDAY)
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--phone", "0161 496 0005")
    return book.at(AN_HOUR_LATER)


def test_a_referral_from_the_first_call_to_the_news(book: Book) -> None:
    """add, due, thank, contact, tell, list, show: what each says, line by line."""
    added = book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--phone", "0161 496 0005")
    assert added.err.splitlines() == ["New: Sam Ortiz (@1).", "New: Dana Ruiz (@2)."]
    assert added.out.splitlines() == [
        "1  Dana Ruiz, referred by Sam Ortiz.",
        "Also owed: call Dana Ruiz (from Sam Ortiz), by Sat 15:00 (reftrack contact 1).",
        "Next, by Sat 15:00: Thank Sam Ortiz for referring Dana Ruiz (reftrack thank 1)",
    ]
    book.at(AN_HOUR_LATER)
    assert book("due").out.splitlines() == [
        "Friday 20 November, 16:00. 2 today. 1 referral live.",
        "TODAY  1  Thank Sam Ortiz for referring Dana Ruiz  by Sat 15:00  card  reftrack thank 1",
        (
            "TODAY  1  Call Dana Ruiz (from Sam Ortiz)  by Sat 15:00  0161 496 0005  "
            "reftrack contact 1"
        ),
        "WHEN YOU CAN  1 preference to ask  reftrack due --later",
    ]
    assert book("thank", "1", "--by", "card").out.splitlines() == [
        "1  Thanked Sam Ortiz for Dana Ruiz, by card.",
        (
            "Settled: thank-referral."
            " Still owed: call Dana Ruiz (from Sam Ortiz), by Sat 15:00 (reftrack contact 1)."
        ),
    ]
    assert book("contact", "1").out.splitlines() == [
        "1  Contacted Dana Ruiz.",
        "Settled: contact-prospect.",
        "Next, from 27 Nov: Follow up with Dana Ruiz (from Sam Ortiz).",
    ]
    book.at(TUESDAY)
    assert book("tell", "1", "We meet on Friday").out.splitlines() == [
        "1  Told Sam Ortiz about Dana Ruiz.",
        "Next, from Fri: Follow up with Dana Ruiz (from Sam Ortiz).",
    ]
    assert book("list").out.splitlines() == [
        "Tuesday 24 November, 16:00. 1 referral live or waiting.",
        (
            "REFERRALS  1  Dana Ruiz, from Sam Ortiz  in contact, Fri  "
            "Follow up with Dana Ruiz (from Sam Ortiz), from Fri  reftrack contact 1"
        ),
    ]
    shown = book("show", "1").out.splitlines()
    assert shown[shown.index("HISTORY") + 1 :] == [
        "Fri 20 Nov 2026, 16:00:  thanked (card)",
        "Fri 20 Nov 2026, 16:00:  contacted",
        "Tue 24 Nov 2026, 16:00:  told  We meet on Friday",
        (
            "UPCOMING  1  Follow up with Dana Ruiz (from Sam Ortiz)  from Fri  0161 496 0005  "
            "reftrack contact 1"
        ),
    ]


def test_undo_and_redo(dana: Book) -> None:
    """The last command is taken back, and brought back: what is owed says the same as before."""
    before = dana.owed("--all")
    dana("thank", "1", "--by", "card")
    thanked = dana.owed("--all")
    assert ("thank-referral", "due", 1, "Sam Ortiz") in before
    assert [row for row in before if row not in thanked] == [before[0]]
    assert dana("undo").out.splitlines() == [
        "Undone: thank, of Fri 20 Nov 2026, 16:00.",
        "  1: Thanked Sam Ortiz for Dana Ruiz, by card",
        "Still owed: call Dana Ruiz (from Sam Ortiz), by Sat 15:00 (reftrack contact 1).",
        "Next, by Sat 15:00: Thank Sam Ortiz for referring Dana Ruiz (reftrack thank 1)",
        "To bring it back: reftrack redo",
    ]
    assert dana.owed("--all") == before
    dana("redo")
    assert dana.owed("--all") == thanked


def test_corrections(dana: Book) -> None:
    """note, edit, merge, snooze until a span of months (dateutil), waive."""
    dana("add", "Kim Wood", "--from", "Samuel Ortiz")
    dana("merge", "@3", "@1", "--yes")
    dana("edit", "@1", "--phone", "020 7946 0018")
    dana("note", "1", "Prefers mornings")
    hidden = dana("snooze", "1", "--until", "in 3 months").out.splitlines()
    assert hidden == [
        (
            "1  Hidden until Sat 20 Feb 2027, 16:00:"
            " thank-referral (by Sat 15:00), contact-prospect (by Sat 15:00)."
        )
    ]
    dana("waive", "2", "contact-prospect", "--why", "They called first")
    assert [row for row in dana.owed("--all") if row[2] == 2 and row[1] == "due"] == [
        ("thank-referral", "due", 2, "Sam Ortiz")
    ]
    assert [event["kind"] for event in dana.export()["events"]] == ["noted", "snoozed", "waived"]


def test_looking_around(dana: Book) -> None:
    """sources, find, why, ask, rules: each says its first line."""
    firsts = {
        "sources": "Friday 20 November, 16:00. 1 source, 1 referral.",
        "find dana": "PEOPLE  @2  Dana Ruiz  0161 496 0005  reftrack show @2",
        "why 1": "1  Dana Ruiz, from Sam Ortiz: 2 owed",
        "ask": "Friday 20 November, 16:00. 0 of 0 may be asked.",
        "rules": "The rulebook. Who is owed what, by when, and why.",
    }
    assert {line: dana(*line.split()).out.splitlines()[0] for line in firsts} == firsts


def test_the_words_for_it(dana: Book) -> None:
    """A draft is written by the program's template, or by the user's own in its place (Jinja2)."""
    dana.configure('name = "Robin Hale"\n')
    letter = dana("draft", "1").out
    assert letter.startswith("Dear Sam,\n\nThank you for sending Dana Ruiz to me.")
    assert letter.rstrip().endswith("Kind regards,\nRobin Hale")
    own = dana.folder / "templates" / "thank-referral.j2"
    own.parent.mkdir()
    own.write_text("Dear {{ first }},\na thousand thanks for {{ about }}.\n{{ name }}\n")
    assert dana("draft", "1").out == ("Dear Sam,\na thousand thanks for Dana Ruiz.\nRobin Hale\n")


def test_a_copy_and_the_way_back(dana: Book) -> None:
    """backup, restore, check."""
    copy = dana.folder / "friday.db"
    dana("backup", str(copy))
    kept = dana.export()
    dana("thank", "1", "--by", "card")
    dana("restore", str(copy), "--yes")
    assert dana.export() == kept
    checked = dana("check", "--json")
    assert {finding["level"] for finding in json.loads(checked.out)["findings"]} == {"ok"}


def test_out_and_in_again(dana: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history through JSON into another book: the same people, referrals and events."""
    dana("thank", "1", "--by", "card")
    history = dana.folder / "history.json"
    dana("export", str(history))
    monkeypatch.setenv("REFTRACK_DB", str(dana.folder / "other.db"))
    dana("import", str(history))
    again = dana.export()
    first = json.loads(history.read_text(encoding="utf-8"))
    assert {part: again[part] for part in ("people", "referrals", "events")} == {
        part: first[part] for part in ("people", "referrals", "events")
    }
    assert len(again["events"]) == 1


def test_other_programs_forms(dana: Book) -> None:
    """A spreadsheet in and out, address cards, and the calendar (icalendar)."""
    sheet = dana.folder / "leads.csv"
    sheet.write_text("Name,Referred by,Date\nPriya Nair,Tom Beck,2026-11-19\n", encoding="utf-8")
    dana("import", str(sheet))
    rows = dana("export", "--format", "csv").out.splitlines()
    assert [row.split(",")[2:8:5] for row in rows[1:]] == [
        ["Sam Ortiz", "Dana Ruiz"],
        ["Tom Beck", "Priya Nair"],
    ]
    cards = dana.folder / "people.vcf"
    dana("export", str(cards))
    assert dana("import", str(cards)).out.splitlines()[0] == (
        "people.vcf: 4 cards. 4 are known already."
    )
    feed = dana("export", "--format", "ics").out.splitlines()
    assert feed[0] == "BEGIN:VCALENDAR"
    assert feed[-1] == "END:VCALENDAR"
    assert "SUMMARY:Thank Sam Ortiz for referring Dana Ruiz" in feed
    assert "BEGIN:VALARM" in feed


def test_settings(dana: Book) -> None:
    """config set keeps the comments that are there (tomlkit), and what it sets is in force."""
    dana.configure('# mine\nname = "Robin" # short\n')
    dana("config", "set", "policy.thank-referral", "12h")
    dana("config", "set", "rules.off", "ask-preference")
    assert dana.config.read_text(encoding="utf-8").splitlines()[:2] == [
        "# mine",
        'name = "Robin" # short',
    ]
    owed = dana.due("--all")["items"]
    assert "ask-preference" not in {item["rule"] for item in owed}
    assert owed[0]["rule"] == "thank-referral"
    assert owed[0]["due_at"] == "2026-11-21T03:00:00Z"
    dana("config", "unset", "policy.thank-referral")
    assert dana.due()["items"][0]["due_at"] == "2026-11-21T15:00:00Z"


def test_where_things_are_without_a_word(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own folders (platformdirs) and the computer's time zone (tzlocal) are found."""
    for name in ("REFTRACK_DB", "REFTRACK_CONFIG", "REFTRACK_TZ"):
        monkeypatch.delenv(name)
    # What ends in no usual place is left to platformdirs, which `config` does not load otherwise.
    environment = {**os.environ, "TZ": "America/New_York", "ANDROID_DATA": "/data"}
    shown = book.process("config", "show", "--json", env=environment)
    assert shown.returncode == 0, shown
    values = {each["key"]: each for each in json.loads(shown.stdout)["values"]}
    assert (values["timezone"]["value"], values["timezone"]["from"]) == (
        *("America/New_York", "system"),
    )
    assert Path(values["database"]["value"]) == (
        Path(os.environ["HOME"]) / ".local/share/reftrack/reftrack.db"
    )


def test_on_a_screen(dana: Book) -> None:
    """A terminal gets the same in colours (Rich), and a walk asks for one key a courtesy."""
    shown = dana.screen("due", columns=80)
    assert "\x1b[" in shown.out
    assert "Thank Sam Ortiz for referring Dana Ruiz" in shown.out
    walked = dana.screen("walk", "--later", keys="d\nk\nk\n", env={"NO_COLOR": "1"})
    assert walked.code == 0, walked
    assert walked.out.splitlines()[-1] == "1 done, 2 skipped. 2 left: reftrack due --later"
    assert [event["kind"] for event in dana.export()["events"]] == ["thanked"]


def test_a_wrong_word_is_refused(dana: Book) -> None:
    """Two lines that help, the exit code of a wrong usage, and the book as it was (Typer)."""
    before = dana.path.read_bytes()
    assert dana("thnak", "1", code=2).err == (
        "error: there is no command 'thnak'.\nDid you mean: reftrack thank\n"
    )
    assert dana("thank", "7", code=1).err.startswith("error: there is no referral 7.\n")
    assert dana.path.read_bytes() == before


def test_around_it(dana: Book) -> None:
    """The version, the help, what installs a timetable, and what a TAB offers."""
    assert dana("--version").out == f"reftrack {__version__}\n"
    assert dana("thank", "--help").out.splitlines()[0].startswith("Usage: reftrack thank ")
    assert dana("schedule", "cron").out.splitlines()[-1].startswith("0 8 * * * ")
    assert dana("completion", "bash").out.splitlines()[0] == (
        "# Completion of reftrack for bash. Nothing is installed yet; this text does it, once it is where"
    )
    assert dana("--complete", "zsh", "thank", "1").out == "1\tDana Ruiz: thank Sam\n"
