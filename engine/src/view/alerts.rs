//! An alert as others see it: where it stands, what it says, and everything that has happened to it.

use super::alert_shape::{AlertStep, AlertTold, AlertView};
use crate::alert::{About, Act, Action, Deed, Record, Step, Words};
use crate::catalogue::Catalogue;
use crate::explain::text;
use crate::graph::title;
use crate::name::RoleCode;
use crate::time::{Instant, Moment, Precision, Zone};
use crate::words::{Lang, Worded as _};

/// An alert in the reader's language, as it stands at `now`. `None`: it was not raised by then.
#[must_use]
pub fn alert(record: &Record, names: &Catalogue, now: Instant, lang: Lang) -> Option<AlertView> {
    let course = record.course(now)?;
    let utc = Zone::fixed("UTC", 0);
    let zone = names.campuses.get(&record.campus).map_or(&utc, |c| &c.zone);
    let last = course.history.iter().rev().find_map(|s| match &s.deed {
        Deed::Raised { message, because } | Deed::Reopened { message, because } => Some((message, because)),
        _ => None,
    });
    let said = |pick: Option<&Words>| pick.map_or_else(String::new, |w| w.text(lang).to_owned());
    let (loop_code, track, round, key, system) = match &record.about {
        About::Order(s) => (Some(&s.code), s.track.clone(), s.round, Some(s.key.clone()), None),
        About::Source(system) => (None, None, 1, None, Some(system.to_string())),
    };
    let place = place(record, names, lang);
    Some(AlertView {
        place,
        id: record.id.to_string(),
        rule: record.rule.to_string(),
        title: record.ground.title.text(lang).to_owned(),
        loop_code: loop_code.map(ToString::to_string),
        instance: record.instance(),
        campus: record.campus.to_string(),
        key: key.map(|k| k.to_string()),
        dept: record.dept().map(|d| d.to_string()),
        system,
        track: track.map(|t| t.to_string()),
        round,
        severity: record.severity.word().json,
        status: course.status.word().json,
        raised_at: zone.rfc3339(course.raised_at),
        due_at: zone.rfc3339(course.due_at),
        level: course.level,
        told: if record.history { Vec::new() } else { told(&course.history, zone, names, lang) },
        message: said(last.map(|(m, _)| m)),
        because: said(last.map(|(_, b)| b)),
        basis: record.ground.basis.clone(),
        actions: Act::allowed(course.status),
        history: course.history.iter().map(|s| step(s, zone, names, lang)).collect(),
        backfilled: record.history,
        state: course.status,
        grade: record.severity,
        raised: course.raised_at,
        clock: clock(zone, course.raised_at),
    })
}

/// Where it is, in words: department, silent system, campus.
fn place(record: &Record, names: &Catalogue, lang: Lang) -> Vec<String> {
    let english = lang == Lang::En;
    let campus = names.campuses.get(&record.campus);
    let near = match &record.about {
        About::Order(_) => record.dept().map(|d| {
            let known = campus.and_then(|c| c.departments.get(&*d));
            known.map_or_else(|| d.to_string(), |n| title(n, &d, english))
        }),
        About::Source(system) => {
            let known = names.systems.get(system);
            Some(known.map_or_else(|| system.to_string(), |n| title(n, system.as_str(), english)))
        }
    };
    let code = record.campus.as_str();
    let far = campus.map_or_else(|| code.to_owned(), |c| title(&c.name, code, english));
    near.into_iter().chain([far]).collect()
}

fn clock(zone: &Zone, at: Instant) -> String {
    text::clock(zone, Moment { at, precision: Precision::Minute }, None)
}

/// The roles to which it was escalated since it was last raised.
fn told(history: &[Step], zone: &Zone, names: &Catalogue, lang: Lang) -> Vec<AlertTold> {
    let raised = |s: &&Step| matches!(s.deed, Deed::Raised { .. } | Deed::Reopened { .. });
    let since = history.iter().rev().take_while(|s| !raised(s));
    let mut all: Vec<AlertTold> = since
        .filter_map(|s| match &s.deed {
            Deed::Escalated(role) => Some(AlertTold {
                role: role.to_string(),
                title: role_title(role, names, lang),
                since: zone.rfc3339(s.at),
                clock: clock(zone, s.at),
            }),
            _ => None,
        })
        .collect();
    all.reverse();
    all
}

fn role_title(role: &RoleCode, names: &Catalogue, lang: Lang) -> String {
    let known = names.roles.get(role);
    known.map_or_else(|| role.to_string(), |r| title(&r.name, role.as_str(), lang == Lang::En))
}

fn step(step: &Step, zone: &Zone, names: &Catalogue, lang: Lang) -> AlertStep {
    let mut out =
        AlertStep { at: zone.rfc3339(step.at), clock: clock(zone, step.at), ..AlertStep::default() };
    match &step.deed {
        Deed::Raised { message, because } | Deed::Reopened { message, because } => {
            let first = matches!(step.deed, Deed::Raised { .. });
            out.event = if first { "raised" } else { "reopened" };
            out.text =
                if first { lang.pick("发生", "Raised") } else { lang.pick("再次发生", "Raised anew") }
                    .to_owned();
            out.message = Some(message.text(lang).to_owned());
            out.because = Some(because.text(lang).to_owned());
        }
        Deed::Cleared(because) => {
            out.event = "cleared";
            out.text = lang.pick("自动解除", "Cleared by late data").to_owned();
            out.because = Some(because.text(lang).to_owned());
        }
        Deed::Escalated(role) => {
            let name = role_title(role, names, lang);
            out.event = "escalated";
            out.text = match lang {
                Lang::Zh => format!("升级至{name}"),
                Lang::En => format!("Escalated to {name}"),
            };
            out.role = Some(role.to_string());
        }
        Deed::Acted(Action { by, act, authenticated, .. }) => {
            out.authenticated = Some(*authenticated);
            out.event = act.word();
            out.by = Some(by.clone());
            out.text = match act {
                Act::Acknowledge => lang.pick("受理", "Acknowledged"),
                Act::Verify { risk: true } => lang.pick("核实为风险事件", "Verified as a risk"),
                Act::Verify { risk: false } => lang.pick("核实为非风险", "Verified as no risk"),
                Act::Dismiss { .. } => lang.pick("忽略", "Dismissed"),
                Act::Close => lang.pick("关闭", "Closed"),
            }
            .to_owned();
            match act {
                Act::Verify { risk } => out.risk = Some(*risk),
                Act::Dismiss { why } => out.why = Some(why.clone()),
                _ => {}
            }
        }
    }
    out
}
