-- How long after their stated time the live events of each system at each campus came, counted in at most 40 buckets.
CREATE TABLE source_lag (
  system  TEXT   NOT NULL,
  campus  TEXT   NOT NULL,
  bucket  BIGINT NOT NULL,                -- below zero: the stated time lies after the arrival
  n       BIGINT NOT NULL,
  least   BIGINT NOT NULL,                -- the shortest lag in it, microseconds
  last_at BIGINT NOT NULL,                -- the last arrival in it
  PRIMARY KEY (system, campus, bucket)
) WITHOUT ROWID;
