//! Nets of random definitions: every node is one task, every way leads on, nothing lies over anything else; and as BPMN and Mermaid nothing
//! is lost.

#![expect(clippy::indexing_slicing, reason = "a test stops where it fails")]

use medloop_engine::graph::{Definition, Flow, NodeIx, ScopeIx};
use medloop_engine::net::{Kind, Net, bpmn, mermaid, net};
use medloop_engine::picture::Rect;
use medloop_engine::testing::sample;
use medloop_engine::words::Lang;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use std::collections::BTreeSet;

/// The nodes that the flow names.
fn named(def: &Definition, flow: &Flow, all: &mut Vec<NodeIx>) {
    match flow {
        Flow::Node(ix) => all.push(*ix),
        Flow::Seq(parts) | Flow::Par(parts) | Flow::Choice(parts) => {
            parts.iter().for_each(|p| named(def, p, all))
        }
        Flow::Opt(body) | Flow::When { body, .. } => named(def, body, all),
        Flow::Again { body, node } => {
            all.push(*node);
            named(def, body, all);
        }
        Flow::Ends { body, nodes } => {
            all.extend(nodes);
            named(def, body, all);
        }
        Flow::Each(scope) => named(def, def.flow_of(*scope), all),
    }
}

fn check(def: &Definition, net: &Net) -> Result<(), String> {
    let mut nodes = Vec::new();
    named(def, def.flow_of(ScopeIx::ORDER), &mut nodes);
    let mut tasks: Vec<NodeIx> =
        net.items.iter().filter_map(|i| if let Kind::Task(ix) = i.kind { Some(ix) } else { None }).collect();
    tasks.sort();
    nodes.sort();
    if tasks != nodes {
        return Err(format!("nodes {nodes:?} are tasks {tasks:?}"));
    }
    let ids: BTreeSet<&str> = net.items.iter().map(|i| i.id.as_str()).collect();
    if ids.len() != net.items.len() {
        return Err("two things of one id".to_owned());
    }
    leads_on(net)?;
    apart(net)
}

/// From its first things everything is reached, and from everything its last ones, within each part.
fn leads_on(net: &Net) -> Result<(), String> {
    for way in &net.ways {
        let (from, to) = (&net.items[way.from], &net.items[way.to]);
        if from.within != to.within {
            return Err(format!("a way from {} into another part: {}", from.id, to.id));
        }
    }
    let parts: BTreeSet<Option<usize>> = net.items.iter().map(|i| i.within).collect();
    for part in parts {
        let inside: Vec<usize> = (0..net.items.len()).filter(|i| net.items[*i].within == part).collect();
        let edge = |i: usize| matches!(net.items[i].kind, Kind::Edge { .. });
        let come = |i: usize| net.ways.iter().filter(|w| w.to == i).count();
        let go = |i: usize| net.ways.iter().filter(|w| w.from == i).count();
        let first: Vec<usize> = inside.iter().copied().filter(|i| come(*i) == 0 && !edge(*i)).collect();
        let last: Vec<usize> = inside.iter().copied().filter(|i| go(*i) == 0).collect();
        if first.len() != 1 || last.len() != 1 {
            return Err(format!("a part of {part:?} begins at {first:?} and ends at {last:?}"));
        }
        let mut seen: BTreeSet<usize> = inside.iter().copied().filter(|i| edge(*i)).chain(first).collect();
        loop {
            let next: BTreeSet<usize> =
                net.ways.iter().filter(|w| seen.contains(&w.from)).map(|w| w.to).collect();
            if next.is_subset(&seen) {
                break;
            }
            seen.extend(next);
        }
        if let Some(lost) = inside.iter().find(|i| !seen.contains(i)) {
            return Err(format!("nothing leads to {}", net.items[*lost].id));
        }
    }
    Ok(())
}

fn apart(net: &Net) -> Result<(), String> {
    for (n, a) in net.items.iter().enumerate() {
        if let Some(part) = a.within
            && !net.items[part].rect.holds(&a.rect)
        {
            return Err(format!("{} sticks out of {}", a.id, net.items[part].id));
        }
        for b in net.items.iter().skip(n + 1).filter(|b| b.within == a.within && a.rect.overlaps(&b.rect)) {
            let at_edge = matches!(b.kind, Kind::Edge { of } if of == n);
            if !at_edge {
                return Err(format!("{} lies over {}", b.id, a.id));
            }
        }
    }
    for way in &net.ways {
        if way.label.is_some() == way.title.is_empty() {
            return Err(format!("words {:?} at {:?}", way.title, way.label));
        }
        if let Some(words) = way.label {
            let others = net.items.iter().filter(|i| !matches!(i.kind, Kind::Sub { .. }));
            if let Some(other) = others.into_iter().find(|i| i.rect.overlaps(&words)) {
                return Err(format!("the words {} lie over {}", way.title, other.id));
            }
        }
        let (from, to) = (&net.items[way.from], &net.items[way.to]);
        let touches = |(x, y): (i32, i32), r: Rect| {
            (x == r.x || x == r.x + r.w) && (r.y..=r.y + r.h).contains(&y)
                || (y == r.y || y == r.y + r.h) && (r.x..=r.x + r.w).contains(&x)
        };
        let ends = way.line.first().zip(way.line.last());
        if !ends.is_some_and(|(a, b)| touches(*a, from.rect) && touches(*b, to.rect)) {
            return Err(format!("the line {:?} from {} to {} ends beside them", way.line, from.id, to.id));
        }
        for pair in way.line.windows(2) {
            let [(a, b), (c, d)] = pair else { continue };
            if a != c && b != d {
                return Err(format!("a slanting line from {} to {}", from.id, to.id));
            }
            let (left, right, up, down) = (*a.min(c), *a.max(c), *b.min(d), *b.max(d));
            let through = |r: Rect| left < r.x + r.w && right > r.x && up < r.y + r.h && down > r.y;
            let others = net.items.iter().filter(|i| i.within == from.within && through(i.rect));
            if let Some(other) = others.into_iter().next() {
                return Err(format!(
                    "the line {:?} from {} to {} runs through {}",
                    way.line, from.id, to.id, other.id
                ));
            }
        }
    }
    Ok(())
}

/// As many of each as the net has, and nothing that is named is missing.
fn written(def: &Definition, net: &Net, lang: Lang) -> Result<(), String> {
    let (xml, text) = (bpmn(def, lang), mermaid(def, lang));
    let count = |what: &str| xml.matches(what).count();
    let (ways, items) = (net.ways.len(), net.items.len());
    if count("<bpmn:sequenceFlow ") != ways || count("<bpmndi:BPMNEdge ") != ways {
        return Err(format!("{ways} ways are others in BPMN"));
    }
    if count("<bpmndi:BPMNShape ") != items
        || count("<bpmn:incoming>") != ways
        || count("<bpmn:outgoing>") != ways
    {
        return Err(format!("{items} things are others in BPMN"));
    }
    if text.lines().filter(|l| l.contains("-->") || l.contains("-.->")).count() != ways {
        return Err(format!("{ways} ways are others in Mermaid"));
    }
    let missing = net.items.iter().find(|i| !xml.contains(&format!(" id=\"{}\"", i.id)));
    missing.map_or(Ok(()), |i| Err(format!("{} is missing", i.id)))
}

#[test]
fn every_node_has_its_place_and_every_way_leads_on() {
    let asked = std::env::var("MEDLOOP_CASES").ok().and_then(|c| c.parse().ok());
    let config = Config { cases: asked.unwrap_or(400), failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&vec(any::<u32>(), 0..700), |tape| {
        let def = sample(&tape, &[], &[]).def;
        for lang in [Lang::Zh, Lang::En] {
            let net = net(&def, lang);
            check(&def, &net).map_err(TestCaseError::fail)?;
            written(&def, &net, lang).map_err(TestCaseError::fail)?;
        }
        Ok(())
    });
    if let Err(TestError::Fail(why, tape)) = outcome {
        panic!("{why}\n{:#?}", sample(&tape, &[], &[]).def.flow);
    }
}

#[test]
fn names_that_are_markup_stay_names() {
    let mut def = sample(&[7; 300], &[], &[]).def;
    for node in &mut def.nodes {
        node.name = "<b>&\"x\"".to_owned();
    }
    let (xml, text) = (bpmn(&def, Lang::Zh), mermaid(&def, Lang::Zh));
    assert!(xml.contains("name=\"&lt;b&gt;&amp;&quot;x&quot;\"") && !xml.contains("<b>"));
    assert!(text.contains("[\"&lt;b&gt;&amp;&quot;x&quot;\"]"));
}
