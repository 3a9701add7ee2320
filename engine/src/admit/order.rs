//! The order in which facts are kept, total even where two revisions of one event look alike.

use crate::facts::Fact;
use crate::time::Instant;
use std::cmp::Ordering;
use std::sync::Arc;

/// Sorts facts by [`Fact::order`], the living before the dead, then by content.
///
/// Whoever keeps facts sorts them so: then equal sets are equal texts, whatever came first. Two that say the same stand by their arrival.
pub fn sort(facts: &mut [Arc<Fact>]) {
    facts.sort_by(|a, b| compare(a, b));
}

fn compare(a: &Fact, b: &Fact) -> Ordering {
    a.order()
        .cmp(&b.order())
        .then(a.dead.cmp(&b.dead))
        .then_with(|| content(a).cmp(&content(b)))
        .then(a.arrived.cmp(&b.arrived))
}

/// Only looked at for two revisions of one event that share time and hits.
fn content(fact: &Fact) -> String {
    let still = Fact { arrived: Instant(0), ..fact.clone() };
    serde_json::to_string(&still).unwrap_or_default()
}
