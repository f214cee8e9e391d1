"""The rulebook as a table: one row a rule, in its order, with its reason and its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal, NamedTuple

from reftrack.domain.events import CLOSING, ON_REFERRAL, PIPELINE, TALK, TOUCH, Event
from reftrack.domain.instants import EARLIEST
from reftrack.hints import IT, Blank, Command
from reftrack.rules import next_step, special
from reftrack.rules import openings as at
from reftrack.rules.terms import Terms


class AffectedBy(NamedTuple):
    """The kinds of event that a rule on a person reads: one more of them can change what it owes.

    `own` are those on the person, `sent` those on the referrals that they sent, `prospect` those
    on the referrals that they came by. A waiver on the person can change any. `receipt` and
    `pause` say that a referral from them, or a pause of the book or its end, can.
    """

    own: frozenset[str] = frozenset()
    sent: frozenset[str] = frozenset()
    prospect: frozenset[str] = frozenset()
    receipt: bool = False
    pause: bool = False


# What an event has to say, beside its kind, to do a courtesy.


def always(_: Event, __: str) -> bool:
    """True for every event."""
    return True


def no_news(event: Event, _: str) -> bool:
    """True unless it was said of all live referrals at once: that settles nothing in particular."""
    return event.kind != "told" or event.data.get("news") is not True


def announces(event: Event, cause: str) -> bool:
    """True if it reached them at once: a card, or thanks without a way, does not announce."""
    if event.kind == "told":
        return no_news(event, cause) and event.channel not in ("card", "gift")
    return event.channel in ("call", "text", "email", "in-person")


def in_writing(event: Event, _: str) -> bool:
    """True unless it was said by call or by text."""
    return event.channel not in ("call", "text")


def names_cause(key: str, event: Event, cause: str) -> bool:
    """True if the event names the cause in its data under `key`, or names none."""
    return event.data.get(key) in (None, cause)


class Rule(NamedTuple):
    """A row of the rulebook: all that is known of a rule, but for its words (wording/phrases.py).

    `opens` gives the openings from the story of the subject; `when` says them in words. `within`
    is the policy's default, empty where each has a deadline of its own. `done_by` and `moot_by`
    are the kinds of event on the subject, the first after the opening; `done_if` says of an event
    in `done_by`, and of the uid of the cause, whether it does it, and `done_said` says so in words.
    `done_too` and `moot_too` say what else ends it, `done_too_by` and `moot_too_by` by which kinds
    that may be. `way` is the usual one, `command` the one that settles.

    An occasion is good to do when the chance comes; every other rule is a debt. News holds
    keep-informed back while it is owed. A conversation is settled only by one that took place.
    `after` are the kinds of event without which the courtesy makes no sense, none where it always
    does. A snooze that names the rule of a next step hides what is yet to open, too; one that
    `has_hour` opens at an hour that was agreed, and belongs to the whole of that day.
    `repeats_cause` says that its line repeats what the event that raised it says. `rhythm` are the
    keys of the policy that say how many days after its cause it opens.
    """

    number: int
    name: str
    subject: Literal["referral", "person"]
    to: Literal["source", "prospect", "client", "person"]
    opens: Callable[[Any, Terms], Iterator[at.Opening]]
    when: str
    within: str
    command: Command
    way: str
    why: str
    sources: tuple[str, ...]
    done_by: frozenset[str] = frozenset()
    moot_by: frozenset[str] = frozenset()
    done_too: str = ""
    moot_too: str = ""
    done_too_by: frozenset[str] = frozenset()
    moot_too_by: frozenset[str] = frozenset()
    done_if: Callable[[Event, str], bool] = always
    done_said: str = ""
    on_expansions: bool = True
    is_occasion: bool = False
    is_news: bool = False
    is_conversation: bool = False
    is_at_receipt: bool = False
    is_of_capacity: bool = False
    is_of_sources_alone: bool = False
    is_next_step: bool = False
    has_hour: bool = False
    repeats_cause: bool = False
    rhythm: tuple[str, ...] = ()
    after: frozenset[str] = frozenset()
    affected_by: AffectedBy = AffectedBy()

    def is_settled_by(self, kind: str, channel: str | None = None) -> bool:
        """True if such an event on the subject, said of this very thing, would settle it."""
        event = Event(0, "", EARLIEST, kind, channel=channel)
        return kind in self.done_too_by or (kind in self.done_by and self.done_if(event, ""))

    @property
    def is_told_in_words(self) -> bool:
        """True if being told does it, but news of something else does not."""
        news = Event(0, "", EARLIEST, "told", data={"news": True})
        return self.is_settled_by("told") and not self.done_if(news, "")


_FIVE = ("Rosen", "Barrier", "Loop", "Etiquette", "Cross")
_THANKED = frozenset({"thanked"})
_TOLD = frozenset({"told"})
_EXPLAINED = frozenset({"explained"})
_RECEIVED = frozenset({"received"})

# Whatever befalls a referral may be news, or settle news that was owed; these may not.
_NO_NEWS = frozenset({"noted", "snoozed", "educated"})
_TROUBLE = PIPELINE | {"problem", "resolved"}

RULEBOOK: tuple[Rule, ...] = (
    Rule(
        number=1,
        name="thank-referral",
        subject="referral",
        to="source",
        opens=at.on_receipt,
        when="on receipt",
        within="24h",
        done_by=_THANKED,
        way="card",
        command=Command("thank", (IT,)),
        why="They put their own name on the line. Thank them at once, whatever comes of it.",
        sources=_FIVE,
        is_news=True,
        is_at_receipt=True,
    ),
    Rule(
        number=2,
        name="contact-prospect",
        subject="referral",
        to="prospect",
        opens=at.on_receipt,
        when="on receipt",
        within="24h",
        done_by=next_step.ATTEMPT_OR_TALK,
        moot_by=CLOSING,
        way="call",
        command=Command("contact", (IT,)),
        why="The prospect was told that you are good. A day of silence says the opposite.",
        sources=("Etiquette", "Barrier"),
        is_conversation=True,
        is_at_receipt=True,
    ),
    Rule(
        number=3,
        name="try-again",
        subject="referral",
        to="prospect",
        opens=at.day_after_attempts,
        when="as the day after the first attempt begins, and after the second; of a day one counts",
        within="24h",
        done_by=TALK,
        moot_by=CLOSING,
        done_too="the next attempt on another day",
        done_too_by=frozenset({"attempted"}),
        way="call",
        command=Command("contact", (IT,)),
        why="One unanswered call is no contact. Trying again shows that the referral matters.",
        sources=("Etiquette",),
        is_conversation=True,
        after=frozenset({"attempted"}),
        is_next_step=True,
    ),
    Rule(
        number=4,
        name="ask-introduction",
        subject="referral",
        to="source",
        opens=at.third_attempt,
        when="at the third attempt",
        within="24h",
        done_by=_TOLD,
        done_if=no_news,
        done_said="told, but not as news",
        moot_by=TALK | CLOSING,
        way="call",
        command=Command("tell", (IT,)),
        why="After three tries the source can open the door with one word. Ask for that word.",
        sources=("Cross", "Loop"),
        on_expansions=False,
        is_news=True,
        after=frozenset({"attempted"}),
    ),
    Rule(
        number=5,
        name="note-meeting",
        subject="referral",
        to="source",
        opens=at.first_meeting,
        when="at the first meeting, unless they wish the outcome only",
        within="24h",
        done_by=_THANKED | _TOLD,
        moot_by=CLOSING | {"won"},
        way="card",
        command=Command("thank", (IT,)),
        why="The meeting is their doing. A short note says that it happened, and thanks them.",
        sources=("Rosen", "Barrier"),
        on_expansions=False,
        is_news=True,
        after=frozenset({"met"}),
    ),
    Rule(
        number=6,
        name="announce-win",
        subject="referral",
        to="source",
        opens=at.each_first_win,
        when="at each sale, the first since the last closing",
        within="4h",
        done_by=_THANKED | _TOLD,
        done_if=announces,
        done_said="told, but not as news, nor by card or gift; thanked by call, text, email or in "
        "person",
        moot_by=CLOSING,
        way="call",
        command=Command("tell", (IT,), (("by", "call"),)),
        why="Be the first to tell them of the sale: it must not reach them by way of their friend.",
        sources=("Rosen",),
        on_expansions=False,
        is_news=True,
        after=frozenset({"won"}),
    ),
    Rule(
        number=7,
        name="thank-win",
        subject="referral",
        to="source",
        opens=at.each_first_win,
        when="at each sale, the first since the last closing",
        within="24h",
        done_by=_THANKED,
        done_if=in_writing,
        done_said="thanked, but neither by call nor by text",
        moot_by=CLOSING,
        way="card",
        command=Command("thank", (IT,)),
        why="New business deserves thanks in writing, beyond the call that announced it.",
        sources=("Rosen",),
        is_news=True,
        after=frozenset({"won"}),
    ),
    Rule(
        number=8,
        name="explain-loss",
        subject="referral",
        to="source",
        opens=at.each_loss,
        when="at each loss",
        within="24h",
        done_by=_EXPLAINED,
        moot_by=TALK,
        way="call",
        command=Command("explain", (IT,)),
        why="A loss explained without blame keeps the source's trust; silence loses that too.",
        sources=("Barrier",),
        on_expansions=False,
        is_news=True,
        after=frozenset({"lost"}),
    ),
    Rule(
        number=9,
        name="explain-decline",
        subject="referral",
        to="source",
        opens=at.each_refusal,
        when="when declined or referred out, the first of a run of the two",
        within="24h",
        done_by=_EXPLAINED,
        moot_by=TALK,
        way="call",
        command=Command("explain", (IT,)),
        why="Say so when the fit is wrong: the source should hear the reason from you.",
        sources=("Barrier", "Etiquette"),
        on_expansions=False,
        is_news=True,
        after=frozenset({"declined", "referred-out"}),
    ),
    Rule(
        number=10,
        name="find-better",
        subject="referral",
        to="prospect",
        opens=at.each_decline,
        when="at each decline, unless they were referred out before",
        within="72h",
        done_by=frozenset({"referred-out"}),
        moot_by=TALK,
        way="email",
        command=Command("refer-out", (IT,), (("to", Blank("PERSON")),)),
        why="A no is easier to hear with the name of somebody who can help.",
        sources=("Barrier",),
        after=frozenset({"declined"}),
    ),
    Rule(
        number=11,
        name="report-problem",
        subject="referral",
        to="source",
        opens=at.each("problem"),
        when="at each problem",
        within="1h",
        done_by=_TOLD | _EXPLAINED,
        done_if=no_news,
        done_said="told, but not as news; explained",
        way="call",
        command=Command("tell", (IT,)),
        why="They must hear of a problem from you before they hear of it from their friend.",
        sources=("Loop",),
        on_expansions=False,
        is_news=True,
        repeats_cause=True,
        after=frozenset({"problem"}),
    ),
    Rule(
        number=12,
        name="resolve-problem",
        subject="referral",
        to="prospect",
        opens=at.each("problem"),
        when="at each problem",
        within="72h",
        done_by=frozenset({"resolved"}),
        done_if=partial(names_cause, "problem"),
        done_said="resolved, if it names this problem or none",
        moot_by=CLOSING,
        way="call",
        command=Command("resolve", (IT, Blank("TEXT"))),
        why="A problem put right quickly can leave more trust behind than no problem at all.",
        sources=("Loop",),
        is_conversation=True,
        repeats_cause=True,
        after=frozenset({"problem"}),
    ),
    Rule(
        number=13,
        name="report-resolution",
        subject="referral",
        to="source",
        opens=at.each("resolved"),
        when="at each resolution",
        within="24h",
        done_by=_TOLD | _EXPLAINED,
        done_if=no_news,
        done_said="told, but not as news; explained",
        way="call",
        command=Command("tell", (IT,)),
        why="Who heard of the problem should hear that it is put right, and how.",
        sources=("Loop",),
        on_expansions=False,
        is_news=True,
        repeats_cause=True,
        after=frozenset({"resolved"}),
    ),
    Rule(
        number=14,
        name="keep-informed",
        subject="person",
        to="source",
        opens=special.keep_informed,
        when="14 days (update_every, or their wish) after the last word to them, while a referral "
        "of theirs is live and no other news is owed",
        within="1d",
        way="email",
        command=Command("tell", (IT,)),
        why="Nobody who referred a friend should sit in silence, and nobody should be bombarded.",
        sources=("Loop", "Barrier"),
        done_too="a word on any of their referrals, a new referral, one that came back, a wish",
        moot_too="the end of all that were live",
        done_too_by=TOUCH | TALK | {"wished", "received"},
        moot_too_by=CLOSING | {"delivered"},
        is_of_sources_alone=True,
        rhythm=("update_every",),
        affected_by=AffectedBy(
            own=frozenset({"wished"}), sent=ON_REFERRAL - _NO_NEWS, receipt=True
        ),
        is_next_step=True,
    ),
    Rule(
        number=15,
        name="educate-source",
        subject="referral",
        to="source",
        opens=at.each_rated_poor,
        when="at each rating of a poor fit",
        within="7d",
        done_by=frozenset({"educated"}),
        moot_too="a rating of a good fit",
        way="call",
        command=Command("educate", (IT,)),
        why="A source who sends the wrong people was never told who the right ones are.",
        sources=("Etiquette", "Loop"),
        on_expansions=False,
        moot_too_by=frozenset({"rated"}),
    ),
    Rule(
        number=16,
        name="explain-capacity",
        subject="referral",
        to="source",
        opens=at.receipt_in_pause,
        when="on receipt, when the book is paused",
        within="24h",
        done_by=_EXPLAINED,
        moot_by=TALK,
        moot_too="the end of that pause",
        way="call",
        command=Command("explain", (IT,)),
        why="Say when you are too busy, so that they can send their friend elsewhere in time.",
        sources=("Etiquette",),
        on_expansions=False,
        moot_too_by=frozenset({"resumed"}),
        is_at_receipt=True,
        is_of_capacity=True,
        after=frozenset({"paused"}),
    ),
    Rule(
        number=17,
        name="thank-chain",
        subject="referral",
        to="source",
        opens=at.chain,
        when="when the prospect, once won, sends a referral of their own, the first",
        within="7d",
        done_by=_THANKED | _TOLD,
        done_if=no_news,
        done_said="thanked; told, but not as news",
        way="card",
        command=Command("thank", (IT,)),
        why="Their introduction now brings others. Let them know what they began.",
        sources=("Cross", "Rosen"),
        on_expansions=False,
        is_at_receipt=True,
        after=frozenset({"won"}),
    ),
    Rule(
        number=18,
        name="follow-up",
        subject="referral",
        to="prospect",
        opens=next_step.follow_up,
        when="7 days (follow_up_after) after each step, 30 (follow_up_after_win) once won, where "
        "no appointment stands",
        within="7d",
        done_by=next_step.FOLLOWED_UP,
        moot_by=CLOSING,
        way="call",
        command=Command("contact", (IT,)),
        why="A live referral never lacks a next step.",
        sources=("Rosen", "Etiquette"),
        is_conversation=True,
        rhythm=("follow_up_after", "follow_up_after_win"),
        after=TALK,
        is_next_step=True,
    ),
    Rule(
        number=19,
        name="call-back",
        subject="person",
        to="person",
        opens=special.each_missed,
        when="at each call that was missed while none is to be returned yet",
        within="24h",
        done_by=special.CALLED_BACK,
        done_too="a referral received from them",
        way="call",
        command=Command("call-back", (IT,)),
        why="Who left word with you may be holding a referral. Call back within the day.",
        sources=("Etiquette",),
        done_too_by=_RECEIVED,
        affected_by=AffectedBy(own=frozenset({"missed", "called-back"}), receipt=True),
    ),
    Rule(
        number=20,
        name="ask-preference",
        subject="person",
        to="source",
        opens=at.first_referral,
        when="at their first referral",
        within="14d",
        done_by=frozenset({"wished"}),
        done_too="an earlier wish",
        way="with the next thanks",
        command=Command("wish", (IT,), (("updates", Blank("UPDATES")),)),
        why="Ask how, and how often, they want to hear. It is their friend; it is their choice.",
        sources=("Loop",),
        done_too_by=frozenset({"wished"}),
        is_occasion=True,
        is_at_receipt=True,
        is_of_sources_alone=True,
        affected_by=AffectedBy(own=frozenset({"wished"}), receipt=True),
    ),
    Rule(
        number=21,
        name="return-favour",
        subject="person",
        to="source",
        opens=special.return_favour,
        when="for each good referral, one at a time",
        within="90d",
        done_too="a referral given to them, each matched with one of theirs",
        way="",
        command=Command("refer", (Blank("NAME"),), (("to", IT),)),
        why="Referrals go both ways. The best thanks is a good referral in return.",
        sources=("Barrier",),
        done_too_by=frozenset({"given"}),
        is_occasion=True,
        is_of_sources_alone=True,
        affected_by=AffectedBy(own=frozenset({"given"}), sent=frozenset({"won", "rated"})),
    ),
    Rule(
        number=22,
        name="review-client",
        subject="person",
        to="client",
        opens=at.work_delivered,
        when="when their work is delivered",
        within="14d",
        done_by=frozenset({"reviewed"}),
        way="in person",
        command=Command("review", (IT, Blank("ANSWERS"))),
        why="Ask whether they got what was agreed and are happy, before you ask for anything.",
        sources=("Cross",),
        is_occasion=True,
        affected_by=AffectedBy(
            own=frozenset({"delivered", "reviewed"}), prospect=frozenset({"delivered"})
        ),
    ),
    Rule(
        number=23,
        name="ask-for-referrals",
        subject="person",
        to="client",
        opens=special.earned_ask,
        when="when a review says agreed, delivered and happy, and neither of you is too busy",
        within="14d",
        done_by=frozenset({"asked"}),
        moot_by=frozenset({"reviewed"}),
        done_too="a referral received from them",
        moot_too="a loss of theirs",
        way="in person",
        command=Command("ask", (IT,)),
        why="The right to ask is earned: by what was agreed, delivered, and a happy client.",
        sources=("Cross", "Loop"),
        done_too_by=_RECEIVED,
        moot_too_by=frozenset({"lost"}),
        is_occasion=True,
        affected_by=AffectedBy(
            own=frozenset({"reviewed", "asked"}),
            sent=_TROUBLE,
            prospect=_TROUBLE,
            receipt=True,
            pause=True,
        ),
    ),
    Rule(
        number=24,
        name="reopen-intake",
        subject="person",
        to="source",
        opens=special.reopened_intake,
        when="at the end of a pause, for whom it kept waiting",
        within="7d",
        done_by=special.REOPENED,
        done_too="a referral received from them",
        moot_too="the start of the next pause",
        way="email",
        command=Command("open-again", (IT,)),
        why="Who heard that you were full does not know that you are free until you say so.",
        sources=("Etiquette",),
        done_too_by=_RECEIVED,
        moot_too_by=frozenset({"paused"}),
        is_of_capacity=True,
        affected_by=AffectedBy(
            own=frozenset({"missed", "reopened"}), sent=TALK, receipt=True, pause=True
        ),
    ),
    Rule(
        number=25,
        name="keep-appointment",
        subject="referral",
        to="prospect",
        opens=next_step.appointments,
        when="at the appointment that they agreed to, or as its day begins",
        within="24h",
        done_by=next_step.AGREED,
        moot_by=next_step.ENDS,
        done_too="a talk then, or an hour before, or later; an attempt then or later",
        done_too_by=frozenset({"contacted", "met", "won", "attempted"}),
        way="in person",
        command=Command("meet", (IT,)),
        why="They keep an hour free for you. Be there, or move it before it comes.",
        sources=("Rosen", "Cross"),
        has_hour=True,
        is_conversation=True,
        after=next_step.AGREED,
    ),
    Rule(
        number=26,
        name="keep-promise",
        subject="person",
        to="person",
        opens=special.each_promised,
        when="at each promise; it is due when you said",
        within="",
        done_by=frozenset({"kept"}),
        done_if=partial(names_cause, "promise"),
        done_said="kept, if it names this promise or none",
        way="",
        command=Command("keep", (IT,)),
        why="A small promise kept says more than a large one made.",
        sources=("Cross", "Loop"),
        repeats_cause=True,
        affected_by=AffectedBy(own=frozenset({"promised", "kept"})),
    ),
)

BY_NAME = {rule.name: rule for rule in RULEBOOK}

# What holds keep-informed back while it is open: this will be the news.
NEWS = frozenset(rule.name for rule in RULEBOOK if rule.is_news)
