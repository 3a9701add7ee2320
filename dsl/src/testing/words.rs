//! The words that tests use for statuses and verdicts: the engine's own, and with 已 before those that are keywords of the language.

use medloop_engine::words::Worded;

/// What a word of a test stands for: `闭合`, `closed`, `已取消`.
#[must_use]
pub fn meaning<T: Worded>(word: &str) -> Option<T> {
    T::from_word(word).or_else(|| word.strip_prefix('已').and_then(T::from_word))
}

/// Every word that stands for one of a kind.
pub(super) fn all<T: Worded>() -> Vec<&'static str> {
    T::ALL.iter().flat_map(|t| [t.word().zh, t.word().json]).collect()
}
