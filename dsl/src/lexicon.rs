//! The one table of words: every keyword and every contextual word in Chinese and English.
//!
//! Keywords of both sets are always reserved, as whole words outside dotted paths; such a name is written `「…」`. Contextual words
//! (stages, severities, attributes, functions, units) have their meaning by position and may be names elsewhere.

use medloop_engine::calendar::Work;
use medloop_engine::time::Span;
use std::sync::LazyLock;

/// A word in both languages.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word {
    /// Chinese.
    pub zh: &'static str,
    /// English; the grammar knows a keyword by `@` and this.
    pub en: &'static str,
}

const fn w(zh: &'static str, en: &'static str) -> Word {
    Word { zh, en }
}

/// The keywords. `来自` and `从` share the English `from`: position tells them apart.
pub const KEYWORDS: &[Word] = &[
    w("闭环", "loop"),
    w("片段", "fragment"),
    w("使用", "use"),
    w("引用", "refer"),
    w("按", "per"),
    w("等级", "grade"),
    w("类别", "category"),
    w("依据", "basis"),
    w("主键", "key"),
    w("起于", "starts"),
    w("流程", "flow"),
    w("每个", "each"),
    w("共", "count"),
    w("直到", "until"),
    w("重来", "again"),
    w("终止", "ends"),
    w("环节", "node"),
    w("事件", "on"),
    w("来自", "from"),
    w("从", "from"),
    w("当", "when"),
    w("角色", "by"),
    w("阶段", "stage"),
    w("图标", "icon"),
    w("必填", "required"),
    w("可填", "optional"),
    w("关联", "link"),
    w("时限", "within"),
    w("自", "of"),
    w("计划", "due"),
    w("窗", "window"),
    w("漏", "miss"),
    w("参数", "param"),
    w("范围", "range"),
    w("取消", "cancel"),
    w("之前", "before"),
    w("停止", "stop"),
    w("生效", "effective"),
    w("恢复", "resume"),
    w("换单", "supersede"),
    w("新单", "successor"),
    w("豁免", "excuse"),
    w("中断", "interrupt"),
    w("超过", "after"),
    w("封存", "seal"),
    w("规则", "rule"),
    w("级别", "severity"),
    w("要求", "check"),
    w("适用", "applies"),
    w("缺值", "missing"),
    w("并列", "ties"),
    w("提示", "alert"),
    w("升级", "escalate"),
    w("指标", "measure"),
    w("到", "to"),
    w("目标", "target"),
    w("测试", "test"),
    w("应有", "expect"),
    w("最终", "finally"),
    w("设", "set"),
    w("到达", "arriving"),
    w("撤回", "retract"),
    w("更正", "revise"),
    w("且", "and"),
    w("或", "or"),
    w("非", "not"),
    w("属于", "in"),
    w("匹配", "matches"),
    w("每次", "every"),
    w("任一", "any"),
    w("真", "true"),
    w("假", "false"),
];

/// 阶段.
pub const STAGES: &[Word] =
    &[w("开立", "order"), w("审核", "review"), w("执行", "execute"), w("反馈", "feedback")];
/// 级别, from slight to grave.
pub const SEVERITIES: &[Word] = &[w("低", "low"), w("中", "medium"), w("高", "high"), w("危急", "critical")];
/// What may follow 缺值.
pub const MISSING: &[Word] = &[w("违规", "violates")];
/// What may follow 并列.
pub const TIES: &[Word] = &[w("允许", "allowed"), w("不允许", "forbidden")];
/// Attributes of an occurrence. Fields may not have these names.
pub const ATTRIBUTES: &[Word] = &[
    w("时间", "at"),
    w("开始", "began"),
    w("记录", "recorded"),
    w("到达", "arrived"),
    w("人员", "by"),
    w("角色", "role"),
    w("科室", "dept"),
    w("职称", "title"),
    w("终端", "terminal"),
    w("方式", "capture"),
    w("系统", "system"),
    w("院区", "campus"),
    w("次数", "count"),
    w("完成", "done"),
];
/// Functions; any other name before a touching `(` is a code table.
pub const FUNCTIONS: &[Word] = &[
    w("首次", "first"),
    w("末次", "last"),
    w("已填", "filled"),
    w("间隔", "gap"),
    w("总和", "sum"),
    w("个数", "number_of"),
    w("不同", "distinct"),
];
/// The patient, of whom fields may be named.
pub const PATIENT: Word = w("患者", "patient");
/// What may be asked of the patient: 患者.科室, and 患者.科室(t) for what was known by that moment.
pub const PATIENT_FIELDS: &[Word] = &[
    w("编号", "id"),
    w("姓名", "name"),
    w("性别", "sex"),
    w("出生日期", "birth_date"),
    w("年龄", "age"),
    w("就诊号", "visit_no"),
    w("科室", "dept"),
    w("病区", "ward"),
    w("床号", "bed"),
    w("婴儿号", "baby_no"),
];
/// Reason of an excuse or a cancellation.
pub const REASON: Word = w("原因", "reason");
/// Words that begin a setting of a test, besides 主键 and 设.
pub const TEST_SETTINGS: &[Word] = &[w("院区", "campus"), w("患者", "patient")];
/// The day after in a test line.
pub const NEXT_DAY: Word = w("次日", "next_day");
/// 错值(…): a value that a test means to be refused by its field.
pub const WRONG_VALUE: Word = w("错值", "invalid");
/// What a test may say of a loop that was cancelled, besides its status: whether the cancel came too late for work that was done.
pub const WASTE: &[Word] = &[w("浪费", "wasted"), w("无浪费", "not_wasted")];
/// Targets of a test line that are not nodes or rules.
pub const ALERT_TARGETS: &[Word] = &[w("告警", "alerted"), w("无告警", "not_alerted")];

/// A unit of time.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its word.
    pub word: Word,
    /// Its length in seconds; `None` for units of a work calendar.
    pub seconds: Option<i64>,
}

const fn unit(zh: &'static str, en: &'static str, seconds: i64) -> Unit {
    Unit { word: w(zh, en), seconds: Some(seconds) }
}

/// The most working days and working hours that a length may have.
pub const MOST_WORK: (f64, f64) = (1_000.0, 10_000.0);

impl Unit {
    /// So many of a unit of working time; `None` for other units, for parts of a working day and for what is too long.
    #[must_use]
    pub fn work(self, number: f64) -> Option<Work> {
        let (days, hours) = MOST_WORK;
        match self.word.en {
            #[expect(clippy::cast_possible_truncation, reason = "bounded and whole")]
            "workday" if number.fract() == 0.0 && number.abs() <= days => Some(Work::Days(number as i32)),
            #[expect(clippy::cast_possible_truncation, reason = "bounded")]
            "workhour" if number.abs() <= hours => {
                Some(Work::Hours(Span((number * 3_600_000_000.0).round() as i64)))
            }
            _ => None,
        }
    }
}

/// The units of time; a unit touches its number.
pub const UNITS: &[Unit] = &[
    unit("秒", "s", 1),
    unit("分钟", "min", 60),
    unit("小时", "h", 3600),
    unit("天", "d", 86_400),
    unit("周", "w", 604_800),
    Unit { word: w("工作日", "workday"), seconds: None },
    Unit { word: w("工作小时", "workhour"), seconds: None },
];

/// Units as they are said, with those of the language.
const UNITS_SAID: &[(&str, &str, &str)] = &[
    ("秒钟", "秒", "s"),
    ("sec", "秒", "s"),
    ("secs", "秒", "s"),
    ("second", "秒", "s"),
    ("seconds", "秒", "s"),
    ("分", "分钟", "min"),
    ("m", "分钟", "min"),
    ("mins", "分钟", "min"),
    ("minute", "分钟", "min"),
    ("minutes", "分钟", "min"),
    ("时", "小时", "h"),
    ("点", "小时", "h"),
    ("个小时", "小时", "h"),
    ("钟头", "小时", "h"),
    ("hr", "小时", "h"),
    ("hrs", "小时", "h"),
    ("hour", "小时", "h"),
    ("hours", "小时", "h"),
    ("日", "天", "d"),
    ("day", "天", "d"),
    ("days", "天", "d"),
    ("星期", "周", "w"),
    ("礼拜", "周", "w"),
    ("week", "周", "w"),
    ("weeks", "周", "w"),
];

/// The unit that people mean by a word that is none, Chinese and English.
#[must_use]
pub fn unit_said(word: &str) -> Option<Word> {
    UNITS_SAID.iter().find(|(said, ..)| *said == word).map(|(_, zh, en)| w(zh, en))
}

/// What a dotted word of a test line says of the patient: `科室` of `患者.科室`.
#[must_use]
pub fn of_patient(word: &str) -> Option<&str> {
    let (first, rest) = word.split_once('.')?;
    [PATIENT.zh, PATIENT.en].contains(&first).then_some(rest)
}

/// The member of an event's `patient` that a word of [`PATIENT_FIELDS`] names; ages are in none.
#[must_use]
pub fn patient_member(word: &str) -> Option<&'static str> {
    position(PATIENT_FIELDS, word).and_then(|i| PATIENT_FIELDS.get(i)).map(|w| w.en).filter(|en| *en != "age")
}

/// The keyword that a word is, in either language.
#[must_use]
pub fn keyword(word: &str) -> Option<Word> {
    let at =
        SPELT.binary_search_by_key(&(word.len(), word), |(spelling, _)| (spelling.len(), spelling)).ok()?;
    SPELT.get(at).map(|(_, keyword)| *keyword)
}

/// The keywords by the lengths of their spellings, which most words do not have, and the spellings; of two with the same spelling the
/// first of [`KEYWORDS`].
static SPELT: LazyLock<Vec<(&str, Word)>> = LazyLock::new(|| {
    let mut all: Vec<_> = KEYWORDS.iter().flat_map(|k| [(k.zh, *k), (k.en, *k)]).collect();
    all.sort_by_key(|(spelling, _)| (spelling.len(), *spelling));
    all.dedup_by_key(|(spelling, _)| *spelling);
    all
});

/// The position of a word in one of the tables above, in either language.
#[must_use]
pub fn position(table: &[Word], word: &str) -> Option<usize> {
    table.iter().position(|w| w.zh == word || w.en == word)
}

/// The unit with this name.
#[must_use]
pub fn unit_of(word: &str) -> Option<Unit> {
    UNITS.iter().copied().find(|u| u.word.zh == word || u.word.en == word)
}

/// Both spellings of every word of a table.
pub fn spellings(table: &[Word]) -> impl Iterator<Item = &str> {
    table.iter().flat_map(|w| [w.zh, w.en])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_knows_every_keyword_and_no_other() {
        let grammar = include_str!("loop.pest");
        let mut known: Vec<&str> = KEYWORDS.iter().map(|k| k.en).collect();
        known.dedup();
        for en in &known {
            // What begins another keyword looks at what follows; the others need not.
            let begins = known.iter().any(|other| other != en && other.starts_with(en));
            let rule = if begins {
                format!("k_{en} = @{{ \"@{en}\" ~ !ASCII_ALPHA }}")
            } else {
                format!("k_{en} = {{ \"@{en}\" }}")
            };
            assert!(grammar.contains(&rule), "{rule}");
        }
        assert_eq!(grammar.matches("\nk_").count(), known.len());
    }

    #[test]
    fn a_word_is_a_keyword_once() {
        for (i, a) in KEYWORDS.iter().enumerate() {
            assert!(KEYWORDS.iter().skip(i + 1).all(|b| a.zh != b.zh), "{}", a.zh);
        }
    }
}
