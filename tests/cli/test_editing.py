"""`edit` and `note`: what was written down wrong, and what is only for oneself."""

from __future__ import annotations

import json
import random
import sqlite3
from datetime import timedelta

import pytest

from reftrack.domain.times import instant_of, text_of
from tests.support.driver import Book
from tests.support.prepared import made_once
from tests.support.projections import assert_projections_hold, listed, projections_in, shown_of
from tests.support.random_history import random_history
from tests.support.sweeps import seeds

SECRET = "zanzibar-canary"


@pytest.fixture
@made_once
def filled(book: Book) -> Book:
    """Dana (@2) from Sam (@1), Kim (@3) from Sam, and new business from Kim."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", "cousin", "--phone", "0161 496 0005")
    book("add", "Kim Wood", "--from", "@1", "--need", "A survey")
    book("add", "Kim Wood", "--from", "Kim Wood")
    return book


def person(book: Book, number: int) -> dict[str, object]:
    """A person as exported."""
    return next(p for p in book.export()["people"] if p["id"] == number)


def referral(book: Book, number: int) -> dict[str, object]:
    """A referral as exported."""
    return next(r for r in book.export()["referrals"] if r["id"] == number)


def steps(book: Book) -> list[str]:
    """The summaries of all steps."""
    connection = sqlite3.connect(book.path)
    try:
        return [text for (text,) in connection.execute("SELECT summary FROM step ORDER BY id")]
    finally:
        connection.close()


PERSON = [
    ("name", "Dana  Ruíz", "name", "Dana Ruíz"),
    ("email", "dana@example.org", "email", "dana@example.org"),
    ("phone", "020 7946 0018", "phone", "020 7946 0018"),
    ("company", "Ruiz Ltd", "company", "Ruiz Ltd"),
    ("relation", "Friend", "relation", "friend"),
    ("updates", "30D", "updates", "30d"),
    ("by", "mail", "channel", "email"),
    ("note", "Likes tea", "note", "Likes tea"),
]
REFERRAL = [
    ("from", "@3", "source", 3),
    ("prospect", "kim", "prospect", 3),
    ("kind", "co-worker", "kind", "co-worker"),
    ("tie", "neighbour", "tie", "neighbour"),
    ("need", "A roof", "need", "A roof"),
    ("note", "In a hurry", "note", "In a hurry"),
    ("received", "yesterday 10:00", "received_at", "2026-11-19T10:00:00Z"),
]


@pytest.mark.parametrize(("option", "text", "key", "kept_as"), PERSON)
def test_each_field_of_a_person(
    filled: Book, option: str, text: str, key: str, kept_as: str
) -> None:
    """Set, said field by field, kept; the same again changes nothing; cleared where it may be."""
    before = person(filled, 2)
    said = filled("edit", "@2", f"--{option}", text).out.splitlines()
    assert said[0].startswith("@2  Changed Dana")
    shown = f"{before[key] or 'none'} → {kept_as}" if option != "note" else "written"
    assert said[1] == f"{option}: {shown}"
    assert person(filled, 2) == {**before, key: kept_as}
    assert_projections_hold(filled)
    count = len(steps(filled))
    again = filled("edit", "@2", f"--{option}", text)
    assert again.out == "@2  Nothing changed: it was so already.\n"
    assert len(steps(filled)) == count
    if option == "name":
        filled("edit", "@2", "--name", "", code=2)
    else:
        shown = f"{kept_as} → none" if option != "note" else "cleared"
        assert f"{option}: {shown}" in filled("edit", "@2", f"--{option}", "").out
        assert person(filled, 2) == {**before, key: None}
    assert_projections_hold(filled)
    assert filled.export()["events"] == []  # it corrects, and records nothing that happened


@pytest.mark.parametrize(("option", "text", "key", "kept_as"), REFERRAL)
def test_each_field_of_a_referral(
    filled: Book, option: str, text: str, key: str, kept_as: object
) -> None:
    """The same for a referral; who and when are required."""
    before = referral(filled, 1)
    said = filled("edit", "1", f"--{option}", text).out.splitlines()
    assert said[0].startswith("1  Changed ")
    assert said[1].startswith(f"{option}: ")
    assert (" → " in said[1]) == (option not in ("need", "note"))
    assert referral(filled, 1) == {**before, key: kept_as}
    assert_projections_hold(filled)
    if option in ("tie", "need", "note"):
        filled("edit", "1", f"--{option}", "")
        assert referral(filled, 1) == {**before, key: None}
    else:
        filled("edit", "1", f"--{option}", " ", code=2)
    assert_projections_hold(filled)


def test_a_name_means_whom_the_options_are_about(filled: Book) -> None:
    """`dana` is the person for a phone, the referral for a tie; both at once is an error."""
    filled("edit", "dana", "--phone", "020")
    filled("edit", "dana", "--tie", "aunt")
    assert person(filled, 2)["phone"] == "020"
    assert referral(filled, 1)["tie"] == "aunt"
    assert "--phone is a person's, --tie a referral's" in (
        filled("edit", "dana", "--phone", "1", "--tie", "x", code=2).err
    )
    wrong = filled("edit", "1", "--phone", "1", code=2).err
    assert "reftrack edit @2" in wrong
    filled("edit", "@2", "--tie", "x", code=2)
    filled("edit", "99", "--tie", "x", code=1)
    filled("edit", "@2", code=2)


def test_an_expansion_is_of_one_person_exactly(filled: Book) -> None:
    """The kind follows who it is; asking for one that cannot be is refused."""
    assert "kind: client → expansion" in filled("edit", "1", "--from", "@2").out
    assert_projections_hold(filled)
    filled("edit", "1", "--kind", "partner", code=1)
    assert "kind: expansion → client" in filled("edit", "1", "--from", "@1").out
    filled("edit", "1", "--kind", "expansion", code=1)
    filled("edit", "3", "--from", "@1", "--kind", "partner")
    assert referral(filled, 3)["kind"] == "partner"
    filled("edit", "1", "--kind", "nonsense", code=2)
    assert_projections_hold(filled)


def test_received_lies_before_all_that_happened_and_not_in_the_future(filled: Book) -> None:
    """A receipt after the first event, or one to come, changes nothing."""
    filled("contact", "1")
    filled.at("2026-11-22T15:00:00Z")
    before = filled.path.read_bytes()
    said = filled("edit", "1", "--received", "2026-11-21", code=1).err
    assert "'contacted' on Fri 20 Nov 2026, 15:00" in said
    filled("edit", "1", "--received", "2026-11-30 10:00", code=2)
    assert filled.path.read_bytes() == before
    filled("edit", "1", "--received", "2026-11-01 10:00")
    assert_projections_hold(filled)


def test_a_new_source_may_be_somebody_new(filled: Book) -> None:
    """Known by any of their names; else recorded and mentioned, never by number or email."""
    assert "New: Ana Silva (@4)." in filled("edit", "1", "--from", "Ana Silva").err
    assert referral(filled, 1)["source"] == 4
    filled("edit", "1", "--from", "@99", code=1)
    filled("edit", "1", "--from", "ana@example.org", code=1)
    filled("edit", "1", "--from", "sam")
    assert referral(filled, 1)["source"] == 1
    assert_projections_hold(filled)


@seeds(2, 10)
def test_random_edits_keep_every_row_right(book: Book, seed: int) -> None:
    """The people of a referral, before and after it is changed, are computed anew."""
    rng = random.Random(seed)
    zone = rng.choice(("UTC", "Europe/London", "America/Toronto"))
    history = random_history(seed, people=6, referrals=9, events=80, zone=zone)
    latest = max(instant_of(event["at"]) for event in history["events"])
    now = latest + timedelta(days=400)
    book.zone(zone).at(text_of(now)).load(history)
    people = [each["id"] for each in history["people"]]
    done = 0
    for _ in range(25):
        number = rng.choice(history["referrals"])["id"]
        options = rng.choice(
            [
                ["--from", f"@{rng.choice(people)}", "--was-told", rng.choice(("old", "new"))],
                ["--prospect", f"@{rng.choice(people)}"],
                ["--received", text_of(now - timedelta(seconds=rng.randrange(900 * 86_400)))],
                ["--kind", rng.choice(("client", "co-worker", "partner"))],
            ]
        )
        what = str(number)
        if rng.random() < 0.25:
            what = f"@{rng.choice(people)}"
            options = ["--updates", rng.choice(("", "outcome", "milestones", "3d", "30d"))]
        done += book("edit", what, *options, code=None).code == 0
        assert_projections_hold(book, (what, options))
    assert done > 5
    assert listed(book.due("--all")) == shown_of(book, zone, now=now)


def test_undoing_an_edit_brings_back_what_stood_there(filled: Book) -> None:
    """Nothing is changed in place: with the step undone everything is as before."""
    before = filled.export()
    filled("edit", "1", "--from", "@3", "--received", "yesterday 10:00")
    connection = sqlite3.connect(filled.path)
    connection.execute("UPDATE step SET undone = 1 WHERE id = (SELECT max(id) FROM step)")
    connection.execute("UPDATE book SET value = 'old' WHERE name = 'stamp'")
    connection.commit()
    connection.close()
    assert filled.export() == before
    filled("missed", "Nora Quist")
    assert_projections_hold(filled)


def test_what_is_private_stays_out_of_the_summary(filled: Book) -> None:
    """The step says which fields were edited; a terminal's controls never reach it."""
    filled("edit", "1", "--note", SECRET, "--need", SECRET)
    filled("edit", "@2", "--company", "\x1b[31mred")
    assert steps(filled)[-2:] == ["1: edited need, note", "@2: edited company"]
    assert "\x1b" not in filled("edit", "@2", "--company", "blue").out


def test_a_gift_to_a_colleague_is_mentioned(filled: Book) -> None:
    """History stays what it was; that it should not have been is said."""
    filled("thank", "1", "--by", "gift")
    assert "note: 1 was thanked with a gift." in filled("edit", "1", "--kind", "co-worker").err


def test_it_asks_field_by_field_at_a_terminal(filled: Book) -> None:
    """Enter keeps what is shown, - clears it, a wrong answer is asked again."""
    keys = "\n\n020 7946 0018\nRuiz Ltd\nenemy\nfriend\n\n\n\n"
    shown = filled.screen("edit", "@2", keys=keys, env={"NO_COLOR": "1"})
    assert shown.code == 0, shown
    assert "Phone [0161 496 0005]: " in shown.out
    assert "'enemy' is no relation." in shown.out
    assert "phone: 0161 496 0005 → 020 7946 0018" in shown.out
    after = person(filled, 2)
    assert [after[k] for k in ("phone", "company", "relation")] == [
        "020 7946 0018",
        "Ruiz Ltd",
        "friend",
    ]
    shown = filled.screen("edit", "1", keys="\n\n\n-\nA roof\n\n\n\n", columns=40)
    assert shown.code == 0, shown
    assert "tie: cousin → none" in shown.out
    assert_projections_hold(filled)
    before = filled.path.read_bytes()
    assert "Nothing changed" in filled.screen("edit", "1", keys="\n" * 8).out
    assert filled.screen("edit", "1", keys="\n\x04").code == 2
    assert filled.path.read_bytes() == before


# note


def test_a_note_is_kept_and_said_to_nobody(filled: Book) -> None:
    """An event with the private note, on a referral or a person; the answer does not repeat it."""
    rows = projections_in(filled.path)
    for what in ("1", "@1"):
        said = filled("note", what, SECRET, "--at", "today 15:00")
        assert SECRET not in said.out + said.err
        assert SECRET in filled("show", what).out
    assert projections_in(filled.path) == rows
    events = filled.export()["events"]
    assert [(e["kind"], e["referral"], e["person"], e["note"]) for e in events] == [
        ("noted", 1, None, SECRET),
        ("noted", None, 1, SECRET),
    ]
    assert not any(SECRET in text for text in steps(filled))


def test_a_note_from_standard_input_or_a_question(filled: Book) -> None:
    """`-` reads it; a missing text is asked at a terminal and is an error elsewhere."""
    read = filled.process("note", "1", "-", stdin=None, input=b"Two\nlines\n")
    assert read.returncode == 0, read
    assert filled.export()["events"][-1]["note"] == "Two\nlines"
    filled("note", "1", code=2)
    filled("note", "1", " ", code=2)
    filled("note", "1", "One", "--note", "Two", code=2)
    asked = filled.screen("note", "1", keys="Prefers mornings\n")
    assert asked.code == 0
    assert filled.export()["events"][-1]["note"] == "Prefers mornings"
    assert json.loads(filled("show", "1", "--json").out)["events"][-1]["kind"] == "noted"
