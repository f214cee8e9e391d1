"""The configuration: what may stand in it, and the command that shows and changes it."""

from __future__ import annotations

import pytest

from reftrack.cli.keys import KEYS, values_of
from reftrack.cli.settings import settings
from reftrack.errors import BadInput
from tests.driver import Book

# What may stand in the file.


def test_every_example_and_every_default_is_right() -> None:
    """A row's own example passes its own check, and so does what it is without one."""
    for key in KEYS.values():
        key.check(key.said(key.example))
        if key.default != "":
            key.check(key.default)


@pytest.mark.parametrize(("said", "kept"), [("", 7), ("0", 0), ("7", 7), ("365", 365)])
def test_how_many_backups_are_kept(book: Book, said: str, kept: int) -> None:
    """Seven, or what the configuration says; none at all is one of the answers."""
    book.configure(f"[backup]\nkeep = {said}" if said else "")
    assert settings(None).backups_kept == kept


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        ({"backup": {"keep": "7"}}, "without quotes"),
        ({"backup": {"keep": 7.0}}, "without quotes or a point"),
        ({"backup": {"keep": True}}, "0 to 365"),
        ({"backup": {"keep": -1}}, "The nearest is 0."),
        ({"backup": {"keep": 366}}, "The nearest is 365."),
        ({"backup": {"kept": 7}}, "Did you mean backup.keep?"),
        ({"keep": 7}, "Did you mean backup.keep?"),
        ({"thank-referral": "12h"}, "Did you mean policy.thank-referral?"),
        ({"thank_referal": "12h"}, "Did you mean policy.thank-referral?"),
        ({"update-every": "12h"}, "Did you mean policy.update_every?"),
        ({"why-me": "x"}, "Did you mean why_me?"),
        ({"Timezone": "UTC"}, "Did you mean timezone?"),
        ({"polcy": {"thank-referral": "12h"}}, "Did you mean policy?"),
        ({"zzzz": {}}, "There are [backup], [rules], [policy]."),
        ({"zzzz": 1}, "`reftrack config` lists the settings."),
        ({"backup": []}, "Write [backup] on a line of its own."),
        ({"policy": {"thank-referral": 12}}, "Did you mean 12h or 12d?"),
        ({"policy": {"update_every": "12"}}, "Did you mean 12d?"),
        ({"policy": {"update_every": "12h"}}, "Say days: 14d."),
        ({"policy": {"thank-referral": "12 Hours"}}, "Did you mean 12h?"),
        ({"policy": {"thank-referral": "2 weeks"}}, "Did you mean 14d?"),
        ({"policy": {"thank-referral": "99999d"}}, "Say hours or days: 12h, 7d."),
        ({"policy": {"thank-referral": "30min"}}, "Say hours or days: 12h, 7d."),
        ({"policy": {"thank-referral": "0h"}}, "Say hours or days: 12h, 7d."),
        ({"policy": {"thank-referral": "²"}}, "Say hours or days: 12h, 7d."),
        ({"rules": {"off": ["thank-wim"]}}, "Did you mean thank-win?"),
        ({"timezone": "Europe/Londn"}, "Did you mean Europe/London?"),
        ({"timezone": "europe/london"}, "Did you mean Europe/London?"),
        ({"timezone": "new york"}, "Did you mean America/New_York?"),
        ({"timezone": "BST"}, "Use an IANA name such as Europe/London."),
        ({"timezone": "GMT+1"}, "Use an IANA name such as Europe/London."),
        ({"timezone": ""}, "Use an IANA name such as Europe/London."),
        ({"name": 7}, 'Write it in quotes: name = "…"'),
    ],
    ids=str,
)
def test_the_nearest_right_one_is_named(document: dict[str, object], hint: str) -> None:
    """An unknown key or a wrong value comes with what was probably meant."""
    (error,) = values_of(document).faults.values()
    assert isinstance(error, BadInput)
    assert hint in error.hint


def test_every_fault_is_found_and_the_rest_is_read() -> None:
    """One wrong value hides neither another nor what is right beside it."""
    policy = {"thank-referral": "12h", "thank-win": "soon"}
    values = values_of({"name": "Robin", "colour": 1, "policy": policy, "rules": 3})
    assert list(values.faults) == ["colour", "policy.thank-win", "rules"]
    assert values.get("name") == "Robin"
    assert values.policy().text()["thank-referral"] == "12h"
    assert values.policy().text()["thank-win"] == "24h"


def test_a_byte_order_mark_is_no_fault(book: Book) -> None:
    """Some editors put one before the first line."""
    book.config.write_bytes(b"\xef\xbb\xbf[backup]\nkeep = 3\n")
    assert settings(None).backups_kept == 3
