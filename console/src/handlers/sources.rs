//! `/sources`: when each system's last event came, how long its events take, and whether its clock runs ahead.

use super::error;
use crate::app::{App, page};
use crate::chrome::Asked;
use crate::pages::{Cell, Listing};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::explain::text::duration;
use medloop_engine::graph::title;
use medloop_engine::time::Span;
use medloop_engine::view::Lang;
use medloop_store::Source;

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
    ];
    let model = Listing {
        chrome: asked.chrome(lang.pick("数据来源", "Sources")),
        intro: lang
            .pick(
                "每个系统的事件在发生之后多久到达。还没发生就到达的，说明它的时钟快了；这里只指出，从不改动事件。",
                "How long after they happen the events of each system arrive. What arrives before it happened shows a clock that runs ahead; it is pointed out here, and no event is ever changed.",
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
    let (system, campus) = (source.system.as_str(), source.campus.as_str());
    let named = catalogue.systems.get(&source.system);
    let campuses = catalogue.campuses.get(&source.campus);
    let english = lang == Lang::En;
    let moment = |at| Cell::text(app.moment(at).1);
    let none = || Cell::text("—");
    let spread = source.spread.map(|(from, to)| format!("{} – {}", lag(from, lang), lag(to, lang)));
    vec![
        Cell::text(named.map_or_else(|| system.to_owned(), |n| title(n, system, english))),
        Cell::text(campuses.map_or_else(|| campus.to_owned(), |c| title(&c.name, campus, english))),
        source.last_at.map_or_else(none, moment),
        source.silent_since.map_or_else(none, moment),
        Cell::text(source.events.to_string()),
        source.typical.map_or_else(none, |typical| Cell::text(lag(typical, lang))),
        spread.map_or_else(none, Cell::text),
        source.ahead.map_or_else(none, |ahead| Cell::text(duration(ahead, lang))),
    ]
}

/// A lag; one below zero with a minus sign.
fn lag(lag: Span, lang: Lang) -> String {
    let text = duration(Span(lag.0.saturating_abs()), lang);
    if lag.0 < 0 { format!("−{text}") } else { text }
}
