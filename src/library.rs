//! Reads definitions from a folder, or those shipped with the program, and compiles them.

use std::path::Path;

use anyhow::bail;
use medloop_dsl::diagnostic::{Lang, Sources, render_all};
use medloop_dsl::library::{self, Library};
use medloop_engine::words::counted;

use crate::cli::say;
use crate::{definitions, shipped};

/// The compiled definitions of `folder`, or the shipped ones. Mistakes are printed; with errors nothing is published.
pub(crate) fn open(folder: Option<&Path>, lang: Lang) -> anyhow::Result<Library> {
    let texts = match folder {
        Some(folder) => definitions::read(&[folder.to_path_buf()])?.texts,
        None => shipped::texts(),
    };
    let (library, found) = library::load(&texts);
    let errors = found.iter().filter(|d| d.is_error()).count();
    if !found.is_empty() {
        say(render_all(&found, &Sources::new(texts), lang));
    }
    if errors > 0 {
        bail!(
            "定义里有 {errors} 处错误，没有启用 / {} in the definitions, nothing was published",
            counted(errors, "mistake")
        );
    }
    Ok(library)
}
