//! Chance that can be repeated: a small seeded generator (SplitMix64), so that the same seed writes the same bytes.

/// A stream of pseudo-random numbers. Not for secrets.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream of `seed` and `branch`: different branches of one seed have nothing to do with each other.
    pub(crate) fn new(seed: u64, branch: u64) -> Self {
        let mut start = Self(seed);
        let root = start.next();
        Self(root ^ branch.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    /// Sixty-four random bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, bounds included; `low` when they are the wrong way round.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).saturating_add(1);
        let Ok(width) = u64::try_from(width) else { return low };
        if width == 0 {
            return low;
        }
        low.saturating_add(i64::try_from(self.next() % width).unwrap_or(0))
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn percent(&mut self, percent: i64) -> bool {
        self.between(0, 99) < percent
    }

    /// One of them.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(of.len()).unwrap_or(i64::MAX).checked_sub(1)?;
        of.get(usize::try_from(self.between(0, last)).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_branch_others() {
        let take = |seed, branch| {
            let mut random = Random::new(seed, branch);
            (0..8).map(|_| random.next()).collect::<Vec<_>>()
        };
        assert_eq!(take(7, 1), take(7, 1));
        assert_ne!(take(7, 1), take(7, 2));
        assert_ne!(take(7, 1), take(8, 1));
    }

    #[test]
    fn numbers_stay_within_their_bounds_and_reach_both() {
        let mut random = Random::new(1, 1);
        let drawn: Vec<i64> = (0..200).map(|_| random.between(-1, 2)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&-1), Some(&2)));
        assert_eq!(random.between(5, 5), 5);
        assert_eq!(random.pick::<u8>(&[]), None);
    }
}
