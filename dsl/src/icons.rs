//! The names of icons that `图标` may say: the console has a picture for each, which a test of its own holds.

use crate::diagnostic::{Diagnostic, nearest};
use crate::say;
use crate::tree::Name;

/// Every name, ascending. A loop writes `test_tube`, since a word has no hyphen, or `test-tube`.
pub const NAMES: &[&str] = &[
    "activity",
    "archive",
    "arrow-left-right",
    "badge-check",
    "bed",
    "bell",
    "calendar-clock",
    "check",
    "chevron-right",
    "chevrons-left",
    "circle-check",
    "circle-dashed",
    "circle-dot",
    "circle-minus",
    "circle-question-mark",
    "circle-x",
    "clipboard",
    "clipboard-list",
    "clock",
    "droplet",
    "droplets",
    "ellipsis",
    "execute",
    "eye",
    "feedback",
    "file-text",
    "flag",
    "flask-conical",
    "heart-pulse",
    "hourglass",
    "house",
    "inbox",
    "link",
    "list",
    "message-square-reply",
    "microscope",
    "octagon-alert",
    "order",
    "package-check",
    "pill",
    "recycle",
    "review",
    "rotate-ccw",
    "scale",
    "scan-line",
    "search",
    "shield",
    "shield-check",
    "skip-forward",
    "square-check",
    "stethoscope",
    "syringe",
    "test-tube",
    "thermometer",
    "timer",
    "trash-2",
    "triangle-alert",
    "truck",
    "undo-2",
    "user-check",
    "users",
    "x",
];

/// The warning about an icon that there is not: a page would show a flag.
pub(crate) fn unknown(file: &str, name: &Name) -> Option<Diagnostic> {
    let asked = name.text.replace('_', "-");
    if NAMES.binary_search(&asked.as_str()).is_ok() {
        return None;
    }
    let word = &name.text;
    let message =
        say!("没有图标“{word}”，页面上会是一面旗", "there is no icon `{word}`: pages would show a flag");
    let told = Diagnostic::warning("E0417", file, name.span, message);
    Some(match nearest(&asked, NAMES.iter().copied()) {
        Some(near) => told.nearest(Some(near.replace('-', "_"))),
        None => told
            .help(say!("`medloop explain E0417` 列出了所有图标", "`medloop explain E0417` lists them all")),
    })
}
