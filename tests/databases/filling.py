"""Makes the book that is kept of a version of the tables: `python -m tests.databases.filling 3`.

Run once, by the program whose tables are about to be frozen; the book and its export are then
never made again. Every kind of row is in it: edited, merged, undone, redone, imported, snoozed,
waived, a pause, a wish, a review, and what a later command stands on.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from reftrack.cli.door import run

HERE = Path(__file__).parent

# When, and what was typed then.
COMMANDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "2026-10-05T08:00:00Z",
        (
            *("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", "cousin"),
            *("--relation", "client", "--phone", "0161 496 0005", "--email", "dana@example.org"),
            *("--source-email", "Sam@Example.org", "--need", "A survey", "--note", "Mornings"),
        ),
    ),
    ("2026-10-05T09:00:00Z", ("contact", "1", "--no-answer")),
    ("2026-10-05T15:00:00Z", ("thank", "1", "--by", "card", "--note", "The one with birds")),
    ("2026-10-06T10:00:00Z", ("contact", "1", "--by", "call")),
    ("2026-10-08T11:00:00Z", ("meet", "1")),
    ("2026-10-09T08:30:00Z", ("win", "1")),
    ("2026-10-09T09:00:00Z", ("thank", "1", "--by", "call")),
    ("2026-10-10T09:00:00Z", ("rate", "1", "good")),
    ("2026-10-12T08:00:00Z", ("add", "Priya Nair", "--from", "Tom Beck")),
    ("2026-10-13T08:00:00Z", ("problem", "1", "The survey came late")),
    ("2026-10-13T09:00:00Z", ("tell", "1", "--by", "call")),
    ("2026-10-14T08:00:00Z", ("resolve", "1", "A new survey, free of charge")),
    ("2026-10-15T08:00:00Z", ("wish", "@1", "--updates", "30d", "--by", "email")),
    ("2026-10-16T08:00:00Z", ("add", "Kim Wood", "--from", "Sam Ortis")),
    ("2026-10-16T08:01:00Z", ("edit", "@5", "--email", "ortis@example.org")),
    ("2026-10-16T08:05:00Z", ("merge", "@5", "@1", "--yes")),
    # A merge that was taken back, and one that was brought back.
    ("2026-10-16T08:10:00Z", ("merge", "@6", "@2", "--yes")),
    ("2026-10-16T08:11:00Z", ("undo",)),
    ("2026-10-16T08:12:00Z", ("add", "Thomas Beck", "--from", "Thomas Beck")),
    ("2026-10-16T08:13:00Z", ("merge", "@7", "@3", "--yes")),
    ("2026-10-16T08:14:00Z", ("undo",)),
    ("2026-10-16T08:15:00Z", ("redo",)),
    ("2026-10-17T08:00:00Z", ("pause",)),
    ("2026-10-18T08:00:00Z", ("missed", "@1")),
    ("2026-10-19T08:00:00Z", ("add", "Joe Kerr", "--from", "Tom Beck", "--kind", "co-worker")),
    ("2026-10-20T08:00:00Z", ("decline", "5", "--why", "Too far for us")),
    ("2026-10-20T08:05:00Z", ("refer-out", "5", "--to", "Lee Park", "--note", "He agreed")),
    ("2026-10-24T08:00:00Z", ("resume",)),
    ("2026-10-26T09:00:00Z", ("lose", "2", "--why", "A cousin does it")),
    ("2026-11-02T09:00:00Z", ("deliver", "1")),
    (
        "2026-11-03T09:00:00Z",
        ("review", "@2", "--agreed", "--delivered", "--happy", "--busy-until", "2026-11-20"),
    ),
    # A person and a referral, edited more than once, once in vain.
    ("2026-11-04T09:00:00Z", ("edit", "@2", "--phone", "020 7946 0018")),
    ("2026-11-04T09:01:00Z", ("edit", "@2", "--email", "", "--company", "Ruiz Ltd")),
    ("2026-11-04T09:02:00Z", ("edit", "@2", "--name", "Dana Ruíz-Pop")),
    ("2026-11-04T09:03:00Z", ("edit", "@2", "--phone", "1", "--note", "A slip")),
    ("2026-11-04T09:04:00Z", ("undo",)),
    ("2026-11-04T09:05:00Z", ("edit", "3", "--tie", "neighbour", "--need", "A roof")),
    ("2026-11-04T09:06:00Z", ("edit", "3", "--received", "2026-10-15T12:00:00Z")),
    ("2026-11-04T09:07:00Z", ("edit", "3", "--from", "@2")),
    ("2026-11-04T09:08:00Z", ("edit", "3", "--from", "@1")),
    ("2026-11-04T09:09:00Z", ("edit", "3", "--from", "@3")),
    ("2026-11-04T09:10:00Z", ("undo",)),
    ("2026-11-05T09:00:00Z", ("add", "Dana Ruíz-Pop", "--from", "Dana Ruíz-Pop")),
    ("2026-11-06T09:00:00Z", ("snooze", "6", "--until", "2026-12-01")),
    ("2026-11-06T09:30:00Z", ("snooze", "@3", "--until", "2027-01-02")),
    ("2026-11-06T10:00:00Z", ("waive", "3", "thank-referral", "--why", "They asked for none")),
    ("2026-11-06T11:00:00Z", ("refer", "Lee Park", "--to", "@3")),
    ("2026-11-06T11:30:00Z", ("note", "@1", "Prefers tea")),
    ("2026-11-06T12:00:00Z", ("import", "more.json")),
    # Taken back for good: something came after it.
    ("2026-11-06T12:05:00Z", ("add", "Nobody Else", "--from", "@3", "--phone", "07700 900421")),
    ("2026-11-06T12:06:00Z", ("undo",)),
    ("2026-11-06T12:10:00Z", ("call-back", "@1")),
)

# What comes in from elsewhere, a snooze that ends in another offset among it.
MORE = {
    "schema": "reftrack.history/1",
    "people": [
        {"id": 1, "uid": "mia", "name": "Mia Lund", "email": "mia@example.org"},
        {"id": 2, "uid": "ana", "name": "Ana Silva", "updates": "outcome", "phone": "+351 1"},
    ],
    "referrals": [
        {
            "id": 1,
            "uid": "mias",
            "source": 2,
            "prospect": 1,
            "kind": "client",
            "received_at": "2026-11-01T08:00:00Z",
        }
    ],
    "events": [
        {"id": 3, "uid": "m1", "at": "2026-11-01T09:00:00Z", "kind": "attempted", "referral": 1},
        {
            "id": 4,
            "uid": "m2",
            "at": "2026-11-02T09:00:00Z",
            "kind": "snoozed",
            "referral": 1,
            "data": {"until": "2026-12-24T00:00:00+05:00"},
        },
        {
            "id": 9,
            "uid": "m3",
            "at": "2026-11-03T09:00:00Z",
            "kind": "told",
            "referral": 1,
            "channel": "text",
            "data": {"text": 'All "well": {"until":"x"}'},
        },
    ],
}


def main(version: int) -> None:
    """Writes the book of this version and its export beside this module."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = folder / f"version-{version}.db"
        os.environ |= {
            "REFTRACK_DB": str(path),
            "REFTRACK_TZ": "Etc/UTC",
            "TZ": "Etc/UTC",
            "REFTRACK_CONFIG": str(folder / "none.toml"),
        }
        (folder / "more.json").write_text(json.dumps(MORE), encoding="utf-8")
        for now, arguments in COMMANDS:
            os.environ["REFTRACK_NOW"] = now
            words = [str(folder / word) if word == "more.json" else word for word in arguments]
            if (code := run(words)) != 0:
                raise SystemExit(f"{now} {arguments}: {code}")
        run(["export", str(path.with_suffix(".json"))])
        for made in (path, path.with_suffix(".json")):
            shutil.copyfile(made, HERE / made.name)


if __name__ == "__main__":
    main(int(sys.argv[1]))
