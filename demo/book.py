"""The made-up book of the demo: two and a half years of a kitchen fitter and small builder.

`python demo/book.py > book.json` writes it as a history that `reftrack import` reads. Nobody in it
exists: the names are invented, the telephone numbers are Ofcom's for fiction, and the addresses are
at example.com and example.org. The story ends on Monday 23 November 2026 at 08:40 in London.

The story is the table below. Change it there: one line is one event,

    2026-11-20 15:00 won call | what others were told // what nobody is told

in local time, with the way (card, call, email, text, in-person, gift), the words and the private
note left out where there are none. What the words mean depends on the kind of event, see `data_of`.
Whatever order the table has, people, referrals and events are numbered in the order of time.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")
NOW = "2026-11-23 08:40"

WAYS = frozenset({"card", "call", "email", "text", "in-person", "gift"})

Json = str | int | bool | None | dict[str, "Json"] | list["Json"]


@dataclass(frozen=True)
class Event:
    """One line of the story, not numbered yet."""

    at: datetime
    kind: str
    way: str | None = None
    words: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody in the book, with what happened to them outside of any referral."""

    name: str
    relation: str | None
    phone: str | None
    email: str | None
    company: str | None
    updates: str | None
    channel: str | None
    note: str | None
    story: list[Event]

    @property
    def uid(self) -> str:
        """Derived from the name: no two people of the book share one."""
        return uid_of("person", self.name)


@dataclass(frozen=True)
class Referral:
    """One referral with its story; an expansion has one person at both ends."""

    received_at: datetime
    source: str
    prospect: str
    kind: str
    tie: str | None
    need: str | None
    note: str | None
    story: list[Event]

    @property
    def uid(self) -> str:
        """Derived from who referred whom, and when."""
        return uid_of("referral", utc(self.received_at), self.source, self.prospect)


@dataclass
class Book:
    """The story that the table tells, in the table's order."""

    people: dict[str, Person] = field(default_factory=dict)
    referrals: list[Referral] = field(default_factory=list)
    story: list[Event] = field(default_factory=list)


BOOK = Book()


def person(
    name: str,
    relation: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    company: str | None = None,
    *,
    updates: str | None = None,
    channel: str | None = None,
    note: str | None = None,
    story: str = "",
) -> None:
    """Somebody of the book: `updates` and `channel` are their wish, `note` is private."""
    if name in BOOK.people:
        raise ValueError(f"{name} stands twice in the table")
    BOOK.people[name] = Person(
        name, relation, phone, email, company, updates, channel, note, list(events(story))
    )


def referral(
    received: str,
    source: str,
    prospect: str,
    kind: str = "client",
    tie: str | None = None,
    need: str | None = None,
    *,
    note: str | None = None,
    story: str = "",
) -> None:
    """A referral received at this local time; `need` and `note` are private."""
    BOOK.referrals.append(
        Referral(local(received), source, prospect, kind, tie, need, note, list(events(story)))
    )


def expansion(received: str, who: str, need: str, story: str) -> None:
    """New business from somebody who is a client already."""
    referral(received, who, who, "expansion", need=need, story=story)


def whole_book(story: str) -> None:
    """Events of the whole book: pauses and their ends."""
    BOOK.story.extend(events(story))


def events(story: str) -> Iterator[Event]:
    """The events of a story, a line each."""
    for line in story.splitlines():
        if line.strip():
            yield event(line.strip())


def event(line: str) -> Event:
    """`2026-11-20 15:00 won call | words // private note` as an event."""
    rest, _, note = line.partition(" // ")
    head, _, words = rest.partition(" | ")
    day, time, kind, *way = head.split()
    if len(way) > 1 or not WAYS.issuperset(way):
        raise ValueError(f"cannot read '{line}'")
    return Event(
        local(f"{day} {time}"),
        kind,
        way[0] if way else None,
        words.strip() or None,
        note.strip() or None,
    )


def local(text: str) -> datetime:
    """A local date and time of the table."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def utc(instant: datetime) -> str:
    """An instant as the history writes it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def uid_of(*content: str) -> str:
    """The uid of this content, the same in every run."""
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:32]


# fmt: off
# --------------------------------------------------------------------------------------------------
# The people: partners and colleagues first, then in the order in which they came.
# --------------------------------------------------------------------------------------------------

person(
    "Gwen Ashworth", "partner", "07700 900114", "gwen@example.com", "Ashworth Heating",
    updates="milestones", channel="text",
    note="Wants out of the trade within two years. Nobody at the breakfast club knows.",
    story="""
    2024-06-11 12:40 wished in-person
    2024-08-06 17:15 given call | Lorcan Duffy
    2025-02-18 09:30 given text | a landlord in Levenshulme
    2026-01-29 10:00 given call | Margit Szabó
    2026-04-18 09:45 reviewed in-person | agreed delivered happy
    2026-04-18 09:50 asked in-person
    2026-09-03 16:20 given text | Zainab Yusuf
    """,
)
person(
    "Tomasz Wilczek", "partner", "07700 900267", "tomasz@example.org", "Wilczek Electrical",
    updates="30d", channel="call",
    note="Fell out with Gwen over the Heaton Moor job. Never put the two on one site.",
    story="""
    2024-09-10 18:00 wished call
    2024-11-21 08:40 given call | Rosa Figueiredo
    2025-04-10 13:00 given call | Joan Entwistle
    2026-05-06 08:15 given text | Piotr Nowicki
    """,
)
person(
    "Yusra Haddad", "partner", "0161 496 0371", "yusra@example.com", "Bramhall & Vale Lettings",
    updates="outcome", channel="email",
    note="Her office adds ten per cent to my invoices. She does not know that I know.",
    story="""
    2024-07-24 11:00 wished email
    2024-10-01 10:10 given email | a couple letting their first flat
    2025-06-12 15:30 given email | Femi Adeyemi's brother
    2026-01-15 09:00 given call | Beatriz Quintela's mother
    2026-11-05 14:00 given email | a surgeon who is moving to Leeds
    """,
)
person(
    "Callum Strachan", "colleague", "0161 496 0128", "callum@example.com", "Weir Street Kitchens",
    updates="milestones", channel="email",
    note="Applied for a job at the other showroom; asked me to keep it to myself.",
    story="""
    2024-06-28 16:00 wished email
    2024-09-12 12:00 given call | a couple who want a showroom kitchen
    2026-10-26 17:40 snoozed | 2027-01-04 return-favour // Not before his job is settled.
    """,
)
person(
    "Ottilie Brandt", "colleague", "0161 496 0129", "ottilie@example.com", "Weir Street Kitchens",
    updates="outcome", channel="email",
    story="""
    2025-06-04 09:15 wished email
    2025-08-20 11:30 given call | a dentist's waiting room
    2026-09-02 08:30 reopened email
    """,
)
person(
    "Idris Pembroke", "partner", "020 7946 0552", "idris@example.org", "Pembroke Okafor Architects",
    updates="30d", channel="email",
    note="Slow payer himself: ninety days for the studio shelves. Cash up front next time.",
    story="""
    2024-10-15 10:30 wished email
    2025-11-06 09:40 given email | Dev Chatterjee
    """,
)
person(
    "Conor Slattery", "partner", "07700 900338", "conor@example.org", "Slattery & Daughter",
    updates="outcome", channel="text",
    story="""
    2025-04-12 08:20 wished in-person
    """,
)
person(
    "Moira Kelleher", "client", "0161 496 0214", "moira@example.org", "Kelleher House B&B",
    updates="30d", channel="call",
    note="Widowed in March 2024. Says that the choir kept her going; ask after it.",
    story="""
    2024-05-18 14:05 wished call
    2024-08-10 18:30 given call | my cousins from Cork
    2025-07-22 17:00 given call | Thuy Pham's parents
    2026-01-12 19:00 given text | two tilers from Leeds
    2026-07-09 18:10 given call | Idris Pembroke's clients from London
    """,
)
person(
    "Dev Chatterjee", "client", "07700 900405", "dev@example.com", "Chatterjee & Low",
    updates="milestones", channel="email",
    story="""
    2024-07-25 18:00 reviewed in-person | agreed delivered happy
    2024-07-25 18:10 asked in-person
    2024-08-12 09:00 wished email
    2025-01-20 18:30 reviewed in-person | agreed delivered happy
    2025-01-20 18:40 asked in-person
    2025-11-19 12:15 given email | Tomasz Wilczek
    """,
)
person(
    "Ama Boateng", "client", "07700 900421", "ama@example.org", "Ama's Table, catering",
    updates="30d", channel="text",
    note="Pays from her mother's account while the divorce is in court. Not a word to Rosa.",
    story="""
    2024-07-20 11:00 reviewed in-person | agreed delivered happy
    2024-07-20 11:05 asked in-person
    2024-09-24 10:00 wished text
    2024-12-10 16:45 given text | Weir Street's Christmas party
    2026-05-22 10:00 reviewed in-person | agreed delivered happy
    2026-05-22 10:05 asked in-person
    2026-09-01 18:05 reopened text
    2026-10-08 12:30 given text | Harpreet Gill's fiftieth birthday
    """,
)
person(
    "Lorcan Duffy", "client", "0161 496 0430", "lorcan@example.com",
    updates="outcome", channel="call",
    story="""
    2024-08-16 17:30 reviewed in-person | agreed delivered happy
    2024-08-16 17:35 asked in-person
    2025-06-20 18:00 reviewed call | agreed delivered happy
    2025-06-20 18:05 asked call
    2026-10-10 12:00 wished call
    """,
)
person(
    "Bilal Sheikh", "client", "07700 900532", "bilal@example.com", "Sheikh Property",
    note="Three flats, two mortgages in arrears. Deposit before I order anything.",
    story="""
    2024-08-09 12:00 reviewed call | agreed delivered happy
    2024-08-12 08:50 asked call
    2025-07-14 13:20 missed
    2025-07-14 17:05 called-back call
    2025-08-19 09:15 reviewed call | agreed delivered
    2026-11-22 11:30 missed // Said: about the third flat, and a friend of his.
    """,
)
person(
    "Helen Tattersall", "client", "0161 496 0547", "helen@example.org",
    channel="email",
    note="Her first fitter took the deposit and vanished. Invoice only after each stage.",
    story="""
    2026-01-24 15:00 reviewed in-person | agreed delivered happy
    2026-01-24 15:10 asked in-person
    2026-06-01 18:20 wished email
    2026-08-26 11:40 given email | a lodger for her back room
    """,
)
person(
    "Shabnam Qureshi", "client", "07700 900618", "shabnam@example.com",
    updates="30d", channel="text",
    note="Her husband has had no work since spring. Offer the three instalments again.",
    story="""
    2024-11-02 10:30 reviewed in-person | agreed delivered happy
    2024-11-02 10:35 asked in-person
    2025-03-08 12:00 wished text
    2025-05-16 09:00 waived | return-favour // Has no business to send to. Sent flowers.
    2026-03-20 17:00 reviewed in-person | agreed delivered happy
    2026-03-20 17:05 asked in-person
    """,
)
person(
    "Rosa Figueiredo", "client", "07700 900639", "rosa@example.org", "Figueiredo Alterations",
    updates="milestones", channel="call",
    story="""
    2024-11-22 16:00 reviewed in-person | agreed delivered happy
    2024-11-22 16:10 asked in-person
    2025-01-16 10:00 wished call
    2025-04-25 10:00 waived | return-favour // She has more sewing than hands. Sent port.
    2026-04-24 15:00 reviewed in-person | agreed delivered happy
    2026-04-24 15:05 asked in-person
    """,
)
person(
    "Nils Aaberg", "other", "020 7946 0716", "nils@example.com",
    note="Has a heart condition; wants no stairs in the plan and no talk about why.",
)
person(
    "Graham Ogden", "other", "0161 496 0722",
    story="""
    2025-01-25 11:00 reviewed call | agreed delivered happy
    2025-01-25 11:05 asked call
    2026-07-10 14:00 reviewed in-person | agreed delivered happy
    2026-07-10 14:05 asked in-person
    """,
)
person(
    "Katya Sokolova", "client", "07700 900741", "katya@example.org", "Salon Katya",
    updates="milestones", channel="text",
    story="""
    2025-03-27 19:00 reviewed in-person | agreed delivered happy
    2025-03-27 19:05 asked in-person
    2025-06-14 10:00 wished text
    2025-09-16 09:00 given text | three bridesmaids
    2026-09-01 18:10 reopened text
    2026-10-22 13:00 given text | Ellen Blackshaw
    """,
)
person("Siobhan Marsh", "other", "07700 900756", "siobhan@example.com", "The Copper Kettle")
person(
    "Kwame Mensah-Lloyd", "client", "0161 496 0768", "kwame@example.com",
    story="""
    2025-03-29 10:00 reviewed in-person | agreed delivered happy
    2025-03-29 10:10 asked in-person
    2025-12-04 18:30 reviewed call | agreed delivered happy
    2025-12-04 18:35 asked call
    """,
)
person(
    "Joan Entwistle", "client", "0161 496 0775",
    note="Moira's sister, and they have not spoken of the will since Easter. Stay out of it.",
    story="""
    2025-07-02 14:00 reviewed in-person | agreed delivered happy
    2025-07-02 14:10 asked in-person
    2026-07-24 10:00 reviewed in-person | agreed delivered happy
    2026-09-04 11:00 asked call
    2026-11-17 15:30 delivered // The porch: she rang me herself.
    """,
)
person(
    "Zainab Yusuf", "client", "07700 900783", "zainab@example.org",
    story="""
    2025-05-10 11:30 reviewed in-person | agreed delivered happy
    2025-05-10 11:35 asked in-person
    2026-08-12 12:50 missed
    2026-08-12 17:30 called-back call
    2026-09-01 18:15 reopened call
    """,
)
person(
    "Femi Adeyemi", "client", "020 7946 0391", "femi@example.com", "Adeyemi Lets",
    story="""
    2025-04-25 09:30 reviewed email | agreed delivered happy
    2025-04-28 09:00 asked email
    2026-01-05 10:00 reviewed call | agreed delivered happy
    2026-01-05 10:05 asked call
    """,
)
person(
    "Owen Prytherch", "client", "07700 900802", "owen@example.org",
    story="""
    2025-05-30 16:00 reviewed in-person | agreed delivered happy
    2025-05-30 16:10 asked in-person
    """,
)
person(
    "Piotr Nowicki", "client", "07700 900811", "piotr@example.com",
    story="""
    2026-06-06 10:00 reviewed in-person | agreed delivered happy
    2026-06-06 10:05 asked in-person
    """,
)
person(
    "Anjali Deshmukh", "client", "0161 496 0823", "anjali@example.com",
    note="Expecting in April. Told me, and so far nobody else.",
    story="""
    2025-07-26 12:00 reviewed in-person | agreed delivered happy
    2025-07-26 12:05 asked in-person
    """,
)
person(
    "Leila Farahani", "client", "07700 900834", "leila@example.org", "Farahani Translations",
    updates="milestones", channel="email",
    story="""
    2025-08-09 10:00 reviewed in-person | agreed delivered happy
    2025-08-09 10:10 asked in-person
    2026-04-07 09:00 wished email
    2026-06-18 16:00 given email | Idris Pembroke
    """,
)
person(
    "Thuy Pham", "client", "0161 496 0846", "thuy@example.com",
    story="""
    2026-04-04 11:00 reviewed in-person | agreed delivered happy
    2026-04-04 11:05 asked in-person
    2026-11-19 17:45 reviewed in-person | agreed delivered happy
    """,
)
person(
    "Beatriz Quintela", "client", "07700 900857", "beatriz@example.org",
    updates="milestones", channel="email",
    story="""
    2025-10-25 12:00 reviewed in-person | agreed delivered happy
    2025-10-25 12:05 asked in-person
    2026-11-20 13:00 wished email
    """,
)
person(
    "Harpreet Gill", "client", "07700 900868", "harpreet@example.com", "Gill Driving School",
    updates="milestones", channel="text",
    story="""
    2025-10-31 17:00 reviewed in-person | agreed delivered happy
    2025-10-31 17:10 asked in-person
    2025-12-10 18:00 wished text
    2026-02-26 12:00 given text | Rosa Figueiredo's son
    """,
)
person("Zoë Lindqvist", "friend", "07700 900879", "zoe@example.org", story="""
    2025-12-13 13:00 reviewed in-person | agreed delivered happy
    2025-12-13 13:05 asked in-person
    """)
person("José Carrasco", "client", "020 7946 0885", "jose@example.com", story="""
    2025-11-28 09:00 reviewed call | agreed delivered
    """)
person("Margit Szabó", "client", "0161 496 0891", note="Hard of hearing: letters, never calls.",
    story="""
    2026-02-14 10:00 reviewed in-person | agreed delivered happy
    2026-02-14 10:15 asked in-person
    """)
person(
    "Winston Clarke", "client", "0161 496 0903", "winston@example.org",
    note="Sold his boat to pay for the kitchen. Do not joke about it.",
    story="""
    2026-07-03 15:00 reviewed in-person | agreed delivered happy 2026-09-01
    2026-09-05 12:00 asked call
    """,
)
person("Rashid Karim", "client", "07700 900917", "rashid@example.com")
person("Luca Moretti", "client", "07700 900926", "luca@example.org")
person("Ivana Horvat", "client", "0161 496 0934", "ivana@example.com")
person("Eleni Markou", "other", "07700 900942", "eleni@example.org")
person(
    "Derek Holroyd", "other", "0161 496 0951", "derek@example.com",
    note="Selling up because of the divorce. Helen is not to hear it from me.",
)
person("Ellen Blackshaw", "client", "07700 900960", "ellen@example.com")
person("Marco Bellandi", "other", "07700 900968", "marco@example.org")
person("Stuart Fairclough", "other", "0161 496 0973")
person("Charlotte Vane", "other", "07700 900981", "charlotte@example.com")
person("Emre Çelik", "other", "07700 900987", "emre@example.org")
person("Tariq Mansour", "other", "07700 900992")
person("Saoirse Whelan", "other", "07700 900998", "saoirse@example.com")

# --------------------------------------------------------------------------------------------------
# 2024
# --------------------------------------------------------------------------------------------------

referral(
    "2024-05-14 09:20", "Moira Kelleher", "Dev Chatterjee", tie="neighbour",
    need="Galley kitchen in a terrace, 18k at most, his wife must not know the figure.",
    story="""
    2024-05-14 12:30 thanked card
    2024-05-14 17:40 contacted call
    2024-05-18 10:00 met
    2024-05-18 14:00 thanked in-person
    2024-05-24 12:00 contacted call
    2024-05-30 16:00 won
    2024-05-30 16:45 thanked call
    2024-05-31 09:00 thanked gift | a bottle of Rioja
    2024-06-27 18:00 contacted call
    2024-06-27 18:20 told call | the cupboards are ordered, we begin on the first of July
    2024-07-19 16:00 delivered
    2024-07-19 18:30 told call | Dev's kitchen is finished, go and see it
    2024-08-07 09:30 thanked card
    """,
)
referral(
    "2024-06-04 08:10", "Gwen Ashworth", "Ama Boateng", "partner", "client",
    need="Kitchen-diner; a boiler to move first.",
    story="""
    2024-06-04 08:30 thanked text
    2024-06-04 12:15 contacted call
    2024-06-08 09:30 met
    2024-06-08 13:00 thanked text
    2024-06-14 10:00 contacted email
    2024-06-20 11:30 won
    2024-06-20 12:10 thanked call
    2024-06-20 18:00 thanked card
    2024-07-12 15:00 delivered
    2024-09-20 08:30 told text | Ama has just sent me her cousin: that began with you
    """,
)
referral(
    "2024-06-24 14:30", "Callum Strachan", "Lorcan Duffy", "co-worker", "showroom customer",
    need="Fit only, the units are paid for.",
    story="""
    2024-06-24 15:00 thanked email
    2024-06-25 09:10 contacted call
    2024-06-28 08:30 met
    2024-06-28 16:05 thanked in-person
    2024-07-02 12:00 won
    2024-07-02 13:30 thanked call
    2024-07-03 08:40 thanked email
    2024-07-30 17:00 contacted call
    2024-08-09 16:00 delivered
    2026-10-08 09:00 told email | Lorcan has sent me a friend: it began at your desk
    """,
)
referral(
    "2024-07-16 10:00", "Yusra Haddad", "Bilal Sheikh", "partner", "landlord",
    need="New worktops and a sink between two tenants, ten days.",
    story="""
    2024-07-16 10:40 thanked email
    2024-07-16 13:00 contacted call
    2024-07-18 17:00 met
    2024-07-22 09:00 won
    2024-07-22 09:20 thanked call
    2024-07-22 17:30 thanked card
    2024-08-02 14:00 delivered
    2024-08-02 14:30 rated | good
    """,
)
referral(
    "2024-08-06 19:15", "Dev Chatterjee", "Helen Tattersall", "client", "colleague",
    need="Has had one bad fitter. Wants to see three of my kitchens.",
    story="""
    2024-08-07 09:40 thanked card
    2024-08-07 12:10 contacted call
    2024-08-10 11:00 met
    2024-08-10 16:00 thanked email
    2024-08-16 12:00 contacted call
    2024-08-22 18:00 contacted call
    2024-08-27 17:00 lost | she puts it off for a year, the money goes into the roof
    2024-08-27 18:10 explained call
    """,
)
referral(
    "2024-09-03 07:50", "Tomasz Wilczek", "Shabnam Qureshi", "partner", "client",
    need="Kitchen and utility, step-free for her mother.",
    story="""
    2024-09-03 12:00 thanked call
    2024-09-03 18:20 contacted call
    2024-09-07 10:00 met
    2024-09-07 15:00 thanked text
    2024-09-13 18:00 contacted call
    2024-09-19 19:00 won
    2024-09-19 19:30 thanked call
    2024-09-20 10:00 thanked card
    2024-10-17 18:00 contacted call
    2024-10-17 18:20 told call | half way, the floor is down
    2024-10-25 15:00 delivered
    2024-10-25 18:00 told call | handed over today
    2025-03-07 08:00 told call | Shabnam has sent me a cousin: your doing
    """,
)
referral(
    "2024-09-18 20:05", "Ama Boateng", "Rosa Figueiredo", "client", "cousin",
    need="Small kitchen behind the workshop; cash if it is cheaper (it is not).",
    story="""
    2024-09-19 08:00 thanked card
    2024-09-19 12:30 contacted call
    2024-09-24 09:00 met
    2024-09-24 10:05 thanked in-person
    2024-09-30 18:00 contacted call
    2024-10-04 16:30 won
    2024-10-04 17:00 thanked call
    2024-10-05 10:00 thanked gift | cinema tickets for two
    2024-10-30 12:00 contacted call
    2024-10-30 12:30 told text | Rosa's units arrive on Monday
    2024-11-15 15:30 delivered
    2024-11-15 18:00 told text | Rosa is cooking in it tonight
    2025-01-15 09:00 thanked card
    """,
)
referral(
    "2024-10-09 11:00", "Idris Pembroke", "Nils Aaberg", "partner", "client",
    need="Listed farmhouse, structural work, six months.",
    story="""
    2024-10-09 12:00 thanked email
    2024-10-10 09:00 contacted call
    2024-10-15 10:00 met
    2024-10-15 10:35 thanked email
    2024-10-17 16:00 declined | a listed farmhouse is more than one man can do well
    2024-10-17 16:30 explained call
    2024-10-18 10:00 referred-out email | Conor Slattery
    """,
)
referral(
    "2024-11-05 09:00", "Gwen Ashworth", "Graham Ogden", "partner", "client",
    need="Kitchen after a burst pipe, the insurance pays.",
    story="""
    2024-11-05 16:00 attempted call
    2024-11-06 09:40 thanked text // A flu day, and forty minutes late for it.
    2024-11-07 10:00 attempted call
    2024-11-08 17:30 attempted call
    2024-11-08 17:45 told call | he does not pick up: could you say a word to him?
    2024-11-12 12:00 contacted call
    2024-11-16 10:00 met
    2024-11-16 12:00 thanked text
    2024-11-22 12:00 contacted call
    2024-11-29 12:00 contacted call
    2024-12-05 10:00 won
    2024-12-05 11:00 thanked call
    2024-12-05 18:00 thanked card
    2025-01-02 09:30 contacted call
    2025-01-17 15:00 delivered
    """,
)
expansion("2024-11-26 18:00", "Dev Chatterjee", "A utility room in the old coal store.", """
    2024-11-26 18:10 thanked in-person
    2024-11-26 18:15 met
    2024-12-03 12:00 won
    2024-12-03 12:20 thanked card
    2024-12-30 12:00 contacted call
    2025-01-10 15:30 delivered
    """)

# --------------------------------------------------------------------------------------------------
# 2025
# --------------------------------------------------------------------------------------------------

referral(
    "2025-01-14 13:00", "Rosa Figueiredo", "Katya Sokolova", "client", "friend",
    need="Kitchen above the salon. Works Tuesdays to Saturdays, Mondays only.",
    story="""
    2025-01-14 17:00 thanked call
    2025-01-15 09:30 contacted text
    2025-01-20 10:00 met
    2025-01-20 15:00 thanked card
    2025-01-27 10:00 contacted call
    2025-02-03 11:00 won
    2025-02-03 11:40 thanked call
    2025-02-03 18:00 thanked gift | a box of pastéis de nata
    2025-03-03 10:00 contacted call
    2025-03-10 09:15 problem | the worktop came with a crack at the hob
    2025-03-10 09:40 told call | a cracked worktop, a new one is on its way
    2025-03-12 16:00 resolved | the maker replaced the worktop in two days
    2025-03-12 17:00 told call | the new worktop is in
    2025-03-14 15:00 delivered
    2025-06-12 10:00 told call | Katya has sent me her neighbour: it began with you
    """,
)
referral(
    "2025-01-28 10:30", "Callum Strachan", "Siobhan Marsh", "co-worker", "showroom customer",
    need="A bar counter for the café, in steel.",
    story="""
    2025-01-28 11:00 thanked email
    2025-01-28 16:00 contacted call
    2025-01-30 09:00 rated | poor
    2025-01-30 09:10 declined | a steel bar counter wants a metalworker
    2025-01-30 09:40 explained email
    2025-01-31 12:00 referred-out email | Conor Slattery
    2025-02-04 13:00 educated in-person
    """,
)
referral(
    "2025-02-11 08:00", "Tomasz Wilczek", "Kwame Mensah-Lloyd", "partner", "client",
    need="Island with power, and cupboards to the ceiling.",
    story="""
    2025-02-11 12:10 thanked call
    2025-02-11 17:30 contacted call
    2025-02-15 10:00 met
    2025-02-15 13:00 thanked call
    2025-02-21 12:00 contacted call
    2025-02-25 18:00 won
    2025-02-25 18:30 thanked call
    2025-02-26 09:00 thanked gift | a head torch
    2025-03-21 15:00 delivered
    2025-03-21 17:00 told call | finished, the island works
    """,
)
referral(
    "2025-02-27 18:30", "Moira Kelleher", "Joan Entwistle", "client", "sister",
    need="New kitchen, but is afraid of the dust.",
    story="""
    2025-02-28 09:00 thanked call
    2025-02-28 10:00 contacted call
    2025-03-05 14:00 met
    2025-03-05 18:00 thanked call
    2025-03-12 10:00 contacted call
    2025-03-18 10:00 lost | Joan wants no dust in the house this year
    2025-03-18 11:00 explained call
    2025-04-15 16:00 contacted call // She rang: the oven died.
    2025-04-15 17:00 told call | Joan rang me, she wants it after all
    2025-04-19 10:00 met
    2025-04-25 10:00 contacted call
    2025-05-01 15:00 won
    2025-05-01 15:30 thanked call
    2025-05-02 09:00 thanked gift | a hydrangea
    2025-05-29 12:00 contacted call
    2025-05-29 18:00 told call | begun on Monday, dust sheets everywhere
    2025-06-20 15:00 delivered
    2025-06-20 17:30 told call | Joan's kitchen is done, not a speck
    """,
)
referral(
    "2025-03-06 19:00", "Shabnam Qureshi", "Zainab Yusuf", "client", "cousin",
    need="Starter home, 7k and not a pound more.",
    story="""
    2025-03-07 08:30 thanked card
    2025-03-07 12:00 contacted call
    2025-03-12 18:00 met
    2025-03-12 20:00 thanked text
    2025-03-18 18:00 contacted call
    2025-03-24 18:00 won
    2025-03-24 18:45 thanked call
    2025-03-25 10:00 thanked card
    2025-04-22 18:00 contacted call
    2025-04-22 18:15 told text | Zainab's doors are painted, we fit next week
    2025-05-02 15:00 delivered
    2025-05-02 18:00 told text | Zainab has her kitchen
    """,
)
referral(
    "2025-03-25 09:30", "Yusra Haddad", "Femi Adeyemi", "partner", "landlord",
    need="Two flats alike, between tenants.",
    story="""
    2025-03-25 10:00 thanked email
    2025-03-25 14:00 contacted email
    2025-03-28 11:00 met
    2025-04-02 10:00 won
    2025-04-02 10:40 thanked call
    2025-04-02 17:00 thanked card
    2025-04-18 13:00 delivered
    """,
)
referral(
    "2025-04-08 07:45", "Conor Slattery", "Owen Prytherch", "partner", "client",
    need="Too small for Conor: one wall of cupboards and a pantry.",
    story="""
    2025-04-08 08:00 thanked text
    2025-04-08 17:00 contacted call
    2025-04-12 10:00 met
    2025-04-17 18:00 contacted call
    2025-04-22 12:00 won
    2025-04-22 12:30 thanked call
    2025-04-22 18:00 thanked card
    2025-05-20 17:00 contacted call
    2025-05-23 15:00 delivered
    """,
)
expansion("2025-04-24 17:30", "Lorcan Duffy", "A window seat and shelves.", """
    2025-04-24 18:00 thanked text
    2025-04-25 12:00 contacted call
    2025-04-30 17:30 met
    2025-05-06 12:00 won
    2025-05-06 18:00 thanked card
    2025-06-03 12:00 contacted call
    2025-06-13 16:00 delivered
    """)
referral(
    "2025-05-13 10:00", "Ama Boateng", "Piotr Nowicki", "client", "friend",
    need="Kitchen for a flat he has just bought.",
    story="""
    2025-05-13 12:00 thanked card
    2025-05-13 15:00 attempted call
    2025-05-15 12:00 attempted call
    2025-05-17 10:30 attempted text
    2025-05-17 11:00 told text | three tries and no answer: has he another number?
    2025-05-27 12:00 attempted call
    2025-06-09 09:00 lost | no answer in four weeks; my number lies with him
    2025-06-09 09:30 explained text
    """,
)
referral(
    "2025-05-29 11:15", "Ottilie Brandt", "Anjali Deshmukh", "co-worker", "showroom customer",
    need="Showroom kitchen, fitted before the school holidays.",
    story="""
    2025-05-29 12:00 thanked email
    2025-05-29 17:00 contacted call
    2025-06-03 18:00 met
    2025-06-09 12:00 contacted email
    2025-06-12 13:00 won
    2025-06-12 13:20 thanked call
    2025-06-13 08:45 thanked email
    2025-07-10 12:00 contacted call
    2025-07-18 12:00 delivered
    """,
)
referral(
    "2025-06-10 18:20", "Katya Sokolova", "Leila Farahani", "client", "neighbour",
    need="Desk and kitchen in one room; works at night, no drilling before ten.",
    story="""
    2025-06-11 08:30 thanked card
    2025-06-11 12:00 contacted text
    2025-06-14 10:30 met
    2025-06-14 16:00 thanked text
    2025-06-20 12:00 contacted call
    2025-06-26 11:00 won
    2025-06-26 11:30 thanked call
    2025-06-27 09:00 thanked gift | a voucher for the garden centre
    2025-07-24 12:00 contacted call
    2025-08-01 15:00 delivered
    2026-04-01 09:00 thanked card
    """,
)
referral(
    "2025-06-26 16:40", "Gwen Ashworth", "Thuy Pham", "partner", "client",
    need="Open up the kitchen; a wall that may carry the house.",
    story="""
    2025-06-26 17:10 thanked text
    2025-06-27 10:00 contacted call
    2025-07-02 17:30 met
    2025-07-03 09:00 thanked text
    2025-07-09 12:00 contacted call
    2025-07-15 18:00 lost | her landlord said no to the wall
    2025-07-17 12:00 explained call // A day late. Gwen had heard it from Thuy.
    """,
)
expansion("2025-07-15 09:00", "Bilal Sheikh", "The second flat, same as the first.", """
    2025-07-15 09:10 thanked call
    2025-07-15 09:15 contacted call
    2025-07-17 17:00 met
    2025-07-21 10:00 won
    2025-07-21 12:00 thanked text
    2025-08-04 08:20 problem | the electrics in the second flat were not safe to work on
    2025-08-06 13:00 resolved | Tomasz rewired the ring in a day
    2025-08-08 15:00 delivered
    """)
referral(
    "2025-08-05 12:00", "Idris Pembroke", "Beatriz Quintela", "partner", "client",
    need="His drawings, my hands. Oak, no handles.",
    story="""
    2025-08-05 13:00 thanked email
    2025-08-06 09:30 contacted call
    2025-08-12 10:00 met
    2025-08-12 14:00 thanked email
    2025-08-19 12:00 contacted call
    2025-08-26 12:00 contacted call
    2025-09-01 16:00 won
    2025-09-01 17:00 thanked call
    2025-09-02 09:00 thanked card
    2025-09-29 12:00 contacted call
    2025-09-29 12:30 told email | the oak is in the workshop, on time
    2025-10-17 15:00 delivered
    2025-10-17 17:00 told email | finished; photographs attached
    2026-11-20 11:15 thanked card
    """,
)
referral(
    "2025-08-27 18:10", "Dev Chatterjee", "Harpreet Gill", "client", "colleague",
    need="Family kitchen, five at breakfast.",
    story="""
    2025-08-27 19:00 thanked email
    2025-08-28 12:00 contacted call
    2025-09-01 18:30 met
    2025-09-02 09:10 thanked email
    2025-09-08 12:00 contacted call
    2025-09-11 18:00 won
    2025-09-11 18:30 thanked call
    2025-09-12 09:00 thanked gift | a fountain pen
    2025-10-10 12:00 contacted call
    2025-10-24 15:30 delivered
    2025-12-04 10:00 told email | Harpreet has sent me somebody: it began with you
    """,
)
expansion("2025-09-23 12:30", "Kwame Mensah-Lloyd", "Cupboards under the stairs.", """
    2025-09-23 13:00 thanked text
    2025-09-23 18:00 contacted call
    2025-09-29 18:00 met
    2025-10-06 10:00 contacted call
    2025-10-09 12:00 won
    2025-10-09 18:00 thanked card
    2025-11-06 12:00 contacted call
    2025-11-24 15:00 delivered
    """)
referral(
    "2025-10-07 20:00", "Moira Kelleher", "Zoë Lindqvist", "client", "choir friend",
    need="A kitchen that two can cook in.",
    story="""
    2025-10-08 09:00 thanked card
    2025-10-08 12:00 contacted call
    2025-10-11 11:00 met
    2025-10-11 17:00 thanked call
    2025-10-17 12:00 contacted call
    2025-10-23 18:00 contacted call
    2025-10-27 12:00 won
    2025-10-27 13:00 thanked call
    2025-10-28 09:00 thanked gift | a concert for two at the Bridgewater
    2025-11-24 12:00 contacted call
    2025-11-24 12:30 told call | the old kitchen is out
    2025-12-05 15:30 delivered
    2025-12-05 18:00 told call | Zoë is in, she sings in it already
    """,
)
referral(
    "2025-10-21 09:45", "Yusra Haddad", "José Carrasco", "partner", "landlord",
    need="Student house: hard-wearing, cheap, fast.",
    story="""
    2025-10-21 10:15 thanked email
    2025-10-21 15:00 contacted call
    2025-10-24 10:00 met
    2025-10-29 12:00 won
    2025-10-29 12:30 thanked call
    2025-10-29 18:00 thanked card
    2025-11-21 14:00 delivered
    """,
)
referral(
    "2025-11-04 08:30", "Gwen Ashworth", "Helen Tattersall", "partner", "client",
    need="The kitchen of 2024, the roof being paid for.",
    story="""
    2025-11-04 08:50 thanked text
    2025-11-04 12:30 contacted call
    2025-11-08 11:00 met
    2025-11-08 14:00 thanked text
    2025-11-14 12:00 contacted call
    2025-11-21 16:00 won
    2025-11-21 16:30 thanked call
    2025-11-22 09:00 thanked gift | theatre tickets
    2025-12-18 12:00 contacted call
    2026-01-16 15:00 delivered
    2026-05-28 09:00 told text | Helen has sent me her brother-in-law: thanks to you
    """,
)
expansion("2025-11-18 11:00", "Femi Adeyemi", "A third flat.", """
    2025-11-18 11:10 thanked email
    2025-11-18 12:00 contacted email
    2025-11-25 10:00 won
    2025-11-25 10:30 thanked email
    2025-12-19 13:00 delivered
    """)
referral(
    "2025-12-03 17:50", "Harpreet Gill", "Margit Szabó", "client", "his mother's carer",
    need="Low worktops, so that she can sit.",
    story="""
    2025-12-03 18:30 thanked text
    2025-12-04 09:30 contacted text
    2025-12-10 10:00 met
    2025-12-10 18:05 thanked in-person
    2025-12-16 12:00 contacted text
    2025-12-18 11:00 won
    2025-12-18 11:30 thanked call
    2025-12-19 09:00 thanked gift | sweets for the lessons
    2026-01-15 12:00 contacted text
    2026-02-06 15:00 delivered
    """,
)

# --------------------------------------------------------------------------------------------------
# 2026
# --------------------------------------------------------------------------------------------------

expansion("2026-01-22 17:00", "Shabnam Qureshi", "A wet room for her mother.", """
    2026-01-22 17:30 thanked text
    2026-01-22 17:35 contacted call
    2026-01-28 18:00 met
    2026-02-04 12:00 contacted call
    2026-02-09 18:00 won
    2026-02-09 20:00 thanked card
    2026-03-10 12:00 contacted call
    2026-03-13 15:00 delivered
    """)
referral(
    "2026-02-05 07:40", "Conor Slattery", "Thuy Pham", "partner", "client",
    need="Bought the house: the wall may go.",
    story="""
    2026-02-05 08:10 thanked text
    2026-02-05 12:30 contacted call
    2026-02-10 18:00 met
    2026-02-16 12:00 contacted call
    2026-02-20 12:00 won
    2026-02-20 12:40 thanked call
    2026-02-21 09:00 thanked gift | coffee for the site
    2026-03-19 12:00 contacted call
    2026-03-27 15:00 delivered
    """,
)
expansion("2026-02-17 14:00", "Rosa Figueiredo", "Cutting table and drawers for the workshop.", """
    2026-02-17 14:20 thanked in-person
    2026-02-17 14:25 met
    2026-02-24 10:00 contacted call
    2026-03-03 12:00 contacted call
    2026-03-09 12:00 won
    2026-03-09 17:00 thanked card
    2026-04-07 12:00 contacted call
    2026-04-17 15:00 delivered
    """)
referral(
    "2026-03-03 12:20", "Tomasz Wilczek", "Gwen Ashworth", "partner", "breakfast club",
    need="Gwen's own kitchen, at last.", note="He referred her to make peace. She need not know.",
    story="""
    2026-03-03 13:00 thanked call
    2026-03-03 18:00 contacted call
    2026-03-07 10:00 met
    2026-03-07 13:00 thanked call
    2026-03-13 12:00 won
    2026-03-13 12:30 thanked call
    2026-03-14 10:00 thanked card
    2026-04-09 12:00 contacted call
    2026-04-10 15:00 delivered
    2026-04-10 18:00 told call | Gwen is content, and sends her regards
    2026-06-18 08:15 told call | Gwen has sent me a job: your doing
    """,
)
referral(
    "2026-03-31 18:45", "Leila Farahani", "Piotr Nowicki", "client", "neighbour",
    need="The flat of 2025, and this time he rings back.",
    story="""
    2026-04-01 08:30 thanked card
    2026-04-01 12:00 contacted call
    2026-04-07 18:00 met
    2026-04-08 09:00 thanked email
    2026-04-13 12:00 contacted call
    2026-04-16 18:00 won
    2026-04-16 18:40 thanked call
    2026-04-17 09:00 thanked gift | saffron
    2026-05-14 12:00 contacted call
    2026-05-29 15:00 delivered
    """,
)
expansion("2026-04-14 10:30", "Ama Boateng", "A pantry for the catering.", """
    2026-04-14 11:00 thanked text
    2026-04-14 11:05 contacted call
    2026-04-17 09:00 met
    2026-04-20 12:00 won
    2026-04-20 18:00 thanked card
    2026-05-15 15:00 delivered
    """)
referral(
    "2026-04-28 19:30", "Moira Kelleher", "Winston Clarke", "client", "sings bass in the choir",
    need="A whole kitchen, with a galley's lockers.",
    story="""
    2026-04-29 09:00 thanked card
    2026-04-29 12:00 contacted call
    2026-05-02 11:00 met
    2026-05-02 17:00 thanked call
    2026-05-08 12:00 contacted call
    2026-05-14 18:00 contacted call
    2026-05-18 12:00 won
    2026-05-18 13:00 thanked call
    2026-05-19 09:00 thanked gift | a bottle of Rioja
    2026-06-15 12:00 contacted call
    2026-06-15 12:30 told call | the lockers are in, he is as proud as a captain
    2026-06-26 15:00 delivered
    2026-06-26 18:00 told call | Winston's galley is finished
    """,
)
referral(
    "2026-05-12 09:50", "Yusra Haddad", "Siobhan Marsh", "partner", "shop tenant",
    need="The second café, counter and all.",
    story="""
    2026-05-12 10:20 thanked email
    2026-05-12 16:00 contacted call
    2026-05-15 17:30 met
    2026-05-18 09:00 declined | a shop fit-out needs a crew
    2026-05-18 09:40 explained email
    2026-05-19 12:00 referred-out email | Conor Slattery
    """,
)
referral(
    "2026-05-27 18:05", "Helen Tattersall", "Graham Ogden", "client", "brother-in-law",
    need="A utility room, insurance again.",
    story="""
    2026-05-27 19:00 thanked email
    2026-05-28 12:00 contacted call
    2026-06-01 17:00 met
    2026-06-01 18:25 thanked call
    2026-06-08 12:00 contacted call
    2026-06-11 10:00 won
    2026-06-11 10:45 thanked call
    2026-06-12 09:00 thanked card
    2026-06-25 18:00 told email | begun, and it will be ready in a week
    2026-07-03 15:00 delivered
    2026-07-03 18:00 told email | Graham's utility room is finished
    """,
)
referral(
    "2026-06-16 12:10", "Gwen Ashworth", "Joan Entwistle", "partner", "client",
    need="A cupboard round the new boiler.",
    story="""
    2026-06-16 12:30 thanked text
    2026-06-16 17:00 contacted call
    2026-06-19 10:00 met
    2026-06-19 11:00 thanked text
    2026-06-23 10:00 won
    2026-06-23 10:30 thanked call
    2026-06-23 18:00 thanked card
    2026-07-17 12:00 delivered
    """,
)

# Last summer: a broken wrist, and six weeks without new work.
whole_book("""
    2026-07-20 07:30 paused
    2026-08-31 07:30 resumed
    """)

referral(
    "2026-07-28 13:15", "Katya Sokolova", "Rashid Karim", "client", "customer",
    need="A kitchen over the bakery, he starts at four in the morning.",
    story="""
    2026-07-28 17:00 thanked call
    2026-07-28 17:05 explained call
    2026-07-29 11:00 contacted call
    2026-08-06 11:00 contacted call
    2026-08-14 11:00 contacted text
    2026-08-24 11:00 contacted text
    2026-09-03 14:00 met
    2026-09-03 18:00 thanked text
    2026-09-10 14:00 contacted call
    2026-09-14 14:30 won
    2026-09-14 15:00 thanked call
    2026-09-15 09:00 thanked gift | a scarf
    2026-10-13 14:00 contacted call
    2026-11-10 14:00 contacted call
    2026-11-13 14:30 delivered
    """,
)
referral(
    "2026-08-05 09:20", "Ottilie Brandt", "José Carrasco", "co-worker", "showroom customer",
    need="Six kitchens by September.",
    story="""
    2026-08-05 10:00 thanked email
    2026-08-05 10:05 explained email
    2026-08-05 15:00 contacted call
    2026-08-06 09:00 declined | six kitchens by September, with a broken wrist
    2026-08-06 09:20 explained email
    2026-08-06 12:00 referred-out call | Conor Slattery
    """,
)
referral(
    "2026-08-19 20:10", "Ama Boateng", "Luca Moretti", "client", "friend",
    need="Kitchen with two ovens; the second one is a surprise for his wife.",
    story="""
    2026-08-20 08:30 thanked card
    2026-08-20 08:40 explained text
    2026-08-20 12:00 contacted call
    2026-09-02 12:00 contacted call
    2026-09-05 10:00 met
    2026-09-05 14:00 thanked text
    2026-09-15 12:00 contacted call
    2026-09-21 16:00 won
    2026-09-21 16:40 thanked call
    2026-09-22 09:00 thanked gift | a bread knife
    2026-10-14 12:00 contacted call
    2026-10-14 12:30 told text | Luca's old kitchen comes out next week
    2026-11-11 12:00 contacted call
    2026-11-11 12:20 told text | all in but the tiles
    2026-11-18 14:20 problem | the new dishwasher leaks at the waste
    2026-11-18 14:50 told call | a leak at the dishwasher, the water is off, I am back on Saturday
    2026-11-21 10:15 resolved | a new trap under the sink, and it is dry
    """,
)
expansion("2026-09-08 11:00", "Thuy Pham", "A bench and shelves where the wall was.", """
    2026-09-08 11:20 thanked text
    2026-09-08 11:25 contacted call
    2026-09-11 17:30 met
    2026-09-16 12:00 won
    2026-09-16 18:00 thanked card
    2026-10-14 18:00 contacted call
    2026-11-06 15:00 delivered
    """)
referral(
    "2026-09-15 15:10", "Callum Strachan", "Ivana Horvat", "co-worker", "showroom customer",
    need="Showroom kitchen with a stone top; the stone takes eight weeks.",
    story="""
    2026-09-15 15:40 thanked email
    2026-09-16 09:30 contacted call
    2026-09-19 10:00 met
    2026-09-19 16:00 thanked email
    2026-09-25 12:00 contacted call
    2026-10-02 12:00 contacted email
    2026-10-09 12:00 contacted call
    2026-10-16 12:00 contacted call
    2026-10-21 11:00 won
    2026-10-21 11:30 thanked call
    2026-10-22 08:40 thanked email
    """,
)
referral(
    "2026-09-22 18:50", "Moira Kelleher", "Kwame Mensah-Lloyd", "client", "her nephew's friend",
    need="Bathroom cupboards, and then the hall.",
    story="""
    2026-09-23 09:00 thanked card
    2026-09-23 12:30 contacted call
    2026-09-26 11:00 met
    2026-09-26 16:00 thanked call
    2026-10-02 18:00 contacted call
    2026-10-09 18:00 contacted call
    2026-10-16 18:00 contacted email
    2026-10-23 18:00 contacted call
    2026-10-25 17:00 told call | Kwame is choosing between oak and ash
    2026-10-30 18:00 contacted call
    2026-11-03 18:00 won
    2026-11-03 18:30 thanked call
    2026-11-04 09:00 thanked card
    """,
)
referral(
    "2026-09-29 10:10", "Yusra Haddad", "Owen Prytherch", "partner", "landlord",
    need="The house he lets: a kitchen before the new tenants on 5 December.",
    story="""
    2026-09-29 10:45 thanked email
    2026-09-29 17:00 contacted call
    2026-10-02 10:00 met
    2026-10-08 12:00 contacted call
    2026-10-14 12:00 won
    2026-10-14 12:40 thanked call
    2026-10-14 18:00 thanked card
    2026-11-11 17:00 contacted call
    2026-11-21 15:45 problem | two doors came in the wrong colour
    2026-11-21 16:20 told email | two doors in the wrong colour, the maker is asked
    """,
)
referral(
    "2026-10-06 19:20", "Lorcan Duffy", "Eleni Markou", "client", "gym friend",
    need="New kitchen, 12k, her father pays half.",
    story="""
    2026-10-07 08:30 thanked call
    2026-10-07 12:00 contacted call
    2026-10-10 11:00 met
    2026-10-16 12:00 contacted call
    2026-10-23 12:00 contacted call
    2026-10-26 10:00 lost | another firm was two thousand below
    2026-10-26 12:00 explained call
    2026-11-18 16:30 contacted call // The other firm wants all of it up front.
    2026-11-18 18:00 told call | Eleni came back to me
    """,
)
referral(
    "2026-10-12 12:40", "Helen Tattersall", "Derek Holroyd", "client", "brother",
    need="Make the kitchen fit to sell; 4k.",
    story="""
    2026-10-12 13:30 thanked email
    2026-10-12 18:00 contacted call
    2026-10-17 10:00 met
    2026-10-17 18:00 thanked email
    2026-10-23 12:00 contacted call
    2026-10-30 12:00 contacted call
    2026-10-30 12:30 told email | Derek has my quote and thinks it over
    2026-11-06 12:00 contacted call
    2026-11-08 17:30 told email | Derek wants to decide this month
    2026-11-13 12:00 attempted call
    2026-11-20 12:00 attempted call
    """,
)
referral(
    "2026-10-19 10:20", "Rosa Figueiredo", "Ellen Blackshaw", "client", "sister-in-law",
    need="Kitchen and larder in a cottage; 21k from an inheritance she does not mention.",
    story="""
    2026-10-19 12:00 thanked call
    2026-10-19 18:00 contacted call
    2026-10-24 10:00 met
    2026-10-24 15:00 thanked call
    2026-10-30 17:00 contacted call
    2026-11-05 17:00 contacted email
    2026-11-12 12:00 contacted call
    2026-11-20 15:00 won in-person // Signed at her table. No signal there, then the van broke down.
    """,
)
referral(
    "2026-10-26 18:30", "Shabnam Qureshi", "Marco Bellandi", "client", "neighbour",
    need="Kitchen before Christmas.",
    story="""
    2026-10-26 19:00 thanked card
    2026-10-27 12:00 contacted call
    2026-11-02 17:30 met
    2026-11-03 09:00 thanked text
    2026-11-09 12:00 contacted call
    2026-11-16 12:00 contacted email
    2026-11-22 17:20 lost | he chose a firm that can fit before Christmas
    """,
)
referral(
    "2026-10-29 11:30", "Idris Pembroke", "Nils Aaberg", "partner", "client",
    need="The farmhouse is done: now its kitchen, all on one level.",
    story="""
    2026-10-29 12:00 thanked email
    2026-10-30 10:00 contacted call
    2026-11-05 10:00 contacted email
    2026-11-10 11:00 met
    2026-11-10 17:00 thanked email
    2026-11-17 08:50 snoozed | 2026-11-30 follow-up // In hospital until the weekend; his wife rang.
    """,
)
referral(
    "2026-11-03 08:05", "Tomasz Wilczek", "Zoë Lindqvist", "partner", "client",
    need="Lights are in: now the shelves and a bench for the studio.",
    story="""
    2026-11-03 12:10 thanked call
    2026-11-03 18:00 contacted call
    2026-11-09 12:00 contacted text
    2026-11-12 16:00 met
    2026-11-12 18:30 thanked call
    """,
)
referral(
    "2026-11-14 10:00", "Harpreet Gill", "Stuart Fairclough", "client", "pupil's father",
    need="Worktops, perhaps more.",
    story="""
    2026-11-14 11:00 thanked text
    2026-11-14 16:00 attempted call
    2026-11-16 12:00 attempted call
    2026-11-18 11:00 attempted text
    2026-11-18 11:20 told text | he does not pick up: may I say that you will ring him?
    """,
)
referral(
    "2026-11-16 14:50", "Ottilie Brandt", "Charlotte Vane", "co-worker", "showroom customer",
    need="A bathroom, tiles and pipes and all.",
    story="""
    2026-11-16 15:30 thanked email
    2026-11-17 10:00 contacted call
    2026-11-19 09:00 rated | poor
    2026-11-19 09:05 declined | a whole bathroom is plumber's work
    2026-11-19 09:30 explained email
    2026-11-20 08:30 referred-out text | Gwen Ashworth
    """,
)
expansion("2026-11-18 17:10", "Anjali Deshmukh", "Turn the study into a nursery, by March.", """
    2026-11-18 17:40 thanked text
    2026-11-19 12:30 contacted call
    """)
referral(
    "2026-11-20 10:30", "Beatriz Quintela", "Emre Çelik", "client", "colleague",
    need="An oak kitchen like hers.",
    story="""
    2026-11-20 11:00 thanked email
    2026-11-20 15:40 attempted call
    2026-11-22 12:00 attempted text
    """,
)
referral(
    "2026-11-20 17:40", "Gwen Ashworth", "Tariq Mansour", "partner", "client",
    need="A kitchen round a new boiler.",
    story="""
    2026-11-20 18:05 thanked text
    2026-11-21 16:00 attempted call
    """,
)
referral(
    "2026-11-22 15:10", "Winston Clarke", "Saoirse Whelan", "client", "his daughter's flatmate",
    need="First flat, a kitchen for little money.",
    note="Winston lends her the deposit. She must not learn that I know.",
)

# fmt: on
# --------------------------------------------------------------------------------------------------
# From the table to the history.
# --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """An event where it belongs: on a referral, on a person, or on the whole book."""

    event: Event
    referral: Referral | None = None
    person: Person | None = None

    @property
    def uid(self) -> str:
        """Derived from what happened to whom, and when."""
        subject = self.referral or self.person
        words = self.event.words or ""
        return uid_of(
            "event", utc(self.event.at), self.event.kind, subject.uid if subject else "", words
        )


def data_of(event: Event) -> dict[str, Json]:
    """The meaning of the words of an event.

    A gift for `thanked`, somebody for `given` and `referred-out`, a fit for `rated`, a rule for
    `waived`, a local date and perhaps a rule for `snoozed`, ticks and perhaps a local date for
    `reviewed`; what others were told for every other kind.
    """
    data: dict[str, Json]
    words = (event.words or "").split()
    match event.kind:
        case "reviewed":
            ticks = ("agreed", "delivered", "happy")
            dates = [word for word in words if word not in ticks]
            data = {tick: tick in words for tick in ticks}
            return data | ({"busy_until": dates[0]} if dates else {})
        case "snoozed":
            data = {"until": utc(local(f"{words[0]} 00:00"))}
            return data | ({"rule": words[1]} if words[1:] else {})
        case "referred-out":
            return {"to": BOOK.people[event.words or ""].uid}
        case _:
            meanings = {"thanked": "gift", "given": "prospect", "rated": "fit", "waived": "rule"}
            return {meanings.get(event.kind, "text"): event.words} if event.words else {}


def entries() -> Iterator[Entry]:
    """Every event of the story, with the favour that lies in each referral passed on."""
    for event in BOOK.story:
        yield Entry(event)
    for someone in BOOK.people.values():
        for event in someone.story:
            yield Entry(event, person=someone)
    for received in BOOK.referrals:
        for event in received.story:
            yield Entry(event, referral=received)
            if event.kind == "referred-out":
                given = Event(event.at, "given", event.way, received.prospect)
                yield Entry(given, person=BOOK.people[event.words or ""])


def history() -> dict[str, Json]:
    """The book in the form `reftrack.history/1`, everything numbered in the order of time."""
    # Sorting is stable: of one instant, what stands first in the table comes first.
    referrals = sorted(BOOK.referrals, key=lambda referral: referral.received_at)
    story = sorted(entries(), key=lambda entry: entry.event.at)
    met = chain.from_iterable((referral.source, referral.prospect) for referral in referrals)
    people = list(dict.fromkeys((*met, *BOOK.people)))
    person_ids = {name: number for number, name in enumerate(people, 1)}
    referral_ids = {referral.uid: number for number, referral in enumerate(referrals, 1)}
    last = max(story[-1].event.at, referrals[-1].received_at)
    if last > local(NOW):
        raise ValueError(f"the story goes on after {NOW}")
    return {
        "schema": "reftrack.history/1",
        "people": [person_record(number, BOOK.people[name]) for name, number in person_ids.items()],
        "referrals": [
            referral_record(number, referral, person_ids)
            for number, referral in enumerate(referrals, 1)
        ],
        "events": [
            event_record(number, entry, referral_ids, person_ids)
            for number, entry in enumerate(story, 1)
        ],
    }


def person_record(number: int, person: Person) -> Json:
    """One person as the history writes them."""
    return {
        "id": number,
        "uid": person.uid,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "company": person.company,
        "relation": person.relation,
        "updates": person.updates,
        "channel": person.channel,
        "note": person.note,
    }


def referral_record(number: int, referral: Referral, person_ids: dict[str, int]) -> Json:
    """One referral as the history writes it."""
    return {
        "id": number,
        "uid": referral.uid,
        "source": person_ids[referral.source],
        "prospect": person_ids[referral.prospect],
        "received_at": utc(referral.received_at),
        "kind": referral.kind,
        "tie": referral.tie,
        "need": referral.need,
        "note": referral.note,
    }


def event_record(
    number: int, entry: Entry, referral_ids: dict[str, int], person_ids: dict[str, int]
) -> Json:
    """One event as the history writes it."""
    return {
        "id": number,
        "uid": entry.uid,
        "at": utc(entry.event.at),
        "kind": entry.event.kind,
        "referral": referral_ids[entry.referral.uid] if entry.referral else None,
        "person": person_ids[entry.person.name] if entry.person else None,
        "channel": entry.event.way,
        "note": entry.event.note,
        "data": data_of(entry.event),
    }


def main() -> None:
    """Write the history to standard output, in UTF-8 whatever the terminal speaks."""
    text = json.dumps(history(), ensure_ascii=False, indent=1) + "\n"
    sys.stdout.buffer.write(text.encode())


if __name__ == "__main__":
    main()
