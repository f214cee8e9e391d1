"""The table of the rules is that of the page."""

from __future__ import annotations

import pytest

from reftrack.cli.command_line import command_text
from reftrack.domain.events import CLOSING, TALK
from reftrack.rules.rulebook import BY_NAME, NEWS, RULEBOOK, always

PAGE = """
#  | rule              | subject  | owed to  | within | done by the first               | moot by the first           | usual way             | settled by                   | source
1  | thank-referral    | referral | source   | 24h    | thanked                         |                             | card                  | thank {it}                   | Rosen Barrier Loop Etiquette Cross
2  | contact-prospect  | referral | prospect | 24h    | attempted talk                  | closing                     | call                  | contact {it}                 | Etiquette Barrier
3  | try-again         | referral | prospect | 24h    | talk + the next attempt         | closing                     | call                  | contact {it}                 | Etiquette
4  | ask-introduction  | referral | source   | 24h    | told ?                          | talk closing                | call                  | tell {it}                    | Cross Loop
5  | note-meeting      | referral | source   | 24h    | thanked told                    | won closing                 | card                  | thank {it}                   | Rosen Barrier
6  | announce-win      | referral | source   | 4h     | thanked told ?                  | closing                     | call                  | tell {it} --by call          | Rosen
7  | thank-win         | referral | source   | 24h    | thanked ?                       | closing                     | card                  | thank {it}                   | Rosen
8  | explain-loss      | referral | source   | 24h    | explained                       | talk                        | call                  | explain {it}                 | Barrier
9  | explain-decline   | referral | source   | 24h    | explained                       | talk                        | call                  | explain {it}                 | Barrier Etiquette
10 | find-better       | referral | prospect | 72h    | referred-out                    | talk                        | email                 | refer-out {it} --to PERSON   | Barrier
11 | report-problem    | referral | source   | 1h     | told explained ?                |                             | call                  | tell {it}                    | Loop
12 | resolve-problem   | referral | prospect | 72h    | resolved ?                      | closing                     | call                  | resolve {it} TEXT            | Loop
13 | report-resolution | referral | source   | 24h    | told explained ?                |                             | call                  | tell {it}                    | Loop
14 | keep-informed     | person   | source   | 1d     | + the next link                 | + the end of all            | email                 | tell {it}                    | Loop Barrier
15 | educate-source    | referral | source   | 7d     | educated                        | + rated good                | call                  | educate {it}                 | Etiquette Loop
16 | explain-capacity  | referral | source   | 24h    | explained                       | talk + the end of the pause | call                  | explain {it}                 | Etiquette
17 | thank-chain       | referral | source   | 7d     | thanked told ?                  |                             | card                  | thank {it}                   | Cross Rosen
18 | follow-up         | referral | prospect | 7d     | attempted talk delivered        | closing                     | call                  | contact {it}                 | Rosen Etiquette
19 | call-back         | person   | person   | 24h    | called-back + a referral        |                             | call                  | call-back {it}               | Etiquette
20 | ask-preference    | person   | source   | 14d    | wished + an earlier one         |                             | with the next thanks  | wish {it} --updates UPDATES  | Loop
21 | return-favour     | person   | source   | 90d    | + given, matched                |                             |                       | refer NAME --to {it}         | Barrier
22 | review-client     | person   | client   | 14d    | reviewed                        |                             | in person             | review {it} ANSWERS          | Cross
23 | ask-for-referrals | person   | client   | 14d    | asked + a referral              | reviewed + lost             | in person             | ask {it}                     | Cross Loop
24 | reopen-intake     | person   | source   | 7d     | reopened + a referral           | + the next pause            | email                 | open-again {it}              | Etiquette
25 | keep-appointment  | referral | prospect | 24h    | agreed + talk then, an attempt  | closing delivered           | in person             | meet {it}                    | Rosen Cross
26 | keep-promise      | person   | person   |        | kept ?                          |                             |                       | keep {it}                    | Cross Loop
"""  # What follows a + is more than a row's kinds of event can say: `done_too` and `moot_too`; a ?
# stands for what an event of such a kind has to say to do it: `done_if`.
COLUMNS, *ROWS = [[cell.strip() for cell in line.split("|")] for line in PAGE.strip().splitlines()]


def kinds_of(cell: str) -> frozenset[str]:
    """The kinds of event that a cell names."""
    groups = {"talk": TALK, "closing": CLOSING}
    words = cell.partition("+")[0].replace("?", "").split()
    return frozenset(kind for word in words for kind in groups.get(word, {word}))


@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_row_of_the_page(row: list[str]) -> None:
    """Each rule is the row of the page, in the page's order, and says its reason in words."""
    number, name, subject, to, within, done, moot, way, command, sources = row
    rule = RULEBOOK[int(number) - 1]
    assert BY_NAME[name] is rule
    assert (rule.number, rule.name, rule.subject, rule.to) == (int(number), name, subject, to)
    assert (rule.within, rule.way, command_text(rule.command)) == (
        within,
        way,
        f"reftrack {command}",
    )
    assert rule.sources == tuple(sources.split())
    assert (rule.done_by, rule.moot_by) == (kinds_of(done), kinds_of(moot))
    assert (bool(rule.done_too), bool(rule.moot_too)) == ("+" in done, "+" in moot)
    assert (bool(rule.done_said), rule.done_if is not always) == ("?" in done, "?" in done)
    assert rule.why.endswith(".")
    assert rule.why[0].isupper()
    assert not rule.when.endswith(".")
    assert rule.when[0].islower() or rule.when[0].isdigit()
    assert max(len(rule.why), len(rule.when)) <= 130


def test_the_whole_page() -> None:
    """The table has the rows of the page and no other."""
    assert [rule.name for rule in RULEBOOK] == [row[1] for row in ROWS]
    assert list(BY_NAME) == [row[1] for row in ROWS]
    assert len({rule.why for rule in RULEBOOK}) == len(RULEBOOK)


def test_groups_of_rules() -> None:
    """Rules 20 to 23 are occasions; new business deserves the two thanks only; some are the news."""
    assert [rule.number for rule in RULEBOOK if rule.is_occasion] == [20, 21, 22, 23]
    to_the_source = [r for r in RULEBOOK if r.subject == "referral" and r.to == "source"]
    on_expansions = [rule.name for rule in to_the_source if rule.on_expansions]
    assert on_expansions == ["thank-referral", "thank-win"]
    assert all(rule.on_expansions for rule in RULEBOOK if rule not in to_the_source)
    assert {BY_NAME[name].number for name in NEWS} == {1, 4, 5, 6, 7, 8, 9, 11, 13}
