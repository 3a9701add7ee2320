//! Where the things of the catalogue are written.

use super::{Kind, Place};
use crate::tree::Span;
use crate::yaml;
use std::collections::BTreeMap;

/// The place of a code in the YAML that lists it.
pub(super) fn place(texts: &BTreeMap<String, String>, kind: Kind, code: &str) -> Option<Place> {
    // Where each kind is listed: the ending of the file's name, else any file of the folder.
    let (file, folder) = match kind {
        Kind::Field => ("fields.yaml", ""),
        Kind::Event => ("events.yaml", ""),
        Kind::System | Kind::Role | Kind::Lengths => ("hospital.yaml", "codes/"),
        _ => return None,
    };
    let apt = |path: &str| path.ends_with(file) || (!folder.is_empty() && path.contains(folder));
    let yaml = texts.iter().filter(|(path, _)| path.ends_with(".yaml") && apt(path));
    yaml.into_iter().find_map(|(path, text)| {
        let (node, _) = yaml::parse(path, text);
        key(&node?, code).map(|span| (path.clone(), span))
    })
}

/// The key of that name which stands highest.
fn key(node: &yaml::Node, code: &str) -> Option<Span> {
    let here = node.entries().iter().find(|e| e.key == code).map(|e| e.key_span);
    here.or_else(|| {
        let below = node.entries().iter().map(|e| &e.value).chain(node.items());
        below.into_iter().find_map(|n| key(n, code))
    })
}
