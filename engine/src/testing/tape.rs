//! A tape of numbers from which choices are read.

/// Reads choices from numbers; when they are used up, every choice is the first one.
pub(super) struct Tape<'a> {
    rest: &'a [u32],
}

impl<'a> Tape<'a> {
    pub(super) fn new(numbers: &'a [u32]) -> Self {
        Self { rest: numbers }
    }

    fn next(&mut self) -> u32 {
        let Some((first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        *first
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % n.max(1)
    }

    /// True in so many of a hundred cases; false when the tape is used up.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.next() % 100 >= 100 - percent
    }

    /// One of these.
    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let n = self.below(from.len());
        from.get(n).cloned()
    }

    /// One of these numbers.
    pub(super) fn of(&mut self, from: &[i64]) -> i64 {
        self.pick(from).unwrap_or(0)
    }
}
