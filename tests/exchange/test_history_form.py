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


WORK = {"value": "0161 496 0001", "label": "work"}
REACHED = {
    "phone": "07700 900421",
    "email": "sam@example.com",
    "phones": [{"value": "07700 900421", "label": "mobile"}, WORK],
    "emails": [{"value": "sam@example.com", "label": None}, {"value": "s@work", "label": None}],
    "address": [{"value": "1 High Street\nLeeds", "label": "home"}],
}


def reached(book: Book, **keys: object) -> dict[str, Any]:
    """The record of Sam after an import of one with these keys: what it says of how to reach him."""
    document = history()
    document["people"][0] |= keys
    book.load(document)
    return {key: book.export()["people"][0].get(key) for key in REACHED}


def test_several_phones_emails_and_an_address_are_kept(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with what it is, in their order; the first ones stand where they stood."""
    assert reached(book, **REACHED) == REACHED
    assert "07700 900421" in book("show", "Sam").out
    book("edit", "@1", "--phone", "07700 900999", "--company", "Ortiz Ltd")
    record = book.export()["people"][0]
    assert record["phones"] == [{"value": "07700 900999", "label": None}, WORK]
    assert (record["emails"], record["address"]) == (REACHED["emails"], REACHED["address"])
    book("undo")
    assert book.export()["people"][0]["phones"] == REACHED["phones"]
    book("edit", "@1", "--phone", "")
    assert book.export()["people"][0]["phones"] == [WORK]
    assert book.export()["people"][0]["phone"] == WORK["value"]
    again = book("export", "--format", "json").out
    (book.folder / "again.json").write_text(again, encoding="utf-8")
    monkeypatch.setenv("REFTRACK_DB", str(book.folder / "again.db"))
    book("import", str(book.folder / "again.json"))
    assert book("export", "--format", "json").out == again


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        ({"phones": ["0161 496 0001"]}, {"phone": "0161 496 0001"}),
        ({"phones": [], "emails": None, "address": []}, {}),
        ({"phones": [WORK]}, {"phone": WORK["value"], "phones": [WORK]}),
        ({"emails": ["a@b"], "email": "a@b"}, {"email": "a@b"}),
    ],
    ids=["a text", "none", "a label", "the first alone"],
)
def test_what_the_lists_say_in_another_way(
    book: Book, keys: dict[str, Any], kept: dict[str, Any]
) -> None:
    """A text is one without a label; a list that says no more than the first one is left out."""
    assert reached(book, **keys) == dict.fromkeys(REACHED) | kept


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({"phones": "0161"}, "people[0].phones: not a list"),
        ({"phones": [7]}, "people[0].phones[0].value: not text"),
        ({"emails": [{"label": "work"}]}, "people[0].emails[0].value: missing"),
        ({"address": [{"value": "x", "town": "y"}]}, "people[0].address[0].town: unknown"),
        ({"phone": "1", "phones": ["2"]}, "people[0].phones: its first is another phone"),
    ],
)
def test_lists_that_break_the_form(book: Book, keys: dict[str, Any], fault: str) -> None:
    """Nothing of such a file is imported, and the fault is named by its path."""
    document = history()
    document["people"][0] |= keys
    with pytest.raises(Refused) as refused:
        open_history(json.dumps(document))
    assert fault in str(refused.value)


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
