//! `staff.yaml`: the register of staff, where a hospital keeps one beside its loops.

use super::hospital::Hospital;
use super::names::Names;
use super::node::Node;
use crate::diagnostic::{Diagnostic, Span, Words, nearest};
use medloop_engine::catalogue::Role;
use medloop_engine::name::{CampusCode, RoleCode};
use medloop_engine::staff::{Member, Period, Register};
use medloop_engine::time::{Instant, Precision, Zone, parse_moment};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Reads a tree that its schema allows.
pub(super) fn read(
    file: &str,
    root: &Node,
    hospital: &Hospital,
    roles: &BTreeMap<RoleCode, Role>,
    found: &mut Vec<Diagnostic>,
) -> Register {
    let mut role_names = Names::default();
    // They were told where they stand, if two share a name.
    let mut told = Vec::new();
    for (code, role) in roles {
        role_names.add("", code.as_str(), Span::at(0), &[&role.name.name], &mut told);
    }
    let utc = Zone::fixed("UTC", 0);
    let mut people = BTreeMap::new();
    for entry in root.get("staff").map(Node::entries).unwrap_or_default() {
        let node = &entry.value;
        let campus = node.get("campus").and_then(|c| {
            let code = hospital.campus_names.find(file, c, ("院区", "campus"), found)?;
            CampusCode::parse(code).ok()
        });
        let of = campus.as_ref().and_then(|c| hospital.campuses.get(c));
        let zone = of.or_else(|| hospital.campuses.values().next()).map_or(&utc, |c| &c.zone);
        let mut reader =
            Reader { file, zone, hospital, campus: campus.as_ref(), role_names: &role_names, found };
        let periods = match node.get("periods") {
            Some(periods) => {
                reader.both(node);
                periods.items().iter().filter_map(|p| reader.period(p)).collect()
            }
            None => reader.period(node).into_iter().collect(),
        };
        let periods = reader.in_order(periods, node.span);
        let name = Arc::from(node.text_at("name").unwrap_or_default());
        people.insert(Arc::from(entry.key.as_str()), Member { name, campus, periods });
    }
    Register::new(root.flag("complete"), people)
}

struct Reader<'a> {
    file: &'a str,
    zone: &'a Zone,
    hospital: &'a Hospital,
    campus: Option<&'a CampusCode>,
    role_names: &'a Names,
    found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// What stands beside `periods` would hold for none of them.
    fn both(&mut self, node: &Node) {
        for key in ["from", "to", "role", "title", "dept"] {
            if let Some(at) = node.get(key) {
                let words = crate::say!(
                    "有 periods 时，{key} 写在各段里",
                    "where there are `periods`, `{key}` belongs in them"
                );
                self.found.push(Diagnostic::error("E0706", self.file, at.span, words));
            }
        }
    }

    fn period(&mut self, node: &Node) -> Option<Period> {
        let (from, to) = (self.day(node.get("from")), self.day(node.get("to")));
        let (from, to) = (from.ok()?, to.ok()?);
        let until = to.map(|day| self.zone.next_unit(day, Precision::Day));
        if let (Some(from), Some(until)) = (from, until)
            && from >= until
        {
            let words = Words::new("止于开始之前", "it ends before it begins");
            self.found.push(Diagnostic::error("E0706", self.file, node.span, words));
            return None;
        }
        let role = node.get("role").and_then(|role| {
            let code = self.role_names.find(self.file, role, ("角色", "role"), self.found)?;
            RoleCode::parse(code).ok()
        });
        let dept = node.get("dept").and_then(|dept| self.department(dept));
        Some(Period { from, until, role, title: node.text_at("title").map(Arc::from), dept })
    }

    fn day(&mut self, node: Option<&Node>) -> Result<Option<Instant>, ()> {
        let Some(node) = node else { return Ok(None) };
        let text = node.text().unwrap_or_default();
        if let Some(moment) = parse_moment(text, self.zone) {
            return Ok(Some(moment.at));
        }
        let words = crate::say!("没有 {text} 这一天", "there is no day {text}");
        self.found.push(Diagnostic::error("E0706", self.file, node.span, words));
        Err(())
    }

    /// The code of a department or ward, by code or name; anything where the campus lists none.
    fn department(&mut self, node: &Node) -> Option<Arc<str>> {
        let text = node.text()?;
        let campuses = self.hospital.campuses.iter().filter(|(c, _)| self.campus.is_none_or(|own| own == *c));
        let listed: Vec<_> = campuses.flat_map(|(_, c)| &c.departments).collect();
        if listed.is_empty() || listed.iter().any(|(code, _)| *code == text) {
            return Some(Arc::from(text));
        }
        let named: BTreeSet<&str> =
            listed.iter().filter(|(_, n)| n.name == text).map(|(code, _)| code.as_str()).collect();
        if let (Some(only), 1) = (named.first(), named.len()) {
            return Some(Arc::from(*only));
        }
        let diagnostic = if named.is_empty() {
            let near = nearest(text, listed.iter().flat_map(|(c, n)| [c.as_str(), n.name.as_str()]));
            let words =
                crate::say!("没有叫 “{text}” 的科室或病区", "there is no department or ward “{text}”");
            Diagnostic::error("E0707", self.file, node.span, words).nearest(near)
        } else {
            let codes: Vec<&str> = named.into_iter().collect();
            let (zh, en) = (codes.join("、"), codes.join(", "));
            let words = crate::say!("不止一个科室叫 “{text}”", "several departments are called “{text}”");
            let help = crate::say!("写编码：{zh}", "write the code: {en}");
            Diagnostic::error("E0707", self.file, node.span, words).help(help)
        };
        self.found.push(diagnostic);
        None
    }

    /// Periods from early to late; two at one time are told.
    fn in_order(&mut self, mut periods: Vec<Period>, place: Span) -> Vec<Period> {
        periods.sort_by_key(|p| p.from);
        let over = periods.windows(2).any(|pair| match pair {
            [a, b] => a.until.is_none_or(|until| b.from.is_none_or(|from| from < until)),
            _ => false,
        });
        if over {
            let words = Words::new("两段时间重叠", "two periods overlap");
            self.found.push(Diagnostic::error("E0706", self.file, place, words));
        }
        periods
    }
}
