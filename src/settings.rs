//! Settings: `medloop.toml`, overridden by `MEDLOOP_…`, overridden by flags.
//!
//! clap already puts a flag before its environment variable; what neither gives is looked up in the file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use medloop_dsl::diagnostic::Lang;
use serde::Deserialize;

/// Name of the settings file, looked for where the program is started.
const FILE: &str = "medloop.toml";

/// What several verbs share.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Common {
    /// 定义所在的文件夹。Folder of the definitions; the shipped ones when none is given
    #[arg(long, value_name = "DIR", env = "MEDLOOP_LOOPS")]
    pub(crate) loops: Option<PathBuf>,
    /// 提示所用的语言。The language of words: zh or en
    #[arg(long, default_value = "zh", env = "MEDLOOP_LANG", value_parser = crate::feed::lang)]
    pub(crate) lang: Lang,
}

impl Common {
    /// Where the definitions stand: what the command line or the environment says, else the settings file.
    pub(crate) fn folder(&self, file: &File) -> Option<PathBuf> {
        self.loops.clone().or_else(|| file.loops.clone())
    }
}

/// What `medloop.toml` may say. Everything may be left out; what is unknown is a mistake.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// `sqlite:medloop.db`
    pub(crate) database: Option<String>,
    /// Folder of the definitions.
    pub(crate) loops: Option<PathBuf>,
    /// `127.0.0.1:7117`
    pub(crate) listen: Option<String>,
    /// Greatest size of a request's body, in bytes.
    pub(crate) body_limit: Option<usize>,
    /// How many seconds a request may take.
    pub(crate) request_timeout: Option<u64>,
}

impl File {
    /// Reads `path`, or `medloop.toml` of the working folder where there is one.
    ///
    /// # Errors
    /// When the named file cannot be read, or a file says something unknown.
    pub(crate) fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let text = match path {
            Some(path) => fs::read_to_string(path)
                .with_context(|| format!("读不到设置 {0} / cannot read the settings {0}", path.display()))?,
            None => fs::read_to_string(FILE).unwrap_or_default(),
        };
        Self::parse(&text).with_context(|| format!("{}", path.unwrap_or(Path::new(FILE)).display()))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        Ok(toml::from_str(text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_say_little_and_nothing_unknown() {
        let file = File::parse("database = \"sqlite:ward.db\"\n").unwrap();
        assert_eq!(file.database.as_deref(), Some("sqlite:ward.db"));
        assert_eq!(File::parse("").unwrap(), File::default());
        let wrong = File::parse("databse = \"x\"").unwrap_err();
        assert!(format!("{wrong:#}").contains("databse"), "{wrong:#}");
    }
}
