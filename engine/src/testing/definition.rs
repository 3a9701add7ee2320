//! Random definitions that keep to what `dsl` accepts.

use super::expr::{Asked, Exprs, guard_expr};
use super::house::{campuses, fields, params, roles, tables};
use super::lengths::{keyed, lengths};
use super::tape::Tape;
use crate::admit::OF_VISITS;
use crate::calendar::Work;
use crate::catalogue::{FieldDef, LinkRule};
use crate::graph::{
    Definition, Ending, EndingKind, Expr, Flow, GuardIx, Length, Limit, Node, NodeField, NodeIx, ParamIx,
    Plan, Rule, Scope, ScopeIx, Severity, Stage, Starts, Trigger,
};
use crate::name::{FieldCode, NodeCode, RoleCode, SystemCode};
use crate::time::Span;
use crate::value::Type;
use std::collections::BTreeMap;

/// A name that is known to be one.
pub(super) fn name<T: TryFrom<String, Error = crate::name::NameError>>(text: &str) -> T {
    match T::try_from(text.to_owned()) {
        Ok(name) => name,
        Err(_) => unreachable!("{text} is a name"),
    }
}

/// Field codes and types that the samples use.
pub(super) const FIELDS: [(&str, Type); 10] = [
    ("f_text", Type::Text),
    ("f_num", Type::Number),
    ("f_bool", Type::Bool),
    ("f_person", Type::Person),
    ("f_plan", Type::Moment),
    ("f_span", Type::Span),
    ("reason", Type::Text),
    ("f_eff", Type::Moment),
    ("f_new", Type::Text),
    ("f_list", Type::Text),
];
pub(super) const SYSTEMS: [&str; 3] = ["his", "lis", "pda"];
pub(super) const ROLES: [&str; 3] = ["doctor", "nurse", "senior"];
pub(super) const MINUTE: i64 = 60;
/// Seconds: lengths that make ties and boundary cases frequent.
pub(super) const LENGTHS: [i64; 9] = [10 * MINUTE, 30 * MINUTE, 60, 30, 3600, 0, 90, 86_400, 20 * MINUTE];

struct Builder<'t, 'a> {
    tape: &'t mut Tape<'a>,
    nodes: Vec<Node>,
    scopes: Vec<Scope>,
    guards: Vec<Expr>,
}

/// What a block may hold where it stands.
#[derive(Copy, Clone)]
struct Allowed {
    scope: ScopeIx,
    depth: u32,
    again: bool,
    each: bool,
}

pub(super) fn ix(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// A definition read from a tape.
pub(super) fn definition(tape: &mut Tape<'_>) -> Definition {
    let mut b = Builder { tape, nodes: Vec::new(), scopes: Vec::new(), guards: Vec::new() };
    let top = Allowed { scope: ScopeIx::ORDER, depth: 3, again: true, each: true };
    // The order has a node of its own, so that its rules have something to name.
    let first = b.node(ScopeIx::ORDER);
    let count = b.tape.below(5);
    let rest: Vec<Flow> = (0..count).map(|_| b.block(top)).collect();
    let flow = Flow::Seq([first].into_iter().chain(rest).collect());
    let (mut nodes, mut scopes, guards) = (b.nodes, b.scopes, b.guards);
    for n in 0..nodes.len() {
        clauses(tape, &mut nodes, n);
    }
    for (n, scope) in scopes.iter_mut().enumerate() {
        let mut asked = Asked::default();
        let mut exprs =
            Exprs { tape: &mut *tape, nodes: &nodes, scope: ScopeIx::ORDER, bound: None, asked: &mut asked };
        if n % 2 == 0 && exprs.tape.chance(35) {
            scope.count = Some(exprs.count());
        } else {
            scope.until_stop = exprs.tape.chance(15);
        }
    }
    let plain: Vec<NodeIx> =
        nodes.iter().enumerate().filter(|(_, n)| !n.negative).map(|(i, _)| NodeIx(ix(i))).collect();
    let starts = if tape.chance(30) { plain.clone() } else { plain.first().copied().into_iter().collect() };
    let endings = (0..tape.below(4)).map(|n| ending(tape, n, &nodes)).collect();
    let interrupt = tape.chance(50).then(|| {
        if tape.chance(20) { length(tape) } else { Length::Span(Span::seconds(tape.of(&[600, 60, 3600]))) }
    });
    let seal = tape.chance(25).then(|| {
        let after = Length::Span(Span::seconds(tape.of(&[600, 60, 3600, 86_400, 7200])));
        if tape.chance(30) { length(tape) } else { after }
    });
    let mut asked = Asked { scopes: scopes.len(), ..Asked::default() };
    let rules = (0..tape.below(5)).map(|n| rule(tape, n, &nodes, &mut asked)).collect();
    let campuses = campuses(tape, &nodes);
    let backfill_after = tape.chance(50).then(|| Span::seconds(tape.of(&[600, 0, 3600])));
    Definition {
        code: name("sample"),
        name: "样例".into(),
        doc: String::new(),
        grade: None,
        category: None,
        basis: None,
        key: name("order_no"),
        starts: Starts { nodes: starts, guard: None },
        flow,
        scopes,
        guards,
        nodes,
        params: params([30 * MINUTE, 60], 2.0, Work::Days(1)),
        endings,
        interrupt,
        seal,
        rules,
        asks: asked.asks,
        gathers: asked.gathers,
        lengths: lengths(tape),
        measures: Vec::new(),
        fields: linked(tape, fields()),
        tables: tables(),
        roles: roles(),
        campuses,
        backfill_after,
    }
}

/// Values of tracks lead events by one of several rules.
fn linked(tape: &mut Tape<'_>, mut fields: BTreeMap<FieldCode, FieldDef>) -> BTreeMap<FieldCode, FieldDef> {
    for field in fields.values_mut().filter(|f| f.code.as_str().starts_with("track_")) {
        let valid = tape.chance(50).then(|| Span::seconds(tape.of(&[3600, 60, 86_400])));
        field.link = LinkRule { shared: !tape.chance(50), valid };
    }
    fields
}

impl Builder<'_, '_> {
    fn block(&mut self, allowed: Allowed) -> Flow {
        if allowed.depth == 0 || self.nodes.len() > 9 {
            return self.node(allowed.scope);
        }
        let inner = Allowed { depth: allowed.depth - 1, ..allowed };
        match self.tape.below(16) {
            6 => Flow::Seq(self.some(inner)),
            7 => Flow::Par(self.some(inner)),
            8 => {
                let branches = self.some(inner);
                let guarded = self.tape.chance(50);
                let guard = |b: &mut Self, f| if guarded && b.tape.chance(65) { b.when(f) } else { f };
                Flow::Choice(branches.into_iter().map(|f| guard(self, f)).collect())
            }
            14 | 15 => {
                let body = if self.tape.chance(50) { self.node(allowed.scope) } else { self.body(inner) };
                self.when(body)
            }
            9 => Flow::Opt(Box::new(self.body(inner))),
            10 if allowed.again => {
                let body = Box::new(self.body(Allowed { again: false, each: false, ..inner }));
                Flow::Again { body, node: self.negative(allowed.scope) }
            }
            11 => {
                let body = Box::new(self.body(inner));
                let count = 1 + usize::from(self.tape.chance(20));
                Flow::Ends { body, nodes: (0..count).map(|_| self.negative(allowed.scope)).collect() }
            }
            12 | 13 if allowed.each && self.scopes.len() < 2 => {
                let n = self.scopes.len() + 1;
                let scope = ScopeIx(ix(n));
                let field = name(&format!("track_{n}"));
                self.scopes.push(Scope {
                    field,
                    flow: Flow::Seq(Vec::new()),
                    count: None,
                    until_stop: false,
                });
                let flow = self.body(Allowed { scope, again: true, each: false, ..inner });
                if let Some(place) = self.scopes.get_mut(n - 1) {
                    place.flow = flow;
                }
                Flow::Each(scope)
            }
            _ => self.node(allowed.scope),
        }
    }

    fn when(&mut self, body: Flow) -> Flow {
        let guard = GuardIx(ix(self.guards.len()));
        self.guards.push(guard_expr(self.tape, 1));
        Flow::When { guard, body: Box::new(body) }
    }

    fn some(&mut self, allowed: Allowed) -> Vec<Flow> {
        let count = 2 + self.tape.below(2);
        (0..count).map(|_| self.block(allowed)).collect()
    }

    fn body(&mut self, allowed: Allowed) -> Flow {
        let count = 1 + self.tape.below(3);
        Flow::Seq((0..count).map(|_| self.block(allowed)).collect())
    }

    fn node(&mut self, scope: ScopeIx) -> Flow {
        let optional = self.tape.chance(25);
        let repeated = self.tape.chance(20);
        Flow::Node(self.push(scope, optional, repeated, false))
    }

    fn negative(&mut self, scope: ScopeIx) -> NodeIx {
        self.push(scope, false, false, true)
    }

    fn push(&mut self, scope: ScopeIx, optional: bool, repeated: bool, negative: bool) -> NodeIx {
        let n = self.nodes.len();
        self.nodes.push(bare(&format!("n{n}"), scope, optional, repeated, negative));
        NodeIx(ix(n))
    }
}

/// A node without clauses, completed by an event type of its own.
pub(super) fn bare(code: &str, scope: ScopeIx, optional: bool, repeated: bool, negative: bool) -> Node {
    Node {
        code: name::<NodeCode>(code),
        name: code.to_owned(),
        doc: String::new(),
        scope,
        optional,
        repeated,
        negative,
        triggers: vec![Trigger { event: name(&format!("e.{code}")), systems: Vec::new(), guard: None }],
        roles: Vec::new(),
        stage: Stage::Execute,
        icon: String::new(),
        fields: Vec::new(),
        limit: None,
        plan: None,
    }
}

fn length(tape: &mut Tape<'_>) -> Length {
    if tape.chance(30) {
        Length::Param(ParamIx(tape.pick(&[0, 1, 3]).unwrap_or(0)))
    } else if tape.chance(12) {
        Length::Work(work(tape))
    } else {
        Length::Span(Span::seconds(tape.of(&LENGTHS)))
    }
}

/// Working time, forwards.
pub(super) fn work(tape: &mut Tape<'_>) -> Work {
    if tape.chance(40) {
        Work::Days(tape.pick(&[1, 2]).unwrap_or(1))
    } else {
        Work::Hours(Span::seconds(tape.of(&[30 * MINUTE, 3600, 4 * 3600, 60])))
    }
}

fn clauses(tape: &mut Tape<'_>, nodes: &mut [Node], n: usize) {
    let Some(me) = nodes.get(n) else { return };
    let scope = me.scope;
    let visible: Vec<NodeIx> = nodes
        .iter()
        .enumerate()
        .filter(|(_, o)| o.scope == scope || o.scope == ScopeIx::ORDER)
        .map(|(i, _)| NodeIx(ix(i)))
        .collect();
    let others: Vec<NodeIx> = visible.iter().filter(|v| usize::from(v.0) != n).copied().collect();
    let Some(node) = nodes.get_mut(n) else { return };
    if scope == ScopeIx::ORDER
        && n > 0
        && tape.chance(8)
        && let Some(trigger) = node.triggers.first_mut()
    {
        trigger.event = name(tape.pick(&OF_VISITS).unwrap_or(OF_VISITS[0]));
    }
    for (code, _) in &FIELDS {
        if tape.chance(12) {
            let field = name::<FieldCode>(code);
            node.fields.push(NodeField { field, required: tape.chance(60), link: tape.chance(10) });
        }
    }
    if tape.chance(30) {
        node.roles = vec![name::<RoleCode>(tape.pick(&["doctor", "nurse"]).unwrap_or("doctor"))];
    }
    if tape.chance(30)
        && let Some(trigger) = node.triggers.first_mut()
    {
        trigger.systems = SYSTEMS.iter().take(1 + tape.below(3)).map(|s| name::<SystemCode>(s)).collect();
        trigger.guard = tape.chance(20).then(|| Expr::EventField(name("f_bool")));
    }
    if node.negative {
        return;
    }
    if tape.chance(50) {
        let from = if tape.chance(40) { tape.pick(&others) } else { None };
        let by = tape.chance(25).then(|| keyed(tape, &visible, &[1, 2]));
        node.limit = Some(Limit { length: length(tape), from, by });
    }
    if tape.chance(25)
        && let Some(from) = tape.pick(&visible)
    {
        let (before, after) = (tape.of(&[600, 1800, 0, 30]), tape.of(&[600, 1800, 0, 30]));
        let early = match tape.below(6) {
            4 => Length::Minus(ParamIx(tape.pick(&[0, 1, 3]).unwrap_or(0))),
            5 => Length::Work(work(tape).negated()),
            _ => Length::Span(Span::seconds(-before)),
        };
        node.plan = Some(Plan {
            node: from,
            field: name("f_plan"),
            from: early,
            to: if tape.chance(40) { length(tape) } else { Length::Span(Span::seconds(after)) },
            missed: tape.chance(40).then(|| length(tape)),
            by: tape.chance(40).then(|| keyed(tape, &visible, &[0])),
        });
    }
}

fn ending(tape: &mut Tape<'_>, n: usize, nodes: &[Node]) -> Ending {
    let kind = tape
        .pick(&[EndingKind::Stop, EndingKind::Cancel, EndingKind::Supersede, EndingKind::Excuse])
        .unwrap_or(EndingKind::Stop);
    let trigger =
        |text: &str| Trigger { event: name(&format!("{text}.n{n}")), systems: Vec::new(), guard: None };
    let all: Vec<NodeIx> = (0..nodes.len()).map(|i| NodeIx(ix(i))).collect();
    let ends = match tape.chance(15) {
        true => Trigger { event: name("patient.discharged"), systems: Vec::new(), guard: None },
        false => trigger("end"),
    };
    Ending {
        kind,
        triggers: vec![ends],
        before: if kind == EndingKind::Cancel && tape.chance(60) { tape.pick(&all) } else { None },
        effective: (kind == EndingKind::Stop && tape.chance(40)).then(|| name("f_eff")),
        resume: if kind == EndingKind::Stop && tape.chance(50) {
            vec![trigger("resume")]
        } else {
            Vec::new()
        },
        successor: (kind == EndingKind::Supersede && tape.chance(60)).then(|| name("f_new")),
    }
}

fn rule(tape: &mut Tape<'_>, n: usize, nodes: &[Node], asked: &mut Asked) -> Rule {
    let scope = ScopeIx(ix(tape.below(asked.scopes + 1)));
    let severities = [Severity::Medium, Severity::Low, Severity::High, Severity::Critical];
    let severity = tape.pick(&severities).unwrap_or(Severity::Low);
    let applies = tape.chance(20);
    let missing_violates = tape.chance(25);
    let ties = if tape.chance(40) { Some(tape.chance(50)) } else { None };
    asked.ties = ties.unwrap_or(true);
    let mut exprs = Exprs { tape, nodes, scope, bound: None, asked };
    let applies = applies.then(|| exprs.condition(1));
    let check = exprs.condition(2);
    Rule {
        code: name(&format!("r{n}")),
        name: format!("r{n}"),
        doc: String::new(),
        scope,
        severity,
        applies,
        check,
        text: String::new(),
        missing_violates,
        ties,
        alert: None,
        escalate: Vec::new(),
        basis: None,
    }
}
