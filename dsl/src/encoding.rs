//! Files in another encoding than UTF-8: one mistake a file, and nothing else of it is told.

use crate::diagnostic::{Diagnostic, Span};
use crate::say;

/// What stands for bytes that are no UTF-8, and what every other byte of UTF-16 is: no text of a definition holds either.
const FOREIGN: [char; 2] = [char::REPLACEMENT_CHARACTER, '\0'];

/// The mistake of a text that was not written as UTF-8.
pub(crate) fn foreign(file: &str, text: &str) -> Option<Diagnostic> {
    let at = text.find(FOREIGN)?;
    let end = at + text.get(at..)?.chars().next().map_or(0, char::len_utf8);
    let (zh, en) = if text.contains('\0') {
        ("像是 UTF-16", "it looks like UTF-16")
    } else {
        ("像是 GBK，即记事本的 ANSI", "it looks like GBK, which Notepad calls ANSI")
    };
    let message = say!("文件不是 UTF-8 编码：{zh}", "the file is not in UTF-8: {en}");
    let help = say!("在编辑器里“另存为”，编码选 UTF-8", "save it again with the encoding UTF-8");
    Some(Diagnostic::error("E0127", file, Span::new(at, end), message).help(help))
}
