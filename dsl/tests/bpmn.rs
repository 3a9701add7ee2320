//! The BPMN of every loop opens in bpmn-js, the library behind most BPMN editors, in a real browser: without a warning, everything
//! drawn, nothing over another thing. Where there is no Chromium or no bpmn-js this is said loudly, and fails where `CI` is set.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what did not run"
)]

#[path = "../../tests/outside/chromium.rs"]
mod chromium;
mod common;
#[path = "../../tests/outside/npm.rs"]
mod npm;

use chromium::chromium;
use common::{folder, text};
use medloop_dsl::diagnostic::Lang;
use medloop_dsl::{format, library};
use medloop_engine::{net, words};
use npm::{fetched, skipped};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The folder of the page, with bpmn-js in the version that `bpmn/package.json` says, fetched by npm into the build folder.
fn page() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bpmn");
    if !fetched(&folder, include_str!("bpmn/package.json")) {
        return None;
    }
    let script = folder.join("node_modules/bpmn-js/dist/bpmn-viewer.production.min.js");
    std::fs::copy(script, folder.join("bpmn-viewer.production.min.js")).ok()?;
    std::fs::write(folder.join("page.html"), include_str!("bpmn/page.html")).unwrap();
    Some(folder)
}

/// The texts of a folder of the repository, loops with the keywords of one language.
fn texts(root: &str, keywords: Lang) -> BTreeMap<String, String> {
    let mut all = common::texts(&folder("../..").join(root));
    all.retain(|name, _| name.ends_with(".loop") || name.ends_with(".yaml"));
    for (name, text) in all.iter_mut().filter(|(name, _)| name.ends_with(".loop")) {
        *text = format::format(name, text, Some(keywords)).unwrap();
    }
    all
}

/// Every loop in both languages: what the diagram is called, and its BPMN.
fn diagrams() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for folder in ["loops", "examples/mimic4demo"] {
        for (keywords, lang, tag) in [(Lang::Zh, words::Lang::Zh, "zh"), (Lang::En, words::Lang::En, "en")] {
            let (library, _) = library::load(&texts(folder, keywords));
            assert!(!library.definitions.is_empty(), "{folder}");
            let drawn = library
                .definitions
                .iter()
                .map(|(code, (def, _))| (format!("{code} {tag}"), net::bpmn(def, lang)));
            all.extend(drawn);
        }
    }
    all
}

#[test]
fn bpmn_js_opens_every_loop() {
    let Some(chromium) = chromium() else {
        return skipped("no Chromium is installed, so no BPMN was opened");
    };
    let Some(folder) = page() else {
        return skipped("bpmn-js could not be fetched by npm, so no BPMN was opened");
    };
    let all = diagrams();
    let things: usize = all
        .iter()
        .map(|(_, xml)| xml.matches("<bpmndi:BPMNShape ").count() + xml.matches("<bpmndi:BPMNEdge ").count())
        .sum();
    let script = format!("const diagrams = {};\n", serde_json::to_string(&all).unwrap());
    std::fs::write(folder.join("diagrams.js"), script).unwrap();
    let (profile, out) = (folder.join("profile"), folder.join("dom.html"));
    let mut browser = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"])
        .args(["--disable-background-networking", "--disable-component-update", "--dump-dom"])
        .args(["--window-size=1600,1000", "--virtual-time-budget=600000", "--allow-file-access-from-files"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", folder.join("page.html").display()))
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut ended = false;
    for _ in 0..1800 {
        ended = browser.try_wait().unwrap().is_some();
        if ended {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    if !ended {
        browser.kill().unwrap();
        browser.wait().unwrap();
    }
    assert!(ended, "the browser did not end within three minutes");
    let dom = text(&out);
    let said = dom.split("<pre id=\"out\">").nth(1).and_then(|t| t.split("</pre>").next()).unwrap_or(&dom);
    assert_eq!(said.trim(), format!("opened {}, drew {things}", all.len()), "{said}");
}
