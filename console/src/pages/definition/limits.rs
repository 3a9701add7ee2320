//! The parameters of a loop: the group's value, what each campus sets, the range, the basis, and the reasons for differences.

use super::Page;
use crate::written::About;
use medloop_engine::graph::{CampusSettings, Param};
use medloop_engine::name::CampusCode;
use medloop_engine::value::Value;
use serde::Serialize;

/// One parameter.
#[derive(Clone, Debug, Serialize)]
pub struct ParamItem {
    /// Its name.
    pub title: String,
    /// Its code.
    pub code: String,
    /// The group's value.
    pub value: String,
    /// The value of each campus.
    pub campuses: Vec<ParamValue>,
    /// Least and greatest.
    pub range: String,
    /// What it rests on.
    pub basis: String,
}

/// A campus's value.
#[derive(Clone, Debug, Serialize)]
pub struct ParamValue {
    /// The campus.
    pub campus: String,
    /// The value.
    pub text: String,
    /// Whether it differs from the group's.
    pub differs: bool,
}

/// What a campus sets otherwise than the group.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The campus.
    pub campus: String,
    /// The parameter or node.
    pub what: String,
    /// The group's standard.
    pub group: String,
    /// What holds there.
    pub here: String,
    /// Why.
    pub reason: String,
}

impl Page<'_> {
    pub(super) fn params(&self) -> Vec<ParamItem> {
        let titles = self.titles;
        let range = |(a, b): &(Value, Value)| format!("{} – {}", titles.value(a), titles.value(b));
        let item = |(i, p): (usize, &Param)| ParamItem {
            title: titles.param(p),
            code: p.code.to_string(),
            value: titles.value(&p.value),
            campuses: self
                .campuses
                .iter()
                .map(|(code, campus)| {
                    let there = self.value_at(code, i, p);
                    ParamValue {
                        campus: self.campus(code, campus),
                        text: titles.value(&there),
                        differs: there != p.value,
                    }
                })
                .collect(),
            range: p.range.as_ref().map(range).unwrap_or_default(),
            basis: p.basis.clone().unwrap_or_default(),
        };
        self.def().params.iter().enumerate().map(item).collect()
    }

    fn value_at(&self, campus: &CampusCode, i: usize, param: &Param) -> Value {
        CampusSettings::of(self.def(), campus).params.get(i).cloned().unwrap_or_else(|| param.value.clone())
    }

    pub(super) fn differences(&self, about: &About) -> Vec<Difference> {
        let (titles, lang) = (self.titles, self.lang());
        let mut all = Vec::new();
        for (code, campus) in &self.campuses {
            let name = self.campus(code, campus);
            for (i, param) in self.def().params.iter().enumerate() {
                let there = self.value_at(code, i, param);
                if there == param.value {
                    continue;
                }
                let written = about
                    .reasons
                    .iter()
                    .find(|(at, p, _)| at == *code && (*p == param.name || p == param.code.as_str()));
                all.push(Difference {
                    campus: name.clone(),
                    what: titles.param(param),
                    group: titles.value(&param.value),
                    here: titles.value(&there),
                    reason: written.map(|(.., reason)| reason.clone()).unwrap_or_default(),
                });
            }
            let settings = CampusSettings::of(self.def(), code);
            let off = settings.off.iter().map(|(ix, why)| (ix, why, lang.pick("停用", "switched off")));
            let gone = settings.unavailable.iter();
            let gone =
                gone.map(|(ix, why)| (ix, why, lang.pick("系统无法提供", "not provided by its systems")));
            all.extend(off.chain(gone).map(|(ix, why, here)| Difference {
                campus: name.clone(),
                what: titles.node(*ix),
                group: lang.pick("启用", "in use").to_owned(),
                here: here.to_owned(),
                reason: why.clone(),
            }));
        }
        all
    }
}
