//! The folders of definitions that an editor has files of open: what is on disk, and over it what is being typed.

use super::lines::Lines;
use super::shapes;
use crate::cli::check;
use crate::definitions;
use lsp_types::{Diagnostic, Location, Uri};
use medloop_dsl::diagnostic::{Diagnostic as Found, Label, Lang};
use medloop_dsl::editor::Editor;
use medloop_dsl::library;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

/// What stands in a path as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// See the top of the file.
#[derive(Default)]
pub(super) struct Folders {
    /// What is being typed, by path.
    open: BTreeMap<String, String>,
    /// By the path of the folder.
    all: BTreeMap<PathBuf, Folder>,
    /// Files of which mistakes were told.
    told: BTreeSet<String>,
    untold: bool,
}

/// A folder with its `hospital.yaml`, or a file by itself.
struct Folder {
    disk: BTreeMap<String, String>,
    /// As it reads now, unless YAML has changed since.
    editor: Option<Editor>,
    /// Its mistakes, unless something has changed since.
    found: Option<Vec<Found>>,
}

impl Folders {
    /// A file is open with this text.
    pub(super) fn open(&mut self, uri: &Uri, text: String) {
        let Some(path) = path(uri) else { return };
        for folder in self.all.values_mut() {
            folder.found = None;
            let here = folder.editor.as_mut().filter(|editor| editor.text(&path).is_some());
            match here {
                // Answers come at once; mistakes are looked for when nothing is typed.
                Some(editor) if path.ends_with(".loop") => editor.set(&path, text.clone()),
                _ => folder.editor = None,
            }
        }
        self.open.insert(path, text);
        self.untold = true;
    }

    /// A file is not open any more.
    pub(super) fn close(&mut self, uri: &Uri) {
        if let Some(path) = path(uri) {
            self.open.remove(&path);
            self.read_again();
        }
    }

    /// Something has changed on disk.
    pub(super) fn read_again(&mut self) {
        self.all.clear();
        self.untold = true;
    }

    /// Whether mistakes may have changed since they were told.
    pub(super) fn untold(&self) -> bool {
        self.untold
    }

    /// The file of an address with the definitions around it.
    pub(super) fn file(&mut self, uri: &Uri) -> Option<(String, &Editor)> {
        let path = path(uri)?;
        let folder = self.folder(&path);
        let found = folder.found.take();
        let editor = folder.editor.take();
        let (editor, found) = editor.map_or_else(|| self.read(&path), |editor| (editor, found));
        let folder = self.folder(&path);
        folder.found = found;
        Some((path, folder.editor.insert(editor)))
    }

    /// The folder of a file.
    fn folder(&mut self, path: &str) -> &mut Folder {
        let file = Path::new(path);
        let root = file.ancestors().skip(1).find(|a| a.join("hospital.yaml").is_file());
        let root = root.unwrap_or(file).to_path_buf();
        self.all.entry(root.clone()).or_insert_with(|| Folder {
            disk: definitions::read(&[root]).map(|d| d.texts).unwrap_or_default(),
            editor: None,
            found: None,
        })
    }

    /// Reads the folder of a file, as it is on disk and being typed.
    fn read(&mut self, path: &str) -> (Editor, Option<Vec<Found>>) {
        let mut texts = self.folder(path).disk.clone();
        texts.extend(self.open.iter().map(|(path, text)| (path.clone(), text.clone())));
        let mut contexts = library::contexts(&texts);
        let mine = contexts.values_mut().find(|texts| texts.contains_key(path)).map(std::mem::take);
        let (editor, found) = Editor::new(mine.unwrap_or_default(), check::years());
        (editor, Some(found))
    }

    /// The mistakes of every file of the open folders, and none of those that had some and have none.
    pub(super) fn tell(&mut self, lang: Lang) -> Vec<(Uri, Vec<Diagnostic>)> {
        self.untold = false;
        let mut all: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        for path in self.open.keys().cloned().collect::<Vec<_>>() {
            all.entry(path.clone()).or_default();
            let folder = self.folder(&path);
            if folder.found.is_none() {
                folder.found = folder.editor.as_mut().map(Editor::mistakes);
            }
            if self.folder(&path).found.is_none() {
                let (editor, found) = self.read(&path);
                let folder = self.folder(&path);
                (folder.editor, folder.found) = (Some(editor), found);
            }
            let Folder { editor: Some(editor), found: Some(found), .. } = self.folder(&path) else {
                continue;
            };
            let mut lines: BTreeMap<&str, Lines<'_>> = BTreeMap::new();
            let mut here: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
            for one in found {
                let text = editor.text(&one.file).unwrap_or_default();
                let lines = lines.entry(&one.file).or_insert_with(|| Lines::new(text));
                let other = |label: &Label| {
                    let range = Lines::new(editor.text(&label.file)?).range(label.span);
                    Some(Location { uri: uri(&label.file)?, range })
                };
                here.entry(one.file.clone()).or_default().push(shapes::diagnostic(one, lines, lang, &other));
            }
            all.extend(here);
        }
        for path in std::mem::take(&mut self.told) {
            all.entry(path).or_default();
        }
        self.told = all.iter().filter(|(_, found)| !found.is_empty()).map(|(path, _)| path.clone()).collect();
        all.into_iter().filter_map(|(path, found)| Some((uri(&path)?, found))).collect()
    }
}

/// The path of a `file:` address, with `/`.
fn path(uri: &Uri) -> Option<String> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let path = percent_decode_str(rest).decode_utf8().ok()?.into_owned();
    // `/c:/…` of another system.
    let drive = path.as_bytes().get(2) == Some(&b':');
    Some(if drive { path.trim_start_matches('/').to_owned() } else { path })
}

/// The address of a path.
pub(super) fn uri(path: &str) -> Option<Uri> {
    let slash = if path.starts_with('/') { "" } else { "/" };
    Uri::from_str(&format!("file://{slash}{}", utf8_percent_encode(path, PLAIN))).ok()
}
