//! Tree → graph: the stages after parsing, one after the other.

use crate::diagnostic::{Diagnostic, sort};
use crate::resolve::Names;
use crate::tree::File;
use crate::{check, fragments, lower, resolve};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::Definition;
use std::collections::BTreeSet;

/// Compiles the loops of all files against a catalogue, with the group's params at every campus.
///
/// A file in which something is wrong gives its mistakes and no definition: a rule that was not understood must not be missing
/// silently. What single campuses set otherwise is applied afterwards ([`crate::yaml::apply`]).
#[must_use]
pub fn compile(files: &[File], catalogue: &Catalogue) -> (Vec<Definition>, Vec<Diagnostic>) {
    let names = Names::new(catalogue);
    let (whole, origins, mut found) = fragments::expand(files);
    let (mut loops, mistakes) = resolve::resolve(&whole, &names);
    found.extend(mistakes);
    for of in &mut loops {
        found.extend(check::check(of, &names));
    }
    let wrong: BTreeSet<&str> = found.iter().filter(|d| d.is_error()).map(|d| d.file.as_str()).collect();
    let sound = loops.iter().filter(|l| !l.file.broken && !wrong.contains(l.file.name.as_str()));
    let definitions = sound.filter_map(|l| lower::lower(l, catalogue)).collect();
    drop(wrong);
    origins.home(&mut found);
    sort(&mut found);
    (definitions, found)
}
