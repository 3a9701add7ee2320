//! Checked → graph: what the engine runs. Nothing is looked up or judged any more.

mod expr;
mod parts;
mod world;

use crate::resolve::Loop;
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::{Definition, Scope, Starts};

/// The compiled loop; `None` when something in it was wrong.
pub(crate) fn lower(of: &Loop<'_>, catalogue: &Catalogue) -> Option<Definition> {
    let zone = catalogue.campuses.values().next().map(|c| c.zone.clone())?;
    let cx = expr::Lower {
        zone: &zone,
        ties: true.into(),
        asks: Vec::new().into(),
        gathers: Vec::new().into(),
        named: &catalogue.lengths,
        lengths: Vec::new().into(),
    };
    let optional = |e: Option<&crate::resolve::Bound>| match e {
        Some(e) => cx.expr(e).map(Some),
        None => Some(None),
    };
    let scopes = of.scopes.iter().map(|s| {
        let count = optional(s.count.as_ref())?;
        Some(Scope { field: s.field.clone(), flow: s.flow.clone(), count, until_stop: s.until_stop })
    });
    let mut definition = Definition {
        code: of.code.clone()?,
        name: of.tree.name.text.clone(),
        doc: of.tree.doc.clone(),
        grade: of.grade,
        category: of.category.map(str::to_owned),
        basis: of.basis.map(str::to_owned),
        key: of.key.clone()?,
        starts: Starts { nodes: of.starts.nodes.clone(), guard: optional(of.starts.guard.as_ref())? },
        flow: of.flow.clone(),
        scopes: scopes.collect::<Option<_>>()?,
        guards: of.guards.iter().map(|g| cx.expr(g.bound.as_ref()?)).collect::<Option<_>>()?,
        nodes: of.nodes.iter().map(|n| cx.node(n)).collect::<Option<_>>()?,
        params: of.params.iter().map(parts::param).collect::<Option<_>>()?,
        endings: of.endings.iter().map(|e| cx.ending(e)).collect::<Option<_>>()?,
        interrupt: of.interrupt,
        seal: of.seal,
        rules: of.rules.iter().map(|r| cx.rule(r)).collect::<Option<_>>()?,
        asks: Vec::new(),
        gathers: Vec::new(),
        lengths: Vec::new(),
        measures: of.measures.iter().map(parts::measure).collect::<Option<_>>()?,
        fields: std::collections::BTreeMap::new(),
        tables: std::collections::BTreeMap::new(),
        roles: std::collections::BTreeMap::new(),
        campuses: std::collections::BTreeMap::new(),
        backfill_after: catalogue.backfill_after,
    };
    (definition.asks, definition.gathers) = (cx.asks.into_inner(), cx.gathers.into_inner());
    definition.lengths = cx.lengths.into_inner();
    world::fill(&mut definition, of, catalogue);
    Some(definition)
}
