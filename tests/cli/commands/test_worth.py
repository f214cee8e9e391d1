"""The worth of a sale: private, a decimal, with the currency of the configuration."""

from __future__ import annotations

import json

import pytest

from tests.support.commands import events, refused
from tests.support.driver import Book

SECRET = "73915.25"


def test_it_is_kept_with_the_currency_of_that_day(two: Book) -> None:
    """Without one it is an amount; a new currency changes nothing that is on record."""
    two("win", "1", "--value", "4200")
    two("config", "set", "currency", "gbp")
    assert two("config", "show", "currency").out == "GBP (the configuration)\n"
    two("win", "2", "--value", "4200.50")
    assert [event["data"] for event in events(two, "won")] == [
        {"value": "4200"},
        {"value": "4200.50", "currency": "GBP"},
    ]


@pytest.mark.parametrize("value", ["", "4,200", "-1", "1e3", "NaN", "£42", "007", "1.", "1.23456"])
def test_what_is_no_amount_is_refused(two: Book, value: str) -> None:
    """Nothing is recorded, and the error does not repeat it."""
    error = refused(two, "win", "1", "--value", value, code=2).err
    assert error.splitlines()[1] == "Say for example 4200, or 4200.50."


@pytest.mark.parametrize("value", ["pounds", "GB", "G1P", "£"])
def test_what_is_no_currency_is_refused(two: Book, value: str) -> None:
    """Three letters, in either case."""
    assert "Say for example GBP" in two("config", "set", "currency", value, code=2).err


def test_loose_words_of_it_are_no_referrals(two: Book) -> None:
    """`--value 4 2` would win referral 2."""
    error = refused(two, "win", "1", "--value", "4", "2", code=2).err
    assert "words stand behind the text of --value" in error


def test_only_the_page_of_the_referral_says_it(two: Book) -> None:
    """And the export of everything: no answer, list, letter, feed or log."""
    two.configure('currency = "EUR"\n')
    said = two("win", "1", "--value", SECRET, "--at", "now")
    assert SECRET not in said.out + said.err
    for line in (
        ["due", "--json", "--all"],
        ["due"],
        ["list"],
        ["why", "1"],
        ["draft", "1"],
        ["draft", "1", "thank-win"],
        ["undo", "--list"],
        ["sources"],
        ["find", SECRET],
        ["export", "--format", "ics"],
        ["export", "--format", "csv"],
        ["show", "@1"],
    ):
        said = two(*line)
        assert SECRET not in said.out.replace(f"'{SECRET}'", "") or line[0] == "find", line
    assert f"Worth:  {SECRET} EUR" in two("show", "1").out
    assert json.loads(two("show", "1", "--json").out)["worth"] == [f"{SECRET} EUR"]
    assert SECRET in two("export").out
    for line in (["undo"], ["redo"]):
        assert SECRET not in two(*line).out


def test_it_can_be_read_from_standard_input(two: Book) -> None:
    """So it stands in no list of processes."""
    done = two.process("win", "1", "--value", "-", stdin=None, input=b"4200\n")
    assert done.returncode == 0, done.stderr
    assert events(two, "won")[0]["data"] == {"value": "4200"}
