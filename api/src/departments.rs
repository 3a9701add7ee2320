//! `/departments`: what is open for the patients of a department, what it waits for, and at whose hands.

use crate::app::{Answer, App, Page, fault, json};
use crate::at::At;
use crate::instances::loop_title;
use crate::lang::Reader;
use crate::params::Params;
use crate::problem::Fault;
use axum::extract::{RawQuery, State};
use medloop_engine::explain::Scene;
use medloop_engine::fold::fold;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::view::{named, owed, urgency};
use medloop_engine::words::Lang;
use medloop_store::{Instance, OpenFilter};
use serde_json::{Value, json as j};

/// `GET /departments/{dept}/open`: what hurts most first.
pub(crate) async fn open(
    State(app): State<App>,
    Reader(lang): Reader,
    At(dept): At<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let (filter, limit) = filter(dept, query.as_deref()).map_err(|f| f.to(lang))?;
    let found = app.store.open_orders(filter, limit).await.map_err(|e| fault(&e).to(lang))?;
    let mut items: Vec<_> = found.orders.iter().map(|o| one(&app, o, lang)).collect();
    items.sort_by(|(a, _), (b, _)| a.cmp(b));
    let items = items.into_iter().map(|(_, item)| item).collect();
    json(lang, &Page::<Value> { items, next_cursor: None })
}

fn one(app: &App, found: &Instance, lang: Lang) -> (impl Ord + use<>, Value) {
    let state = fold(&found.definition, &found.facts, found.now);
    let scene = Scene::new(&found.definition, &found.facts, &state, lang, Some(app.catalogue()));
    let view = named(&scene, &found.hash, found.now);
    let owed = owed(&scene, found.now);
    let item = j!({
        "id": view.id,
        "loop": view.loop_code,
        "title": loop_title(app, &found.id.code, lang),
        "campus": view.campus,
        "key": view.key,
        "status": view.status,
        "opened_at": view.opened_at,
        "patient": view.patient,
        "headline": view.headline,
        "owed": owed,
    });
    (urgency(view.headline.tone, &owed), item)
}

fn filter(dept: String, query: Option<&str>) -> Result<(OpenFilter, u32), Fault> {
    let mut params = Params::read(query)?;
    let filter = OpenFilter {
        dept,
        code: params.parse("loop", "不是闭环编码", "is no loop code", |t| LoopCode::parse(t).ok())?,
        campus: params
            .parse("campus", "不是院区编码", "is no campus code", |t| CampusCode::parse(t).ok())?,
    };
    let limit = params.limit()?;
    params.finish()?;
    Ok((filter, limit))
}
