//! Counts how long after their stated time live events come, source by source.

use super::work::Work;
use crate::db::Arg;
use crate::pen::{Pen, Put};
use crate::sql;
use medloop_engine::event::Event;
use medloop_engine::time::Precision;

impl Work<'_> {
    /// Counts a live event; one that only states its day says nothing of minutes.
    pub(crate) fn count_lag(&mut self, event: &Event) {
        if event.at.precision != Precision::Day {
            let source = (event.source.system.clone(), event.campus.clone());
            self.ahead.lags.entry(source).or_default().add(event.at.at, event.arrived);
        }
    }

    /// Adds what was counted to what is written.
    pub(crate) fn put_lags(&mut self, pen: &Pen) {
        let mut rows: Vec<Arg> = Vec::new();
        for ((system, campus), lags) in &self.ahead.lags {
            for (number, bucket) in lags.buckets() {
                let n = i64::try_from(bucket.n).unwrap_or(i64::MAX);
                rows.extend([system.shared().into(), campus.shared().into()]);
                rows.extend([number, n, bucket.least.0, bucket.last.0].map(Arg::from));
            }
        }
        pen.put(Put::Rows(&sql::LAG_ADD, rows));
    }
}
