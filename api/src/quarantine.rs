//! `/quarantine`: what could not be taken, and taking it again once it or the definitions are mended.

use crate::app::{Answer, App, Page, fault, json};
use crate::at::At;
use crate::events::{ReasonView, answer, messages};
use crate::lang::{Reader, lang};
use crate::mending::{Form, actor, is_form, signed};
use crate::params::Params;
use crate::problem::Fault;
use axum::body::HttpBody as _;
use axum::extract::{RawQuery, Request, State};
use medloop_engine::words::Lang;
use medloop_store::{Quarantined, Submission};
use serde_json::{Value, json as j};

/// `GET /quarantine`, the last one first.
pub(crate) async fn list(State(app): State<App>, Reader(lang): Reader, RawQuery(query): RawQuery) -> Answer {
    let (mended, cursor, limit) = filter(query.as_deref()).map_err(|f| f.to(lang))?;
    let page = app.store.quarantine(mended, cursor, limit).await.map_err(|e| fault(&e).to(lang))?;
    let items = page.items.iter().map(|q| one(&app, q, lang)).collect();
    json(lang, &Page { items, next_cursor: page.next_cursor })
}

/// `POST /quarantine/{id}/retry`: without a body as it came, with one as mended there; `X-Actor` says who mended it.
pub(crate) async fn retry(State(app): State<App>, At(id): At<String>, request: Request) -> Answer {
    let lang = lang(request.uri().query(), request.headers());
    if is_form(request.headers()) {
        let form = Form::read(request, app.options.body_limit).await.map_err(|f| f.to(lang))?;
        let entry = app.store.quarantined(&id).await.map_err(|e| fault(&e).to(lang))?;
        let entry = entry.ok_or_else(|| Fault::NotFound.to(lang))?;
        return form.retry(&app, &entry).await.map_err(|e| fault(&e).to(lang));
    }
    let mended = if request.body().is_end_stream() {
        None
    } else {
        let actor = actor(request.headers());
        let mut all = messages(&app, request).await.map_err(|f| f.to(lang))?;
        let one = match (all.pop(), all.is_empty()) {
            (Some(one), true) => one,
            _ => return Err(Fault::NotEvents.to(lang)),
        };
        let now = app.store.clock().now();
        Some(match actor {
            Some(actor) => Submission::text(signed(&one.raw, &actor, now, &app, &id)),
            None => one,
        })
    };
    let receipt = app.store.retry(&id, mended).await.map_err(|e| fault(&e).to(lang))?;
    let receipt = receipt.ok_or_else(|| Fault::NotFound.to(lang))?;
    answer(&[receipt], lang)
}

/// A list shows the beginning of what may be megabytes of nonsense; `raw_bytes` tells how much there is.
fn cut(raw: &str) -> &str {
    const SHOWN: usize = 64 << 10;
    raw.get(..raw.floor_char_boundary(SHOWN)).unwrap_or(raw)
}

fn one(app: &App, item: &Quarantined, lang: Lang) -> Value {
    let zone = app.zone();
    j!({
        "id": item.id,
        "source": Some(&*item.source).filter(|t| !t.is_empty()),
        "event_id": Some(&*item.event_id).filter(|t| !t.is_empty()),
        "reason": ReasonView::new(&item.reason, lang),
        "raw": cut(&item.raw),
        "raw_bytes": item.raw.len(),
        "first_at": zone.rfc3339(item.first_at),
        "last_at": zone.rfc3339(item.last_at),
        "times": item.times,
        "state": item.state,
    })
}

fn filter(query: Option<&str>) -> Result<(bool, Option<String>, u32), Fault> {
    let mut params = Params::read(query)?;
    let mended = params.parse("state", "应为 open 或 mended", "is open or mended", |t| match t {
        "open" => Some(false),
        "mended" => Some(true),
        _ => None,
    })?;
    let (limit, cursor) = (params.limit()?, params.take("cursor"));
    params.finish()?;
    Ok((mended.unwrap_or(false), cursor, limit))
}
