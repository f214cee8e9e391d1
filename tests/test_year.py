"""A year in the life of a book, and the promises about one touch, pauses, gifts and chains."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from reftrack.rules.rulebook import RULEBOOK
from tests.support.driver import Book
from tests.support.prepared import made_once
from tests.support.projections import assert_projections_hold, projections_in

# A row says when (in London), the command as it was typed, and what it changed of what is owed:
#
#     + rule 7    owed from here on, or on the list again after a snooze: on referral 7, to @7
#     - rule 7    done
#     moot, waived, hidden    ended so, or hidden for a while
#     gone        not owed after all: it was written down wrong, or it waits for other news
#     says, omits, refused    words of the answer, words that it must not have, words of a refusal
#
# Time raises courtesies too: a row with `due` is a look at the list, and what it shows as new came
# with the days since the row above. Before every other row nothing may have come unseen.
YEAR = """
JANUARY 2026: A friend calls with a name. At another's nobody answers, and the third time neither.
Mon 05 09:00 | add "Dana Ruiz" --from "Sam Ortiz" --relation friend --tie | + thank-referral 1, contact-prospect 1,
             | cousin --need "Sells after a divorce"                      | ask-preference @1
Mon 05 09:05 | draft 1 contact-prospect                                   | says "Sam Ortiz gave me your name"
             |                                                            | omits divorce
Mon 05 09:10 | contact 1                                                  | - contact-prospect 1
Mon 05 09:40 | thank 1                                                    | - thank-referral 1
Mon 05 09:45 | wish @1 --updates 30d --by email                           | - ask-preference @1
Thu 08 14:00 | meet 1                                                     | + note-meeting 1
Thu 08 15:00 | thank 1                                                    | - note-meeting 1
Thu 15 08:30 | due                                                        | + follow-up 1
Thu 15 09:00 | contact 1                                                  | - follow-up 1
Fri 16 16:00 | win 1                                                      | + announce-win 1, thank-win 1,
             |                                                            | return-favour @1
Fri 16 16:10 | thank 1 --by call                                          | - announce-win 1
Fri 16 16:30 | thank 1 --by card                                          | - thank-win 1
Tue 20 09:00 | add "Kim Wood" --from "Ana Silva" --relation client        | + thank-referral 2, contact-prospect 2,
             |                                                            | ask-preference @3
Tue 20 09:05 | contact 2 --no-answer                                      | - contact-prospect 2
Tue 20 09:10 | thank kim --by card                                        | - thank-referral 2
Wed 21 09:30 | due                                                        | + try-again 2
Wed 21 09:40 | contact 2 --no-answer                                      | - try-again 2
Thu 22 10:00 | due                                                        | + try-again 2
Thu 22 10:05 | contact 2 --no-answer                                      | + ask-introduction 2  - try-again 2
Thu 22 10:20 | tell 2                                                     | - ask-introduction 2
Fri 23 11:00 | contact 2 --by call                                        |
Fri 23 11:02 | agree 2 "2026-01-29 14:00"                                 |
Fri 23 11:03 | promise 2 "Send the plans" --due 2026-01-26                | + keep-promise @4
Fri 23 11:05 | note 2 "Prefers the mornings"                              |
Fri 23 11:06 | find mornings                                              | says "Kim Wood"
Fri 23 15:00 | keep @4                                                    | - keep-promise @4
Mon 26 18:00 | wish @3 --updates outcome                                  | - ask-preference @3
  Ana wishes the outcome only, so a meeting is no news to her.
Thu 29 14:00 | due                                                        | + keep-appointment 2
Thu 29 14:00 | meet 2                                                     | - keep-appointment 2
Fri 30 10:00 | lose 2 --why "Her brother builds it"                       | + explain-loss 2
Fri 30 10:15 | explain 2                                                  | - explain-loss 2

FEBRUARY 2026: A colleague down the hall introduces another department. The tiles come late.
Mon 02 09:00 | add "Mia Lund" --from "Joe Kerr" --kind co-worker          | refused "conflict of interest"
             | --thanked gift                                             |
Mon 02 09:01 | add "Mia Lund" --from "Joe Kerr" --kind co-worker          | + thank-referral 3, contact-prospect 3,
             | --relation colleague                                       | ask-preference @5
Mon 02 09:02 | thank 3 --gift "a bottle of wine"                          | refused "conflict of interest"
Mon 02 09:02 | thank 3 --by gift                                          | refused "conflict of interest"
Mon 02 09:02 | thank joe --by gift                                        | refused "conflict of interest"
Mon 02 09:02 | draft 3 --by gift                                          | refused "conflict of interest"
Mon 02 09:03 | draft 3 --by email                                         | says "have lunch, the three of us"  omits gift
Mon 02 09:20 | thank 3                                                    | - thank-referral 3
Mon 02 11:00 | contact 3 --no-answer                                      | - contact-prospect 3
Tue 03 11:30 | due                                                        | + try-again 3
Tue 03 11:40 | contact 3                                                  | - try-again 3
Tue 10 08:30 | due                                                        | + follow-up 3
Tue 10 09:00 | contact 3                                                  | - follow-up 3
Tue 10 09:05 | wish @5 --updates milestones                               | - ask-preference @5
  Somebody left word whose name was written down wrong.
Wed 11 12:00 | missed "Jo Kerr"                                           | + call-back @7
Wed 11 12:30 | merge "Jo Kerr" "Joe Kerr" --yes                           | + call-back @5  gone call-back @7
Wed 11 16:00 | call-back @5                                               | - call-back @5
Thu 12 09:00 | decline 3 --why                                            | + explain-decline 3, find-better 3
             | "The department is in Leeds, out of our reach"             |
Thu 12 09:10 | refer-out 3 --to "Ivo Marin"                               | - find-better 3
Thu 12 09:20 | explain 3                                                  | - explain-decline 3
Mon 16 08:30 | due                                                        | + keep-informed @1, follow-up 1
Mon 16 09:00 | tell @1                                                    | - keep-informed @1
Mon 16 09:10 | contact 1                                                  | - follow-up 1
Tue 24 09:00 | problem 1 "The tiles came late"                            | + report-problem 1, resolve-problem 1
Tue 24 09:20 | tell 1                                                     | - report-problem 1
Thu 26 15:00 | resolve 1 "Other tiles, laid on Saturday"                  | + report-resolution 1  - resolve-problem 1
Thu 26 15:10 | tell 1                                                     | - report-resolution 1

MARCH 2026: The work is finished. Is she happy, and may one ask her yet?
Mon 02 10:00 | deliver 1                                                  | + review-client @2
Mon 02 10:05 | ask dana                                                   | refused "not earned"
Wed 04 17:00 | review @2 --agreed --delivered --happy --busy-until        | - review-client @2
             | 2026-03-16                                                 |
Wed 04 17:05 | ask dana                                                   | refused "busy until"
Mon 16 09:00 | due                                                        | + ask-for-referrals @2
Mon 16 18:00 | ask @2                                                     | - ask-for-referrals @2
  It went well: she comes back with more, and sends a friend. Sam began it all.
Fri 20 10:00 | add "Dana Ruiz" --from "Dana Ruiz" --kind expansion        | + thank-referral 4, contact-prospect 4
Fri 20 10:10 | contact 4                                                  | - contact-prospect 4
Fri 20 10:20 | thank 4                                                    | - thank-referral 4
Mon 23 15:00 | win 4                                                      | + thank-win 4
Mon 23 15:30 | thank 4                                                    | - thank-win 4
Wed 25 12:00 | add "Eva Lang" --from "Dana Ruiz" --relation client        | + thank-referral 5, thank-chain 1,
             | --contacted                                                | ask-preference @2
Wed 25 12:30 | thank 1                                                    | - thank-chain 1
Wed 25 12:40 | thank 5                                                    | - thank-referral 5
Wed 25 13:00 | wish @2 --updates milestones                               | - ask-preference @2
Mon 30 09:00 | refer "Nils Berg" --to @1                                  | - return-favour @1

APRIL 2026: A partner left word of two leads. One fits, one is too small.
Wed 01 08:30 | due                                                        | + follow-up 5
Wed 01 09:00 | meet 5                                                     | + note-meeting 5  - follow-up 5
Wed 01 12:00 | tell 5 "They met, and she has a plan to think about"       | - note-meeting 5
Wed 08 08:30 | due                                                        | + follow-up 5
Wed 08 10:00 | lose 5 --why "Her sister's firm builds it"                 | + explain-loss 5  moot follow-up 5
Wed 08 10:10 | explain 5                                                  | - explain-loss 5
Mon 13 18:30 | missed "Lee Park" --by call --note "Two leads"             | + call-back @10
Tue 14 09:00 | call-back @10                                              | - call-back @10
Tue 14 09:10 | add "Tom Beck" --from "Lee Park" --kind partner --relation | + thank-referral 6, contact-prospect 6,
             | partner                                                    | ask-preference @10
Tue 14 09:12 | add "Nora Quist" --from "Lee Park" --kind partner --tie    | + thank-referral 7, contact-prospect 7
             | neighbour                                                  |
  One card thanks for both.
Tue 14 09:30 | thank @10 --by card                                        | - thank-referral 6, thank-referral 7
Tue 14 10:00 | contact 6 7                                                | - contact-prospect 6, contact-prospect 7
Tue 14 10:20 | wish @10 --updates 30d --by text                           | - ask-preference @10
Wed 15 09:00 | rate 6 poor                                                | + educate-source 6
Wed 15 09:10 | decline 6 --why "A single shelf is too small for us"       | + explain-decline 6, find-better 6
Wed 15 11:00 | refer-out 6 --to "Ivo Marin"                               | - find-better 6
Wed 15 11:10 | explain 6                                                  | - explain-decline 6
Fri 17 12:00 | educate 6                                                  | - educate-source 6
Fri 17 16:00 | meet 7                                                     | + note-meeting 7
Fri 17 17:00 | thank 7                                                    | - note-meeting 7
Wed 22 08:30 | due                                                        | + follow-up 4
Wed 22 16:00 | deliver 4                                                  | + review-client @2  - follow-up 4
Wed 22 17:00 | review @2 --agreed --delivered --unhappy                   | - review-client @2
Wed 22 17:05 | ask dana                                                   | refused "not happy"
Fri 24 09:00 | due                                                        | + follow-up 7
Fri 24 09:30 | win 7                                                      | + announce-win 7, thank-win 7,
             |                                                            | return-favour @10  - follow-up 7
Fri 24 09:40 | tell 7 "Nora signed" --by text --said                      | - announce-win 7
Fri 24 12:00 | thank 7                                                    | - thank-win 7

MAY 2026: Full until June. Whoever sends somebody meanwhile is told so.
Mon 04 08:50 | add "Paul Reid" --from "Ana Silva"                         | + thank-referral 8, contact-prospect 8
Mon 04 09:30 | pause --at "today 08:00"                                   | + explain-capacity 8
             |                                                            | says "To be told: Ana Silva"
Mon 04 09:32 | pause                                                      | refused "paused already"
Mon 04 10:00 | decline 8 --why "Full until June, and he cannot wait"      | + explain-decline 8, find-better 8
             |                                                            | moot contact-prospect 8
  One call says that we are full, and that he is with somebody else.
Mon 04 10:30 | explain 8                                                  | - explain-decline 8, explain-capacity 8
Mon 04 10:40 | refer-out 8 --to "Ivo Marin"                               | - find-better 8
Mon 04 10:45 | thank 8                                                    | - thank-referral 8
Wed 06 11:00 | missed "Vera Holt"                                         | + call-back @14
Wed 06 17:00 | call-back vera                                             | - call-back @14
Tue 12 09:00 | add "Omar Said" --from "Lee Park" --kind partner           | + thank-referral 9, contact-prospect 9,
             |                                                            | explain-capacity 9
Tue 12 09:10 | thank 9                                                    | - thank-referral 9
  Omar heard from us that he has to wait: Lee need not pass it on.
Tue 12 11:00 | contact 9                                                  | - contact-prospect 9  moot explain-capacity 9
Tue 19 08:30 | due                                                        | + follow-up 9
Tue 19 08:40 | snooze 9 --until 2026-06-01                                | hidden follow-up 9
Wed 20 15:00 | deliver 7                                                  | + review-client @12
Thu 21 10:00 | refer "Alan Ford" --to "Lee Park"                          | - return-favour @10
Thu 21 16:00 | review @12 --agreed --delivered --happy                    | - review-client @12
Thu 21 16:05 | ask nora                                                   | refused "you take no new referrals"

JUNE 2026: June is here, and so is everybody who waited. One of them has to be told twice.
Mon 01 08:30 | due                                                        | + follow-up 9
Mon 01 09:00 | resume                                                     | + ask-for-referrals @12, reopen-intake @3,
             |                                                            | reopen-intake @14
             |                                                            | says "To be told: Ana Silva, Vera Holt"
  Lee sent somebody too, who was called all the same: he knows.
Mon 01 09:20 | open-again @3                                              | - reopen-intake @3
Mon 01 10:00 | contact 9                                                  | - follow-up 9
Mon 01 18:00 | ask @12                                                    | - ask-for-referrals @12
  The lorry breaks down before Vera is told: full again, for two days.
Tue 02 09:00 | pause                                                      | moot reopen-intake @14
Wed 03 09:00 | add "Ruth Amos" --from "Nora Quist" --relation client      | + thank-referral 10, contact-prospect 10,
             |                                                            | explain-capacity 10, thank-chain 7,
             |                                                            | ask-preference @12
Wed 03 09:20 | thank 7                                                    | - thank-chain 7
Wed 03 09:30 | thank 10                                                   | - thank-referral 10
Thu 04 08:00 | resume                                                     | + reopen-intake @14, reopen-intake @12
             |                                                            | moot explain-capacity 10
             |                                                            | says "To be told: Nora Quist, Vera Holt"
Thu 04 08:20 | open-again vera --by call                                  | - reopen-intake @14
Thu 04 08:30 | open-again @12                                             | - reopen-intake @12
Thu 04 08:40 | contact 10                                                 | - contact-prospect 10
Thu 04 08:50 | wish @12 --by call                                         | - ask-preference @12
Mon 08 08:30 | due                                                        | + follow-up 9
Mon 08 11:00 | lose 9 --why "He builds abroad"                            | + explain-loss 9  moot follow-up 9
Mon 08 15:00 | contact 9                                                  | moot explain-loss 9  says "It is open again"
Wed 10 10:00 | meet 10                                                    | + note-meeting 10
Wed 10 15:00 | win 10                                                     | + announce-win 10, thank-win 10,
             |                                                            | return-favour @12  moot note-meeting 10
Wed 10 15:05 | why 10 note-meeting                                        | says "moot, the sale came first"
Wed 10 15:10 | thank 10 --by call                                         | - announce-win 10
Wed 10 15:30 | thank 10 --by card                                         | - thank-win 10
Thu 11 09:00 | waive @12 return-favour --why "She wants no introductions" | waived return-favour @12
Mon 15 08:30 | due                                                        | + follow-up 9
Mon 15 09:00 | meet 9                                                     | + note-meeting 9  - follow-up 9
Mon 15 10:00 | done 9                                                     | - note-meeting 9
Mon 22 08:30 | due                                                        | + follow-up 9
Mon 22 09:00 | done 9                                                     | refused "only a real conversation"
Mon 22 09:30 | win 9                                                      | + announce-win 9, thank-win 9,
             |                                                            | return-favour @10  - follow-up 9
Mon 22 09:40 | tell 9 --by call                                           | - announce-win 9
  Between partners a gift is no conflict.
Mon 22 12:00 | thank 9 --by gift --gift "Two tickets for the theatre"     | - thank-win 9
Wed 24 08:30 | due                                                        | + keep-informed @12
Wed 24 09:00 | tell @12 "The cabinets are ordered"                        | - keep-informed @12

JULY 2026: An oven that does not fit, and one call that says everything.
Wed 08 08:30 | due                                                        | + keep-informed @12
Wed 08 08:40 | snooze @12 --until 2026-07-13                              | hidden keep-informed @12
Fri 10 08:30 | due                                                        | + follow-up 10
Fri 10 10:00 | problem 10 "The oven does not fit"                         | + report-problem 10, resolve-problem 10
             |                                                            | gone keep-informed @12
Fri 10 12:00 | resolve 10 "Another oven, at our cost"                     | + report-resolution 10  - resolve-problem 10
  One call says both, an hour too late for the first.
Fri 10 12:05 | tell 10                                                    | - report-problem 10, report-resolution 10
Fri 10 15:00 | deliver 10                                                 | + review-client @16  - follow-up 10
Mon 13 10:00 | review @16 --agreed --delivered --happy                    | + ask-for-referrals @16  - review-client @16
Mon 13 10:30 | ask @16                                                    | - ask-for-referrals @16
Wed 22 08:30 | due                                                        | + keep-informed @10, follow-up 9
Wed 22 09:00 | tell @10                                                   | - keep-informed @10
Wed 22 15:00 | deliver 9                                                  | + review-client @15  - follow-up 9
Thu 23 09:00 | review @15 --agreed --delivered --happy                    | + ask-for-referrals @15  - review-client @15
Thu 23 09:30 | ask @15 --by in-person                                     | - ask-for-referrals @15
Fri 24 12:00 | refer "Ben Shah" --to @10                                  | - return-favour @10

AUGUST 2026: Written down wrong, and put right.
Mon 03 09:00 | add "Gita Rao" --from "Sam Ortiz" --contacted              | + thank-referral 11
  It was Ana who sent her.
Mon 03 15:00 | edit 11 --from "Ana Silva"                                 | says "thank Ana Silva for referring Gita Rao"
Mon 03 15:05 | edit @3 --phone "020 7946 0018"                            |
Tue 04 08:30 | waive 11 thank-referral --why                              | waived thank-referral 11
             | "Thanked at lunch, before it was written down"             |
Mon 10 08:30 | due                                                        | + follow-up 11
Mon 10 09:00 | contact 11 --no-answer                                     | - follow-up 11
Tue 11 09:00 | contact 11                                                 |
Tue 11 09:10 | refer-out 11 --to "Alan Ford"                              | + explain-decline 11
Tue 11 09:20 | explain 11                                                 | - explain-decline 11

SEPTEMBER 2026: Who was lost in April is back.
Tue 01 10:00 | contact 5                                                  | says "It is open again"
Tue 08 08:30 | due                                                        | + follow-up 5
Tue 08 10:00 | meet 5                                                     | - follow-up 5
Thu 10 10:00 | win 5                                                      | + announce-win 5, thank-win 5,
             |                                                            | return-favour @2
Thu 10 10:10 | tell 5 "Eva signed" --by call --said                       | - announce-win 5
Thu 10 18:00 | thank 5                                                    | - thank-win 5
Thu 10 18:05 | rate 5 good                                                |
Mon 21 09:00 | refer "Hugo Lind" --to @2                                  | - return-favour @2

OCTOBER 2026: The clocks go back, and a day has still 24 hours.
Mon 12 08:30 | due                                                        | + follow-up 5
Mon 12 16:00 | deliver 5                                                  | + review-client @9  - follow-up 5
Tue 13 09:00 | problem 5 "A door hangs low"                               | + report-problem 5, resolve-problem 5
Tue 13 09:10 | tell 5                                                     | - report-problem 5
  She is happy with the rest, yet nobody asks a favour over a door that hangs low.
Tue 13 10:00 | review @9 --agreed --delivered --happy                     | - review-client @9
Tue 13 10:05 | ask eva                                                    | refused "the problem on 5 is not put right"
Wed 14 15:00 | resolve 5 "Hung anew"                                      | + report-resolution 5, ask-for-referrals @9
             |                                                            | - resolve-problem 5
Wed 14 15:05 | tell 5                                                     | - report-resolution 5
Thu 15 18:00 | ask @9                                                     | - ask-for-referrals @9
Sat 24 15:00 | add "Ines Castro" --from "Joe Kerr" --kind co-worker       | + thank-referral 12, contact-prospect 12
             |                                                            | says "by Sun 14:00"
Sat 24 15:10 | thank 12                                                   | - thank-referral 12
Sun 25 13:00 | contact 12                                                 | - contact-prospect 12
Wed 28 10:00 | meet 12                                                    | + note-meeting 12
Wed 28 10:30 | thank 12 --by gift                                         | refused "conflict of interest"
Wed 28 10:31 | thank 12                                                   | - note-meeting 12

NOVEMBER 2026: Twice in a year is enough.
Mon 02 10:00 | review @16 --agreed --delivered --happy                    | + ask-for-referrals @16
Mon 02 10:30 | ask @16                                                    | - ask-for-referrals @16
Wed 04 08:30 | due                                                        | + follow-up 12
Wed 04 09:00 | win 12                                                     | + announce-win 12, thank-win 12,
             |                                                            | return-favour @5  - follow-up 12
Wed 04 09:10 | thank 12 --by call                                         | - announce-win 12
Wed 04 09:30 | thank 12 --by card                                         | - thank-win 12
Mon 09 12:00 | refer "Jan Novak" --to @5                                  | - return-favour @5
Mon 30 10:00 | review @16 --agreed --delivered --happy                    |
Mon 30 10:05 | ask @16                                                    | refused "asked twice in the year"

DECEMBER 2026: Everything is done.
Fri 04 08:30 | due                                                        | + follow-up 12
Fri 04 15:00 | deliver 12                                                 | + review-client @19  - follow-up 12
Mon 07 10:00 | review @19 --agreed --delivered --happy                    | + ask-for-referrals @19  - review-client @19
Mon 07 10:30 | ask @19                                                    | - ask-for-referrals @19
Thu 31 09:00 | due                                                        | says "Nothing is due today. No referrals live."
"""

MARKS = ("+", "-", "waived", "moot", "hidden", "gone")
WORDS = ("says", "omits", "refused")
ENDED = {"done": "-", "waived": "waived", "moot": "moot", None: "gone"}
HEADING = re.compile(r"([A-Z]+ \d{4}): .+")

# A courtesy: its rule, the referral or @person it is about, and when it opens.
Courtesy = tuple[str, str, str]


@dataclass
class Row:
    """One row of the year: what was typed when, and what is expected of it."""

    at: str
    typed: str
    changes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    words: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """True if the command is to be refused."""
        return any(word == "refused" for word, _ in self.words)

    def expect(self, effects: str) -> None:
        """Reads the third column."""
        mark, tokens = "", iter(shlex.split(effects))
        for token in tokens:
            if token in MARKS or token in WORDS:
                mark = token
            elif mark in WORDS:
                self.words.append((mark, token))
            else:
                self.changes[mark, token, next(tokens).removesuffix(",")] += 1


def rows(table: str) -> Iterator[Row]:
    """The rows of the table; one without a time continues the one above."""
    month, cells = "", list[list[str]]()
    for line in table.strip().splitlines():
        if found := HEADING.fullmatch(line):
            month = found[1]
        elif "|" in line:
            when, typed, effects = (cell.strip() for cell in line.split("|"))
            if when:
                at = datetime.strptime(f"{when} {month}", "%a %d %H:%M %B %Y")
                assert f"{at:%a}" == when[:3], line
                cells.append([f"{at:%Y-%m-%dT%H:%M}", typed, effects])
            else:
                cells[-1][1:] = [f"{cells[-1][1]} {typed}", f"{cells[-1][2]} {effects}"]
        else:
            assert not line or line.startswith("  "), line
    for moment, typed, effects in cells:
        row = Row(moment, typed.strip())
        row.expect(effects)
        yield row


def on_the_list(book: Book) -> dict[Courtesy, dict[str, Any]]:
    """The items that `due --all --json` lists, but for what is yet to open."""
    return {
        (item["rule"], str(item["referral"] or f"@{item['to']['id']}"), item["opens_at"]): item
        for item in book.due("--all")["items"]
        if item["status"] != "upcoming"
    }


def outcomes(book: Book) -> dict[Courtesy, str | None]:
    """The outcome of each courtesy that is kept."""
    return {
        (rule, str(referral or f"@{person}"), opens_at): outcome
        for rule, referral, person, *_, opens_at, _, _, outcome, _, _ in projections_in(book.path)[
            0
        ]
    }


def changes(
    before: dict[Courtesy, dict[str, Any]], after: dict[Courtesy, dict[str, Any]], book: Book
) -> Counter[tuple[str, str, str]]:
    """The courtesies that came, ended or were hidden between two looks at the list, in the marks of the table."""
    found: Counter[tuple[str, str, str]] = Counter()
    ends = outcomes(book) if before.keys() - after.keys() else {}
    for courtesy in before.keys() | after.keys():
        rule, subject, _ = courtesy
        was, now = (courtesy in look and look[courtesy]["status"] for look in (before, after))
        if not now:
            found[ENDED[ends.get(courtesy)], rule, subject] += 1
        elif now == "snoozed" != was:
            found["hidden", rule, subject] += 1
        elif now != "snoozed" and was in (False, "snoozed"):
            found["+", rule, subject] += 1
    return found


def is_as_offered(typed: str, command: str) -> bool:
    """True if `typed` is the command that `due` offered, its capitals replaced by words."""
    offered = shlex.split(command)[1:]
    words = [".+" if word.isupper() else re.escape(word) for word in offered]
    return re.fullmatch("\0".join(words), "\0".join(shlex.split(typed))) is not None


def test_a_year_in_the_life_of_a_book(book: Book) -> None:
    """Every rule is raised and settled by commands alone, and every row changes what it says."""
    book.zone("Europe/London")
    look: dict[Courtesy, dict[str, Any]] = {}
    raised, settled, as_offered = set[str](), set[str](), set[str]()
    for row in rows(YEAR):
        said = f"{row.at} {row.typed}"
        book.at(row.at)
        before = on_the_list(book)
        with_time = changes(look, before, book)
        disk = book.path.read_bytes() if book.path.exists() else b""

        result = book(*shlex.split(row.typed), code=1 if row.is_refused else 0)
        for word, text in row.words:
            answer = {"says": result.out, "omits": result.out + result.err, "refused": result.err}
            assert (text in answer[word]) is (word != "omits"), (said, result)
        if row.is_refused:
            assert book.path.exists() is bool(disk), said
            assert not disk or book.path.read_bytes() == disk, said

        assert_projections_hold(book, said)
        look = on_the_list(book)
        found = changes(before, look, book)
        if row.typed == "due":
            assert found == Counter(), said
            assert with_time == row.changes, said
        else:
            assert with_time == Counter(), f"before {said}"
            assert found == row.changes, said
        raised |= {rule for mark, rule, _ in row.changes if mark == "+"}
        gone = before.keys() - look.keys()
        ends = outcomes(book) if gone else {}
        for courtesy in gone:
            if ends.get(courtesy) == "done":
                settled.add(courtesy[0])
                if is_as_offered(row.typed, before[courtesy]["command"]):
                    as_offered.add(courtesy[0])

    every = {rule.name for rule in RULEBOOK}
    assert raised == every
    assert settled == every
    assert as_offered == every

    # The last morning: nothing is owed, nothing is good to do, nothing is to come.
    assert book.due("--all")["items"] == []
    for options in ([], ["--later"], ["--all"], ["--by-person"]):
        said = "Thursday 31 December, 09:00. Nothing is due today. No referrals live.\n"
        assert book("due", *options).out == said
    assert book("due", "--count", "--exit-code").out == "0\n"


# One touch, several courtesies.


def owed_to(book: Book, person: str) -> Counter[tuple[str, int | None]]:
    """The debts to one person that are open, each with its referral."""
    items = book.due("--for", person)["items"]
    return Counter((item["rule"], item["referral"]) for item in items if item["class"] == "debt")


@pytest.fixture
@made_once
def sam(book: Book) -> Book:
    """Sam Ortiz is owed about all that a source can be: five referrals, each at another point."""
    for name in ("Dana Ruiz", "Mia Lund", "Kim Wood", "Lee Park", "Eva Lang"):
        book("add", name, "--from", "Sam Ortiz", "--contacted")
    book("problem", "1", "The survey came late")
    book("meet", "2")
    book("win", "3")
    book("lose", "4", "--why", "A cousin does it")
    book("win", "5")
    book("thank", "5")
    book.at("2026-11-20T16:00:00Z")("add", "Joe Kerr", "--from", "Eva Lang")
    return book


# What Sam is owed, by the word that settles it.
THANKS = {("thank-referral", number) for number in (1, 2, 3, 4)} | {("thank-win", 3)}
NEWS = {("report-problem", 1)}
EITHER = {("note-meeting", 2), ("thank-chain", 5)}
CALLS = {("announce-win", 3), ("announce-win", 5)}
NEITHER = {("explain-loss", 4)}


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["thank", "@1", "--by", "in-person"], NEWS | NEITHER),
        (["tell", "@1", "--by", "call", "--said"], THANKS | NEITHER),
    ],
    ids=["thank", "tell"],
)
def test_a_word_to_a_person_settles_all_that_it_covers(
    sam: Book, words: list[str], left: set[tuple[str, int]]
) -> None:
    """Thanks cover all that thanks settle, news all that news settle, on every live referral."""
    assert owed_to(sam, "@1") == Counter(THANKS | NEWS | EITHER | CALLS | NEITHER)
    sam(*words)
    assert owed_to(sam, "@1") == Counter(left)
    assert_projections_hold(sam)


def test_the_other_word_and_the_explanation_settle_the_rest(sam: Book) -> None:
    """Nothing is owed to Sam after one card, one piece of news and one explanation."""
    for arguments in (["thank", "@1"], ["tell", "@1", "--said"], ["explain", "4"]):
        sam(*arguments)
    assert owed_to(sam, "@1") == Counter()


def test_news_for_several_is_offered_as_one_call(book: Book) -> None:
    """Grouped by person, what one call tells has its one command, and that settles all of it."""
    for number, name in ((1, "Dana Ruiz"), (2, "Mia Lund")):
        book("add", name, "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
        book("problem", str(number), "The survey came late")
    (together,) = [line for line in book("due", "--by-person").out.splitlines() if "touch" in line]
    command = together[together.index("reftrack") :]
    assert command == "reftrack tell @1 --said"
    book(*shlex.split(command)[1:])
    assert owed_to(book, "@1") == Counter()


def test_no_one_call_is_offered_where_it_would_leave_something(sam: Book) -> None:
    """An explanation is in no card and in no news: each is offered by itself."""
    assert "touch" not in sam("due", "--by-person", "--later").out


def test_a_record_holds_what_one_touch_settles(book: Book) -> None:
    """The morning shows a problem and its remedy as one call, and the one call settles both."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
    book("problem", "1", "The survey came late")
    book.at("2026-11-20T17:00:00Z")("resolve", "1", "A new survey")
    assert owed_to(book, "@1") == Counter([("report-problem", 1), ("report-resolution", 1)])
    (line,) = [line for line in book("due").out.splitlines() if "Sam Ortiz" in line]
    assert "say what is put right: A new survey" in line
    book(*shlex.split(line[line.index("reftrack") :])[1:])
    assert owed_to(book, "@1") == Counter()


# Pauses, gifts and chains.


def told(book: Book, *arguments: str) -> list[str]:
    """The people whom a pause or its end says to tell."""
    lines = [line for line in book(*arguments).out.splitlines() if line.startswith("To be told: ")]
    return lines[0].removeprefix("To be told: ").partition(". See")[0].split(", ") if lines else []


def test_whoever_was_not_told_is_named_again(book: Book) -> None:
    """After each pause those whom it kept waiting, and those still waiting from the one before."""
    days = iter(f"2026-12-{day:02}T09:00:00Z" for day in range(1, 32))
    book.at(next(days))("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert told(book.at(next(days)), "pause") == []
    book.at(next(days))("add", "Mia Lund", "--from", "Ana Silva")
    book("missed", "Tom Beck")
    book("missed", "Joe Kerr")
    assert told(book.at(next(days)), "resume") == ["Ana Silva", "Tom Beck", "Joe Kerr"]
    book("open-again", "Ana Silva")
    book("add", "Kim Wood", "--from", "Joe Kerr")  # he knows: he sent somebody

    assert told(book.at(next(days)), "pause") == []
    book.at(next(days))("add", "Lee Park", "--from", "Sam Ortiz")
    assert told(book.at(next(days)), "resume") == ["Sam Ortiz", "Tom Beck"]
    assert told(book.at(next(days)), "pause") == []
    assert told(book.at(next(days)), "resume") == ["Sam Ortiz", "Tom Beck"]
    book("open-again", "Tom Beck")
    book("open-again", "Sam Ortiz")
    assert told(book.at(next(days)), "pause") == []
    assert told(book.at(next(days)), "resume") == []
    assert_projections_hold(book)


def test_a_colleague_gets_a_gift_as_a_client_only(book: Book) -> None:
    """A gift is for one referral: refused for the hand-off and for both, not for the other."""
    book("add", "Dana Ruiz", "--from", "Joe Kerr", "--kind", "co-worker")
    book("add", "Mia Lund", "--from", "Joe Kerr", "--kind", "client")
    for what in (["1"], ["1", "2"], ["Joe Kerr"]):
        for gift in (["--gift", "wine"], ["--by", "gift"]):
            assert "conflict of interest" in book("thank", *what, *gift, code=1).err
    book("thank", "2", "--gift", "wine")
    assert owed_to(book, "Joe Kerr") == Counter([("thank-referral", 1)])


@pytest.mark.parametrize("verb", ["thank", "tell"])
def test_a_chain_is_said_once(book: Book, verb: str) -> None:
    """The first whom Dana sends as a client is news to Sam; nobody before, and no new business."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
    book("add", "Kim Wood", "--from", "Dana Ruiz")
    book.at("2026-11-20T16:00:00Z")("win", "1")
    book("thank", "1", "--by", "email")  # which does for the sale's call and for its card
    book.at("2026-11-20T17:00:00Z")("add", "Dana Ruiz", "--from", "Dana Ruiz")
    assert owed_to(book, "Sam Ortiz") == Counter()
    book("add", "Lee Park", "--from", "Dana Ruiz")
    assert owed_to(book, "Sam Ortiz") == Counter([("thank-chain", 1)])
    book(verb, "1")
    book("add", "Eva Lang", "--from", "Dana Ruiz")
    assert owed_to(book, "Sam Ortiz") == Counter()
    assert_projections_hold(book)
