//! What the definitions say: loops, dictionary, the interface description.

mod dictionary;
mod loops;

use crate::app::{Answer, App, Page, json, text_of};
use crate::at::At;
use crate::lang::Alone;
use crate::problem::Fault;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use medloop_engine::picture;
use medloop_store::Compiled;

/// `GET /loops`.
pub(crate) async fn loops(State(app): State<App>, Alone(lang): Alone) -> Answer {
    let items = app.store.loops().iter().map(|l| loops::summary(&l.definition, &l.hash, lang)).collect();
    json(lang, &Page { items, next_cursor: None })
}

/// `GET /loops/{loop}`.
pub(crate) async fn one_loop(State(app): State<App>, Alone(lang): Alone, At(code): At<String>) -> Answer {
    let found = find(&app, &code).ok_or_else(|| Fault::NotFound.to(lang))?;
    json(lang, &loops::whole(&found.definition, &found.hash, lang))
}

/// `GET /loops/{loop}/graph.svg`.
pub(crate) async fn graph(State(app): State<App>, Alone(lang): Alone, At(code): At<String>) -> Answer {
    let found = find(&app, &code).ok_or_else(|| Fault::NotFound.to(lang))?;
    let kind = [(header::CONTENT_TYPE, "image/svg+xml")];
    Ok((kind, picture::svg(&found.definition, lang)).into_response())
}

fn find<'a>(app: &'a App, code: &str) -> Option<&'a Compiled> {
    let all = app.store.loops().iter();
    all.map(|l| &**l).find(|l| l.definition.code.as_str() == code || l.definition.name == code)
}

/// `GET /dictionary`.
pub(crate) async fn dictionary(State(app): State<App>, Alone(lang): Alone) -> Answer {
    json(lang, &dictionary::whole(app.catalogue()))
}

/// `GET /openapi.json`.
pub(crate) async fn openapi(State(app): State<App>) -> Response {
    text_of(app.openapi.to_string())
}
