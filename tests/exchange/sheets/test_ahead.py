"""Appointments, next steps and amounts in a spreadsheet, in and out again."""

from __future__ import annotations

import csv
import io

import pytest

from reftrack.exchange.sheets.cells import amount_in
from tests.support.commands import events
from tests.support.driver import Book
from tests.support.sheets import load

HEADER = "Prospect,Referred by,Date,Contacted,Met,Won,Appointment,Next step,Deal value\n"
DANA = "Dana Ruiz,Sam Ortiz,2026-11-10,2026-11-12,"


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("4200", "4200"),
        ("£4,200.50", "4200.50"),
        ("4.200,50 €", "4200.50"),
        ("4 200,5", "4200.5"),
        ("EUR 4'200", "4200"),
        ("4,200", "4200"),
        ("1,234,567", "1234567"),
        ("0042", "42"),
        ("12,34", "12.34"),
        ("-42", None),
        ("about 42", None),
        ("4,20,0", None),
        ("1e3", None),
        ("", None),
    ],
)
def test_an_amount_as_spreadsheets_write_it(cell: str, amount: str | None) -> None:
    """Without its currency; what reads in no one way is none."""
    assert amount_in(cell) == amount


def test_an_appointment_lies_ahead(book: Book) -> None:
    """It was agreed when they last spoke; with an hour it is an instant, without one a day."""
    rows = DANA + ",,2026-12-01 10:00,The survey,\nKim Wood,Sam Ortiz,2026-11-10,,,,2026-12-02,,\n"
    shown = load(book, HEADER + rows)
    assert "appointment Tue 1 Dec 2026, 10:00" in shown.out
    assert "appointment Wed 2 Dec 2026" in shown.out
    assert [(e["at"], e["data"]) for e in events(book, "agreed")] == [
        ("2026-11-10T12:00:00Z", {"on": "2026-12-02"}),
        ("2026-11-12T12:00:00Z", {"at": "2026-12-01T10:00:00Z", "text": "The survey"}),
    ]


def test_one_that_is_over_is_not_taken_for_a_meeting(book: Book) -> None:
    """Nobody says that they came: it is asked about, unless the row says what came of it."""
    rows = DANA + ",,2026-11-18,,\nKim Wood,Sam Ortiz,2026-11-10,,2026-11-19,,2026-11-18,,\n"
    shown = load(book, HEADER + rows)
    assert [event["kind"] for event in events(book)] == ["contacted", "agreed", "met"]
    assert ("keep-appointment", "overdue", 1, "Dana Ruiz") in book.owed()
    assert "line 3: Appointment is not used where it is over" in shown.out


def test_a_value_needs_a_sale(book: Book) -> None:
    """It is private: the preview says that there is one; without a sale it is not used."""
    book.configure('currency = "GBP"\n')
    rows = DANA + ",2026-11-19,,,£73915.25\nKim Wood,Sam Ortiz,2026-11-10,,,,,,900\n"
    shown = load(book, HEADER + rows)
    assert events(book, "won")[0]["data"] == {"value": "73915.25", "currency": "GBP"}
    assert "73915" not in shown.out + shown.err
    assert "a value" in shown.out
    assert "line 3: Deal value is not used without a sale" in shown.out


def test_a_step_without_a_day_is_not_used(book: Book) -> None:
    """And named, as all that is not."""
    shown = load(book, HEADER + DANA + ",,,Send the plans,\n")
    assert "line 2: Next step is not used without an appointment" in shown.out


def test_an_appointment_before_the_receipt_is_refused(book: Book) -> None:
    """The row stays out."""
    shown = load(book, HEADER + DANA + ",,2026-11-09,,\n", code=1)
    assert "is before it was received (2026-11-10)" in shown.out


def test_a_later_export_moves_it(book: Book) -> None:
    """The same one twice is one; another day is another."""
    for day in ("2026-12-01", "2026-12-01", "2026-12-08"):
        load(book, HEADER + DANA + f",,{day},,\n")
    assert [e["data"]["on"] for e in events(book, "agreed")] == ["2026-12-01", "2026-12-08"]
    book.at("2026-12-02T10:00:00Z")
    assert ("keep-appointment", 1) not in [(i["rule"], i["referral"]) for i in book.due()["items"]]


def test_it_goes_out_and_comes_in_again(book: Book) -> None:
    """An appointment has its columns; the worth of a sale only where private things are asked for."""
    book.configure('currency = "GBP"\n')
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    book("agree", "1", "2026-12-01 10:00", "--what", "The survey")
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    book("win", "2", "--value", "4200.50")
    book("agree", "2", "2026-12-02")
    (dana, kim) = csv.DictReader(
        io.StringIO(book("export", "--format", "csv").out.lstrip("\ufeff"))
    )
    assert (dana["Appointment"], dana["Next step"]) == ("2026-12-01 10:00", "The survey")
    assert (kim["Appointment"], kim["Next step"]) == ("2026-12-02", "")
    assert "Value" not in kim
    private = book("export", "--format", "csv", "--private").out
    assert "4200.50" in private
    book.path.unlink()
    load(book, private.lstrip("\ufeff"))
    assert next(e["data"] for e in events(book, "agreed"))["text"] == "The survey"
    book("agree", "1", "--off")
