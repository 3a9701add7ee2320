//! Which 取消, 停止, 换单, 豁免 are in force.

use super::group::Items;
use super::moments::later;
use crate::facts::{Fact, Hit};
use crate::graph::{Definition, EndingKind};
use crate::name::FieldCode;
use crate::state::EndedBy;
use crate::time::{Moment, Zone};
use crate::value::Value;
use std::sync::Arc;

/// The endings in force on one side, and the first cancel whether in force or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Endings {
    pub(super) cancel: Option<EndedBy>,
    pub(super) supersede: Option<EndedBy>,
    pub(super) stop: Option<EndedBy>,
    pub(super) excuse: Option<EndedBy>,
    pub(super) first_cancel: Option<Moment>,
}

impl Endings {
    /// `latest`: the latest non-negative occurrences that a cancel acts on, of each precision, and `own` those of this very side; `before`: the earliest moments of 之前 nodes.
    pub(super) fn new(
        def: &Definition,
        zone: &Zone,
        facts: &[Arc<Fact>],
        latest: &[Moment],
        own: &[Moment],
        before: &[(u16, Moment)],
    ) -> Self {
        let mut out = Self::default();
        let mut cancelled_at = None;
        let mut resumed: Vec<(u16, usize)> = Vec::new();
        let mut stops: Vec<(u16, usize, EndedBy)> = Vec::new();
        let mut items = Items::of(facts);
        for (at, fact) in facts.iter().enumerate().filter(|(_, f)| !f.dead) {
            for hit in &fact.hits {
                if let Hit::Resume(i) = hit {
                    resumed.push((*i, at));
                    items.resume(*i, fact);
                }
            }
            for hit in &fact.hits {
                let Hit::Ending(i) = hit else { continue };
                let Some(ending) = def.endings.get(usize::from(*i)) else { continue };
                let some = matches!(ending.kind, EndingKind::Cancel | EndingKind::Stop);
                if some && !items.end_all(*i, fact) {
                    continue;
                }
                let mut by = EndedBy {
                    kind: ending.kind,
                    at: fact.at,
                    wasted: false,
                    reason: FieldCode::parse("reason").ok().and_then(|f| fact.fields.get(&f)).and_then(text),
                    successor: None,
                };
                match ending.kind {
                    EndingKind::Cancel => {
                        out.first_cancel.get_or_insert(fact.at);
                        by.wasted = before.iter().any(|(e, m)| e == i && !later(zone, *m, fact.at));
                        // An event that hits two 取消 acts as the first.
                        if cancelled_at != Some(at) {
                            out.cancel = Some(by);
                        }
                        cancelled_at = Some(at);
                    }
                    EndingKind::Excuse => out.excuse = Some(by),
                    EndingKind::Supersede => {
                        by.successor =
                            ending.successor.as_ref().and_then(|f| fact.fields.get(f)).and_then(text);
                        out.supersede.get_or_insert(by);
                    }
                    EndingKind::Stop => {
                        if let Some(Value::Moment(m)) =
                            ending.effective.as_ref().and_then(|f| fact.fields.get(f))
                        {
                            by.at = *m;
                        }
                        stops.push((*i, at, by));
                    }
                }
            }
        }
        if let Some(c) = &out.cancel
            && latest.iter().any(|l| later(zone, *l, c.at))
        {
            out.cancel = None;
        }
        // What was done after all is not excused.
        if let Some(e) = &out.excuse
            && own.iter().any(|l| later(zone, *l, e.at))
        {
            out.excuse = None;
        }
        // A resume takes back the stops of its own ending, up to its own position.
        stops.retain(|(i, at, _)| !resumed.iter().any(|(r, back)| r == i && back >= at));
        out.stop = stops.into_iter().min_by_key(|(_, at, by)| (by.at.at, *at)).map(|(_, _, by)| by);
        out
    }

    /// The one in force that is shown: cancel before supersede before stop before excuse.
    pub(super) fn shown(&self) -> Option<&EndedBy> {
        self.cancel.as_ref().or(self.supersede.as_ref()).or(self.stop.as_ref()).or(self.excuse.as_ref())
    }

    /// The one of this kind in force.
    pub(super) fn of(&self, kind: EndingKind) -> Option<&EndedBy> {
        match kind {
            EndingKind::Cancel => self.cancel.as_ref(),
            EndingKind::Stop => self.stop.as_ref(),
            EndingKind::Supersede => self.supersede.as_ref(),
            EndingKind::Excuse => self.excuse.as_ref(),
        }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(t) => Some(t.to_string()),
        Value::Number(n) => Some(format!("{n}")),
        _ => None,
    }
}
