-- Version 3. Frozen, as version 1 is.
--
-- Kinds, rules, classes, stages and ways are data from here on: no CHECK and no index names one, so
-- that a new one needs no migration. The program checks them, as it writes and in `check`.

DROP VIEW live_event;
DROP VIEW merged_person;
DROP VIEW live_referral;
DROP VIEW live_person;

-- The number of a step is short, and the one that people see; an id may be as large as SQLite counts.
CREATE TABLE step_3 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number INTEGER NOT NULL UNIQUE CHECK (number > 0),
    at TEXT NOT NULL CHECK (at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    command TEXT NOT NULL,
    summary TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
) STRICT;
INSERT INTO step_3 (id, number, at, command, summary, undone)
SELECT id, id, at, command, summary, undone FROM step;
DROP TABLE step;
ALTER TABLE step_3 RENAME TO step;

-- A version names the fields that it sets, each between blanks, or all of them by '*'; what it does
-- not set is NULL in it. The value of a field is that of the version of greatest id that sets it and
-- whose step stands. Of `merged_into` it is the one of greatest id that is not NULL.
CREATE TABLE person_version_3 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person INTEGER NOT NULL REFERENCES person (id),
    step INTEGER NOT NULL REFERENCES step (id),
    sets TEXT NOT NULL CHECK (sets = '*' OR sets GLOB ' *'),
    name TEXT CHECK (name <> ''),
    name_key TEXT,
    company TEXT,
    relation TEXT,
    updates TEXT,
    channel TEXT,
    note TEXT,
    merged_into INTEGER REFERENCES person (id),
    CHECK ((name IS NULL) = (name_key IS NULL)),
    CHECK ((name IS NULL) = (sets <> '*' AND instr(sets, ' name ') = 0))
) STRICT;
INSERT INTO person_version_3 (
    id, person, step, sets, name, name_key, company, relation, updates, channel, note, merged_into
)
SELECT id, person, step, '*', name, name_key, company, relation, updates, channel, note, merged_into
FROM person_version;

-- The phones, emails and postal addresses that a version sets, in their order: `label` is what each
-- is (mobile, work), `key` what it is found by (an email in lower case, the digits of a phone).
CREATE TABLE contact_point (
    version INTEGER NOT NULL REFERENCES person_version (id),
    kind TEXT NOT NULL CHECK (kind <> ''),
    place INTEGER NOT NULL CHECK (place > 0),
    label TEXT CHECK (label <> ''),
    value TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (version, kind, place)
) STRICT, WITHOUT ROWID;
INSERT INTO contact_point (version, kind, place, label, value, key)
SELECT id, 'email', 1, NULL, email, lower(email) FROM person_version WHERE email IS NOT NULL;
-- One character after the other: SQLite has no way to keep the digits alone.
INSERT INTO contact_point (version, kind, place, label, value, key)
SELECT id, 'phone', 1, NULL, phone, coalesce((
    WITH RECURSIVE sign (place, digits) AS (
        VALUES (0, '')
        UNION ALL
        SELECT place + 1, digits || CASE
            WHEN substr(phone, place + 1, 1) GLOB '[0-9]' THEN substr(phone, place + 1, 1) ELSE ''
        END FROM sign WHERE place < length(phone)
    )
    SELECT digits FROM sign ORDER BY place DESC LIMIT 1
), '')
FROM person_version WHERE phone IS NOT NULL;
DROP TABLE person_version;
ALTER TABLE person_version_3 RENAME TO person_version;

-- Source, prospect and kind are one field, `parties`: each alone could contradict the others.
CREATE TABLE referral_version_3 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    referral INTEGER NOT NULL REFERENCES referral (id),
    step INTEGER NOT NULL REFERENCES step (id),
    sets TEXT NOT NULL CHECK (sets = '*' OR sets GLOB ' *'),
    source INTEGER REFERENCES person (id),
    prospect INTEGER REFERENCES person (id),
    kind TEXT CHECK (kind <> ''),
    received_at TEXT CHECK (received_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    tie TEXT,
    need TEXT,
    confidential INTEGER CHECK (confidential IN (0, 1)),
    note TEXT,
    CHECK ((source IS NULL) = (sets <> '*' AND instr(sets, ' parties ') = 0)),
    CHECK ((source IS NULL) = (prospect IS NULL)),
    CHECK ((source IS NULL) = (kind IS NULL)),
    CHECK ((received_at IS NULL) = (sets <> '*' AND instr(sets, ' received_at ') = 0))
) STRICT;
INSERT INTO referral_version_3 (
    id, referral, step, sets, source, prospect, kind, received_at, tie, need, confidential, note
)
SELECT id, referral, step, '*', source, prospect, kind, received_at, tie, need, 0, note
FROM referral_version;
DROP TABLE referral_version;
ALTER TABLE referral_version_3 RENAME TO referral_version;

-- `ahead` is what the data names that lies ahead, and the event is found by: an instant in UTC, or a
-- date.
CREATE TABLE event_3 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL CHECK (uid <> ''),
    step INTEGER NOT NULL REFERENCES step (id),
    at TEXT NOT NULL CHECK (at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    kind TEXT NOT NULL CHECK (kind <> ''),
    referral INTEGER REFERENCES referral (id),
    person INTEGER REFERENCES person (id),
    channel TEXT,
    note TEXT,
    data TEXT NOT NULL CHECK (data GLOB '{*}'),
    ahead TEXT,
    CHECK (referral IS NULL OR person IS NULL)
) STRICT;
INSERT INTO event_3 (
    id, uid, step, at, kind, referral, person, channel, note, data, ahead
)
SELECT id, uid, step, at, kind, referral, person, channel, note, data, CASE
    WHEN data = '{}' OR NOT json_valid(data) THEN NULL
    ELSE coalesce(
        strftime('%Y-%m-%dT%H:%M:%SZ', json_extract(data, '$.until')),
        date(json_extract(data, '$.busy_until'))
    )
END FROM event;
DROP TABLE event;
ALTER TABLE event_3 RENAME TO event;

-- The projections are made anew and stand empty: the next command that records fills them, and until
-- then a command that reads works out what they would say.
DELETE FROM book WHERE name IN ('stamp', 'kept_for');
DROP TABLE courtesy;
DROP TABLE standing;
DELETE FROM heard;

-- `class` is the rule's. `ends_at` is an end that is known and lies ahead: it has no outcome until
-- then, and a courtesy is open while `outcome` is NULL and `ends_at` is NULL or later than now.
CREATE TABLE courtesy (
    id INTEGER PRIMARY KEY,
    rule TEXT NOT NULL,
    class TEXT NOT NULL,
    referral INTEGER REFERENCES referral (id),
    person INTEGER REFERENCES person (id),
    cause TEXT NOT NULL,
    to_person INTEGER NOT NULL REFERENCES person (id),
    about INTEGER REFERENCES person (id),
    opens_at TEXT NOT NULL CHECK (opens_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    due_at TEXT NOT NULL CHECK (due_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    ended_at TEXT CHECK (ended_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    outcome TEXT,
    ends_at TEXT CHECK (ends_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    CHECK ((referral IS NULL) <> (person IS NULL)),
    CHECK ((ended_at IS NULL) = (outcome IS NULL)),
    CHECK (ends_at IS NULL OR outcome IS NULL)
) STRICT;
CREATE TABLE standing (
    referral INTEGER PRIMARY KEY REFERENCES referral (id),
    stage TEXT NOT NULL,
    since TEXT NOT NULL CHECK (since GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    ended_at TEXT CHECK (ended_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    source INTEGER REFERENCES person (id),
    received_at TEXT NOT NULL CHECK (received_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    proved_at TEXT CHECK (proved_at GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z'),
    proof INTEGER,
    proof_uid TEXT,
    is_troubled INTEGER NOT NULL CHECK (is_troubled IN (0, 1))
) STRICT;

CREATE INDEX person_version_by_person ON person_version (person);
CREATE INDEX person_version_by_step ON person_version (step);
CREATE INDEX person_version_by_name ON person_version (name_key) WHERE name_key IS NOT NULL;
CREATE INDEX person_version_merged ON person_version (person) WHERE merged_into IS NOT NULL;
CREATE INDEX person_version_by_merger ON person_version (merged_into)
    WHERE merged_into IS NOT NULL;
CREATE INDEX contact_point_by_key ON contact_point (kind, key);
CREATE INDEX referral_version_by_referral ON referral_version (referral);
CREATE INDEX referral_version_by_step ON referral_version (step);
CREATE INDEX referral_version_by_source ON referral_version (source) WHERE source IS NOT NULL;
CREATE INDEX referral_version_by_prospect ON referral_version (prospect)
    WHERE prospect IS NOT NULL;
CREATE INDEX referral_version_by_receipt ON referral_version (received_at)
    WHERE received_at IS NOT NULL;
CREATE INDEX event_by_uid ON event (uid);
CREATE INDEX event_by_step ON event (step);
CREATE INDEX event_by_referral ON event (referral) WHERE referral IS NOT NULL;
CREATE INDEX event_by_person ON event (person) WHERE person IS NOT NULL;
CREATE INDEX event_by_instant ON event (at);
CREATE INDEX event_on_book ON event (at) WHERE referral IS NULL AND person IS NULL;
CREATE INDEX event_ahead ON event (kind, ahead) WHERE ahead IS NOT NULL;
CREATE INDEX courtesy_by_referral ON courtesy (referral) WHERE referral IS NOT NULL;
CREATE INDEX courtesy_by_person ON courtesy (person, rule, opens_at) WHERE person IS NOT NULL;
-- The morning: what presses, what opens next, what one rule owes, what one touch settles.
CREATE INDEX courtesy_open ON courtesy (class, due_at, opens_at, rule, ends_at, outcome)
    WHERE outcome IS NULL;
CREATE INDEX courtesy_opening ON courtesy (class, opens_at) WHERE outcome IS NULL;
CREATE INDEX courtesy_by_rule ON courtesy (rule, opens_at, ends_at, outcome) WHERE outcome IS NULL;
CREATE INDEX courtesy_owed_to ON courtesy (to_person) WHERE outcome IS NULL;
CREATE INDEX courtesy_beside ON courtesy (referral, to_person, ends_at, outcome)
    WHERE outcome IS NULL AND referral IS NOT NULL;
-- What ended lately, and what was known to end.
CREATE INDEX courtesy_ended ON courtesy (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX courtesy_ending ON courtesy (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX standing_live ON standing (referral) WHERE ended_at IS NULL;
CREATE INDEX standing_by_source ON standing (source, received_at) WHERE source IS NOT NULL;
CREATE INDEX standing_by_end ON standing (source, ended_at);
CREATE INDEX standing_proved ON standing (source, proved_at, proof)
    WHERE proof IS NOT NULL AND source IS NOT NULL;
CREATE INDEX standing_troubled ON standing (source) WHERE is_troubled = 1;

-- Of a record with one version, which is most of them, the version itself is read; of one that was
-- edited each field is sought in its versions.
CREATE VIEW live_person AS
SELECT p.id, p.uid,
    CASE WHEN v.sets = '*' THEN v.name ELSE (
        SELECT w.name FROM person_version w JOIN step s ON s.id = w.step
        WHERE w.person = p.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' name ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS name,
    CASE WHEN v.sets = '*' THEN v.name_key ELSE (
        SELECT w.name_key FROM person_version w JOIN step s ON s.id = w.step
        WHERE w.person = p.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' name ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS name_key,
    (
        SELECT c.value FROM contact_point c
        WHERE c.kind = 'email' AND c.place = 1 AND c.version = CASE WHEN v.sets = '*' THEN v.id ELSE (
            SELECT w.id FROM person_version w JOIN step s ON s.id = w.step
            WHERE w.person = p.id AND s.undone = 0
                AND (w.sets = '*' OR instr(w.sets, ' email ') > 0)
            ORDER BY w.id DESC LIMIT 1
        ) END
    ) AS email,
    (
        SELECT c.value FROM contact_point c
        WHERE c.kind = 'phone' AND c.place = 1 AND c.version = CASE WHEN v.sets = '*' THEN v.id ELSE (
            SELECT w.id FROM person_version w JOIN step s ON s.id = w.step
            WHERE w.person = p.id AND s.undone = 0
                AND (w.sets = '*' OR instr(w.sets, ' phone ') > 0)
            ORDER BY w.id DESC LIMIT 1
        ) END
    ) AS phone,
    CASE WHEN v.sets = '*' THEN v.company ELSE (
        SELECT w.company FROM person_version w JOIN step s ON s.id = w.step
        WHERE w.person = p.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' company ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS company,
    CASE WHEN v.sets = '*' THEN v.relation ELSE (
        SELECT w.relation FROM person_version w JOIN step s ON s.id = w.step
        WHERE w.person = p.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' relation ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS relation,
    CASE WHEN v.sets = '*' THEN v.updates ELSE (
        SELECT w.updates FROM person_version w JOIN step s ON s.id = w.step
        WHERE w.person = p.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' updates ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS updates,
    CASE WHEN v.sets = '*' THEN v.channel ELSE (
        SELECT w.channel FROM person_version w JOIN step s ON s.id = w.step
        WHERE w.person = p.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' channel ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS channel,
    CASE WHEN v.sets = '*' THEN v.note ELSE (
        SELECT w.note FROM person_version w JOIN step s ON s.id = w.step
        WHERE w.person = p.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' note ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS note,
    (
        SELECT w.merged_into FROM person_version w JOIN step s ON s.id = w.step
        WHERE w.person = p.id AND w.merged_into IS NOT NULL AND s.undone = 0
        ORDER BY w.id DESC LIMIT 1
    ) AS merged_into
FROM person p JOIN person_version v ON v.person = p.id
WHERE v.id = (
    SELECT max(w.id) FROM person_version w JOIN step s ON s.id = w.step
    WHERE w.person = p.id AND s.undone = 0
);
CREATE VIEW live_referral AS
SELECT r.id, r.uid,
    CASE WHEN v.sets = '*' THEN v.source ELSE (
        SELECT w.source FROM referral_version w JOIN step s ON s.id = w.step
        WHERE w.referral = r.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' parties ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS source,
    CASE WHEN v.sets = '*' THEN v.prospect ELSE (
        SELECT w.prospect FROM referral_version w JOIN step s ON s.id = w.step
        WHERE w.referral = r.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' parties ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS prospect,
    CASE WHEN v.sets = '*' THEN v.received_at ELSE (
        SELECT w.received_at FROM referral_version w JOIN step s ON s.id = w.step
        WHERE w.referral = r.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' received_at ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS received_at,
    CASE WHEN v.sets = '*' THEN v.kind ELSE (
        SELECT w.kind FROM referral_version w JOIN step s ON s.id = w.step
        WHERE w.referral = r.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' parties ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS kind,
    CASE WHEN v.sets = '*' THEN v.tie ELSE (
        SELECT w.tie FROM referral_version w JOIN step s ON s.id = w.step
        WHERE w.referral = r.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' tie ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS tie,
    CASE WHEN v.sets = '*' THEN v.need ELSE (
        SELECT w.need FROM referral_version w JOIN step s ON s.id = w.step
        WHERE w.referral = r.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' need ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS need,
    CASE WHEN v.sets = '*' THEN v.confidential ELSE (
        SELECT w.confidential FROM referral_version w JOIN step s ON s.id = w.step
        WHERE w.referral = r.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' confidential ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS confidential,
    CASE WHEN v.sets = '*' THEN v.note ELSE (
        SELECT w.note FROM referral_version w JOIN step s ON s.id = w.step
        WHERE w.referral = r.id AND s.undone = 0 AND (w.sets = '*' OR instr(w.sets, ' note ') > 0)
        ORDER BY w.id DESC LIMIT 1
    ) END AS note
FROM referral r JOIN referral_version v ON v.referral = r.id
WHERE v.id = (
    SELECT max(w.id) FROM referral_version w JOIN step s ON s.id = w.step
    WHERE w.referral = r.id AND s.undone = 0
);
-- Who is another by a merge that stands; never that other's other: a later merge points anew.
CREATE VIEW merged_person AS
SELECT p.id, p.uid, v.merged_into, o.uid AS other_uid
FROM person_version v JOIN person p ON p.id = v.person JOIN person o ON o.id = v.merged_into
WHERE v.merged_into IS NOT NULL AND v.id = (
    SELECT max(w.id) FROM person_version w JOIN step s ON s.id = w.step
    WHERE w.person = v.person AND w.merged_into IS NOT NULL AND s.undone = 0
);
-- `person` is who it is now, `recorded_on` as whom it was recorded: only that one is indexed.
CREATE VIEW live_event AS
SELECT e.id, e.uid, e.step, e.at, e.kind, e.referral,
    CASE WHEN e.person IS NOT NULL THEN coalesce(
        (SELECT m.merged_into FROM merged_person m WHERE m.id = e.person), e.person
    ) END AS person,
    e.person AS recorded_on, e.channel, e.note, e.data, e.ahead
FROM event e JOIN step s ON s.id = e.step WHERE s.undone = 0;

CREATE TRIGGER person_version_is_not_changed BEFORE UPDATE ON person_version
BEGIN SELECT RAISE(ABORT, 'person_version is append-only'); END;
CREATE TRIGGER person_version_is_not_deleted BEFORE DELETE ON person_version
BEGIN SELECT RAISE(ABORT, 'person_version is append-only'); END;
CREATE TRIGGER contact_point_is_not_changed BEFORE UPDATE ON contact_point
BEGIN SELECT RAISE(ABORT, 'contact_point is append-only'); END;
CREATE TRIGGER contact_point_is_not_deleted BEFORE DELETE ON contact_point
BEGIN SELECT RAISE(ABORT, 'contact_point is append-only'); END;
CREATE TRIGGER referral_version_is_not_changed BEFORE UPDATE ON referral_version
BEGIN SELECT RAISE(ABORT, 'referral_version is append-only'); END;
CREATE TRIGGER referral_version_is_not_deleted BEFORE DELETE ON referral_version
BEGIN SELECT RAISE(ABORT, 'referral_version is append-only'); END;
CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER step_only_turns BEFORE UPDATE OF id, number, at, command ON step
BEGIN SELECT RAISE(ABORT, 'only undone changes on a step'); END;
CREATE TRIGGER step_is_told_once BEFORE UPDATE OF summary ON step WHEN OLD.summary <> ''
BEGIN SELECT RAISE(ABORT, 'only undone changes on a step'); END;
CREATE TRIGGER step_is_not_deleted BEFORE DELETE ON step
BEGIN SELECT RAISE(ABORT, 'step is append-only'); END;
