//! Where a patient is and was, as the page of a patient says it.

use crate::app::App;
use crate::links;
use crate::pages::{Linked, MoveRow, Stay};
use medloop_engine::moves::{Move, place};
use medloop_engine::name::CampusCode;
use medloop_engine::view::{InstanceView, Lang};
use medloop_engine::words::Worded as _;
use std::sync::Arc;

type Text<'a> = Option<&'a Arc<str>>;

/// By the moves; where none is known, as the latest order states it.
pub(super) fn now(app: &App, moves: &[Move], latest: Option<&InstanceView>, lang: Lang) -> Option<Stay> {
    if let Some(place) = place(moves) {
        let last = place.last;
        let state = if last.moved.is_here() {
            lang.pick("在院", "In hospital")
        } else {
            last.moved.word().text(lang)
        };
        let (at, source) = (app.moment(last.at).1, &last.event.source);
        return Some(Stay {
            state: capital(state),
            place: parts(app, &last.campus, [place.dept, place.ward, place.bed], lang),
            known: match lang {
                Lang::Zh => format!("{at} 起，{} 所报", source),
                Lang::En => format!("since {at}, as {source} says"),
            },
        });
    }
    let view = latest?;
    let patient = view.patient.as_ref()?;
    let stated = [&patient.dept, &patient.ward, &patient.bed].map(Option::as_ref);
    let campus = CampusCode::parse(&view.campus).ok().filter(|_| stated.iter().any(Option::is_some))?;
    Some(Stay {
        state: lang.pick("最近所在", "Last seen").to_owned(),
        place: parts(app, &campus, stated, lang),
        known: lang
            .pick(
                "按最近一个医嘱所写；没有收到入出转消息",
                "as the latest order states; no admission, transfer or discharge has come",
            )
            .to_owned(),
    })
}

/// The moves as rows, the last first.
pub(super) fn rows(app: &App, moves: &[Move], lang: Lang) -> Vec<MoveRow> {
    let row = |m: &Move| {
        // A newborn's visit has the number of its mother's.
        let visit = m.visit.as_deref().map(|v| v.split('\t').next().unwrap_or(v)).unwrap_or_default();
        MoveRow {
            at: app.moment(m.at),
            what: capital(m.moved.word().text(lang)),
            place: parts(app, &m.campus, [&m.dept, &m.ward, &m.bed].map(Option::as_ref), lang),
            visit: Linked {
                title: String::new(),
                text: visit.to_owned(),
                href: Some(links::visit(visit)).filter(|_| !visit.is_empty()),
            },
            source: Linked {
                title: String::new(),
                text: m.event.source.to_string(),
                href: Some(links::event(&m.event.source, &m.event.id)),
            },
        }
    };
    moves.iter().rev().map(row).collect()
}

/// Campus, department, ward and bed by their names.
fn parts(app: &App, campus: &CampusCode, [dept, ward, bed]: [Text<'_>; 3], lang: Lang) -> Vec<String> {
    let known = app.store.catalogue().campuses.get(campus);
    let say = |name: &medloop_engine::catalogue::Named| match lang {
        Lang::Zh => name.name.clone(),
        Lang::En => name.name_en.clone().unwrap_or_else(|| name.name.clone()),
    };
    let named = |code: &Arc<str>| {
        known.and_then(|c| c.departments.get(&**code)).map_or_else(|| code.to_string(), say)
    };
    let of_ward = || known.and_then(|c| c.wards.get(&**ward?)).map(|dept| Arc::from(dept.as_str()));
    let dept = dept.cloned().or_else(of_ward);
    let campus = known.map_or_else(|| campus.to_string(), |c| say(&c.name));
    let all =
        [Some(campus), dept.as_ref().map(named), ward.map(named), bed.map(|b| super::rows::bed(b, lang))];
    all.into_iter().flatten().collect()
}

/// With a capital where the language has them.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
