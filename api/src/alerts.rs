//! `/alerts`: what needs somebody, and what people do about it.

use crate::app::{Answer, App, Page, fault, json};
use crate::at::At;
use crate::lang::{Alone, Reader, lang};
use crate::params::Params;
use crate::problem::Fault;
use axum::body::to_bytes;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use medloop_engine::alert::{Act, AlertStatus, Record};
use medloop_engine::graph::Severity;
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::value::Person;
use medloop_engine::view::{AlertView, alert};
use medloop_engine::words::{Lang, Worded as _};
use medloop_engine::world::InstanceId;
use medloop_store::{Acted, AlertFilter};
use serde::Deserialize;

/// Greatest size of what is said about an alert, in bytes.
const BODY: usize = 64 << 10;
/// Greatest length of a reason, in characters.
const WHY: usize = 2000;

/// `GET /alerts`, the one raised last first.
pub(crate) async fn list(State(app): State<App>, Reader(lang): Reader, RawQuery(query): RawQuery) -> Answer {
    let (filter, cursor, limit) = filter(&app, query.as_deref()).map_err(|f| f.to(lang))?;
    let page = app.store.alerts(filter, cursor, limit).await.map_err(|e| fault(&e).to(lang))?;
    let items = page.items.iter().filter_map(|r| view(&app, r, lang)).collect();
    json(lang, &Page { items, next_cursor: page.next_cursor })
}

/// `GET /alerts/{id}`.
pub(crate) async fn one(State(app): State<App>, Alone(lang): Alone, At(id): At<String>) -> Answer {
    let found = app.store.alert(&id).await.map_err(|e| fault(&e).to(lang))?;
    let found = found.and_then(|r| view(&app, &r, lang)).ok_or_else(|| Fault::NotFound.to(lang))?;
    json(lang, &found)
}

/// `POST /alerts/{id}/acknowledge`.
pub(crate) async fn acknowledge(State(app): State<App>, At(id): At<String>, request: Request) -> Answer {
    act(&app, &id, request, |_| Ok(Act::Acknowledge)).await
}

/// `POST /alerts/{id}/verify`.
pub(crate) async fn verify(State(app): State<App>, At(id): At<String>, request: Request) -> Answer {
    let read = |said: &Said| {
        let risk = said.risk.ok_or(Fault::Body("应有 risk：true 或 false", "risk is true or false"))?;
        Ok(Act::Verify { risk })
    };
    act(&app, &id, request, read).await
}

/// `POST /alerts/{id}/dismiss`.
pub(crate) async fn dismiss(State(app): State<App>, At(id): At<String>, request: Request) -> Answer {
    let read = |said: &Said| {
        let why = said.why.as_deref().map(str::trim).filter(|w| !w.is_empty() && w.chars().count() <= WHY);
        let why = why.ok_or(Fault::Body(
            "应有 why：忽略的原因，至多 2000 字",
            "why says why it is dismissed, in at most 2000 characters",
        ))?;
        Ok(Act::Dismiss { why: why.to_owned() })
    };
    act(&app, &id, request, read).await
}

/// `POST /alerts/{id}/close`.
pub(crate) async fn close(State(app): State<App>, At(id): At<String>, request: Request) -> Answer {
    act(&app, &id, request, |_| Ok(Act::Close)).await
}

/// What a caller says in the body: JSON, or the fields of a form.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Said {
    risk: Option<bool>,
    why: Option<String>,
    /// A form cannot send `X-Actor`.
    actor: Option<String>,
    /// A form says which page it came from; it is shown again.
    back: Option<String>,
}

async fn act(app: &App, id: &str, request: Request, read: impl Fn(&Said) -> Result<Act, Fault>) -> Answer {
    let lang = lang(request.uri().query(), request.headers());
    let (said, form, actor) = said(request).await.map_err(|f| f.to(lang))?;
    let act = read(&said).map_err(|f| f.to(lang))?;
    let named =
        |name: &str| Some(name.trim().to_owned()).filter(|n| !n.is_empty() && n.chars().count() <= 128);
    let actor = actor.or(said.actor).and_then(|n| named(&n)).ok_or_else(|| Fault::NoActor.to(lang))?;
    let by = Person { id: Some(actor.into()), name: None };
    // Until there is a sign-in nobody proves who he is, and the history says so.
    match app.store.act(id, act, by, false).await.map_err(|e| fault(&e).to(lang))? {
        Acted::Unknown => Err(Fault::NotFound.to(lang)),
        Acted::Refused(status) => Err(Fault::WrongState(status).to(lang)),
        Acted::Done(_) if form => {
            let back = said.back.filter(|b| local(b)).unwrap_or_else(|| "/alerts".to_owned());
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response())
        }
        Acted::Done(record) => {
            let found = view(app, &record, lang).ok_or_else(|| Fault::NotFound.to(lang))?;
            json(lang, &found)
        }
    }
}

/// What the body says, whether it is a form of a page of ours, and `X-Actor`.
async fn said(request: Request) -> Result<(Said, bool, Option<String>), Fault> {
    let headers = request.headers().clone();
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let actor =
        text("x-actor").map(|a| percent_encoding::percent_decode_str(a).decode_utf8_lossy().into_owned());
    let kind =
        text("content-type").unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned();
    let form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if form && !ours(&headers) {
        return Err(Fault::CrossSite);
    }
    let bytes = to_bytes(request.into_body(), BODY).await.map_err(|_| Fault::TooLarge(BODY))?;
    let body = std::str::from_utf8(&bytes).map_err(|_| Fault::Body("不是 UTF-8", "is not UTF-8"))?;
    if form {
        let mut fields = Params::read(Some(body))?;
        let risk = fields.switch_said("risk")?;
        let (why, actor, back) = (fields.take("why"), fields.take("actor"), fields.take("back"));
        fields.finish()?;
        return Ok((Said { risk, why, actor, back }, true, None));
    }
    if body.trim().is_empty() {
        return Ok((Said::default(), false, actor));
    }
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Fault::MediaType(kind));
    }
    let said = serde_json::from_str(body).map_err(|e| Fault::NotJson(e.to_string()))?;
    Ok((said, false, actor))
}

/// Whether a form was sent by a page of this server: the browser says so, or its origin is the address it asked.
fn ours(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin"), text("host")) {
        (Some(site), ..) => matches!(site, "same-origin" | "none"),
        (None, Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, o)| o == host),
        _ => false,
    }
}

/// Whether an address is one of this server: a path, and no other host in disguise.
fn local(address: &str) -> bool {
    address.starts_with('/')
        && !address.starts_with("//")
        && address.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

/// An alert as it stands now.
pub(crate) fn view(app: &App, record: &Record, lang: Lang) -> Option<AlertView> {
    alert(record, app.catalogue(), app.store.moment_of(record), lang)
}

fn filter(app: &App, query: Option<&str>) -> Result<(AlertFilter, Option<String>, u32), Fault> {
    let mut params = Params::read(query)?;
    let time = |params: &mut Params, name| {
        params.parse(name, "应为 RFC 3339 时间或日期", "is an RFC 3339 time or a date", |t| {
            app.moment(t)
        })
    };
    let filter = AlertFilter {
        status: params.parse("status", "不是告警状态", "is no status of an alert", |t| {
            AlertStatus::ALL.iter().copied().find(|s| s.word().json == t)
        })?,
        todo: params.switch("todo")?,
        severity: params.parse("severity", "不是级别", "is no severity", |t| {
            Severity::ALL.iter().copied().find(|s| s.word().json == t)
        })?,
        rule: params.take("rule"),
        code: params.parse("loop", "不是闭环编码", "is no loop code", |t| LoopCode::parse(t).ok())?,
        campus: params
            .parse("campus", "不是院区编码", "is no campus code", |t| CampusCode::parse(t).ok())?,
        dept: params.take("dept"),
        order: params.take("order"),
        instance: params.parse(
            "instance",
            "应为 campus/loop/key",
            "is campus/loop/key",
            InstanceId::parse,
        )?,
        from: time(&mut params, "from")?,
        to: time(&mut params, "to")?,
    };
    let (limit, cursor) = (params.limit()?, params.take("cursor"));
    params.finish()?;
    Ok((filter, cursor, limit))
}
