//! The words for statuses, verdicts, severities and stages: one table in Chinese, English and JSON.
//!
//! Pages, sentences, tests of the language and answers of the API all take their words from here.

use crate::alert::AlertStatus;
use crate::graph::{EndingKind, Severity, Stage};
use crate::state::{NodeStatus, Status, Verdict};
use serde::{Deserialize, Serialize};

/// The language of what people read.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// Chinese, the first language.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The one of two texts that is in this language.
    #[must_use]
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// One notion in its three forms.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Word {
    /// What Chinese readers see.
    pub zh: &'static str,
    /// What English readers see.
    pub en: &'static str,
    /// What the API and the English keywords of the language say.
    pub json: &'static str,
}

impl Word {
    /// The word in `lang`.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &'static str {
        lang.pick(self.zh, self.en)
    }
    /// Whether `text` is this word in any of its forms.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        text == self.zh || text == self.json || text.eq_ignore_ascii_case(self.en)
    }
}

const fn word(zh: &'static str, en: &'static str, json: &'static str) -> Word {
    Word { zh, en, json }
}

/// A closed list of notions with a word for each.
pub trait Worded: Copy + PartialEq + 'static {
    /// All of them, in the order in which people should see them.
    const ALL: &'static [Self];
    /// The word for this one.
    fn word(self) -> Word;
    /// The one that `text` means, in any of the three forms.
    fn from_word(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|w| w.word().is(text))
    }
}

impl Worded for Status {
    const ALL: &'static [Self] = &[
        Self::Open,
        Self::Interrupted,
        Self::ClosedWithDefects,
        Self::Closed,
        Self::Stopped,
        Self::Cancelled,
        Self::Superseded,
        Self::Excused,
        Self::Replaced,
        Self::Waiting,
        Self::Void,
    ];
    fn word(self) -> Word {
        match self {
            Self::Waiting => word("待开立", "Not opened", "waiting"),
            Self::Open => word("进行中", "Open", "open"),
            Self::Closed => word("闭合", "Closed", "closed"),
            Self::ClosedWithDefects => word("有缺陷闭合", "Closed with defects", "closed_with_defects"),
            Self::Interrupted => word("中断", "Interrupted", "interrupted"),
            Self::Stopped => word("停止", "Stopped", "stopped"),
            Self::Cancelled => word("取消", "Cancelled", "cancelled"),
            Self::Superseded => word("换单", "Superseded", "superseded"),
            Self::Excused => word("豁免", "Excused", "excused"),
            Self::Replaced => word("替换", "Replaced", "replaced"),
            Self::Void => word("无效", "Void", "void"),
        }
    }
}

impl Worded for NodeStatus {
    const ALL: &'static [Self] = &[
        Self::Done,
        Self::Early,
        Self::Late,
        Self::Due,
        Self::Overdue,
        Self::Pending,
        Self::Missing,
        Self::Skipped,
        Self::NotApplicable,
    ];
    fn word(self) -> Word {
        match self {
            Self::Done => word("完成", "Done", "done"),
            Self::Early => word("提前", "Early", "early"),
            Self::Late => word("延迟", "Late", "late"),
            Self::Due => word("待办", "Due", "due"),
            Self::Overdue => word("超时", "Overdue", "overdue"),
            Self::Pending => word("等待", "Pending", "pending"),
            Self::Missing => word("缺失", "Missing", "missing"),
            Self::Skipped => word("跳过", "Skipped", "skipped"),
            Self::NotApplicable => word("不适用", "Not applicable", "not_applicable"),
        }
    }
}

impl Worded for Verdict {
    const ALL: &'static [Self] =
        &[Self::Violated, Self::NoData, Self::Undecided, Self::Holds, Self::NotApplicable];
    fn word(self) -> Word {
        match self {
            Self::Holds => word("符合", "Holds", "holds"),
            Self::Violated => word("违反", "Violated", "violated"),
            Self::Undecided => word("待定", "Undecided", "undecided"),
            Self::NotApplicable => word("不适用", "Not applicable", "not_applicable"),
            Self::NoData => word("缺数据", "No data", "no_data"),
        }
    }
}

impl Worded for Severity {
    const ALL: &'static [Self] = &[Self::Critical, Self::High, Self::Medium, Self::Low];
    fn word(self) -> Word {
        match self {
            Self::Low => word("低", "Low", "low"),
            Self::Medium => word("中", "Medium", "medium"),
            Self::High => word("高", "High", "high"),
            Self::Critical => word("危急", "Critical", "critical"),
        }
    }
}

impl Worded for Stage {
    const ALL: &'static [Self] = &[Self::Order, Self::Review, Self::Execute, Self::Feedback];
    fn word(self) -> Word {
        match self {
            Self::Order => word("开立", "Order", "order"),
            Self::Review => word("审核", "Review", "review"),
            Self::Execute => word("执行", "Execute", "execute"),
            Self::Feedback => word("反馈", "Feedback", "feedback"),
        }
    }
}

impl Worded for EndingKind {
    const ALL: &'static [Self] = &[Self::Cancel, Self::Stop, Self::Supersede, Self::Excuse];
    fn word(self) -> Word {
        match self {
            Self::Cancel => word("取消", "Cancelled", "cancel"),
            Self::Stop => word("停止", "Stopped", "stop"),
            Self::Supersede => word("换单", "Superseded", "supersede"),
            Self::Excuse => word("豁免", "Excused", "excuse"),
        }
    }
}

impl Worded for AlertStatus {
    const ALL: &'static [Self] =
        &[Self::Open, Self::Acknowledged, Self::Verified, Self::Dismissed, Self::Closed, Self::SelfCleared];
    fn word(self) -> Word {
        match self {
            Self::Open => word("待受理", "Open", "open"),
            Self::Acknowledged => word("处理中", "Acknowledged", "acknowledged"),
            Self::Verified => word("已核实", "Verified", "verified"),
            Self::Dismissed => word("已忽略", "Dismissed", "dismissed"),
            Self::Closed => word("已关闭", "Closed", "closed"),
            Self::SelfCleared => word("自动解除", "Cleared by itself", "self_cleared"),
        }
    }
}

/// A number with its noun, in English: `1 error`, `2 errors`.
#[must_use]
pub fn counted(count: impl std::fmt::Display + PartialEq + From<u8>, noun: &str) -> String {
    let s = if count == 1.into() { "" } else { "s" };
    format!("{count} {noun}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distinct<T: Worded + std::fmt::Debug>(json: impl Fn(T) -> String) {
        for &a in T::ALL {
            assert_eq!(T::from_word(a.word().zh), Some(a));
            assert_eq!(T::from_word(a.word().en), Some(a));
            assert_eq!(T::from_word(a.word().json), Some(a));
            assert_eq!(json(a), format!("\"{}\"", a.word().json), "the JSON word is the one serde writes");
        }
    }

    #[test]
    fn every_word_leads_back_to_its_notion() {
        distinct::<Status>(|x| serde_json::to_string(&x).unwrap());
        distinct::<NodeStatus>(|x| serde_json::to_string(&x).unwrap());
        distinct::<Verdict>(|x| serde_json::to_string(&x).unwrap());
        distinct::<Severity>(|x| serde_json::to_string(&x).unwrap());
        distinct::<Stage>(|x| serde_json::to_string(&x).unwrap());
        distinct::<AlertStatus>(|x| serde_json::to_string(&x).unwrap());
        distinct::<EndingKind>(|x| serde_json::to_string(&x).unwrap());
    }
}
