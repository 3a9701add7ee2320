//! `/loops` and `/loops/{loop}`: what the loops say.

use super::error;
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::pages;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::explain::Titles;

/// The loops.
pub(crate) async fn loops(State(app): State<App>, asked: Asked) -> Response {
    let all = app.store.loops().iter().map(|c| (&*c.definition, &*c.hash));
    let model = pages::loops(asked.chrome(asked.lang.pick("闭环", "Loops")), all, &app.written, asked.lang);
    page(&asked, StatusCode::OK, |t| t.loops(asked.lang, &model))
}

/// One loop.
pub(crate) async fn definition(State(app): State<App>, asked: Asked, Path(code): Path<String>) -> Response {
    let Some(found) = app.store.loops().iter().find(|c| c.definition.code.as_str() == code) else {
        return error::missing(&asked, "没有这个闭环。", "There is no such loop.");
    };
    let def = &found.definition;
    let chrome = asked.chrome(&Titles { def, lang: asked.lang }.whole());
    let about = app.written.of(&def.code);
    let model = pages::definition(chrome, def, &found.hash, app.store.catalogue(), about, asked.lang);
    page(&asked, StatusCode::OK, |t| t.definition(asked.lang, &model))
}
