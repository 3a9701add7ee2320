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
/// How many orders that go on a page looks at for what is late.
const LOOKED: u32 = 200;

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
    let late = !asked.get("late").is_empty();
    let status = Status::from_word(asked.get("status"));
    let goes_on = matches!(status, Some(Status::Open | Status::Interrupted));
    let found = if late { open(app, asked, status).await? } else { search(app, asked).await? };
    let empty = if q.is_empty() {
        lang.pick("没有符合条件的医嘱。", "No order fits these conditions.").to_owned()
    } else {
        match lang {
            Lang::Zh => format!("没有找到“{q}”：医嘱号、条码、患者号、就诊号都不符。"),
            Lang::En => format!("Nothing found for “{q}”: no order number, barcode, patient or visit."),
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
    let note = note(lang, late, goes_on, found.next_cursor.is_some());
    let list = if late || goes_on {
        rows::urgent(app, found.items, lang, &empty, late).await?
    } else {
        rows::list(app, found.items, lang, &empty).await?
    };
    Ok(Orders {
        chrome: asked.chrome(lang.pick("医嘱", "Orders")),
        q: q.to_owned(),
        statuses: std::iter::once(all("全部状态", "Any status")).chain(statuses).collect(),
        loops: std::iter::once(all("全部闭环", "Any loop")).chain(loops).collect(),
        campuses: std::iter::once(all("全部院区", "Any campus")).chain(campuses).collect(),
        late,
        note,
        filtered: ["q", "status", "loop", "campus", "late"].iter().any(|k| !asked.get(k).is_empty()),
        list,
        first: (!cursor.is_empty()).then(|| asked.with(&[("cursor", "")])),
        next: found.next_cursor.map(|c| asked.with(&[("cursor", &c)])),
    })
}

/// In what order the rows stand, and which were looked at.
fn note(lang: Lang, late: bool, goes_on: bool, more: bool) -> Option<String> {
    match (late, more) {
        (false, _) => goes_on
            .then(|| lang.pick("每页最急的在前。", "On each page the most urgent come first.").to_owned()),
        (true, false) => Some(lang.pick("最急的在前。", "The most urgent come first.").to_owned()),
        (true, true) => Some(match lang {
            Lang::Zh => format!("每页看 {LOOKED} 条进行中的医嘱，其中超时与违规的，最急的在前。"),
            Lang::En => format!(
                "Each page looks at {LOOKED} orders that go on; what is overdue or broken among them, the most urgent first."
            ),
        }),
    }
}

/// Orders that go on, many at once: which of them are late shows only when they are looked at.
async fn open(app: &App, asked: &Asked, status: Option<Status>) -> Result<Page<InstanceRow>, Error> {
    app.store.list(Filter { open: status.is_none(), ..filter(asked) }, cursor(asked), LOOKED).await
}

async fn search(app: &App, asked: &Asked) -> Result<Page<InstanceRow>, Error> {
    app.store.list(filter(asked), cursor(asked), ROWS).await
}

fn cursor(asked: &Asked) -> Option<String> {
    Some(asked.get("cursor").to_owned()).filter(|cursor| !cursor.is_empty())
}

/// What the address asks for.
fn filter(asked: &Asked) -> Filter {
    Filter {
        number: Some(asked.get("q").to_owned()).filter(|number| !number.is_empty()),
        status: Status::from_word(asked.get("status")),
        code: LoopCode::parse(asked.get("loop")).ok(),
        campus: CampusCode::parse(asked.get("campus")).ok(),
        ..Filter::default()
    }
}
