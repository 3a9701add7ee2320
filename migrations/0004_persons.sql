-- Persons: what each living event says of merging one patient id into another, or of undoing it. Identity part of the event;
-- which ids are one person is found by walking from id to id. An event that is retracted or replaced leaves no row.
CREATE TABLE merger (
  part    BIGINT NOT NULL,
  source  TEXT   NOT NULL,
  id      TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  from_id TEXT   NOT NULL,
  into_id TEXT   NOT NULL,
  merges  BIGINT NOT NULL,                -- 1: merged; 0: taken apart
  PRIMARY KEY (source, id, part)
) WITHOUT ROWID;
CREATE INDEX merger_from ON merger (from_id);
CREATE INDEX merger_into ON merger (into_id);
