-- Version 1. Frozen: a file of this version was released, and its tables are these to the byte.
-- What changes is the next version. A line that begins with two hyphens, outside of a statement, is
-- a comment and no part of the tables.

CREATE TABLE book (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- A step is one command, and undo's unit. Every row of truth names its step; the live views leave
-- out the rows whose step is undone. Numbers come from AUTOINCREMENT, so that none returns.
CREATE TABLE step (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL CHECK (at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        command TEXT NOT NULL,
        summary TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
    ) STRICT;
CREATE TABLE person (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL CHECK (uid <> ''),
        step INTEGER NOT NULL REFERENCES step (id)
    ) STRICT;
CREATE TABLE person_version (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person INTEGER NOT NULL REFERENCES person (id),
        step INTEGER NOT NULL REFERENCES step (id),
        name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
        name_key TEXT NOT NULL,
        email TEXT,
        phone TEXT,
        company TEXT,
        relation TEXT CHECK (relation IN ('client', 'colleague', 'family', 'friend', 'other', 'partner')),
        updates TEXT CHECK (updates IN ('milestones', 'outcome') OR updates GLOB '[1-9]*d'),
        channel TEXT CHECK (channel IN ('call', 'card', 'email', 'gift', 'in-person', 'text')),
        note TEXT,
        merged_into INTEGER REFERENCES person (id)
    ) STRICT;
-- The name from each of its words on, so that a beginning of any word is one range of an index.
CREATE TABLE name_part (
        version INTEGER NOT NULL REFERENCES person_version (id),
        part TEXT NOT NULL,
        PRIMARY KEY (part, version)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE referral (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL CHECK (uid <> ''),
        step INTEGER NOT NULL REFERENCES step (id)
    ) STRICT;
CREATE TABLE referral_version (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        referral INTEGER NOT NULL REFERENCES referral (id),
        step INTEGER NOT NULL REFERENCES step (id),
        source INTEGER NOT NULL REFERENCES person (id),
        prospect INTEGER NOT NULL REFERENCES person (id),
        received_at TEXT NOT NULL CHECK (received_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        kind TEXT NOT NULL CHECK (kind IN ('client', 'co-worker', 'expansion', 'partner')),
        tie TEXT,
        need TEXT,
        note TEXT,
        CHECK ((kind = 'expansion') = (source = prospect))
    ) STRICT;
CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        uid TEXT NOT NULL CHECK (uid <> ''),
        step INTEGER NOT NULL REFERENCES step (id),
        at TEXT NOT NULL CHECK (at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        kind TEXT NOT NULL,
        referral INTEGER REFERENCES referral (id),
        person INTEGER REFERENCES person (id),
        channel TEXT CHECK (channel IN ('call', 'card', 'email', 'gift', 'in-person', 'text')),
        note TEXT,
        data TEXT NOT NULL CHECK (data GLOB '{*}'),
        CHECK (CASE
            WHEN referral IS NOT NULL
                THEN person IS NULL AND kind IN ('attempted', 'contacted', 'declined', 'delivered', 'educated', 'explained', 'lost', 'met', 'noted', 'problem', 'rated', 'referred-out', 'resolved', 'snoozed', 'thanked', 'told', 'waived', 'won')
            WHEN person IS NOT NULL
                THEN kind IN ('asked', 'called-back', 'delivered', 'given', 'missed', 'noted', 'reopened', 'reviewed', 'snoozed', 'waived', 'wished')
            ELSE kind IN ('paused', 'resumed')
        END)
    ) STRICT;
-- A projection: computed from the rows above in the transaction that changes them.
CREATE TABLE courtesy (
        id INTEGER PRIMARY KEY,
        rule TEXT NOT NULL,
        referral INTEGER REFERENCES referral (id),
        person INTEGER REFERENCES person (id),
        cause TEXT NOT NULL,
        to_person INTEGER NOT NULL REFERENCES person (id),
        about INTEGER REFERENCES person (id),
        opens_at TEXT NOT NULL CHECK (opens_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        due_at TEXT NOT NULL CHECK (due_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        ended_at TEXT CHECK (ended_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        outcome TEXT CHECK (outcome IN ('done', 'waived', 'moot')),
        CHECK ((referral IS NULL) <> (person IS NULL)),
        CHECK ((ended_at IS NULL) = (outcome IS NULL))
    ) STRICT;
-- A projection too: how each referral stands, so that no list has to read every history.
CREATE TABLE standing (
        referral INTEGER PRIMARY KEY REFERENCES referral (id),
        stage TEXT NOT NULL CHECK (stage IN ('attempted', 'contacted', 'declined', 'delivered', 'lost', 'met', 'received', 'referred-out', 'won')),
        since TEXT NOT NULL CHECK (since GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        ended_at TEXT CHECK (ended_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z')
    ) STRICT;
CREATE INDEX person_by_uid ON person (uid);
CREATE INDEX person_version_by_person ON person_version (person);
CREATE INDEX person_version_by_name ON person_version (name_key);
CREATE INDEX person_version_by_email ON person_version (lower(email));
CREATE INDEX person_version_merged ON person_version (person) WHERE merged_into IS NOT NULL;
CREATE INDEX person_version_by_merger ON person_version (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX referral_by_uid ON referral (uid);
CREATE INDEX referral_version_by_referral ON referral_version (referral);
CREATE INDEX referral_version_by_source ON referral_version (source);
CREATE INDEX referral_version_by_prospect ON referral_version (prospect);
CREATE INDEX referral_version_by_receipt ON referral_version (received_at);
CREATE INDEX event_by_uid ON event (uid);
CREATE INDEX event_by_referral ON event (referral) WHERE referral IS NOT NULL;
CREATE INDEX event_by_person ON event (person) WHERE person IS NOT NULL;
CREATE INDEX event_by_instant ON event (at);
CREATE INDEX event_on_book ON event (at) WHERE referral IS NULL AND person IS NULL;
CREATE INDEX event_snoozed ON event (at) WHERE kind = 'snoozed';
CREATE INDEX event_missed ON event (at) WHERE kind = 'missed';
CREATE INDEX event_reviewed ON event (at) WHERE kind = 'reviewed';
CREATE INDEX courtesy_by_referral ON courtesy (referral) WHERE referral IS NOT NULL;
CREATE INDEX courtesy_by_person ON courtesy (person) WHERE person IS NOT NULL;
CREATE INDEX standing_live ON standing (referral) WHERE ended_at IS NULL;
CREATE INDEX courtesy_open ON courtesy (due_at) WHERE outcome IS NULL;
CREATE VIEW live_person AS
        SELECT p.id, p.uid, v.id AS version, v.name, v.name_key, v.email, v.phone, v.company,
               v.relation, v.updates, v.channel, v.note, v.merged_into
        FROM person p JOIN person_version v ON v.person = p.id
        WHERE v.id = (SELECT max(w.id) FROM person_version w JOIN step s ON s.id = w.step
                      WHERE w.person = p.id AND s.undone = 0);
CREATE VIEW live_referral AS
        SELECT r.id, r.uid, v.id AS version, v.source, v.prospect, v.received_at, v.kind, v.tie,
               v.need, v.note
        FROM referral r JOIN referral_version v ON v.referral = r.id
        WHERE v.id = (SELECT max(w.id) FROM referral_version w JOIN step s ON s.id = w.step
                      WHERE w.referral = r.id AND s.undone = 0);
-- Who is another by a merge that stands; never that other's other: a later merge points anew.
CREATE VIEW merged_person AS
        SELECT p.id, p.uid, v.merged_into, o.uid AS other_uid
        FROM person_version v JOIN person p ON p.id = v.person JOIN person o ON o.id = v.merged_into
        WHERE v.merged_into IS NOT NULL
          AND v.id = (SELECT max(w.id) FROM person_version w JOIN step s ON s.id = w.step
                      WHERE w.person = v.person AND s.undone = 0);
-- `person` is who it is now, `recorded_on` as whom it was recorded: only that one is indexed.
CREATE VIEW live_event AS
        SELECT e.id, e.uid, e.step, e.at, e.kind, e.referral,
               CASE WHEN e.person IS NOT NULL THEN coalesce(
                   (SELECT m.merged_into FROM merged_person m WHERE m.id = e.person), e.person
               ) END AS person,
               e.person AS recorded_on, e.channel, e.note, e.data
        FROM event e JOIN step s ON s.id = e.step WHERE s.undone = 0;
CREATE TRIGGER person_is_not_changed BEFORE UPDATE ON person BEGIN SELECT RAISE(ABORT, 'person is append-only'); END;
CREATE TRIGGER person_is_not_deleted BEFORE DELETE ON person BEGIN SELECT RAISE(ABORT, 'person is append-only'); END;
CREATE TRIGGER person_version_is_not_changed BEFORE UPDATE ON person_version BEGIN SELECT RAISE(ABORT, 'person_version is append-only'); END;
CREATE TRIGGER person_version_is_not_deleted BEFORE DELETE ON person_version BEGIN SELECT RAISE(ABORT, 'person_version is append-only'); END;
CREATE TRIGGER name_part_is_not_changed BEFORE UPDATE ON name_part BEGIN SELECT RAISE(ABORT, 'name_part is append-only'); END;
CREATE TRIGGER name_part_is_not_deleted BEFORE DELETE ON name_part BEGIN SELECT RAISE(ABORT, 'name_part is append-only'); END;
CREATE TRIGGER referral_is_not_changed BEFORE UPDATE ON referral BEGIN SELECT RAISE(ABORT, 'referral is append-only'); END;
CREATE TRIGGER referral_is_not_deleted BEFORE DELETE ON referral BEGIN SELECT RAISE(ABORT, 'referral is append-only'); END;
CREATE TRIGGER referral_version_is_not_changed BEFORE UPDATE ON referral_version BEGIN SELECT RAISE(ABORT, 'referral_version is append-only'); END;
CREATE TRIGGER referral_version_is_not_deleted BEFORE DELETE ON referral_version BEGIN SELECT RAISE(ABORT, 'referral_version is append-only'); END;
CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER step_only_turns BEFORE UPDATE OF id, at, command ON step BEGIN SELECT RAISE(ABORT, 'only undone changes on a step'); END;
-- The summary of a step is known at its end, before the commit.
CREATE TRIGGER step_is_told_once BEFORE UPDATE OF summary ON step WHEN OLD.summary <> '' BEGIN SELECT RAISE(ABORT, 'only undone changes on a step'); END;
CREATE TRIGGER step_is_not_deleted BEFORE DELETE ON step BEGIN SELECT RAISE(ABORT, 'step is append-only'); END;
