//! Where what a definition holds was written: in its loop, or in the fragment that it came from.

use crate::tree::{File, Loop, LoopItem, Name};
use medloop_engine::graph::Definition;

/// A statement.
pub(crate) struct Written<'f, T> {
    pub(crate) file: &'f str,
    pub(crate) found: T,
    /// Whether it stands in a fragment, which other loops may use as well.
    pub(crate) fragment: bool,
}

/// The first statement that `fits`, in the loop itself before fragments.
pub(crate) fn statement<'f, T>(
    files: &'f [File],
    of: &Definition,
    fits: impl Fn(&'f LoopItem) -> Option<T>,
) -> Option<Written<'f, T>> {
    let loops = || files.iter().flat_map(|f| f.loops.iter().map(move |l| (f.name.as_str(), l)));
    let inside = |(file, l): (&'f str, &'f Loop)| {
        l.items.iter().find_map(&fits).map(|found| Written { file, found, fragment: l.fragment })
    };
    let own = |l: &Loop| !l.fragment && l.name.text == of.name;
    let mine = loops().filter(|(_, l)| own(l)).find_map(inside);
    mine.or_else(|| loops().filter(|(_, l)| l.fragment).find_map(inside))
}

/// Whether a statement with this name and code is the one that goes by them.
pub(crate) fn called(name: &Name, code: Option<&Name>, (its_code, its_name): (&str, &str)) -> bool {
    name.text == its_name || code.is_some_and(|c| c.text == its_code)
}
