//! Comparisons: both sides of one kind, codes that are in their tables.

use super::Checker;
use super::types::{Ty, World};
use crate::diagnostic::{Span as Place, nearest};
use crate::resolve::{Bound, BoundKind};
use crate::say;
use crate::tree::CompareOp;
use medloop_engine::value::check_pattern;
use std::sync::Arc;

impl Checker<'_, '_> {
    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        (a, left): (&mut Bound, Ty),
        (b, right): (&mut Bound, Ty),
        place: Place,
    ) {
        match op {
            CompareOp::Eq | CompareOp::Ne => {
                self.adapt(&right, a);
                self.adapt(&left, b);
                if matches!(left, Ty::List(_)) || matches!(right, Ty::List(_)) {
                    let message =
                        say!("清单不能比较相等，用“属于”", "a list is not compared with `==`: use `in`");
                    self.push(self.error("E0303", place, message));
                } else {
                    self.alike((a, &left), (b, &right), place);
                }
            }
            CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge => {
                let ordered = |t: &Ty| matches!(t, Ty::Number | Ty::Moment | Ty::Span | Ty::Any);
                for (e, is) in [(&*a, &left), (&*b, &right)] {
                    if !ordered(is) {
                        let (zh, en) = is.words();
                        let message = say!("{zh}没有大小之分", "{en} is neither less nor greater");
                        let number = match &e.kind {
                            BoundKind::Text(text) => text.parse::<f64>().ok(),
                            _ => None,
                        };
                        let diagnostic = self.error("E0303", e.span, message);
                        self.push(match number {
                            Some(n) => {
                                diagnostic.help(say!("数字不写引号：{n}", "a number has no quotes: {n}"))
                            }
                            None => diagnostic
                                .expected(say!("数字、时间或时长", "a number, a time or a duration")),
                        });
                        return;
                    }
                }
                self.alike((a, &left), (b, &right), place);
            }
            CompareOp::In => self.member((a, &left), (b, &right)),
            CompareOp::Matches => self.matches((a, &left), b),
        }
    }

    fn alike(&mut self, (a, left): (&Bound, &Ty), (b, right): (&Bound, &Ty), place: Place) {
        if left.fits(right) {
            return;
        }
        for (e, is, other) in [(a, left, right), (b, right, left)] {
            if let (BoundKind::Number(n), Ty::Span | Ty::Moment) = (&e.kind, other) {
                debug_assert_eq!(*is, Ty::Number);
                let message = say!("时长必须写单位", "a duration has a unit");
                self.push(
                    self.error("E0301", e.span, message)
                        .help(say!("如 {n}分钟、{n}小时", "such as {n}min, {n}h")),
                );
                return;
            }
        }
        let ((x, x_en), (y, y_en)) = (left.words(), right.words());
        let message = say!("{x}不能与{y}比较", "{x_en} cannot be compared with {y_en}");
        let diagnostic = self.error("E0303", place, message);
        self.push(match (left, right) {
            (Ty::Moment, Ty::Span) | (Ty::Span, Ty::Moment) => diagnostic.help(say!(
                "比较两个时间的差：乙.时间 - 甲.时间 <= 30分钟",
                "compare the difference of two times: B.at - A.at <= 30min"
            )),
            _ => diagnostic,
        });
    }

    fn member(&mut self, (a, left): (&mut Bound, &Ty), (b, right): (&mut Bound, &Ty)) {
        // One text in parentheses is a list of one.
        if let BoundKind::Text(_) = b.kind {
            let only = Bound { kind: b.kind.clone(), span: b.span };
            b.kind = BoundKind::List(vec![only]);
        } else if !matches!(right, Ty::List(_) | Ty::Any) {
            let (zh, en) = right.words();
            let message = say!("“属于”之后要清单，写的是{zh}", "a list belongs behind `in`, not {en}");
            self.push(
                self.error("E0303", b.span, message)
                    .help(say!("如 属于 (\"甲\"、\"乙\")", "such as in (\"a\", \"b\")")),
            );
            return;
        }
        if let BoundKind::List(all) = &mut b.kind {
            for e in all {
                self.adapt(left, e);
            }
        }
        if let Ty::List(inner) = right {
            self.adapt(inner, a);
            if !left.fits(inner) {
                let ((x, x_en), (y, y_en)) = (left.words(), inner.words());
                let message = say!("{x}不会属于{y}的清单", "{x_en} is never in a list of {y_en}s");
                self.push(self.error("E0303", a.span.to(b.span), message));
            }
        }
    }

    fn matches(&mut self, (a, left): (&mut Bound, &Ty), b: &mut Bound) {
        self.want(left, &Ty::Text, a.span);
        let BoundKind::Text(pattern) = &b.kind else {
            let message = say!(
                "“匹配”之后要写在引号里的正则表达式",
                "a regular expression in quotes belongs behind `matches`"
            );
            self.push(self.error("E0303", b.span, message));
            return;
        };
        if let Err(why) = check_pattern(pattern) {
            let why = why.lines().last().unwrap_or_default().to_owned();
            let message = say!("正则表达式有误：{why}", "not a regular expression: {why}");
            self.push(self.error("E0313", b.span, message));
        }
    }

    /// The code of a department or ward, by code or by a name that only one has; any text where the hospital lists none.
    fn place(&mut self, text: &str, ward: bool, span: Place) -> Option<Arc<str>> {
        let mut listed: Vec<(&str, &medloop_engine::catalogue::Named)> = Vec::new();
        for campus in self.names.catalogue.campuses.values() {
            let wanted = campus.departments.iter().filter(|(c, _)| campus.wards.contains_key(*c) == ward);
            listed.extend(wanted.map(|(c, n)| (c.as_str(), n)));
        }
        if listed.is_empty() || listed.iter().any(|(c, _)| *c == text) {
            return None;
        }
        let called = |n: &&(&str, &medloop_engine::catalogue::Named)| {
            n.1.name == text || n.1.name_en.as_deref() == Some(text)
        };
        let mut codes: Vec<&str> = listed.iter().filter(called).map(|(c, _)| *c).collect();
        codes.sort_unstable();
        codes.dedup();
        if let [only] = codes.as_slice() {
            return Some(Arc::from(*only));
        }
        let (zh, en) = if ward { ("病区", "ward") } else { ("科室", "department") };
        let diagnostic = if codes.is_empty() {
            let near = nearest(text, listed.iter().flat_map(|(c, n)| [*c, n.name.as_str()]));
            let message = say!("没有{zh}“{text}”", "there is no {en} `{text}`");
            self.error("E0311", span, message).nearest(near)
        } else {
            let message = say!("不止一个{zh}叫“{text}”", "several {en}s are called `{text}`");
            let (zh, en) = (codes.join("、"), codes.join(", "));
            self.error("E0311", span, message).help(say!("写编码：{zh}", "write the code: {en}"))
        };
        self.push(diagnostic);
        None
    }

    /// A text that is compared with a code becomes that code; one that is in no table is told.
    pub(super) fn adapt(&mut self, to: &Ty, e: &mut Bound) {
        let BoundKind::Text(text) = &e.kind else { return };
        let code: Option<Arc<str>> = match to {
            Ty::Code(table) => {
                let Some((_, known)) = self.names.table(table) else { return };
                match self.names.code(table, text) {
                    Some(code) => Some(code),
                    None => {
                        let words = known.codes.iter().flat_map(|(c, n)| [c.as_ref(), n.name.as_str()]);
                        let near = nearest(text, words);
                        let title = known.name.name.as_str();
                        let message =
                            say!("代码表“{title}”里没有“{text}”", "the code table `{title}` has no `{text}`");
                        let diagnostic = self.error("E0311", e.span, message);
                        self.push(match (near, listed(known)) {
                            (None, Some(listed)) => diagnostic.expected(listed),
                            (near, _) => diagnostic.nearest(near),
                        });
                        None
                    }
                }
            }
            Ty::World(World::Department) => self.place(text, false, e.span),
            Ty::World(World::Ward) => self.place(text, true, e.span),
            Ty::World(world) => {
                let code = match world {
                    World::Role => self.names.role(text).map(|c| c.as_str()),
                    World::System => self.names.system(text).map(|c| c.as_str()),
                    World::Campus => self.names.campus(text).map(|c| c.as_str()),
                    World::Department | World::Ward => None,
                };
                if code.is_none() {
                    let (zh, en) = match world {
                        World::Role => ("角色", "role"),
                        World::System => ("系统", "system"),
                        World::Campus => ("院区", "campus"),
                        World::Department => ("科室", "department"),
                        World::Ward => ("病区", "ward"),
                    };
                    let message = say!("没有{zh}“{text}”", "there is no {en} `{text}`");
                    self.push(self.error("E0311", e.span, message));
                }
                code.map(Arc::from)
            }
            _ => None,
        };
        if let Some(code) = code {
            e.kind = BoundKind::Text(code);
        }
    }
}

/// The names of a code table, when there are few.
pub(super) fn listed(table: &medloop_engine::catalogue::Table) -> Option<crate::diagnostic::Words> {
    let names: Vec<&str> = table.codes.values().map(|n| n.name.as_str()).collect();
    let (zh, en) = (names.join("、"), names.join(", "));
    (names.len() <= 12).then(|| crate::diagnostic::Words::new(zh, en))
}
