"""The words of each rule, a row a rule: a line, a brief, the subject of a letter, and the rest."""

from __future__ import annotations


class Phrases:
    """The words of one rule; {to} is whom it is owed to, {about} the other person.

    `line` is the courtesy as a line of the morning, `alone` the same where source and prospect are
    one person, `addition` what is added to another line where one touch settles this too, `brief`
    the fewest words. `subject` is the subject line of a letter, `subject_alone` that where there is
    no other person; it is seen by whoever looks over a shoulder, so it says little. `says_too` are
    the rules of which its letter speaks by itself, and `weight` says whose letter is written where
    one touch settles several: the heaviest one's, which also stands first where they are counted.
    `once` says after what the courtesy is recorded. `awaits` is what has not happened yet where the
    rule owes nothing, and `counted` is what one of these is called and what several are, where they
    are only counted.
    """

    # Not a dataclass: a TAB reads the briefs, and what makes dataclasses costs more than they do.
    __slots__ = (
        *("addition", "alone", "awaits", "brief", "counted", "line", "once", "says_too"),
        *("subject", "subject_alone", "weight"),
    )

    def __init__(
        self,
        line: str,
        *,
        brief: str,
        subject: str,
        alone: str = "",
        subject_alone: str = "",
        addition: str = "",
        says_too: tuple[str, ...] = (),
        weight: int = 0,
        once: str = "",
        awaits: str = "",
        counted: tuple[str, str] = ("", ""),
    ) -> None:
        self.line = line
        self.brief = brief
        self.subject = subject
        self.alone = alone
        self.subject_alone = subject_alone
        self.addition = addition
        self.says_too = says_too
        self.weight = weight
        self.once = once
        self.awaits = awaits
        self.counted = counted


PHRASES: dict[str, Phrases] = {
    "thank-referral": Phrases(
        "Thank {to} for referring {about}",
        alone="Thank {to} for coming to you again",
        addition="thank them for the referral",
        brief="thank {to}",
        subject="Thank you",
    ),
    "contact-prospect": Phrases(
        "Call {to} (from {about})",
        brief="call {to}",
        subject="{about} gave me your name",
        subject_alone="Your new plans",
    ),
    "try-again": Phrases(
        "Try {to} again (from {about})",
        brief="try {to} again",
        subject="{about} gave me your name",
        subject_alone="Your new plans",
        awaits="no try went unanswered before the first conversation",
    ),
    "ask-introduction": Phrases(
        "Ask {to} to introduce you to {about}: three tries, no answer",
        addition="ask for an introduction",
        brief="ask {to} to introduce you",
        subject="A word to {about}?",
        awaits="there were not three tries in vain",
        weight=1,
    ),
    "note-meeting": Phrases(
        "Thank {to}: you met {about}",
        addition="say that you met",
        brief="thank {to}: you met",
        subject="Thank you for the introduction",
        awaits="no meeting yet",
        says_too=("thank-referral",),
        weight=3,
    ),
    "announce-win": Phrases(
        "Tell {to} that {about} signed",
        addition="tell them of the sale",
        brief="tell {to} of the sale",
        subject="Good news about {about}",
        awaits="not won yet",
        says_too=("thank-win",),
        weight=6,
    ),
    "thank-win": Phrases(
        "Thank {to} for the sale to {about}",
        alone="Thank {to} for the new business",
        addition="thank them for the sale",
        brief="thank {to} for the sale",
        subject="Thank you",
        awaits="not won yet",
        weight=5,
    ),
    "explain-loss": Phrases(
        "Explain to {to} why {about} was lost",
        addition="explain the loss",
        brief="explain the loss to {to}",
        subject="About {about}",
        awaits="it was not lost",
        weight=10,
    ),
    "explain-decline": Phrases(
        "Explain to {to} why {about} is not for you",
        addition="explain your no",
        brief="explain your no to {to}",
        subject="About {about}",
        awaits="you did not say no",
        weight=9,
    ),
    "find-better": Phrases(
        "Find somebody better for {to} (from {about})",
        brief="find somebody better for {to}",
        subject="Somebody who suits you better",
        once="Once they are sent on",
        awaits="you did not say no",
    ),
    "report-problem": Phrases(
        "Tell {to} of the problem with {about}",
        addition="tell them of the problem",
        brief="tell {to} of the problem",
        subject="About {about}",
        awaits="there was no problem",
        says_too=("report-resolution",),
        weight=7,
    ),
    "resolve-problem": Phrases(
        "Put right the problem of {to} (from {about})",
        brief="put right the problem of {to}",
        subject="I want to put this right",
        once="Once it is put right",
        awaits="there was no problem",
    ),
    "report-resolution": Phrases(
        "Tell {to} that the problem of {about} is put right",
        addition="say what is put right",
        brief="tell {to} that it is put right",
        subject="About {about}: it is put right",
        awaits="nothing had to be put right",
        says_too=("report-problem",),
        weight=8,
    ),
    "keep-informed": Phrases(
        "News for {to}",
        brief="news for {to}",
        subject="Where things stand",
        awaits="they sent no referral",
    ),
    "educate-source": Phrases(
        "Tell {to} whom you help best: {about} was a poor fit",
        brief="tell {to} whom you help best",
        subject="Whom I help best",
        awaits="it was not rated a poor fit",
    ),
    "explain-capacity": Phrases(
        "Tell {to} that you are full: {about} has to wait",
        addition="say that you are full",
        brief="tell {to} that you are full",
        subject="About {about}",
        awaits="you took new referrals when it came",
        weight=2,
    ),
    "thank-chain": Phrases(
        "Thank {to}: {about} sends you referrals now",
        addition="say what they began",
        brief="thank {to} for what they began",
        subject="What you began",
        awaits="the prospect has sent nobody since a sale",
        weight=4,
    ),
    "follow-up": Phrases(
        "Follow up with {to} (from {about})",
        brief="follow up with {to}",
        subject="A question",
    ),
    "call-back": Phrases(
        "Call {to} back",
        brief="call {to} back",
        subject="You left word for me",
        awaits="they left no word",
    ),
    "ask-preference": Phrases(
        "Ask {to} how they want to hear from you",
        brief="ask {to} how they want to hear",
        subject="How would you like to hear?",
        once="Once you have the answer",
        awaits="they sent no referral",
        counted=("preference to ask", "preferences to ask"),
    ),
    "return-favour": Phrases(
        "Return the favour of {to} with a referral",
        brief="return the favour of {to}",
        subject="Whom can I send to you?",
        once="Once you have sent somebody",
        awaits="no referral of theirs has proved a good one yet",
        counted=("favour to return", "favours to return"),
        weight=3,
    ),
    "review-client": Phrases(
        "Ask {to} how the work went",
        brief="ask {to} how the work went",
        subject="How did it go?",
        once="Once you have the answers",
        awaits="no work of theirs is finished",
        counted=("review", "reviews"),
        weight=2,
    ),
    "ask-for-referrals": Phrases(
        "Ask {to} for referrals: they are happy",
        brief="ask {to} for referrals",
        subject="A question",
        counted=("earned ask", "earned asks"),
        weight=1,
    ),
    "reopen-intake": Phrases(
        "Tell {to} that you have room again",
        brief="tell {to} that you have room",
        subject="I have room again",
    ),
    "keep-appointment": Phrases(
        "Meet {to} (from {about})",
        brief="meet {to}",
        subject="Our appointment",
        awaits="no appointment was made",
    ),
    "keep-promise": Phrases(
        "Keep your promise to {to}",
        brief="keep your promise to {to}",
        subject="As I promised",
        once="Once it is done",
        awaits="nothing was promised",
    ),
}
