//! The alert that a source is silent: one for each silence, cleared when something comes again.

use super::{About, Cause, Ground, Record, SOURCE_SILENT, Turn, Words};
use crate::catalogue::Catalogue;
use crate::explain::text;
use crate::graph::{Severity, title};
use crate::name::{CampusCode, SystemCode};
use crate::time::{Instant, Moment, Precision, Span, Zone};
use crate::words::Lang;
use std::sync::Arc;

/// The alert about one silence of a system at a campus: from `from` on, until something came again.
#[must_use]
pub fn silence(
    system: &SystemCode,
    campus: &CampusCode,
    heartbeat: Span,
    (from, until): (Instant, Option<Instant>),
    names: &Catalogue,
) -> Record {
    let utc = Zone::fixed("UTC", 0);
    let zone = names.campuses.get(campus).map_or(&utc, |c| &c.zone);
    let clock = |at| text::clock(zone, Moment { at, precision: Precision::Minute }, None);
    let called = |lang| {
        let known = names.systems.get(system);
        known.map_or_else(|| system.to_string(), |n| title(n, system.as_str(), lang == Lang::En))
    };
    let (zh, en) = (called(Lang::Zh), called(Lang::En));
    let last = clock(from.plus(heartbeat.negated()));
    let pause = |lang| text::duration(heartbeat, lang);
    let raised = Turn {
        at: from,
        raised: Some(Cause {
            due: from,
            dept: None,
            message: Words {
                zh: format!("{zh}超过 {} 没有消息", pause(Lang::Zh)),
                en: format!("nothing from {en} for more than {}", pause(Lang::En)),
            },
        }),
        because: Words {
            zh: format!("最后一条消息到达于 {last}"),
            en: format!("the last message came at {last}"),
        },
    };
    let cleared = until.map(|at| Turn {
        at,
        raised: None,
        because: Words {
            zh: format!("{} 又有消息", clock(at)),
            en: format!("something came again at {}", clock(at)),
        },
    });
    let track = format!("{campus}/{system}@{}", from.0);
    Record {
        id: Arc::from(super::id("", SOURCE_SILENT, Some(&track), 1)),
        rule: Arc::from(SOURCE_SILENT),
        campus: campus.clone(),
        about: About::Source(system.clone()),
        severity: Severity::High,
        ground: Ground {
            title: Words { zh: "来源系统静默".into(), en: "Source silent".into() },
            basis: None,
            escalate: Vec::new(),
        },
        history: false,
        turns: std::iter::once(raised).chain(cleared).collect(),
        actions: Vec::new(),
    }
}
