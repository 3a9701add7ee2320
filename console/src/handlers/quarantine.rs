//! `/quarantine` and `/quarantine/{id}`: what could not be taken, why, and the form to mend it and send it again.

use super::{error, waiting::cursor};
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::links;
use crate::message_text::Laid;
use crate::pages::{Linked, Quarantine, QuarantineItem, QuarantineRow};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use medloop_store::Quarantined;

const ROWS: u32 = 100;
/// Longer messages are not put into a form: mending them is work for the source.
const LONGEST: usize = 256 << 10;

/// Messages that could not be taken.
pub(crate) async fn quarantine(State(app): State<App>, asked: Asked) -> Response {
    let lang = asked.lang;
    let mended = asked.get("state") == "mended";
    let found = match app.store.quarantine(mended, cursor(&asked), ROWS).await {
        Ok(found) => found,
        Err(error) => return error::failed(&asked, &error),
    };
    let row = |q: &Quarantined| QuarantineRow {
        href: links::quarantined(&q.id),
        last: app.moment(q.last_at).1,
        why: lang.pick(&q.reason.zh, &q.reason.en).to_owned(),
        path: q.reason.path.clone(),
        source: q.source.to_string(),
        event: q.event_id.to_string(),
        times: q.times.to_string(),
    };
    let other = if mended { "" } else { "mended" };
    let model = Quarantine {
        chrome: asked.chrome(lang.pick("隔离消息", "Quarantine")),
        mended,
        other: asked.with(&[("state", other), ("cursor", "")]),
        rows: found.items.iter().map(row).collect(),
        next: found.next_cursor.map(|c| asked.with(&[("cursor", &c)])),
    };
    page(&asked, StatusCode::OK, |t| t.quarantine(lang, &model))
}

/// One of them.
pub(crate) async fn quarantined(State(app): State<App>, asked: Asked, Path(id): Path<String>) -> Response {
    match app.store.quarantined(&id).await {
        Ok(Some(entry)) => {
            let model = item(&app, &asked, &entry);
            page(&asked, StatusCode::OK, |t| t.quarantined(asked.lang, &model))
        }
        Ok(None) => error::missing(&asked, "没有这条隔离消息。", "There is no such message in quarantine."),
        Err(error) => error::failed(&asked, &error),
    }
}

fn item(app: &App, asked: &Asked, q: &Quarantined) -> QuarantineItem {
    let lang = asked.lang;
    let laid = Laid::new(&q.raw);
    let place = laid.at(&q.reason.path).map(|(n, line)| {
        let line: String = line.chars().take(120).collect();
        format!("{} {n}{}{line}", lang.pick("第", "line"), lang.pick(" 行：", ": "))
    });
    let fact = |zh: &str, en: &str, text: String, href: Option<String>| Linked {
        title: lang.pick(zh, en).to_owned(),
        text: if text.is_empty() { "—".to_owned() } else { text },
        href,
    };
    let named = !q.source.is_empty() && !q.event_id.is_empty();
    let mended = &*q.state == "mended";
    let event = (named && mended).then(|| links::event(&q.source, &q.event_id));
    let said = match asked.get("retried") {
        "accepted" => {
            Some((lang.pick("已接收，这条隔离消息已处理。", "Taken; this message is dealt with."), "good"))
        }
        "duplicate" => Some((
            lang.pick(
                "同一消息早已接收，这条隔离消息已处理。",
                "The same message was taken before; this one is dealt with.",
            ),
            "good",
        )),
        "rejected" => {
            Some((lang.pick("仍未接收，原因见下。", "Still not taken; the reason is below."), "bad"))
        }
        _ => None,
    };
    QuarantineItem {
        chrome: asked.chrome(lang.pick("隔离消息", "Message in quarantine")),
        said: said.map(|(text, _)| text.to_owned()),
        tone: said.map_or("", |(_, tone)| tone),
        why: lang.pick(&q.reason.zh, &q.reason.en).to_owned(),
        code: q.reason.code.to_string(),
        place: place.unwrap_or_default(),
        path: q.reason.path.clone(),
        facts: vec![
            fact("来源", "Source", q.source.to_string(), None),
            fact("消息号", "Id", q.event_id.to_string(), event),
            fact("首次", "First", app.moment(q.first_at).1, None),
            fact("最近", "Last", app.moment(q.last_at).1, None),
            fact("次数", "Times", q.times.to_string(), None),
            fact(
                "状态",
                "State",
                if mended {
                    lang.pick("已处理", "dealt with")
                } else {
                    lang.pick("待处理", "to be dealt with")
                }
                .to_owned(),
                None,
            ),
        ],
        action: (!mended && q.raw.len() <= LONGEST)
            .then(|| format!("/api/v1/quarantine/{}/retry", links::part(&q.id))),
        back: "/quarantine/",
        lines: (laid.len() + 1).clamp(6, 30),
        text: if q.raw.len() <= LONGEST { laid.text() } else { q.raw.chars().take(LONGEST).collect() },
        raw: q.raw.chars().take(LONGEST).collect(),
    }
}
