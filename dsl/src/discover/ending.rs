//! Events that end an order from outside its flow: those that the language has statements for.

use super::cases::{Cases, value};
use super::log::Log;
use medloop_engine::name::{EventType, FieldCode};
use std::collections::BTreeSet;

/// The types by which orders are ended, with the statement for each.
const TYPES: [(&str, &str); 4] = [
    ("order.cancelled", "cancel"),
    ("order.stopped", "stop"),
    ("order.superseded", "supersede"),
    ("order.excused", "excuse"),
];

/// 取消, 停止, 换单, 豁免.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// The keyword of the statement.
    pub(super) keyword: &'static str,
    pub(super) event: EventType,
    /// Of 换单: the field that holds the new order's key.
    pub(super) successor: Option<FieldCode>,
}

/// The endings among the events, and their kinds. An order that is replaced by no other order of the log is a node like any other.
pub(super) fn endings(log: &Log, cases: &Cases) -> (Vec<Ending>, BTreeSet<u16>) {
    let (mut found, mut kinds) = (Vec::new(), BTreeSet::new());
    for (event, keyword) in TYPES {
        let Some(at) = log.kinds.iter().position(|k| k.event.as_str() == event) else { continue };
        let (Ok(kind), Some(seen)) = (u16::try_from(at), log.kinds.get(at)) else { continue };
        let successor = if keyword == "supersede" { successor(log, cases, kind) } else { None };
        if keyword == "supersede" && successor.is_none() {
            continue;
        }
        kinds.insert(kind);
        found.push(Ending { keyword, event: seen.event.clone(), successor });
    }
    (found, kinds)
}

/// The field whose values are, more often than not, keys of other orders.
fn successor(log: &Log, cases: &Cases, kind: u16) -> Option<FieldCode> {
    let rows = || cases.all.iter().flatten().filter_map(|at| log.rows.get(*at));
    let keys: BTreeSet<u32> = rows().filter_map(|r| value(r, cases.key)).collect();
    let of_kind = || rows().filter(|r| r.kind == kind);
    let fields: BTreeSet<u16> = of_kind().flat_map(|r| r.cells.iter().map(|(f, _)| *f)).collect();
    let leads = |field: &u16| {
        let known = |v: u32, own: Option<u32>| keys.contains(&v) && Some(v) != own;
        let all = of_kind().filter_map(|r| value(r, *field).map(|v| known(v, value(r, cases.key))));
        let (hits, all) = all.fold((0_u64, 0_u64), |(hits, all), hit| (hits + u64::from(hit), all + 1));
        2 * hits > all
    };
    let field = fields.into_iter().filter(|f| *f != cases.key).find(leads)?;
    log.fields.get(field).map(|f| f.code.clone())
}
