"""Adding a referral."""

from __future__ import annotations

from dataclasses import dataclass

from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction
from reftrack.application.ways import way_of
from reftrack.application.when import Moment
from reftrack.domain.people import RELATIONS, Person, checked_line, checked_text
from reftrack.domain.referrals import CO_WORKER, EXPANSION, KINDS, Referral
from reftrack.domain.spelling import one_of
from reftrack.errors import Refused
from reftrack.hints import Option
from reftrack.rules.steps import NO_GIFT
from reftrack.wording.recorded import on_referral


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Facts about a person, None where nothing is said of them."""

    phone: str | None = None
    email: str | None = None
    company: str | None = None
    relation: str | None = None

    def checked(self, whose: str = "") -> PersonFacts:
        """The facts as they are stored; BadInput where they cannot be, with `whose` in front."""
        return PersonFacts(
            _line(self.phone, f"{whose}phone"),
            _line(self.email, f"{whose}email"),
            _line(self.company, f"{whose}company"),
            one_of(self.relation, RELATIONS, "relation"),
        )


NOTHING_KNOWN = PersonFacts()


def add(
    session: Session,
    prospect: str,
    source: str,
    *,
    kind: str | None = None,
    of_prospect: PersonFacts = NOTHING_KNOWN,
    of_source: PersonFacts = NOTHING_KNOWN,
    tie: str | None = None,
    need: str | None = None,
    thanked: str | None = None,
    contacted: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that `source` referred `prospect`, either of whom may be new.

    `kind` is client, co-worker, partner or expansion, the last exactly where both are one person.
    `tie` is what the prospect is to the source, `need` what they need, which is private. `thanked`
    is the way in which the source was thanked already, `contacted` says that the prospect was.
    """
    wanted = one_of(kind, KINDS, "kind")
    prospects, sources = of_prospect.checked(), of_source.checked("source's ")
    tie = _line(tie, "tie")
    need = None if need is None else checked_text(need, "The need")
    thanked = way_of(thanked)
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        giver = book.person(source)
        given = book.person(prospect)
        received_at = book.instant_of(details, giver, given)
        between = kind_between(wanted, giver, given)
        _note_twin(book, giver, given)
        giver = _learnt(book, giver, sources)
        given = _learnt(book, giver if given.id == giver.id else given, prospects)
        referral = book.journal.new_referral(
            Referral(
                *(0, "", giver.id, given.id, received_at, between, tie, need, details.note),
            )
        )
        _refuse_gifts_to_colleagues(referral, thanked)
        sentence = f"{given.name}, referred by {giver.name}"
        if between == EXPANSION:
            sentence = f"New business from {given.name}"
        also = _also(book, referral, thanked, contacted, giver, given)
        book.journal.summary.append(f"{referral.id}: {sentence}{also}")
        line = f"{referral.id}  {sentence}{book.said_when(received_at)}{also}."
        return book.recorded([line], [("referral", referral.id)])

    return session.record("add", act, answers, begins_a_book=True)


def kind_between(kind: str | None, source: Person, prospect: Person) -> str:
    """The kind asked for, or the usual one; Refused unless expansion is of one person only."""
    is_one = source.id == prospect.id
    if is_one and kind in (None, EXPANSION):
        return EXPANSION
    if is_one:
        raise Refused(
            f"source and prospect are both {source.name}, so it is an expansion.",
            ("Leave ", Option("kind"), " out, or name somebody else."),
        )
    if kind == EXPANSION:
        raise Refused(
            "an expansion is new business from the same person; these are two.",
            ("Leave ", Option("kind"), " out, or say ", Option("from"), f" '{prospect.name}'."),
        )
    return kind or KINDS[0]


def _line(text: str | None, what: str) -> str | None:
    return None if text is None else checked_line(text, f"The {what}")


def _refuse_gifts_to_colleagues(referral: Referral, way: str | None) -> None:
    """Raises Refused where a co-worker referral would be thanked with a gift."""
    if referral.kind == CO_WORKER and way == "gift":
        raise Refused(f"{NO_GIFT}.", ("Thank them in words: ", Option("thanked", "card"), "."))


def _note_twin(book: Transaction, source: Person, prospect: Person) -> None:
    """Notes that the same two have a live referral: it may have been entered already."""
    same = [
        referral.id
        for referral in book.reader.referrals_of("prospect", [prospect.id])
        if referral.source == source.id and referral.source != referral.prospect
    ]
    standings = book.outlook.standings(same)
    live = [number for number in same if number in standings and not standings[number].ended_at]
    if live:
        book.notes.append(
            f"note: {live[-1]} is {prospect.name} from {source.name} too, and still live."
        )


def _learnt(book: Transaction, person: Person, known: PersonFacts) -> Person:
    """The person with what was said of them; what it replaces is noted."""
    said = {
        "phone": known.phone,
        "email": known.email,
        "company": known.company,
        "relation": known.relation,
    }
    changes = {key: value for key, value in said.items() if value is not None}
    for key, value in changes.items():
        before = getattr(person, key)
        if before not in (None, value):
            book.notes.append(f"{person.name} (@{person.id}): {key} was {before}, is now {value}.")
    return book.journal.change_person(person, **changes) if changes else person


def _also(
    book: Transaction,
    referral: Referral,
    thanked: str | None,
    contacted: bool,
    source: Person,
    prospect: Person,
) -> str:
    """Records an event that came with it at once; returns the words for it."""
    said = []
    names = {"source": source.name, "prospect": prospect.name}
    if thanked:
        book.record("thanked", referral, referral.received_at, Details(thanked))
        said.append(on_referral("thanked", thanked, **names))
    if contacted:
        book.record("contacted", referral, referral.received_at, Details())
        said.append(on_referral("contacted", None, **names))
    return "".join(f". {sentence}" for sentence in said)
