//! `POST /events`: answered when every accepted event is durable, one result for each in the order sent.

use super::body;
use crate::app::{Answer, App, fault, json};
use crate::lang::lang;
use crate::params::Params;
use crate::problem::Fault;
use axum::extract::{Request, State};
use medloop_engine::time::Span;
use medloop_engine::words::Lang;
use medloop_store::{Mode, Reason, Receipt, ReceiptStatus, Submission};
use serde::Serialize;

/// What became of the events of one request.
#[derive(Serialize)]
struct Submitted<'a> {
    accepted: usize,
    duplicate: usize,
    rejected: usize,
    results: Vec<Result_<'a>>,
}

#[derive(Serialize)]
struct Result_<'a> {
    id: Option<&'a str>,
    source: Option<&'a str>,
    status: ReceiptStatus,
    reason: Option<ReasonView<'a>>,
}

/// A reason in the reader's language.
#[derive(Serialize)]
pub(crate) struct ReasonView<'a> {
    code: &'a str,
    message: &'a str,
    path: &'a str,
}

impl<'a> ReasonView<'a> {
    pub(crate) fn new(reason: &'a Reason, lang: Lang) -> Self {
        Self { code: &reason.code, message: lang.pick(&reason.zh, &reason.en), path: &reason.path }
    }
}

/// The handler.
pub(crate) async fn submit(State(app): State<App>, request: Request) -> Answer {
    let lang = lang(request.uri().query(), request.headers());
    let mode = mode(request.uri().query()).map_err(|f| f.to(lang))?;
    let (parts, body) = request.into_parts();
    let entered = app.room.enter(&parts.headers, body, app.options.body_limit).await;
    let (_share, body) = entered.map_err(|f| f.to(lang))?;
    let request = Request::from_parts(parts, body);
    let messages = messages(&app, request).await.map_err(|f| f.to(lang))?;
    let receipts = app.store.submit(messages, mode).await.map_err(|e| fault(&e).to(lang))?;
    answer(&receipts, lang)
}

/// The messages of a request's body.
pub(crate) async fn messages(app: &App, request: Request) -> Result<Vec<Submission>, Fault> {
    let (parts, body) = request.into_parts();
    let texts = body::read(&parts.headers, body, app.options.body_limit).await?;
    if texts.len() > app.options.batch_limit {
        return Err(Fault::TooMany(app.options.batch_limit));
    }
    Ok(texts.into_iter().map(Submission::text).collect())
}

/// The body that tells what became of each.
pub(crate) fn answer(receipts: &[Receipt], lang: Lang) -> Answer {
    let count = |status| receipts.iter().filter(|r| r.status == status).count();
    let results = receipts.iter().map(|r| Result_ {
        id: Some(&*r.id).filter(|t| !t.is_empty()),
        source: Some(&*r.source).filter(|t| !t.is_empty()),
        status: r.status,
        reason: r.reason.as_ref().map(|reason| ReasonView::new(reason, lang)),
    });
    let body = Submitted {
        accepted: count(ReceiptStatus::Accepted),
        duplicate: count(ReceiptStatus::Duplicate),
        rejected: count(ReceiptStatus::Rejected),
        results: results.collect(),
    };
    json(lang, &body)
}

fn mode(query: Option<&str>) -> Result<Mode, Fault> {
    let mut params = Params::read(query)?;
    let backfill = params.switch("backfill")?;
    params.finish()?;
    Ok(if backfill { Mode::Backfill { shift: Span::ZERO } } else { Mode::Live })
}
