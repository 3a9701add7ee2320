//! `/orders`: the list with its search. The address carries every filter.

use super::{error, rows};
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::pages::{Choice, Orders};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::graph::{Definition, title};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::state::Status;
use medloop_engine::view::Lang;
use medloop_engine::words::Worded as _;
use medloop_store::{Error, Filter, InstanceRow, Page};

const ROWS: u32 = 30;

/// The list of orders.
pub(crate) async fn orders(State(app): State<App>, asked: Asked) -> Response {
    match model(&app, &asked).await {
        Ok(model) => page(&asked, StatusCode::OK, |t| t.orders(asked.lang, &model)),
        Err(error) => error::failed(&asked, &error),
    }
}

async fn model(app: &App, asked: &Asked) -> Result<Orders, Error> {
    let lang = asked.lang;
    let (q, cursor) = (asked.get("q"), asked.get("cursor"));
    let found = search(app, asked).await?;
    let empty = if q.is_empty() {
        lang.pick("没有符合条件的医嘱。", "No order fits these conditions.").to_owned()
    } else {
        match lang {
            Lang::Zh => format!("没有找到“{q}”：医嘱号、患者号、就诊号都不符。"),
            Lang::En => format!("Nothing found for “{q}”: no order, patient or visit number."),
        }
    };
    let all = |zh: &str, en: &str| Choice {
        value: String::new(),
        title: lang.pick(zh, en).to_owned(),
        chosen: false,
    };
    let chosen = |name: &str, value: &str, title: String| Choice {
        value: value.to_owned(),
        title,
        chosen: asked.get(name) == value,
    };
    let statuses = Status::ALL
        .iter()
        .filter(|s| **s != Status::Waiting)
        .map(|s| chosen("status", s.word().json, s.word().text(lang).to_owned()));
    let named = |d: &Definition| match lang {
        Lang::Zh => d.name.clone(),
        Lang::En => Definition::english(d.code.as_str()),
    };
    let loops = app.store.loops().iter().map(|c| &c.definition);
    let loops = loops.map(|d| chosen("loop", d.code.as_str(), named(d)));
    let campuses = app.store.catalogue().campuses.iter();
    let campuses = campuses
        .map(|(code, c)| chosen("campus", code.as_str(), title(&c.name, code.as_str(), lang == Lang::En)));
    Ok(Orders {
        chrome: asked.chrome(lang.pick("医嘱", "Orders")),
        q: q.to_owned(),
        statuses: std::iter::once(all("全部状态", "Any status")).chain(statuses).collect(),
        loops: std::iter::once(all("全部闭环", "Any loop")).chain(loops).collect(),
        campuses: std::iter::once(all("全部院区", "Any campus")).chain(campuses).collect(),
        filtered: ["q", "status", "loop", "campus"].iter().any(|k| !asked.get(k).is_empty()),
        list: rows::list(app, found.items, lang, &empty).await?,
        first: (!cursor.is_empty()).then(|| asked.with(&[("cursor", "")])),
        next: found.next_cursor.map(|c| asked.with(&[("cursor", &c)])),
    })
}

/// By order number; where no order has it, by patient or visit number.
async fn search(app: &App, asked: &Asked) -> Result<Page<InstanceRow>, Error> {
    let (q, cursor) = (asked.get("q"), asked.get("cursor"));
    let cursor = (!cursor.is_empty()).then(|| cursor.to_owned());
    let filter = Filter {
        status: Status::from_word(asked.get("status")),
        code: LoopCode::parse(asked.get("loop")).ok(),
        campus: CampusCode::parse(asked.get("campus")).ok(),
        ..Filter::default()
    };
    if q.is_empty() {
        return app.store.list(filter, cursor, ROWS).await;
    }
    let by_order = Filter { order: Some(q.to_owned()), ..filter.clone() };
    let found = app.store.list(by_order, cursor.clone(), ROWS).await?;
    if !found.items.is_empty() {
        return Ok(found);
    }
    app.store.list(Filter { patient: Some(q.to_owned()), ..filter }, cursor, ROWS).await
}
