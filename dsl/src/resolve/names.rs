//! The names of the catalogue, by name or code, and mistakes about them.

use super::Cx;
use crate::diagnostic::{Words, nearest};
use crate::say;
use crate::tree::Name;
use medloop_engine::catalogue::{Catalogue, EventDef, FieldDef, Role, Table};
use medloop_engine::keyed::Lengths;
use medloop_engine::name::{CampusCode, EventType, FieldCode, RoleCode, SystemCode, TableCode};
use std::collections::BTreeMap;

/// The catalogue by what its things are called.
pub(crate) struct Names<'a> {
    pub(crate) catalogue: &'a Catalogue,
    fields: BTreeMap<&'a str, &'a FieldDef>,
    systems: BTreeMap<&'a str, &'a SystemCode>,
    roles: BTreeMap<&'a str, (&'a RoleCode, &'a Role)>,
    tables: BTreeMap<&'a str, (&'a TableCode, &'a Table)>,
    lengths: BTreeMap<&'a str, &'a Lengths>,
    campuses: BTreeMap<&'a str, &'a CampusCode>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue) -> Self {
        let mut names = Self {
            catalogue,
            fields: BTreeMap::new(),
            systems: BTreeMap::new(),
            roles: BTreeMap::new(),
            tables: BTreeMap::new(),
            lengths: BTreeMap::new(),
            campuses: BTreeMap::new(),
        };
        for (code, field) in &catalogue.fields {
            names.fields.insert(&field.name.name, field);
            names.fields.insert(code.as_str(), field);
        }
        for (code, named) in &catalogue.systems {
            names.systems.insert(&named.name, code);
            names.systems.insert(code.as_str(), code);
        }
        for (code, role) in &catalogue.roles {
            names.roles.insert(&role.name.name, (code, role));
            names.roles.insert(code.as_str(), (code, role));
        }
        for (code, table) in &catalogue.tables {
            names.tables.insert(&table.name.name, (code, table));
            names.tables.insert(code.as_str(), (code, table));
        }
        for (code, table) in &catalogue.lengths {
            names.lengths.insert(&table.name.name, table);
            names.lengths.insert(code.as_str(), table);
        }
        for (code, campus) in &catalogue.campuses {
            names.campuses.insert(&campus.name.name, code);
            names.campuses.insert(code.as_str(), code);
        }
        names
    }
    pub(crate) fn field(&self, text: &str) -> Option<&'a FieldDef> {
        self.fields.get(text).copied()
    }
    pub(crate) fn system(&self, text: &str) -> Option<&'a SystemCode> {
        self.systems.get(text).copied()
    }
    pub(crate) fn role(&self, text: &str) -> Option<&'a RoleCode> {
        self.roles.get(text).map(|r| r.0)
    }
    pub(crate) fn table(&self, text: &str) -> Option<(&'a TableCode, &'a Table)> {
        self.tables.get(text).copied()
    }
    /// A named window or duration.
    pub(crate) fn lengths(&self, text: &str) -> Option<&'a Lengths> {
        self.lengths.get(text).copied()
    }
    pub(crate) fn campus(&self, text: &str) -> Option<&'a CampusCode> {
        self.campuses.get(text).copied()
    }
    pub(crate) fn event(&self, text: &str) -> Option<(&'a EventType, &'a EventDef)> {
        EventType::parse(text).ok().and_then(|t| self.catalogue.events.get_key_value(&t))
    }
    pub(crate) fn role_names(&self) -> impl Iterator<Item = &'a str> {
        self.roles.keys().copied()
    }
    pub(crate) fn system_names(&self) -> impl Iterator<Item = &'a str> {
        self.systems.keys().copied()
    }
    pub(crate) fn table_names(&self) -> impl Iterator<Item = &'a str> {
        self.tables.keys().copied()
    }
    /// Every named window, or every named duration.
    pub(crate) fn length_names(&self, window: bool) -> impl Iterator<Item = &'a str> {
        self.lengths.iter().filter(move |(_, t)| t.is_window() == window).map(|(word, _)| *word)
    }
    pub(crate) fn campus_names(&self) -> impl Iterator<Item = &'a str> {
        self.campuses.keys().copied()
    }
    pub(crate) fn field_names(&self) -> impl Iterator<Item = &'a str> {
        self.fields.keys().copied()
    }
    /// The code of a table that a text means, by code or name.
    pub(crate) fn code(&self, table: &str, text: &str) -> Option<std::sync::Arc<str>> {
        let (_, table) = self.table(table)?;
        let found =
            table.codes.get_key_value(text).or_else(|| table.codes.iter().find(|(_, n)| n.name == text));
        found.map(|(code, _)| code.clone())
    }
}

impl Names<'_> {
    /// Every role or system, when there are few: what belongs where one is not known.
    pub(crate) fn listed(&self, code: &str) -> Option<Words> {
        let names: Vec<&str> = match code {
            "E0208" => self.catalogue.systems.values().map(|n| n.name.as_str()).collect(),
            "E0209" => self.catalogue.roles.values().map(|r| r.name.name.as_str()).collect(),
            _ => return None,
        };
        let (zh, en) = (names.join("、"), names.join(", "));
        (!names.is_empty() && names.len() <= 12).then(|| Words::new(zh, en))
    }
}

impl<'a> Cx<'a> {
    /// A field of the dictionary. Mistakes are told.
    pub(crate) fn field(&mut self, name: &Name) -> Option<&'a FieldDef> {
        let found = self.names.field(&name.text);
        if found.is_none() {
            let near = nearest(&name.text, self.names.field_names());
            self.unknown("E0206", name, say!("字段字典里没有字段", "the dictionary has no field"), near);
        }
        found
    }

    pub(crate) fn field_code(&mut self, name: &Name) -> Option<FieldCode> {
        self.field(name).map(|f| f.code.clone())
    }

    pub(crate) fn system(&mut self, name: &Name) -> Option<SystemCode> {
        let found = self.names.system(&name.text).cloned();
        if found.is_none() {
            let near = nearest(&name.text, self.names.systems.keys().copied());
            self.unknown("E0208", name, say!("没有系统", "there is no system"), near);
        }
        found
    }

    pub(crate) fn role(&mut self, name: &Name) -> Option<RoleCode> {
        let found = self.names.role(&name.text).cloned();
        if found.is_none() {
            let near = nearest(&name.text, self.names.roles.keys().copied());
            self.unknown("E0209", name, say!("没有角色", "there is no role"), near);
        }
        found
    }

    pub(crate) fn event(&mut self, name: &Name) -> Option<(&'a EventType, &'a EventDef)> {
        let found = self.names.event(&name.text);
        if found.is_none() {
            let known = self.names.catalogue.events.keys();
            let mut known = known.map(EventType::as_str);
            let ending = format!(".{}", name.text);
            let whole = known.clone().find(|t| t.ends_with(&ending));
            let near = whole.map(str::to_owned).or_else(|| nearest(&name.text, known.by_ref()));
            self.unknown("E0210", name, say!("事件目录里没有事件", "the catalogue has no event"), near);
        }
        found
    }

    /// `{what}“{name}”`, unless a broken statement would have given the name.
    pub(crate) fn unknown(&mut self, code: &'static str, name: &Name, what: Words, near: Option<String>) {
        if self.lost.contains(&name.text) {
            return;
        }
        // A dictionary that is missing or cannot be read has been told of.
        let catalogue = self.names.catalogue;
        let empty = match code {
            "E0206" => catalogue.fields.is_empty(),
            "E0208" => catalogue.systems.is_empty(),
            "E0209" => catalogue.roles.is_empty(),
            "E0210" => catalogue.events.is_empty(),
            _ => false,
        };
        if empty {
            return;
        }
        let near = near.or_else(|| nearest(&name.text, self.lost.iter().map(String::as_str)));
        let (word, zh, en) = (&name.text, what.zh, what.en);
        let message = say!("{zh}“{word}”", "{en} `{word}`");
        let diagnostic = self.error(code, name.span, message);
        self.push(match self.several(code, word) {
            Some(list) => {
                let (zh, en) = (list.join("、"), list.join(", "));
                diagnostic.help(say!("几个之间写“、”：{zh}", "several are parted by `,`: {en}"))
            }
            None => match self.names.listed(code).filter(|_| near.is_none()) {
                Some(listed) => diagnostic.expected(listed),
                None => diagnostic.nearest(near),
            },
        });
    }

    /// `护士/技师`, `血型和数量`: several names that are each known, written as one.
    fn several<'n>(&self, code: &str, word: &'n str) -> Option<Vec<&'n str>> {
        let known = |part: &str| match code {
            "E0206" => self.names.field(part).is_some(),
            "E0208" => self.names.system(part).is_some(),
            "E0209" => self.names.role(part).is_some(),
            _ => false,
        };
        let parts: Vec<&str> = word.split(['/', '和', '与', '及', '跟']).collect();
        (parts.len() > 1 && parts.iter().all(|part| known(part))).then_some(parts)
    }
}
