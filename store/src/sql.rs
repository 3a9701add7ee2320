//! Every statement the store runs, and the only place where SQL text is put together.
//!
//! Texts are portable: `$n` placeholders, no dialect words. The hot many-row statements are generated here for a few fixed
//! numbers of rows, so that each is prepared once; on SQLite they use bare `?`, because looking up the name of every
//! `$n` is quadratic in their number.

use sqlx::AssertSqlSafe;
use std::sync::{Arc, OnceLock};

/// Rows a many-row statement is made for; a longer list is cut into these.
pub(crate) const CHUNKS: [usize; 9] = [256, 128, 64, 32, 16, 8, 4, 2, 1];

/// A statement with one group of placeholders a row.
#[derive(Debug)]
pub(crate) struct Many {
    /// Up to the first group.
    head: &'static str,
    /// Placeholders in a group.
    width: usize,
    /// After the last group.
    tail: &'static str,
    made: [OnceLock<Arc<str>>; CHUNKS.len()],
}

impl Many {
    const fn new(head: &'static str, width: usize, tail: &'static str) -> Self {
        Self { head, width, tail, made: [const { OnceLock::new() }; CHUNKS.len()] }
    }

    /// Placeholders in a group.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// The text for one of [`CHUNKS`].
    pub(crate) fn text(&self, rows: usize) -> AssertSqlSafe<Arc<str>> {
        let made = CHUNKS.iter().position(|c| *c == rows).and_then(|i| self.made.get(i));
        AssertSqlSafe(made.map_or_else(|| self.make(rows), |m| m.get_or_init(|| self.make(rows)).clone()))
    }

    fn make(&self, rows: usize) -> Arc<str> {
        let group = format!("({})", vec!["?"; self.width].join(","));
        format!("{}{}{}", self.head, vec![group; rows].join(","), self.tail).into()
    }
}

/// Every revision of some events.
pub(crate) static REVISIONS: Many =
    Many::new("SELECT source, id, revision, no FROM event WHERE (part, source, id) IN (VALUES ", 3, ")");

pub(crate) static RETRACTION_GET: Many =
    Many::new("SELECT source, id, live, names FROM retraction WHERE (part, source, id) IN (VALUES ", 3, ")");

pub(crate) static RETRACTION_SET: Many = Many::new(
    "INSERT INTO retraction (part, source, id, live, names) VALUES ",
    5,
    " ON CONFLICT (part, source, id) DO UPDATE SET live = excluded.live, names = excluded.names",
);

pub(crate) static EVENT_ADD: Many = Many::new(
    "INSERT INTO event (no, part, campus, key, source, id, revision, kind, at, arrived, shift, state, raw) VALUES ",
    13,
    "",
);

pub(crate) static EVENT_KEY_ADD: Many =
    Many::new("INSERT INTO event_key (part, campus, key, no) VALUES ", 4, " ON CONFLICT DO NOTHING");

pub(crate) static EVENT_GET: Many =
    Many::new("SELECT no, arrived, campus, shift, raw FROM event WHERE no IN (VALUES ", 1, ")");

/// Which events are stored under some keys.
pub(crate) static EVENT_OF_KEY: Many = Many::new(
    "SELECT e.source, e.id FROM event_key k JOIN event e ON e.no = k.no WHERE (k.part, k.campus, k.key) IN (VALUES ",
    3,
    ")",
);

/// Whole rows of all tracks of some keys.
pub(crate) static TRACK_OF_KEY: Many = Many::new(
    "SELECT campus, key, loop, scope, value, version, events, summary, definition, history, as_of, \
     patient, opened_at, alerts FROM track WHERE (part, campus, key) IN (VALUES ",
    3,
    ")",
);

pub(crate) static TRACK_SET: Many = Many::new(
    "INSERT INTO track (part, campus, key, loop, scope, value, version, events, summary, status, next_at, definition, history, as_of, \
     opened_at, closed_at, changed_at, patient, patient_id, visit_no, dept, tracks, alerts, held) VALUES ",
    24,
    " ON CONFLICT (part, campus, key, loop, scope, value) DO UPDATE SET version = excluded.version, events = excluded.events, \
     summary = excluded.summary, status = excluded.status, next_at = excluded.next_at, definition = excluded.definition, \
     history = excluded.history, as_of = excluded.as_of, opened_at = excluded.opened_at, closed_at = excluded.closed_at, \
     changed_at = excluded.changed_at, patient = excluded.patient, patient_id = excluded.patient_id, visit_no = excluded.visit_no, \
     dept = excluded.dept, tracks = excluded.tracks, alerts = excluded.alerts, held = excluded.held WHERE track.version = excluded.version - 1",
);

pub(crate) static TRACK_DROP: Many =
    Many::new("DELETE FROM track WHERE (part, campus, key, loop, scope, value) IN (VALUES ", 6, ")");

pub(crate) static ADDRESS_GET: Many = Many::new(
    "SELECT campus, field, value, kind, loop, name, id, revision, teacher_source, teacher_id FROM address WHERE kind <> 'find' AND (part, campus, \
     field, value) IN (VALUES ",
    4,
    ")",
);

pub(crate) static ADDRESS_ADD: Many = Many::new(
    "INSERT INTO address (part, campus, field, value, kind, loop, name, id, revision, teacher_source, teacher_id) VALUES ",
    11,
    " ON CONFLICT (part, campus, field, value, kind, loop, name, id, revision) DO UPDATE SET teacher_source = excluded.teacher_source, \
     teacher_id = excluded.teacher_id",
);

pub(crate) static ADDRESS_DROP: Many = Many::new(
    "DELETE FROM address WHERE (part, campus, field, value, kind, loop, name, id, revision) IN (VALUES ",
    9,
    ")",
);

pub(crate) static META_SET: Many = Many::new(
    "INSERT INTO meta (name, value) VALUES ",
    2,
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
);

pub(crate) static QUARANTINE_ADD: Many = Many::new(
    "INSERT INTO quarantine (part, id, source, event_id, code, zh, en, path, raw, shift, first_at, last_at, times, state) VALUES ",
    14,
    " ON CONFLICT (part, id) DO UPDATE SET last_at = excluded.last_at, times = quarantine.times + 1, state = excluded.state",
);

pub(crate) static ALERT_SET: Many = Many::new(
    "INSERT INTO alert (part, id, rule, campus, loop, key, track, round, system, dept, severity, status, raised_at, history, todo, ground, \
     turns, actions) VALUES ",
    18,
    " ON CONFLICT (part, id) DO UPDATE SET dept = excluded.dept, status = excluded.status, raised_at = excluded.raised_at, todo = excluded.todo, \
     turns = excluded.turns, actions = excluded.actions",
);

pub(crate) static ALERT_DROP: Many = Many::new("DELETE FROM alert WHERE (part, id) IN (VALUES ", 2, ")");

pub(crate) static PULSE_SET: Many = Many::new(
    "INSERT INTO pulse (system, campus, first_at, last_at, silences) VALUES ",
    5,
    " ON CONFLICT (system, campus) DO UPDATE SET first_at = excluded.first_at, last_at = excluded.last_at, silences = excluded.silences",
);

pub(crate) static MERGER_SET: Many = Many::new(
    "INSERT INTO merger (part, source, id, at, from_id, into_id, merges) VALUES ",
    7,
    " ON CONFLICT (part, source, id) DO UPDATE SET at = excluded.at, from_id = excluded.from_id, into_id = excluded.into_id, \
     merges = excluded.merges",
);

pub(crate) static MERGER_DROP: Many =
    Many::new("DELETE FROM merger WHERE (part, source, id) IN (VALUES ", 3, ")");

pub(crate) static MOVE_SET: Many = Many::new(
    "INSERT INTO move (part, source, id, at, moved, campus, patient_id, visit_no, dept, ward, bed) VALUES ",
    11,
    " ON CONFLICT (part, source, id) DO UPDATE SET at = excluded.at, moved = excluded.moved, campus = excluded.campus, \
     patient_id = excluded.patient_id, visit_no = excluded.visit_no, dept = excluded.dept, ward = excluded.ward, bed = excluded.bed",
);
pub(crate) static MOVE_DROP: Many =
    Many::new("DELETE FROM move WHERE (part, source, id) IN (VALUES ", 3, ")");
pub(crate) static LAG_ADD: Many = Many::new(
    "INSERT INTO source_lag (system, campus, bucket, n, least, last_at) VALUES ",
    6,
    " ON CONFLICT (system, campus, bucket) DO UPDATE SET n = source_lag.n + excluded.n, \
     least = CASE WHEN excluded.least < source_lag.least THEN excluded.least ELSE source_lag.least END, \
     last_at = CASE WHEN excluded.last_at > source_lag.last_at THEN excluded.last_at ELSE source_lag.last_at END",
);

pub(crate) static PAIR_ADD: Many = Many::new(
    "INSERT INTO source_pair (campus, cause, effect, period, bucket, n, least, first_at, last_at) VALUES ",
    9,
    " ON CONFLICT (campus, cause, effect, period, bucket) DO UPDATE SET n = source_pair.n + excluded.n, \
     least = CASE WHEN excluded.least < source_pair.least THEN excluded.least ELSE source_pair.least END, \
     first_at = CASE WHEN excluded.first_at < source_pair.first_at THEN excluded.first_at ELSE source_pair.first_at END, \
     last_at = CASE WHEN excluded.last_at > source_pair.last_at THEN excluded.last_at ELSE source_pair.last_at END",
);

/// Every many-row statement.
#[cfg(test)]
pub(crate) static MANY: [&Many; 25] = [
    &MOVE_SET,
    &MOVE_DROP,
    &PAIR_ADD,
    &LAG_ADD,
    &MERGER_SET,
    &MERGER_DROP,
    &ALERT_SET,
    &ALERT_DROP,
    &PULSE_SET,
    &REVISIONS,
    &RETRACTION_GET,
    &RETRACTION_SET,
    &EVENT_ADD,
    &EVENT_KEY_ADD,
    &EVENT_GET,
    &EVENT_OF_KEY,
    &TRACK_OF_KEY,
    &TRACK_SET,
    &TRACK_DROP,
    &ADDRESS_GET,
    &ADDRESS_ADD,
    &ADDRESS_DROP,
    &META_SET,
    &QUARANTINE_ADD,
    &EVENT_APPLIED,
];

/// Waiting events that now have their effect.
pub(crate) static EVENT_APPLIED: Many =
    Many::new("UPDATE event SET state = 'applied' WHERE no IN (VALUES ", 1, ")");

/// Every plain statement, by name.
#[cfg(test)]
pub(crate) const PLAIN: &[(&str, &str)] = &[
    ("EVENT_STATE", EVENT_STATE),
    ("EVENT_LAST", EVENT_LAST),
    ("EVENT_AFTER", EVENT_AFTER),
    ("DEFINITIONS", DEFINITIONS),
    ("DEFINITION_ADD", DEFINITION_ADD),
    ("ANY_EVENT", ANY_EVENT),
    ("META", META),
    ("META_ONE", META_ONE),
    ("DUE", DUE),
    ("DUE_HISTORY", DUE_HISTORY),
    ("NEXT_DUE", NEXT_DUE),
    ("PAIRS", PAIRS),
    ("PAIR_FORGET", PAIR_FORGET),
    ("INSTANCE", INSTANCE),
    ("NEXT_DEPARTMENT", NEXT_DEPARTMENT),
    ("DEPARTMENT_COUNT", DEPARTMENT_COUNT),
    ("KEY_INSTANCES", KEY_INSTANCES),
    ("KEY_TRACKS", KEY_TRACKS),
    ("KEY_EVENTS", KEY_EVENTS),
    ("FOUND", FOUND),
    ("LED", LED),
    ("EVENT_LATEST", EVENT_LATEST),
    ("ANY_RETRACTION", ANY_RETRACTION),
    ("EVENT_ONE", EVENT_ONE),
    ("QUARANTINE_ONE", QUARANTINE_ONE),
    ("QUARANTINE_MENDED", QUARANTINE_MENDED),
    ("STATUS_COUNTS", STATUS_COUNTS),
    ("ALERT_COUNTS", ALERT_COUNTS),
    ("WAITING_COUNT", WAITING_COUNT),
    ("WAITING_GROUPS", WAITING_GROUPS),
    ("QUARANTINE_COUNT", QUARANTINE_COUNT),
    ("ALERT_ONE", ALERT_ONE),
    ("ALERTS_OF", ALERTS_OF),
    ("PULSES", PULSES),
    ("WAKE", WAKE),
    ("LAGS", LAGS),
    ("MERGERS_BESIDE", MERGERS_BESIDE),
    ("MOVES_OF_PATIENT", MOVES_OF_PATIENT),
    ("MOVES_OF_VISIT", MOVES_OF_VISIT),
];

/// The columns of an alert, in the order of `alerts::record`.
macro_rules! alert_columns {
    () => {
        "SELECT id, rule, campus, loop, key, track, round, system, severity, history, ground, turns, actions FROM alert"
    };
}
pub(crate) const ALERT_COLUMNS: &str = concat!(alert_columns!(), " WHERE round > 0");
pub(crate) const ALERT_ONE: &str = concat!(alert_columns!(), " WHERE part = $1 AND id = $2");
pub(crate) const ALERTS_OF: &str =
    concat!(alert_columns!(), " WHERE campus = $1 AND key = $2 AND loop = $3 ORDER BY raised_at, id");
pub(crate) const PULSES: &str = "SELECT system, campus, first_at, last_at, silences FROM pulse";
/// Lets the ticker look at what a silent system held back.
pub(crate) const WAKE: &str = "UPDATE track SET next_at = $2 WHERE campus = $1 AND scope = 0 AND held = 1 AND (next_at IS NULL OR next_at > $2)";

pub(crate) const PAIRS: &str =
    "SELECT campus, cause, effect, bucket, n, least, first_at, last_at FROM source_pair WHERE period >= $1";
pub(crate) const PAIR_FORGET: &str = "DELETE FROM source_pair WHERE period < $1";
pub(crate) const LAGS: &str = "SELECT system, campus, bucket, n, least, last_at FROM source_lag";
/// What is said of a patient id, and of those that were ever merged into it.
pub(crate) const MERGERS_BESIDE: &str = "SELECT source, id, at, from_id, into_id, merges FROM merger WHERE from_id = $1 \
     OR from_id IN (SELECT from_id FROM merger WHERE into_id = $1)";

macro_rules! moves {
    ($which:literal) => {
        concat!(
            "SELECT source, id, at, moved, campus, patient_id, visit_no, dept, ward, bed FROM move WHERE ",
            $which,
            " ORDER BY at DESC LIMIT $2"
        )
    };
}
pub(crate) const MOVES_OF_PATIENT: &str = moves!("patient_id = $1");
/// Those that name the visit alone.
pub(crate) const MOVES_OF_VISIT: &str = moves!("patient_id = '' AND visit_no = $1");
pub(crate) const EVENT_STATE: &str = "UPDATE event SET state = $2 WHERE no = $1";
pub(crate) const EVENT_LAST: &str = "SELECT no FROM event ORDER BY no DESC LIMIT 1";
/// The log behind what is settled, in order.
pub(crate) const EVENT_AFTER: &str =
    "SELECT no, arrived, campus, shift, state, raw FROM event WHERE no > $1 ORDER BY no LIMIT $2";
pub(crate) const DEFINITIONS: &str =
    "SELECT hash, loop, text, late FROM definition ORDER BY published_at, hash";
pub(crate) const DEFINITION_ADD: &str = "INSERT INTO definition (hash, loop, text, published_at, late) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (hash) DO NOTHING";
pub(crate) const ANY_EVENT: &str = "SELECT no FROM event ORDER BY no LIMIT 1";
pub(crate) const META: &str = "SELECT name, value FROM meta";
pub(crate) const META_ONE: &str = "SELECT value FROM meta WHERE name = $1";
pub(crate) const DUE: &str = "SELECT campus, key, loop FROM track WHERE scope = 0 AND next_at IS NOT NULL AND history IS NULL \
     AND next_at <= $1 ORDER BY next_at LIMIT $2";
pub(crate) const DUE_HISTORY: &str = "SELECT campus, key, loop FROM track WHERE scope = 0 AND next_at IS NOT NULL AND history = $3 \
     AND next_at <= $1 ORDER BY next_at LIMIT $2";
/// When the live instance whose moment comes first has to be folded.
pub(crate) const NEXT_DUE: &str =
    "SELECT min(next_at) FROM track WHERE scope = 0 AND next_at IS NOT NULL AND history IS NULL";
pub(crate) const INSTANCE: &str = "SELECT scope, value, version, events, definition, history, as_of, alerts FROM track \
     WHERE part = $1 AND campus = $2 AND key = $3 AND loop = $4 ORDER BY scope, value";
/// Every track of the instances that the text in place of `IDS` selects: the key, the loop, when the order opened, and what
/// `INSTANCE` reads.
pub(crate) const WHOLE: &str = "SELECT t.key, t.loop, t.opened_at, t.scope, t.value, t.version, t.events, t.definition, t.history, t.as_of, t.alerts \
     FROM (IDS) AS o JOIN track AS t ON t.part = o.part AND t.campus = o.campus AND t.key = o.key AND t.loop = o.loop";
/// The department after one, of those for whose patients an order is open.
pub(crate) const NEXT_DEPARTMENT: &str = "SELECT dept FROM track WHERE opened_at IS NOT NULL AND closed_at IS NULL AND status IN ('open', 'interrupted') \
     AND campus = $1 AND dept > $2 ORDER BY dept LIMIT 1";
pub(crate) const DEPARTMENT_COUNT: &str = "SELECT status, CAST(count(*) AS BIGINT), min(opened_at) FROM (SELECT status, opened_at FROM track \
     WHERE opened_at IS NOT NULL AND closed_at IS NULL AND status IN ('open', 'interrupted') AND campus = $1 AND dept = $2 ORDER BY opened_at LIMIT $3) AS o GROUP BY status";
pub(crate) const KEY_INSTANCES: &str = "SELECT DISTINCT loop FROM track WHERE part = $1 AND campus = $2 AND key = $3 AND scope = 0 \
     ORDER BY loop";
/// The events that the tracks of a key hold.
pub(crate) const KEY_TRACKS: &str = "SELECT events FROM track WHERE part = $1 AND campus = $2 AND key = $3";
/// The events that stand under a key and in no track of it.
pub(crate) const KEY_EVENTS: &str = "SELECT no FROM event_key WHERE part = $1 AND campus = $2 AND key = $3";
pub(crate) const FOUND: &str = "SELECT loop, name FROM address WHERE part = $1 AND campus = $2 AND field = $3 AND value = $4 \
     AND kind = 'find' ORDER BY loop, name LIMIT $5";
/// The orders that a value leads to.
pub(crate) const LED: &str = "SELECT loop, name FROM address WHERE part = $1 AND campus = $2 AND field = $3 AND value = $4 \
     AND kind = 'link' ORDER BY loop, name LIMIT $5";
pub(crate) const EVENT_LATEST: &str = "SELECT no, source, id, revision, kind, at, arrived, campus, key, state, raw FROM event \
     WHERE part = $1 AND source = $2 AND id = $3 ORDER BY revision DESC LIMIT 1";
pub(crate) const ANY_RETRACTION: &str = "SELECT part FROM retraction LIMIT 1";
pub(crate) const EVENT_ONE: &str = "SELECT no, source, id, revision, kind, at, arrived, campus, key, state, raw FROM event \
     WHERE no = $1";
pub(crate) const QUARANTINE_ONE: &str = "SELECT id, source, event_id, code, zh, en, path, raw, shift, first_at, last_at, times, state \
     FROM quarantine WHERE part = $1 AND id = $2";
pub(crate) const QUARANTINE_MENDED: &str =
    "UPDATE quarantine SET state = 'mended' WHERE part = $1 AND id = $2";
pub(crate) const STATUS_COUNTS: &str = "SELECT status, CAST(count(*) AS BIGINT) FROM track WHERE opened_at IS NOT NULL GROUP BY status ORDER BY status";
pub(crate) const ALERT_COUNTS: &str =
    "SELECT severity, CAST(count(*) AS BIGINT) FROM alert WHERE todo = 1 GROUP BY severity";
pub(crate) const WAITING_COUNT: &str = "SELECT CAST(count(*) AS BIGINT) FROM event WHERE state = 'waiting'";
/// Written with `state <> 'applied'`, so that the index of what is not applied serves it.
pub(crate) const WAITING_GROUPS: &str = "SELECT source, kind, keyed, CAST(count(*) AS BIGINT), min(arrived) FROM \
     (SELECT source, kind, CASE WHEN key = '' THEN 0 ELSE 1 END AS keyed, arrived FROM event WHERE state = 'waiting' AND state <> 'applied' \
     ORDER BY no DESC LIMIT $1) AS w GROUP BY source, kind, keyed";
/// SQLite's own check of its file.
pub(crate) const INTEGRITY: &str = "PRAGMA integrity_check";
pub(crate) const QUARANTINE_COUNT: &str =
    "SELECT CAST(count(*) AS BIGINT) FROM quarantine WHERE state = 'open'";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db;

    #[tokio::test]
    async fn every_statement_can_be_prepared() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("a.db").display());
        let (mut conn, _, readers) = db::open(&url, 1).await.unwrap();
        for many in MANY {
            for rows in CHUNKS {
                db::prepare(&mut conn, many.text(rows).0.to_string()).await.unwrap();
            }
        }
        for (name, text) in PLAIN {
            db::prepare(&mut conn, (*text).to_owned()).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        let version = db::version(&readers).await.unwrap();
        let parts: Vec<u32> = version.split('.').map(|p| p.parse().unwrap()).collect();
        assert!(parts >= vec![3, 51, 3], "SQLite {version} may corrupt a WAL on reset");
    }

    #[tokio::test]
    async fn look_ups_use_their_keys() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("a.db").display());
        let (mut conn, ..) = db::open(&url, 1).await.unwrap();
        for many in [
            &REVISIONS,
            &RETRACTION_GET,
            &EVENT_GET,
            &EVENT_OF_KEY,
            &TRACK_OF_KEY,
            &ADDRESS_GET,
            &ADDRESS_DROP,
        ] {
            let plan = db::plan(&mut conn, many.text(8).0.to_string()).await.unwrap();
            assert!(plan.contains(" INDEX ") || plan.contains("PRIMARY KEY"), "{plan}");
            assert!(!plan.contains("SCAN retraction") && !plan.contains("SCAN event"), "{plan}");
            assert!(!plan.contains("SCAN track") && !plan.contains("SCAN address"), "{plan}");
        }
        let plan = db::plan(&mut conn, WAITING_GROUPS.to_owned()).await.unwrap();
        assert!(plan.contains("event_state"), "{plan}");
        let plan = db::plan(&mut conn, NEXT_DUE.to_owned()).await.unwrap();
        assert!(plan.contains("SEARCH track USING COVERING INDEX track_due"), "{plan}");
        for text in [MOVES_OF_PATIENT, MOVES_OF_VISIT] {
            let plan = db::plan(&mut conn, text.to_owned()).await.unwrap();
            assert!(plan.contains("move_patient (patient_id=?"), "{plan}");
        }
        for text in [NEXT_DEPARTMENT, DEPARTMENT_COUNT] {
            let plan = db::plan(&mut conn, text.to_owned()).await.unwrap();
            assert!(plan.contains("track_dept") && !plan.contains("SCAN track"), "{plan}");
        }
    }

    #[tokio::test]
    async fn lists_of_alerts_walk_an_index_and_sort_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("a.db").display());
        let (mut conn, ..) = db::open(&url, 1).await.unwrap();
        for (condition, index) in [
            ("", "alert_raised"),
            (" AND todo = 1", "alert_todo"),
            (" AND status = $1 AND severity = $2 AND dept = $3", "alert_status"),
            (" AND raised_at >= $1 AND raised_at < $2", "alert_raised"),
        ] {
            let text = format!("{ALERT_COLUMNS}{condition} ORDER BY raised_at DESC, id DESC LIMIT 31");
            let plan = db::plan(&mut conn, text).await.unwrap();
            assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{condition}: {plan}");
        }
        for (text, index) in [
            (ALERTS_OF, "alert_of"),
            (ALERT_ONE, "part=? AND id=?"),
            (ALERT_COUNTS, "alert_todo"),
            (WAKE, "track_held"),
        ] {
            let plan = db::plan(&mut conn, text.to_owned()).await.unwrap();
            assert!(plan.contains(index), "{plan}");
        }
    }
}
