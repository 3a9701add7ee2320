//! What the YAML beside the loops says, compiled: campuses, systems, fields, event types, code tables.

use crate::calendar::Calendar;
use crate::keyed::Lengths;
use crate::name::{CampusCode, EventType, FieldCode, RoleCode, SystemCode, TableCode};
use crate::staff::Register;
use crate::time::{Instant, Span, Zone};
use crate::value::Type;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything outside the loops that the engine needs to judge events. Built by `dsl` from YAML.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Name of the hospital group.
    pub group: String,
    /// The campuses by code.
    pub campuses: BTreeMap<CampusCode, Campus>,
    /// The systems that may send events, by code.
    pub systems: BTreeMap<SystemCode, Named>,
    /// The field dictionary by code.
    pub fields: BTreeMap<FieldCode, FieldDef>,
    /// The event catalogue: the interface dictionary.
    pub events: BTreeMap<EventType, EventDef>,
    /// Roles by code.
    pub roles: BTreeMap<RoleCode, Role>,
    /// Code tables by code.
    pub tables: BTreeMap<TableCode, Table>,
    /// Named windows and durations by code; code tables do not share their names.
    #[serde(default)]
    pub lengths: BTreeMap<TableCode, Lengths>,
    /// The register of staff; empty where the hospital keeps none here.
    #[serde(default)]
    pub staff: Register,
    /// How far after its arrival an event's time may lie. Default 10 minutes.
    pub future_limit: Span,
    /// From which delay between `time` and `recorded_at` on a record counts as late documentation.
    pub backfill_after: Option<Span>,
    /// How the systems' events come, one for each `sources/*.yaml`, in the order of the files' names.
    #[serde(default)]
    pub feeds: Vec<Feed>,
}

/// One way by which events of some systems come, and how long that takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// The code of the source.
    pub source: String,
    /// The systems whose events it brings.
    pub systems: Vec<SystemCode>,
    /// The campus it serves; `None`: any.
    pub campus: Option<CampusCode>,
    /// Whether its events say no campus, so that exactly one has to know them (`campus: any`).
    pub anywhere: bool,
    /// How long an event takes to come, at most, in normal operation.
    pub lag: Span,
    /// At most how long it says nothing while all is well; `None`: its silence means nothing.
    pub heartbeat: Option<Span>,
}

impl Catalogue {
    /// How long events of `system` take to come at `campus`, at most, in normal operation; zero where no source says so.
    #[must_use]
    pub fn lag(&self, system: &SystemCode, campus: &CampusCode) -> Span {
        self.feeds_of(system, campus).map(|f| f.lag).max().unwrap_or(Span::ZERO)
    }

    /// After how long without any event `system` counts as silent at `campus`: the longest that its feeds state; `None` when none does.
    #[must_use]
    pub fn heartbeat(&self, system: &SystemCode, campus: &CampusCode) -> Option<Span> {
        self.feeds_of(system, campus).filter_map(|f| f.heartbeat).max()
    }

    /// The feeds that bring events of `system` at `campus`.
    pub fn feeds_of<'a>(
        &'a self,
        system: &'a SystemCode,
        campus: &'a CampusCode,
    ) -> impl Iterator<Item = &'a Feed> {
        self.feeds
            .iter()
            .filter(move |f| f.systems.contains(system) && f.campus.as_ref().is_none_or(|c| c == campus))
    }
}

/// A name in Chinese with, where one was given, an English one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Chinese name.
    pub name: String,
    /// English name, absent when the YAML gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
}

/// One campus (院区).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campus {
    /// What people call it.
    #[serde(flatten)]
    pub name: Named,
    /// Its time zone.
    pub zone: Zone,
    /// When it works; `None` where nothing says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// Departments and wards by code.
    pub departments: BTreeMap<String, Named>,
    /// The department of each ward, by their codes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub wards: BTreeMap<String, String>,
}

/// One role, and the roles whose holders it counts as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// What people call it.
    #[serde(flatten)]
    pub name: Named,
    /// Roles that a holder of this one also has, closed under inclusion (上级医师 includes 医师).
    pub includes: Vec<RoleCode>,
}

/// One field of the dictionary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldDef {
    /// Its code; the key in an event's `data`.
    pub code: FieldCode,
    /// What people call it.
    #[serde(flatten)]
    pub name: Named,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: Type,
    /// A regular expression that a text must match as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Least and greatest number, bounds included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
    /// The unit of a number, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether it is personal data (masked unless the viewer may see it).
    #[serde(default)]
    pub personal: bool,
    /// How its values lead to orders, where a loop links by it.
    #[serde(default, skip_serializing_if = "LinkRule::is_default")]
    pub link: LinkRule,
}

/// How the values of a field lead to orders.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRule {
    /// Whether an event goes to every order that has learnt its value; else to the one that learnt it last by then.
    pub shared: bool,
    /// How far from the time at which an order learnt a value the value leads there, before and after; `None`: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<Span>,
}

impl Default for LinkRule {
    fn default() -> Self {
        Self { shared: true, valid: None }
    }
}

impl LinkRule {
    /// Whether it says nothing: shared, without an end.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a value that was learnt at `taught` leads an event of this time.
    #[must_use]
    pub fn reaches(&self, taught: Instant, event: Instant) -> bool {
        self.valid.is_none_or(|valid| taught.0.abs_diff(event.0) <= valid.0.unsigned_abs())
    }
}

/// One event type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDef {
    /// What people call it.
    #[serde(flatten)]
    pub name: Named,
    /// The fields it may carry.
    pub fields: Vec<FieldCode>,
    /// The systems that send it.
    pub systems: Vec<SystemCode>,
}

/// One code table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What people call it.
    #[serde(flatten)]
    pub name: Named,
    /// Its codes.
    pub codes: BTreeMap<Arc<str>, Named>,
    /// For a table that maps a code to codes (相容): what each leads to. Empty for a plain list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub maps: BTreeMap<Arc<str>, Vec<Arc<str>>>,
}
