//! The YAML files of one folder, read together into a catalogue.

use super::campus::{self, Deviation};
use super::node::Node;
use super::schema::Schema;
use super::{calendar, codes, lengths, staff};
use super::{events, fields, hospital, parse, schema};
use crate::diagnostic::{Diagnostic, Span};
use medloop_engine::catalogue::Catalogue;
use std::collections::BTreeMap;

/// What stands beside the loops of one folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Context {
    /// Campuses, systems, fields, events, roles, tables.
    pub catalogue: Catalogue,
    /// What campuses set otherwise; [`campus::apply`] writes it into compiled loops.
    pub deviations: Vec<Deviation>,
    /// Where `hospital.yaml` says which holidays count: its path and the place of its work calendars, the group's first.
    pub calendars: Vec<(String, Span)>,
}

/// Reads `hospital.yaml`, `fields.yaml`, `events.yaml`, `staff.yaml` (if there is one), `codes/*.yaml`, `campus/*.yaml` and `calendars/*.yaml` of a folder.
///
/// `texts` are all texts by path with `/`; `folder` is `""` or ends in `/`. A file that cannot be read counts as empty, so that
/// every other mistake is found in the same run; whoever publishes looks for errors among the diagnostics. `None` without `hospital.yaml`.
#[must_use]
pub fn read(folder: &str, texts: &BTreeMap<String, String>) -> (Option<Context>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let at = |name: &str| format!("{folder}{name}");
    let hospital_file = at("hospital.yaml");
    if !texts.contains_key(&hospital_file) {
        return (None, found);
    }
    let one = |name: &str, schema: Schema, found: &mut Vec<Diagnostic>| -> Option<(String, Node)> {
        let file = at(name);
        let Some(text) = texts.get(&file) else {
            let words = crate::say!("缺少文件 {file}", "the file {file} is missing");
            found.push(Diagnostic::error("E0714", hospital_file.as_str(), Span::at(0), words));
            return None;
        };
        let node = tree(&file, text, schema, found)?;
        Some((file, node))
    };
    let hospital = one("hospital.yaml", Schema::Hospital, &mut found);
    let field_root = one("fields.yaml", Schema::Fields, &mut found);
    let event_root = one("events.yaml", Schema::Events, &mut found);
    let code_roots = many(&at("codes/"), texts, Schema::Codes, &mut found);
    let calendar_roots = many(&at("calendars/"), texts, Schema::Calendars, &mut found);
    let campus_roots = many(&at("campus/"), texts, Schema::Campus, &mut found);

    let empty = Node { span: Span::at(0), value: super::node::Kind::Null };
    let (file, root) = hospital.unwrap_or((hospital_file, empty));
    let own = root.get("campuses").map(Node::entries).unwrap_or_default();
    let calendars = std::iter::once(&root).chain(own.iter().map(|e| &e.value));
    let calendars: Vec<(String, Span)> =
        calendars.filter_map(|n| Some((file.clone(), n.get("calendar")?.span))).collect();
    let holidays = calendar::holidays(&calendar_roots, &mut found);
    let hospital = hospital::read(&file, &root, &holidays, &mut found);
    let mut codes = codes::read(&code_roots, &mut found);
    // Names of a dictionary that cannot be read are not told as unknown one by one.
    let readable = field_root.is_some();
    let (fields, field_names) =
        field_root.map(|(file, root)| fields::read(&file, &root, &codes, &mut found)).unwrap_or_default();
    let events = event_root
        .filter(|_| readable)
        .map(|(file, root)| events::read(&file, &root, &field_names, &codes.system_names, &mut found))
        .unwrap_or_default();
    let world = lengths::World {
        fields: &fields,
        field_names: &field_names,
        tables: &codes.tables,
        calendars: hospital.campuses.values().all(|c| c.calendar.is_some()),
    };
    let lengths = if readable {
        lengths::read(&code_roots, &world, &mut codes.table_names, &mut found)
    } else {
        BTreeMap::new()
    };
    let staff_file = at("staff.yaml");
    let staff = texts
        .get(&staff_file)
        .and_then(|text| tree(&staff_file, text, Schema::Staff, &mut found))
        .map(|root| staff::read(&staff_file, &root, &hospital, &codes.roles, &mut found))
        .unwrap_or_default();
    let deviations = campus_roots
        .iter()
        .flat_map(|(file, root)| campus::read(file, root, &hospital.campus_names, &mut found))
        .collect();
    let catalogue = Catalogue {
        group: hospital.group,
        campuses: hospital.campuses,
        systems: codes.systems,
        fields,
        events,
        roles: codes.roles,
        tables: codes.tables,
        lengths,
        staff,
        future_limit: hospital.future_limit,
        backfill_after: hospital.backfill_after,
        feeds: Vec::new(),
    };
    found.extend(strangers(folder, texts));
    crate::diagnostic::sort(&mut found);
    (Some(Context { catalogue, deviations, calendars }), found)
}

/// YAML that no reader looks at, and loops whose name ends otherwise: a slip in a file's name would otherwise go unnoticed.
fn strangers(folder: &str, texts: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let files = ["hospital.yaml", "fields.yaml", "events.yaml", "staff.yaml"];
    let folders = ["codes", "campus", "calendars", "sources"];
    let known = |rest: &str| match rest.split_once('/') {
        None => files.contains(&rest),
        Some((dir, name)) => folders.contains(&dir) && name.ends_with(".yaml") && !name.contains('/'),
    };
    let yaml = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml") || slip(path).is_some();
    texts
        .keys()
        .filter_map(|path| Some((path, path.strip_prefix(folder)?)))
        // A second hospital.yaml is told as such.
        .filter(|(path, rest)| yaml(path) && !known(rest) && !rest.ends_with("/hospital.yaml"))
        .map(|(path, rest)| {
            let words = crate::say!(
                "没有读取 {rest}：不是这里的文件",
                "{rest} is not read: no such file belongs here"
            );
            let list = files.iter().copied().chain([
                "codes/*.yaml",
                "campus/*.yaml",
                "calendars/*.yaml",
                "sources/*.yaml",
            ]);
            let told = Diagnostic::warning("E0716", path.as_str(), Span::at(0), words);
            if let Some(meant) = slip(rest).filter(|meant| meant.ends_with(".loop") || known(meant)) {
                return told.nearest(Some(meant));
            }
            let near = crate::diagnostic::nearest(rest, list.clone());
            let list: Vec<&str> = list.collect();
            let (zh, en) = (list.join("、"), list.join(", "));
            told.expected(crate::say!("其中之一：{zh}", "one of {en}")).nearest(near)
        })
        .collect()
}

/// The name that `gas.LOOP`, `gas.loop.txt` or `events.YML` was meant to be; `None` for one that ends as it should.
fn slip(path: &str) -> Option<String> {
    let lower = path.to_lowercase();
    let whole = lower.strip_suffix(".txt").unwrap_or(&lower);
    let (ending, meant) = [(".loop", ".loop"), (".yaml", ".yaml"), (".yml", ".yaml")]
        .into_iter()
        .find(|(e, _)| whole.ends_with(e))?;
    let stem = path.get(..whole.len().checked_sub(ending.len())?)?;
    Some(format!("{stem}{meant}")).filter(|name| name != path)
}

fn tree(file: &str, text: &str, schema: Schema, found: &mut Vec<Diagnostic>) -> Option<Node> {
    let (node, mistakes) = parse::parse(file, text);
    found.extend(mistakes);
    let node = node?;
    found.extend(schema::check(file, &node, schema));
    Some(node)
}

fn many(
    prefix: &str,
    texts: &BTreeMap<String, String>,
    schema: Schema,
    found: &mut Vec<Diagnostic>,
) -> Vec<(String, Node)> {
    texts
        .iter()
        .filter(|(path, _)| {
            path.strip_prefix(prefix).is_some_and(|rest| !rest.contains('/') && rest.ends_with(".yaml"))
        })
        .filter_map(|(path, text)| Some((path.clone(), tree(path, text, schema, found)?)))
        .collect()
}
