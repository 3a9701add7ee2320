//! What the handlers share, and how the store's errors become answers.

use crate::problem::{Fault, Problem};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::name::CampusCode;
use medloop_engine::time::{Instant, Zone, parse_moment};
use medloop_engine::words::Lang;
use medloop_store::Store;
use serde::Serialize;
use std::sync::Arc;

/// What every handler sees.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) options: crate::Options,
    pub(crate) room: crate::events::Room,
    pub(crate) openapi: Arc<str>,
    pub(crate) metrics: crate::Metrics,
}

/// What handlers return.
pub(crate) type Answer = Result<Response, Problem>;

impl App {
    pub(crate) fn catalogue(&self) -> &Catalogue {
        self.store.catalogue()
    }

    /// RFC 3339 in the offset of a campus; of an unknown one in UTC.
    pub(crate) fn time(&self, campus: &CampusCode, at: Instant) -> String {
        self.catalogue().campuses.get(campus).map_or_else(|| utc().rfc3339(at), |c| c.zone.rfc3339(at))
    }

    /// The zone of times that belong to no campus: that of the first one.
    pub(crate) fn zone(&self) -> Zone {
        self.catalogue().campuses.values().next().map_or_else(utc, |c| c.zone.clone())
    }

    /// A time in a query: RFC 3339, or a local time or date of the first campus.
    pub(crate) fn moment(&self, text: &str) -> Option<Instant> {
        parse_moment(text, &self.zone()).map(|m| m.at)
    }
}

/// A body of JSON.
pub(crate) fn json(lang: Lang, body: &impl Serialize) -> Answer {
    let text = serde_json::to_string(body).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Fault::Internal.to(lang)
    })?;
    Ok(text_of(text))
}

/// A text that is JSON already.
pub(crate) fn text_of(text: impl Into<axum::body::Body>) -> Response {
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], text.into()).into_response()
}

/// A page of a list.
#[derive(Serialize)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

fn utc() -> Zone {
    Zone::fixed("UTC", 0)
}

/// The one place where errors of the store become answers.
pub(crate) fn fault(error: &medloop_store::Error) -> Fault {
    use medloop_store::Error;
    match error {
        Error::Busy => Fault::Busy,
        Error::Closed => Fault::Unavailable,
        Error::Cursor => Fault::Query("cursor".to_owned(), "不是这里给出的游标", "was not given out here"),
        other => {
            tracing::error!(error = %other, "the store failed");
            Fault::Internal
        }
    }
}
