"""Touches on the source: thanks, news, explanations; one may settle several courtesies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from reftrack.application.naming import Names, each_of
from reftrack.application.records import kind_of, owed_of
from reftrack.application.results import (
    NO_ANSWERS,
    Answers,
    Choice,
    Doubt,
    Recorded,
    Undecided,
)
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction, sources_of, subjects_of
from reftrack.application.when import Moment
from reftrack.domain.events import TOUCH
from reftrack.domain.people import Person, checked_line, checked_text, short
from reftrack.domain.referrals import Referral
from reftrack.errors import BadInput, NotFound, ReftrackError, Refused
from reftrack.hints import Option, command
from reftrack.rules.rulebook import BY_NAME

_OfPerson = Callable[[Transaction, Person, Details], list[Referral]]


def thank(
    session: Session,
    whom: Sequence[str],
    *,
    by: str | None = None,
    gift: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that the source was thanked for these referrals.

    `whom` are referrals, or one person: then all that is open to them, as one card would.
    """
    data: dict[str, object] = {} if gift is None else {"gift": checked_line(gift, "The gift")}
    details = Details(by, at, note, data).checked()

    def act(book: Transaction) -> Recorded:
        return _touched(book, "thanked", whom, details, _with_open_thanks, _card_is_slow)

    return session.record("thank", act, answers)


def tell(
    session: Session,
    whom: Sequence[str],
    *,
    text: str | None = None,
    may_be_a_name: bool = False,
    was_said: bool = False,
    by: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records news to the source of these referrals, or to one person on all their live ones.

    `text` is what was told, and may be shown to others. `may_be_a_name` says that it was not marked
    as such: then it is refused where it fits a name as well.

    A sale, a problem, its remedy, the beginning of a chain and the need of an introduction have to
    be said in so many words. Without a text it was said of the referrals named; with one, or to a
    person, only where `was_said` or the answer to the doubt says so. Else it is news, and they stay
    owed. So does what is put on record later: where nothing of the kind is open it is news too.
    """
    data: dict[str, object] = {} if text is None else {"text": checked_text(text, "The news")}
    details = Details(by, at, note, data).checked()

    def act(book: Transaction) -> Recorded:
        if text is not None and may_be_a_name:
            _refuse_a_name(book, text)
        found = _found(book, whom)
        referrals = _live(book, found, details) if isinstance(found, Person) else found
        said = {referral.id for referral in referrals} if was_said else None
        if said is None:
            is_sure = text is None and not isinstance(found, Person)
            said = _said_in_words(book, referrals, details, is_sure=is_sure)
        lines = []
        for referral in referrals:
            news = details.data if referral.id in said else {**details.data, "news": True}
            told = replace(details, data=news)
            lines += book.record_on_referrals("told", [referral], told)
        return book.recorded(lines, [*subjects_of(referrals), *sources_of(referrals)])

    return session.record("tell", act, answers)


def explain(
    session: Session,
    whom: Sequence[str],
    *,
    by: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that the source of these referrals knows why: of a loss, a no, or a full book."""
    details = Details(by, at, note).checked()

    def act(book: Transaction) -> Recorded:
        referrals = book.names.referrals(whom)
        lines = book.record_on_referrals("explained", referrals, details)
        return book.recorded(lines, subjects_of(referrals))

    return session.record("explain", act, answers)


def educate(
    session: Session,
    whom: Sequence[str],
    *,
    by: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that the source knows whom you help best; of a person, where it is open."""
    details = Details(by, at, note).checked()

    def act(book: Transaction) -> Recorded:
        return _touched(book, "educated", whom, details, _waiting_to_be_educated)

    return session.record("educate", act, answers)


def done(
    session: Session,
    refs: Sequence[str],
    *,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records what settles the next debt of each referral.

    Refused where only a conversation settles it: none is invented.
    """
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        referrals = book.names.referrals(refs)
        lines = []
        for referral in referrals:
            kind, by = _next_debt(book, referral)
            settling = Details(by, details.at, details.note)
            lines += book.record_on_referrals(kind, [referral], settling)
        return book.recorded(lines, subjects_of(referrals))

    return session.record("done", act, answers)


def _touched(
    book: Transaction,
    kind: str,
    whom: Sequence[str],
    details: Details,
    of_person: _OfPerson,
    remark: Callable[[Transaction, Sequence[Referral], Details], None] | None = None,
) -> Recorded:
    """Records one touch on the referrals named, or on those of a person that `of_person` finds."""
    found = _found(book, whom)
    referrals = of_person(book, found, details) if isinstance(found, Person) else found
    if remark is not None:
        remark(book, referrals, details)
    lines = book.record_on_referrals(kind, referrals, details)
    return book.recorded(lines, [*subjects_of(referrals), *sources_of(referrals)])


def _found(book: Transaction, texts: Sequence[str]) -> list[Referral] | Person:
    """The referrals that the words mean, or one person alone."""
    names, texts = book.names, each_of(texts)
    if len(texts) == 1:
        found = names.referral_or_person(texts[0])
        return found if isinstance(found, Person) else [found]
    found_all = [names.referral_or_person(text) for text in texts]
    people = [found for found in found_all if isinstance(found, Person)]
    if people:
        raise BadInput(
            f"{people[0].name} is a person; several at once have to be referrals.",
            "Name the referrals by their numbers, or the person alone.",
        )
    referrals = [found for found in found_all if isinstance(found, Referral)]
    return list({referral.id: referral for referral in referrals}.values())


def _refuse_a_name(book: Transaction, told: str) -> None:
    """Raises Refused for news that could as well be the name of another referral."""
    if len(told.split()) > 3:
        return
    try:
        Names(book.outlook).referral_or_person(told)  # whatever is known to be meant by a name
    except ReftrackError as error:
        if isinstance(error, NotFound | BadInput):
            return
    raise BadInput(
        f"'{short(told)}' may be the news, or another referral.",
        ("Say ", Option("text"), f" '{short(told)}', or the number of the referral."),
    )


def _said_in_words(
    book: Transaction, referrals: Sequence[Referral], details: Details, *, is_sure: bool
) -> set[int]:
    """The referrals on which something was open that has to be said in so many words, and was.

    Unless it `is_sure`, this leaves with a doubt where somebody can be asked.
    """
    at = {r.id: book.instant_of(details, r, kind="told") for r in referrals}
    open_ = [
        (courtesy, status)
        for courtesy, status in book.outlook.stand(book.outlook.open_on(subjects_of(referrals)))
        if courtesy.referral is not None
        and courtesy.opens_at <= at[courtesy.referral]
        and BY_NAME[courtesy.rule].is_told_in_words
    ]
    numbers = {courtesy.referral for courtesy, _ in open_ if courtesy.referral is not None}
    if not open_ or is_sure or book.answers.get(_SAID) == _SAID:
        return numbers
    owed = book.in_words(book.outlook, open_)
    words = tuple(dict.fromkeys(each.action for each in owed))
    if book.asks and _SAID not in book.answers:
        raise Doubt(_was_it_said(words))
    said = owed[0].command if len(owed) == 1 else command("tell", *sorted(numbers))
    asked = f"note: recorded as news. If you did this too ({'; '.join(words)}): "
    book.notes.append((asked, said))
    return set()


_SAID = "said"


def _was_it_said(actions: Sequence[str]) -> Undecided:
    """The doubt whether these, which are owed in so many words, were said with the news."""
    question = f"Was this said too? {'; '.join(actions)}."
    said = Choice(_SAID, "It was said.", question)
    return Undecided(_SAID, question, (said, Choice("news", "Only the news.")))


def _card_is_slow(book: Transaction, referrals: Sequence[Referral], details: Details) -> None:
    """Notes that a card, though it settles the news of a sale, arrives after the friend's word."""
    if details.by not in ("card", "gift"):
        return
    open_ = book.outlook.open_on(subjects_of(referrals))
    late = sorted({c.referral for c in open_ if c.rule == "announce-win" and c.referral})
    if late:
        numbers = ", ".join(map(str, late))
        book.notes.append(f"note: {numbers} is sold, and a card takes days. Call them today too.")


# The events that `done` records: words to a source. A talk with a prospect is never invented.
_RECORDED_BY_DONE = TOUCH | {"educated"}


def _next_debt(book: Transaction, referral: Referral) -> tuple[str, str | None]:
    """The event that settles the next debt of this referral, and its way."""
    outlook = book.outlook
    debts = [
        (courtesy, status)
        for courtesy, status in outlook.stand(outlook.open_on([("referral", referral.id)]))
        if status != "upcoming"
    ]
    if not debts:
        raise Refused(
            f"nothing is owed on {referral.id} now.",
            ("What comes next: ", command("show", referral.id)),
        )
    (owed,) = (owed_of(item, outlook.terms.policy) for item in outlook.items(debts[:1]))
    kind = kind_of(owed.rule.command)
    if kind is None or kind not in _RECORDED_BY_DONE:
        reason = (
            "only a real conversation settles that"
            if owed.rule.is_conversation
            else "that needs a name"
        )
        raise Refused(
            f"the next debt of {referral.id} is {owed.rule.name}: {reason}.",
            ("When it happened: ", owed.command),
        )
    way = owed.rule.command.option("by")
    return kind, way if isinstance(way, str) else None


def _received_by(
    book: Transaction, person: Person, details: Details
) -> dict[int, tuple[Referral, datetime]]:
    """The referrals that this person had sent by the time of the touch, each with that time."""
    book.instant_of(details)  # a time not understood is an error, not a referral of later
    sent = {}
    for referral in book.reader.referrals_of("source", [person.id]):
        with suppress(BadInput):  # received after it
            at = book.instant_of(details, referral)
            if at >= referral.received_at:
                sent[referral.id] = (referral, at)
    return sent


def _with_open(
    book: Transaction, person: Person, kind: str, details: Details, nothing: NotFound
) -> list[Referral]:
    """The referrals of this person on which an open courtesy to them is done by `kind`."""
    sent = _received_by(book, person, details)
    waiting = {
        courtesy.referral
        for courtesy in book.outlook.open_on([("referral", number) for number in sent])
        if courtesy.referral is not None
        and courtesy.opens_at <= sent[courtesy.referral][1]
        and BY_NAME[courtesy.rule].is_settled_by(kind, details.by)
    }
    if not waiting:
        raise nothing
    return [sent[number][0] for number in sorted(sent) if number in waiting]


def _with_open_thanks(book: Transaction, person: Person, details: Details) -> list[Referral]:
    nothing = NotFound(
        f"no thanks to {person.name} (@{person.id}) are open.",
        "To thank them once more, name the referral by its number.",
    )
    return _with_open(book, person, "thanked", details, nothing)


def _waiting_to_be_educated(book: Transaction, person: Person, details: Details) -> list[Referral]:
    nothing = NotFound(
        f"no referral of {person.name} (@{person.id}) waits for that.",
        "To record it all the same, name the referral by its number.",
    )
    return _with_open(book, person, "educated", details, nothing)


def _live(book: Transaction, person: Person, details: Details) -> list[Referral]:
    """The referrals of this person that have not ended."""
    received = (referral for referral, _ in _received_by(book, person, details).values())
    sent = [referral for referral in received if not referral.is_expansion]
    standings = book.outlook.standings(referral.id for referral in sent)
    live = [r for r in sent if r.id in standings and standings[r.id].ended_at is None]
    if not live:
        raise NotFound(
            f"{person.name} (@{person.id}) has no live referral with you.",
            "To record news on an ended one, name it by its number.",
        )
    return sorted(live, key=lambda referral: referral.id)
