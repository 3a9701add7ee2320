//! Reads what a page is asked with from the request: path, query, language.

use crate::app::App;
use crate::chrome::Asked;
use axum::extract::{FromRequestParts, Query};
use axum::http::header;
use axum::http::request::Parts;
use medloop_engine::view::Lang;
use std::convert::Infallible;

impl FromRequestParts<App> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let uri = &parts.uri;
        let pairs: Vec<(String, String)> = Query::try_from_uri(uri).map(|Query(q)| q).unwrap_or_default();
        let said = pairs.iter().find(|(k, _)| k == "lang").and_then(|(_, v)| language(v));
        let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|c| c.to_str().ok());
        let kept = cookies
            .flat_map(|c| c.split(';'))
            .find_map(|c| c.trim().strip_prefix("lang=").and_then(language));
        Ok(Self {
            lang: said.or(kept).unwrap_or_default(),
            chosen: said.is_some(),
            path: uri.path().to_owned(),
            query: pairs.into_iter().filter(|(k, _)| k != "lang").take(32).collect(),
            group: app.store.catalogue().group.clone(),
            now: app.moment(app.store.clock().now()),
        })
    }
}

fn language(text: &str) -> Option<Lang> {
    match text {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}
