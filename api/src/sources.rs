//! `/sources`: how the systems' events come, and what that says of their clocks.

use crate::app::{Answer, App, Page, fault, json};
use crate::lang::Alone;
use axum::extract::State;
use medloop_engine::words::Lang;
use medloop_store::Source;
use serde_json::{Value, json as j};

/// `GET /sources`: every system from which live events have come, at each campus.
pub(crate) async fn list(State(app): State<App>, Alone(lang): Alone) -> Answer {
    let found = app.store.sources().await.map_err(|e| fault(&e).to(lang))?;
    let items = found.iter().map(|s| one(&app, s, lang)).collect();
    json(lang, &Page::<Value> { items, next_cursor: None })
}

fn one(app: &App, source: &Source, lang: Lang) -> Value {
    let named = app.catalogue().systems.get(&source.system);
    let name = named.map(|n| match lang {
        Lang::En => n.name_en.as_ref().unwrap_or(&n.name),
        Lang::Zh => &n.name,
    });
    j!({
        "system": source.system,
        "campus": source.campus,
        "name": name.map_or(source.system.as_str(), String::as_str),
        "last_at": source.last_at.map(|at| app.time(&source.campus, at)),
        "silent_since": source.silent_since.map(|at| app.time(&source.campus, at)),
        "events": source.events,
        "typical_lag_s": source.typical.map(|s| s.whole_seconds()),
        "spread_s": source.spread.map(|(from, to)| [from.whole_seconds(), to.whole_seconds()]),
        "clock_ahead_s": source.ahead.map(|s| s.whole_seconds()),
        "clock_behind": source.behind.as_ref().map(|b| j!({
            "by_s": b.by.whole_seconds(),
            "against": b.against,
            "pairs": b.pairs,
            "wrong": b.wrong,
            "since": app.time(&source.campus, b.since),
        })),
    })
}
