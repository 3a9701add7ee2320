//! `GET /openapi.json` (OpenAPI 3.1), made from the same table as the router: a route without a description cannot exist.

mod operation;

pub(crate) use operation::{Answer, Body, Kind, Operation};

use crate::problem::Fault;
use crate::routes::Route;
use serde_json::{Map, Value, json};

const SCHEMAS: &str = include_str!("schemas.json");

/// The document for these routes.
pub(crate) fn document(routes: &[Route]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let path = paths.entry(route.path.to_owned()).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.operation.method.to_owned(), route.operation.describe(route.path));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "medloop",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            "description": "医嘱闭环：事件进来，时间线出去。Events in, timelines of orders out. \
                Errors are application/problem+json with a stable `code`; texts are Chinese, or English by Accept-Language or ?lang=en. \
                Times are RFC 3339 in the campus's offset; fields that end in `_s` are whole seconds.",
        },
        "paths": paths,
        "components": { "schemas": schemas() },
    })
}

/// The schemas of what is sent and answered.
pub(crate) fn schemas() -> Value {
    let mut schemas: Value = serde_json::from_str(SCHEMAS).unwrap_or_default();
    if let Some(codes) = schemas.pointer_mut("/Problem/properties/code/enum") {
        *codes = Fault::all().into_iter().map(|(_, code)| code).collect();
    }
    schemas
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|v| references(v, found));
            }
            Value::Array(items) => items.iter().for_each(|v| references(v, found)),
            _ => {}
        }
    }

    #[test]
    fn every_route_is_described_and_every_reference_leads_somewhere() {
        let routes = crate::routes::all();
        let document = document(&routes);
        let mut ids = BTreeSet::new();
        for route in &routes {
            let operation = &document["paths"][route.path][route.operation.method];
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{}", route.path);
            assert!(operation["responses"]["200"].is_object());
            for fault in route.operation.faults {
                assert!(Fault::all().iter().any(|(_, code)| code == fault), "{fault}");
            }
        }
        assert_eq!(routes.len(), ids.len());
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        for reference in found {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for (name, schema) in schemas {
            assert!(jsonschema::meta::is_valid(schema), "{name}");
        }
    }

    #[test]
    fn the_page_of_the_interface_names_every_call_and_code() {
        let page = include_str!("../../../docs/api.md");
        for route in crate::routes::all() {
            assert!(
                page.contains(&format!("{} {}", route.operation.method.to_uppercase(), route.path)),
                "{}",
                route.path
            );
        }
        for (status, code) in Fault::all() {
            assert!(page.contains(&format!("`{code}`")), "{code}");
            assert!(page.contains(status.as_str()), "{status}");
        }
    }
}
