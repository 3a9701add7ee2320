//! The style sheet and the favicon, embedded, under addresses that carry their content's hash and never change meaning.

use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// One embedded file.
pub(crate) struct Asset {
    /// Its address: `/assets/NAME.HASH.EXT`.
    pub(crate) path: String,
    /// Its media type.
    pub(crate) kind: &'static str,
    /// Its content.
    pub(crate) text: &'static str,
}

/// The style sheet.
pub(crate) static CSS: LazyLock<Asset> = LazyLock::new(|| {
    asset("console", "css", "text/css; charset=utf-8", include_str!("../assets/console.css"))
});

/// The icon of the browser's tab.
pub(crate) static FAVICON: LazyLock<Asset> =
    LazyLock::new(|| asset("medloop", "svg", "image/svg+xml", include_str!("../assets/favicon.svg")));

/// The asset whose file name is `name`.
pub(crate) fn find(name: &str) -> Option<&'static Asset> {
    [&*CSS, &*FAVICON].into_iter().find(|a| a.path.rsplit('/').next() == Some(name))
}

fn asset(name: &str, ext: &str, kind: &'static str, text: &'static str) -> Asset {
    let hash: String = Sha256::digest(text.as_bytes()).iter().take(6).map(|b| format!("{b:02x}")).collect();
    Asset { path: format!("/assets/{name}.{hash}.{ext}"), kind, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_asks_for_nothing_outside_and_stays_readable_for_old_browsers() {
        assert!(!CSS.text.contains("url("), "no outside address");
        assert!(!CSS.text.contains("@import"));
        assert!(!CSS.text.contains(":is(") && !CSS.text.contains(":has(") && !CSS.text.contains("clamp("));
        assert!(find(CSS.path.rsplit('/').next().unwrap()).is_some());
        assert!(find("console.000.css").is_none());
    }
}
