"""Sequence numbers of calendar entries: one for each courtesy, which only ever rises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reftrack.domain.courtesies import Courtesy
from reftrack.store.reader import Reader


def sequence_numbers(reader: Reader, courtesies: Sequence[Courtesy]) -> list[int]:
    """The number of the last command that concerned each, and of every undo and redo since.

    Commands that were undone count, or the number would fall with them. It rises whenever the
    courtesy moves, ends or comes back. That it rises where nothing changed is harmless.
    """
    people = {n for c in courtesies for n in (c.to, c.about, c.person) if n is not None}
    referrals = {c.referral for c in courtesies if c.referral is not None}
    sent: dict[int, set[int]] = {}
    sources = {c.person for c in courtesies if c.person is not None}
    for referral in reader.referrals_of("source", sources):
        sent.setdefault(referral.source, set()).add(referral.id)
    about = _newest(reader, "referral", referrals.union(*sent.values()))
    of = _newest(reader, "person", people)
    mergers = (
        "SELECT v.merged_into, max(s.number) FROM person_version v JOIN step s ON s.id = v.step"
        " WHERE v.merged_into IN"
    )
    for number, step in reader.rows_among(mergers, people, "GROUP BY v.merged_into"):
        of[number] = max(step, of.get(number, 0))
    ((book,),) = reader.rows(
        "SELECT max(s.number) FROM event e JOIN step s ON s.id = e.step"
        " WHERE e.referral IS NULL AND e.person IS NULL"
    )
    ((reversals,),) = reader.rows("SELECT count(*) FROM turning")

    def revision(courtesy: Courtesy) -> int:
        steps = [book or 0, *(of.get(n, 0) for n in (courtesy.to, courtesy.about) if n)]
        theirs = sent.get(courtesy.person, ()) if courtesy.person is not None else ()
        steps += [about.get(n, 0) for n in (courtesy.referral, *theirs) if n]
        return max(steps) + int(reversals)

    return [revision(courtesy) for courtesy in courtesies]


def _newest(reader: Reader, what: str, numbers: Iterable[int]) -> dict[int, int]:
    """The number of the last step on each of these referrals or people, undone or not."""
    wanted = list(numbers)
    newest: dict[int, int] = {}
    for table in ("event", f"{what}_version"):
        sql = (
            f"SELECT r.{what}, max(s.number) FROM {table} r JOIN step s ON s.id = r.step"
            f" WHERE r.{what} IN"
        )
        for number, step in reader.rows_among(sql, wanted, f"GROUP BY r.{what}"):
            newest[number] = max(step, newest.get(number, 0))
    return newest
