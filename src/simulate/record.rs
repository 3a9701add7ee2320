//! What is written down when a node happens: the person who did it and the fields, faultless but for the fault at hand.

use medloop_engine::catalogue::FieldDef;
use medloop_engine::graph::NodeIx;
use medloop_engine::name::{FieldCode, RoleCode};
use medloop_engine::time::{Instant, Span};
use medloop_engine::value::{Type, Value as Typed};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::fault::Fault;
use super::ordinary;
use super::patterns::{Asked, Asks, Place};
use super::people::{self, Staff};
use super::plan::{Step, Walk};
use super::values;

const DAY: i64 = 86_400_000_000;

impl Walk<'_> {
    /// Who does it: somebody not yet seen on this order, unless a rule wants the same person or the fault does.
    pub(super) fn actor(&mut self, ix: NodeIx, roles: &[RoleCode]) -> Option<Staff> {
        let wrong = matches!(self.fault, Some(Fault::WrongRole(f)) if *f == ix) && self.here();
        let role = if wrong { self.outsider(roles) } else { roles.first().cloned() };
        let role = role.or_else(|| self.model.catalogue.roles.keys().next().cloned())?;
        let mut staff = self.stranger(&role);
        let partner = self.model.asked.iter().find_map(|asked| {
            let broken = self.here() && self.fault.is_some_and(|f| f.breaks(asked));
            match &asked.asks {
                Asks::SameActor { node, with } if *node == ix && !broken => Some(*with),
                Asks::OtherActor { node, than } if *node == ix && broken => Some(*than),
                Asks::OtherActor { node, than } if *than == ix && broken => Some(*node),
                _ => None,
            }
        });
        if let Some(same) = partner.and_then(|p| self.step(p)).map(|s| s.actor.clone()) {
            (staff.id, staff.name) = (same.id, same.name);
        }
        let titled = self.model.asked.iter().find_map(|a| match &a.asks {
            Asks::Title { of, titles } if *of == ix => titles.first(),
            _ => None,
        });
        staff.title = titled.map(ToString::to_string);
        if let Some(Fault::Broken(Asked { asks: Asks::Title { of, .. }, .. })) = self.fault
            && *of == ix
            && self.here()
        {
            staff.title = Some("住院医师".into());
        }
        let apart = self.model.asked.iter().any(|asked| {
            let broken = self.here() && self.fault.is_some_and(|f| f.breaks(asked));
            matches!(asked.asks, Asks::OtherDept { of, .. } if of == ix) && !broken
        });
        if apart {
            staff.dept = self.elsewhere();
        }
        if let Some(Fault::Broken(Asked { asks: Asks::Dept { of }, .. })) = self.fault
            && *of == ix
            && self.here()
        {
            staff.dept = self.elsewhere();
        }
        Some(staff)
    }

    /// A department of this campus in which the patient is not.
    fn elsewhere(&mut self) -> Option<String> {
        let campus = self.model.catalogue.campuses.get(&self.model.campus)?;
        let stays = |code: &String| {
            let said =
                |member: &str| self.plan.patient.get(member).and_then(Value::as_str) == Some(code.as_str());
            said("dept") || said("ward")
        };
        let others: Vec<&String> = campus.departments.keys().filter(|code| !stays(code)).collect();
        self.random.pick(&others).map(|code| (*code).clone())
    }

    /// The fields of a node, as the event carries them.
    pub(super) fn fields(&mut self, ix: NodeIx, at: Instant, actor: &Staff) -> BTreeMap<FieldCode, Value> {
        let Some(node) = self.model.definition.node(ix) else { return BTreeMap::new() };
        let mut fields = BTreeMap::new();
        for field in &node.fields {
            let Some(entry) = self.model.definition.fields.get(&field.field) else { continue };
            let place = (ix, field.field.clone());
            if let Some(value) = self.value(&place, entry, field.link, at, actor) {
                fields.insert(field.field.clone(), value);
            }
        }
        fields
    }

    fn value(
        &mut self,
        place: &Place,
        entry: &FieldDef,
        link: bool,
        at: Instant,
        actor: &Staff,
    ) -> Option<Value> {
        let field = &place.1;
        if *field == self.model.definition.key {
            return Some(json!(self.plan.key));
        }
        if self.model.definition.scopes.iter().any(|s| s.field == *field) {
            let track = self.track.and_then(|t| self.plan.tracks.get(t));
            return track.map(|t| json!(t));
        }
        let usual = self.faultless(place, entry, link, at);
        if let Some(Fault::Broken(Asked { asks: Asks::After { place: p }, .. })) = self.fault
            && p == place
            && self.here()
        {
            return Some(values::day(at, -2, &self.model.settings.zone));
        }
        let usual = usual?;
        if !self.here() {
            return Some(usual);
        }
        let zone = &self.model.settings.zone;
        match self.fault {
            Some(Fault::FieldMissing(p)) if p == place => None,
            Some(Fault::FieldInvalid(p)) if p == place => Some(values::refused(entry)),
            Some(Fault::Unapproved { place: p, least, .. }) if p == place => Some(json!(least)),
            Some(Fault::Neglected(_, p, text, _)) if p == place => Some(json!(text.as_ref())),
            Some(Fault::Broken(asked)) => match &asked.asks {
                Asks::Filled { place: p } if p == place => None,
                Asks::Before { place: p } if p == place => Some(values::day(at, 2, zone)),
                Asks::Equal { place: p, .. } if p == place && entry.kind == Type::Person => {
                    self.somebody(place.0)
                }
                Asks::Equal { place: p, .. } | Asks::Is { place: p, .. } if p == place => {
                    values::another(self.model.definition, field, &usual)
                }
                Asks::Fits { place: p, table, with } if p == place => {
                    let table = self.model.definition.tables.get(table)?;
                    let recipient = self.usual.get(&with.1).and_then(Value::as_str).unwrap_or_default();
                    let fitting: &[Arc<str>] = table.maps.get(recipient).map_or(&[], Vec::as_slice);
                    table.maps.keys().find(|c| !fitting.contains(c)).map(|c| json!(c.as_ref()))
                }
                Asks::OtherPerson { place: p, than } if p == place => {
                    let same = self.step(*than).map_or_else(|| actor.person(), |s| s.actor.person());
                    Some(if *than == place.0 { actor.person() } else { same })
                }
                _ => Some(usual),
            },
            _ => Some(usual),
        }
    }

    /// What a faultless order records there.
    fn faultless(&mut self, place: &Place, entry: &FieldDef, link: bool, at: Instant) -> Option<Value> {
        let (ix, field) = place;
        if self.model.excuses.contains(place) {
            return None;
        }
        let demanded = ordinary::demanded(self.model.definition, *ix);
        if let Some((_, Typed::Text(text))) = demanded.iter().find(|(f, _)| f == field) {
            return Some(json!(text.as_ref()));
        }
        let asks = |wanted: &dyn Fn(&Asks) -> bool| self.model.asked.iter().any(|a: &Asked| wanted(&a.asks));
        let (after, before) = (
            asks(&|a| matches!(a, Asks::After { place: p } if p == place)),
            asks(&|a| matches!(a, Asks::Before { place: p } if p == place)),
        );
        let zone = &self.model.settings.zone;
        if field.as_str() == "visit_no" {
            return self.plan.patient.get("visit_no").cloned();
        }
        if link {
            let times = self.plan.steps.iter().filter(|s| s.node == *ix).count() + 1;
            let initial: String = field.as_str().chars().take(1).flat_map(char::to_uppercase).collect();
            let fresh = json!(format!("{initial}{}{times}", self.plan.key));
            self.usual.insert(field.clone(), fresh.clone());
            return Some(fresh);
        }
        if field.as_str() == "patient_no" {
            return self.plan.patient.get("id").cloned();
        }
        match &entry.kind {
            Type::Person => {
                let same = asks(
                    &|a| matches!(a, Asks::Equal { place: p, with } if p.1 == *field && with.1 == *field),
                );
                if let Some(known) = self.usual.get(field).filter(|_| same) {
                    return Some(known.clone());
                }
                let person = self.somebody(*ix)?;
                self.usual.insert(field.clone(), person.clone());
                return Some(person);
            }
            Type::Moment if after => return values::after(self.random, field, at, zone),
            Type::Moment if before => {
                return Some(json!(zone.rfc3339(at.plus(Span(-self.random.between(1, 6) * DAY)))));
            }
            _ => {}
        }
        let wanted = self.model.asked.iter().find_map(|a| match &a.asks {
            Asks::Is { place: p, value } if p == place => Some(value.clone()),
            _ => None,
        });
        let equal =
            asks(&|a| matches!(a, Asks::Equal { place: p, with } if p.1 == *field && with.1 == *field));
        let shared = equal || matches!(entry.kind, Type::Code(_)) || field.as_str().ends_with("_no");
        let known = self.usual.get(field).filter(|_| shared).cloned();
        let drawn = match wanted.or(known) {
            Some(value) => value,
            None => self.draw(place, entry, at)?,
        };
        self.usual.insert(field.clone(), drawn.clone());
        Some(drawn)
    }

    fn draw(&mut self, place: &Place, entry: &FieldDef, at: Instant) -> Option<Value> {
        let definition = self.model.definition;
        let drawn = values::draw(self.random, definition, entry, at, &self.model.settings.zone)?;
        let below = self.model.thresholds.iter().filter(|(_, p, _)| p == place).map(|(.., least)| *least);
        if let Some(least) = below.fold(None, |a: Option<f64>, b| Some(a.map_or(b, |a| a.min(b))))
            && drawn.as_f64().is_some_and(|d| d >= least)
        {
            return Some(json!((least / 2.0).floor()));
        }
        // To be given what does not fit, one must not be somebody whom everything fits.
        if let Some(Fault::Broken(Asked { asks: Asks::Fits { table, with, .. }, .. })) = self.fault
            && with == place
            && let Some(table) = definition.tables.get(table)
        {
            let choosy: Vec<&Arc<str>> = table
                .maps
                .iter()
                .filter(|(_, fits)| fits.len() < table.maps.len())
                .map(|(code, _)| code)
                .collect();
            return self.random.pick(&choosy).map(|c| json!(c.as_ref()));
        }
        Some(drawn)
    }

    /// A role that may not do what is reserved for `roles`.
    fn outsider(&mut self, roles: &[RoleCode]) -> Option<RoleCode> {
        let may = |code: &RoleCode, includes: &[RoleCode]| {
            roles.contains(code) || includes.iter().any(|r| roles.contains(r))
        };
        let all = &self.model.catalogue.roles;
        let others: Vec<&RoleCode> =
            all.iter().filter(|(code, r)| !may(code, &r.includes)).map(|(code, _)| code).collect();
        self.random.pick(&others).map(|r| (*r).clone())
    }

    /// Somebody who may do what a node tells of, as the value of a field.
    fn somebody(&mut self, ix: NodeIx) -> Option<Value> {
        let role = self.model.definition.node(ix)?.roles.first().cloned();
        let role = role.or_else(|| self.model.catalogue.roles.keys().next().cloned())?;
        Some(self.stranger(&role).person())
    }

    /// Somebody with this role who has nothing to do with the order yet.
    fn stranger(&mut self, role: &RoleCode) -> Staff {
        let dept = self.plan.patient.get("ward").and_then(Value::as_str).map(String::from);
        let staff = people::staff(self.random, &self.model.campus, role, dept.as_deref(), &self.met);
        self.met.push(staff.id.clone());
        staff
    }

    /// The last step of a node on this track, else on the order.
    fn step(&self, ix: NodeIx) -> Option<&Step> {
        let on = |track| self.plan.steps.iter().rev().find(|s| s.node == ix && s.track == track);
        on(self.track).or_else(|| on(None))
    }
}
