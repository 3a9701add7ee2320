//! A simple temporal network: moments, and at most how long one comes after another.

use std::collections::{BTreeMap, VecDeque};

/// How many steps a search takes at most, for each distance. A network that needs more is not judged: checking stays linear.
const STEPS: usize = 64;

/// `to` comes at most `most` microseconds after `from`; a negative one says that it comes before.
#[derive(Clone, Debug)]
pub(super) struct Edge<M, S> {
    pub(super) from: M,
    pub(super) to: M,
    pub(super) most: i64,
    /// Where that is said.
    pub(super) said: S,
}

/// The distances.
#[derive(Debug)]
pub(super) struct Network<M, S> {
    moments: BTreeMap<M, usize>,
    edges: Vec<Edge<M, S>>,
    /// The distances from each moment.
    out: Vec<Vec<usize>>,
}

impl<M, S> Default for Network<M, S> {
    fn default() -> Self {
        Self { moments: BTreeMap::new(), edges: Vec::new(), out: Vec::new() }
    }
}

impl<M: Clone + Ord, S> Network<M, S> {
    /// Adds a distance.
    pub(super) fn add(&mut self, from: M, to: M, most: i64, said: S) {
        let start = self.moment(&from);
        self.moment(&to);
        if let Some(out) = self.out.get_mut(start) {
            out.push(self.edges.len());
        }
        self.edges.push(Edge { from, to, most, said });
    }

    fn moment(&mut self, moment: &M) -> usize {
        let next = self.moments.len();
        let index = *self.moments.entry(moment.clone()).or_insert(next);
        if index == next {
            self.out.push(Vec::new());
        }
        index
    }

    /// All distances.
    pub(super) fn edges(&self) -> &[Edge<M, S>] {
        &self.edges
    }

    /// How long after `from` each moment comes at most when every distance is kept; nothing when that takes too many steps to say.
    pub(super) fn furthest(&self, from: &M) -> Vec<(M, i64)> {
        self.reach(from).unwrap_or_default()
    }

    fn reach(&self, from: &M) -> Option<Vec<(M, i64)>> {
        let count = self.out.len();
        let start = *self.moments.get(from)?;
        let (mut reach, mut waits) = (vec![None; count], vec![false; count]);
        *reach.get_mut(start)? = Some(0_i64);
        let mut queue = VecDeque::from([start]);
        let mut left = STEPS.saturating_mul(self.edges.len() + count);
        while let Some(at) = queue.pop_front() {
            *waits.get_mut(at)? = false;
            let so_far = (*reach.get(at)?)?;
            for i in self.out.get(at)? {
                left = left.checked_sub(1)?;
                let edge = self.edges.get(*i)?;
                let to = *self.moments.get(&edge.to)?;
                let new = so_far.checked_add(edge.most)?;
                if reach.get(to)?.is_some_and(|old: i64| old <= new) {
                    continue;
                }
                *reach.get_mut(to)? = Some(new);
                if !std::mem::replace(waits.get_mut(to)?, true) {
                    queue.push_back(to);
                }
            }
        }
        let known = |(moment, at): (&M, &usize)| Some((moment.clone(), (*reach.get(*at)?)?));
        Some(self.moments.iter().filter_map(known).collect())
    }

    /// A round trip that comes to less than nothing, in its order.
    pub(super) fn impossible(&self) -> Option<Vec<&Edge<M, S>>> {
        if self.edges.iter().all(|e| e.most >= 0) {
            return None;
        }
        let count = self.out.len();
        // As if every moment were reached at once from one outside.
        let (mut reach, mut by) = (vec![0_i64; count], vec![None; count]);
        let (mut queue, mut waits): (VecDeque<usize>, Vec<bool>) = ((0..count).collect(), vec![true; count]);
        let mut left = STEPS.saturating_mul(self.edges.len() + count);
        let mut since = 0_usize;
        while let Some(at) = queue.pop_front() {
            *waits.get_mut(at)? = false;
            for i in self.out.get(at)? {
                left = left.checked_sub(1)?;
                let edge = self.edges.get(*i)?;
                let to = *self.moments.get(&edge.to)?;
                let new = reach.get(at)?.checked_add(edge.most)?;
                if new >= *reach.get(to)? {
                    continue;
                }
                *reach.get_mut(to)? = new;
                *by.get_mut(to)? = Some(*i);
                since += 1;
                // Once in as many steps as there are moments: whether the ways lead round.
                if since >= count {
                    since = 0;
                    if let Some(round) = self.round(&by) {
                        return Some(round);
                    }
                }
                if !*waits.get(to)? {
                    *waits.get_mut(to)? = true;
                    queue.push_back(to);
                }
            }
        }
        None
    }

    /// A round trip among the distances by which the moments were reached last.
    fn round(&self, by: &[Option<usize>]) -> Option<Vec<&Edge<M, S>>> {
        let from = |at: usize| {
            let edge = self.edges.get((*by.get(at)?)?)?;
            self.moments.get(&edge.from).copied()
        };
        let mut seen = vec![0_usize; by.len()];
        for start in 0..by.len() {
            let (mut at, walk) = (start, start + 1);
            loop {
                match seen.get_mut(at) {
                    Some(mark) if *mark == 0 => *mark = walk,
                    Some(mark) if *mark == walk => return self.trace(by, at),
                    _ => break,
                }
                match from(at) {
                    Some(next) => at = next,
                    None => break,
                }
            }
        }
        None
    }

    fn trace(&self, by: &[Option<usize>], start: usize) -> Option<Vec<&Edge<M, S>>> {
        let (mut at, mut edges) = (start, Vec::new());
        loop {
            let edge = self.edges.get((*by.get(at)?)?)?;
            edges.push(edge);
            at = *self.moments.get(&edge.from)?;
            if at == start {
                edges.reverse();
                return Some(edges);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(edges: &[(u8, u8, i64)]) -> Network<u8, ()> {
        let mut network = Network::default();
        edges.iter().for_each(|(from, to, most)| network.add(*from, *to, *most, ()));
        network
    }

    #[test]
    fn a_round_trip_below_nothing_is_found_and_one_that_fits_is_not() {
        // 1 to 2 at least 40, 2 to 3 at least 30, 1 to 3 at most 60.
        let bad = network(&[(2, 1, -40), (3, 2, -30), (1, 3, 60), (3, 4, 10)]);
        let round = bad.impossible().unwrap();
        assert_eq!(round.iter().map(|e| e.most).sum::<i64>(), -10);
        assert_eq!(round.len(), 3);
        assert!(network(&[(2, 1, -40), (3, 2, -30), (1, 3, 70), (3, 4, 10)]).impossible().is_none());
        assert!(network(&[(1, 2, 0), (2, 1, 0)]).impossible().is_none());
    }

    #[test]
    fn the_shortest_way_says_how_far_a_moment_is_at_most() {
        let far = network(&[(1, 2, 30), (2, 3, 60), (1, 3, 120), (3, 4, 10), (5, 3, 1)]);
        assert_eq!(far.furthest(&1), [(1, 0), (2, 30), (3, 90), (4, 100)]);
        assert_eq!(far.furthest(&9), []);
        // Below nothing there is no end.
        assert_eq!(network(&[(1, 2, -1), (2, 1, 0)]).furthest(&1), []);
    }

    #[test]
    fn a_long_chain_is_judged_in_a_moment() {
        let mut edges: Vec<(u16, u16, i64)> = (0..20_000).map(|i| (i + 1, i, -1)).collect();
        edges.push((0, 20_000, 19_000));
        let mut network: Network<u16, ()> = Network::default();
        edges.iter().for_each(|(from, to, most)| network.add(*from, *to, *most, ()));
        // Found, or given up: never long.
        if let Some(round) = network.impossible() {
            assert!(round.iter().map(|e| e.most).sum::<i64>() < 0);
        }
    }
}
