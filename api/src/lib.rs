//! Doors for machines: REST under `/api/v1`, its description, health. What comes in is handed to the store as it came;
//! what goes out is what the store says, folded at the moment of reading.

mod alerts;
mod app;
mod at;
mod departments;
mod events;
mod health;
mod instances;
mod lang;
mod mending;
mod metrics;
mod openapi;
mod params;
mod patients;
mod problem;
mod quarantine;
mod read;
mod routes;
mod serve;
mod sources;

pub use metrics::{Metrics, measure};
pub use serve::{Limits, serve, serve_within};

use app::App;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use medloop_store::Store;
use problem::Fault;

/// What the doors let in.
#[derive(Copy, Clone, Debug)]
pub struct Options {
    /// Greatest size of a request's body in bytes.
    pub body_limit: usize,
    /// Greatest number of events in it.
    pub batch_limit: usize,
    /// How many bytes of events are at work at one time, from their first byte to their answer.
    pub at_work: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { body_limit: 16 << 20, batch_limit: 10_000, at_work: 8 << 20 }
    }
}

/// The doors: `/api/v1/…`, `/openapi.json`, `/healthz`, `/readyz`, `/metrics`. Other addresses are left to whoever it is merged
/// with.
pub fn router(store: Store, options: Options) -> Router {
    router_with(store, options, Metrics::default())
}

/// The same; `/metrics` shows what [`measure`] counts in these metrics.
pub fn router_with(store: Store, options: Options, metrics: Metrics) -> Router {
    let routes = routes::all();
    let document = openapi::document(&routes).to_string();
    let room = events::Room::new(options.at_work);
    let app = App { store, options, room, openapi: document.into(), metrics };
    let mut router = Router::new();
    for route in routes {
        router = router.route(route.pattern(), route.handler);
    }
    router
        .route("/api/{*rest}", axum::routing::any(nothing))
        .method_not_allowed_fallback(no_such_method)
        .layer(axum::middleware::from_fn(same_site))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(app)
}

/// The interface description as text, for `medloop openapi`.
#[must_use]
pub fn openapi() -> String {
    let document = openapi::document(&routes::all());
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

async fn nothing(request: Request) -> Response {
    Fault::NotFound.to(lang::lang(request.uri().query(), request.headers())).into_response()
}

async fn no_such_method(request: Request) -> Response {
    Fault::Method.to(lang::lang(request.uri().query(), request.headers())).into_response()
}

/// Until there is a sign-in, any page that the browser of this machine has open could send to us: browsers say so themselves.
async fn same_site(request: Request, next: axum::middleware::Next) -> Response {
    let site = request.headers().get("sec-fetch-site").and_then(|v| v.to_str().ok());
    let foreign = matches!(site, Some("cross-site" | "same-site"));
    if foreign && !request.method().is_safe() {
        return Fault::CrossSite.to(lang::lang(request.uri().query(), request.headers())).into_response();
    }
    next.run(request).await
}
