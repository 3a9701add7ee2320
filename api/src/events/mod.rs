//! `/events`: what comes in, and what came in.

mod body;
mod room;
mod submit;

pub(crate) use room::Room;
pub(crate) use submit::{ReasonView, answer, messages, submit};

use crate::app::{Answer, App, Page, fault, json};
use crate::at::At;
use crate::lang::{Alone, Reader};
use crate::params::Params;
use crate::problem::Fault;
use axum::extract::{RawQuery, State};
use medloop_engine::name::CampusCode;
use medloop_store::{EventFilter, EventRow, EventState};
use serde_json::{Value, json as j};

/// `GET /events`, newest first.
pub(crate) async fn list(State(app): State<App>, Reader(lang): Reader, RawQuery(query): RawQuery) -> Answer {
    let (filter, cursor, limit) = filter(query.as_deref()).map_err(|f| f.to(lang))?;
    let page = app.store.events(filter, cursor, limit).await.map_err(|e| fault(&e).to(lang))?;
    let items = page.items.iter().map(|r| row(&app, r)).collect();
    json(lang, &Page { items, next_cursor: page.next_cursor })
}

/// `GET /events/{source}/{id}`, with the message as it came.
pub(crate) async fn one(
    State(app): State<App>,
    Alone(lang): Alone,
    At((source, id)): At<(String, String)>,
) -> Answer {
    let found = app.store.event(&source, &id).await.map_err(|e| fault(&e).to(lang))?;
    let found = found.ok_or_else(|| Fault::NotFound.to(lang))?;
    let mut whole = row(&app, &found);
    if let Some(object) = whole.as_object_mut() {
        object.insert("raw".to_owned(), Value::from(&*found.raw));
    }
    json(lang, &whole)
}

fn row(app: &App, row: &EventRow) -> Value {
    j!({
        "source": row.source,
        "id": row.id,
        "revision": row.revision,
        "type": row.kind,
        "time": app.time(&row.campus, row.at),
        "campus": row.campus,
        "key": Some(&*row.key).filter(|k| !k.is_empty()),
        "state": row.state,
        "arrived_at": app.time(&row.campus, row.arrived),
    })
}

fn filter(query: Option<&str>) -> Result<(EventFilter, Option<String>, u32), Fault> {
    let mut params = Params::read(query)?;
    let filter = EventFilter {
        state: params.parse(
            "state",
            "应为 applied、waiting、superseded 或 retracted",
            "is applied, waiting, superseded or retracted",
            EventState::parse,
        )?,
        order: params.take("order"),
        source: params.take("source"),
        campus: params
            .parse("campus", "不是院区编码", "is no campus code", |t| CampusCode::parse(t).ok())?,
    };
    let (limit, cursor) = (params.limit()?, params.take("cursor"));
    params.finish()?;
    Ok((filter, cursor, limit))
}
