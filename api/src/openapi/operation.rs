//! One operation as OpenAPI says it: parameters, body, answers.

use crate::problem::Fault;
use serde_json::{Map, Value, json};

/// What a call does and which parameters it takes.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// `get` or `post`.
    pub(crate) method: &'static str,
    /// Stable name for generated clients.
    pub(crate) id: &'static str,
    /// One sentence.
    pub(crate) summary: &'static str,
    /// Query parameters: name, schema, what it does.
    pub(crate) query: &'static [(&'static str, Kind, &'static str)],
    /// What the body holds.
    pub(crate) body: Body,
    /// The schema of the answer: by name, or a page of items of that name.
    pub(crate) answer: Answer,
    /// Codes of the faults that it may answer with, beside those that every call may.
    pub(crate) faults: &'static [&'static str],
}

/// The kind of a parameter.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Kind {
    /// Any text.
    Text,
    /// A time or a date.
    Time,
    /// A switch.
    Switch,
    /// A number of items, 1 to 500.
    Limit,
    /// A schema of the document.
    Named(&'static str),
}

/// What a call takes as its body.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Body {
    /// None.
    None,
    /// One event or several.
    Events,
    /// An event that replaces the quarantined one; may be left out.
    Mended,
    /// JSON of this schema.
    Json(&'static str),
}

/// What a call answers.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Answer {
    /// A schema of the document.
    One(&'static str),
    /// `{items, next_cursor}`.
    Page(&'static str),
    /// This document.
    Document,
    /// A text of another media type than JSON.
    Text(&'static str),
}

impl Operation {
    /// The operation object for `path`.
    pub(crate) fn describe(&self, path: &str) -> Value {
        let mut parameters: Vec<Value> = Vec::new();
        for name in path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}')) {
            parameters.push(
                json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }),
            );
        }
        for (name, kind, what) in self.query {
            parameters
                .push(json!({ "name": name, "in": "query", "schema": kind.schema(), "description": what }));
        }
        parameters.push(json!({ "name": "lang", "in": "query", "schema": { "enum": ["zh", "en"] },
            "description": "The language of texts; else by Accept-Language, else Chinese." }));
        let mut responses = Map::new();
        let answer = Map::from_iter([(
            self.answer.media_type().to_owned(),
            json!({ "schema": self.answer.schema() }),
        )]);
        responses.insert("200".to_owned(), json!({ "description": "OK", "content": answer }));
        let problem = json!({ "application/problem+json": { "schema": named("Problem") } });
        for (status, code) in Fault::all() {
            let common =
                matches!(code, "internal" | "unavailable") || (code == "cross_site" && self.method != "get");
            if !common && !self.faults.contains(&code) {
                continue;
            }
            let key = status.as_u16().to_string();
            let known = responses.get(&key).and_then(|r| r.get("description")?.as_str()).map(str::to_owned);
            let text = known.map_or_else(|| code.to_owned(), |k| format!("{k}, {code}"));
            responses.insert(key, json!({ "description": text, "content": problem }));
        }
        let mut all = json!({
            "operationId": self.id,
            "summary": self.summary,
            "parameters": parameters,
            "responses": responses,
        });
        if let (Some(all), Some(body)) = (all.as_object_mut(), self.body.describe()) {
            all.insert("requestBody".to_owned(), body);
        }
        all
    }
}

impl Kind {
    fn schema(self) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Time => json!({ "type": "string", "description": "RFC 3339, or a date" }),
            Self::Switch => json!({ "type": "boolean", "default": false }),
            Self::Limit => json!({ "type": "integer", "minimum": 1, "maximum": 500, "default": 50 }),
            Self::Named(name) => named(name),
        }
    }
}

impl Body {
    fn describe(self) -> Option<Value> {
        let event = named("Event");
        let many = json!({ "type": "array", "items": event });
        match self {
            Self::None => None,
            Self::Events => Some(json!({ "required": true, "content": {
                "application/cloudevents+json": { "schema": event },
                "application/cloudevents-batch+json": { "schema": many },
                "application/json": { "schema": { "oneOf": [event, many] } },
            }})),
            Self::Json(name) => Some(json!({ "required": true, "content": {
                "application/json": { "schema": named(name) },
            }})),
            Self::Mended => Some(json!({ "required": false, "content": {
                "application/cloudevents+json": { "schema": event },
                "application/json": { "schema": event },
            }})),
        }
    }
}

impl Answer {
    fn media_type(self) -> &'static str {
        match self {
            Self::Text(kind) => kind,
            Self::One(_) | Self::Page(_) | Self::Document => "application/json",
        }
    }

    fn schema(self) -> Value {
        match self {
            Self::One(name) => named(name),
            Self::Page(name) => {
                json!({ "type": "object", "required": ["items", "next_cursor"], "properties": {
                    "items": { "type": "array", "items": named(name) },
                    "next_cursor": { "type": ["string", "null"] },
                }})
            }
            Self::Document => json!({ "type": "object" }),
            Self::Text(_) => json!({ "type": "string" }),
        }
    }
}

fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
