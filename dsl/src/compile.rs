//! Tree → graph: the stages after parsing, one after the other.

use crate::diagnostic::{Diagnostic, sort};
use crate::resolve::Names;
use crate::tree::File;
use crate::yaml::{self, Deviation};
use crate::{check, fragments, lower, resolve};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::Definition;
use std::collections::{BTreeMap, BTreeSet};

/// Mistakes about names of the catalogue and about units, which no loop can mend.
const OF_THE_CATALOGUE: [&str; 9] =
    ["E0206", "E0208", "E0209", "E0210", "E0216", "E0217", "E0218", "E0222", "E0301"];

/// Compiles the loops of all files against a catalogue, with the group's params at every campus.
///
/// A file in which something is wrong gives its mistakes and no definition: a rule that was not understood must not be missing
/// silently. What single campuses set otherwise is applied afterwards ([`crate::yaml::apply`]).
#[must_use]
pub fn compile(files: &[File], catalogue: &Catalogue) -> (Vec<Definition>, Vec<Diagnostic>) {
    let names = Names::new(catalogue);
    let (whole, alone, origins, mut found) = fragments::apart(files);
    let (mut loops, mistakes) = resolve::resolve(&whole, &names);
    found.extend(mistakes);
    // What the loop would have given that might use it is not missed in a fragment that stands alone.
    let (_, mistakes) = resolve::resolve(&alone, &names);
    found.extend(mistakes.into_iter().filter(|d| OF_THE_CATALOGUE.contains(&d.code)));
    for of in &mut loops {
        found.extend(check::check(of, &names));
    }
    let wrong: BTreeSet<&str> = found.iter().filter(|d| d.is_error()).map(|d| d.file.as_str()).collect();
    let sound = loops.iter().filter(|l| !l.file.broken && !wrong.contains(l.file.name.as_str()));
    let definitions = sound.filter_map(|l| lower::lower(l, catalogue)).collect();
    // Distances and uses are not known where something else is wrong.
    let of_the_whole = |d: &Diagnostic| matches!(d.code, "E0513" | "E0516");
    let other = found.iter().filter(|d| d.is_error() && !of_the_whole(d)).map(|d| d.file.clone());
    let other: BTreeSet<String> = other.collect();
    found.retain(|d| !of_the_whole(d) || !other.contains(&d.file));
    origins.home(&mut found);
    // What is missed where something could not be read is a consequence of that.
    let hurt: BTreeMap<&str, &File> =
        files.iter().filter(|f| !f.hurt.is_empty()).map(|f| (f.name.as_str(), f)).collect();
    found.retain(|d| !hurt.get(d.file.as_str()).is_some_and(|f| f.is_hurt(d.span)));
    sort(&mut found);
    // One that only unused fragments use is met in each of them.
    found.dedup();
    (definitions, found)
}

/// One loop that stands alone in its file, fragments written in, with what campuses set otherwise; `None` when something in it is wrong.
pub(crate) fn alone(file: &File, catalogue: &Catalogue, deviations: &[Deviation]) -> Option<Definition> {
    let names = Names::new(catalogue);
    let (mut loops, mut found) = resolve::resolve(std::slice::from_ref(file), &names);
    for of in &mut loops {
        found.extend(check::check(of, &names));
    }
    if found.iter().any(|d| d.is_error()) {
        return None;
    }
    let mut definitions: Vec<Definition> = loops.iter().filter_map(|l| lower::lower(l, catalogue)).collect();
    let of = definitions.first()?;
    let own = |d: &&Deviation| d.of == of.name || d.of == of.code.as_str();
    let own: Vec<Deviation> = deviations.iter().filter(own).cloned().collect();
    let found = yaml::apply(&mut definitions, &own);
    definitions.pop().filter(|_| !found.iter().any(|d| d.is_error()))
}
