//! `/`: search, what is open, what opened last.

use super::{error, rows};
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::links;
use crate::pages::{Start, Tile};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::state::Status;
use medloop_engine::words::Worded as _;
use medloop_store::{Error, Filter};

/// Rows of a list.
const ROWS: usize = 15;
/// So many open instances are looked at to find those that need somebody now.
const LOOKED: u32 = 60;

/// The start page.
pub(crate) async fn start(State(app): State<App>, asked: Asked) -> Response {
    match model(&app, &asked).await {
        Ok(model) => page(&asked, StatusCode::OK, |t| t.start(asked.lang, &model)),
        Err(error) => error::failed(&asked, &error),
    }
}

async fn model(app: &App, asked: &Asked) -> Result<Start, Error> {
    let lang = asked.lang;
    let counts = app.store.counts().await?;
    let shown = [Status::Open, Status::Interrupted, Status::ClosedWithDefects, Status::Closed];
    let mut tiles: Vec<Tile> = shown
        .iter()
        .map(|s| Tile {
            href: links::query("/orders", &[("status", s.word().json)]),
            n: counts.instances.get(s.word().json).copied().unwrap_or(0).to_string(),
            title: s.word().text(lang).to_owned(),
        })
        .collect();
    let todo = |severity: &str| counts.alerts.get(severity).copied().unwrap_or(0);
    let alerts: i64 = counts.alerts.values().sum();
    let more = [
        ("/alerts", alerts, lang.pick("待处理告警", "Alerts to act on")),
        ("/alerts?severity=critical", todo("critical"), lang.pick("其中危急", "Critical alerts")),
        ("/waiting", counts.waiting, lang.pick("待关联消息", "Events waiting")),
        ("/quarantine", counts.quarantine, lang.pick("隔离消息", "In quarantine")),
    ];
    tiles.extend(more.into_iter().map(|(href, n, title)| Tile {
        href: href.to_owned(),
        n: n.to_string(),
        title: title.to_owned(),
    }));
    let open = Filter { status: Some(Status::Open), ..Filter::default() };
    let open = app.store.list(open, None, LOOKED).await?.items;
    let newest = app.store.list(Filter::default(), None, 10).await?.items;
    let mut open = rows::list(app, open, lang, lang.pick("没有进行中的医嘱。", "No order is open.")).await?;
    open.rows.sort_by_key(|r| match r.headline.tone {
        "bad" => 0,
        "warn" => 1,
        _ => 2,
    });
    open.rows.truncate(ROWS);
    Ok(Start {
        chrome: asked.chrome(lang.pick("首页", "Start")),
        tiles,
        open,
        newest: rows::list(app, newest, lang, lang.pick("还没有收到医嘱。", "No order has come yet."))
            .await?,
    })
}
