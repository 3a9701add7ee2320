//! What only the whole of a library shows, and no loop alone: years without holidays, and (in `unused`) fields that nothing uses.

use crate::diagnostic::{Diagnostic, Span};
use crate::say;
use crate::sources::Source;
use crate::tree::File;
use medloop_engine::calendar::Calendar;
use medloop_engine::catalogue::{Campus, Catalogue};
use medloop_engine::graph::Definition;
use medloop_engine::name::{CampusCode, FieldCode};
use medloop_engine::time::{Instant, Zone};

/// All parts of a library, wherever they are kept.
pub(crate) struct Whole<'a> {
    pub(crate) catalogue: &'a Catalogue,
    /// The loops that compiled.
    pub(crate) definitions: Vec<&'a Definition>,
    pub(crate) files: &'a [File],
    /// The sources; `None` where one of them cannot be read.
    pub(crate) sources: Option<&'a [Source]>,
    /// Where the work calendars are written.
    pub(crate) calendars: &'a [(String, Span)],
    /// Where the fields of the dictionary are written.
    pub(crate) dictionary: &'a [(FieldCode, String, Span)],
}

impl Whole<'_> {
    /// Everything of it, with the holidays of these years.
    pub(crate) fn remarks(&self, years: &[i32]) -> Vec<Diagnostic> {
        let calendars = years.iter().flat_map(|year| self.calendars_lack(*year));
        calendars.chain(self.unused_fields()).collect()
    }

    /// Says as a warning where loops measure in working time and a campus's holidays of `year` are not listed: its working days are
    /// then those of the week alone. Nothing here reads a clock, so the year is asked for.
    pub(crate) fn calendars_lack(&self, year: i32) -> Vec<Diagnostic> {
        let utc = Zone::fixed("UTC", 0);
        let of = |day: &i32| utc.civil(Instant(i64::from(*day) * 86_400_000_000)).year;
        let needed = |campus: &CampusCode| {
            let mut loops = self.definitions.iter();
            loops.any(|d| d.campuses.get(campus).is_some_and(|s| s.calendar.is_some()))
        };
        let lacking = |(code, campus): &(&CampusCode, &Campus)| {
            let listed = |c: &Calendar| c.days.is_empty() || c.days.keys().any(|day| of(day) == year);
            campus.calendar.as_ref().is_some_and(|c| !listed(c)) && needed(code)
        };
        let lacking: Vec<&str> =
            self.catalogue.campuses.iter().filter(lacking).map(|(_, c)| c.name.name.as_str()).collect();
        let Some((file, span)) = self.calendars.first().filter(|_| !lacking.is_empty()) else {
            return Vec::new();
        };
        let (zh, en) = (lacking.join("、"), lacking.join(", "));
        let words = say!(
            "工作日历没有 {year} 年的节假日：{zh} 的工作时长只按每周作息计算",
            "the work calendar lists no holidays of {year}: working time at {en} goes by the week alone"
        );
        let help = say!("在 calendars/*.yaml 里加上这一年", "add that year to calendars/*.yaml");
        vec![Diagnostic::warning("E0719", file.as_str(), *span, words).help(help)]
    }
}
