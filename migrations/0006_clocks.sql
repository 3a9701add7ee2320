-- How long after one system states what must come first another states what must come after, in periods of 28 days, of which the
-- last two are kept; counted in at most 40 buckets each.
CREATE TABLE source_pair (
  campus   TEXT   NOT NULL,
  cause    TEXT   NOT NULL,                -- the system that stated what comes first
  effect   TEXT   NOT NULL,                -- the system that stated what comes after
  period   BIGINT NOT NULL,                -- of arrival: days since 1970-01-01, divided by 28
  bucket   BIGINT NOT NULL,                -- below zero: what comes after was stated to come before
  n        BIGINT NOT NULL,
  least    BIGINT NOT NULL,                -- the shortest distance in it, microseconds
  first_at BIGINT NOT NULL,                -- when the first of them was known
  last_at  BIGINT NOT NULL,
  PRIMARY KEY (campus, cause, effect, period, bucket)
) WITHOUT ROWID;
