//! Every name of a loop file with what its position makes it: a node, a field, an event …; defined there, or named.

use super::Kind;
use crate::tree::{
    AlertPiece, Ending, Expectation, Expr, ExprKind, File, Flow, FlowKind, Length, LengthKind, Loop,
    LoopItem, Name, NodeClause, On, QuantifierKind, RuleClause, Setting, Span, TestItem, What,
};

/// A name and what its position makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) span: Span,
    pub(super) text: String,
    /// What it can stand for, the likeliest first.
    pub(super) kinds: &'static [Kind],
    /// Whether this is where it is defined.
    pub(super) defines: bool,
    /// The loop in the file in which it stands.
    pub(super) of: usize,
    /// The node before the dot.
    pub(super) node: Option<String>,
}

/// The names of a file, in text order.
pub(super) fn of_file(file: &File) -> Vec<Mention> {
    file.loops.iter().enumerate().flat_map(|(i, item)| of_loop(i, item)).collect()
}

fn of_loop(of: usize, item: &Loop) -> Vec<Mention> {
    let mut all = Walk { of, out: Vec::new() };
    all.whole(item);
    all.out.sort_by_key(|m| (m.span.start, m.span.end));
    all.out
}

const MEMBER: &[Kind] = &[Kind::Node, Kind::Rule, Kind::Param, Kind::Measure, Kind::Fragment];
const LOOP: &[Kind] = &[Kind::Loop];
const FRAGMENT: &[Kind] = &[Kind::Fragment];
const NODE: &[Kind] = &[Kind::Node, Kind::Fragment];
const RULE: &[Kind] = &[Kind::Rule];
const PARAM: &[Kind] = &[Kind::Param];
const LENGTH: &[Kind] = &[Kind::Param, Kind::Lengths];
const MEASURE: &[Kind] = &[Kind::Measure];
const FIELD: &[Kind] = &[Kind::Field];
const EVENT: &[Kind] = &[Kind::Event];
const SYSTEM: &[Kind] = &[Kind::System];
const ROLE: &[Kind] = &[Kind::Role];
/// A bare word of an expression.
const BARE: &[Kind] = &[Kind::Param, Kind::Node, Kind::Field, Kind::Rule];
/// What a function is applied to or called: a table of lengths, else words of the language.
const FUNCTION: &[Kind] = &[Kind::Lengths];
/// What 任一 ranges over.
const OVER: &[Kind] = &[Kind::Node, Kind::Field];

struct Walk {
    of: usize,
    out: Vec<Mention>,
}

impl Walk {
    fn put(&mut self, name: &Name, kinds: &'static [Kind], defines: bool) {
        let (span, text) = (name.span, name.text.clone());
        self.out.push(Mention { span, text, kinds, defines, of: self.of, node: None });
    }

    fn define(&mut self, name: &Name, code: Option<&Name>, kinds: &'static [Kind]) {
        self.put(name, kinds, true);
        code.into_iter().for_each(|code| self.put(code, kinds, true));
    }

    fn names<'n>(&mut self, names: impl IntoIterator<Item = &'n Name>, kinds: &'static [Kind]) {
        names.into_iter().for_each(|name| self.put(name, kinds, false));
    }

    fn whole(&mut self, item: &Loop) {
        self.define(&item.name, item.code.as_ref(), if item.fragment { FRAGMENT } else { LOOP });
        for statement in &item.items {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &LoopItem) {
        match statement {
            LoopItem::Grade(_) | LoopItem::Category(_) | LoopItem::Basis(_) => {}
            LoopItem::Key(name) => self.put(name, FIELD, false),
            LoopItem::Starts(starts) => {
                self.names(&starts.nodes, NODE);
                self.exprs(&starts.guard);
            }
            LoopItem::Flow(flow) => self.flow(&flow.value),
            LoopItem::Use(name) => self.put(name, FRAGMENT, false),
            LoopItem::Refer(refer) => {
                self.put(&refer.target, LOOP, false);
                self.names([&refer.field, &refer.other], FIELD);
            }
            LoopItem::Param(param) => self.define(&param.name, param.code.as_ref(), PARAM),
            LoopItem::Node(node) => {
                self.define(&node.name, node.code.as_ref(), &[Kind::Node]);
                node.clauses.iter().for_each(|clause| self.node_clause(clause));
            }
            LoopItem::Ending(ending) => self.ending(ending),
            LoopItem::Interrupt(length) | LoopItem::Seal(length) => self.length(&length.value),
            LoopItem::Rule(rule) => {
                self.define(&rule.name, rule.code.as_ref(), RULE);
                rule.clauses.iter().for_each(|clause| self.rule_clause(clause));
            }
            LoopItem::Measure(measure) => {
                self.define(&measure.name, measure.code.as_ref(), MEASURE);
                self.names([&measure.from, &measure.to], NODE);
                measure.target.iter().for_each(|length| self.length(length));
            }
            LoopItem::Test(test) => test.items.iter().for_each(|item| self.test(item)),
        }
    }

    fn on(&mut self, on: &On) {
        self.names(&on.types, EVENT);
        self.names(&on.systems, SYSTEM);
        self.exprs(&on.guard);
    }

    fn ending(&mut self, ending: &Ending) {
        self.on(&ending.on);
        self.names(&ending.before, NODE);
        self.names(ending.effective.iter().chain(&ending.successor), FIELD);
        ending.resume.iter().for_each(|on| self.on(on));
    }

    fn length(&mut self, length: &Length) {
        if let LengthKind::Name(name) = &length.kind {
            self.put(name, LENGTH, false);
        }
    }

    fn node_clause(&mut self, clause: &NodeClause) {
        match clause {
            NodeClause::On(on) => self.on(on),
            NodeClause::By(roles) => self.names(roles, ROLE),
            NodeClause::Stage(_) | NodeClause::Icon(_) | NodeClause::Basis(_) => {}
            NodeClause::Fields { fields, .. } => self.names(fields.iter().map(|(name, _)| name), FIELD),
            NodeClause::Within { length, of, .. } => {
                self.length(length);
                self.names(of, NODE);
            }
            NodeClause::Due { field, from, to, miss, .. } => {
                match field.as_slice() {
                    [field] => self.put(field, FIELD, false),
                    [node, field] => self.dotted(node, field),
                    _ => {}
                }
                [Some(from), to.as_ref(), miss.as_ref()]
                    .into_iter()
                    .flatten()
                    .for_each(|length| self.length(length));
            }
        }
    }

    fn rule_clause(&mut self, clause: &RuleClause) {
        match clause {
            RuleClause::Severity(_) | RuleClause::Missing(_) | RuleClause::Ties(_) | RuleClause::Basis(_) => {
            }
            RuleClause::Check(expr, _) | RuleClause::Applies(expr) => self.expr(expr),
            RuleClause::Alert(_, pieces) => {
                for piece in pieces {
                    if let AlertPiece::Value(expr) = piece {
                        self.expr(expr);
                    }
                }
            }
            RuleClause::Escalate(length, roles) => {
                self.length(length);
                self.names(roles, ROLE);
            }
        }
    }

    fn flow(&mut self, flow: &Flow) {
        match &flow.kind {
            FlowKind::Name(name) => self.put(name, NODE, false),
            FlowKind::Many(_, all) => all.iter().for_each(|one| self.flow(one)),
            FlowKind::Group(inner) => self.flow(inner),
            FlowKind::Each { field, count, body, .. } => {
                self.put(field, FIELD, false);
                self.exprs(count);
                self.flow(body);
            }
        }
        self.names(flow.again.iter().chain(&flow.ends), NODE);
        self.exprs(&flow.guard);
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn dotted(&mut self, node: &Name, field: &Name) {
        self.put(node, NODE, false);
        self.put(field, FIELD, false);
        if let Some(last) = self.out.last_mut() {
            last.node = Some(node.text.clone());
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Text(_)
            | ExprKind::Number(_)
            | ExprKind::Moment(_)
            | ExprKind::Clock(_)
            | ExprKind::Bool(_) => {}
            ExprKind::Path(path) => match path.as_slice() {
                [name] => self.put(name, BARE, false),
                [node, field] => self.dotted(node, field),
                _ => {}
            },
            ExprKind::Call(path, args) => {
                if let [name] = path.as_slice() {
                    self.put(name, FUNCTION, false);
                }
                self.exprs(args);
            }
            ExprKind::Member(inner, names) => {
                self.expr(inner);
                self.names(names, FIELD);
            }
            ExprKind::List(all) | ExprKind::Logic(_, all) => self.exprs(all),
            ExprKind::Not(inner) | ExprKind::Negative(inner) => self.expr(inner),
            ExprKind::Compare(_, left, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Sum(first, rest) => {
                self.expr(first);
                self.exprs(rest.iter().map(|(_, e)| e));
            }
            ExprKind::Quantified(kind, name, body) => {
                let kinds = match kind {
                    QuantifierKind::Every => NODE,
                    QuantifierKind::Each => FIELD,
                    QuantifierKind::Any => OVER,
                };
                self.put(name, kinds, false);
                self.expr(body);
            }
        }
    }

    fn test(&mut self, item: &TestItem) {
        match item {
            TestItem::Setting(Setting::Param(name, _)) => self.put(name, PARAM, false),
            TestItem::Setting(_) => {}
            TestItem::Event(line) => {
                match &line.what {
                    What::Node(name) => self.put(name, NODE, false),
                    What::Event(name) => self.put(name, EVENT, false),
                    What::Ending(..) | What::Resume(_) => {}
                }
                let roles = line.person.iter().flat_map(|person| &person.roles);
                self.names(roles, ROLE);
                self.names(line.fields.iter().map(|(name, _)| name), FIELD);
            }
            TestItem::Expect { expectation, .. } => {
                let selector = match expectation {
                    Expectation::Loop { selector, .. } => selector,
                    Expectation::Alert { rule, selector, .. } => {
                        self.put(rule, RULE, false);
                        selector
                    }
                    Expectation::Named { name, selector, .. } => {
                        self.put(name, MEMBER, false);
                        selector
                    }
                };
                self.names(selector.iter().map(|s| &s.field), FIELD);
            }
        }
    }
}
