"""The tables as they are on disk, version by version.

Written by hand: STRICT tables and checks keep out what SQLite would otherwise store without a word
(SQLModel's own DDL has neither), and a migration needs the text of each version as it was. A new
book goes through the versions as an old one does, so both end with the same tables.
"""

from __future__ import annotations

from reftrack.domain.events import CLOSING, TOUCH, WAYS
from reftrack.domain.people import NAME_LIMIT, RELATIONS
from reftrack.domain.referrals import EXPANSION, KINDS, STAGES


def _one_of(values: object) -> str:
    return "(" + ", ".join(f"'{value}'" for value in sorted(values)) + ")"  # type: ignore[call-overload]


# The kinds of event of the rulebook's first edition: what versions 1 and 2 may hold.
ON_REFERRAL = frozenset(
    {
        *("attempted", "contacted", "met", "won", "delivered", "lost", "declined", "referred-out"),
        *("problem", "resolved", "rated", "thanked", "told", "explained", "educated", "waived"),
        *("snoozed", "noted"),
    }
)
ON_PERSON = frozenset(
    {
        *("missed", "called-back", "wished", "given", "delivered", "reviewed", "asked"),
        *("reopened", "waived", "snoozed", "noted"),
    }
)
ON_BOOK = frozenset({"paused", "resumed"})


def _instant(column: str) -> str:
    digits = "[0-9]"
    day = f"[12]{digits * 3}-[01]{digits}-[0-3]{digits}"
    time = f"[0-2]{digits}:[0-5]{digits}:[0-5]{digits}"
    return f"{column} GLOB '{day}T{time}Z'"


def _append_only(table: str) -> tuple[str, str]:
    return (
        (
            f"CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ),
        (
            f"CREATE TRIGGER {table}_is_not_deleted BEFORE DELETE ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ),
    )


# A step is one command, and undo's unit. Every row of truth names its step; the live views leave
# out the rows whose step is undone. Numbers come from AUTOINCREMENT, so that none returns.
VERSION_1: tuple[str, ...] = (
    "CREATE TABLE book (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT",
    f"""CREATE TABLE step (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL CHECK ({_instant("at")}),
        command TEXT NOT NULL,
        summary TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
    ) STRICT""",
    """CREATE TABLE person (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL CHECK (uid <> ''),
        step INTEGER NOT NULL REFERENCES step (id)
    ) STRICT""",
    f"""CREATE TABLE person_version (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person INTEGER NOT NULL REFERENCES person (id),
        step INTEGER NOT NULL REFERENCES step (id),
        name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND {NAME_LIMIT}),
        name_key TEXT NOT NULL,
        email TEXT,
        phone TEXT,
        company TEXT,
        relation TEXT CHECK (relation IN {_one_of(RELATIONS)}),
        updates TEXT CHECK (updates IN ('milestones', 'outcome') OR updates GLOB '[1-9]*d'),
        channel TEXT CHECK (channel IN {_one_of(WAYS)}),
        note TEXT,
        merged_into INTEGER REFERENCES person (id)
    ) STRICT""",
    # The name from each of its words on, so that a beginning of any word is one range of an index.
    """CREATE TABLE name_part (
        version INTEGER NOT NULL REFERENCES person_version (id),
        part TEXT NOT NULL,
        PRIMARY KEY (part, version)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE referral (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL CHECK (uid <> ''),
        step INTEGER NOT NULL REFERENCES step (id)
    ) STRICT""",
    f"""CREATE TABLE referral_version (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        referral INTEGER NOT NULL REFERENCES referral (id),
        step INTEGER NOT NULL REFERENCES step (id),
        source INTEGER NOT NULL REFERENCES person (id),
        prospect INTEGER NOT NULL REFERENCES person (id),
        received_at TEXT NOT NULL CHECK ({_instant("received_at")}),
        kind TEXT NOT NULL CHECK (kind IN {_one_of(KINDS)}),
        tie TEXT,
        need TEXT,
        note TEXT,
        CHECK ((kind = 'expansion') = (source = prospect))
    ) STRICT""",
    f"""CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL CHECK (uid <> ''),
        step INTEGER NOT NULL REFERENCES step (id),
        at TEXT NOT NULL CHECK ({_instant("at")}),
        kind TEXT NOT NULL,
        referral INTEGER REFERENCES referral (id),
        person INTEGER REFERENCES person (id),
        channel TEXT CHECK (channel IN {_one_of(WAYS)}),
        note TEXT,
        data TEXT NOT NULL CHECK (data GLOB '{{*}}'),
        CHECK (CASE
            WHEN referral IS NOT NULL
                THEN person IS NULL AND kind IN {_one_of(ON_REFERRAL)}
            WHEN person IS NOT NULL
                THEN kind IN {_one_of(ON_PERSON)}
            ELSE kind IN {_one_of(ON_BOOK)}
        END)
    ) STRICT""",
    # A read model: computed from the rows above in the transaction that changes them.
    f"""CREATE TABLE courtesy (
        id INTEGER PRIMARY KEY,
        rule TEXT NOT NULL,
        referral INTEGER REFERENCES referral (id),
        person INTEGER REFERENCES person (id),
        cause TEXT NOT NULL,
        to_person INTEGER NOT NULL REFERENCES person (id),
        about INTEGER REFERENCES person (id),
        opens_at TEXT NOT NULL CHECK ({_instant("opens_at")}),
        due_at TEXT NOT NULL CHECK ({_instant("due_at")}),
        ended_at TEXT CHECK ({_instant("ended_at")}),
        outcome TEXT CHECK (outcome IN ('done', 'waived', 'moot')),
        CHECK ((referral IS NULL) <> (person IS NULL)),
        CHECK ((ended_at IS NULL) = (outcome IS NULL))
    ) STRICT""",
    # A read model too: how each referral stands, so that no list has to read every history.
    f"""CREATE TABLE standing (
        referral INTEGER PRIMARY KEY REFERENCES referral (id),
        stage TEXT NOT NULL CHECK (stage IN {_one_of(STAGES)}),
        since TEXT NOT NULL CHECK ({_instant("since")}),
        ended_at TEXT CHECK ({_instant("ended_at")})
    ) STRICT""",
    "CREATE INDEX person_by_uid ON person (uid)",
    "CREATE INDEX person_version_by_person ON person_version (person)",
    "CREATE INDEX person_version_by_name ON person_version (name_key)",
    "CREATE INDEX person_version_by_email ON person_version (lower(email))",
    ("CREATE INDEX person_version_merged ON person_version (person) WHERE merged_into IS NOT NULL"),
    (
        "CREATE INDEX person_version_by_merger ON person_version (merged_into)"
        " WHERE merged_into IS NOT NULL"
    ),
    "CREATE INDEX referral_by_uid ON referral (uid)",
    "CREATE INDEX referral_version_by_referral ON referral_version (referral)",
    "CREATE INDEX referral_version_by_source ON referral_version (source)",
    "CREATE INDEX referral_version_by_prospect ON referral_version (prospect)",
    "CREATE INDEX referral_version_by_receipt ON referral_version (received_at)",
    "CREATE INDEX event_by_uid ON event (uid)",
    "CREATE INDEX event_by_referral ON event (referral) WHERE referral IS NOT NULL",
    "CREATE INDEX event_by_person ON event (person) WHERE person IS NOT NULL",
    "CREATE INDEX event_by_instant ON event (at)",
    "CREATE INDEX event_on_book ON event (at) WHERE referral IS NULL AND person IS NULL",
    "CREATE INDEX event_snoozed ON event (at) WHERE kind = 'snoozed'",
    "CREATE INDEX event_missed ON event (at) WHERE kind = 'missed'",
    "CREATE INDEX event_reviewed ON event (at) WHERE kind = 'reviewed'",
    "CREATE INDEX courtesy_by_referral ON courtesy (referral) WHERE referral IS NOT NULL",
    "CREATE INDEX courtesy_by_person ON courtesy (person) WHERE person IS NOT NULL",
    "CREATE INDEX standing_live ON standing (referral) WHERE ended_at IS NULL",
    "CREATE INDEX courtesy_open ON courtesy (due_at) WHERE outcome IS NULL",
    """CREATE VIEW live_person AS
        SELECT p.id, p.uid, v.id AS version, v.name, v.name_key, v.email, v.phone, v.company,
               v.relation, v.updates, v.channel, v.note, v.merged_into
        FROM person p JOIN person_version v ON v.person = p.id
        WHERE v.id = (SELECT max(w.id) FROM person_version w JOIN step s ON s.id = w.step
                      WHERE w.person = p.id AND s.undone = 0)""",
    """CREATE VIEW live_referral AS
        SELECT r.id, r.uid, v.id AS version, v.source, v.prospect, v.received_at, v.kind, v.tie,
               v.need, v.note
        FROM referral r JOIN referral_version v ON v.referral = r.id
        WHERE v.id = (SELECT max(w.id) FROM referral_version w JOIN step s ON s.id = w.step
                      WHERE w.referral = r.id AND s.undone = 0)""",
    # Who is another by a merge that stands; never that other's other: a later merge points anew.
    """CREATE VIEW merged_person AS
        SELECT p.id, p.uid, v.merged_into, o.uid AS other_uid
        FROM person_version v JOIN person p ON p.id = v.person JOIN person o ON o.id = v.merged_into
        WHERE v.merged_into IS NOT NULL
          AND v.id = (SELECT max(w.id) FROM person_version w JOIN step s ON s.id = w.step
                      WHERE w.person = v.person AND s.undone = 0)""",
    # `person` is who it is now, `recorded_on` as whom it was recorded: only that one is indexed.
    """CREATE VIEW live_event AS
        SELECT e.id, e.uid, e.step, e.at, e.kind, e.referral,
               CASE WHEN e.person IS NOT NULL THEN coalesce(
                   (SELECT m.merged_into FROM merged_person m WHERE m.id = e.person), e.person
               ) END AS person,
               e.person AS recorded_on, e.channel, e.note, e.data
        FROM event e JOIN step s ON s.id = e.step WHERE s.undone = 0""",
    *_append_only("person"),
    *_append_only("person_version"),
    *_append_only("name_part"),
    *_append_only("referral"),
    *_append_only("referral_version"),
    *_append_only("event"),
    (
        "CREATE TRIGGER step_only_turns BEFORE UPDATE OF id, at, command ON step"
        " BEGIN SELECT RAISE(ABORT, 'only undone changes on a step'); END"
    ),
    # What a step recorded is known at its end, before the commit.
    (
        "CREATE TRIGGER step_is_told_once BEFORE UPDATE OF summary ON step WHEN OLD.summary <> ''"
        " BEGIN SELECT RAISE(ABORT, 'only undone changes on a step'); END"
    ),
    (
        "CREATE TRIGGER step_is_not_deleted BEFORE DELETE ON step"
        " BEGIN SELECT RAISE(ABORT, 'step is append-only'); END"
    ),
)

# What an event's data says, where an index needs it: SQLite's own JSON functions may not stand in a
# schema that is not trusted. A quote within a text is escaped, so only the key itself is found.
UNTIL = 'substr(data, instr(data, \'"until":"\') + 9, 20)'
BUSY_UNTIL = 'substr(data, instr(data, \'"busy_until":"\') + 14, 10)'
HAS_BUSY_UNTIL = 'instr(data, \'"busy_until":"\') > 0'

# The rules for which nobody is waiting, as the rulebook of that version has them.
OCCASIONS = _one_of(
    ("ask-preference", "return-favour", "review-client", "ask-for-referrals"),
)

OF_CAPACITY = _one_of(("explain-capacity", "reopen-intake"))

# The whole of `heard`: receipts, touches, and a person's own wishes and waivers.
HEARD_ANEW = f"""INSERT INTO heard
    SELECT source, received_at, 0, uid, 0 FROM live_referral WHERE kind <> '{EXPANSION}'
    UNION ALL
    SELECT r.source, e.at, e.id, e.uid, 0
    FROM live_event e JOIN live_referral r ON r.id = e.referral
    WHERE r.kind <> '{EXPANSION}' AND e.kind IN {_one_of(TOUCH)}
    UNION ALL
    SELECT person, at, id, uid, kind = 'waived' FROM live_event
    WHERE person IS NOT NULL AND (kind = 'wished'
        OR kind = 'waived' AND json_extract(data, '$.rule') IN ('keep-informed', 'all'))"""

# Undoing and redoing are on record too: which step was turned and what it was then, and the newest
# step of that moment. What was recorded after an undoing leaves what was undone before it behind.
VERSION_2: tuple[str, ...] = (
    f"""CREATE TABLE turning (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL CHECK ({_instant("at")}),
        step INTEGER NOT NULL REFERENCES step (id),
        undone INTEGER NOT NULL CHECK (undone IN (0, 1)),
        newest INTEGER NOT NULL REFERENCES step (id)
    ) STRICT""",
    *_append_only("turning"),
    "CREATE INDEX turning_by_newest ON turning (newest, step)",
    # What a step recorded, for whoever turns it.
    "CREATE INDEX person_version_by_step ON person_version (step)",
    "CREATE INDEX referral_version_by_step ON referral_version (step)",
    "CREATE INDEX event_by_step ON event (step)",
    # The columns in the order of the key: quick_check of SQLite 3.40 takes any other for damage.
    """CREATE TABLE name_part_ordered (
        part TEXT NOT NULL,
        version INTEGER NOT NULL REFERENCES person_version (id),
        PRIMARY KEY (part, version)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO name_part_ordered SELECT part, version FROM name_part",
    "DROP TABLE name_part",
    "ALTER TABLE name_part_ordered RENAME TO name_part",
    *_append_only("name_part"),
    # What the rules on a source read of each referral they sent, so that none has to read its
    # history: `source` is NULL where it does not count as one of theirs, on an expansion.
    # `proof` is the event that showed it to be a good one, the first.
    f"""CREATE TABLE standing_of_source (
        referral INTEGER PRIMARY KEY REFERENCES referral (id),
        stage TEXT NOT NULL CHECK (stage IN {_one_of(STAGES)}),
        since TEXT NOT NULL CHECK ({_instant("since")}),
        ended_at TEXT CHECK ({_instant("ended_at")}),
        source INTEGER REFERENCES person (id),
        received_at TEXT NOT NULL CHECK ({_instant("received_at")}),
        proved_at TEXT CHECK ({_instant("proved_at")}),
        proof INTEGER,
        proof_uid TEXT,
        is_troubled INTEGER NOT NULL CHECK (is_troubled IN (0, 1))
    ) STRICT""",
    f"""INSERT INTO standing_of_source
        SELECT s.referral, s.stage, s.since, s.ended_at,
               CASE WHEN r.kind <> '{EXPANSION}' THEN r.source END, r.received_at,
               p.at, p.id, p.uid,
               s.stage NOT IN {_one_of(CLOSING)} AND coalesce(
                   (SELECT e.kind FROM live_event e
                    WHERE e.referral = s.referral AND e.kind IN ('problem', 'resolved')
                    ORDER BY e.at DESC, e.id DESC LIMIT 1), '') = 'problem'
        FROM standing s JOIN live_referral r ON r.id = s.referral
        LEFT JOIN event p ON p.id = (
            SELECT e.id FROM live_event e
            WHERE e.referral = s.referral AND (e.kind = 'won'
                OR e.kind = 'rated' AND json_extract(e.data, '$.fit') = 'good')
            ORDER BY e.at, e.id LIMIT 1)""",
    "DROP TABLE standing",
    "ALTER TABLE standing_of_source RENAME TO standing",
    "CREATE INDEX standing_live ON standing (referral) WHERE ended_at IS NULL",
    "CREATE INDEX standing_by_source ON standing (source, received_at) WHERE source IS NOT NULL",
    "CREATE INDEX standing_by_end ON standing (source, ended_at)",
    (
        "CREATE INDEX standing_proved ON standing (source, proved_at, proof)"
        " WHERE proof IS NOT NULL AND source IS NOT NULL"
    ),
    "CREATE INDEX standing_troubled ON standing (source) WHERE is_troubled = 1",
    # A read model too: when each source heard from me, or I from them. A receipt is event 0.
    f"""CREATE TABLE heard (
        person INTEGER NOT NULL REFERENCES person (id),
        at TEXT NOT NULL CHECK ({_instant("at")}),
        event INTEGER NOT NULL,
        uid TEXT NOT NULL,
        is_waiver INTEGER NOT NULL CHECK (is_waiver IN (0, 1)),
        PRIMARY KEY (person, at, event, uid)
    ) STRICT, WITHOUT ROWID""",
    HEARD_ANEW,
    "DROP INDEX courtesy_by_person",
    "CREATE INDEX courtesy_by_person ON courtesy (person, rule, opens_at) WHERE person IS NOT NULL",
    # The morning: what presses, what is good to do, what opens next, what one touch settles.
    "DROP INDEX courtesy_open",
    (
        "CREATE INDEX courtesy_debts ON courtesy (due_at, opens_at, rule, outcome)"
        f" WHERE outcome IS NULL AND rule NOT IN {OCCASIONS}"
    ),
    (
        "CREATE INDEX courtesy_occasions ON courtesy (rule, opens_at, outcome)"
        f" WHERE outcome IS NULL AND rule IN {OCCASIONS}"
    ),
    (
        "CREATE INDEX courtesy_opening ON courtesy (opens_at)"
        f" WHERE outcome IS NULL AND rule NOT IN {OCCASIONS}"
    ),
    "CREATE INDEX courtesy_owed_to ON courtesy (to_person) WHERE outcome IS NULL",
    (
        "CREATE INDEX courtesy_beside ON courtesy (referral, to_person)"
        " WHERE outcome IS NULL AND referral IS NOT NULL"
    ),
    # Whom a pause can still concern.
    "CREATE INDEX courtesy_reopening ON courtesy (ended_at) WHERE rule = 'reopen-intake'",
    (
        "CREATE INDEX courtesy_capacity ON courtesy (opens_at)"
        f" WHERE outcome IS NULL AND rule IN {OF_CAPACITY}"
    ),
    "CREATE INDEX courtesy_asking ON courtesy (opens_at) WHERE rule = 'ask-for-referrals'",
    (
        f"CREATE INDEX event_busy ON event ({BUSY_UNTIL})"
        f" WHERE kind = 'reviewed' AND {HAS_BUSY_UNTIL}"
    ),
    # Those that are over are never read again, however many there were.
    "DROP INDEX event_snoozed",
    f"CREATE INDEX event_snoozed ON event ({UNTIL}) WHERE kind = 'snoozed'",
)

VERSIONS = {1: VERSION_1, 2: VERSION_2}
