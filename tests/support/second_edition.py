"""Random histories with what the second edition of the rulebook brought."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from reftrack.domain.times import instant_of, text_of
from tests.support.random_history import random_history

WAYS = ("card", "call", "email", "text", "in-person", "gift", None)
SECOND = timedelta(seconds=1)
BESIDE = (0, 0, 1, -1, 3600, 7200, -3600, 86_400, 3 * 86_400, 10 * 86_400)


def second_edition(seed: int, *, forgets: bool = True, **bounds: Any) -> dict[str, Any]:
    """A random history, to which agreements, promises, corrections and the like are added."""
    document = random_history(seed, **bounds)
    rng = random.Random(f"second {seed}")
    events, referrals = document["events"], document["referrals"]
    people = [person["id"] for person in document["people"]]
    uids = {person["id"]: person["uid"] for person in document["people"]}
    instants = [instant_of(event["at"]) for event in events]
    instants += [instant_of(referral["received_at"]) for referral in referrals]
    instants = instants or [datetime(2026, 3, 2, 9, tzinfo=UTC)]

    def near() -> datetime:
        return rng.choice(instants) + rng.choice(BESIDE) * SECOND

    def add(kind: str, at: datetime, **rest: Any) -> None:
        uid = f"second-{len(events)}"
        events.append({"id": 0, "uid": uid, "at": text_of(at), "kind": kind, **rest})
        instants.append(at)

    for event in events:
        if event["kind"] in ("thanked", "told"):
            event["channel"] = rng.choice(WAYS)
        if event["kind"] == "told" and rng.random() < 0.3:
            event["data"] = {**(event.get("data") or {}), "news": True}
    for referral in referrals:
        received = instant_of(referral["received_at"])
        for _ in range(rng.choice((0, 0, 1, 2, 3))):
            at = max(received, near())
            data: dict[str, Any] = {}
            if rng.random() < 0.5:
                data = {"at": text_of(at + rng.choice((0, -1, 3600, 86_400, 9 * 86_400)) * SECOND)}
            elif rng.random() < 0.7:
                data = {"on": str((at + timedelta(days=rng.choice((-1, 0, 0, 1, 7, 20)))).date())}
            add("agreed", at, referral=referral["id"], data=data)
        for _ in range(rng.choice((0, 0, 0, 1, 2)) if referral["kind"] != "expansion" else 0):
            others = [n for n in people if n != referral["prospect"]]
            data = {"from": uids[rng.choice(others)]}
            add("source-corrected", max(received, near()), referral=referral["id"], data=data)
        if rng.random() < 0.3:
            rule = rng.choice(("contact-prospect", "try-again", "follow-up", "keep-appointment"))
            add("waived", max(received, near()), referral=referral["id"], data={"rule": rule})
    problems = [event for event in events if event["kind"] == "problem"]
    for event in events:
        on_it = [p["uid"] for p in problems if p["referral"] == event.get("referral")]
        if event["kind"] == "resolved" and on_it and rng.random() < 0.6:
            event["data"] = {**(event.get("data") or {}), "problem": rng.choice(on_it)}
    for person in people:
        promises: list[str] = []
        for _ in range(rng.choice((0, 0, 1, 2))):
            at = near()
            data = {"on": str((at + timedelta(days=rng.choice((-1, 0, 3)))).date())}
            if rng.random() < 0.5:
                data = {"due": text_of(at + rng.choice((-3600, 3600, 86_400)) * SECOND)}
            add("promised", at, person=person, data=data)
            promises.append(events[-1]["uid"])
        for _ in range(rng.choice((0, 0, 1)) if promises else 0):
            data = rng.choice(({}, {"promise": rng.choice(promises)}))
            add("kept", near(), person=person, data=data)
        if promises and rng.random() < 0.2:
            add("waived", near(), person=person, data={"rule": "keep-promise"})
        if forgets and rng.random() < 0.08:
            add("forgotten", near(), person=person, data={})
    for event in events:
        if event["kind"] == "paused" and rng.random() < 0.5:
            until = instant_of(event["at"]) + rng.choice((-1, 0, 3600, 86_400, 9 * 86_400)) * SECOND
            event["data"] = {"until": text_of(until)}
    rng.shuffle(events)
    for number, event in enumerate(events, 1):
        event["id"] = number
    return document
