//! How an order becomes a row of work.

use crate::app::Seen;
use crate::links;
use crate::pages::{Linked, OwedItem, Work};
use crate::timeline::{instance_tag, node_tag, patient, sentence};
use medloop_engine::view::{Lang, Owed};

/// The row of an order.
pub(super) fn work(seen: &Seen, lang: Lang) -> Work {
    let view = &seen.view;
    let id = view.patient.as_ref().and_then(|p| p.id.as_deref()).filter(|id| !id.is_empty());
    let bed = view.patient.as_ref().and_then(|p| p.bed.as_deref()).map(|b| super::rows::bed(b, lang));
    let place: Vec<String> = view.text.ward.clone().into_iter().chain(bed).collect();
    Work {
        href: links::instance(&view.key, &view.campus, &view.loop_code, &view.key),
        key: view.key.clone(),
        title: view.title.clone(),
        campus: view.text.campus.clone(),
        status: instance_tag(view.state, lang),
        patient: Linked {
            title: String::new(),
            text: patient(view, lang).name,
            href: id.map(links::patient),
        },
        place: place.join(" "),
        headline: sentence(view),
        opened: view.text.opened.clone().unwrap_or_default(),
        closed: view.text.closed.clone(),
        owed: seen.owed.first().map(|o| owed(o, lang)),
        others: seen.owed.len().saturating_sub(1),
    }
}

fn owed(o: &Owed, lang: Lang) -> OwedItem {
    OwedItem {
        title: o.title.clone(),
        track: o.track.clone().unwrap_or_default(),
        status: node_tag(o.state, lang),
        hands: hands(o, lang),
        since: o.text.since.clone().unwrap_or_default(),
        waited: o.text.waited.clone().unwrap_or_default(),
        standard: o.text.standard.clone().unwrap_or_default(),
        over: o.text.over.clone().unwrap_or_default(),
        due: o.text.due.clone().unwrap_or_default(),
    }
}

/// Department and roles at whose hands a node is.
pub(super) fn hands(o: &Owed, lang: Lang) -> String {
    let parts = [o.text.dept.clone(), Some(o.text.roles.clone()).filter(|r| !r.is_empty())];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "—".to_owned() } else { parts.join(lang.pick(" ", ", ")) }
}
