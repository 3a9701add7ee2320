//! The MIMIC-IV demo, real data of a hospital: in `MEDLOOP_MIMIC4DEMO`, else beside the repository.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Its folder `hosp`; where it is not, that is said to the terminal itself, past the test runner's capture.
pub(crate) fn data(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("MEDLOOP_MIMIC4DEMO").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/mimic4demo");
    let folder = named.unwrap_or_else(beside);
    if folder.join("hosp/poe.csv.gz").is_file() {
        return Some(folder.join("hosp"));
    }
    let said = format!(
        "\n!!! 没有运行 NOT RUN: {test} — {} 里没有 MIMIC-IV demo 数据 has no MIMIC-IV demo data (MEDLOOP_MIMIC4DEMO)\n",
        folder.display()
    );
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    None
}
