//! `/patients/{id}`: which patient ids are one person.

use crate::app::{Answer, App, fault, json};
use crate::at::At;
use crate::lang::Alone;
use axum::extract::State;
use serde_json::json as j;

/// `GET /patients/{id}`: the id asked for, and every id of the person by the merges that hold.
pub(crate) async fn one(State(app): State<App>, Alone(lang): Alone, At(id): At<String>) -> Answer {
    let ids = app.store.person(&id).await.map_err(|e| fault(&e).to(lang))?;
    json(lang, &j!({ "id": id, "ids": ids }))
}
