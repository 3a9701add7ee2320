//! A source whose clock runs behind all the time: what it tells seems to come before what it follows.

use medloop_engine::catalogue::Catalogue;
use medloop_engine::name::{CampusCode, SystemCode};
use medloop_engine::time::{Span, Zone, parse_moment};
use serde::Serialize;
use serde_json::{Value, json};

use super::deliver::Sent;
use super::plan::Step;

/// By how much it runs behind.
const BEHIND: Span = Span(7 * 60_000_000);

/// Such a source; as JSON one line of the truth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SlowClock {
    fault: &'static str,
    /// `SYSTEM/CAMPUS`.
    pub(crate) source: String,
    /// By how many seconds.
    behind_s: i64,
    #[serde(skip)]
    system: SystemCode,
    #[serde(skip)]
    campus: CampusCode,
}

impl SlowClock {
    /// What is remarked on the nodes that it tells.
    pub(crate) const SHOWS: &str = "out_of_order";

    /// The clock of the source `SYSTEM/CAMPUS`; none: the catalogue does not know it.
    pub(crate) fn of(source: &str, catalogue: &Catalogue) -> Option<Self> {
        let (system, campus) = source.split_once('/')?;
        let system = SystemCode::parse(system).ok().filter(|s| catalogue.systems.contains_key(s))?;
        let campus = CampusCode::parse(campus).ok().filter(|c| catalogue.campuses.contains_key(c))?;
        let (source, behind_s) = (source.to_owned(), BEHIND.0 / 1_000_000);
        Some(Self { fault: "slow_clock", source, behind_s, system, campus })
    }

    /// Whether it tells this step of an order of a campus.
    pub(crate) fn is(&self, step: &Step, campus: &CampusCode) -> bool {
        *campus == self.campus && step.system.as_ref() == Some(&self.system)
    }

    /// Lets it tell its events: they come when they come, and state what its clock says.
    pub(super) fn tell(&self, zone: &Zone, deliveries: &mut [Sent]) {
        let mine = |sent: &&mut Sent| sent.event.get("source").and_then(Value::as_str) == Some(&*self.source);
        for sent in deliveries.iter_mut().filter(mine) {
            for stated in ["/time", "/data/recorded_at"] {
                let Some(value) = sent.event.pointer_mut(stated) else { continue };
                let Some(moment) = value.as_str().and_then(|text| parse_moment(text, zone)) else { continue };
                *value = json!(zone.rfc3339(moment.at.plus(BEHIND.negated())));
            }
        }
    }
}
