//! A net as a Mermaid flowchart, which merge requests and wikis draw from the text.

use super::{Item, Kind, Net, net};
use crate::graph::Definition;
use crate::words::Lang;
use std::fmt::Write as _;

/// The flow of a loop as a Mermaid flowchart.
#[must_use]
pub fn mermaid(def: &Definition, lang: Lang) -> String {
    let net = net(def, lang);
    let mut out = String::from("flowchart LR\n");
    things(&net, None, 1, &mut out);
    let mut ways = String::new();
    for way in &net.ways {
        let (Some(from), Some(to)) = (net.items.get(way.from), net.items.get(way.to)) else { continue };
        // What happens at the edge of a part leaves the part.
        let (from, arrow) = match from.kind {
            Kind::Edge { of } => (net.items.get(of).map_or("", |part| part.id.as_str()), "-.->"),
            _ => (from.id.as_str(), "-->"),
        };
        let title =
            if way.title.is_empty() { String::new() } else { format!("|\"{}\"|", quoted(&way.title)) };
        let _ = writeln!(ways, "  {from} {arrow}{title} {}", to.id);
    }
    out.push_str(&ways);
    if net.items.iter().any(|i| optional(def, i)) {
        let ids: Vec<&str> = net.items.iter().filter(|i| optional(def, i)).map(|i| i.id.as_str()).collect();
        let _ =
            writeln!(out, "  classDef optional stroke-dasharray: 4 4\n  class {} optional", ids.join(","));
    }
    out
}

fn things(net: &Net, within: Option<usize>, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    for (at, item) in net.items.iter().enumerate().filter(|(_, i)| i.within == within) {
        let (id, title) = (&item.id, quoted(&item.title));
        let _ = match item.kind {
            Kind::Start | Kind::End if title.is_empty() => writeln!(out, "{pad}{id}((\" \"))"),
            Kind::Start | Kind::End => writeln!(out, "{pad}{id}([\"{title}\"])"),
            Kind::Task(_) => writeln!(out, "{pad}{id}[\"{title}\"]"),
            Kind::Choice if title.is_empty() => writeln!(out, "{pad}{id}{{\" \"}}"),
            Kind::Choice => writeln!(out, "{pad}{id}{{\"{title}\"}}"),
            Kind::Fork => writeln!(out, "{pad}{id}{{{{\"&amp;\"}}}}"),
            Kind::Sub { .. } => {
                let _ = writeln!(out, "{pad}subgraph {id}[\"{title}\"]");
                things(net, Some(at), depth + 1, out);
                writeln!(out, "{pad}end")
            }
            Kind::Edge { .. } => Ok(()),
        };
    }
}

fn optional(def: &Definition, item: &Item) -> bool {
    matches!(item.kind, Kind::Task(ix) if def.node(ix).is_some_and(|n| n.optional || n.negative))
}

/// A text between quotes: Mermaid reads entities there.
fn quoted(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
