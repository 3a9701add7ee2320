//! `/waiting` and `/quarantine`: what leads nowhere yet, and what could not be taken.

use super::error;
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::links;
use crate::pages::{Cell, Listing};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::world::EventState;
use medloop_store::EventFilter;

const ROWS: u32 = 100;

/// Events that lead nowhere yet.
pub(crate) async fn waiting(State(app): State<App>, asked: Asked) -> Response {
    let lang = asked.lang;
    let filter = EventFilter { state: Some(EventState::Waiting), ..EventFilter::default() };
    let found = match app.store.events(filter, cursor(&asked), ROWS).await {
        Ok(found) => found,
        Err(error) => return error::failed(&asked, &error),
    };
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
    let model = Listing {
        chrome: asked.chrome(lang.pick("待关联消息", "Events waiting")),
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
    page(&asked, StatusCode::OK, |t| t.listing(lang, &model))
}

/// Messages that could not be taken.
pub(crate) async fn quarantine(State(app): State<App>, asked: Asked) -> Response {
    let lang = asked.lang;
    let found = match app.store.quarantine(false, cursor(&asked), ROWS).await {
        Ok(found) => found,
        Err(error) => return error::failed(&asked, &error),
    };
    let rows = found.items.iter().map(|q| {
        let why = lang.pick(&q.reason.zh, &q.reason.en);
        let place = if q.reason.path.is_empty() { String::new() } else { format!(" ({})", q.reason.path) };
        vec![
            Cell::text(app.moment(q.last_at).1),
            Cell::text(format!("{why}{place}")),
            Cell::text(if q.source.is_empty() { "—" } else { &*q.source }),
            Cell::text(if q.event_id.is_empty() { "—" } else { &*q.event_id }),
            Cell::text(q.times.to_string()),
            Cell::text(q.raw.chars().take(160).collect::<String>()),
        ]
    });
    let model = Listing {
        chrome: asked.chrome(lang.pick("隔离消息", "Quarantine")),
        intro: lang
            .pick(
                "没有接收的消息，连同原因与原文保存在这里；更正后可以重试。",
                "Messages that were not taken, kept with their reason and text. They can be mended and sent again.",
            )
            .to_owned(),
        head: heads(&asked, &[("最近", "Last"), ("原因", "Reason"), ("来源", "Source"), ("消息号", "Id"), ("次数", "Times"), ("原文", "Message")]),
        rows: rows.collect(),
        empty: lang.pick("没有隔离的消息。", "Nothing is in quarantine.").to_owned(),
        next: found.next_cursor.map(|c| asked.with(&[("cursor", &c)])),
    };
    page(&asked, StatusCode::OK, |t| t.listing(lang, &model))
}

fn cursor(asked: &Asked) -> Option<String> {
    Some(asked.get("cursor")).filter(|c| !c.is_empty()).map(ToOwned::to_owned)
}

fn heads(asked: &Asked, titles: &[(&str, &str)]) -> Vec<String> {
    titles.iter().map(|(zh, en)| asked.lang.pick(zh, en).to_owned()).collect()
}
