//! Comparisons: true only of what happened, false as soon as nothing after now could make them true.

use super::operand::{Moving, Open, Operand, Point, Range, Term};
use crate::calendar::Stretch;
use crate::graph::{CampusSettings, Compare};
use crate::state::Because;
use crate::time::{Instant, Precision, Span, Zone};
use crate::value::Value;
use std::cmp::Ordering;

/// What a comparison of two operands comes to, before it is put into words.
#[derive(Clone, Debug)]
pub(super) enum Compared {
    /// Known on both sides.
    Decided(bool),
    /// False since that instant although something has not happened; `None`: since the known occurrences.
    Impossible(Open, Option<Instant>),
    /// Not told yet; the instant at which it turns false.
    Undecided(Open, Option<Instant>),
    /// The flip must be searched: more than one bound moves. Whether it is false already.
    Searched(Open, bool),
    NoData(Because, Option<Instant>),
    NotApplicable(Because),
}

/// Compares two operands.
pub(super) fn compare(
    op: Compare,
    l: &Operand,
    r: &Operand,
    ties: bool,
    settings: &CampusSettings,
    now: Instant,
) -> Compared {
    for o in [l, r] {
        if let Term::NotApplicable(because) = &o.term {
            return Compared::NotApplicable(because.clone());
        }
    }
    for o in [l, r] {
        if let Term::NoData(because, at) = &o.term {
            return Compared::NoData(because.clone(), *at);
        }
    }
    for o in [l, r] {
        // A person without an id cannot be told from anybody, whoever the other will be.
        if let Term::Known(Value::Person(p)) = &o.term
            && p.id.is_none()
        {
            let node = o.seen.iter().find_map(|s| s.node);
            return Compared::NoData(node.map_or(Because::Nothing, Because::PersonUnknown), o.latest);
        }
    }
    match (&l.term, &r.term) {
        (Term::Open(a), _) => Compared::Undecided(with(*a, &r.term), None),
        (_, Term::Open(b)) => Compared::Undecided(with_first(&l.term, *b), None),
        (Term::Growing(g, open), b) => grown(op, *g, b, *open),
        (a, Term::Growing(g, open)) => grown(turned(op), *g, a, *open),
        (a, b) => {
            if let (Some(a), Some(b)) = (point(a), point(b)) {
                return points(op, a, b, ties, settings, now);
            }
            if let (Some(a), Some(b)) = (range(a), range(b)) {
                return ranges(op, a, b, &settings.zone);
            }
            match (a, b) {
                (Term::Known(a), Term::Known(b)) => known(op, a, b),
                _ => Compared::NoData(Because::Nothing, None),
            }
        }
    }
}

/// Compares a number that may still grow: told once growing on cannot change it.
fn grown(op: Compare, at_least: f64, other: &Term, open: Open) -> Compared {
    let Term::Known(Value::Number(n)) = other else {
        return match other {
            Term::Growing(..) => Compared::Undecided(open, None),
            _ => Compared::NoData(Because::Nothing, None),
        };
    };
    let told = match op {
        Compare::Le | Compare::Eq if at_least > *n => Some(false),
        Compare::Lt if at_least >= *n => Some(false),
        Compare::Ge if at_least >= *n => Some(true),
        Compare::Gt | Compare::Ne if at_least > *n => Some(true),
        _ => None,
    };
    told.map_or(Compared::Undecided(open, None), Compared::Decided)
}

fn turned(op: Compare) -> Compare {
    match op {
        Compare::Lt => Compare::Gt,
        Compare::Le => Compare::Ge,
        Compare::Gt => Compare::Lt,
        Compare::Ge => Compare::Le,
        same => same,
    }
}

/// Whether two known values are equal; `None` when that cannot be told.
pub(super) fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Person(a), Value::Person(b)) => Some(a.id.as_ref()? == b.id.as_ref()?),
        (Value::Number(_), Value::Number(_))
        | (Value::Text(_), Value::Text(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Span(_), Value::Span(_)) => Some(a == b),
        _ => None,
    }
}

fn known(op: Compare, a: &Value, b: &Value) -> Compared {
    let ordering = match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Person(_), Value::Person(_)) => {
            equal(a, b).map(|same| if same { Ordering::Equal } else { Ordering::Less })
        }
        _ => None,
    };
    match ordering {
        None => Compared::NoData(Because::Nothing, None),
        Some(o) => Compared::Decided(match op {
            Compare::Eq => o.is_eq(),
            Compare::Ne => o.is_ne(),
            Compare::Lt => o.is_lt(),
            Compare::Le => o.is_le(),
            Compare::Gt => o.is_gt(),
            Compare::Ge => o.is_ge(),
        }),
    }
}

fn points(op: Compare, a: Point, b: Point, ties: bool, settings: &CampusSettings, now: Instant) -> Compared {
    // On a tie `<` and `>` are satisfied unless the rule says otherwise.
    let op = match op {
        Compare::Lt if ties => Compare::Le,
        Compare::Gt if ties => Compare::Ge,
        other => other,
    };
    let d = a.minus(b, settings, now);
    let shift = Stretch::Clock(Span(a.shift.0.saturating_sub(b.shift.0)));
    let work = a.work.into_iter().chain(b.work).map(Stretch::Work);
    if let Some(coarse) = std::iter::once(shift).chain(work).find_map(|limit| coarse(&d, limit)) {
        return Compared::NoData(coarse, None);
    }
    zero(op, d, &settings.zone)
}

fn ranges(op: Compare, a: Range, b: Range, zone: &Zone) -> Compared {
    for (times, limit) in [(a, b), (b, a)] {
        if let (None, Some(l)) = (limit.precision, limit.lo)
            && limit.lo == limit.hi
            && let Some(coarse) = coarse(&times, Stretch::Clock(Span(l)))
        {
            return Compared::NoData(coarse, None);
        }
    }
    zero(op, a.plus(b.negated()), zone)
}

/// Why a limit cannot be judged by these times: they are too coarse for it.
fn coarse(times: &Range, limit: Stretch) -> Option<Because> {
    let p = times.precision?;
    super::super::moments::coarse_stretch(limit, p)
        .then(|| times.nodes.get(p as usize).copied().flatten().map_or(Because::Nothing, Because::TooCoarse))
}

/// Compares a difference with nothing.
fn zero(op: Compare, d: Range, zone: &Zone) -> Compared {
    let holds = |x: i64| match op {
        Compare::Eq => x == 0,
        Compare::Ne => x != 0,
        Compare::Lt => x < 0,
        Compare::Le => x <= 0,
        Compare::Gt => x > 0,
        Compare::Ge => x >= 0,
    };
    let Some(open) = d.open else {
        return d.lo.map_or(Compared::NoData(Because::Nothing, None), |x| Compared::Decided(holds(x)));
    };
    // A closed 间隔 has its length though a node of it has not happened: it can be false, and not true yet.
    if let (Some(x), true) = (d.lo.filter(|x| d.hi == Some(*x)), d.lower.is_none() && d.upper.is_none()) {
        return if holds(x) { Compared::Undecided(open, None) } else { Compared::Decided(false) };
    }
    let low_breaks = |strict: bool| d.lo.is_some_and(|lo| lo > 0 || (strict && lo == 0));
    let high_breaks = |strict: bool| d.hi.is_some_and(|hi| hi < 0 || (strict && hi == 0));
    let (low, high) = match op {
        Compare::Le => (Some(false), None),
        Compare::Lt => (Some(true), None),
        Compare::Ge => (None, Some(false)),
        Compare::Gt => (None, Some(true)),
        Compare::Eq => (Some(false), Some(false)),
        Compare::Ne => (None, None),
    };
    if let (Some(strict), Some(lo)) = (low, d.known_lo)
        && (lo > 0 || (strict && lo == 0))
    {
        return Compared::Decided(false);
    }
    let broken = low.is_some_and(low_breaks) || high.is_some_and(high_breaks);
    if open.star {
        return Compared::Undecided(open, None);
    }
    let moves = (low.is_some() && d.lower.is_some()) || (high.is_some() && d.upper.is_some());
    if d.complex && (low.is_some() || high.is_some()) {
        return Compared::Searched(open, broken);
    }
    // lo = trunc(now) + shift breaks `<=` once trunc(now) > -shift; hi = shift - trunc(now) breaks `>=` once trunc(now) > shift.
    let flip = |m: Option<Moving>, upper: bool, strict: Option<bool>| {
        let (m, strict) = (m?, strict?);
        let v = Instant(if upper { m.shift } else { m.shift.saturating_neg() });
        Some(at(zone, v, m.precision, strict))
    };
    let when = flip(d.lower, false, low).into_iter().chain(flip(d.upper, true, high)).min();
    if broken {
        // What broke it may be what is known, not the clock: then no deadline passed.
        let by_clock = moves.then_some(when).flatten();
        Compared::Impossible(open, by_clock)
    } else {
        Compared::Undecided(open, when)
    }
}

fn at(zone: &Zone, v: Instant, p: Precision, strict: bool) -> Instant {
    if strict {
        super::super::moments::reaches_at(zone, v, p)
    } else {
        super::super::moments::exceeds_at(zone, v, p)
    }
}

fn point(term: &Term) -> Option<Point> {
    match term {
        Term::Point(p) => Some(*p),
        Term::Known(Value::Moment(m)) => Some(Point::stated(*m, None)),
        _ => None,
    }
}

fn range(term: &Term) -> Option<Range> {
    match term {
        Term::Range(r) => Some(*r),
        Term::Known(Value::Span(s)) => Some(Range::exactly(s.0, None)),
        _ => None,
    }
}

/// What a term waits for.
pub(super) fn opened(term: &Term) -> Option<Open> {
    match term {
        Term::Open(o) => Some(*o),
        Term::Range(r) => r.open,
        Term::Point(p) => p.open,
        _ => None,
    }
}

fn with(a: Open, b: &Term) -> Open {
    Open { star: a.star || opened(b).is_some_and(|b| b.star), ..a }
}

fn with_first(a: &Term, b: Open) -> Open {
    opened(a).map_or(b, |a| Open { star: a.star || b.star, ..a })
}

/// Adds or subtracts two operands that are known or bounded.
pub(super) fn combine(
    l: &Term,
    r: &Term,
    minus: bool,
    settings: &CampusSettings,
    now: Instant,
) -> Option<Term> {
    if let (Term::Known(Value::Number(a)), Term::Known(Value::Number(b))) = (l, r) {
        let n = if minus { a - b } else { a + b };
        return n.is_finite().then_some(Term::Known(Value::Number(n)));
    }
    if let (Some(p), Term::Known(Value::Work(work))) = (point(l), r) {
        settings.calendar.as_ref()?;
        let work = Some(if minus { work.negated() } else { *work });
        return p.work.is_none().then_some(Term::Point(Point { work, ..p }));
    }
    match (l, r) {
        (Term::Growing(a, open), Term::Known(Value::Number(b))) => {
            return Some(Term::Growing(if minus { a - b } else { a + b }, *open));
        }
        (Term::Known(Value::Number(a)), Term::Growing(b, open)) if !minus => {
            return Some(Term::Growing(a + b, *open));
        }
        (Term::Growing(a, open), Term::Growing(b, _)) if !minus => {
            return Some(Term::Growing(a + b, *open));
        }
        // A difference of what grows may go either way.
        (Term::Growing(_, open), Term::Growing(..))
        | (Term::Known(Value::Number(_)), Term::Growing(_, open)) => return Some(Term::Open(*open)),
        _ => {}
    }
    match (point(l), point(r), range(l), range(r)) {
        (Some(a), Some(b), _, _) if minus => Some(Term::Range(a.minus(b, settings, now))),
        (Some(p), _, _, Some(s)) => shifted(p, s, minus),
        (_, Some(p), Some(s), _) if !minus => shifted(p, s, false),
        (_, _, Some(a), Some(b)) => Some(Term::Range(a.plus(if minus { b.negated() } else { b }))),
        _ => None,
    }
}

fn shifted(p: Point, s: Range, minus: bool) -> Option<Term> {
    let open = Open::and(p.open, s.open);
    match (s.lo, s.hi) {
        (Some(lo), Some(hi)) if lo == hi => {
            let by = if minus { lo.saturating_neg() } else { lo };
            // Nothing is added to what working time was added to.
            p.work.is_none().then_some(Term::Point(Point { shift: p.shift.plus(Span(by)), open, ..p }))
        }
        _ => open.map(Term::Open),
    }
}
