//! `/patients/{id}` and `/visits/{visit_no}`: where a patient is and was, every loop of a patient or of a visit, what needs somebody
//! first.

use super::{error, moves, work};
use crate::app::{App, Seen, page};
use crate::chrome::Asked;
use crate::links;
use crate::pages::{Group, Linked, Person};
use crate::timeline::{patient as line, person};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use medloop_engine::moves::Move;
use medloop_engine::view::{Lang, urgency};
use medloop_store::{Error, Filter};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most orders on one page: the latest ones.
const ORDERS: u32 = 200;

/// The ids of one person.
type Ids = BTreeSet<Arc<str>>;

/// Everything of a patient.
pub(crate) async fn patient(State(app): State<App>, asked: Asked, Path(id): Path<String>) -> Response {
    let ids = match app.store.person(&id).await {
        Ok(ids) => ids,
        Err(error) => return error::failed(&asked, &error),
    };
    let filter = Filter { patient: Some(id), ..Filter::default() };
    let mine = |seen: &Seen| {
        let stated = seen.view.patient.as_ref().and_then(|p| p.id.as_deref());
        stated.is_some_and(|id| ids.contains(id))
    };
    answer(&app, &asked, filter, mine, Some(&ids)).await
}

/// Everything of a visit.
pub(crate) async fn visit(State(app): State<App>, asked: Asked, Path(no): Path<String>) -> Response {
    let filter = Filter { visit: Some(no.clone()), ..Filter::default() };
    answer(&app, &asked, filter, |_| true, None).await
}

async fn answer(
    app: &App,
    asked: &Asked,
    filter: Filter,
    mine: impl Fn(&Seen) -> bool,
    ids: Option<&Ids>,
) -> Response {
    match model(app, asked, filter, mine, ids).await {
        Ok(Some(model)) => page(asked, StatusCode::OK, |t| t.person(asked.lang, &model)),
        Ok(None) if ids.is_some() => {
            error::missing(asked, "没有这位患者的医嘱。", "No order is known of this patient.")
        }
        Ok(None) => error::missing(asked, "没有这次就诊的医嘱。", "No order is known of this visit."),
        Err(error) => error::failed(asked, &error),
    }
}

async fn model(
    app: &App,
    asked: &Asked,
    filter: Filter,
    mine: impl Fn(&Seen) -> bool,
    ids: Option<&Ids>,
) -> Result<Option<Person>, Error> {
    let lang = asked.lang;
    let cursor = Some(asked.get("cursor")).filter(|c| !c.is_empty()).map(ToOwned::to_owned);
    let found = app.store.list(filter, cursor, ORDERS).await?;
    let mut all: Vec<Seen> = Vec::new();
    for row in &found.items {
        all.extend(app.see(&row.id, lang).await?.filter(&mine));
    }
    let moves = match ids {
        Some(ids) => app.store.moves(ids, &visit_numbers(&all)).await?,
        None => Vec::new(),
    };
    let Some(latest) = all.first() else {
        return Ok(ids.filter(|_| !moves.is_empty()).map(|ids| without_orders(app, asked, ids, &moves)));
    };
    let who = if ids.is_some() { person(&latest.view, lang) } else { line(&latest.view, lang) };
    let links = match ids {
        Some(ids) => merged(ids, lang).into_iter().chain(visits(&all, lang)).collect(),
        None => persons(&all, lang),
    };
    let (now, rows) = (moves::now(app, &moves, Some(&latest.view), lang), moves::rows(app, &moves, lang));
    let groups = if ids.is_some() { by_visit(all, lang) } else { by_need(all, lang) };
    Ok(Some(Person {
        chrome: asked.chrome(&who.name),
        name: who.name,
        parts: who.parts,
        links,
        now: now.filter(|_| ids.is_some()),
        moves: rows,
        groups: groups.into_iter().filter(|g| !g.work.is_empty()).collect(),
        more: found.next_cursor.map(|c| asked.with(&[("cursor", &c)])),
    }))
}

/// What needs somebody, what goes on, what has ended.
fn by_need(all: Vec<Seen>, lang: Lang) -> Vec<Group> {
    let (ended, mut open): (Vec<Seen>, Vec<Seen>) = all.into_iter().partition(|s| s.view.closed_at.is_some());
    open.sort_by_cached_key(|s| urgency(s.view.headline.tone, &s.owed));
    let (late, fine): (Vec<Seen>, Vec<Seen>) = open.into_iter().partition(needs_somebody);
    let group = |zh: &str, en: &str, all: &[Seen]| Group {
        title: lang.pick(zh, en).to_owned(),
        href: None,
        late: 0,
        work: all.iter().map(|s| work::work(s, lang)).collect(),
    };
    vec![
        group("需要处理", "Needs somebody", &late),
        group("进行中", "Open", &fine),
        group("已结束", "Ended", &ended),
    ]
}

/// The visits, the one in which an order opened last first; in each what needs somebody first, what has ended last.
fn by_visit(all: Vec<Seen>, lang: Lang) -> Vec<Group> {
    let visit = |s: &Seen| s.view.patient.as_ref().and_then(|p| p.visit_no.clone()).filter(|v| !v.is_empty());
    let mut visits: Vec<(Option<Arc<str>>, Vec<Seen>)> = Vec::new();
    for seen in all {
        let no = visit(&seen);
        match visits.iter_mut().find(|(known, _)| *known == no) {
            Some((_, mine)) => mine.push(seen),
            None => visits.push((no, vec![seen])),
        }
    }
    let group = |(no, mut mine): (Option<Arc<str>>, Vec<Seen>)| {
        mine.sort_by_cached_key(|s| (s.view.closed_at.is_some(), urgency(s.view.headline.tone, &s.owed)));
        Group {
            title: match (&no, lang) {
                (Some(no), Lang::Zh) => format!("就诊 {no}"),
                (Some(no), Lang::En) => format!("Visit {no}"),
                (None, _) => lang.pick("未写就诊号", "No visit number").to_owned(),
            },
            href: no.as_deref().map(links::visit),
            late: mine.iter().filter(|s| s.view.closed_at.is_none() && needs_somebody(s)).count(),
            work: mine.iter().map(|s| work::work(s, lang)).collect(),
        }
    };
    visits.into_iter().map(group).collect()
}

fn needs_somebody(seen: &Seen) -> bool {
    matches!(seen.view.headline.tone, "bad" | "warn")
}

/// The ids that are one person; none to show when there is no other.
fn merged(ids: &Ids, lang: Lang) -> Vec<Linked> {
    let link = |id: &Arc<str>| Linked {
        title: lang.pick("合并的患者号", "Merged patient id").to_owned(),
        text: id.to_string(),
        href: Some(links::patient(id)),
    };
    ids.iter().filter(|_| ids.len() > 1).map(link).collect()
}

/// Somebody who is known by moves alone.
fn without_orders(app: &App, asked: &Asked, ids: &Ids, moves: &[Move]) -> Person {
    let lang = asked.lang;
    let name = ids.iter().map(|id| &**id).collect::<Vec<_>>().join(lang.pick("、", ", "));
    Person {
        chrome: asked.chrome(&name),
        parts: vec![lang.pick("还没有医嘱", "No order yet").to_owned()],
        name,
        links: merged(ids, lang),
        now: moves::now(app, moves, None, lang),
        moves: moves::rows(app, moves, lang),
        groups: Vec::new(),
        more: None,
    }
}

/// The visits that these orders belong to.
fn visit_numbers(all: &[Seen]) -> Ids {
    let known = all.iter().filter_map(|s| s.view.patient.as_ref()?.visit_no.clone());
    known.filter(|v| !v.is_empty()).collect()
}

fn visits(all: &[Seen], lang: Lang) -> Vec<Linked> {
    let link = |v: &Arc<str>| Linked {
        title: lang.pick("就诊", "Visit").to_owned(),
        text: v.to_string(),
        href: Some(links::visit(v)),
    };
    visit_numbers(all).iter().map(link).collect()
}

/// The patients of these orders: one, unless sources disagree.
fn persons(all: &[Seen], lang: Lang) -> Vec<Linked> {
    let known = all.iter().filter_map(|s| s.view.patient.as_ref()?.id.as_deref());
    let known: BTreeSet<&str> = known.filter(|v| !v.is_empty()).collect();
    let link = |id: &str| Linked {
        title: lang.pick("患者的全部闭环", "All loops of the patient").to_owned(),
        text: id.to_owned(),
        href: Some(links::patient(id)),
    };
    known.into_iter().map(link).collect()
}
