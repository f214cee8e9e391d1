-- Version 2. Frozen, as version 1 is.

-- Undoing and redoing are on record too: which step was turned and what it was then, and the newest
-- step of that moment. What was recorded after an undoing leaves what was undone before it behind.
CREATE TABLE turning (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL CHECK (at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        step INTEGER NOT NULL REFERENCES step (id),
        undone INTEGER NOT NULL CHECK (undone IN (0, 1)),
        newest INTEGER NOT NULL REFERENCES step (id)
    ) STRICT;
CREATE TRIGGER turning_is_not_changed BEFORE UPDATE ON turning BEGIN SELECT RAISE(ABORT, 'turning is append-only'); END;
CREATE TRIGGER turning_is_not_deleted BEFORE DELETE ON turning BEGIN SELECT RAISE(ABORT, 'turning is append-only'); END;
CREATE INDEX turning_by_newest ON turning (newest, step);
-- The rows of a step, for whoever turns it.
CREATE INDEX person_version_by_step ON person_version (step);
CREATE INDEX referral_version_by_step ON referral_version (step);
CREATE INDEX event_by_step ON event (step);
-- The columns in the order of the key: quick_check of SQLite 3.40 takes any other for damage.
CREATE TABLE name_part_ordered (
        part TEXT NOT NULL,
        version INTEGER NOT NULL REFERENCES person_version (id),
        PRIMARY KEY (part, version)
    ) STRICT, WITHOUT ROWID;
INSERT INTO name_part_ordered SELECT part, version FROM name_part;
DROP TABLE name_part;
ALTER TABLE name_part_ordered RENAME TO name_part;
CREATE TRIGGER name_part_is_not_changed BEFORE UPDATE ON name_part BEGIN SELECT RAISE(ABORT, 'name_part is append-only'); END;
CREATE TRIGGER name_part_is_not_deleted BEFORE DELETE ON name_part BEGIN SELECT RAISE(ABORT, 'name_part is append-only'); END;
-- What the rules on a source read of each referral they sent, so that none has to read its
-- history: `source` is NULL where it does not count as one of theirs, on an expansion.
-- `proof` is the event that showed it to be a good one, the first.
CREATE TABLE standing_of_source (
        referral INTEGER PRIMARY KEY REFERENCES referral (id),
        stage TEXT NOT NULL CHECK (stage IN ('attempted', 'contacted', 'declined', 'delivered', 'lost', 'met', 'received', 'referred-out', 'won')),
        since TEXT NOT NULL CHECK (since GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        ended_at TEXT CHECK (ended_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        source INTEGER REFERENCES person (id),
        received_at TEXT NOT NULL CHECK (received_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        proved_at TEXT CHECK (proved_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        proof INTEGER,
        proof_uid TEXT,
        is_troubled INTEGER NOT NULL CHECK (is_troubled IN (0, 1))
    ) STRICT;
INSERT INTO standing_of_source
        SELECT s.referral, s.stage, s.since, s.ended_at,
               CASE WHEN r.kind <> 'expansion' THEN r.source END, r.received_at,
               p.at, p.id, p.uid,
               s.stage NOT IN ('declined', 'lost', 'referred-out') AND coalesce(
                   (SELECT e.kind FROM live_event e
                    WHERE e.referral = s.referral AND e.kind IN ('problem', 'resolved')
                    ORDER BY e.at DESC, e.id DESC LIMIT 1), '') = 'problem'
        FROM standing s JOIN live_referral r ON r.id = s.referral
        LEFT JOIN event p ON p.id = (
            SELECT e.id FROM live_event e
            WHERE e.referral = s.referral AND (e.kind = 'won'
                OR e.kind = 'rated' AND json_extract(e.data, '$.fit') = 'good')
            ORDER BY e.at, e.id LIMIT 1);
DROP TABLE standing;
ALTER TABLE standing_of_source RENAME TO standing;
CREATE INDEX standing_live ON standing (referral) WHERE ended_at IS NULL;
CREATE INDEX standing_by_source ON standing (source, received_at) WHERE source IS NOT NULL;
CREATE INDEX standing_by_end ON standing (source, ended_at);
CREATE INDEX standing_proved ON standing (source, proved_at, proof) WHERE proof IS NOT NULL AND source IS NOT NULL;
CREATE INDEX standing_troubled ON standing (source) WHERE is_troubled = 1;
-- A projection too: when each source heard from the book's owner, or the owner from them. A receipt
-- is event 0.
CREATE TABLE heard (
        person INTEGER NOT NULL REFERENCES person (id),
        at TEXT NOT NULL CHECK (at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
        event INTEGER NOT NULL,
        uid TEXT NOT NULL,
        is_waiver INTEGER NOT NULL CHECK (is_waiver IN (0, 1)),
        PRIMARY KEY (person, at, event, uid)
    ) STRICT, WITHOUT ROWID;
INSERT INTO heard
    SELECT source, received_at, 0, uid, 0 FROM live_referral WHERE kind <> 'expansion'
    UNION ALL
    SELECT r.source, e.at, e.id, e.uid, 0
    FROM live_event e JOIN live_referral r ON r.id = e.referral
    WHERE r.kind <> 'expansion' AND e.kind IN ('explained', 'thanked', 'told')
    UNION ALL
    SELECT person, at, id, uid, kind = 'waived' FROM live_event
    WHERE person IS NOT NULL AND (kind = 'wished'
        OR kind = 'waived' AND json_extract(data, '$.rule') IN ('keep-informed', 'all'));
DROP INDEX courtesy_by_person;
CREATE INDEX courtesy_by_person ON courtesy (person, rule, opens_at) WHERE person IS NOT NULL;
-- The morning: what presses, what is good to do, what opens next, what one touch settles.
DROP INDEX courtesy_open;
CREATE INDEX courtesy_debts ON courtesy (due_at, opens_at, rule, outcome) WHERE outcome IS NULL AND rule NOT IN ('ask-for-referrals', 'ask-preference', 'return-favour', 'review-client');
CREATE INDEX courtesy_occasions ON courtesy (rule, opens_at, outcome) WHERE outcome IS NULL AND rule IN ('ask-for-referrals', 'ask-preference', 'return-favour', 'review-client');
CREATE INDEX courtesy_opening ON courtesy (opens_at) WHERE outcome IS NULL AND rule NOT IN ('ask-for-referrals', 'ask-preference', 'return-favour', 'review-client');
CREATE INDEX courtesy_owed_to ON courtesy (to_person) WHERE outcome IS NULL;
CREATE INDEX courtesy_beside ON courtesy (referral, to_person) WHERE outcome IS NULL AND referral IS NOT NULL;
-- The people whom a pause can still concern.
CREATE INDEX courtesy_reopening ON courtesy (ended_at) WHERE rule = 'reopen-intake';
CREATE INDEX courtesy_capacity ON courtesy (opens_at) WHERE outcome IS NULL AND rule IN ('explain-capacity', 'reopen-intake');
CREATE INDEX courtesy_asking ON courtesy (opens_at) WHERE rule = 'ask-for-referrals';
-- SQLite's own JSON functions may not stand in a schema that is not trusted. A quote within a text
-- is escaped, so only the key itself is found.
CREATE INDEX event_busy ON event (substr(data, instr(data, '"busy_until":"') + 14, 10)) WHERE kind = 'reviewed' AND instr(data, '"busy_until":"') > 0;
-- Those that are over are never read again, however many there were.
DROP INDEX event_snoozed;
CREATE INDEX event_snoozed ON event (substr(data, instr(data, '"until":"') + 9, 20)) WHERE kind = 'snoozed';
