//! The language of an answer: `?lang=`, else `Accept-Language`, else Chinese.

use crate::params::Params;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use medloop_engine::words::Lang;
use std::convert::Infallible;

/// The reader's language, as an extractor.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Reader(pub(crate) Lang);

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(lang(parts.uri.query(), &parts.headers)))
    }
}

/// The reader's language, of a request that takes nothing else in its query.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Alone(pub(crate) Lang);

impl<S: Send + Sync> FromRequestParts<S> for Alone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let lang = lang(parts.uri.query(), &parts.headers);
        Params::read(parts.uri.query()).and_then(Params::finish).map_err(|f| f.to(lang))?;
        Ok(Self(lang))
    }
}

/// The language that a query or the headers ask for.
pub(crate) fn lang(query: Option<&str>, headers: &HeaderMap) -> Lang {
    let asked = query.into_iter().flat_map(|q| q.split('&')).find_map(|p| p.strip_prefix("lang="));
    match asked.and_then(known) {
        Some(lang) => lang,
        None => {
            let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
            accepted.and_then(accept).unwrap_or_default()
        }
    }
}

fn known(tag: &str) -> Option<Lang> {
    let main = tag.split(['-', '_']).next().unwrap_or(tag);
    match main.trim() {
        l if l.eq_ignore_ascii_case("zh") => Some(Lang::Zh),
        l if l.eq_ignore_ascii_case("en") => Some(Lang::En),
        _ => None,
    }
}

/// The known language of the highest weight; the first of equal ones.
fn accept(header: &str) -> Option<Lang> {
    let mut best: Option<(Lang, f32)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';');
        let Some(lang) = parts.next().and_then(known) else { continue };
        let weight = parts.find_map(|p| p.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
        if weight > 0.0 && best.is_none_or(|(_, w)| weight > w) {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_is_understood() {
        let cases = [
            (None, None, Lang::Zh),
            (None, Some("en-GB,en;q=0.9"), Lang::En),
            (None, Some("fr, en;q=0.5, zh-CN;q=0.8"), Lang::Zh),
            (None, Some("fr"), Lang::Zh),
            (Some("limit=3&lang=en"), Some("zh"), Lang::En),
            (Some("lang=xx"), Some("en"), Lang::En),
        ];
        for (query, header, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(text) = header {
                headers.insert(header::ACCEPT_LANGUAGE, text.parse().unwrap());
            }
            assert_eq!(lang(query, &headers), expected, "{query:?} {header:?}");
        }
    }
}
