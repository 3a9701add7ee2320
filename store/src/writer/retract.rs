//! Which events count: retractions, retractions of retractions, and what follows from them.

use super::work::{Revision, Work};
use crate::error::Result;
use medloop_engine::facts::EventRef;
use std::collections::{BTreeMap, BTreeSet};

impl Work<'_> {
    /// Finds anew what counts among all that `event` retracts, that retracts it, and so on; whether `event` itself counts.
    ///
    /// What else has changed is marked in the instances it is in. `event` itself is left to the caller.
    pub(crate) async fn relive(&mut self, event: &EventRef, old_target: Option<EventRef>) -> Result<bool> {
        let target = self.seen(event).await?.target.clone();
        if old_target != target {
            if let Some(old) = &old_target {
                let seen = self.seen(old).await?;
                seen.retractors.retain(|r| r != event);
                seen.dirty = true;
            }
            if let Some(new) = &target {
                let seen = self.seen(new).await?;
                if let Err(at) = seen.retractors.binary_search(event) {
                    seen.retractors.insert(at, event.clone());
                }
                seen.dirty = true;
            }
        }
        let named_by = self.component(event, old_target).await?;
        let counts = verdicts(&named_by);
        let mut live = true;
        for (other, counts) in counts {
            if other == *event {
                live = counts;
                continue;
            }
            let seen = self.seen(&other).await?;
            let Some((_, no)) = seen.latest() else { continue };
            self.restate.insert(other.clone());
            let seen = self.seen(&other).await?;
            if seen.live == counts {
                continue;
            }
            seen.live = counts;
            seen.dirty = true;
            let Some((event, history)) = self.event(no).await? else { continue };
            let body = Revision { no, event, live: counts, history };
            if counts {
                self.revive(&body).await?;
            } else {
                self.unlive(&body).await?;
            }
        }
        Ok(live)
    }

    /// Whether an event that retracts nothing would count, by what is known to retract it.
    pub(crate) async fn would_count(&mut self, event: &EventRef) -> Result<bool> {
        if self.seen(event).await?.retractors.is_empty() {
            return Ok(true);
        }
        let named_by = self.component(event, None).await?;
        Ok(verdicts(&named_by).get(event).copied().unwrap_or(true))
    }

    /// Everything connected with `event` by retractions, with the retractions that name it.
    async fn component(
        &mut self,
        event: &EventRef,
        old_target: Option<EventRef>,
    ) -> Result<BTreeMap<EventRef, Vec<EventRef>>> {
        let mut todo: Vec<EventRef> = old_target.into_iter().chain([event.clone()]).collect();
        let mut named_by = BTreeMap::new();
        while let Some(next) = todo.pop() {
            if named_by.contains_key(&next) {
                continue;
            }
            let seen = self.seen(&next).await?;
            todo.extend(seen.retractors.iter().cloned().chain(seen.target.clone()));
            let by = seen.retractors.clone();
            named_by.insert(next, by);
        }
        Ok(named_by)
    }
}

/// What no one retracts counts; what a counting one retracts does not; in a cycle nothing counts.
fn verdicts(named_by: &BTreeMap<EventRef, Vec<EventRef>>) -> BTreeMap<EventRef, bool> {
    let mut known: BTreeMap<EventRef, bool> = BTreeMap::new();
    loop {
        let mut fresh = Vec::new();
        for (event, by) in named_by.iter().filter(|(e, _)| !known.contains_key(*e)) {
            if by.iter().any(|r| known.get(r) == Some(&true)) {
                fresh.push((event.clone(), false));
            } else if by.iter().all(|r| known.get(r) == Some(&false)) {
                fresh.push((event.clone(), true));
            }
        }
        if fresh.is_empty() {
            break;
        }
        known.extend(fresh);
    }
    let cyclic: BTreeSet<_> = named_by.keys().filter(|e| !known.contains_key(*e)).cloned().collect();
    known.extend(cyclic.into_iter().map(|e| (e, false)));
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str) -> EventRef {
        EventRef { source: "s".into(), id: id.into() }
    }

    fn counting(edges: &[(&str, &str)]) -> String {
        let mut named_by: BTreeMap<EventRef, Vec<EventRef>> = BTreeMap::new();
        for (by, target) in edges {
            named_by.entry(event(by)).or_default();
            named_by.entry(event(target)).or_default().push(event(by));
        }
        verdicts(&named_by).into_iter().filter(|(_, c)| *c).map(|(e, _)| e.id.to_string()).collect()
    }

    #[test]
    fn a_retraction_takes_back_and_may_be_taken_back() {
        assert_eq!(counting(&[("r", "t")]), "r");
        assert_eq!(counting(&[("r", "t"), ("q", "r")]), "qt");
        assert_eq!(counting(&[("r", "t"), ("q", "r"), ("p", "q")]), "pr");
    }

    #[test]
    fn nothing_in_a_cycle_counts_until_one_outside_breaks_it() {
        assert_eq!(counting(&[("a", "b"), ("b", "a")]), "");
        assert_eq!(counting(&[("a", "b"), ("b", "a"), ("c", "a")]), "bc");
        assert_eq!(counting(&[("a", "a")]), "");
    }
}
