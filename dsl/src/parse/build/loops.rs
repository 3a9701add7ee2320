//! Files, loops and the statements of a loop.

use super::{Body, Builder};
use crate::diagnostic::Span;
use crate::parse::Rule;
use crate::tree::{Ending, EndingKind, Loop, LoopItem, Param, Refer, Spanned, Starts};
use pest::iterators::{Pair, Pairs};

impl Builder<'_> {
    /// The loops and fragments of a file.
    pub(in crate::parse) fn file(&mut self, pairs: Pairs<'_, Rule>) -> Vec<Loop> {
        let mut loops = Vec::new();
        self.statements(Body::File, pairs, |this, pair| loops.extend(this.loop_item(pair)));
        loops
    }

    fn loop_item(&mut self, pair: Pair<'_, Rule>) -> Option<Loop> {
        let span = self.span(&pair);
        let fragment = pair.as_rule() == Rule::fragment_item;
        let (mut head, mut items) = ((None, None), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::head => head = self.head(part),
                Rule::body => {
                    self.statements(Body::Loop, part.into_inner(), |this, clause| {
                        items.extend(this.loop_clause(clause))
                    });
                }
                _ => {}
            }
        }
        self.name_nodes(&mut items);
        Some(Loop { doc: self.doc(span), fragment, name: head.0?, code: head.1, items, span })
    }

    /// A node whose name is missing is the one that the flow names and nothing is; where there are several, none of them is missed.
    fn name_nodes(&mut self, items: &mut Vec<LoopItem>) {
        let nameless = |item: &LoopItem| matches!(item, LoopItem::Node(node) if node.name.text.is_empty());
        let count = items.iter().filter(|item| nameless(item)).count();
        if count == 0 {
            return;
        }
        let mut wanted: Vec<String> = Vec::new();
        for item in items.iter() {
            let LoopItem::Flow(flow) = item else { continue };
            wanted.extend(flow.value.names().into_iter().map(|name| name.text.clone()));
        }
        for item in items.iter() {
            let (name, code) = match item {
                LoopItem::Node(node) => (&node.name, node.code.as_ref()),
                LoopItem::Use(name) => (name, None),
                _ => continue,
            };
            wanted.retain(|word| *word != name.text && code.is_none_or(|code| *word != code.text));
        }
        match (wanted.as_slice(), count) {
            ([word], 1) => {
                for item in items.iter_mut() {
                    match item {
                        LoopItem::Node(node) if node.name.text.is_empty() => node.name.text.clone_from(word),
                        _ => {}
                    }
                }
            }
            _ => {
                self.lost.extend(wanted);
                items.retain(|item| !nameless(item));
            }
        }
    }

    fn loop_clause(&mut self, pair: Pair<'_, Rule>) -> Option<LoopItem> {
        let span = self.span(&pair);
        Some(match pair.as_rule() {
            Rule::grade => {
                let number = pair.into_inner().find(|p| p.as_rule() == Rule::number)?;
                LoopItem::Grade(Spanned {
                    value: number.as_str().parse().unwrap_or(f64::MAX),
                    span: self.span(&number),
                })
            }
            Rule::category => LoopItem::Category(self.inner_name(pair)?),
            Rule::basis => LoopItem::Basis(self.inner_text(pair)?),
            Rule::key => LoopItem::Key(self.inner_name(pair)?),
            Rule::starts => LoopItem::Starts(self.starts(pair, span)),
            Rule::flow_stmt => {
                let flow = pair.into_inner().find(|p| p.as_rule() == Rule::flow)?;
                LoopItem::Flow(Spanned { value: Box::new(self.flow(flow)?), span })
            }
            Rule::use_stmt => LoopItem::Use(self.inner_name(pair)?),
            Rule::refer => {
                let names = pair.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p));
                let [name, target, field, other] = names.collect::<Vec<_>>().try_into().ok()?;
                LoopItem::Refer(Refer { name, target, field, other, span })
            }
            Rule::param => LoopItem::Param(self.param(pair, span)?),
            Rule::node => LoopItem::Node(self.node(pair)?),
            Rule::cancel => LoopItem::Ending(self.ending(EndingKind::Cancel, pair, span)?),
            Rule::stop => LoopItem::Ending(self.ending(EndingKind::Stop, pair, span)?),
            Rule::supersede => LoopItem::Ending(self.ending(EndingKind::Supersede, pair, span)?),
            Rule::excuse => LoopItem::Ending(self.ending(EndingKind::Excuse, pair, span)?),
            Rule::interrupt => LoopItem::Interrupt(Spanned { value: self.inner_length(pair)?, span }),
            Rule::seal => LoopItem::Seal(Spanned { value: self.inner_length(pair)?, span }),
            Rule::rule => LoopItem::Rule(self.rule(pair)?),
            Rule::measure => LoopItem::Measure(self.measure(pair)?),
            Rule::test => LoopItem::Test(self.test(pair)?),
            _ => return None,
        })
    }

    fn starts(&mut self, pair: Pair<'_, Rule>, span: Span) -> Starts {
        let mut starts = Starts { any: false, nodes: Vec::new(), guard: None, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::k_any => starts.any = true,
                Rule::names => starts.nodes = self.names(part),
                Rule::guard => starts.guard = self.inner_expr(part),
                _ => {}
            }
        }
        starts
    }

    fn param(&mut self, pair: Pair<'_, Rule>, span: Span) -> Option<Param> {
        let (mut name, mut code, mut value, mut range, mut basis) = (None, None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::code => code = self.code(part),
                Rule::value => value = self.value(part),
                Rule::range => {
                    let mut bounds = part.into_inner().filter(|p| p.as_rule() == Rule::value);
                    let (from, to) = (bounds.next()?, bounds.next()?);
                    range = self.value(from).zip(self.value(to));
                }
                Rule::basis => basis = self.inner_text(part),
                _ => {}
            }
        }
        Some(Param { doc: self.doc(span), name: name?, code, value: value?, range, basis, span })
    }

    fn ending(&mut self, kind: EndingKind, pair: Pair<'_, Rule>, span: Span) -> Option<Ending> {
        let (mut on, mut before, mut effective, mut resume, mut successor) =
            (None, None, None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::on => on = Some(self.on(part)),
                Rule::before => before = self.inner_name(part),
                Rule::effective => effective = self.inner_name(part),
                Rule::resume => {
                    let inner = part.into_inner().find(|p| p.as_rule() == Rule::on);
                    resume.extend(inner.map(|p| self.on(p)));
                }
                Rule::successor => successor = self.inner_name(part),
                _ => {}
            }
        }
        Some(Ending { kind, on: on?, before, effective, resume, successor, span })
    }
}
