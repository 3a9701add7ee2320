//! What the definitions say: loops, dictionary, the interface description.

mod dictionary;
mod loops;

use crate::app::{Answer, App, Page, json, text_of};
use crate::at::At;
use crate::lang::Reader;
use crate::params::Params;
use crate::problem::Fault;
use axum::extract::{RawQuery, State};
use axum::response::Response;

/// `GET /loops`.
pub(crate) async fn loops(State(app): State<App>, Reader(lang): Reader, RawQuery(query): RawQuery) -> Answer {
    Params::read(query.as_deref()).and_then(Params::finish).map_err(|f| f.to(lang))?;
    let items = app.store.loops().iter().map(|l| loops::summary(&l.definition, &l.hash, lang)).collect();
    json(lang, &Page { items, next_cursor: None })
}

/// `GET /loops/{loop}`.
pub(crate) async fn one_loop(
    State(app): State<App>,
    Reader(lang): Reader,
    At(code): At<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    Params::read(query.as_deref()).and_then(Params::finish).map_err(|f| f.to(lang))?;
    let all = app.store.loops();
    let found = all.iter().find(|l| l.definition.code.as_str() == code || l.definition.name == code);
    let found = found.ok_or_else(|| Fault::NotFound.to(lang))?;
    json(lang, &loops::whole(&found.definition, &found.hash, lang))
}

/// `GET /dictionary`.
pub(crate) async fn dictionary(
    State(app): State<App>,
    Reader(lang): Reader,
    RawQuery(query): RawQuery,
) -> Answer {
    Params::read(query.as_deref()).and_then(Params::finish).map_err(|f| f.to(lang))?;
    json(lang, &dictionary::whole(app.catalogue()))
}

/// `GET /openapi.json`.
pub(crate) async fn openapi(State(app): State<App>) -> Response {
    text_of(app.openapi.to_string())
}
