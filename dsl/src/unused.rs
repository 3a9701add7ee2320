//! Fields of the dictionary that nothing uses: no loop records or names them, no source fills them in, no table is keyed by them.

use crate::diagnostic::Diagnostic;
use crate::say;
use crate::whole::Whole;
use medloop_engine::map::Then;
use medloop_engine::name::FieldCode;
use medloop_engine::person::{MERGED, UNMERGED};
use std::collections::BTreeSet;

/// When more fields than this are unused the dictionary is meant for more loops than are here: one warning names them together.
const MOST: usize = 20;

impl Whole<'_> {
    /// See [`crate::library::Library::unused_fields`].
    pub(crate) fn unused_fields(&self) -> Vec<Diagnostic> {
        let loops = self.files.iter().flat_map(|f| &f.loops).filter(|l| !l.fragment).count();
        if loops == 0 || loops != self.definitions.len() || self.files.iter().any(|f| f.broken) {
            return Vec::new();
        }
        let Some(used) = self.used_fields() else { return Vec::new() };
        let unused: Vec<_> = self.dictionary.iter().filter(|(code, ..)| !used.contains(code)).collect();
        let name = |code: &FieldCode| {
            self.catalogue.fields.get(code).map_or_else(|| code.to_string(), |f| f.name.name.clone())
        };
        let help =
            || say!("写进环节、规则或来源，或删去", "put it into a node, a rule or a source, or delete it");
        if unused.len() > MOST {
            let count = unused.len();
            let some: Vec<String> = unused.iter().take(MOST).map(|(code, ..)| name(code)).collect();
            let (zh, en) = (some.join("、"), some.join(", "));
            let first = unused.first().map(|(_, file, span)| (file.clone(), *span));
            let message = say!("{count} 个字段没有用到：{zh}…", "{count} fields are not used: {en}…");
            return first
                .map(|(file, span)| Diagnostic::warning("E0721", file, span, message))
                .into_iter()
                .collect();
        }
        let one = |(code, file, span): &&(FieldCode, String, crate::diagnostic::Span)| {
            let word = name(code);
            let message = say!("字段“{word}”没有用到", "nothing uses the field `{word}`");
            Diagnostic::warning("E0721", file.as_str(), *span, message).help(help())
        };
        unused.iter().map(one).collect()
    }

    /// What loops, sources, tables and the program itself use; `None` where a source cannot be read.
    fn used_fields(&self) -> Option<BTreeSet<FieldCode>> {
        let mut used = BTreeSet::new();
        for definition in &self.definitions {
            used.insert(definition.key.clone());
            used.extend(definition.fields.keys().cloned());
            // An ending has no list of fields: it takes its event whole.
            let triggers = definition.endings.iter().flat_map(|e| e.triggers.iter().chain(&e.resume));
            let events = triggers.filter_map(|t| self.catalogue.events.get(&t.event));
            used.extend(events.flat_map(|event| event.fields.iter().cloned()));
        }
        used.extend(self.catalogue.lengths.values().flat_map(|table| table.keys.iter().cloned()));
        let own =
            self.catalogue.events.iter().filter(|(event, _)| [MERGED, UNMERGED].contains(&event.as_str()));
        used.extend(own.flat_map(|(_, event)| event.fields.iter().cloned()));
        for rule in self.sources?.iter().flat_map(|source| &source.mapping.rules) {
            let Then::Event(make) = &rule.then else { continue };
            used.extend(make.set.iter().filter_map(|(path, _)| FieldCode::parse(path.first()?).ok()));
        }
        Some(used)
    }
}
