//! Mending a message of quarantine: who mended it and when stays with the event, and a page may send it as a form.

use crate::app::App;
use crate::params::Params;
use crate::problem::Fault;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use medloop_engine::time::Instant;
use medloop_store::{Quarantined, ReceiptStatus, Submission};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;

/// What a page sends.
#[derive(Debug)]
pub(crate) struct Form {
    /// The message, mended or not.
    message: String,
    /// Who sends it.
    by: String,
    /// The address that the number of an entry is put behind to come back to its page.
    back: String,
}

/// Whether a request is a page's form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|k| k.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

impl Form {
    /// Reads it. Any site's page can make a browser send a form, so it must be said to come from here.
    pub(crate) async fn read(request: Request, most: usize) -> Result<Self, Fault> {
        let (parts, body) = request.into_parts();
        if !from_here(&parts.headers) {
            return Err(Fault::CrossSite);
        }
        // Percent-encoding makes three bytes of one.
        let body: Bytes = to_bytes(body, most.saturating_mul(3)).await.map_err(|_| Fault::TooLarge(most))?;
        let text = std::str::from_utf8(&body).map_err(|_| Fault::Incomplete)?;
        let mut params = Params::read(Some(text))?;
        let mut need = |name: &str| {
            let value = params.take(name);
            value.ok_or_else(|| Fault::Query(name.to_owned(), "必须填写", "has to be filled in"))
        };
        let form =
            Self { message: need("message")?.replace("\r\n", "\n"), by: need("by")?, back: need("back")? };
        params.finish()?;
        let local = form.back.starts_with('/') && !form.back.starts_with("//");
        if !local || form.back.chars().any(|c| c == '\\' || c.is_control()) {
            return Err(Fault::Query("back".to_owned(), "应为本站地址", "is an address of this site"));
        }
        Ok(form)
    }

    /// Takes the message again, and leads the browser to the page that says what became of it.
    pub(crate) async fn retry(
        self,
        app: &App,
        entry: &Quarantined,
    ) -> Result<Response, medloop_store::Error> {
        let mended = (!same(&self.message, &entry.raw)).then(|| {
            Submission::text(signed(&self.message, &self.by, app.store.clock().now(), app, &entry.id))
        });
        let sent = mended.as_ref().map_or_else(|| entry.raw.clone(), |m| m.raw.clone());
        let receipt = app.store.retry(&entry.id, mended).await?;
        let status = receipt.map(|r| r.status);
        let (id, word) = match status {
            Some(ReceiptStatus::Accepted) => (entry.id.clone(), "accepted"),
            Some(ReceiptStatus::Duplicate) => (entry.id.clone(), "duplicate"),
            // What was typed is not lost: it is an entry of its own, with the reason why it was refused.
            _ => {
                let refused = app.store.refused(&sent).await?;
                (refused.map_or_else(|| entry.id.clone(), |q| q.id), "rejected")
            }
        };
        let place = format!("{}{}?retried={word}", self.back, utf8_percent_encode(&id, NON_ALPHANUMERIC));
        Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
    }
}

/// Who sends a request, as its header `X-Actor` says; percent-encoded where it is no ASCII.
pub(crate) fn actor(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("x-actor")?.as_bytes();
    let text = percent_decode(value).decode_utf8().ok()?;
    Some(text.trim().to_owned()).filter(|t| !t.is_empty() && t.len() <= 256)
}

/// The message with who mended it, when, and which entry it was: extension attributes of the event, kept with it for ever.
/// A text that is no object stays as it is.
pub(crate) fn signed(text: &str, by: &str, now: Instant, app: &App, entry: &str) -> String {
    let Ok(mut members) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text) else {
        return text.to_owned();
    };
    let said = [
        ("mendedby", by.to_owned()),
        ("mendedat", app.zone().rfc3339(now)),
        ("mendedfrom", entry.to_owned()),
    ];
    for (name, value) in said {
        if let Ok(value) = to_raw_value(&value) {
            members.insert(name.to_owned(), value);
        }
    }
    serde_json::to_string(&members).unwrap_or_else(|_| text.to_owned())
}

/// Whether two texts are the same message, apart from spaces.
fn same(a: &str, b: &str) -> bool {
    let read = serde_json::from_str::<serde_json::Value>;
    a.trim() == b.trim() || matches!((read(a), read(b)), (Ok(a), Ok(b)) if a == b)
}

/// Whether the browser says that a page of this very site sent the request.
fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin"), text("host")) {
        (Some(site), ..) => site == "same-origin",
        (None, Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        _ => false,
    }
}
