-- Types are TEXT, BIGINT and DOUBLE PRECISION alone; times are microseconds since 1970 UTC; JSON is TEXT and only Rust
-- looks inside. `part` (0..63) is in every hot key: identity part = hash(source, id), case part = hash(campus,
-- key), address part = hash(campus, field, value). It comes last there: numbers that follow one another stay neighbours, and what
-- is written together lies on few pages. A distributed PostgreSQL asks only that it is in the key. PostgreSQL reads this same text without the words WITHOUT ROWID, and
-- BIGINT for the one INTEGER PRIMARY KEY (SQLite makes such a column the row's own place).

-- The log: every event, wanted or not, with the message as it came, in order of commit. It is all that an acknowledgement
-- waits for; what the other tables say of events up to `settled` (in meta) follows from it, and is made again from it for those behind.
CREATE TABLE event (
  no         INTEGER PRIMARY KEY,         -- counts up in order of commit
  part       BIGINT NOT NULL,             -- identity
  campus     TEXT   NOT NULL,
  key        TEXT   NOT NULL,             -- empty: it carries no key of any loop
  source     TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  revision   BIGINT NOT NULL,
  kind       TEXT   NOT NULL,             -- CloudEvents type
  at         BIGINT NOT NULL,             -- CloudEvents time
  arrived    BIGINT NOT NULL,             -- ours; for history: when it would have arrived
  shift      BIGINT,                      -- history: the shift it was loaded with; NULL: live
  state      TEXT   NOT NULL CHECK (state IN ('applied', 'waiting', 'superseded', 'retracted')),
  raw        TEXT   NOT NULL
);
CREATE UNIQUE INDEX event_identity ON event (source, id, revision, part);
CREATE INDEX event_state ON event (state, no) WHERE state <> 'applied';

-- Case: the events that carry a key and stand in no track of it.
CREATE TABLE event_key (
  part       BIGINT NOT NULL,
  campus     TEXT   NOT NULL,
  key        TEXT   NOT NULL,
  no         BIGINT NOT NULL,
  PRIMARY KEY (campus, key, no, part)
) WITHOUT ROWID;

-- Identity: events that retract, or that a retraction names, known or not.
CREATE TABLE retraction (
  part       BIGINT NOT NULL,
  source     TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  live       BIGINT NOT NULL,             -- 0: a retraction that counts names it
  names      TEXT   NOT NULL,             -- JSON: what it retracts, the retractions that name it
  PRIMARY KEY (source, id, part)
) WITHOUT ROWID;

-- Case: one row a track. The order's own (scope 0, value empty) stands for the instance in lists and for the ticker.
CREATE TABLE track (
  part       BIGINT NOT NULL,
  campus     TEXT   NOT NULL,
  key        TEXT   NOT NULL,
  loop       TEXT   NOT NULL,
  scope      BIGINT NOT NULL,
  value      TEXT   NOT NULL,
  version    BIGINT NOT NULL,             -- counts its writes; a stale copy is found by it
  events     TEXT   NOT NULL,             -- numbers of its events in the log, dead ones negative: its facts are made again from them
  summary    TEXT   NOT NULL,
  status     TEXT   NOT NULL,
  next_at    BIGINT,                      -- when it can next change without an event
  definition TEXT,                        -- from here on the order's own row alone
  history    TEXT,                        -- the campus whose history it belongs to; NULL: a live event touched it
  as_of      BIGINT,                      -- its now never falls below this
  opened_at  BIGINT,
  closed_at  BIGINT,
  changed_at BIGINT,                      -- when a write last touched it
  patient    TEXT,                        -- JSON, as last stated
  patient_id TEXT,
  visit_no   TEXT,
  dept       TEXT,
  tracks     BIGINT,                      -- how many besides the order's own
  PRIMARY KEY (campus, key, loop, scope, value, part)
);
CREATE INDEX track_due ON track (history, next_at) WHERE scope = 0 AND next_at IS NOT NULL;
CREATE INDEX track_opened ON track (opened_at, campus, loop, key) WHERE opened_at IS NOT NULL;
CREATE INDEX track_status ON track (status, opened_at, campus, loop, key) WHERE opened_at IS NOT NULL;

-- Address: which keys a value leads to (link, with the event that taught it), which keyless events it stands in (event),
-- and which instances carry it (find: order_no, patient, visit).
CREATE TABLE address (
  part           BIGINT NOT NULL,
  campus         TEXT   NOT NULL,
  field          TEXT   NOT NULL,
  value          TEXT   NOT NULL,
  kind           TEXT   NOT NULL CHECK (kind IN ('link', 'event', 'find')),
  loop           TEXT   NOT NULL,
  name           TEXT   NOT NULL,         -- link, find: the key; event: its source
  id             TEXT   NOT NULL,         -- event: its id
  revision       BIGINT NOT NULL,         -- event: which revision carries the value
  teacher_source TEXT   NOT NULL,
  teacher_id     TEXT   NOT NULL,
  PRIMARY KEY (campus, field, value, kind, loop, name, id, revision, part)
) WITHOUT ROWID;

-- What could not be taken, with its reason; the same message again counts up.
CREATE TABLE quarantine (
  part        BIGINT NOT NULL,
  id          TEXT   NOT NULL,
  source      TEXT   NOT NULL,
  event_id    TEXT   NOT NULL,
  code        TEXT   NOT NULL,
  zh          TEXT   NOT NULL,
  en          TEXT   NOT NULL,
  path        TEXT   NOT NULL,
  raw         TEXT   NOT NULL,
  shift       BIGINT,
  first_at    BIGINT NOT NULL,
  last_at     BIGINT NOT NULL,
  times       BIGINT NOT NULL,
  state       TEXT   NOT NULL CHECK (state IN ('open', 'mended')),
  PRIMARY KEY (part, id)
);
CREATE INDEX quarantine_last ON quarantine (state, last_at, id);

-- Compiled definitions by hash, kept for ever.
CREATE TABLE definition (
  hash         TEXT   NOT NULL PRIMARY KEY,
  loop         TEXT   NOT NULL,
  text         TEXT   NOT NULL,
  published_at BIGINT NOT NULL,
  late         BIGINT NOT NULL            -- 1: events were stored before it was published
);

-- How far the log is settled, and the ends of loaded histories.
CREATE TABLE meta (
  name  TEXT   NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);
