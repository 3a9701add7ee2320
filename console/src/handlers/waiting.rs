//! `/waiting`: what leads nowhere yet, by where it comes from and what it waits for.

use super::error;
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::links;
use crate::pages::{Cell, Waiting, WaitingRow};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::graph::title;
use medloop_engine::view::Lang;
use medloop_engine::world::EventState;
use medloop_store::{EventFilter, WAITING_LOOKED, WaitingGroup};

const ROWS: u32 = 100;

/// Events that lead nowhere yet.
pub(crate) async fn waiting(State(app): State<App>, asked: Asked) -> Response {
    let lang = asked.lang;
    let source = Some(asked.get("source")).filter(|s| !s.is_empty()).map(ToOwned::to_owned);
    let filter = EventFilter { state: Some(EventState::Waiting), source, ..EventFilter::default() };
    let found = match app.store.events(filter, cursor(&asked), ROWS).await {
        Ok(found) => found,
        Err(error) => return error::failed(&asked, &error),
    };
    let groups = match app.store.waiting_groups().await {
        Ok(groups) => groups,
        Err(error) => return error::failed(&asked, &error),
    };
    let total: i64 = groups.iter().map(|g| g.n).sum();
    let wanted = asked.get("source").to_owned();
    let rows = found.items.iter().map(|e| {
        vec![
            Cell::text(app.moment(e.at).1),
            Cell::text(&*e.kind),
            Cell::text(&*e.source),
            Cell::link(&*e.id, links::event(&e.source, &e.id)),
            if e.key.is_empty() { Cell::text("—") } else { Cell::link(&*e.key, links::order(&e.key)) },
            Cell::text(app.moment(e.arrived).1),
        ]
    });
    let model = Waiting {
        chrome: asked.chrome(lang.pick("待关联消息", "Events waiting")),
        total: if total >= WAITING_LOOKED { format!("≥ {WAITING_LOOKED}") } else { total.to_string() },
        groups: groups.iter().map(|g| group(&app, &asked, g)).collect(),
        clear: (!wanted.is_empty()).then(|| asked.with(&[("source", ""), ("cursor", "")])),
        intro: lang
            .pick(
                "已收到并保存，但还不知道属于哪张医嘱，或开立它的消息还没有到；关联一到，立即生效。",
                "Received and kept, but not yet known to belong to an order, or the event that opens the order has not come. They take effect as soon as the link arrives.",
            )
            .to_owned(),
        head: heads(&asked, &[("发生", "Happened"), ("类型", "Type"), ("来源", "Source"), ("消息号", "Id"), ("医嘱", "Order"), ("到达", "Arrived")]),
        rows: rows.collect(),
        empty: lang.pick("没有待关联的消息。", "No event is waiting.").to_owned(),
        next: found.next_cursor.map(|c| asked.with(&[("cursor", &c)])),
    };
    page(&asked, StatusCode::OK, |t| t.waiting(lang, &model))
}

fn group(app: &App, asked: &Asked, g: &WaitingGroup) -> WaitingRow {
    let lang = asked.lang;
    let kinds = app.store.catalogue().events.iter();
    let kind = kinds
        .filter(|(code, _)| code.as_str() == g.kind)
        .map(|(code, e)| title(&e.name, code.as_str(), lang == Lang::En))
        .next();
    let waits = if g.keyed {
        lang.pick("开立这条医嘱的消息", "the event that opens the order")
    } else {
        lang.pick("说明它属于哪条医嘱的消息", "an event that tells its order")
    };
    WaitingRow {
        href: asked.with(&[("source", &g.source), ("cursor", "")]),
        source: g.source.clone(),
        title: kind.unwrap_or_default(),
        kind: g.kind.clone(),
        waits: waits.to_owned(),
        n: g.n.to_string(),
        since: app.moment(g.since).1,
    }
}

pub(super) fn cursor(asked: &Asked) -> Option<String> {
    Some(asked.get("cursor")).filter(|c| !c.is_empty()).map(ToOwned::to_owned)
}

fn heads(asked: &Asked, titles: &[(&str, &str)]) -> Vec<String> {
    titles.iter().map(|(zh, en)| asked.lang.pick(zh, en).to_owned()).collect()
}
