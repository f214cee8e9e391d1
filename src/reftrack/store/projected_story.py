"""A person's story from the projections: each question of the rules costs one look at an index."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from reftrack.domain.events import Place, at_or_after
from reftrack.domain.times import instant_of, text_of
from reftrack.rules.rulebook import NEWS
from reftrack.rules.story import Pause, PersonStory, Proof, Word
from reftrack.store.reader import Reader

_LIVE = "SELECT 1 FROM standing WHERE source = ? AND ended_at IS NULL AND received_at <= ? LIMIT 1"
_LAST_END = (
    "SELECT max(ended_at) FROM standing WHERE source = ? AND ended_at > ? AND received_at <= ?"
)
_IN_PAUSE = (
    "SELECT 1 FROM standing WHERE source = ? AND received_at >= ? AND received_at < ? LIMIT 1"
)
_PROOFS = (
    "SELECT proved_at, proof, proof_uid, referral FROM standing"
    " WHERE source = ? AND proof IS NOT NULL ORDER BY proved_at, proof"
)
_NEWS = ", ".join(f"'{rule}'" for rule in sorted(NEWS))
_OWED_NEWS = (
    "SELECT 1 FROM courtesy WHERE outcome IS NULL AND to_person = ? AND about <> to_person"
    f" AND rule IN ({_NEWS}) LIMIT 1"
)
# After every instant that a history may name.
_NEVER = "9"


@dataclass(frozen=True)
class ProjectedStory(PersonStory):
    """A person's story whose referrals are read from the projections; `sent` is empty.

    The projections of the referrals have to be up to date. The chain of keep-informed begins with
    the last word before `since` that is no waiver: a change then leaves what was raised before that
    word as it is.
    """

    reader: Reader = field(kw_only=True)
    since: Place | None = field(kw_only=True, default=None)

    @cached_property
    def _receipts(self) -> Sequence[str]:
        """The receipts of all their referrals, in order; quickest where everything is asked."""
        sql = "SELECT received_at FROM standing WHERE source = ? ORDER BY received_at"
        return [at for (at,) in self.reader.rows(sql, self.person.id)]

    def first_sent(self, since: datetime) -> datetime | None:
        """The first receipt of a referral from them at `since` or later."""
        if self.since is None:
            place = bisect_left(self._receipts, text_of(since))
            return None if place == len(self._receipts) else instant_of(self._receipts[place])
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

    def has_sent_in(self, pause: Pause) -> bool:
        """True if a referral from them was received in this pause."""
        end = _NEVER if pause.end is None else text_of(pause.end)
        if self.since is None:
            place = bisect_left(self._receipts, text_of(pause.start))
            return place < len(self._receipts) and self._receipts[place] < end
        return bool(self.reader.rows(_IN_PAUSE, self.person.id, text_of(pause.start), end))

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

    def ends_of_live_at(self, instant: datetime) -> Sequence[datetime | None]:
        """The end that counts of those of their referrals that were live at `instant`."""
        at = text_of(instant)
        if self.reader.rows(_LIVE, self.person.id, at):
            return [None]
        ((end,),) = self.reader.rows(_LAST_END, self.person.id, at, at)
        return [] if end is None else [instant_of(end)]

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
