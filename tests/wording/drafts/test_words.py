"""The words of each draft, and that they read right."""

from __future__ import annotations

import dataclasses
import itertools
import re

import pytest

from reftrack.domain.people import RELATIONS
from reftrack.domain.referrals import KINDS, STAGES
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
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
    written,
)
from tests.support.driver import Book
from tests.support.letters import MINE, SATURDAY, drafted

FRIDAY = "2026-11-20T15:00:00Z"


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
    """Laws that hold for every draft."""
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
    sam: Book, handed: list[dict[str, object]]
) -> None:
    """The values that a template for a prospect is handed hold nothing else of the source."""
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
    """The number of tries is said; a message that is left is a try, not a contact."""
    for day in ("20", "21", "22"):
        sam.at(f"2026-11-{day}T15:10:00Z")("contact", "1", "--no-answer")
    assert "I have tried three times" in drafted(sam, "1", "ask-introduction")
    result = sam("draft", "1", "try-again", "--by", "email")
    assert "reftrack contact 1 --no-answer --by email" in result.err


def test_a_chain_names_nobody(sam: Book) -> None:
    """The first source is not told who was sent on."""
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
    """A remark rather than a word stays in the book."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", tie)
    assert "sending Dana Ruiz to me" in drafted(book, "1")
