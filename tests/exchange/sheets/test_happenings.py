"""The events of a referral, read from a row."""

from __future__ import annotations

from tests.support.driver import Book
from tests.support.sheets import DANA, SAM, load, refused, told


def test_statuses_become_events(book: Book) -> None:
    """At the date of the kind, else of the end or of the status, else as of the last one before."""
    text = """Name,From,Date,Status,Status date,Close date,Contacted,Reason
A Aa,Sam Ortiz,2026-11-02,Contacted,2026-11-03,,,
B Bb,Sam Ortiz,2026-11-02,Won,2026-11-09,2026-11-05,,
C Cc,Sam Ortiz,2026-11-02,Lost - price,,2026-11-06,2026-11-03,Too dear
D Dd,Sam Ortiz,2026-11-02,Won,,,2026-11-04,
E Ee,Sam Ortiz,2026-11-02,New,,2027-01-01,,
F Ff,Sam Ortiz,2026-11-02,Job complete,2026-11-10,,,
G Gg,Sam Ortiz,2026-11-02,Closed,,,,
H Hh,Sam Ortiz,2026-11-02,3. Proposal sent (Pipeline),,,,
I Ii,Sam Ortiz,2026-11-02,Kontacted,,,,
"""
    result = load(book, text)
    assert [row[3] for row in told(book)] == [
        ("contacted 11-03",),
        ("won 11-05",),
        ("contacted 11-03", "lost 11-06"),
        ("contacted 11-04", "won 11-04"),
        (),
        ("won 11-10", "delivered 11-10"),
        ("contacted 11-02",),
    ]
    known = "is no status that is known; say"
    assert refused(result) == {
        8: f"'Closed' in Status {known} new, contacted, met, won, delivered, lost or declined",
        10: f"'Kontacted' in Status {known} contacted if that is meant",
    }
    assert "lines 5, 9: a status without a date counts as of the last date before it" in result.out
    assert "line 6: Close date is not used: nothing was won or lost" in result.out


def test_ticks_and_ways_of_thanks(book: Book) -> None:
    """A tick is thanks for the referral itself, on the same day; a date may be thanks for the sale."""
    text = """Name,From,Date,Thanked,Won,Kind
A Aa,Sam Ortiz,2026-11-02,yes,2026-11-04,
B Bb,Sam Ortiz,2026-11-02,Letter,x,
C Cc,Sam Ortiz,2026-11-02,2026-11-04,2026-11-04,
D Dd,Sam Ortiz,2026-11-02,no,FALSE,
E Ee,Sam Ortiz,2026-11-02,gift,,co-worker
F Ff,Sam Ortiz,2026-11-02,,,pigeon
G Gg,Sam Ortiz,2026-11-02,N/A,-,Partner (BNI)
"""
    result = load(book, text)
    kinds = [tuple(each.split()[0] for each in row[3]) for row in told(book)]
    assert kinds == [("thanked", "won"), ("thanked", "won"), ("won", "thanked"), (), ()]
    assert [e["channel"] for e in book.export()["events"] if e["kind"] == "thanked"] == [
        None,
        "card",
        None,
    ]
    assert "conflict of interest" in refused(result)[6]
    assert (
        refused(result)[7]
        == "'pigeon' in Kind is not known; say client, co-worker, partner or expansion"
    )


def test_a_later_export_adds_its_news(book: Book) -> None:
    """The same referral with a new status gets the event, and nothing else."""
    head = "Name,From,Date,Status,Status date\nDana Ruiz,Sam Ortiz,2026-11-20,"
    load(book, head + "Contacted,2026-11-21\n")
    result = load(book, head + "Won,2026-11-25\n")
    assert "Known referrals with news: 1." in result.out
    assert told(book) == [(DANA, SAM, "2026-11-20 12:00", ("contacted 11-21", "won 11-25"))]
    assert "Nothing in it is new" in load(book, head + "Won,2026-11-25\n").out


def test_what_was_recorded_by_hand_is_not_recorded_again(book: Book) -> None:
    """A loss of these days, a call of that day: the sheet says of them what the book knows."""
    head = "Name,From,Date,Status,Close date,Contacted\nDana Ruiz,Sam Ortiz,2026-11-09,"
    load(book, head + "New,,\n")
    book("contact", "1", "--at", "2026-11-10T15:00")
    book("lose", "1", "--why", "x", "--at", "2026-11-20T15:00")
    assert "Nothing in it is new" in load(book, head + "Lost,2026-11-24,2026-11-10\n").out
    load(book, head + "Lost,2026-11-24,2026-11-12\n")
    assert told(book)[0][3] == ("contacted 11-10", "contacted 11-12", "lost 11-20")
