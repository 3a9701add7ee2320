//! `/patients/{id}`: who is one person, where the patient is and was, and every loop by visit.

use crate::app::{Answer, App, fault, json};
use crate::at::At;
use crate::instances::row;
use crate::lang::Alone;
use crate::problem::Fault;
use axum::extract::State;
use medloop_engine::moves::{Move, place};
use medloop_engine::words::Worded as _;
use medloop_store::{Filter, InstanceRow};
use serde_json::{Value, json as j};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most orders that one answer holds: the latest ones.
const ORDERS: u32 = 200;

/// `GET /patients/{id}`.
pub(crate) async fn one(State(app): State<App>, Alone(lang): Alone, At(id): At<String>) -> Answer {
    let failed = |e| fault(&e).to(lang);
    let ids = app.store.person(&id).await.map_err(failed)?;
    let filter = Filter { patient: Some(id.clone()), ..Filter::default() };
    let found = app.store.list(filter, None, ORDERS).await.map_err(failed)?;
    // A visit may have the number of somebody else's id.
    let mine =
        |r: &&InstanceRow| r.patient.as_ref().and_then(|p| p.id.as_ref()).is_some_and(|id| ids.contains(id));
    let orders: Vec<&InstanceRow> = found.items.iter().filter(mine).collect();
    let visit = |r: &InstanceRow| r.patient.as_ref().and_then(|p| p.visit_no.clone());
    let visits: BTreeSet<Arc<str>> = orders.iter().filter_map(|r| visit(r)).collect();
    let moves = app.store.moves(&ids, &visits).await.map_err(failed)?;
    if orders.is_empty() && moves.is_empty() && ids.len() < 2 {
        return Err(Fault::NotFound.to(lang));
    }
    let mut by_visit: Vec<(Option<Arc<str>>, Vec<Value>)> = Vec::new();
    for order in &orders {
        let (visit, item) = (visit(order), row(&app, order, lang));
        match by_visit.iter_mut().find(|(known, _)| *known == visit) {
            Some((_, items)) => items.push(item),
            None => by_visit.push((visit, vec![item])),
        }
    }
    let visits = by_visit.into_iter().map(|(visit, items)| j!({ "visit_no": visit, "items": items }));
    json(
        lang,
        &j!({
            "id": id,
            "ids": ids,
            "patient": orders.first().and_then(|r| r.patient.as_ref()),
            "now": now(&app, &moves, &orders),
            "moves": moves.iter().map(|m| moved(&app, m)).collect::<Vec<_>>(),
            "visits": visits.collect::<Vec<_>>(),
            "next_cursor": found.next_cursor,
        }),
    )
}

/// By the moves; where none is known, as the latest order states it.
fn now(app: &App, moves: &[Move], orders: &[&InstanceRow]) -> Option<Value> {
    if let Some(place) = place(moves) {
        let here = [("dept", place.dept), ("ward", place.ward), ("bed", place.bed)];
        let mut now = moved(app, place.last);
        if let Some(now) = now.as_object_mut() {
            now.extend(here.map(|(name, said)| (name.to_owned(), j!(said))));
            now.insert("in_hospital".to_owned(), j!(place.last.moved.is_here()));
        }
        return Some(now);
    }
    let latest = orders.first()?;
    let patient = latest.patient.as_ref()?;
    patient.dept.as_ref().or(patient.ward.as_ref())?;
    Some(j!({
        "in_hospital": null, "moved": null, "at": null, "source": null, "event_id": null,
        "campus": latest.id.campus, "dept": patient.dept, "ward": patient.ward, "bed": patient.bed,
        "patient_id": patient.id, "visit_no": patient.visit_no,
    }))
}

fn moved(app: &App, m: &Move) -> Value {
    // A newborn's visit has the number of its mother's.
    let visit = m.visit.as_deref().map(|v| v.split('\t').next().unwrap_or(v));
    j!({
        "moved": m.moved.word().json,
        "at": app.time(&m.campus, m.at),
        "campus": m.campus,
        "dept": m.dept,
        "ward": m.ward,
        "bed": m.bed,
        "patient_id": m.patient,
        "visit_no": visit,
        "source": m.event.source,
        "event_id": m.event.id,
    })
}
