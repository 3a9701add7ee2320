//! Alerts as rows, and as the engine knows them.

use crate::db::{self, Arg, Row};
use crate::error::{Error, Result};
use crate::part;
use crate::writer::rows;
use medloop_engine::alert::{About, AlertStatus, Record, Standing, Subject};
use medloop_engine::graph::Severity;
use medloop_engine::name::SystemCode;
use medloop_engine::time::Instant;
use medloop_engine::words::Worded as _;
use serde::{Deserialize, Serialize};

/// What an order's own row keeps for its alerts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stood {
    #[serde(flatten)]
    pub(crate) standing: Standing,
    /// Some fact did not simply count from its arrival on.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) mixed: bool,
}

/// Reads a row of `sql::ALERT_COLUMNS`.
pub(crate) fn record(row: &Row) -> Result<Record> {
    let wrong = |what, why: String| Error::Stored { what, why };
    let (system, severity) = (db::text(row, 7)?, db::text(row, 8)?);
    let about = if system.is_empty() {
        About::Order(Subject {
            code: rows::code(&db::text(row, 3)?)?,
            key: db::shared(row, 4)?,
            track: db::maybe_text(row, 5)?.map(Into::into),
            round: u32::try_from(db::int(row, 6)?).unwrap_or(1),
        })
    } else {
        About::Source(SystemCode::parse(&system).map_err(|e| wrong("system", e.to_string()))?)
    };
    Ok(Record {
        id: db::shared(row, 0)?,
        rule: db::shared(row, 1)?,
        campus: rows::campus(&db::text(row, 2)?)?,
        about,
        severity: Severity::from_word(&severity).ok_or_else(|| wrong("severity", severity.clone()))?,
        history: db::int(row, 9)? != 0,
        ground: rows::json(Some(db::text(row, 10)?))?.ok_or_else(|| wrong("ground", String::new()))?,
        turns: rows::json(Some(db::text(row, 11)?))?.unwrap_or_default(),
        actions: rows::json(Some(db::text(row, 12)?))?.unwrap_or_default(),
    })
}

/// The values of `sql::ALERT_SET`; an alert that was never raised has none.
pub(crate) fn values(record: &Record, now: Instant) -> Result<Option<Vec<Arg>>> {
    let Some(course) = record.course(moment(record, now)) else { return Ok(None) };
    let (code, key, track, round, system) = match &record.about {
        About::Order(s) => (s.code.as_str(), s.key.clone(), s.track.clone(), s.round, ""),
        About::Source(system) => ("", "".into(), None, 1, system.as_str()),
    };
    Ok(Some(vec![
        part::of(&record.id).into(),
        (&record.id).into(),
        (&record.rule).into(),
        record.campus.as_str().into(),
        code.into(),
        key.into(),
        track.into(),
        i64::from(round).into(),
        system.into(),
        record.dept().into(),
        record.severity.word().json.into(),
        course.status.word().json.into(),
        course.raised_at.0.into(),
        i64::from(record.history).into(),
        i64::from(course.status.is_open() && !record.history).into(),
        rows::text(&record.ground)?.into(),
        rows::text(&record.turns)?.into(),
        rows::text(&record.actions)?.into(),
    ]))
}

/// The moment at which an alert is looked at: the clock, never before anything that has happened to it.
pub(crate) fn moment(record: &Record, now: Instant) -> Instant {
    let turns = record.turns.iter().map(|t| t.at);
    turns.chain(record.actions.iter().map(|a| a.at)).max().unwrap_or(now).max(now)
}

/// The word of a status.
pub(crate) fn word(status: AlertStatus) -> &'static str {
    status.word().json
}
