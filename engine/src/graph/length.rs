//! Standard durations, planned windows, parameters, and what a campus sets of them.

use super::{Definition, NodeIx, ParamIx};
use crate::calendar::{Calendar, Stretch, Work};
use crate::keyed::Keyed;
use crate::name::{CampusCode, FieldCode, ParamCode};
use crate::time::{Instant, Span, Zone};
use crate::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// 时限: a standard duration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// How long.
    pub length: Length,
    /// From this node; `None`: from the latest direct predecessor that happened.
    pub from: Option<NodeIx>,
    /// The length is that of a row of a named table; `length` is the table's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Keyed>,
}

/// A length that is written out or a parameter.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Length {
    /// Written out.
    Span(Span),
    /// A parameter of type span.
    Param(ParamIx),
    /// A parameter with a minus before it.
    Minus(ParamIx),
    /// Written out in working time.
    Work(Work),
}

/// 计划: planned time and the window around it in which execution is on time, bounds included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The node that records the planned time, this node itself included.
    pub node: NodeIx,
    /// The field that holds it.
    pub field: FieldCode,
    /// Lower edge relative to the planned time; usually negative.
    pub from: Length,
    /// Upper edge relative to the planned time.
    pub to: Length,
    /// 漏: how long after the window's end until it counts as overdue.
    pub missed: Option<Length>,
    /// 窗 TABLE: the window is that of a row of a named table; what stands above is the table's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Keyed>,
}

/// 参数.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// Its code.
    pub code: ParamCode,
    /// Its Chinese name.
    pub name: String,
    /// The group's value: a span or a number.
    pub value: Value,
    /// Least and greatest value that a campus may set.
    pub range: Option<(Value, Value)>,
    /// What it rests on.
    pub basis: Option<String>,
}

/// What one campus sets for this loop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampusSettings {
    /// Its time zone.
    pub zone: Zone,
    /// When it works; absent where nothing in the loop is measured in working time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Calendar>,
    /// The values of the parameters there, as many as [`Definition::params`].
    pub params: Vec<Value>,
    /// Optional nodes switched off there, with the reason.
    pub off: BTreeMap<NodeIx, String>,
    /// Nodes that its systems cannot provide, with the reason.
    pub unavailable: BTreeMap<NodeIx, String>,
}

/// A parameter's settings at a campus that the definition does not know: the group's values, in UTC.
impl CampusSettings {
    /// The settings of `campus`, or the group's own where it has none.
    #[must_use]
    pub fn of(definition: &Definition, campus: &CampusCode) -> Self {
        definition.campuses.get(campus).cloned().unwrap_or_else(|| Self {
            zone: Zone::fixed("UTC", 0),
            calendar: None,
            params: definition.params.iter().map(|p| p.value.clone()).collect(),
            off: BTreeMap::new(),
            unavailable: BTreeMap::new(),
        })
    }

    /// What a length is here; `None` for a parameter that holds none.
    #[must_use]
    pub fn stretch(&self, length: Length) -> Option<Stretch> {
        length.stretch(|ix| self.params.get(usize::from(ix.0)))
    }

    /// The moment that lies a stretch after `at`; `None` in working time without a calendar.
    #[must_use]
    pub fn after(&self, at: Instant, stretch: Stretch) -> Option<Instant> {
        match stretch {
            Stretch::Clock(span) => Some(at.plus(span)),
            Stretch::Work(work) => self.calendar.as_ref().map(|c| c.shift(&self.zone, at, work)),
        }
    }
}

impl Length {
    /// The parameter that it is.
    #[must_use]
    pub fn param(self) -> Option<ParamIx> {
        match self {
            Self::Span(_) | Self::Work(_) => None,
            Self::Param(ix) | Self::Minus(ix) => Some(ix),
        }
    }

    /// How long it is where `value` gives the values of parameters; `None` for a parameter that holds no length.
    fn stretch<'v>(self, value: impl Fn(ParamIx) -> Option<&'v Value>) -> Option<Stretch> {
        let param = |ix| match value(ix)? {
            Value::Span(span) => Some(Stretch::Clock(*span)),
            Value::Work(work) => Some(Stretch::Work(*work)),
            _ => None,
        };
        match self {
            Self::Span(span) => Some(Stretch::Clock(span)),
            Self::Work(work) => Some(Stretch::Work(work)),
            Self::Param(ix) => param(ix),
            Self::Minus(ix) => param(ix).map(Stretch::negated),
        }
    }
}

impl Definition {
    /// The group's value of a length.
    #[must_use]
    pub fn stretch(&self, length: Length) -> Option<Stretch> {
        length.stretch(|ix| self.param(ix).map(|p| &p.value))
    }

    /// The parameter at `ix`.
    #[must_use]
    pub fn param(&self, ix: ParamIx) -> Option<&Param> {
        self.params.get(usize::from(ix.0))
    }
}
