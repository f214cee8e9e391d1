"""`due` of an imported history is what the second reading gives, under any terms and in any zone."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from reftrack.domain.instants import instant_of, text_of
from tests.support.driver import Book
from tests.support.projections import listed, shown_of
from tests.support.random_history import ODD_ZONES, configuration_of, random_history, random_terms

BESIDE = (0, 1, -1, 3600, 86_400, 864_000)


@pytest.mark.parametrize("seed", range(21))
def test_what_is_owed_is_what_the_page_says(book: Book, seed: int) -> None:
    """At the last event and in the midst of all: from the projections, and worked out anew."""
    zone = ODD_ZONES[seed % len(ODD_ZONES)]
    document = random_history(seed, zone=zone, events=(10, 40, 80)[seed % 3])
    terms = random_terms(seed, document)
    instants = sorted({event["at"] for event in document["events"]})
    if not instants or instants[-1] >= "2190":
        return
    last = instant_of(instants[-1]) + timedelta(days=1)
    book.zone(zone).configure(configuration_of(terms)).at(text_of(last)).load(document)
    rng = random.Random(seed)
    moments = [last, *(instant_of(rng.choice(instants)) for _ in range(2))]
    for moment in moments:
        now = moment + rng.choice(BESIDE) * timedelta(seconds=1)
        book.at(text_of(now))
        assert listed(book.due("--all")) == shown_of(book, zone, now=now, **terms), now
