-- Alerts: what the engine has found of them stands beside the tracks, the alerts themselves in a table of their own.

-- The order's own row: where the instance stands on its way through arrivals; the other rows: what is remembered of a track. JSON.
ALTER TABLE track ADD COLUMN alerts TEXT;
-- The order's own row alone: 1 while an alert is held back by a silent system.
ALTER TABLE track ADD COLUMN held BIGINT;
CREATE INDEX track_held ON track (campus) WHERE scope = 0 AND held = 1;

-- One row for each rule, instance, track and round, and for each silence of a source.
CREATE TABLE alert (
  part       BIGINT NOT NULL,             -- of the id
  id         TEXT   NOT NULL,
  rule       TEXT   NOT NULL,
  campus     TEXT   NOT NULL,
  loop       TEXT   NOT NULL,             -- empty, as key and track: it is about a source
  key        TEXT   NOT NULL,
  track      TEXT,                        -- NULL: the order's own
  round      BIGINT NOT NULL,
  system     TEXT   NOT NULL,             -- empty unless it is about a source
  dept       TEXT,                        -- of the patient when it was raised
  severity   TEXT   NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
  status     TEXT   NOT NULL CHECK (status IN ('open', 'acknowledged', 'verified', 'dismissed', 'closed', 'self_cleared')),
  raised_at  BIGINT NOT NULL,             -- when it was last raised
  history    BIGINT NOT NULL,             -- 1: raised while its order was loaded as history; nobody is told
  todo       BIGINT NOT NULL,             -- 1: somebody has to do something about it
  ground     TEXT   NOT NULL,             -- JSON: what is known of the rule
  turns      TEXT   NOT NULL,             -- JSON: raised, cleared
  actions    TEXT   NOT NULL,             -- JSON: what people did, in order; only ever added to
  PRIMARY KEY (part, id)
);
CREATE INDEX alert_raised ON alert (raised_at, id);
CREATE INDEX alert_todo ON alert (raised_at, id) WHERE todo = 1;
CREATE INDEX alert_status ON alert (status, raised_at, id);
CREATE INDEX alert_of ON alert (campus, key, loop);

-- The arrivals of the systems that state a heartbeat, as far as silences depend on them.
CREATE TABLE pulse (
  system   TEXT   NOT NULL,
  campus   TEXT   NOT NULL,
  first_at BIGINT NOT NULL,
  last_at  BIGINT NOT NULL,
  silences TEXT   NOT NULL,               -- JSON: from, until; those that have ended, ascending
  PRIMARY KEY (system, campus)
);
