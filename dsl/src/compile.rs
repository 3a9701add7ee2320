//! Tree → graph: the stages after parsing, one after the other.

use crate::diagnostic::{Diagnostic, sort};
use crate::fragments::Fragments;
use crate::resolve::Names;
use crate::tree::File;
use crate::yaml::{self, Deviation};
use crate::{check, lower, resolve};
use medloop_engine::catalogue::Catalogue;
use medloop_engine::graph::Definition;
use std::borrow::Cow;
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
    let (names, fragments) = (Names::new(catalogue), Fragments::of(files));
    let units = files.iter().map(|file| Cow::Owned(unit(file, &fragments, &names))).collect();
    together(files, units, &fragments, &names)
}

/// What a file comes to, with the fragments of all files: whatever the other loops are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unit {
    definitions: Vec<Definition>,
    found: Vec<Diagnostic>,
    /// The fragments that its loops use.
    used: BTreeSet<String>,
}

/// Distances and uses are not known where something else is wrong.
fn of_the_whole(d: &Diagnostic) -> bool {
    matches!(d.code, "E0513" | "E0516")
}

/// Compiles one file.
pub(crate) fn unit<'a>(file: &'a File, fragments: &Fragments<'a>, names: &Names<'_>) -> Unit {
    let mut used = BTreeSet::new();
    let (whole, mut found) = fragments.whole(file, &mut used);
    let (mut loops, mistakes) = resolve::resolve(&whole, names);
    found.extend(mistakes);
    for of in &mut loops {
        found.extend(check::check(of, names));
    }
    let wrong = whole.broken || found.iter().any(Diagnostic::is_error);
    let sound = loops.iter().filter(|_| !wrong);
    let definitions = sound.filter_map(|l| lower::lower(l, names.catalogue)).collect();
    if found.iter().any(|d| d.is_error() && !of_the_whole(d)) {
        found.retain(|d| !of_the_whole(d));
    }
    fragments.origins().home(&mut found);
    Unit { definitions, found, used: used.into_iter().map(str::to_owned).collect() }
}

/// The limits that follow from those of a file's loops.
pub(crate) fn implied<'a>(
    file: &'a File,
    fragments: &Fragments<'a>,
    names: &Names<'_>,
) -> Vec<check::Implied> {
    let (whole, _) = fragments.whole(file, &mut BTreeSet::new());
    let (loops, _) = resolve::resolve(&whole, names);
    loops.iter().flat_map(check::implied).collect()
}

/// Puts what the files came to together, with what only all of them show.
pub(crate) fn together(
    files: &[File],
    units: Vec<Cow<'_, Unit>>,
    fragments: &Fragments<'_>,
    names: &Names<'_>,
) -> (Vec<Definition>, Vec<Diagnostic>) {
    let used = units.iter().flat_map(|unit| &unit.used).map(String::as_str).collect();
    let (alone, mut found) = fragments.unused(&used);
    found.extend(resolve::taken(files));
    // What the loop would have given that might use it is not missed in a fragment that stands alone.
    for file in &alone {
        let (_, mistakes) = resolve::resolve(file, names);
        found.extend(mistakes.into_iter().filter(|d| OF_THE_CATALOGUE.contains(&d.code)));
    }
    let wrong: BTreeSet<String> = found.iter().filter(|d| d.is_error()).map(|d| d.file.clone()).collect();
    fragments.origins().home(&mut found);
    let mut definitions = Vec::new();
    for (file, unit) in files.iter().zip(units) {
        let Unit { definitions: own, found: mistakes, .. } = unit.into_owned();
        let whole = !wrong.contains(&file.name);
        definitions.extend(own.into_iter().filter(|_| whole));
        found.extend(mistakes.into_iter().filter(|d| whole || !of_the_whole(d)));
    }
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
    let (mut loops, mut found) = resolve::resolve(file, &names);
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
