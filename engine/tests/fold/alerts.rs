//! Absences that are values at once (完成, 次数, 已填) are waited for like others, as long as their systems may be late.

use super::common::*;
use medloop_engine::alert::{Pulses, Sources, Timed, replay};
use medloop_engine::catalogue::{Catalogue, Feed};
use medloop_engine::explain::Scene;
use medloop_engine::facts::TrackId;
use medloop_engine::graph::*;
use medloop_engine::name::{EventType, SystemCode};
use medloop_engine::staff::Register;
use medloop_engine::time::{Instant, Span};
use medloop_engine::value::Value;
use medloop_engine::words::Lang;
use std::collections::BTreeMap;

fn catalogue() -> Catalogue {
    let feed = Feed {
        source: "lis".to_owned(),
        systems: vec![SystemCode::parse("lis").unwrap()],
        campus: None,
        anywhere: false,
        lag: Span::minutes(10),
        heartbeat: None,
    };
    Catalogue {
        group: String::new(),
        campuses: BTreeMap::new(),
        systems: BTreeMap::new(),
        fields: BTreeMap::new(),
        events: BTreeMap::new(),
        roles: BTreeMap::new(),
        tables: BTreeMap::new(),
        lengths: BTreeMap::new(),
        staff: Register::default(),
        future_limit: Span::minutes(10),
        backfill_after: None,
        feeds: vec![feed],
    }
}

/// When a rule of the order that is broken from 08:20 on is raised.
fn raised(check: Expr) -> Option<Instant> {
    let mut def = transfusion();
    def.rules.truncate(1);
    def.rules[0] = Rule { scope: ScopeIx(0), check, missing_violates: false, ..def.rules[0].clone() };
    def.nodes[usize::from(REVIEW)].triggers = vec![Trigger {
        event: EventType::parse("a.reviewed").unwrap(),
        systems: vec![SystemCode::parse("lis").unwrap()],
        guard: None,
    }];
    let facts = instance(vec![on("08:00", REQUEST), on("08:20", COLLECT)], vec![]);
    let catalogue = catalogue();
    let sources = Sources { catalogue: Some(&catalogue), pulses: &Pulses::new() };
    let place = (&facts.campus, &facts.key);
    let all = replay(&def, place, &Timed::all(&facts), clock("12:00"), &sources);
    all.changes.first().filter(|c| c.turn.raised.is_some()).map(|c| c.turn.at)
}

#[test]
fn what_is_absent_may_still_be_on_its_way() {
    let collected = || Expr::Not(Box::new(Expr::Done(NodeIx(COLLECT))));
    let or = |e| Expr::Or(vec![e, collected()]);
    let once = Box::new(Expr::Literal(Value::Number(1.0)));
    let count = Expr::Compare(Compare::Ge, Box::new(Expr::Count(NodeIx(REVIEW))), once);
    for absent in
        [Expr::Done(NodeIx(REVIEW)), count, Expr::Filled(NodeIx(REVIEW), Pick::Counting, field("checker"))]
    {
        assert_eq!(raised(or(absent.clone())), Some(clock("08:30")), "{absent:?}");
    }
    // What happened and should not have is told at once.
    assert_eq!(raised(collected()), Some(clock("08:20")));
}

#[test]
fn an_alert_names_the_order_that_it_is_about() {
    let mut def = transfusion();
    def.rules[0].alert = Some(vec![AlertPart::Text("医嘱 ".into()), AlertPart::Key]);
    let facts = instance(vec![on("08:00", REQUEST)], vec![]);
    let state = medloop_engine::fold::fold(&def, &facts, clock("12:00"));
    let scene = Scene::new(&def, &facts, &state, Lang::Zh, None);
    let said = medloop_engine::explain::alert(&scene, &def.rules[0], &TrackId::order());
    assert_eq!(said, format!("医嘱 {}", facts.key));
}
