//! The store's numbers as Prometheus reads them.

use medloop_engine::time::Span;
use medloop_store::{Counts, Measured, Spread};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;
use std::fmt;

/// What was read of the store for one answer.
#[derive(Debug)]
pub(super) struct Numbers {
    pub(super) measured: Measured,
    /// Messages and bytes.
    pub(super) queued: (usize, usize),
    pub(super) counts: Counts,
    pub(super) lag: Span,
}

/// A spread as a histogram, its numbers divided by `unit`.
struct Shown<'a> {
    spread: &'a Spread,
    unit: f64,
}

impl EncodeMetric for Shown<'_> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        let bounds = self.spread.bounds.iter().map(|b| real(*b) / self.unit).chain([f64::INFINITY]);
        let buckets: Vec<(f64, u64)> = bounds.zip(self.spread.counts.iter().copied()).collect();
        let count = self.spread.counts.iter().sum();
        encoder.encode_histogram::<NoLabelSet>(real(self.spread.sum) / self.unit, count, &buckets, None)
    }
    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

impl Collector for Numbers {
    fn encode(&self, mut to: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let m = &self.measured;
        let mut events = to.encode_descriptor(
            "events",
            "Messages by sending system and what became of them",
            None,
            MetricType::Counter,
        )?;
        for (system, n) in &m.systems {
            for (result, n) in
                [("accepted", n.accepted), ("duplicate", n.duplicate), ("rejected", n.rejected)]
            {
                let labels = [("system", system.as_str()), ("result", result)];
                ConstCounter::new(n).encode(events.encode_family(&labels)?)?;
            }
        }
        let mut last = to.encode_descriptor(
            "last_message_timestamp",
            "When a system last sent something",
            Some(&Unit::Seconds),
            MetricType::Gauge,
        )?;
        for (system, n) in &m.systems {
            if let Some(at) = n.last {
                ConstGauge::new(at / 1_000_000)
                    .encode(last.encode_family(&[("system", system.as_str())])?)?;
            }
        }
        let spreads = [
            (
                "submit_duration",
                "How long senders waited until what they sent was durable",
                Some(Unit::Seconds),
                &m.submit_us,
                1e6,
            ),
            ("submit_messages", "How many messages were sent together", None, &m.together, 1.0),
            ("batch_messages", "How many messages a batch held", None, &m.batch, 1.0),
            (
                "commit_duration",
                "How long a batch took from the writer's hand until it was durable",
                Some(Unit::Seconds),
                &m.commit_us,
                1e6,
            ),
            (
                "settle_duration",
                "How long the log was ahead of the other tables",
                Some(Unit::Seconds),
                &m.settle_us,
                1e6,
            ),
        ];
        for (name, help, unit, spread, scale) in spreads {
            let encoder = to.encode_descriptor(name, help, unit.as_ref(), MetricType::Histogram)?;
            Shown { spread, unit: scale }.encode(encoder)?;
        }
        let help = "Calls refused because the queue was full";
        ConstCounter::new(m.busy).encode(to.encode_descriptor("busy", help, None, MetricType::Counter)?)?;
        let (messages, bytes) = self.queued;
        for (name, help, unit, n) in [
            ("queue_messages", "Messages waiting for the writer", None, whole(messages)),
            ("queue", "Size of what waits for the writer", Some(Unit::Bytes), whole(bytes)),
            ("waiting_events", "Events that lead nowhere yet", None, self.counts.waiting),
            ("quarantined_messages", "Messages in quarantine", None, self.counts.quarantine),
        ] {
            let encoder = to.encode_descriptor(name, help, unit.as_ref(), MetricType::Gauge)?;
            ConstGauge::new(n).encode(encoder)?;
        }
        let mut instances =
            to.encode_descriptor("instances", "Orders in their loops, by status", None, MetricType::Gauge)?;
        for (status, n) in &self.counts.instances {
            ConstGauge::new(*n).encode(instances.encode_family(&[("status", status.as_str())])?)?;
        }
        let lag = to.encode_descriptor(
            "time_lag",
            "How long ago the instance should have been folded that waits longest for it",
            Some(&Unit::Seconds),
            MetricType::Gauge,
        )?;
        #[expect(clippy::cast_precision_loss, reason = "a lag is far below 2^53 microseconds")]
        let seconds = self.lag.0 as f64 / 1e6;
        ConstGauge::new(seconds).encode(lag)
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums beyond 2^53 need not be exact")]
fn real(n: u64) -> f64 {
    n as f64
}

fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
