//! `/events/{source}/{id}`: the message behind a node, as it came.

use super::error;
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::links;
use crate::pages::{Linked, Message, Version};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::graph::title;
use medloop_engine::view::Lang;
use medloop_engine::world::EventState;
use medloop_store::EventRow;

/// The message page.
pub(crate) async fn message(
    State(app): State<App>,
    asked: Asked,
    Path((source, id)): Path<(String, String)>,
) -> Response {
    match app.store.event(&source, &id).await {
        Ok(Some(row)) => {
            let model = model(&app, &asked, &row);
            page(&asked, StatusCode::OK, |t| t.message(asked.lang, &model))
        }
        Ok(None) => error::missing(&asked, "没有这条消息。", "There is no such message."),
        Err(error) => error::failed(&asked, &error),
    }
}

fn model(app: &App, asked: &Asked, row: &EventRow) -> Message {
    let lang = asked.lang;
    let kinds = app.store.catalogue().events.iter();
    let kind = kinds
        .filter(|(code, _)| code.as_str() == &*row.kind)
        .map(|(code, e)| title(&e.name, code.as_str(), lang == Lang::En))
        .next();
    let state = match row.state {
        EventState::Applied => lang.pick("已生效", "Applied"),
        EventState::Waiting => lang.pick("待关联", "Waiting"),
        EventState::Superseded => lang.pick("已被更正", "Replaced by a revision"),
        EventState::Retracted => lang.pick("已撤回", "Taken back"),
    };
    let fact = |zh: &str, en: &str, text: String, href: Option<String>| Linked {
        title: lang.pick(zh, en).to_owned(),
        text,
        href,
    };
    let kind = kind.map_or_else(|| row.kind.to_string(), |k| format!("{k} ({})", row.kind));
    let mut facts = vec![
        fact("类型", "Type", kind, None),
        fact("来源", "Source", row.source.to_string(), None),
        fact("消息号", "Id", row.id.to_string(), None),
        fact("版次", "Revision", row.revision.to_string(), None),
        fact("发生时间", "Happened", app.moment(row.at).1, None),
        fact("到达时间", "Arrived", app.moment(row.arrived).1, None),
        fact("状态", "State", state.to_owned(), None),
    ];
    if !row.key.is_empty() {
        facts.insert(0, fact("医嘱", "Order", row.key.to_string(), Some(links::order(&row.key))));
    }
    let readable = serde_json::from_str::<serde_json::Value>(&row.raw)
        .and_then(|v| serde_json::to_string_pretty(&v))
        .ok()
        .map(|text| Version { title: lang.pick("便于阅读", "Readable").to_owned(), text });
    let raw = Version { title: lang.pick("原文", "As it came").to_owned(), text: row.raw.to_string() };
    Message {
        chrome: asked.chrome(lang.pick("原始消息", "Raw message")),
        facts,
        versions: readable.into_iter().chain([raw]).collect(),
    }
}
