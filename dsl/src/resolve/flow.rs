//! The flow: each node gets its place in it, each `每个` becomes a scope.

use super::Cx;
use super::loops::{Guard, Loop, Node, Scope};
use super::symbols::Symbol;
use crate::diagnostic::{Span as Place, nearest};
use crate::say;
use crate::tree::{self, FlowKind, FlowOp, LoopItem, Name, Spanned, Suffix};
use medloop_engine::graph::{Flow, GuardIx, NodeIx, ScopeIx};
use medloop_engine::name::NodeCode;

struct Walk<'c, 'a, 'l> {
    cx: &'c mut Cx<'a>,
    of: &'l mut Loop<'a>,
    trees: Vec<&'a tree::Node>,
    /// Where each node statement stands in the flow already.
    used: Vec<Option<Place>>,
    scope: ScopeIx,
    /// Nodes that a misspelt name of the flow probably meant.
    meant: Vec<String>,
    /// How many names of the flow stand for no node, and nearest to none.
    strange: usize,
    /// Whether a 重来 stands around.
    again: Option<Place>,
}

/// Fills in `flow`, `scopes` and the beginnings of `nodes`.
pub(super) fn resolve<'a>(cx: &mut Cx<'a>, of: &mut Loop<'a>, flow: Option<&'a Spanned<Box<tree::Flow>>>) {
    let trees: Vec<&'a tree::Node> =
        of.tree.items.iter().filter_map(|i| if let LoopItem::Node(n) = i { Some(n) } else { None }).collect();
    let used = vec![None; trees.len()];
    let mut walk =
        Walk { cx, of, trees, used, meant: Vec::new(), strange: 0, scope: ScopeIx::ORDER, again: None };
    if let Some(flow) = flow.and_then(|f| walk.flow(&f.value)) {
        walk.of.flow = flow;
    }
    walk.left_out(flow.is_some());
}

impl<'a> Walk<'_, 'a, '_> {
    fn flow(&mut self, flow: &'a tree::Flow) -> Option<Flow> {
        let before = self.again;
        if let Some(node) = &flow.again {
            match before {
                Some(outer) => {
                    let message = say!("“重来”里不能再有“重来”", "an `again` cannot stand within another");
                    self.cx.push(
                        self.cx
                            .error("E0409", node.span, message)
                            .label(outer, say!("外层", "the outer one")),
                    );
                }
                None => self.again = Some(node.span),
            }
        }
        let body = self.body(flow);
        self.again = before;
        let mut body = body?;
        if flow.suffix == Some(Suffix::Optional) && !matches!(body, Flow::Node(_)) {
            body = Flow::Opt(Box::new(body));
        }
        if let Some(name) = &flow.again
            && let Some(node) = self.place(name, true, None)
        {
            body = Flow::Again { body: Box::new(body), node };
        }
        if !flow.ends.is_empty() {
            let nodes: Vec<NodeIx> = flow.ends.iter().filter_map(|n| self.place(n, true, None)).collect();
            body = Flow::Ends { body: Box::new(body), nodes };
        }
        if let Some(tree) = &flow.guard {
            let guard = GuardIx(u16::try_from(self.of.guards.len()).unwrap_or(u16::MAX));
            self.of.guards.push(Guard { tree, bound: None });
            body = Flow::When { guard, body: Box::new(body) };
        }
        Some(body)
    }

    fn body(&mut self, flow: &'a tree::Flow) -> Option<Flow> {
        match &flow.kind {
            FlowKind::Name(name) => self.place(name, false, flow.suffix).map(Flow::Node),
            FlowKind::Group(inner) => {
                let inner = self.flow(inner)?;
                if let (Flow::Node(ix), Some(Suffix::Optional)) = (&inner, flow.suffix)
                    && let Some(node) = self.of.nodes.get_mut(usize::from(ix.0))
                {
                    node.optional = true;
                }
                Some(inner)
            }
            FlowKind::Many(op, items) => {
                let parts: Vec<Flow> = items.iter().filter_map(|i| self.flow(i)).collect();
                Some(match op {
                    FlowOp::Seq => Flow::Seq(parts),
                    FlowOp::Choice => Flow::Choice(parts),
                    FlowOp::Par => Flow::Par(parts),
                })
            }
            FlowKind::Each { field, count, until_stop, body } => {
                self.each(field, count.as_ref(), *until_stop, body, flow.span)
            }
        }
    }

    fn each(
        &mut self,
        field: &'a Name,
        count: Option<&'a tree::Expr>,
        until_stop: bool,
        body: &'a tree::Flow,
        span: Place,
    ) -> Option<Flow> {
        if self.scope != ScopeIx::ORDER {
            let message = say!("“每个”里不能再有“每个”", "an `each` cannot stand within another");
            self.cx.push(self.cx.error("E0406", span, message));
            self.of.flow_lost = true;
            return self.flow(body);
        }
        if let Some(outer) = self.again {
            let message = say!("“重来”里不能有“每个”", "an `each` cannot stand within an `again`");
            self.cx.push(
                self.cx.error("E0409", field.span, message).label(outer, say!("“重来”在这里", "the `again`")),
            );
        }
        let code = self.cx.field_code(field);
        if let Some(other) = code.as_ref().and_then(|c| self.of.scopes.iter().find(|s| s.field == *c)) {
            let word = &field.text;
            let message = say!("两个“每个 {word}”", "`each {word}` stands here twice");
            self.cx.push(
                self.cx.error("E0407", field.span, message).label(other.span, say!("第一个", "the first")),
            );
        }
        let code = code?;
        let scope = Scope {
            field: code,
            span: field.span,
            flow: Flow::Seq(Vec::new()),
            count_tree: count,
            count: None,
            until_stop,
        };
        self.of.scopes.push(scope);
        let ix = ScopeIx(u16::try_from(self.of.scopes.len()).unwrap_or(u16::MAX));
        self.scope = ix;
        let flow = self.flow(body);
        self.scope = ScopeIx::ORDER;
        if let (Some(scope), Some(flow)) = (self.of.scopes.get_mut(usize::from(ix.0) - 1), flow) {
            scope.flow = flow;
        }
        Some(Flow::Each(ix))
    }

    /// Gives a node its place.
    fn place(&mut self, name: &Name, negative: bool, suffix: Option<Suffix>) -> Option<NodeIx> {
        let i = match self.of.symbols.get(&name.text) {
            Some(Symbol::Node(i)) => i,
            Some(Symbol::Fragment) => return None,
            Some(_) if self.of.symbols.is_twice(&name.text) => return None,
            Some(other) => {
                let (word, (zh, en)) = (&name.text, other.words());
                let message =
                    say!("“{word}”是{zh}，流程里只有环节", "`{word}` is a {en}; a flow holds nodes");
                self.strange += 1;
                self.cx.push(self.cx.error("E0202", name.span, message));
                return None;
            }
            None => {
                let near = nearest(&name.text, self.of.symbols.names_of(|s| matches!(s, Symbol::Node(_))));
                if near.is_none() && self.of.symbols.lacks_node {
                    return None;
                }
                self.strange += usize::from(near.is_none());
                self.meant.extend(near.clone());
                self.cx.unknown_node(name, near, &self.of.symbols);
                return None;
            }
        };
        let tree = *self.trees.get(i)?;
        if let Some(Some(first)) = self.used.get(i) {
            let word = &name.text;
            let message = say!("环节“{word}”在流程中出现两次", "the node `{word}` stands in the flow twice");
            self.cx.push(
                self.cx.error("E0405", name.span, message).label(*first, say!("第一次", "the first time")),
            );
            return None;
        }
        if let Some(used) = self.used.get_mut(i) {
            *used = Some(name.span);
        }
        let optional = matches!(suffix, Some(Suffix::Optional | Suffix::Any));
        let repeated = matches!(suffix, Some(Suffix::Repeated | Suffix::Any));
        Some(self.add(i, tree, (optional, repeated, negative)))
    }

    fn add(
        &mut self,
        i: usize,
        tree: &'a tree::Node,
        (optional, repeated, negative): (bool, bool, bool),
    ) -> NodeIx {
        let ix = NodeIx(u16::try_from(self.of.nodes.len()).unwrap_or(u16::MAX));
        if let Some(place) = self.of.symbols.places.get_mut(i) {
            *place = Some(ix);
        }
        self.of.nodes.push(Node {
            tree,
            name: &tree.name.text,
            code: tree.code.as_ref().and_then(|c| NodeCode::parse(&c.text).ok()),
            scope: self.scope,
            optional,
            repeated,
            negative,
            triggers: Vec::new(),
            roles: Vec::new(),
            stage: None,
            icon: "",
            fields: Vec::new(),
            limit: None,
            limit_by: None,
            plan: None,
        });
        ix
    }

    /// Nodes that the flow does not name still get a place, so that what names them is not told again.
    fn left_out(&mut self, flow: bool) {
        let left = self.used.iter().filter(|u| u.is_none()).count();
        // What stands where one of them should has been told.
        let flow = flow && left > self.strange;
        for (i, tree) in self.trees.clone().into_iter().enumerate() {
            if self.used.get(i).is_some_and(Option::is_some) {
                continue;
            }
            let meant = |n: &Name| self.meant.contains(&n.text);
            let misspelt = meant(&tree.name) || tree.code.as_ref().is_some_and(meant);
            let twice = |n: &Name| self.of.symbols.is_twice(&n.text);
            let taken = twice(&tree.name) || tree.code.as_ref().is_some_and(twice);
            if flow && !self.of.file.broken && !misspelt && !taken {
                let word = &tree.name.text;
                let message = say!("环节“{word}”不在流程里", "the node `{word}` is not in the flow");
                let help = say!(
                    "写进流程，或写在“重来”“终止”之后",
                    "put it into the flow, or behind `again` or `ends`"
                );
                self.cx.push(self.cx.error("E0404", tree.name.span, message).help(help));
            }
            self.add(i, tree, (true, false, false));
        }
    }
}
