//! `GET /metrics`: what Prometheus reads. Requests are counted here, all else by the store.

mod store;

use crate::app::{Answer, App, fault};
use crate::lang::Reader;
use crate::problem::Fault;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use medloop_store::Counts;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Counting rows takes a while where there are millions: so often at most.
const COUNT_EVERY: Duration = Duration::from_secs(30);
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// What is counted of requests, shared by whoever answers them.
#[derive(Clone, Debug)]
pub struct Metrics {
    answered: Family<Answered, Counter>,
    took: Family<Route, Histogram, fn() -> Histogram>,
    counted: Arc<Mutex<Option<(Instant, Counts)>>>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            answered: Family::default(),
            took: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            counted: Arc::default(),
        }
    }
}

/// Counts a request by its route, never by its address: a middleware for everything that answers.
pub async fn measure(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let method = method(request.method());
    let path = request.extensions().get::<MatchedPath>();
    let route = path.map_or_else(|| "none".to_owned(), |p| p.as_str().to_owned());
    let begun = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    metrics
        .took
        .get_or_create(&Route { method, route: route.clone() })
        .observe(begun.elapsed().as_secs_f64());
    metrics.answered.get_or_create(&Answered { method, route, status }).inc();
    response
}

/// Anybody may invent methods; few are told apart.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The handler.
pub(crate) async fn metrics(State(app): State<App>, Reader(lang): Reader) -> Answer {
    let shown = show(&app).await.map_err(|e| fault(&e).to(lang))?;
    let text = shown.map_err(|error| {
        tracing::error!(%error, "metrics could not be written");
        Fault::Internal.to(lang)
    })?;
    let kind = [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    Ok((kind, text).into_response())
}

async fn show(app: &App) -> Result<Result<String, std::fmt::Error>, medloop_store::Error> {
    let metrics = &app.metrics;
    let mut registry = Registry::with_prefix("medloop");
    registry.register("http_requests", "Requests answered, by route and status", metrics.answered.clone());
    registry.register_with_unit(
        "http_request_duration",
        "How long requests took, by route",
        Unit::Seconds,
        metrics.took.clone(),
    );
    let numbers = store::Numbers {
        measured: app.store.measured(),
        queued: app.store.queued(),
        counts: metrics.counts(app).await?,
        lag: app.store.time_lag().await?,
    };
    registry.register_collector(Box::new(numbers));
    let mut text = String::new();
    Ok(encode(&mut text, &registry).map(|()| text))
}

impl Metrics {
    async fn counts(&self, app: &App) -> Result<Counts, medloop_store::Error> {
        let known = self.counted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, counts)) = known
            && at.elapsed() < COUNT_EVERY
        {
            return Ok(counts);
        }
        let counts = app.store.counts().await?;
        *self.counted.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), counts.clone()));
        Ok(counts)
    }
}
