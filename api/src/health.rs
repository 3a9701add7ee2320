//! `/healthz` and `/readyz`.

use crate::app::{Answer, App, text_of};
use crate::lang::Reader;
use crate::problem::Fault;
use axum::extract::State;
use axum::response::Response;

/// The process answers.
pub(crate) async fn alive() -> Response {
    text_of(r#"{"status":"ok"}"#)
}

/// Events can be taken.
pub(crate) async fn ready(State(app): State<App>, Reader(lang): Reader) -> Answer {
    match app.store.health().await {
        Ok(_) => Ok(text_of(r#"{"status":"ok"}"#)),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            Err(Fault::Unavailable.to(lang))
        }
    }
}
