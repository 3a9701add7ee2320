-- Where patients were: what each living event says of an admission, a transfer, a discharge or a death. Identity part of the event; one
-- that is retracted or replaced leaves no row.
CREATE TABLE move (
  part       BIGINT NOT NULL,
  source     TEXT   NOT NULL,
  id         TEXT   NOT NULL,
  at         BIGINT NOT NULL,
  moved      TEXT   NOT NULL CHECK (moved IN ('registered', 'admitted', 'transferred', 'discharged', 'recalled', 'died', 'cancelled')),
  campus     TEXT   NOT NULL,
  patient_id TEXT   NOT NULL,             -- empty: it names the visit alone
  visit_no   TEXT   NOT NULL,             -- empty: it names the patient alone
  dept       TEXT   NOT NULL,             -- from then on; empty: not said, likewise ward and bed
  ward       TEXT   NOT NULL,
  bed        TEXT   NOT NULL,
  PRIMARY KEY (source, id, part)
) WITHOUT ROWID;
CREATE INDEX move_patient ON move (patient_id, visit_no, at);
