//! `/instances` and `/orders`: orders in their loops, judged at the moment of reading.

use crate::app::{Answer, App, Page, fault, json};
use crate::at::At;
use crate::lang::{Alone, Reader};
use crate::params::Params;
use crate::problem::Fault;
use axum::extract::{RawQuery, State};
use medloop_engine::explain::Scene;
use medloop_engine::fold::fold;
use medloop_engine::graph::Definition;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::state::Status;
use medloop_engine::view::{InstanceView, named};
use medloop_engine::words::{Lang, Worded as _};
use medloop_engine::world::InstanceId;
use medloop_store::{Filter, Instance, InstanceRow};
use serde_json::{Value, json as j};

/// `GET /instances`.
pub(crate) async fn list(State(app): State<App>, Reader(lang): Reader, RawQuery(query): RawQuery) -> Answer {
    let (filter, cursor, limit) = filter(&app, query.as_deref()).map_err(|f| f.to(lang))?;
    let page = app.store.list(filter, cursor, limit).await.map_err(|e| fault(&e).to(lang))?;
    let items = page.items.iter().map(|r| row(&app, r, lang)).collect();
    json(lang, &Page { items, next_cursor: page.next_cursor })
}

/// `GET /instances/{id}`.
pub(crate) async fn one(State(app): State<App>, Alone(lang): Alone, At(id): At<String>) -> Answer {
    let id = InstanceId::parse(&id).ok_or_else(|| Fault::NotFound.to(lang))?;
    let found = app.store.instance(&id).await.map_err(|e| fault(&e).to(lang))?;
    let found = found.ok_or_else(|| Fault::NotFound.to(lang))?;
    json(lang, &view(&app, &found, lang))
}

/// `GET /orders/{order_no}`: every instance that carries the order number, by campus, loop and key.
pub(crate) async fn order(
    State(app): State<App>,
    Reader(lang): Reader,
    At(order): At<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let campus = campus_only(query.as_deref()).map_err(|f| f.to(lang))?;
    let mut ids = app.store.orders(&order).await.map_err(|e| fault(&e).to(lang))?;
    ids.retain(|id| campus.as_ref().is_none_or(|c| *c == id.campus));
    ids.sort();
    let mut items: Vec<InstanceView> = Vec::new();
    for id in &ids {
        if let Some(found) = app.store.instance(id).await.map_err(|e| fault(&e).to(lang))? {
            items.push(view(&app, &found, lang));
        }
    }
    // Loops share event types: beside an order that is known, what merely waits for one of another loop says nothing.
    if items.iter().any(|i| i.state != Status::Waiting) {
        items.retain(|i| i.state != Status::Waiting);
    }
    if items.is_empty() {
        return Err(Fault::NotFound.to(lang));
    }
    json(lang, &Page { items, next_cursor: None })
}

fn view(app: &App, found: &Instance, lang: Lang) -> InstanceView {
    let state = fold(&found.definition, &found.facts, found.now);
    let scene = Scene::new(&found.definition, &found.facts, &state, lang, Some(app.catalogue()));
    let alerts = found.alerts.iter().rev().filter_map(|record| crate::alerts::view(app, record, lang));
    let mut view = InstanceView { alerts: alerts.collect(), ..named(&scene, &found.hash, found.now) };
    view.alerts.sort_by_key(|a| !a.state.is_open());
    view
}

/// The name of a loop.
pub(crate) fn loop_title(app: &App, code: &LoopCode, lang: Lang) -> String {
    let known = app.store.loops().iter().find(|l| l.definition.code == *code);
    match (known, lang) {
        (Some(l), Lang::Zh) => l.definition.name.clone(),
        (_, Lang::En) => Definition::english(code.as_str()),
        (None, Lang::Zh) => code.to_string(),
    }
}

/// An order in a list.
pub(crate) fn row(app: &App, row: &InstanceRow, lang: Lang) -> Value {
    j!({
        "id": row.id.to_string(),
        "loop": row.id.code,
        "title": loop_title(app, &row.id.code, lang),
        "campus": row.id.campus,
        "key": row.id.key,
        "status": row.status.word().json,
        "opened_at": row.opened_at.map(|at| app.time(&row.id.campus, at)),
        "closed_at": row.closed_at.map(|at| app.time(&row.id.campus, at)),
        "patient": row.patient,
    })
}

fn filter(app: &App, query: Option<&str>) -> Result<(Filter, Option<String>, u32), Fault> {
    let mut params = Params::read(query)?;
    let time = |params: &mut Params, name| {
        params.parse(name, "应为 RFC 3339 时间或日期", "is an RFC 3339 time or a date", |t| {
            app.moment(t)
        })
    };
    let filter = Filter {
        number: params.take("q"),
        order: params.take("order"),
        patient: params.take("patient"),
        visit: params.take("visit"),
        code: params.parse("loop", "不是闭环编码", "is no loop code", |t| LoopCode::parse(t).ok())?,
        campus: params
            .parse("campus", "不是院区编码", "is no campus code", |t| CampusCode::parse(t).ok())?,
        dept: params.take("dept"),
        status: params.parse("status", "不是状态", "is no status", |t| {
            Status::ALL.iter().copied().find(|s| s.word().json == t)
        })?,
        from: time(&mut params, "from")?,
        to: time(&mut params, "to")?,
        ..Filter::default()
    };
    let (limit, cursor) = (params.limit()?, params.take("cursor"));
    params.finish()?;
    if filter.number.is_some() && (filter.order.is_some() || filter.patient.is_some()) {
        let (zh, en) = ("不能与 order、patient 同用", "cannot stand beside order or patient");
        return Err(Fault::Query("q".to_owned(), zh, en));
    }
    Ok((filter, cursor, limit))
}

fn campus_only(query: Option<&str>) -> Result<Option<CampusCode>, Fault> {
    let mut params = Params::read(query)?;
    let campus =
        params.parse("campus", "不是院区编码", "is no campus code", |t| CampusCode::parse(t).ok())?;
    params.finish()?;
    Ok(campus)
}
