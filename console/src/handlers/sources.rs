//! `/sources`: when each system's last event came, how long its events take, and whether its clock runs ahead.

use super::error;
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::pages::{Cell, Listing};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::drift::Behind;
use medloop_engine::explain::text::duration;
use medloop_engine::graph::title;
use medloop_engine::name::SystemCode;
use medloop_engine::time::Span;
use medloop_engine::view::Lang;
use medloop_store::{Error, Source};
use std::collections::BTreeMap;

/// Every source, by system and campus.
pub(crate) async fn sources(State(app): State<App>, asked: Asked) -> Response {
    let lang = asked.lang;
    let found = match app.store.sources().await {
        Ok(found) => found,
        Err(error) => return error::failed(&asked, &error),
    };
    let head = [
        ("系统", "System"),
        ("院区", "Campus"),
        ("最后一次", "Last event"),
        ("静默始于", "Silent since"),
        ("条数", "Events"),
        ("典型延迟", "Typical lag"),
        ("九成在此之间", "Nine of ten between"),
        ("时钟至少快", "Clock ahead by at least"),
        ("时钟至少慢", "Clock behind by at least"),
    ];
    let model = Listing {
        chrome: asked.chrome(lang.pick("数据来源", "Sources")),
        intro: lang
            .pick(
                "每个系统的事件在发生之后多久到达。还没发生就到达的，说明它的时钟快了；总在前一环节之前发生的，说明它的时钟比前一环节的系统慢。这里只指出，从不改动事件。",
                "How long after they happen the events of each system arrive. What arrives before it happened shows a clock that runs ahead; what steadily happens before the node that must come first shows one that runs behind that node's system. It is pointed out here, and no event is ever changed.",
            )
            .to_owned(),
        head: head.iter().map(|(zh, en)| lang.pick(zh, en).to_owned()).collect(),
        rows: found.iter().map(|s| row(&app, s, lang)).collect(),
        empty: lang.pick("还没有收到实时事件。", "No live event has come yet.").to_owned(),
        next: None,
    };
    page(&asked, StatusCode::OK, |t| t.listing(lang, &model))
}

fn row(app: &App, source: &Source, lang: Lang) -> Vec<Cell> {
    let catalogue = app.store.catalogue();
    let campus = source.campus.as_str();
    let campuses = catalogue.campuses.get(&source.campus);
    let english = lang == Lang::En;
    let moment = |at| Cell::text(app.moment(at).1);
    let none = || Cell::text("—");
    let spread = source.spread.map(|(from, to)| format!("{} – {}", lag(from, lang), lag(to, lang)));
    vec![
        Cell::text(name(app, &source.system, lang)),
        Cell::text(campuses.map_or_else(|| campus.to_owned(), |c| title(&c.name, campus, english))),
        source.last_at.map_or_else(none, moment),
        source.silent_since.map_or_else(none, moment),
        Cell::number(source.events),
        source.typical.map_or_else(none, |typical| Cell::text(lag(typical, lang))),
        spread.map_or_else(none, Cell::text),
        source.ahead.map_or_else(none, |ahead| Cell::text(duration(ahead, lang))),
        source.behind.as_ref().map_or_else(none, |behind| Cell::text(slow(app, behind, lang))),
    ]
}

/// By how much a clock runs behind, against which, by how many pairs, since when.
fn slow(app: &App, behind: &Behind, lang: Lang) -> String {
    let (by, since) = (duration(behind.by, lang), app.moment(behind.since).1);
    let (wrong, pairs, against) = (behind.wrong, behind.pairs, name(app, &behind.against, lang));
    match lang {
        Lang::Zh => format!("{by}（相对{against}，{pairs} 对中 {wrong} 对颠倒，自 {since}）"),
        Lang::En => {
            format!("{by} (against {against}, {wrong} of {pairs} pairs the wrong way round, since {since})")
        }
    }
}

/// What people call a system.
fn name(app: &App, system: &SystemCode, lang: Lang) -> String {
    let named = app.store.catalogue().systems.get(system);
    named.map_or_else(|| system.to_string(), |n| title(n, system.as_str(), lang == Lang::En))
}

/// A remark for each system at a campus whose clock is off, by both codes.
pub(super) async fn remarks(app: &App, lang: Lang) -> Result<BTreeMap<(String, String), String>, Error> {
    let mut out = BTreeMap::new();
    for source in app.store.sources().await? {
        let called = name(app, &source.system, lang);
        let said = match (source.ahead, &source.behind) {
            (Some(ahead), _) => {
                let by = duration(ahead, lang);
                match lang {
                    Lang::Zh => format!("{called}的时钟至少快 {by}"),
                    Lang::En => format!("the clock of {called} is at least {by} fast"),
                }
            }
            (None, Some(behind)) => {
                let (by, against) = (duration(behind.by, lang), name(app, &behind.against, lang));
                match lang {
                    Lang::Zh => format!("{called}的时钟比{against}至少慢 {by}"),
                    Lang::En => format!("the clock of {called} is at least {by} behind that of {against}"),
                }
            }
            (None, None) => continue,
        };
        out.insert((source.system.to_string(), source.campus.to_string()), said);
    }
    Ok(out)
}

/// A lag; one below zero with a minus sign.
fn lag(lag: Span, lang: Lang) -> String {
    let text = duration(Span(lag.0.saturating_abs()), lang);
    if lag.0 < 0 { format!("−{text}") } else { text }
}
