"""`reftrack.history/2` is written and `/1` read: what the second edition records has its form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reftrack.errors import Refused
from reftrack.exchange.history_reading import open_history
from tests.support.driver import Book

FRIDAY = "2026-11-20T15:00:00Z"
LATER = "2026-11-21T10:00:00Z"


def history(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A history of one referral from Sam to Dana, with these events."""
    return {
        "schema": "reftrack.history/2",
        "people": [
            {"id": 1, "uid": "sam", "name": "Sam Ortiz"},
            {"id": 2, "uid": "dana", "name": "Dana Ruiz"},
        ],
        "referrals": [
            {
                "id": 1,
                "uid": "one",
                "source": 1,
                "prospect": 2,
                "kind": "client",
                "received_at": FRIDAY,
                "confidential": True,
            }
        ],
        "events": [
            {"id": number, "uid": f"event-{number}", "at": LATER, **event}
            for number, event in enumerate(events, 1)
        ],
        **changes,
    }


EVERYTHING: list[dict[str, Any]] = [
    {"kind": "agreed", "referral": 1, "data": {"at": "2026-11-25T14:00:00Z", "text": "a look"}},
    {"kind": "agreed", "referral": 1, "channel": "call", "data": {"on": "2027-03-01"}},
    {"kind": "agreed", "referral": 1},
    {"kind": "promised", "person": 1, "data": {"due": "2026-11-25T14:00:00Z", "referral": "one"}},
    {"kind": "promised", "person": 2, "data": {"on": "2026-11-25", "text": "a price"}},
    {"kind": "kept", "person": 1, "data": {"promise": "event-4"}},
    {"kind": "kept", "person": 2},
    {"kind": "problem", "referral": 1, "data": {"text": "a leak"}},
    {"kind": "resolved", "referral": 1, "data": {"problem": "event-8"}},
    {"kind": "told", "referral": 1, "data": {"news": True}},
    {"kind": "won", "referral": 1, "data": {"value": "4200.50", "currency": "GBP"}},
    {"kind": "source-corrected", "referral": 1, "data": {"from": "dana"}},
    {"kind": "paused", "data": {"until": "2026-12-01T00:00:00Z"}},
    {"kind": "forgotten", "person": 2},
]


def test_nothing_of_it_is_lost(book: Book) -> None:
    """In and out again it is the same, key by key."""
    book.at("2026-11-30T09:00").load(history(*EVERYTHING))
    found = book.export()
    assert found["schema"] == "reftrack.history/2"
    assert found["referrals"][0]["confidential"] is True
    assert [e["data"] for e in found["events"]] == [e.get("data", {}) for e in EVERYTHING]


def test_the_first_form_is_read(book: Book) -> None:
    """A file of the first edition gives the same book as one of the second."""
    old = history({"kind": "thanked", "referral": 1}, schema="reftrack.history/1")
    del old["referrals"][0]["confidential"]
    book.at("2026-11-30T09:00").load(old)
    found = book.export()
    assert found["schema"] == "reftrack.history/2"
    assert found["referrals"][0]["confidential"] is False
    assert len(found["events"]) == 1


def test_instants_of_the_data_are_in_utc() -> None:
    """An offset in the file is turned into UTC, as with every instant."""
    event = {"kind": "agreed", "referral": 1, "data": {"at": "2026-11-25T14:00:00+02:00"}}
    (read,) = open_history(text_of(history(event))).events()
    assert read.data == {"at": "2026-11-25T12:00:00Z"}


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ({"kind": "agreed", "referral": 1, "data": {"at": LATER, "on": "2026-11-25"}}, "not both"),
        ({"kind": "promised", "person": 1}, "one of the two"),
        (
            {"kind": "promised", "person": 1, "data": {"due": LATER, "on": "2026-11-25"}},
            "one of the two",
        ),
        ({"kind": "waived", "referral": 1}, "data.rule: missing"),
        ({"kind": "kept", "person": 1, "data": {"promise": "x"}}, "no promised event"),
        ({"kind": "kept", "person": 1, "data": {"promise": "event-1"}}, "no promised event"),
        ({"kind": "resolved", "referral": 1, "data": {"problem": "x"}}, "no problem event"),
        ({"kind": "won", "referral": 1, "data": {"value": "4,200"}}, "data.value"),
        ({"kind": "won", "referral": 1, "data": {"value": 4200}}, "data.value"),
        ({"kind": "told", "referral": 1, "data": {"news": "yes"}}, "data.news"),
        ({"kind": "agreed", "referral": 1, "data": {"on": "tomorrow"}}, "data.on"),
        ({"kind": "agreed", "person": 1}, "does not happen to a person"),
        ({"kind": "promised", "referral": 1, "data": {"due": LATER}}, "not happen to a referral"),
        ({"kind": "forgotten"}, "does not happen to the whole book"),
    ],
)
def test_what_breaks_the_form(event: dict[str, Any], fault: str) -> None:
    """It is named by its path, whether the file is read whole or record by record."""
    document = history(event)
    for text in (text_of(document), json.dumps(document, sort_keys=True)):
        with pytest.raises(Refused) as refused:
            open_history(text)
        assert "events[0]" in refused.value.message
        assert fault in refused.value.message


def test_what_is_named_may_stand_later() -> None:
    """Any order is history."""
    kept = {"kind": "kept", "person": 1, "data": {"promise": "event-2"}}
    promised = {"kind": "promised", "person": 2, "data": {"on": "2026-11-25"}}
    assert len(list(open_history(text_of(history(kept, promised))).events())) == 2


def test_confidential_is_true_or_false() -> None:
    """Nothing else is read as one of them."""
    document = history()
    document["referrals"][0]["confidential"] = "yes"
    with pytest.raises(Refused, match="confidential"):
        open_history(text_of(document))


def text_of(document: dict[str, Any]) -> str:
    """The document as text, plainly laid out."""
    return json.dumps(document)
