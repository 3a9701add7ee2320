//! Nodes and their clauses; 事件 with what belongs to it.

use super::{Body, Builder};
use crate::diagnostic::Span;
use crate::parse::Rule;
use crate::tree::{Name, Node, NodeClause, On};
use pest::iterators::Pair;

impl Builder<'_> {
    pub(super) fn node(&mut self, pair: Pair<'_, Rule>) -> Option<Node> {
        let span = self.span(&pair);
        let (mut head, mut clauses) = ((None, None), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::head => head = self.head(part),
                Rule::node_body => {
                    self.statements(Body::Node, part.into_inner(), |this, clause| {
                        clauses.extend(this.node_clause(clause))
                    });
                }
                _ => {}
            }
        }
        // One whose name is missing is named when its loop has been read.
        let name = head.0.unwrap_or(Name { text: String::new(), span: Span::at(span.start) });
        Some(Node { doc: self.doc(span), name, code: head.1, clauses, span })
    }

    fn node_clause(&mut self, pair: Pair<'_, Rule>) -> Option<NodeClause> {
        let span = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::on => NodeClause::On(self.on(pair)),
            Rule::by => {
                let names = pair.into_inner().find(|p| p.as_rule() == Rule::names)?;
                NodeClause::By(self.names(names))
            }
            Rule::stage => NodeClause::Stage(self.inner_name(pair)?),
            Rule::icon => {
                let icon = pair.into_inner().find(|p| p.as_rule() == Rule::icon_name)?;
                let text = icon.as_str().trim_matches(['"', '“', '”']).to_owned();
                NodeClause::Icon(Name { text, span: self.span(&icon) })
            }
            Rule::required | Rule::optional => {
                let required = pair.as_rule() == Rule::required;
                let fields = pair.into_inner().filter(|p| p.as_rule() == Rule::field_ref);
                NodeClause::Fields {
                    required,
                    fields: fields.filter_map(|f| self.field_ref(f)).collect(),
                    span,
                }
            }
            Rule::within => {
                let (mut length, mut of) = (None, None);
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::length => length = self.length(part),
                        Rule::of_node => of = self.inner_name(part),
                        _ => {}
                    }
                }
                NodeClause::Within { length: length?, of, span }
            }
            Rule::due => {
                let (mut field, mut from, mut to, mut miss) = (Vec::new(), None, None, None);
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::path => field = self.path(part),
                        Rule::length => from = self.length(part),
                        Rule::upto => to = self.inner_length(part),
                        Rule::miss => miss = self.inner_length(part),
                        _ => {}
                    }
                }
                NodeClause::Due { field, from: from?, to, miss, span }
            }
            Rule::basis => NodeClause::Basis(self.inner_text(pair)?),
            _ => return None,
        })
    }

    fn field_ref(&self, pair: Pair<'_, Rule>) -> Option<(Name, bool)> {
        let (mut name, mut link) = (None, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::k_link => link = true,
                _ => {}
            }
        }
        name.map(|n| (n, link))
    }

    /// 事件 TYPE、… 来自 SYSTEM、… 当 EXPR
    pub(super) fn on(&mut self, pair: Pair<'_, Rule>) -> On {
        let span = self.span(&pair);
        let mut on = On { types: Vec::new(), systems: Vec::new(), guard: None, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::event_types => {
                    let types = part.into_inner().filter(|p| p.as_rule() == Rule::path);
                    on.types = types.map(|p| self.dotted(p)).collect();
                }
                Rule::from => {
                    let names = part.into_inner().find(|p| p.as_rule() == Rule::names);
                    on.systems = names.map(|n| self.names(n)).unwrap_or_default();
                }
                Rule::guard => on.guard = self.inner_expr(part),
                _ => {}
            }
        }
        on
    }
}
