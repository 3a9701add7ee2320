//! The engine without a server: CloudEvents on standard input, one a line, become timelines on standard output.
//!
//! ```text
//! cargo run -- simulate --orders 10 | cargo run --example timeline
//! ```
//!
//! `--json` prints each order whole, as `GET /api/v1/instances/{id}` does; a moment as argument (`2026-01-06T12:00:00+08:00`)
//! is taken for now, else the last event's.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;

use medloop_dsl::library;
use medloop_engine::event::{self, Arrival};
use medloop_engine::fold::fold;
use medloop_engine::time::{Instant, Span, Zone, parse_moment};
use medloop_engine::view;
use medloop_engine::words::Lang;
use medloop_engine::world::{Outcome, World};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let whole = arguments.iter().any(|a| a == "--json");
    let asked = arguments.iter().find_map(|a| parse_moment(a, &Zone::fixed("UTC", 0)));

    let mut texts = BTreeMap::new();
    read(Path::new("loops"), &mut texts)?;
    let (library, mistakes) = library::load(&texts);
    if let Some(mistake) = mistakes.first() {
        return Err(mistake.message.en.clone().into());
    }
    let definitions = library.definitions.values().map(|(d, _)| Arc::clone(d)).collect();
    let mut world = World::new(Arc::clone(&library.catalogue), definitions);

    let (mut out, mut last) = (std::io::stdout().lock(), Instant(i64::MIN));
    for line in std::io::stdin().lock().lines() {
        let json = serde_json::from_str(&line?)?;
        // History arrives when it was recorded.
        let arrival = Arrival::Backfill { shift: Span(0), received: Instant(i64::MAX) };
        match event::read(&json, &library.catalogue, arrival) {
            Ok(event) => {
                last = last.max(event.at.at);
                if let Outcome::Rejected(why) = world.submit(event) {
                    writeln!(std::io::stderr(), "{}", why.en)?;
                }
            }
            Err(why) => writeln!(std::io::stderr(), "{}", why.en)?,
        }
    }

    let now = asked.map_or(last, |m| m.at);
    for id in world.instances() {
        let Some(definition) = world.definition(&id) else { continue };
        let facts = world.facts(&id);
        let state = fold(definition, &facts, now);
        let shown = view::instance(definition, "", &facts, &state, now, Lang::Zh);
        if whole {
            writeln!(out, "{}", serde_json::to_string(&shown)?)?;
        } else {
            writeln!(out, "{id}  {}  {}", shown.text.status, shown.headline.text)?;
        }
    }
    Ok(())
}

/// Every text below a folder, by its path.
fn read(folder: &Path, texts: &mut BTreeMap<String, String>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, texts)?;
        } else {
            texts.insert(path.display().to_string(), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
