//! Which constructs a sample reaches: the generators are only worth something when they reach all.

use super::Sample;
use crate::admit::by_visit;
use crate::calendar::Work;
use crate::facts::Hit;
use crate::graph::{Definition, Expr, Flow, Length};
use crate::state::{Because, Finding, InstanceState, Reason};
use crate::time::{Instant, Precision, Span};
use crate::value::Value;
use std::collections::BTreeSet;

/// Everything that must be reached.
pub const CONSTRUCTS: &[&str] = &[
    "flow Node",
    "flow Seq",
    "flow Par",
    "flow Choice",
    "flow When",
    "guard true",
    "guard false",
    "guard unknown",
    "node by visit",
    "ending by visit",
    "visit in time",
    "visit out of time",
    "visit before what was planned",
    "flow Opt",
    "flow Again",
    "flow Ends",
    "flow Each",
    "node optional",
    "node repeated",
    "node negative",
    "node roles",
    "node guard",
    "node systems",
    "field required",
    "field optional",
    "field link",
    "limit",
    "limit from",
    "limit param",
    "plan",
    "plan missed",
    "plan param",
    "limit in working days",
    "limit in working hours",
    "plan in working time",
    "plan minus param",
    "param in working time",
    "interrupt param",
    "interrupt in working time",
    "working time in a rule",
    "holiday",
    "other hours",
    "each count",
    "each until stop",
    "start any",
    "interrupt",
    "seal",
    "seal param",
    "seal in working time",
    "backfill",
    "off",
    "unavailable",
    "summer time",
    "Cancel",
    "Stop",
    "Supersede",
    "Excuse",
    "cancel before",
    "stop effective",
    "stop resume",
    "successor",
    "rule applies",
    "rule missing violates",
    "rule ties no",
    "rule ties yes",
    "rule Low",
    "rule Medium",
    "rule High",
    "rule Critical",
    "expr Literal",
    "expr Param",
    "expr Attr",
    "expr Field",
    "expr Count",
    "expr Done",
    "expr EventField",
    "expr TrackKey",
    "expr EndingAt",
    "expr EndingReason",
    "expr EndingDone",
    "expr Length",
    "limit by table",
    "plan by table",
    "expr Patient",
    "patient by then",
    "expr Lookup",
    "expr Not",
    "expr And",
    "expr Or",
    "expr Compare",
    "expr In",
    "expr Matches",
    "expr Filled",
    "expr Add",
    "expr Sub",
    "expr EveryOf",
    "expr SomeOf",
    "expr EachOf",
    "expr AnyOf",
    "expr Tracks",
    "expr Total",
    "expr Distinct",
    "expr Gap",
    "expr List",
    "compare Eq",
    "compare Ne",
    "compare Lt",
    "compare Le",
    "compare Gt",
    "compare Ge",
    "pick Counting",
    "pick First",
    "pick Last",
    "attr At",
    "attr Began",
    "attr Recorded",
    "attr Arrived",
    "attr By",
    "attr Role",
    "attr Dept",
    "attr Title",
    "attr Terminal",
    "attr Capture",
    "attr System",
    "attr Campus",
    "status Waiting",
    "status Open",
    "status Closed",
    "status ClosedWithDefects",
    "status Interrupted",
    "status Stopped",
    "status Cancelled",
    "status Superseded",
    "status Excused",
    "status Void",
    "track Open",
    "track Closed",
    "track ClosedWithDefects",
    "track Interrupted",
    "track Stopped",
    "track Cancelled",
    "track Superseded",
    "track Excused",
    "track Replaced",
    "track replaced by",
    "node Done",
    "node Early",
    "node Late",
    "node Due",
    "node Overdue",
    "node Pending",
    "node Missing",
    "node Skipped",
    "node NotApplicable",
    "reason Branch",
    "reason Cancelled",
    "reason Stopped",
    "reason Superseded",
    "reason Excused",
    "reason Ended",
    "reason Unavailable",
    "reason Off",
    "finding FieldMissing",
    "finding FieldInvalid",
    "finding WrongRole",
    "finding Repeated",
    "finding SourceDiffers",
    "finding BranchNotTaken",
    "finding Unassigned",
    "finding ExecAfterCancel",
    "finding AfterSeal",
    "track Void",
    "sealed before it ended",
    "sealed after it ended",
    "finding NameAsCode",
    "finding UnknownPerson",
    "finding Backfilled",
    "verdict Holds",
    "verdict Violated",
    "verdict Undecided",
    "verdict NotApplicable",
    "verdict NoData",
    "because Compared",
    "because NotHappened",
    "because deadline",
    "because FieldMissing",
    "because PersonUnknown",
    "because PatientUnknown",
    "because TooCoarse",
    "because NodeNotApplicable",
    "because OnTrack",
    "because NoTrack",
    "because NoEnding",
    "because NoReason",
    "because DoesNotApply",
    "because NothingHappened",
    "because Nothing",
    "two rounds",
    "wasted",
    "two tracks",
    "dead fact",
    "ending on a track",
    "one act on several items",
    "ending of some items",
    "precision Day",
    "precision Minute",
    "precision Second",
    "precision Milli",
];

/// The first word of a value as `Debug` shows it: the name of its variant.
fn variant(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    text.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// The constructs that this sample and its state reach.
#[must_use]
pub fn reached(sample: &Sample, state: &InstanceState) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    definition(&sample.def, &mut out);
    let all = sample.facts.tracks.values().flat_map(|t| &t.facts);
    for fact in all.clone().chain(&sample.facts.order.facts) {
        if fact.dead {
            out.insert("dead fact".into());
        }
        if fact.visit && !fact.hits.is_empty() {
            let in_time = crate::oracle::in_time(&sample.def, &sample.facts, sample.now, fact);
            out.insert(if in_time { "visit in time" } else { "visit out of time" }.into());
            let ends = |hit: &Hit| matches!(hit, Hit::Ending(i) if sample.def.endings.get(usize::from(*i)).is_some_and(|e| e.effective.is_none()));
            let before = |opened: Instant| {
                fact.at.precision > Precision::Day && fact.at.at.plus(Span::minutes(1)) < opened
            };
            if in_time && fact.hits.iter().all(ends) && state.opened_at.is_some_and(before) {
                out.insert("visit before what was planned".into());
            }
        }
        out.insert(format!("precision {}", variant(&fact.at.precision)));
    }
    if all.flat_map(|f| &f.hits).any(|h| matches!(h, Hit::Ending(_))) {
        out.insert("ending on a track".into());
    }
    for track in std::iter::once(&sample.facts.order).chain(sample.facts.tracks.values()) {
        let live: Vec<&crate::facts::Fact> = track.iter().filter(|f| !f.dead).collect();
        let acts = |f: &&crate::facts::Fact| {
            let again = |g: &&&crate::facts::Fact| g.hits == f.hits && f.is_one_act_with(g);
            f.hits.iter().any(|h| matches!(h, Hit::Node(..))) && live.iter().any(|g| again(&g))
        };
        if live.iter().any(acts) {
            out.insert("one act on several items".into());
        }
    }
    let ends = |h: &crate::facts::Hit| matches!(h, Hit::Ending(_));
    let mut orders = sample.facts.order.facts.iter().filter(|f| !f.dead && f.hits.iter().any(ends));
    if state.ended_by.is_none() && orders.any(|f| !f.items.is_empty()) {
        out.insert("ending of some items".into());
    }
    for guard in crate::oracle::guards(&sample.def, &sample.facts) {
        let word = guard.map_or("unknown", |g| if g { "true" } else { "false" });
        out.insert(format!("guard {word}"));
    }
    out.insert(format!("status {}", variant(&state.status)));
    if let Some(at) = state.sealed_at {
        let cut = state.closed_at == Some(at);
        out.insert(if cut { "sealed before it ended" } else { "sealed after it ended" }.into());
    }
    if state.tracks.len() > 2 {
        out.insert("two tracks".into());
    }
    for track in &state.tracks {
        out.insert(format!("track {}", variant(&track.status)));
        if track.replaced_by.is_some() {
            out.insert("track replaced by".into());
        }
        if track.ended_by.as_ref().is_some_and(|e| e.wasted) {
            out.insert("wasted".into());
        }
        for node in &track.nodes {
            out.insert(format!("node {}", variant(&node.status)));
            if node.round > 1 {
                out.insert("two rounds".into());
            }
            out.extend(node.reason.iter().map(|r: &Reason| format!("reason {}", variant(r))));
            out.extend(node.findings.iter().map(|f: &Finding| format!("finding {}", variant(f))));
        }
        for rule in &track.rules {
            out.insert(format!("verdict {}", variant(&rule.verdict)));
            out.insert(format!("because {}", variant(&rule.because)));
            if matches!(rule.because, Because::NotHappened(_, Some(_))) {
                out.insert("because deadline".into());
            }
        }
    }
    out
}

fn definition(def: &Definition, out: &mut BTreeSet<String>) {
    let mut say = |yes: bool, what: &str| {
        if yes {
            out.insert(what.to_owned());
        }
    };
    for node in &def.nodes {
        say(node.triggers.iter().any(|t| by_visit(def, t.event.as_str())), "node by visit");
        say(node.optional, "node optional");
        say(node.repeated, "node repeated");
        say(node.negative, "node negative");
        say(!node.roles.is_empty(), "node roles");
        say(node.triggers.iter().any(|t| t.guard.is_some()), "node guard");
        say(node.triggers.iter().any(|t| t.systems.len() > 1), "node systems");
        say(node.fields.iter().any(|f| f.required), "field required");
        say(node.fields.iter().any(|f| !f.required), "field optional");
        say(node.fields.iter().any(|f| f.link), "field link");
        say(node.limit.is_some(), "limit");
        say(node.limit.as_ref().is_some_and(|l| l.from.is_some()), "limit from");
        say(node.limit.as_ref().is_some_and(|l| matches!(l.length, Length::Param(_))), "limit param");
        if let Some(Length::Work(work)) = node.limit.as_ref().map(|l| l.length) {
            say(matches!(work, Work::Days(_)), "limit in working days");
            say(matches!(work, Work::Hours(_)), "limit in working hours");
        }
        let in_window = |of: fn(&Length) -> bool| {
            node.plan.iter().flat_map(|p| [Some(p.from), Some(p.to), p.missed]).flatten().any(|l| of(&l))
        };
        say(in_window(|l| matches!(l, Length::Work(_))), "plan in working time");
        say(in_window(|l| matches!(l, Length::Minus(_))), "plan minus param");
        say(node.plan.as_ref().is_some_and(|p| p.by.is_some()), "plan by table");
        say(node.limit.as_ref().is_some_and(|l| l.by.is_some()), "limit by table");
        say(node.plan.is_some(), "plan");
        say(node.plan.as_ref().is_some_and(|p| p.missed.is_some()), "plan missed");
        say(node.plan.as_ref().is_some_and(|p| matches!(p.to, Length::Param(_))), "plan param");
    }
    say(def.scopes.iter().any(|s| s.count.is_some()), "each count");
    say(def.scopes.iter().any(|s| s.until_stop), "each until stop");
    say(def.starts.nodes.len() > 1, "start any");
    say(def.interrupt.is_some(), "interrupt");
    say(matches!(def.interrupt, Some(Length::Param(_))), "interrupt param");
    say(matches!(def.interrupt, Some(Length::Work(_))), "interrupt in working time");
    say(def.seal.is_some(), "seal");
    say(matches!(def.seal, Some(Length::Param(_))), "seal param");
    say(matches!(def.seal, Some(Length::Work(_))), "seal in working time");
    say(def.backfill_after.is_some(), "backfill");
    for settings in def.campuses.values() {
        say(!settings.off.is_empty(), "off");
        say(!settings.unavailable.is_empty(), "unavailable");
        say(settings.params.iter().any(|p| matches!(p, Value::Work(_))), "param in working time");
        let mut days = settings.calendar.iter().flat_map(|c| c.days.values());
        say(days.clone().any(Vec::is_empty), "holiday");
        say(days.any(|hours| !hours.is_empty()), "other hours");
        say(!settings.zone.steps.is_empty(), "summer time");
    }
    for ending in &def.endings {
        say(true, &variant(&ending.kind));
        say(ending.triggers.iter().any(|t| by_visit(def, t.event.as_str())), "ending by visit");
        say(ending.before.is_some(), "cancel before");
        say(ending.effective.is_some(), "stop effective");
        say(!ending.resume.is_empty(), "stop resume");
        say(ending.successor.is_some(), "successor");
    }
    for rule in &def.rules {
        say(rule.applies.is_some(), "rule applies");
        say(rule.missing_violates, "rule missing violates");
        say(rule.ties == Some(false), "rule ties no");
        say(rule.ties == Some(true), "rule ties yes");
        say(true, &format!("rule {}", variant(&rule.severity)));
    }
    for e in def.rules.iter().flat_map(|r| r.applies.iter().chain([&r.check])) {
        expr(e, out);
    }
    def.asks.iter().for_each(|a| expr(&a.body, out));
    def.scopes.iter().filter_map(|s| s.count.as_ref()).chain(&def.guards).for_each(|e| expr(e, out));
    def.scopes.iter().map(|s| &s.flow).chain([&def.flow]).for_each(|f| flow(f, out));
}

fn flow(flow_: &Flow, out: &mut BTreeSet<String>) {
    out.insert(format!("flow {}", variant(flow_)));
    match flow_ {
        Flow::Node(_) | Flow::Each(_) => {}
        Flow::Seq(parts) | Flow::Par(parts) | Flow::Choice(parts) => parts.iter().for_each(|p| flow(p, out)),
        Flow::Opt(body) | Flow::When { body, .. } | Flow::Again { body, .. } | Flow::Ends { body, .. } => {
            flow(body, out)
        }
    }
}

fn expr(e: &Expr, out: &mut BTreeSet<String>) {
    out.insert(format!("expr {}", variant(e)));
    match e {
        Expr::Literal(Value::Work(_)) => {
            out.insert("working time in a rule".into());
        }
        Expr::Attr(_, pick, attr) => {
            out.insert(format!("pick {}", variant(pick)));
            out.insert(format!("attr {}", variant(attr)));
        }
        Expr::Compare(op, a, b) => {
            out.insert(format!("compare {}", variant(op)));
            expr(a, out);
            expr(b, out);
        }
        Expr::In(a, b) | Expr::Add(a, b) | Expr::Sub(a, b) => {
            expr(a, out);
            expr(b, out);
        }
        Expr::Patient(_, Some(at)) => {
            out.insert("patient by then".into());
            expr(at, out);
        }
        Expr::Not(a)
        | Expr::Lookup(_, a)
        | Expr::Matches(a, _)
        | Expr::EveryOf(_, a)
        | Expr::SomeOf(_, a) => {
            expr(a, out);
        }
        Expr::And(parts) | Expr::Or(parts) | Expr::List(parts) | Expr::Length(_, parts) => {
            parts.iter().for_each(|p| expr(p, out))
        }
        _ => {}
    }
}
