//! A request's body as messages, each in its own text: a CloudEvent, a batch of them, or one whose envelope is in the headers.

use crate::problem::Fault;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, header};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::error::Error as _;

/// The texts of the messages in the order sent.
pub(super) async fn read(headers: &HeaderMap, body: Body, most: usize) -> Result<Vec<Box<str>>, Fault> {
    media_type(headers)?;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|n| n > most) {
        return Err(Fault::TooLarge(most));
    }
    let bytes = to_bytes(body, most).await.map_err(|error| {
        let limit = error.source().is_some_and(|s| s.is::<http_body_util::LengthLimitError>());
        if limit { Fault::TooLarge(most) } else { Fault::Incomplete }
    })?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|e| Fault::NotJson(format!("invalid UTF-8 at byte {}", e.valid_up_to())))?;
    if headers.contains_key("ce-specversion") {
        return binary(headers, text).map(|event| vec![event]);
    }
    split(text)
}

/// The messages of a body. Each keeps its own text: it is the evidence.
fn split(text: &str) -> Result<Vec<Box<str>>, Fault> {
    // Texts that begin with a byte order mark come from Windows; JSON has none.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let not_json = |e: serde_json::Error| Fault::NotJson(e.to_string());
    match text.trim_start_matches([' ', '\t', '\r', '\n']).as_bytes().first() {
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(not_json)?;
            Ok(items.into_iter().map(|raw| raw.get().into()).collect())
        }
        Some(b'{') => {
            let one: &RawValue = serde_json::from_str(text).map_err(not_json)?;
            Ok(vec![one.get().into()])
        }
        _ => {
            serde_json::from_str::<&RawValue>(text).map_err(not_json)?;
            Err(Fault::NotEvents)
        }
    }
}

/// CloudEvents binary mode: attributes in `ce-…` headers, percent-encoded, the body is `data`.
fn binary(headers: &HeaderMap, text: &str) -> Result<Box<str>, Fault> {
    let mut event = Map::new();
    for (name, value) in headers {
        let Some(attribute) = HeaderName::as_str(name).strip_prefix("ce-") else { continue };
        let value = percent_encoding::percent_decode(value.as_bytes()).decode_utf8_lossy();
        event.insert(attribute.to_owned(), Value::from(value.into_owned()));
    }
    if !text.trim().is_empty() {
        let data = serde_json::from_str(text).map_err(|e| Fault::NotJson(e.to_string()))?;
        event.insert("data".to_owned(), data);
    }
    Ok(Value::Object(event).to_string().into())
}

fn media_type(headers: &HeaderMap) -> Result<(), Fault> {
    let encoding = headers.get(header::CONTENT_ENCODING).map(|v| v.to_str().unwrap_or("?"));
    if let Some(encoding) = encoding.filter(|e| !e.eq_ignore_ascii_case("identity")) {
        return Err(Fault::MediaType(format!("Content-Encoding {encoding}")));
    }
    // Nothing said is not taken either: a page of another site could send that without being asked.
    let kind = headers.get(header::CONTENT_TYPE).map_or("", |v| v.to_str().unwrap_or("?"));
    let mut parts = kind.split(';').map(str::trim);
    let main = parts.next().unwrap_or_default().to_ascii_lowercase();
    let known = ["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"];
    let charset = parts.find_map(|p| {
        let (name, value) = p.split_once('=')?;
        name.eq_ignore_ascii_case("charset").then(|| value.trim_matches('"').to_ascii_lowercase())
    });
    let plain = charset.is_none_or(|c| matches!(c.as_str(), "utf-8" | "utf8" | "us-ascii"));
    if known.contains(&main.as_str()) && plain {
        Ok(())
    } else {
        Err(Fault::MediaType(format!("Content-Type {kind}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_message_keeps_its_text() {
        let texts = split(" [ {\"a\" : 1.50},17 ,\n{\"b\":\"\\u4e2d\"}]").unwrap();
        assert_eq!(
            texts.iter().map(|t| &**t).collect::<Vec<_>>(),
            ["{\"a\" : 1.50}", "17", "{\"b\":\"\\u4e2d\"}"]
        );
        assert_eq!(split("\u{feff}{\"a\":1} ").unwrap().len(), 1);
        assert_eq!(split("[]").unwrap().len(), 0);
        assert_eq!(split("17"), Err(Fault::NotEvents));
        for bad in ["", "{", "[{}", "{}{}", "[{},]", "nul", "{\"a\":}", "\u{0}"] {
            assert!(matches!(split(bad), Err(Fault::NotJson(_))), "{bad:?}");
        }
    }

    #[test]
    fn ten_megabytes_of_nesting_do_not_break_the_stack() {
        let deep = "[".repeat(5_000_000) + &"]".repeat(5_000_000);
        assert_eq!(split(&deep).unwrap().len(), 1);
        assert!(split(&"[".repeat(10_000_000)).is_err());
        assert!(split(&"{\"a\":".repeat(2_000_000)).is_err());
    }

    #[test]
    fn content_types() {
        let check = |kind: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
            media_type(&headers).is_ok()
        };
        assert!(check("application/json"));
        assert!(check("Application/CloudEvents+JSON; charset=UTF-8"));
        assert!(check("application/cloudevents-batch+json"));
        assert!(!check("application/json; charset=gb18030"));
        assert!(!check("text/xml"));
        assert!(!check("application/x-www-form-urlencoded"));
    }
}
