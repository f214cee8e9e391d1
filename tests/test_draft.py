"""Drafts: the words that a person sends, and what they can never say."""

from __future__ import annotations

import base64
import dataclasses
import email
import email.policy
import fcntl
import itertools
import json
import os
import pty
import re
import shlex
import signal
import stat
import subprocess
import sys
import termios
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from reftrack.cli.commands.sending import link, message
from reftrack.domain.people import RELATIONS
from reftrack.domain.referrals import KINDS, STAGES
from reftrack.errors import BadInput, Refused
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.wording import letters
from reftrack.wording.letters import (
    FORMS,
    Letter,
    News,
    Trouble,
    called,
    clause,
    flow,
    listed,
    sentence,
    subject_line,
    visible,
    written,
)
from tests.driver import REFTRACK, Book

CANARY = "canary-7f3a"
FRIDAY = "2026-11-20T15:00:00Z"
SATURDAY = "2026-11-21T10:00:00Z"
MINE = """
name = "Robin Hale"
why_me = "we do what we said, on the day we said"
ideal_client = "owners of older houses"
"""


@pytest.fixture(autouse=True)
def _compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiles each template once a test instead of once a letter; the user's own always anew."""
    fresh = letters._environment
    shared = cache(fresh)
    monkeypatch.setattr(
        letters,
        "_environment",
        lambda own: fresh(own) if own is not None and own.is_dir() else shared(None),
    )


@pytest.fixture
def sam(book: Book) -> Book:
    """Sam, a friend with an address, sent a cousin on Friday; the writer has a name."""
    book.configure(MINE)
    book(
        *("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", "cousin", "--relation", "friend"),
        *("--source-email", "sam@x.example", "--phone", "0161 496 0005"),
    )
    return book


def drafted(book: Book, *arguments: str) -> str:
    """The text alone, without the last line break."""
    out = book("draft", *arguments).out
    assert out.endswith("\n")
    return out[:-1]


# The words


def letter(rule: str, kind: str, relation: str, stage: str = "contacted") -> Letter:
    """A letter of this rule with all that the book could know."""
    is_to_source = BY_NAME[rule].to != "prospect"
    other = ("Dana Ruiz", "Dana") if is_to_source else ("Sam Ortiz", "Sam")
    to = ("Sam Ortiz", "Sam") if is_to_source else ("Dana Ruiz", "Dana")
    about = ("", "") if kind == "expansion" or BY_NAME[rule].subject == "person" else other
    return Letter(
        *to,
        *about,
        relation=relation,
        kind=kind,
        tie="cousin" if is_to_source and about[0] else "",
        stage=stage,
        on="on Saturday",
        tries="three times",
        reason="A cousin does it.",
        better="Kim Wood",
        troubles=(Trouble("The survey came late", "A new survey, free of charge"),),
        live=(
            News("Dana Ruiz", "Dana", "met", "the bill was wrong"),
            News("Lee Park", "Lee", "won"),
        ),
        is_happy=True,
        covers=(rule,),
        name="Robin Hale",
        why_me="we do what we said",
        ideal_client="owners of older houses",
    )


def reads_right(rule: str, way: str, seen: Letter, text: str) -> None:
    """Whatever holds for every draft."""
    where = f"{rule} {way} {seen.kind} {seen.relation} {seen.stage}:\n{text}"
    assert "!" not in text, where
    assert not re.search(r"\b(he|she|him|her|his|hers)\b", text.casefold()), where
    assert not re.search(r"None|Undefined|[{}]|  |\.\.|\s[.,;:?]|[,;:]\.|\n\n\n", text), where
    # Every sentence begins with a capital, and every paragraph ends as one.
    assert not re.search(r"[.?] [a-z]", text), where
    lines = text.splitlines()
    if FORMS[way] == "talk":
        assert all(re.match(r"- [A-Z\[].*[.?\]]$", line) for line in lines), where
        assert 2 <= len(lines) <= 8, where
    elif FORMS[way] == "text":
        assert len(text) < 600, where
        assert len(lines) <= 2, where
    else:
        assert re.match(r"(Dear|Hello) \S.*,$", lines[0]), where
        assert lines[1] == "", where
        body, parting = text.split("\n\n", 1)[1].rsplit("\n\n", 1)
        assert re.match(r"(Kind regards|Best wishes|All the best|With love),", parting), where
        assert all(re.search(r"[.?:\]]$", line) for line in body.splitlines() if line), where
    assert seen.first in text, where
    if seen.kind == "co-worker":
        assert not re.search(r"gift|small thing|present|reward", text.casefold()), where


@pytest.mark.parametrize("rule", BY_NAME)
def test_every_draft_reads_right(rule: str) -> None:
    """Every rule in every relation, kind and way, with all that is known, and with nothing."""
    row = BY_NAME[rule]
    kinds = [kind for kind in KINDS if row.on_expansions or kind != "expansion"]
    for kind, relation, way in itertools.product(kinds, RELATIONS, FORMS):
        if kind == "co-worker" and way == "gift":
            continue
        full = letter(rule, kind, relation)
        bare = Letter(
            full.to,
            full.first,
            full.about,
            full.about_first,
            relation=relation,
            kind=kind,
            troubles=(Trouble(""),),
            live=full.live[:1],
            covers=(rule,),
        )
        text = written(rule, way, full)
        reads_right(rule, way, full, text)
        assert "[" not in text or rule == "resolve-problem"
        reads_right(rule, way, bare, written(rule, way, bare))


@pytest.mark.parametrize("rule", [r.name for r in RULEBOOK if r.subject == "referral"])
def test_every_draft_reads_right_at_every_stage(rule: str) -> None:
    """However far the referral came, also where the letter comes late."""
    for stage, kind, way in itertools.product(STAGES, ("client", "co-worker"), FORMS):
        if kind != "co-worker" or way != "gift":
            seen = letter(rule, kind, "client", stage)
            reads_right(rule, way, seen, written(rule, way, seen))


def test_what_one_touch_settles_is_all_in_its_text() -> None:
    """Rules that share an event share a text, whichever of them it is written for."""
    said = {
        "thank-referral": "introduction|sending|bringing",
        "note-meeting": " met",
        "announce-win": "decided to work with me",
        "thank-win": "[Tt]hank you",
        "thank-chain": "sent somebody to me",
        "ask-introduction": "three times|open the door",
        "report-problem": "survey came late",
        "report-resolution": "new survey",
        "explain-loss": "gone another way",
        "explain-decline": "say no|best person",
        "explain-capacity": "room for new work",
    }
    for touch in ("thanked", "told", "explained"):
        able = [rule.name for rule in RULEBOOK if touch in rule.done_by and rule.name in said]
        for rule, other, way in itertools.product(able, able, ("card", "text", "call")):
            covers = tuple(dict.fromkeys((rule, other)))
            seen = dataclasses.replace(letter(rule, "client", "client", "won"), covers=covers)
            text = written(rule, way, seen)
            reads_right(rule, way, seen, text)
            assert re.search(said[rule], text), (rule, other, text)
            assert re.search(said[other], text), (rule, other, text)


def test_thanks_for_a_referral(sam: Book) -> None:
    """It names the risk, reminds of why they chose, promises the same care, and no more work."""
    assert drafted(sam, "1") == (
        "Dear Sam,\n\n"
        "Thank you for sending your cousin Dana Ruiz to me. Recommending a friend is a risk: your"
        " own name is on the line with mine.\n\n"
        "You know why you chose me: we do what we said, on the day we said. Dana will get the same"
        " care that I would give to you, and I will take the work only if I am the best person for"
        " it. If I am not, I will say so, and help to find who is.\n\n"
        "You will hear from me how it goes.\n\n"
        "All the best,\nRobin"
    )


def test_thanks_to_a_client_without_configuration(book: Book) -> None:
    """Without a name it is signed by hand, and without a reason none is made up."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--relation", "client")
    result = book("draft", "1")
    assert result.out == (
        "Dear Sam,\n\n"
        "Thank you for sending Dana Ruiz to me. You put your own name on the line for me, and I do"
        " not take that lightly.\n\n"
        "Dana will get the same care that you had from me, and I will take the work only if I am"
        " the best person for it. If I am not, I will say so, and help to find who is.\n\n"
        "You will hear from me how it goes.\n\n"
        "Kind regards,\n"
    )
    assert result.err.splitlines() == [
        "Sam Ortiz, card: thank-referral",
        "note: set name in the configuration, and it is signed.",
        "Once it is sent: reftrack thank 1 --by card",
    ]


def test_thanks_to_a_colleague(book: Book) -> None:
    """Between colleagues the first call together, or lunch, and no gift."""
    book.configure(MINE)
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--kind", "co-worker")
    assert drafted(book, "1", "--by", "email") == (
        "Hello Sam,\n\n"
        "Thank you for bringing me in for Dana Ruiz. You vouched for me with somebody who trusts"
        " you, and I know that this is a risk.\n\n"
        "You know why you chose me: we do what we said, on the day we said. Dana will get the same"
        " care that you would give, and I will take the work only if I am the best person for it."
        " If I am not, I will say so, and help to find who is.\n\n"
        "Shall we make the first call to Dana together, or have lunch, the three of us?\n\n"
        "Best wishes,\nRobin"
    )
    refused = book("draft", "1", "--by", "gift", code=1)
    assert "conflict of interest" in refused.err
    assert refused.out == ""
    for rule in ("ask-preference", "return-favour"):
        assert book("draft", "@1", rule, "--by", "gift", code=1).out == ""


def test_a_colleague_who_wishes_gifts_gets_a_card(book: Book) -> None:
    """A wish is no way around: the draft is a card's, and so is the command."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--kind", "co-worker")
    book("wish", "@1", "--by", "gift", code=None)
    result = book("draft", "1")
    assert "gift" not in result.out + result.err


def test_a_gift_comes_with_words(sam: Book) -> None:
    """Elsewhere a gift is for the effort, whatever comes of it."""
    assert "for the thought, whatever comes of it" in drafted(sam, "1", "--by", "gift")


def test_the_first_call_names_the_source_and_says_nothing_else(sam: Book) -> None:
    """The source's name at once; of the source nothing that the book knows besides."""
    result = sam("draft", "1", "contact-prospect")
    assert result.out == (
        "- Hello, is this Dana Ruiz? This is Robin Hale. Sam Ortiz gave me your name.\n"
        "- Is this a good moment, or shall I call at a better time?\n"
        "- What are you looking for?\n"
        "- If I am not the best person for it, I will say so, and help you to find who is.\n"
    )
    assert result.err.splitlines() == [
        "Dana Ruiz, call 0161 496 0005: contact-prospect",
        "Once you have spoken: reftrack contact 1 --by call",
    ]
    for way in FORMS:
        text = drafted(sam, "1", "contact-prospect", "--by", way)
        assert text.count("Sam") == 1
        assert text.index("Sam Ortiz") < 90
        assert not re.search("cousin|friend|x.example", text)
    assert drafted(sam, "1", "contact-prospect", "--by", "email").startswith("Dear Dana Ruiz,\n")
    assert drafted(sam, "1", "contact-prospect", "--by", "text") == (
        "Hello Dana Ruiz, this is Robin Hale. Sam Ortiz gave me your name. When would be a good"
        " time to call you?"
    )


def test_the_prospects_letter_knows_only_the_name_of_the_source(
    sam: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a template for a prospect is handed holds nothing else of the source."""
    handed: list[dict[str, object]] = []
    real = letters.visible
    monkeypatch.setattr(
        letters, "visible", lambda *given: handed.append(real(*given)) or handed[-1]
    )
    sam("draft", "1", "contact-prospect")
    (seen,) = handed
    about_source = {key for key, value in seen.items() if "Sam" in str(value)}
    assert about_source == {"about", "about_first"}
    assert (seen["relation"], seen["tie"]) == ("other", "")


def test_the_milestone_and_no_detail(sam: Book) -> None:
    """A meeting and a sale are told as such; what they are about is the prospect's to tell."""
    sam("thank", "1")
    sam.at(SATURDAY)("meet", "1", "--at", "today 09:00")
    assert drafted(sam, "1") == (
        "Dear Sam,\n\n"
        "Dana Ruiz and I met on Saturday. That meeting is your doing: thank you for the"
        " introduction.\n\n"
        "I will let you know when there is more to tell.\n\n"
        "All the best,\nRobin"
    )
    assert "and I met today." in drafted(sam, "1", "--by", "text")
    sam("win", "1")
    result = sam("draft", "1")
    assert result.out == (
        "- Hello Sam, this is Robin. You should be the first to know: Dana Ruiz has decided to work"
        " with me.\n"
        "- It began with your word.\n"
    )
    assert result.err.splitlines() == [
        "Sam Ortiz, call: announce-win",
        "Once you have spoken: reftrack tell 1 --by call",
    ]
    assert drafted(sam, "1", "thank-win") == (
        "Dear Sam,\n\n"
        "Dana Ruiz is working with me now, and that began with your word. You put your own name on"
        " the line, and I am glad that it was worth it. Thank you for the trust.\n\n"
        "You know why you chose me: we do what we said, on the day we said. Dana will get the same"
        " care that I would give to you.\n\n"
        "All the best,\nRobin"
    )


def test_a_late_thanks_and_the_meeting_share_one_card(sam: Book) -> None:
    """The card that is late says both, and is recorded once."""
    sam.at("2026-11-22T10:00:00Z")("meet", "1", "--at", "yesterday 11:00")
    result = sam("draft", "1")
    assert result.out == (
        "Dear Sam,\n\n"
        "Thank you for sending your cousin Dana Ruiz to me. Recommending a friend is a risk: your"
        " own name is on the line with mine.\n\n"
        "Dana and I met on Saturday, and that is your doing. You know why you chose me: we do what"
        " we said, on the day we said. Dana will get the same care that I would give to you, and I"
        " will take the work only if I am the best person for it.\n\n"
        "I will let you know when there is more to tell.\n\n"
        "All the best,\nRobin\n"
    )
    assert "note-meeting, thank-referral" in result.err


def test_a_loss_without_blame(sam: Book) -> None:
    """The reason as it was recorded for the source, respected, and the thanks stay."""
    sam("thank", "1")
    sam("lose", "1", "--why", "A cousin does it.")
    assert drafted(sam, "1") == (
        "- Hello Sam, this is Robin. Dana Ruiz has gone another way, and I want you to hear it from"
        " me.\n"
        "- The reason: a cousin does it. I respect that.\n"
        "- Your introduction means as much to me as before. Thank you for it.\n"
        "- Is there something that I should do better next time?"
    )


def test_a_decline_with_whom_they_were_sent_to(sam: Book) -> None:
    """The no, its reason, and who is the better person for it once that is known."""
    sam("thank", "1")
    sam("decline", "1", "--why", "Outside our area")
    before = drafted(sam, "1", "explain-decline", "--by", "email")
    assert "I am looking for somebody who suits Dana better" in before
    place = sam("draft", "1", "find-better")
    assert "[Who can help] is the better person for it." in place.out
    assert "note: fill in what stands in brackets." in place.err
    assert "Outside our area" not in place.out  # told to the source, not to the prospect
    sam("refer-out", "1", "--to", "Kim Wood")
    assert drafted(sam, "1", "--by", "email") == (
        "Hello Sam,\n\n"
        "I had to say no to Dana Ruiz, and I want you to hear it from me. The reason: outside our"
        " area. I would rather say so than do the work less well than Dana deserves.\n\n"
        "I have sent Dana to Kim Wood, who is the better person for it.\n\n"
        "Thank you for thinking of me. I know that your name was on the line, and I have tried to"
        " be careful with it.\n\n"
        "All the best,\nRobin"
    )
    assert "Kim Wood is the better person for it." in drafted(sam, "1", "find-better")


def test_a_problem_with_its_remedy(sam: Book) -> None:
    """Told at once; once it is put right, one call tells both."""
    for command in (["thank", "1"], ["win", "1"], ["tell", "1"], ["thank", "1"]):
        sam(*command)
    sam("problem", "1", "The survey came late")
    assert drafted(sam, "1") == (
        "- Hello Sam, this is Robin. Something went wrong with the work for Dana Ruiz, and you"
        " should hear it from me first.\n"
        "- The survey came late.\n"
        "- I am sorry.\n"
        "- I am putting it right, and will tell you as soon as it is."
    )
    assert "[what you will do, and by when]" in drafted(sam, "1", "resolve-problem")
    sam.at(SATURDAY)("resolve", "1", "A new survey, free of charge")
    result = sam("draft", "1")
    assert result.out == (
        "- Hello Sam, this is Robin. Something went wrong with the work for Dana Ruiz, and it is"
        " put right by now.\n"
        "- This is what happened: the survey came late.\n"
        "- You should have heard of it from me sooner. I am sorry.\n"
        "- This is what was done: a new survey, free of charge.\n"
        "- Thank you for your patience.\n"
    )
    assert "report-resolution, report-problem" in result.err
    sam("problem", "1", "The bill was wrong")
    both = sam("draft", "1")
    assert "The survey came late. It is put right by now: a new survey, free of charge." in both.out
    assert "The bill was wrong." in both.out
    assert "I am putting it right" in both.out
    assert "[" not in both.out


def test_news_of_every_live_referral(sam: Book) -> None:
    """Each live referral of theirs with where it stands, and none that has ended."""
    for name in ("Kim Wood", "Lee Park", "Mia Lund"):
        sam("add", name, "--from", "Sam Ortiz")
    sam("thank", "@1")
    sam("contact", "2", "--no-answer")
    sam("win", "3")
    sam("lose", "4", "--why", "Too far")
    assert drafted(sam, "@1", "keep-informed") == (
        "Hello Sam,\n\n"
        "You should know where things stand with those whom you sent to me:\n\n"
        "- Dana Ruiz: we have not spoken yet.\n"
        "- Kim Wood: I have called and will try again; we have not spoken yet.\n"
        "- Lee Park: we are working together.\n\n"
        "Thank you again for the trust. If you would like to hear more often, or less, just tell"
        " me.\n\n"
        "All the best,\nRobin"
    )
    assert drafted(sam, "1", "keep-informed") == drafted(sam, "@1", "keep-informed")


def test_one_card_thanks_for_several(sam: Book) -> None:
    """Of a person, thanks that are open together are one card and one command."""
    sam("add", "Kim Wood", "--from", "Sam Ortiz")
    result = sam("draft", "@1")
    assert "Thank you for sending Dana Ruiz and Kim Wood to me." in result.out
    assert "Each of them will get the same care" in result.out
    assert "reftrack thank 1 2 --by card" in result.err
    sam("thank", "1", "2", "--by", "card")
    assert "thank-referral" not in sam("due").out


def test_a_source_hears_whom_one_helps_best(sam: Book) -> None:
    """The configuration says whom; without it there is a clear place, and the key to set."""
    sam("thank", "1")
    sam("rate", "1", "poor")
    assert drafted(sam, "1", "educate-source", "--by", "email") == (
        "Hello Sam,\n\n"
        "Thank you for thinking of me with Dana Ruiz. It was not quite the work that I do best, and"
        " that is my doing: I never told you whom I help best.\n\n"
        "Here it is: owners of older houses. If you meet somebody like that, I would be glad of"
        " your word. And when in doubt, ask me: I will tell you honestly who is the best person for"
        " it.\n\n"
        "All the best,\nRobin"
    )
    sam.configure('name = "Robin Hale"')
    result = sam("draft", "1", "educate-source")
    assert "Here it is: [whom you help best]." in result.out
    assert "set ideal_client in the configuration" in result.err


def test_asking_rests_on_what_was_agreed_and_delivered(sam: Book) -> None:
    """A good review is what the ask begins with; without one there is a place for it."""
    for command in (["thank", "1"], ["win", "1"], ["thank", "1"], ["deliver", "1"]):
        sam(*command)
    assert "Did you get what we had agreed?" in drafted(sam, "@2")
    assert "[what was agreed and delivered]" in drafted(sam, "@2", "ask-for-referrals")
    sam("review", "@2", "--agreed", "--delivered", "--happy")
    assert drafted(sam, "@2", "--by", "email") == (
        "Dear Dana,\n\n"
        "When I asked you about the work, you told me that you got what we had agreed, and that you"
        " are happy with it. That is why I ask: do you know somebody whom I could help in the same"
        " way?\n\n"
        "Whom I help best: owners of older houses. I know that you would put your own name on the"
        " line. Whoever comes from you will get the same care that you had, and I will take the"
        " work only if I am the best person for it.\n\n"
        "If nobody comes to mind, that is quite all right.\n\n"
        "Kind regards,\nRobin Hale"
    )


def test_being_full_and_open_again(sam: Book) -> None:
    """A source hears at once that there is no room, and later that there is."""
    sam("pause")
    sam.at(SATURDAY)("add", "Kim Wood", "--from", "Sam Ortiz")
    assert "I have no room for new work just now" in drafted(sam, "2", "explain-capacity")
    sam.at("2026-11-22T10:00:00Z")("resume")
    assert "I have room again" in drafted(sam, "@1", "reopen-intake")


def test_the_third_attempt_asks_for_a_word(sam: Book) -> None:
    """How often it was tried is said; what follows a message is an attempt, not a contact."""
    for day in ("20", "21", "22"):
        sam.at(f"2026-11-{day}T15:10:00Z")("contact", "1", "--no-answer")
    assert "I have tried three times" in drafted(sam, "1", "ask-introduction")
    result = sam("draft", "1", "try-again", "--by", "email")
    assert "reftrack contact 1 --no-answer --by email" in result.err


def test_a_chain_names_nobody(sam: Book) -> None:
    """Who was sent on is not told to the first source."""
    for command in (["thank", "1"], ["win", "1"], ["thank", "1"]):
        sam(*command)
    sam.at(SATURDAY)("add", "Mia Lund", "--from", "Dana Ruiz")
    text = drafted(sam, "1", "thank-chain")
    assert "Now Dana has sent somebody to me in turn, and it began with you." in text
    assert "Mia" not in text


def test_words_about_days(sam: Book) -> None:
    """A missed call is dated as one says it."""
    sam("missed", "Sam Ortiz")
    assert "You left word for me today" in drafted(sam, "@1", "call-back")
    sam.at(SATURDAY)
    assert "You left word for me yesterday" in drafted(sam, "@1", "call-back")
    assert "You left word for me on Friday" in drafted(sam, "@1", "call-back", "--by", "card")
    sam.at("2026-12-21T10:00:00Z")
    assert "You left word for me on 20 November" in drafted(sam, "@1", "call-back")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Sam Ortiz", "Sam"),
        ("Sam", "Sam"),
        ("José María López", "José"),
        ("Dr. Kim Wood", "Dr. Kim Wood"),
        ("Ms Priya Nair", "Ms Priya Nair"),
        ("Ortiz, Sam", "Ortiz, Sam"),
        ("J. Ortiz", "J. Ortiz"),
        ("Ortiz & Sons", "Ortiz & Sons"),
        ("Wood Roofing Ltd", "Wood Roofing Ltd"),
        ("Sam and Kim Wood", "Sam and Kim Wood"),
        ("3 Oaks", "3 Oaks"),
    ],
)
def test_how_somebody_is_addressed(name: str, first: str) -> None:
    """By the first name, where it surely is one."""
    assert called(name) == first


def test_what_templates_do_with_words() -> None:
    """Sentences, clauses, lists and paragraphs."""
    assert sentence("a new survey") == "A new survey."
    assert sentence("Why?") == "Why?"
    assert clause("A cousin does it.") == "a cousin does it"
    assert clause("Kim was cheaper") == "Kim was cheaper"
    assert clause("IT does it") == "IT does it"
    assert clause("I was late") == "I was late"
    assert listed(["Dana"]) == "Dana"
    assert listed(["Dana", "Kim", "Lee"]) == "Dana, Kim and Lee"
    assert (
        flow("one\n two\n\n\n- three\n  four\n- five\n\n \n") == "one two\n\n- three four\n- five"
    )


@pytest.mark.parametrize("tie", ["cousin", "brother-in-law", "old boss"])
def test_a_tie_that_reads_well_is_said(book: Book, tie: str) -> None:
    """To the source, whose tie it is."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", tie)
    assert f"your {tie} Dana Ruiz" in drafted(book, "1")


@pytest.mark.parametrize("tie", ["they met at the gym", "used to work together", "?"])
def test_a_tie_that_does_not_is_left_out(book: Book, tie: str) -> None:
    """What is a remark rather than a word stays in the book."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", tie)
    assert "sending Dana Ruiz to me" in drafted(book, "1")


# Which draft


def test_the_most_pressing_comes_first(sam: Book) -> None:
    """The draft is for what heads the morning of the subject, and sending it is what settles it."""
    sam.at(SATURDAY)
    for _ in range(12):
        owed = [item for item in sam.due()["items"] if item["referral"] == 1]
        if not owed:
            break
        result = sam("draft", "1")
        assert owed[0]["rule"] in result.err
        command = result.err.splitlines()[-1].split(": reftrack ")[1]
        sam(*shlex.split(command))
        assert owed[0] not in sam.due()["items"]
    assert not owed
    assert "nothing is open on 1 (Dana Ruiz) now" in sam("draft", "1", code=1).err


def test_nothing_open_names_what_could_be_written(sam: Book) -> None:
    """An error, so that a pipe gets no text; the second line names the rules that make sense."""
    for command in (["thank", "1"], ["contact", "1"]):
        sam(*command)
    result = sam("draft", "1", code=1)
    assert result.out == ""
    assert result.err == (
        "error: nothing is open on 1 (Dana Ruiz) now.\n"
        "To write one all the same: reftrack draft 1 RULE (thank-referral, contact-prospect,"
        " educate-source, follow-up)\n"
    )
    named = sam("draft", "1", "thank-referral")
    assert named.out.startswith("Dear Sam,")
    assert "thank-referral is not open now. Once it is sent: reftrack thank 1" in named.err
    sam("wish", "@1", "--updates", "30d")
    person = sam("draft", "@1", code=1).err
    assert "nothing is open on Sam Ortiz (@1) now" in person
    assert "reftrack draft @1 RULE (keep-informed, call-back, ask-preference," in person


def test_a_snoozed_courtesy_can_be_drafted(sam: Book) -> None:
    """What is hidden from the morning is still owed."""
    sam("contact", "1")
    sam("snooze", "1", "--until", "in 3 days")
    assert drafted(sam, "1").startswith("Dear Sam,")


@pytest.mark.parametrize("rule", BY_NAME)
def test_every_rule_can_be_named(sam: Book, rule: str) -> None:
    """Each of the 24 on a referral and on the person it is for, open or not."""
    row = BY_NAME[rule]
    on_referral = drafted(sam, "1", rule)
    assert on_referral
    who = "@2" if row.to in ("prospect", "client") else "@1"
    assert drafted(sam, who, rule) == on_referral


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["1", "thank-referal"], 2, "Did you mean thank-referral?"),
        (["1", "nonsense"], 2, "`reftrack rules` lists the rules."),
        (["@2", "thank-referral"], 1, "Dana Ruiz sent you none"),
        (["@2", "keep-informed"], 1, "Dana Ruiz sent you nobody"),
        (["@3", "contact-prospect"], 1, "Tom Beck was not"),
        (["3", "explain-loss"], 1, "source and prospect are one person"),
        (["99"], 1, "there is no referral 99"),
        (["@99"], 1, "there is no person @99"),
        (["1", "--by", "pigeon"], 2, "is no way to reach somebody"),
        ([], 2, "For example: reftrack draft 12"),
    ],
)
def test_what_makes_no_sense_is_refused(
    sam: Book, arguments: list[str], code: int, said: str
) -> None:
    """With the reason, and nothing on standard output."""
    sam("add", "Kim Wood", "--from", "Tom Beck")
    sam("add", "Sam Ortiz", "--from", "Sam Ortiz")
    result = sam("draft", *arguments, code=code)
    assert said in result.err
    assert result.out == ""


def test_a_rule_that_fits_several_referrals_is_asked_back(sam: Book) -> None:
    """They are listed with their numbers."""
    sam("add", "Kim Wood", "--from", "Sam Ortiz")
    result = sam("draft", "@1", "explain-loss", code=1)
    assert "1  Dana Ruiz" in result.err
    assert "2  Kim Wood" in result.err
    assert "reftrack draft 1 explain-loss" in result.err


def test_new_business_is_thanked_as_such(sam: Book) -> None:
    """Nobody is thanked for referring themselves."""
    sam("add", "Sam Ortiz", "--from", "Sam Ortiz")
    text = drafted(sam, "2")
    assert "Thank you for coming to me again." in text
    assert "sending" not in text


def test_without_a_book(book: Book) -> None:
    """It says how to begin, and makes no file."""
    assert "Begin with" in book("draft", "1", code=1).err
    assert not book.path.exists()


def test_drafting_writes_nothing(sam: Book) -> None:
    """The database is the same, byte by byte, and nothing lies beside it."""
    before, files = sam.path.read_bytes(), sorted(sam.folder.iterdir())
    for arguments in (["1"], ["@1"], ["1", "keep-informed"], ["1", "--mailto"]):
        sam("draft", *arguments)
    assert sam.path.read_bytes() == before
    assert sorted(sam.folder.iterdir()) == files


def test_only_drafts_pay_for_jinja(sam: Book) -> None:
    """A morning does not import it."""
    code = (
        "import sys; from reftrack.cli.app import run; run(['due']);"
        " assert 'jinja2' not in sys.modules; run(['draft', '1']); assert 'jinja2' in sys.modules;"
        " assert 'sqlmodel' not in sys.modules"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_a_terminal_gets_a_heading_and_whole_words(sam: Book) -> None:
    """On a screen lines break between words; the heading says to whom and how."""
    shown = sam.screen("draft", "1", columns=60)
    lines = shown.out.splitlines()
    assert shown.code == 0
    assert lines[:3] == ["Sam Ortiz, card: thank-referral", "", "Dear Sam,"]
    assert all(len(line) <= 60 for line in lines)
    assert "Thank you for sending your cousin Dana Ruiz to me." in lines
    assert lines[-1] == "Once it is sent: reftrack thank 1 --by card"


def test_a_pipe_gets_the_text_alone(sam: Book) -> None:
    """Standard output is what would be sent, and nothing else."""
    ended = sam.process("draft", "1", "contact-prospect")
    assert ended.stdout.decode().startswith("- Hello, is this Dana Ruiz?")
    assert ended.stdout.decode().endswith("who is.\n")


# Confidentiality


def secret_history() -> dict[str, Any]:
    """A book with a canary in every private place, and something of every kind in it."""
    people = [
        {"id": 1, "name": "Sam Ortiz", "relation": "friend", "email": "sam@x.example"},
        {"id": 2, "name": "Dana Ruiz", "relation": "client", "phone": "0161 1"},
        {"id": 3, "name": "Kim Wood", "relation": "colleague", "company": "Wood Ltd"},
    ]
    referrals = [
        {"id": 1, "source": 1, "prospect": 2, "kind": "client", "tie": "cousin"},
        {"id": 2, "source": 3, "prospect": 2, "kind": "co-worker"},
        {"id": 3, "source": 1, "prospect": 1, "kind": "expansion"},
        {"id": 4, "source": 2, "prospect": 3, "kind": "partner"},
    ]
    plain: list[tuple[str, dict[str, object]]] = [
        *((kind, {}) for kind in ("attempted", "contacted", "met", "won", "delivered", "noted")),
        *((kind, {}) for kind in ("thanked", "told", "explained", "educated")),
        *((kind, {"text": "Said aloud"}) for kind in ("lost", "declined", "problem", "resolved")),
        ("referred-out", {"to": "kim"}),
        ("rated", {"fit": "poor"}),
        ("waived", {"rule": "thank-win"}),
        ("snoozed", {"until": "2026-12-24T00:00:00Z"}),
    ]
    personal: list[tuple[str, dict[str, object]]] = [
        *((kind, {}) for kind in ("missed", "called-back", "wished", "asked", "reopened", "noted")),
        ("given", {"prospect": "Lee Park"}),
        ("reviewed", {"agreed": True, "delivered": True, "happy": True}),
        ("delivered", {}),
    ]
    events: list[dict[str, Any]] = []
    for day, (subject, number) in enumerate(
        [("referral", n) for n in (1, 2, 3, 4)] + [("person", n) for n in (1, 2, 3)]
    ):
        happened = plain if subject == "referral" else personal
        for hour, (kind, data) in enumerate(happened):
            at = f"2026-11-{day + 2:02}T{hour:02}:00:00Z"
            events.append(
                {"id": len(events) + 1, "at": at, "kind": kind, subject: number, "data": data}
            )
    for number, kind in enumerate(("paused", "resumed", "paused")):
        events.append(
            {"id": len(events) + 1, "at": f"2026-11-1{number}T00:00:00Z", "kind": kind, "data": {}}
        )
    for item in (*people, *referrals, *events):
        item["note"] = f"{CANARY} of {item.get('kind', 'somebody')}"
        item["uid"] = "kim" if item.get("name") == "Kim Wood" else None
        if item["uid"] is None:
            del item["uid"]
    for referral in referrals:
        referral |= {"received_at": "2026-11-01T00:00:00Z", "need": f"{CANARY} need"}
    return {
        "schema": "reftrack.history/1",
        "people": people,
        "referrals": referrals,
        "events": events,
    }


@pytest.fixture
def secret(book: Book) -> Book:
    """That book, in December."""
    return book.at("2026-12-20T10:00:00Z").load(secret_history())


def test_no_canary_in_any_draft(secret: Book) -> None:
    """Every rule on every subject, by several ways out, and what is said of those refused."""
    assert CANARY in secret("export").out
    count = 0
    for subject in ("1", "2", "3", "4", "@1", "@2", "@3"):
        for rule in ("", *BY_NAME):
            arguments = ["draft", subject, *filter(None, [rule])]
            for way in (["--by", "card"], ["--mailto"] if rule else ["--by", "call"]):
                result = secret(*arguments, *way, code=None)
                assert CANARY not in unquote(result.out + result.err)
                count += result.code == 0
    assert count > 200


def test_no_canary_in_files_and_errors(secret: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor in a message file, in what an editor gets, or in what goes wrong."""
    kept = editor(secret, monkeypatch, 'cp "$1" "{folder}/seen.txt"')
    for number, rule in enumerate(BY_NAME):
        file = secret.folder / f"{number}.eml"
        secret("draft", "1", rule, "--eml", str(file))
        assert CANARY.encode() not in file.read_bytes()
        secret("draft", "1", rule, "--edit")
        assert CANARY not in (kept / "seen.txt").read_text(encoding="utf-8")
    own = secret.folder / "templates"
    own.mkdir()
    for source in (
        "{{ note }}",
        "{{ need }}",
        "{{ 1 / 0 }}",
        "{{ to.note }}",
        "{% if %}",
        "\udcff",
    ):
        (own / "thank-referral.j2").write_text(source, encoding="utf-8", errors="surrogateescape")
        result = secret("draft", "1", "thank-referral", code=2)
        assert CANARY not in result.out + result.err


def reachable(value: object) -> list[object]:
    """Everything that a template gets to from here, as the sandbox lets it: attributes, items."""
    environment = letters._environment(None)
    seen: dict[int, object] = {}
    left = [value]
    while left:
        it = left.pop()
        if id(it) in seen or (isinstance(it, str) and len(it) < 2):
            continue
        seen[id(it)] = it
        if isinstance(it, dict):
            left += [*it.keys(), *it.values()]
        elif isinstance(it, (tuple, list, set, frozenset)):
            left += it
        for name in dir(it):
            got = getattr(it, name, None)
            if environment.is_safe_attribute(it, name, got) and not isinstance(it, (str, int)):
                left.append(got)
    return list(seen.values())


def test_nothing_private_can_be_reached(secret: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a template can get to is a word, a number, or one of three plain records."""
    handed: list[dict[str, object]] = []
    real = letters.visible
    monkeypatch.setattr(
        letters, "visible", lambda *given: handed.append(real(*given)) or handed[-1]
    )
    for rule in BY_NAME:
        secret("draft", "1", rule)
        secret("draft", "@1", rule, code=None)
    assert len(handed) > 30
    things = reachable([value for seen in handed for value in seen.values()])
    for thing in things:
        if callable(thing):  # what tuples offer
            assert isinstance(getattr(thing, "__self__", None), (tuple, list)), thing
        else:
            assert isinstance(thing, (str, bool, int, tuple, list, News, Trouble)), thing
        if not isinstance(thing, list):
            assert not {"note", "need", "email", "phone", "company"} & set(dir(thing))
    assert not any(CANARY in thing for thing in things if isinstance(thing, str))


def test_letters_hold_words_alone() -> None:
    """The fields of what is handed over are words, yes or no, or more of these; none is private."""
    allowed = {"str", "bool", "tuple[str, ...]", "tuple[Trouble, ...]", "tuple[News, ...]"}
    for record in (Letter, News, Trouble):
        assert {field.type for field in dataclasses.fields(record)} <= allowed
        names = {field.name for field in dataclasses.fields(record)}
        assert not {"note", "need", "email", "phone", "company", "referral", "person"} & names
        methods = {name for name in vars(record) if not name.startswith("__")} - names
        assert methods == set()
        (_, slots) = ("", record.__slots__)
        assert set(slots) == names


HOSTILE = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ troubles.__class__ }}",
    "{{ live.__iter__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ ('' | attr('__class__')).__mro__ }}",
    "{{ '{0.__class__}'.format(to) }}",
    "{{ '%s' | format(to.__class__) }}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__ }}",
    "{{ namespace() }}",
    "{{ range(10) }}",
    "{{ [to] | map(attribute='__class__') | list }}",
    "{{ letter.note }}",
    "{{ note }}",
    "{{ need }}",
    "{{ to.note }}",
    "{% include '/etc/passwd' %}",
    "{% include '../config.toml' %}",
    "{% import 'os' as os %}",
    "{% set x = troubles.append(1) %}",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_hostile_template_is_refused(sam: Book, source: str) -> None:
    """Nothing leads out of the sandbox, and the error says which file and line."""
    own = sam.folder / "templates"
    own.mkdir()
    (own / "thank-referral.j2").write_text(f"Dear {{{{ first }}}},\n{source}\n", encoding="utf-8")
    result = sam("draft", "1", code=None)
    if result.code == 0:  # Jinja leaves out what map() may not see
        assert result.out == "Dear Sam,\n[Undefined]\n"
        return
    assert result.code == 2
    assert result.out == ""
    assert f"{own / 'thank-referral.j2'}, line 2: " in result.err
    assert len(result.err.splitlines()) == 2
    assert "Traceback" not in result.err


# The user's own templates


def template(book: Book, name: str, source: str) -> Path:
    """A template of the user's own."""
    folder = book.folder / "templates"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(source, encoding="utf-8")
    return path


def test_ones_own_words(sam: Book) -> None:
    """A file of the same name stands in; one that extends the frame gets its greeting."""
    template(
        sam, "thank-referral.j2", "Dear {{ first }},\n  thanks for\n{{ about }}.\n{{ name }}\n"
    )
    assert drafted(sam, "1") == "Dear Sam,\n  thanks for\nDana Ruiz.\nRobin Hale"
    template(
        sam,
        "thank-referral.j2",
        '{% extends "_letter.j2" %}\n{% block note %}\nThanks for\n{{ about }}.\n{% endblock %}\n',
    )
    assert drafted(sam, "1") == "Dear Sam,\n\nThanks for Dana Ruiz.\n\nAll the best,\nRobin"
    assert drafted(sam, "1", "note-meeting").startswith("Dear Sam,\n\nDana Ruiz and I met.")


def test_the_documented_template_works(sam: Book) -> None:
    """Both examples of the documentation are templates, and every variable is listed there."""
    page = (Path(__file__).parent.parent / "docs" / "drafts.md").read_text(encoding="utf-8")
    examples = [part for part in page.split("```")[1::2] if "{{" in part]
    assert len(examples) == 2
    for example in examples:
        template(sam, "thank-referral.j2", example)
        for way in FORMS:
            assert "thousand thanks for Dana Ruiz." in drafted(sam, "1", "--by", way)
    listed_names = set(re.findall(r"`([a-z_]+)`", page))
    assert set(visible("thank-referral", "card", Letter("Sam", "Sam"))) <= listed_names


def test_ones_own_parts(sam: Book) -> None:
    """What letters share can be replaced too, and a part that is missing is named."""
    template(sam, "_letter.j2", "{% block note %}{% endblock %}")
    assert drafted(sam, "1").startswith("Thank you for sending")
    path = template(sam, "_letter.j2", "fine\n{{ greeting_of_mine }}")
    assert f"{path}, line 2: 'greeting_of_mine' is undefined." in sam("draft", "1", code=2).err
    path.unlink()
    template(sam, "_parts.j2", "{% macro hello() %}Hi{% endmacro %}")
    result = sam("draft", "1", code=2)
    assert f"a template in {sam.folder / 'templates'}: " in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a\nb\n{{ abuot }}", "line 3: 'abuot' is undefined."),
        ("{% if %}", "line 1: Expected an expression"),
        ("{% block note %}", "line 1: Unexpected end of template"),
        ("a\n{{ to | nope }}", "line 2: No filter named 'nope'."),
        ("{{ 1 / 0 }}", "line 1: ZeroDivisionError."),
        ('{% include "thank-referral.j2" %}', "line 1: RecursionError."),
        ('{% extends "mine.j2" %}', "line 1: mine.j2."),
    ],
)
def test_a_mistake_in_ones_own_names_file_and_line(sam: Book, source: str, said: str) -> None:
    """Two lines, exit 2, never a traceback."""
    path = template(sam, "thank-referral.j2", source)
    result = sam("draft", "1", code=2)
    assert result.err.startswith(f"error: {path}, {said[:-1]}")
    assert "Mend it" in result.err
    assert len(result.err.splitlines()) == 2


def test_a_template_that_cannot_be_read(sam: Book) -> None:
    """Said as it is: not UTF-8, or not readable."""
    path = template(sam, "thank-referral.j2", "")
    path.write_bytes(b"\xff\xfe")
    assert f"the template {path} is not UTF-8" in sam("draft", "1", code=2).err
    path.unlink()
    path.mkdir()
    assert f"the template {path} cannot be read" in sam("draft", "1", code=2).err


def test_a_fault_of_reftracks_own_is_not_blamed_on_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a template of theirs there is nothing for them to mend."""
    monkeypatch.setattr(letters, "visible", lambda *_: {"form": "note"})
    with pytest.raises(Exception, match="undefined") as fault:
        written("thank-referral", "card", Letter("Sam", "Sam"))
    assert not isinstance(fault.value, BadInput)


@pytest.mark.parametrize("key", ["name", "why_me", "ideal_client"])
def test_the_writers_words_are_checked(book: Book, key: str) -> None:
    """Text on one line and of a length; a slip of the key names the right one."""
    for value, said in (("3", f"{key} is not text"), (f'"{"x" * 600}"', f"{key} has 600")):
        assert said in book.configure(f"{key} = {value}")("due", code=2).err
    book.configure(f'{key}s = "x"')
    assert f"Did you mean {key}?" in book("due", code=2).err
    book.configure(f'{key} = ""')("due")
    book.configure(f'{key} = "{{{{ to }}}} {{% if %}}"')
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    for rule in ("thank-referral", "educate-source"):
        book("draft", "1", rule)  # a value is never a template


# Ways out


def mail(content: bytes) -> email.message.EmailMessage:
    """A message file, read as a mail program does."""
    read = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(read, email.message.EmailMessage)
    return read


def test_a_message_file(sam: Book) -> None:
    """Unsent, addressed, in the email's own words, and only its owner can read it."""
    file = sam.folder / "note.eml"
    result = sam("draft", "1", "--eml", str(file))
    assert result.out == f"Written to {file}.\n"
    assert "Once it is sent: reftrack thank 1 --by email" in result.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    read = mail(file.read_bytes())
    assert (read["X-Unsent"], read["To"]) == ("1", "Sam Ortiz <sam@x.example>")
    assert read["Subject"] == "Thank you"
    text = read.get_content().replace("\r\n", "\n")
    assert text == drafted(sam, "1", "--by", "email") + "\n"
    assert list(sam.folder.glob(".note*")) == []


def test_a_message_file_is_never_overwritten(sam: Book) -> None:
    """What is there may be a letter that somebody worked on; a folder that is missing is said."""
    file = sam.folder / "note.eml"
    file.write_text("mine")
    assert "is there already" in sam("draft", "1", "--eml", str(file), code=1).err
    assert file.read_text() == "mine"
    missing = sam.folder / "nowhere" / "note.eml"
    assert "cannot be written" in sam("draft", "1", "--eml", str(missing), code=1).err
    assert not missing.parent.exists()


def test_a_message_for_the_next_program(sam: Book) -> None:
    """`-` prints the message."""
    assert mail(sam("draft", "1", "--eml", "-").out.encode())["X-Unsent"] == "1"


def test_no_address_is_no_obstacle(sam: Book) -> None:
    """A message and a link without an address are written, and say that one is missing."""
    file = sam.folder / "note.eml"
    result = sam("draft", "1", "contact-prospect", "--eml", str(file))
    assert mail(file.read_bytes())["To"] is None
    assert "note: no address is known of Dana Ruiz: add it there." in result.err
    result = sam("draft", "1", "contact-prospect", "--mailto")
    assert result.out.startswith("mailto:?subject=Sam%20Ortiz%20gave%20me%20your%20name&body=Dear")
    assert "no address is known" in result.err


@pytest.mark.parametrize(
    "name",
    ["Sam\nBcc: x@y.example", "Sam\r\nBcc: x@y.example", "Sam\x85Bcc: x@y", "Sam \u2028Bcc: x"],
)
def test_no_header_can_be_slipped_in(name: str) -> None:
    """A line break in a name, an address or a subject stays in its header, or leaves it out."""
    for address in ("sam@x.example", "sam@x.example\nBcc: y@z.example", "a,b@c", "@", "", None):
        content, is_addressed = message(name, address, f"About {name}", "Bcc: body@x.example")
        read = mail(content)
        assert set(read.keys()) <= {
            *("X-Unsent", "To", "Subject", "MIME-Version"),
            *("Content-Type", "Content-Transfer-Encoding"),
        }
        assert is_addressed == (address == "sam@x.example")
        if is_addressed:
            assert [a.addr_spec for a in read["To"].addresses] == ["sam@x.example"]
        url = urlsplit(link(address, f"About {name}", "Body"))
        assert set(parse_qs(url.query)) == {"subject", "body"}
        assert "\n" not in unquote(url.path)


def test_names_with_line_breaks_from_a_file(book: Book) -> None:
    """What an import brings cannot break a greeting or a header either."""
    history = secret_history()
    history["people"][0]["name"] = "Sam\tOrtiz"
    book.at("2026-12-20T10:00:00Z").load(history)
    assert "Sam Ortiz" in book("draft", "1", "contact-prospect").out
    assert "\x1b" not in book("draft", "1").out


def test_a_link(sam: Book) -> None:
    """Percent-encoded, with the subject and the whole text, and nothing else in it."""
    url = sam("draft", "1", "contact-prospect", "--mailto").out.strip()
    assert re.fullmatch(r"mailto:[A-Za-z0-9@._~?&=%-]*", url)
    url = sam("draft", "1", "--mailto").out.strip()
    assert urlsplit(url).path == "sam@x.example"
    said = parse_qs(urlsplit(url).query)
    assert said["subject"] == ["Thank you"]
    assert said["body"][0].replace("\r\n", "\n") == drafted(sam, "1", "--by", "email")


def test_a_link_that_would_be_cut_is_refused(sam: Book) -> None:
    """With what does it instead."""
    sam("lose", "1", "--why", "Because " * 200)
    result = sam("draft", "1", "explain-loss", "--mailto", code=1)
    assert "mail programs take 2,000" in result.err
    assert "--eml FILE" in result.err
    with pytest.raises(Refused):
        link(None, "x", "é" * 400)


def test_ways_out_that_contradict(sam: Book) -> None:
    """One way out at a time, and an email is an email."""
    assert "three ways out" in sam("draft", "1", "--mailto", "--copy", code=2).err
    assert (
        "is for an email, not for card" in sam("draft", "1", "--mailto", "--by", "card", code=2).err
    )
    sam("draft", "1", "--mailto", "--by", "email")


def with_terminal(arguments: list[str]) -> tuple[int, bytes]:
    """Runs a command with a controlling terminal; what that terminal got."""
    leader, follower = pty.openpty()

    def controlled() -> None:
        os.setsid()
        fcntl.ioctl(follower, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [*REFTRACK, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=controlled,  # noqa: PLW1509 - no threads here
        pass_fds=[follower],
    )
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    shown = os.read(leader, 65536)
    os.close(follower)
    os.close(leader)
    return len(out), shown


def test_the_clipboard(sam: Book) -> None:
    """The terminal gets the text as OSC 52, also where standard output is a pipe."""
    printed, shown = with_terminal(["draft", "1", "--copy"])
    found = re.fullmatch(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", shown)
    assert found
    assert base64.b64decode(found[1]).decode() == drafted(sam, "1")
    assert printed > 100


def test_no_terminal_no_clipboard(sam: Book) -> None:
    """Where there is none, that is an error, and what to do instead."""
    ended = sam.process("draft", "1", "--copy", start_new_session=True)
    assert ended.returncode == 1
    assert b"there is no terminal" in ended.stderr
    assert ended.stdout == b""


def editor(book: Book, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """An editor that does this, `$1` being the file; where it puts what it saw."""
    path = book.folder / "editor with blanks"
    path.write_text("#!/bin/sh\n" + script.replace("{folder}", str(book.folder)) + "\n")
    path.chmod(0o700)
    monkeypatch.setenv("EDITOR", f"'{path}'")
    return book.folder


def test_through_an_editor(sam: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor gets the draft in a file of the owner's alone, and what it leaves is taken."""
    folder = editor(
        sam,
        monkeypatch,
        'ls -l "$1" > {folder}/mode; echo "$1" > {folder}/name; cp "$1" "$1~"; echo PS: soon. >> "$1"',
    )
    before = drafted(sam, "1")
    assert drafted(sam, "1", "--edit") == before + "\nPS: soon."
    assert (folder / "mode").read_text().startswith("-rw-------")
    file = Path((folder / "name").read_text().strip())
    assert not file.parent.exists()
    sam("draft", "1", "--edit", "--eml", str(sam.folder / "a.eml"))
    assert "PS: soon." in mail((sam.folder / "a.eml").read_bytes()).get_content()


def test_visual_comes_before_editor(sam: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere."""
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.setenv("VISUAL", "true")
    assert drafted(sam, "1", "--edit") == drafted(sam, "1")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("", "no editor is set"),
        ("'", "no editor is set"),
        ("false", "the editor false ended with 1"),
        ("no-such-editor-here", "the editor no-such-editor-here cannot be run"),
        ("sh -c ': > \"$0\"'", "the draft was emptied"),
        ("rm", "the editor left no text"),
        ('sh -c \'printf "\\377" > "$0"\'', "the editor left no text in UTF-8"),
    ],
)
def test_an_editor_that_fails(
    sam: Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, said: str
) -> None:
    """Nothing is printed or written, nothing is left behind."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setenv("EDITOR", command)
    file = sam.folder / "a.eml"
    result = sam("draft", "1", "--edit", "--eml", str(file), code=1)
    assert said in result.err
    assert result.out == ""
    assert not file.exists()
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_when_it_is_ended(
    sam: Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int
) -> None:
    """Ended from outside while an editor is open, the file goes too."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    editor(sam, monkeypatch, "touch {folder}/open; exec sleep 60")
    process = subprocess.Popen(
        [*REFTRACK, "draft", "1", "--edit"],
        env={**os.environ, "TMPDIR": str(scratch)},
        # An editor that outlives it would hold a pipe open.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 30
    while not (sam.folder / "open").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert list(scratch.iterdir())
    process.send_signal(number)
    assert process.wait(timeout=30) == 128 + number
    assert list(scratch.iterdir()) == []


def test_ctrl_c_is_the_editors_own_affair(sam: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that means something in the editor does not end reftrack around it."""
    editor(sam, monkeypatch, "trap 'echo PS >> \"$1\"; exit 0' INT; kill -INT $PPID; kill -INT $$")
    ended = sam.process("draft", "1", "--edit")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.decode().endswith("Robin\nPS\n")


def test_nothing_typed_reaches_the_terminal_as_a_command(book: Book) -> None:
    """Control characters in a recorded text are shown as signs, in every way out."""
    history = secret_history()
    for event in history["events"]:
        if event["data"].get("text"):
            event["data"]["text"] = "Red \x1b[31m \x1b]52;c;eA==\x07 \u202e end"
    book.at("2026-12-20T10:00:00Z").load(json.loads(json.dumps(history)))
    for arguments in (["1", "explain-loss"], ["1", "report-problem"], ["1", "keep-informed"]):
        for way in ([], ["--mailto"], ["--eml", "-"]):
            shown = unquote(book("draft", *arguments, *way).out)
            assert not re.search("[\x1b\x07\u202e]", shown)


def test_every_rule_has_a_subject_line() -> None:
    """Short, on one line, and with the name where it says one."""
    for rule in BY_NAME:
        for about in ("Dana Ruiz", ""):
            line = subject_line(rule, Letter("Sam", "Sam", about))
            assert line
            assert len(line) < 60
            assert not re.search(r"[{}\n]|^ | $", line)
