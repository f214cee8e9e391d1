"""A person's story from the projections: each question of the rules costs one look at an index."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from reftrack.domain.events import PIPELINE, TALK, Place, at_or_after
from reftrack.domain.times import instant_of, text_of
from reftrack.rules.rulebook import NEWS
from reftrack.rules.story import Live, Pause, PersonStory, Proof, ReferralStory, Word, live_among
from reftrack.store.reader import Reader


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


_WAITED = (
    "SELECT 1 FROM standing s WHERE s.source = ? AND s.received_at >= ? AND s.received_at < ?"
    " AND NOT EXISTS (SELECT 1 FROM live_event e WHERE e.referral = s.referral"
    f" AND e.kind IN ({_listed(TALK)}) AND e.at >= ? AND e.at < ?) LIMIT 1"
)
# Live now, and nothing has moved it since an instant at which it was there.
_STILL_LIVE = (
    "SELECT 1 FROM standing s WHERE s.source = ? AND s.ended_at IS NULL AND s.received_at <= ?"
    " AND NOT EXISTS (SELECT 1 FROM live_event e WHERE e.referral = s.referral"
    f" AND e.kind IN ({_listed(PIPELINE)}) AND e.at > ?) LIMIT 1"
)
# What was moved since, or has ended since: their stories have to be read.
_MOVED = (
    "SELECT e.referral FROM live_event e JOIN standing s ON s.referral = e.referral"
    f" WHERE e.at > ? AND e.kind IN ({_listed(PIPELINE)}) AND s.source = ?"
    " UNION SELECT referral FROM standing WHERE source = ? AND ended_at > ?"
)
_PROOFS = (
    "SELECT proved_at, proof, proof_uid, referral FROM standing"
    " WHERE source = ? AND proof IS NOT NULL ORDER BY proved_at, proof"
)
_OWED_NEWS = (
    "SELECT 1 FROM courtesy WHERE outcome IS NULL AND to_person = ? AND about <> to_person"
    f" AND rule IN ({_listed(NEWS)}) LIMIT 1"
)
# After every instant that a history may name.
_NEVER = "9"


@dataclass(frozen=True)
class ProjectedStory(PersonStory):
    """A person's story whose referrals are read from the projections; `sent` is empty.

    The projections of the referrals have to be up to date. The chain of keep-informed begins with
    the last word before `since` that is no waiver: a change then leaves what was raised before that
    word as it is. `known` are the stories that were read already, by referral: a source has many
    links, and each may ask for the same ones.
    """

    reader: Reader = field(kw_only=True)
    stories: Callable[[Iterable[int]], Sequence[ReferralStory]] = field(kw_only=True)
    since: Place | None = field(kw_only=True, default=None)
    known: dict[int, ReferralStory] = field(kw_only=True, default_factory=dict)

    @cached_property
    def _receipt_texts(self) -> Sequence[str]:
        """The receipts of all their referrals, in order; quickest where everything is asked."""
        sql = "SELECT received_at FROM standing WHERE source = ? ORDER BY received_at"
        return [at for (at,) in self.reader.rows(sql, self.person.id)]

    def first_sent(self, since: datetime) -> datetime | None:
        """The first receipt of a referral from them at `since` or later."""
        if self.since is None:
            place = bisect_left(self._receipt_texts, text_of(since))
            return (
                None
                if place == len(self._receipt_texts)
                else instant_of(self._receipt_texts[place])
            )
        ((first,),) = self.reader.rows(
            "SELECT min(received_at) FROM standing WHERE source = ? AND received_at >= ?",
            self.person.id,
            text_of(since),
        )
        return None if first is None else instant_of(first)

    def first_receipt(self) -> Word | None:
        """The receipt of the first referral from them."""
        found = self.reader.rows(
            "SELECT referral, received_at FROM standing WHERE source = ?"
            " ORDER BY received_at, referral LIMIT 1",
            self.person.id,
        )
        if not found:
            return None
        ((number, received_at),) = found
        ((uid,),) = self.reader.rows("SELECT uid FROM referral WHERE id = ?", number)
        return Word(at_or_after(instant_of(received_at)), uid)

    def is_kept_waiting_in(self, pause: Pause) -> bool:
        """True if a referral from them was received in this pause and had no talk in it."""
        start, end = text_of(pause.start), _NEVER if pause.end is None else text_of(pause.end)
        if self.since is None:
            place = bisect_left(self._receipt_texts, start)
            if place == len(self._receipt_texts) or self._receipt_texts[place] >= end:
                return False
        return bool(self.reader.rows(_WAITED, self.person.id, start, end, start, end))

    @cached_property
    def chain_from(self) -> Place | None:
        """The place where the chain of keep-informed begins here; None for its very beginning."""
        if self.since is None:
            return None
        at, event = text_of(self.since[0]), self.since[1]
        found = self.reader.rows(
            "SELECT at, event FROM heard WHERE person = ? AND (at, event) < (?, ?)"
            " AND is_waiver = 0 ORDER BY at DESC, event DESC LIMIT 1",
            *(self.person.id, at, event),
        )
        return (instant_of(found[0][0]), found[0][1]) if found else None

    def words(self) -> Sequence[Word]:
        """The chain of keep-informed, in order, from where it begins here."""
        begin = self.chain_from
        at, event = ("", 0) if begin is None else (text_of(begin[0]), begin[1])
        rows = self.reader.rows(
            "SELECT at, event, uid, is_waiver FROM heard"
            " WHERE person = ? AND (at, event) >= (?, ?) ORDER BY at, event, uid",
            *(self.person.id, at, event),
        )
        return [
            Word((instant_of(at), event), uid, bool(is_waiver))
            for at, event, uid, is_waiver in rows
        ]

    def live_since(self, instant: datetime) -> Live:
        """The referrals of theirs that were live at `instant`, and when the last of them ended."""
        at = text_of(instant)
        if self.reader.rows(_STILL_LIVE, self.person.id, at, at):
            return Live(is_any=True, none_at=None)
        moved = [n for (n,) in self.reader.rows(_MOVED, at, self.person.id, self.person.id, at)]
        if missing := [number for number in moved if number not in self.known]:
            self.known.update((story.referral.id, story) for story in self.stories(missing))
        return live_among((self.known[n] for n in moved if n in self.known), instant)

    def proofs(self) -> Iterator[Proof]:
        """The events that proved their referrals good, in order; read as they are asked for."""
        for at, event, uid, referral in self.reader.connection.execute(_PROOFS, (self.person.id,)):
            yield Proof((instant_of(at), event), uid, referral)

    @cached_property
    def has_trouble(self) -> bool:
        """True if a problem is not put right on an unclosed referral that they are part of."""
        sql = "SELECT 1 FROM standing WHERE source = ? AND is_troubled = 1 LIMIT 1"
        return bool(self.reader.rows(sql, self.person.id)) or any(
            part.is_troubled for part in self.prospect_of
        )


def is_owed_news(reader: Reader, person: int) -> bool:
    """True if rules 1, 4 to 9, 11 or 13 owe this source anything, by the projections."""
    return bool(reader.rows(_OWED_NEWS, person))
