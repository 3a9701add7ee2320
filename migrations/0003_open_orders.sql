-- Orders that go on, by the patient's department: small, since what has ended leaves it.
CREATE INDEX track_dept ON track (campus, dept, opened_at, status, loop, key)
  WHERE opened_at IS NOT NULL AND status IN ('open', 'interrupted');
