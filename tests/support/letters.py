"""Letters for every rule, and a history full of secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.driver import Book

CANARY = "canary-7f3a"
SATURDAY = "2026-11-21T10:00:00Z"

MINE = """
name = "Robin Hale"
why_me = "we do what we said, on the day we said"
ideal_client = "owners of older houses"
"""


def drafted(book: Book, *arguments: str) -> str:
    """The text alone, without the last line break."""
    out = book("draft", *arguments).out
    assert out.endswith("\n")
    return out[:-1]


def secret_history() -> dict[str, Any]:
    """A book with a canary in every private place, and something of every kind in it."""
    people = [
        {"id": 1, "name": "Sam Ortiz", "relation": "friend", "email": "sam@x.example"},
        {"id": 2, "name": "Dana Ruiz", "relation": "client", "phone": "0161 1"},
        {"id": 3, "name": "Kim Wood", "relation": "colleague", "company": "Wood Ltd"},
    ]
    referrals = [
        {"id": 1, "source": 1, "prospect": 2, "kind": "client", "tie": "cousin"},
        {"id": 2, "source": 3, "prospect": 2, "kind": "co-worker"},
        {"id": 3, "source": 1, "prospect": 1, "kind": "expansion"},
        {"id": 4, "source": 2, "prospect": 3, "kind": "partner"},
    ]
    plain: list[tuple[str, dict[str, object]]] = [
        *((kind, {}) for kind in ("attempted", "contacted", "met", "won", "delivered", "noted")),
        *((kind, {}) for kind in ("thanked", "told", "explained", "educated")),
        *(
            (kind, dict[str, object](text="Said aloud"))
            for kind in ("lost", "declined", "problem", "resolved")
        ),
        ("referred-out", {"to": "kim"}),
        ("rated", {"fit": "poor"}),
        ("waived", {"rule": "thank-win"}),
        ("snoozed", {"until": "2026-12-24T00:00:00Z"}),
    ]
    personal: list[tuple[str, dict[str, object]]] = [
        *((kind, {}) for kind in ("missed", "called-back", "wished", "asked", "reopened", "noted")),
        ("given", {"prospect": "Lee Park"}),
        ("reviewed", {"agreed": True, "delivered": True, "happy": True}),
        ("delivered", {}),
    ]
    events: list[dict[str, Any]] = []
    for day, (subject, number) in enumerate(
        [("referral", n) for n in (1, 2, 3, 4)] + [("person", n) for n in (1, 2, 3)]
    ):
        happened = plain if subject == "referral" else personal
        for hour, (kind, data) in enumerate(happened):
            at = f"2026-11-{day + 2:02}T{hour:02}:00:00Z"
            events.append(
                {"id": len(events) + 1, "at": at, "kind": kind, subject: number, "data": data}
            )
    for number, kind in enumerate(("paused", "resumed", "paused")):
        events.append(
            {"id": len(events) + 1, "at": f"2026-11-1{number}T00:00:00Z", "kind": kind, "data": {}}
        )
    for item in (*people, *referrals, *events):
        item["note"] = f"{CANARY} of {item.get('kind', 'somebody')}"
        item["uid"] = "kim" if item.get("name") == "Kim Wood" else None
        if item["uid"] is None:
            del item["uid"]
    for referral in referrals:
        referral |= {"received_at": "2026-11-01T00:00:00Z", "need": f"{CANARY} need"}
    return {
        "schema": "reftrack.history/1",
        "people": people,
        "referrals": referrals,
        "events": events,
    }


def editor(book: Book, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """An editor that does this, `$1` being the file; where it puts what it saw."""
    path = book.folder / "editor with blanks"
    path.write_text("#!/bin/sh\n" + script.replace("{folder}", str(book.folder)) + "\n")
    path.chmod(0o700)
    monkeypatch.setenv("EDITOR", f"'{path}'")
    return book.folder
