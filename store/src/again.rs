//! What a track knows is never stored: it is made again from the messages that brought it. A track keeps their numbers.

use crate::definitions::{Compiled, Definitions};
use crate::error::{Error, Result};
use crate::writer::engine;
use medloop_engine::admit;
use medloop_engine::event::{self, Arrival, Event};
use medloop_engine::facts::{Fact, TrackFacts, TrackId};
use medloop_engine::time::Instant;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The events of a track by their number in the log, and what each is to it.
pub(crate) type Numbers = BTreeMap<i64, Life>;

/// What an event is to a track.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Counts,
    /// Retracted, or replaced by a higher revision.
    Dead,
    /// It began to count after the instance was sealed, though it had arrived before.
    Late,
}

impl Life {
    pub(crate) fn of(live: bool) -> Self {
        if live { Self::Counts } else { Self::Dead }
    }

    /// Sets what a fact says of it.
    pub(crate) fn tell(self, fact: &mut Fact) {
        (fact.dead, fact.late) = (self == Self::Dead, self == Self::Late);
    }
}

/// As a text: numbers with commas between them, dead ones negative, late ones with a mark.
pub(crate) fn write(numbers: &Numbers) -> String {
    let mut out = String::with_capacity(numbers.len() * 8);
    for (no, life) in numbers {
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(&if *life == Life::Dead { -no } else { *no }.to_string());
        if *life == Life::Late {
            out.push('!');
        }
    }
    out
}

/// The other way round.
///
/// # Errors
/// When the text is none of those.
pub(crate) fn read(text: &str) -> Result<Numbers> {
    let one = |part: &str| {
        let (number, late) = part.strip_suffix('!').map_or((part, false), |number| (number, true));
        let no: i64 = number.parse().map_err(|_| Error::Stored { what: "events", why: part.to_owned() })?;
        Ok((no.abs(), if late { Life::Late } else { Life::of(no >= 0) }))
    };
    text.split(',').filter(|p| !p.is_empty()).map(one).collect()
}

/// A stored message as it was read when it came; why not, when it cannot be read any more.
pub(crate) fn event(
    defs: &Definitions,
    arrived: i64,
    campus: &str,
    raw: &str,
) -> std::result::Result<Event, String> {
    let mut json: serde_json::Value = serde_json::from_str(raw).map_err(|e| e.to_string())?;
    if let Some(object) = json.as_object_mut() {
        // What was implied then may be so no more.
        let said = object.entry("campus").or_insert(serde_json::Value::Null);
        if said.is_null() {
            *said = campus.into();
        }
    }
    event::read(&json, &defs.catalogue, Arrival::Kept(Instant(arrived))).map_err(|r| r.to_string())
}

/// The facts of a track. An event that cannot be read any more stays where it is, and has no effect.
///
/// # Errors
/// When the engine fails at one.
pub(crate) fn facts<'e>(
    compiled: &Compiled,
    track: &TrackId,
    numbers: &Numbers,
    event: impl Fn(i64) -> Option<&'e Event>,
) -> Result<TrackFacts> {
    let mut facts = Vec::with_capacity(numbers.len());
    for (no, life) in numbers {
        let Some(event) = event(*no) else { continue };
        let all = engine(|| admit::facts(&compiled.definition, event))?;
        let mine = all.into_iter().filter(|(id, _)| id == track);
        facts.extend(mine.map(|(_, mut fact)| {
            life.tell(&mut fact);
            Arc::new(fact)
        }));
    }
    admit::sort(&mut facts);
    Ok(TrackFacts { facts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were_written() {
        for text in ["", "7", "1,5,-9,300", "4!,8"] {
            assert_eq!(write(&read(text).unwrap()), text);
        }
        assert!(read("1,x").is_err());
    }
}
