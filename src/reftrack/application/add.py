"""Adding a referral."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from reftrack.application.naming import each_of
from reftrack.application.results import (
    NO_ANSWERS,
    Answers,
    Choice,
    Doubt,
    Recorded,
    Undecided,
)
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction, subjects_of
from reftrack.application.ways import way_of
from reftrack.application.when import Moment
from reftrack.domain.people import RELATIONS, Person, checked_line, checked_text, is_name, short
from reftrack.domain.referrals import CO_WORKER, EXPANSION, KINDS, Referral
from reftrack.domain.spelling import name_key, one_of
from reftrack.errors import BadInput, Refused
from reftrack.hints import Blank, Option, command
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
    prospect: str | Sequence[str],
    source: str,
    *,
    kind: str | None = None,
    of_prospect: PersonFacts = NOTHING_KNOWN,
    of_source: PersonFacts = NOTHING_KNOWN,
    tie: str | None = None,
    need: str | None = None,
    confidential: bool = False,
    thanked: str | None = None,
    contacted: bool = False,
    is_new: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that `source` referred `prospect`, or several of them: a referral each, in one step.

    Whoever it names may be new. With `is_new` those are of whom that is in doubt, else the
    prospects. `kind` is client, co-worker, partner or expansion, the last exactly where both are
    one person. `tie` is what the prospect is to the source, `need` what they need, which is
    private; `confidential` says that the source asked not to be named. `thanked` is the way in
    which the source was thanked already, `contacted` says that the prospect was. All that is said
    is said of each referral; BadInput where several prospects would share a phone, an email or a
    company.
    """
    wanted = one_of(kind, KINDS, "kind")
    prospects, sources = of_prospect.checked(), of_source.checked("source's ")
    named = list(each_of(prospect))
    _refuse_sharing(named, prospects)
    tie = _line(tie, "tie")
    need = None if need is None else checked_text(need, "The need")
    thanked = way_of(thanked)
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        texts = _whole_names(book, named, source)
        known_by = dict.fromkeys(texts, prospects) | {source: sources}
        new = _surely_new(book, texts, known_by) if is_new else ()
        book.doubts_are_new = is_new
        people = {
            text: book.person(
                *(text,),
                phone=known_by[text].phone,
                email=known_by[text].email,
                is_new=text in new,
                by_whole_name=True,
            )
            for text in (source, *texts)
        }
        giver = people[source]
        received_at = book.instant_of(details, *people.values())
        kinds = {text: kind_between(wanted, giver, people[text]) for text in texts}
        giver = _learnt(book, giver, sources)
        lines: list[str] = []
        referrals = []
        for text in texts:
            given = people[text]
            _note_twin(book, giver, given)
            given = _learnt(book, giver if given.id == giver.id else given, prospects)
            referral = book.journal.new_referral(
                Referral(
                    *(0, "", giver.id, given.id, received_at, kinds[text], tie, need),
                    note=details.note,
                    confidential=confidential,
                )
            )
            _refuse_gifts_to_colleagues(referral, thanked)
            sentence = f"{given.name}, referred by {giver.name}"
            if referral.is_expansion:
                sentence = f"New business from {given.name}"
            also = _also(book, referral, thanked, contacted, giver, given)
            book.journal.summary.append(f"{referral.id}: {sentence}{also}")
            lines.append(f"{referral.id}  {sentence}{book.said_when(received_at)}{also}.")
            referrals.append(referral)
        return book.recorded(lines, subjects_of(referrals))

    return session.record("add", act, answers, begins_a_book=True)


def _refuse_sharing(prospects: Sequence[str], facts: PersonFacts) -> None:
    """Raises BadInput where several would be recorded with what is one person's, or one twice."""
    if len(prospects) < 2:
        return
    names = [name_key(text) for text in prospects]
    twice = next(
        (text for text, name in zip(prospects, names, strict=True) if names.count(name) > 1), None
    )
    if twice is not None:
        raise BadInput(f"{short(twice)} is named twice.", "Name each prospect once.")
    given = next((f for f in ("phone", "email", "company") if getattr(facts, f) is not None), None)
    if given is not None:
        mend = command("edit", Blank("NAME"), **{given: Blank("TEXT")})
        raise BadInput(
            f"several prospects cannot share one {given}.",
            ("Leave ", Option(given), " out, and say whose it is afterwards: ", mend),
        )


# The answers to the doubt whether words are one name without its quotes, or several.
_ONE = "one"
_SEVERAL = "several"


def _whole_names(book: Transaction, prospects: Sequence[str], source: str) -> list[str]:
    """The names of the prospects; several of one word each may be one name without its quotes.

    Leaves with a doubt about those that stand side by side.
    """
    names: list[str] = []
    for is_word, group in groupby(prospects, _is_one_word):
        texts = list(group)
        whole = " ".join(texts)
        if not is_word or len(texts) < 2:
            names += texts
            continue
        key = ", ".join(texts)  # the whole may be a doubt of its own
        answer = book.answers.get(key)
        if answer is None:
            quoted = command("add", whole, **{"from": source})
            raise Doubt(
                Undecided(
                    key,
                    f"{whole}, one person?",
                    (
                        Choice(_ONE, f"one person, {whole}", f"{whole}, one person?"),
                        Choice(_SEVERAL, f"{len(texts)} people: {key}"),
                    ),
                    f"{key} may be one person or {len(texts)}.",
                    ("The name of one person stands in quotes: ", quoted),
                )
            )
        names += texts if answer == _SEVERAL else [whole]
    return names


def _is_one_word(text: str) -> bool:
    """True for a name of one word; a number or an email says for itself who is meant."""
    return len(text.split()) == 1 and is_name(text)


def _surely_new(
    book: Transaction, prospects: Sequence[str], known_by: Mapping[str, PersonFacts]
) -> Sequence[str]:
    """The names that are of nobody known: where one is in doubt that one, else the prospects'."""
    doubtful = [
        text for text, facts in known_by.items() if book.is_in_doubt(text, facts.phone, facts.email)
    ]
    return doubtful or prospects


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
