//! The words that tests use for statuses and verdicts: the engine's own, and with 已 or 被 before those that are keywords of the language.

use crate::lexicon;
use medloop_engine::words::Worded;

/// What a word of a test stands for: `闭合`, `closed`, `已取消`, `被替换`.
#[must_use]
pub fn meaning<T: Worded>(word: &str) -> Option<T> {
    T::from_word(word).or_else(|| word.strip_prefix(['已', '被']).and_then(T::from_word))
}

/// One of a kind, as a test writes it: Chinese and English.
#[must_use]
pub(super) fn spelling<T: Worded>(of: T) -> (String, &'static str) {
    let (zh, en) = (of.word().zh, of.word().json);
    (if lexicon::keyword(zh).is_some() { format!("已{zh}") } else { zh.to_owned() }, en)
}

/// Every word that stands for one of a kind, as a test writes it: Chinese and English.
#[must_use]
pub fn spellings<T: Worded>() -> Vec<(String, &'static str)> {
    T::ALL.iter().map(|t| spelling(*t)).collect()
}
