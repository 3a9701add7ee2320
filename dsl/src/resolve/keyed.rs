//! Named windows and durations on nodes: the table, and the nodes that record what chooses its row.

use super::Cx;
use super::loops::{Keyed, Loop};
use crate::diagnostic::nearest;
use crate::say;
use crate::tree::Name;
use medloop_engine::graph::{NodeIx, ScopeIx};
use medloop_engine::keyed::Lengths;
use medloop_engine::name::FieldCode;

impl<'a> Cx<'a> {
    /// The named window, or duration, of a node. Mistakes are told.
    pub(super) fn keyed(
        &mut self,
        of: &Loop<'a>,
        ix: NodeIx,
        name: &Name,
        window: bool,
    ) -> Option<(&'a Lengths, Keyed)> {
        let word = &name.text;
        let (zh, en) = if window { ("窗", "window") } else { ("时长", "duration") };
        let Some(table) = self.names.lengths(word) else {
            let near = nearest(word, self.names.length_names(window));
            if window && near.is_none() {
                let message = say!("没有窗“{word}”", "there is no window `{word}`");
                let help =
                    say!("窗写两端，如 -30分钟..+60分钟", "a window has two ends, such as -30min..+60min");
                self.push(self.error("E0222", name.span, message).help(help));
                return None;
            }
            self.unknown("E0222", name, say!("没有{zh}", "there is no {en}"), near);
            return None;
        };
        if table.is_window() != window {
            let message = if window {
                say!("“{word}”是时长，不是窗", "`{word}` is a duration, not a window")
            } else {
                say!("“{word}”是窗，不是时长", "`{word}` is a window, not a duration")
            };
            self.push(self.error("E0222", name.span, message));
            return None;
        }
        let mut keys = Vec::new();
        for field in &table.keys {
            keys.push((self.holder(of, ix, name, field)?, field.clone()));
        }
        Some((table, Keyed { table: table.code.clone(), keys }))
    }

    /// The node that records a key of a table: this one, else the only one of its track, else the only one of the order.
    fn holder(&mut self, of: &Loop<'a>, ix: NodeIx, name: &Name, field: &FieldCode) -> Option<NodeIx> {
        let scope = of.nodes.get(usize::from(ix.0))?.scope;
        let records = |i: &usize, scope: ScopeIx| {
            of.nodes.get(*i).is_some_and(|n| n.scope == scope && n.fields.iter().any(|f| f.field == *field))
        };
        let all =
            |scope: ScopeIx| -> Vec<usize> { (0..of.nodes.len()).filter(|i| records(i, scope)).collect() };
        if records(&usize::from(ix.0), scope) {
            return Some(ix);
        }
        let mut holders = all(scope);
        if holders.is_empty() && scope != ScopeIx::ORDER {
            holders = all(ScopeIx::ORDER);
        }
        if let [only] = holders.as_slice() {
            return u16::try_from(*only).ok().map(NodeIx);
        }
        let word = &name.text;
        let key = self.names.catalogue.fields.get(field).map_or(field.as_str(), |f| f.name.name.as_str());
        let message = if holders.is_empty() {
            say!("“{word}”按“{key}”分行，没有环节记录它", "`{word}` goes by `{key}`, which no node records")
        } else {
            say!(
                "“{word}”按“{key}”分行，不止一个环节记录它",
                "`{word}` goes by `{key}`, which several nodes record"
            )
        };
        let help = say!("在本环节写 可填 {key}", "let this node say `optional {key}`");
        self.push(self.error("E0214", name.span, message).help(help));
        None
    }
}
