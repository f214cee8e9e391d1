"""The calendar: what is owed, moved and settled, as other programs read it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.support.driver import Book
from tests.support.prepared import made_once
from tests.support.projections import Run
from tests.support.sweeps import seeds

CANARY = "canary-51b7"
FRIDAY = "2026-11-20T15:00:00Z"


@dataclass(frozen=True)
class Shown:
    """An entry as a calendar has it."""

    sequence: int
    summary: str
    begins: datetime | date
    ends: datetime | date
    status: str
    alarm: timedelta | None
    stamp: datetime


def entries(text: str) -> dict[str, Shown]:
    """The entries by UID, as icalendar reads them."""
    calendar: Any = icalendar.Calendar.from_ical(text)  # its values may be of thirty classes
    found = {}
    for event in calendar.walk("VEVENT"):
        (alarm,) = event.walk("VALARM") or [None]
        found[str(event["UID"])] = Shown(
            int(event["SEQUENCE"]),
            str(event["SUMMARY"]),
            event["DTSTART"].dt,
            event["DTEND"].dt,
            str(event["STATUS"]),
            alarm["TRIGGER"].dt if alarm else None,
            event["DTSTAMP"].dt,
        )
    assert len(found) == text.count("\nBEGIN:VEVENT")
    return found


def feed(book: Book) -> dict[str, Shown]:
    """The book's entries now."""
    return entries(book("export", "--format", "ics").out)


def one(book: Book, words: str) -> tuple[str, Shown]:
    """The one entry whose line has these words."""
    ((uid, shown),) = [(uid, e) for uid, e in feed(book).items() if words in e.summary]
    return uid, shown


@pytest.fixture
@made_once
def dana(book: Book) -> Book:
    """Sam sent Dana on Friday afternoon."""
    book.at(FRIDAY).zone("Europe/London")
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    return book


def at(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# What an entry is.


def test_each_open_debt_is_an_entry_that_ends_at_its_deadline(dana: Book) -> None:
    """Half an hour long, its alarm two hours before the end; occasions are none."""
    shown = feed(dana)
    assert {entry.summary for entry in shown.values()} == {
        "Thank Sam Ortiz for referring Dana Ruiz",
        "Call Dana Ruiz (from Sam Ortiz)",
    }
    for entry in shown.values():
        assert (entry.begins, entry.ends) == (at("2026-11-21T14:30"), at("2026-11-21T15:00"))
        assert entry.status == "CONFIRMED"
        assert entry.alarm == timedelta(hours=-1, minutes=-30)
        assert entry.stamp == at("2026-11-20T15:00")


def test_what_is_due_in_a_hurry_is_heard_of_half_way(dana: Book) -> None:
    """An hour for a problem: the alarm comes with the entry, never after the deadline."""
    dana("problem", "1", "The survey came late")
    assert one(dana, "of the problem")[1].alarm == timedelta(0)
    dana.configure('[policy]\nreport-problem = "12h"\n')
    assert one(dana, "of the problem")[1].alarm == timedelta(hours=-1, minutes=-30)


def test_what_is_due_as_a_day_ends_is_an_entry_of_that_day(dana: Book) -> None:
    """Of the local day; the alarm is at nine."""
    dana("thank", "1")
    dana("contact", "1")
    dana.at("2026-12-07T09:00:00Z").zone("Asia/Tokyo")
    entry = one(dana, "News for Sam Ortiz")[1]
    due = next(i for i in dana.due()["items"] if i["rule"] == "keep-informed")["due_at"]
    assert due == "2026-12-06T15:00:00Z"
    assert (entry.begins, entry.ends) == (date(2026, 12, 6), date(2026, 12, 7))
    assert entry.alarm == timedelta(hours=9)
    assert "By the end of Sun 6 Dec 2026 (Asia/Tokyo)." in dana("export", "--format", "ics").out


def test_what_has_not_opened_is_no_entry(dana: Book) -> None:
    """News in a fortnight may be told before."""
    dana("thank", "1")
    dana("contact", "1")
    assert {e.status for e in feed(dana).values()} == {"CANCELLED"}


def test_a_snoozed_debt_is_quiet(dana: Book) -> None:
    """It stays where it is, without an alarm; the other one keeps its own."""
    before = feed(dana)
    dana("snooze", "1", "--until", "mon", "--rule", "contact-prospect")
    uid, entry = one(dana, "Call Dana Ruiz")
    assert entry.alarm is None
    assert (entry.begins, entry.status) == (before[uid].begins, "CONFIRMED")
    assert one(dana, "Thank Sam")[1].alarm is not None


def test_the_command_is_in_it(dana: Book) -> None:
    """An entry has the command to type once it is done."""
    text = dana("export", "--format", "ics").out.replace("\r\n ", "")
    assert "DESCRIPTION:By Sat 21 Nov 2026\\, 15:00 (Europe/London).\\nreftrack thank 1\r\n" in text
    assert text.count("CLASS:PRIVATE") == 2


# What stays and what changes.


def test_the_same_book_has_the_same_uids_whatever_its_numbers(dana: Book) -> None:
    """Nobody's name is in them, and no number that another book would give."""
    dana("missed", "Eva Lang")
    dana("export", str(dana.folder / "out.json"))
    other = ["--db", str(dana.folder / "other.db")]
    dana(*other, "add", "Kim Wood", "--from", "Lee Park")
    there = entries(dana(*other, "export", "--format", "ics").out)
    dana(*other, "import", str(dana.folder / "out.json"))
    both = entries(dana(*other, "export", "--format", "ics").out)
    assert both.keys() - there.keys() == feed(dana).keys()
    assert len(feed(dana)) == 3


def test_what_moves_keeps_its_uid_and_counts_on(dana: Book) -> None:
    """A receipt that was written down wrong moves the deadline."""
    uid, before = one(dana, "Thank Sam")
    dana.at("2026-11-20T16:00:00Z")
    dana("edit", "1", "--received", "2026-11-20 10:00")
    after = feed(dana)[uid]
    assert after.ends == before.ends - timedelta(hours=5)
    assert after.sequence > before.sequence


def test_a_policy_moves_entries_by_their_stamp(dana: Book) -> None:
    """No command was given; of two with one number the later stamp is the newer."""
    uid, before = one(dana, "Thank Sam")
    dana.at("2026-11-20T15:01:00Z").configure('[policy]\nthank-referral = "48h"\n')
    after = feed(dana)[uid]
    assert after.ends == before.ends + timedelta(hours=24)
    assert (after.sequence, after.stamp) == (before.sequence, before.stamp + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("command", "rule", "said"),
    [
        (["thank", "1"], "Thank Sam", "Done: Thank Sam Ortiz for referring Dana Ruiz"),
        (["waive", "1", "thank-referral", "--why", "x"], "Thank Sam", "Let go: Thank Sam"),
        (["lose", "1", "--why", "x"], "Call Dana", "No longer owed: Call Dana Ruiz"),
    ],
)
def test_what_is_settled_is_cancelled(dana: Book, command: list[str], rule: str, said: str) -> None:
    """Under the same UID, with a higher number and no alarm; the line says how, for calendars that
    take no notice of a cancellation. Another debt of the referral stays."""
    uid, before = one(dana, rule)
    dana.at("2026-11-20T17:00:00Z")
    dana(*command)
    after = feed(dana)[uid]
    assert after.status == "CANCELLED"
    assert after.summary.startswith(said)
    assert after.sequence > before.sequence
    assert after.alarm is None
    assert (after.begins, after.ends) == (before.begins, before.ends)


def test_undo_and_redo_count_on(dana: Book) -> None:
    """A courtesy that comes back is open again under a number that is higher still, and so back again."""
    uid, first = one(dana, "Thank Sam")
    seen = [(first.status, first.sequence)]
    for command in (["thank", "1"], ["undo"], ["redo"], ["undo"], ["thank", "1"]):
        dana(*command)
        shown = feed(dana)[uid]
        seen.append((shown.status, shown.sequence))
    states = ["CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED", "CONFIRMED", "CANCELLED"]
    assert [status for status, _ in seen] == states
    numbers = [number for _, number in seen]
    assert numbers == sorted(set(numbers))


def test_what_is_taken_back_is_cancelled(dana: Book) -> None:
    """Though neither the referral nor its people are in the book any more; redo brings it back."""
    dana("add", "Kim Wood", "--from", "Ana Silva")
    dana("problem", "1", "The survey came late")
    before = feed(dana)
    assert len(before) == 6
    dana("undo")
    dana("undo")
    after = feed(dana)
    assert after.keys() == before.keys()
    gone = {uid for uid, entry in after.items() if entry.status == "CANCELLED"}
    assert {after[uid].summary for uid in gone} == {
        "Taken back: Tell Sam Ortiz of the problem with Dana Ruiz",
        "Taken back: Put right the problem of Dana Ruiz (from Sam Ortiz)",
        "Taken back: Thank Ana Silva for referring Kim Wood",
        "Taken back: Call Kim Wood (from Ana Silva)",
    }
    for uid in gone:
        assert after[uid].sequence > before[uid].sequence
        assert (after[uid].begins, after[uid].ends) == (before[uid].begins, before[uid].ends)
    dana("redo")
    dana("redo")
    again = feed(dana)
    assert {entry.status for entry in again.values()} == {"CONFIRMED"}
    assert all(again[uid].sequence > after[uid].sequence for uid in gone)
    dana.at("2026-12-10T15:00:00Z")
    assert not any("Taken back" in entry.summary for entry in feed(dana).values())


@pytest.mark.parametrize(
    ("commands", "said"),
    [
        ([("agree", "1", "2026-11-26 11:00")], "Moved or called off: Meet"),
        ([("agree", "1", "--off")], "Moved or called off: Meet"),
        ([("lose", "1", "--why", "Too dear")], "No longer owed: Meet"),
        ([("undo",)], "Taken back: Meet"),
        (
            [("contact", "1"), ("lose", "1", "--why", "No"), ("contact", "1")],
            "No longer owed: Meet",
        ),
    ],
    ids=["moved", "called off", "lost", "undone", "lost and back"],
)
@pytest.mark.parametrize("when", ["2026-11-24 14:00", "2026-11-24"], ids=["hour", "day"])
def test_an_appointment_that_is_off_before_its_hour_is_cancelled(
    dana: Book, when: str, commands: list[tuple[str, ...]], said: str
) -> None:
    """The cancellation stands where the appointment stood, for those who import the feed."""
    dana("agree", "1", when)
    uid, before = one(dana, "Meet Dana Ruiz")
    for command in commands:
        dana(*command)
    after = feed(dana)[uid]
    assert (after.status, after.summary) == ("CANCELLED", f"{said} Dana Ruiz (from Sam Ortiz)")
    assert (after.begins, after.ends) == (before.begins, before.ends)
    assert after.sequence > before.sequence
    dana.zone("Europe/Dublin")
    assert feed(dana)[uid] == after
    dana.at("2026-12-10T15:00:00Z")
    assert uid not in feed(dana)


def test_an_appointment_that_began_early_is_done(dana: Book) -> None:
    """A meeting a little before its hour is that appointment."""
    dana("agree", "1", "2026-11-24 14:00")
    uid, _ = one(dana, "Meet Dana Ruiz")
    dana.at("2026-11-24T13:30:00Z")("meet", "1")
    assert feed(dana)[uid].summary == "Done: Meet Dana Ruiz (from Sam Ortiz)"


def test_what_is_taken_back_and_comes_again_is_owed(dana: Book) -> None:
    """An import of the same referral after its undo: one entry, and it is open."""
    dana("add", "Kim Wood", "--from", "Ana Silva")
    dana("export", str(dana.folder / "out.json"))
    before = feed(dana)
    dana("undo")
    dana("import", str(dana.folder / "out.json"))
    after = feed(dana)
    assert after.keys() == before.keys()
    assert {entry.status for entry in after.values()} == {"CONFIRMED"}
    assert all(after[uid].sequence > before[uid].sequence for uid in before)


def test_a_cancellation_is_told_for_a_fortnight(dana: Book) -> None:
    """A calendar that takes the feed once a week hears of it; then it is gone."""
    dana("thank", "1")
    uid, _ = one(dana, "Thank Sam")
    dana.at("2026-12-04T14:00:00Z")
    assert uid in feed(dana)
    dana.at("2026-12-04T16:00:00Z")
    assert uid not in feed(dana)


def test_who_waits_for_room_has_an_entry_of_their_own(dana: Book) -> None:
    """One end of a pause raises as many debts as people were kept waiting."""
    dana.at("2026-11-20T16:00:00Z")
    dana("pause")
    for name in ("Eva Lang", "Lee Park"):
        dana("missed", name)
    dana.at("2026-11-22T09:00:00Z")
    dana("resume")
    told = [e.summary for e in feed(dana).values() if "room again" in e.summary]
    assert sorted(told) == [
        "Tell Eva Lang that you have room again",
        "Tell Lee Park that you have room again",
    ]


def test_a_merge_keeps_the_entries_of_both(dana: Book) -> None:
    """The debts to a person are the other's now, under the names they had in the calendar."""
    dana.at("2026-11-20T16:00:00Z")
    dana("missed", "Samuel Ortiz")
    uid, before = one(dana, "Call Samuel Ortiz back")
    dana("merge", "Samuel Ortiz", "Sam Ortiz", "--yes")
    after = feed(dana)[uid]
    assert after.summary == "Call Sam Ortiz back"
    assert after.sequence > before.sequence


@seeds(1, 3, first=1)
def test_the_number_rises_with_every_change(book: Book, seed: int) -> None:
    """After any command: what changed in an entry has a higher number, and none ever falls."""
    run = Run(book, seed)
    before: dict[str, Shown] = {}
    latest, changes = run.now - timedelta(days=99), 0
    for _ in range(45):
        run.step()
        now = max(latest, run.now)
        book.at(now.isoformat())
        after = feed(book)
        for uid in before.keys() & after.keys():
            old, new = before[uid], after[uid]
            is_changed = (old.summary, old.begins, old.status) != (
                *(new.summary, new.begins, new.status),
            )
            changes += is_changed
            assert new.sequence > old.sequence if is_changed else new.sequence >= old.sequence, (
                old,
                new,
                run.said[-3:],
            )
        before, latest = after, now
    assert changes > 3


def test_what_is_worked_out_anew_is_the_same(dana: Book) -> None:
    """Where the projections are out of date, the feed is that of the whole history."""
    dana("thank", "1")
    dana("missed", "Eva Lang")
    kept = feed(dana)
    dana.zone("Europe/Dublin")  # the same clocks, another stamp
    assert feed(dana) == kept


# What never gets in.


def test_nothing_confidential_is_in_it(dana: Book) -> None:
    """Neither needs, nor notes, nor what went wrong, nor how to reach anybody."""
    dana(
        *("add", "Kim Wood", "--from", "Ana Silva", "--need", CANARY, "--note", CANARY),
        *("--phone", f"0161 {CANARY}", "--email", f"{CANARY}@x.example", "--tie", CANARY),
    )
    dana("problem", "2", f"The survey {CANARY}", "--note", CANARY)
    dana("resolve", "2", f"A new one {CANARY}")
    dana("lose", "1", "--why", CANARY, "--note", CANARY)
    dana("missed", "Eva Lang", "--note", CANARY)
    text = dana("export", "--format", "ics").out
    assert text.count("BEGIN:VEVENT") >= 7
    assert CANARY not in text.replace("\r\n ", "")


def test_it_is_in_form_whatever_the_names(book: Book) -> None:
    """Lines of at most 75 octets, CR LF, no control characters, names as they are."""
    names = (
        "Zoë; O'Neill, \\n Jr.",
        "\u5c71\u7530 \u82b1\u5b50" * 12,
        "Kim\x1b[31m\u202e Wood",
        "BEGIN:VEVENT x",
    )
    for name in names:
        book("add", name, "--from", f"Source of {name}")
    raw = book("export", "--format", "ics").out
    lines = raw.split("\r\n")
    assert lines.pop() == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not set(map(chr, [*range(32), 0x7F, 0x202E])) & set("".join(lines))
    thanked = {e.summary for e in entries(raw).values() if e.summary.startswith("Thank")}
    assert f"Thank Source of {names[0]} for referring {names[0]}" in thanked
    assert "Thank Source of Kim[31m Wood for referring Kim[31m Wood" in thanked
    assert len(entries(raw)) == 8


def test_an_empty_book_is_an_empty_calendar(book: Book) -> None:
    """It makes no book; a subscription can begin before the first referral."""
    text = book("export", "--format", "ics").out
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "VEVENT" not in text
    assert not book.path.exists()


def test_it_is_written_whole_for_its_owner_alone(dana: Book) -> None:
    """By the ending of the file, without a word on the format."""
    path = dana.folder / "feed.ics"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o644)
    dana("export", str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")


# As others read it.


def test_another_reader_finds_the_same(dana: Book) -> None:
    """vobject, which wrote none of it, reads every entry as icalendar does."""
    vobject = pytest.importorskip("vobject")
    dana("add", "Zoë, O'Neill; Jr.", "--from", "Ana Silva", "--at", "2026-11-01")
    dana("thank", "1")
    dana.at("2026-12-08T09:00:00Z")
    dana("contact", "1")
    text = dana("export", "--format", "ics").out
    calendar = vobject.readOne(text)
    assert calendar.method.value == "PUBLISH"
    assert calendar.x_wr_calname.value == "reftrack"
    found = {}
    for event in calendar.vevent_list:
        alarm = event.valarm.trigger.value if hasattr(event, "valarm") else None
        found[event.uid.value] = Shown(
            int(event.sequence.value),
            *(event.summary.value, event.dtstart.value, event.dtend.value),
            *(event.status.value, alarm, event.dtstamp.value),
        )
    assert found == entries(text)
    kinds = {(entry.status, type(entry.begins)) for entry in found.values()}
    assert kinds >= {("CANCELLED", datetime), ("CONFIRMED", datetime), ("CONFIRMED", date)}


KHAL = """
[calendars]
[[reftrack]]
path = {folder}/calendar
[default]
default_calendar = reftrack
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Europe/London
default_timezone = Europe/London
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""


def program(name: str) -> str:
    """Its path; skipped where the machine lacks it."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed: apt install {name}")
    return path


def run(folder: Path, *command: str) -> str:
    """The output of the command, at home in this folder."""
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "TZ": "Europe/London"}
    environment |= {"LC_ALL": "C.UTF-8", "TERM": "xterm"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done
    return done.stdout


def followed(dana: Book) -> Iterator[str]:
    """The feed's file: as it begins, moved, settled."""
    path = str(dana.folder / "feed.ics")
    dana("export", path)
    yield path
    dana("edit", "1", "--received", "2026-11-20 10:00")
    dana("export", path)
    yield path
    dana("thank", "1")
    dana("export", path)
    yield path


def test_khal_follows_what_moves_and_what_is_settled(dana: Book) -> None:
    """Each feed is imported into the same calendar: the entry is one, moves, and is cancelled."""
    khal = program("khal")
    folder = dana.folder / "khal"
    (folder / "calendar").mkdir(parents=True)
    (folder / "config").write_text(KHAL.format(folder=folder), encoding="utf-8")
    base = [khal, "-c", str(folder / "config")]
    shown = []
    for path in followed(dana):
        run(folder, *base, "import", "--batch", "-a", "reftrack", path)
        form = "{start-time}-{end-time} {status} {title}"
        listed = run(folder, *base, "list", "2026-11-20", "3d", "--format", form)
        shown.append([line for line in listed.splitlines() if "Thank Sam" in line])
    words = "Thank Sam Ortiz for referring Dana Ruiz"
    assert [[line.split() for line in lines] for lines in shown] == [
        [["14:30-15:00", "CONFIRMED", *words.split()]],
        [["09:30-10:00", "CONFIRMED", *words.split()]],
        [["09:30-10:00", "CANCELLED", "Done:", *words.split()]],
    ]


def test_calcurse_shows_what_moves_and_what_is_settled(dana: Book) -> None:
    """It knows neither UIDs nor cancellations: taken anew each time it shows what the lines say."""
    calcurse = program("calcurse")
    shown = []
    for number, path in enumerate(followed(dana)):
        folder = dana.folder / f"calcurse{number}"
        folder.mkdir()
        run(folder, calcurse, "-q", "-D", str(folder), "-i", path)
        lines = run(
            *(folder, calcurse, "-D", str(folder), "-Q", "--from", "11/20/2026", "--days", "3"),
            *("--format-apt", "%S %E %m\n"),
        ).splitlines()
        shown.append([line for line in lines if "Thank Sam" in line])
    words = "Thank Sam Ortiz for referring Dana Ruiz"
    assert shown == [
        [f"14:30 15:00 {words}"],
        [f"09:30 10:00 {words}"],
        [f"09:30 10:00 Done: {words}"],
    ]


def test_khard_reads_the_cards(dana: Book) -> None:
    """An address book of the distribution finds the people of the book."""
    khard = program("khard")
    folder = dana.folder / "khard"
    (folder / "book").mkdir(parents=True)
    config = (
        f"[addressbooks]\n[[reftrack]]\npath = {folder}/book\n[general]\ndefault_action = list\n"
    )
    (folder / "config").write_text(config, encoding="utf-8")
    dana(
        "add",
        "Zoë, O'Neill; Jr.",
        "--from",
        "Ana Silva",
        "--phone",
        "+44 161",
        "--email",
        "z@x.example",
    )
    for number, card in enumerate(
        dana("export", "--format", "vcf").out.split("END:VCARD\r\n")[:-1]
    ):
        (folder / "book" / f"{number}.vcf").write_bytes(f"{card}END:VCARD\r\n".encode())
    listed = run(folder, khard, "-c", str(folder / "config"), "list", "--parsable")
    rows = {tuple(line.split("\t")[1:2]) for line in listed.splitlines()}
    assert {("Sam Ortiz",), ("Dana Ruiz",), ("Ana Silva",), ("Zoë, O'Neill; Jr.",)} == rows, listed
