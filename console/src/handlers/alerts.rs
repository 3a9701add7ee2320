//! `/alerts`: what needs somebody. The address carries every filter; what is done goes to the door.

use super::error;
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::pages::{Alerts, Choice, alert};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::alert::AlertStatus;
use medloop_engine::graph::{Definition, Severity, title};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::time::{Instant, parse_moment};
use medloop_engine::view::Lang;
use medloop_engine::words::Worded as _;
use medloop_store::{AlertFilter, Error};

const ROWS: u32 = 30;

/// The list of alerts.
pub(crate) async fn alerts(State(app): State<App>, asked: Asked) -> Response {
    match model(&app, &asked).await {
        Ok(model) => page(&asked, StatusCode::OK, |t| t.alerts(asked.lang, &model)),
        Err(error) => error::failed(&asked, &error),
    }
}

async fn model(app: &App, asked: &Asked) -> Result<Alerts, Error> {
    let lang = asked.lang;
    let cursor = Some(asked.get("cursor")).filter(|c| !c.is_empty()).map(ToOwned::to_owned);
    let paged = cursor.is_some();
    let found = app.store.alerts(filter(app, asked), cursor, ROWS).await?;
    let first = |zh: &str, en: &str| Choice {
        value: String::new(),
        title: lang.pick(zh, en).to_owned(),
        chosen: false,
    };
    let choice = |name: &str, value: &str, title: String| Choice {
        value: value.to_owned(),
        title,
        chosen: asked.get(name) == value,
    };
    let statuses = AlertStatus::ALL.iter().map(|s| (s.word().json, s.word().text(lang).to_owned()));
    let all = [("all", lang.pick("全部状态", "Any status").to_owned())];
    let statuses = statuses.chain(all).map(|(value, title)| choice("status", value, title));
    let severities =
        Severity::ALL.iter().map(|s| choice("severity", s.word().json, s.word().text(lang).to_owned()));
    let named = |d: &Definition| match lang {
        Lang::Zh => d.name.clone(),
        Lang::En => Definition::english(d.code.as_str()),
    };
    let loops = app.store.loops().iter().map(|c| &c.definition);
    let loops = loops.map(|d| choice("loop", d.code.as_str(), named(d)));
    let campuses = app.store.catalogue().campuses.iter();
    let campuses = campuses
        .map(|(code, c)| choice("campus", code.as_str(), title(&c.name, code.as_str(), lang == Lang::En)));
    let back = asked.with(&[]);
    let views = found.items.iter().filter_map(|record| app.alert(record, lang));
    Ok(Alerts {
        chrome: asked.chrome(lang.pick("告警", "Alerts")),
        statuses: std::iter::once(first("待处理", "To be done")).chain(statuses).collect(),
        severities: std::iter::once(first("全部级别", "Any severity")).chain(severities).collect(),
        loops: std::iter::once(first("全部闭环", "Any loop")).chain(loops).collect(),
        campuses: std::iter::once(first("全部院区", "Any campus")).chain(campuses).collect(),
        dept: asked.get("dept").to_owned(),
        from: asked.get("from").to_owned(),
        to: asked.get("to").to_owned(),
        filtered: FILTERS.iter().any(|k| !asked.get(k).is_empty()),
        list: views.map(|view| alert(&view, &back, lang)).collect(),
        empty: lang.pick("没有符合条件的告警。", "No alert fits these conditions.").to_owned(),
        first: paged.then(|| asked.with(&[("cursor", "")])),
        next: found.next_cursor.map(|c| asked.with(&[("cursor", &c)])),
    })
}

const FILTERS: [&str; 9] = ["status", "severity", "loop", "campus", "dept", "from", "to", "rule", "order"];

fn filter(app: &App, asked: &Asked) -> AlertFilter {
    let some = |name: &str| Some(asked.get(name)).filter(|t| !t.is_empty()).map(ToOwned::to_owned);
    AlertFilter {
        todo: asked.get("status").is_empty(),
        status: AlertStatus::from_word(asked.get("status")),
        severity: Severity::from_word(asked.get("severity")),
        code: LoopCode::parse(asked.get("loop")).ok(),
        campus: CampusCode::parse(asked.get("campus")).ok(),
        dept: some("dept"),
        rule: some("rule"),
        order: some("order"),
        from: day(app, asked.get("from")),
        to: day(app, asked.get("to")),
        instance: None,
    }
}

/// A date or a time, in the first campus's zone.
fn day(app: &App, text: &str) -> Option<Instant> {
    let zone = &app.store.catalogue().campuses.values().next()?.zone;
    parse_moment(text, zone).map(|m| m.at)
}
