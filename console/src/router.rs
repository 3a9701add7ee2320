//! The windows: which address shows which page, and what every answer carries.

use crate::app::App;
use crate::written::Written;
use crate::{assets, handlers};
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use medloop_store::Store;

/// Every page over this store and what is written about its loops. Nothing here changes anything.
pub fn router(store: Store, written: Written) -> Router {
    Router::new()
        .route("/", get(handlers::start))
        .route("/orders", get(handlers::orders))
        .route("/orders/{order_no}", get(handlers::timeline))
        .route("/patients/{id}", get(handlers::patient))
        .route("/visits/{visit_no}", get(handlers::visit))
        .route("/departments", get(handlers::departments))
        .route("/departments/{dept}", get(handlers::department))
        .route("/alerts", get(handlers::alerts))
        .route("/events/{source}/{id}", get(handlers::message))
        .route("/loops", get(handlers::loops))
        .route("/loops/{loop}", get(handlers::definition))
        .route("/waiting", get(handlers::waiting))
        .route("/sources", get(handlers::sources))
        .route("/quarantine", get(handlers::quarantine))
        .route("/quarantine/{id}", get(handlers::quarantined))
        .route("/assets/{name}", get(asset))
        .layer(map_response(guarded))
        .with_state(App { store, written: written.into() })
}

async fn asset(Path(name): Path<String>) -> Response {
    assets::find(&name).map_or_else(
        || StatusCode::NOT_FOUND.into_response(),
        |a| {
            let kind = [
                (header::CONTENT_TYPE, a.kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (kind, a.text).into_response()
        },
    )
}

/// No script, no outside address, no framing by others, nothing kept by caches that is not public.
async fn guarded(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'";
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        // Nothing is told to other sites; our own must see that a form comes from here.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
