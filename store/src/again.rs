//! What a track knows is never stored: it is made again from the messages that brought it. A track keeps their numbers.

use crate::definitions::{Compiled, Definitions};
use crate::error::{Error, Result};
use crate::writer::engine;
use medloop_engine::admit;
use medloop_engine::event::{self, Arrival, Event};
use medloop_engine::facts::{Fact, TrackFacts, TrackId};
use medloop_engine::time::Instant;
use std::sync::Arc;

/// The events of a track by their number in the log, ascending, and what each is to it. One word each, because an order may
/// have hundreds of tracks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers(Vec<i64>);

impl Numbers {
    /// The numbers.
    pub(crate) fn keys(&self) -> impl Iterator<Item = i64> {
        self.iter().map(|(no, _)| no)
    }

    /// The numbers of those that are not taken back or replaced.
    pub(crate) fn living(&self) -> impl Iterator<Item = i64> {
        self.iter().filter(|(_, life)| *life != Life::Dead).map(|(no, _)| no)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, Life)> {
        self.0.iter().copied().map(unpack)
    }

    pub(crate) fn contains(&self, no: i64) -> bool {
        self.place(no).is_ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an event, or says anew what it is; whether it is new.
    pub(crate) fn set(&mut self, no: i64, life: Life) -> bool {
        match self.place(no) {
            Ok(at) => {
                self.0.iter_mut().skip(at).take(1).for_each(|here| *here = pack(no, life));
                false
            }
            Err(at) => {
                self.0.insert(at, pack(no, life));
                true
            }
        }
    }

    /// Takes an event out; what it was.
    pub(crate) fn remove(&mut self, no: i64) -> Option<Life> {
        let at = self.place(no).ok()?;
        Some(unpack(self.0.remove(at)).1)
    }

    /// Gives up spare room.
    pub(crate) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// The bytes it takes beside its own size.
    pub(crate) fn weight(&self) -> usize {
        self.0.capacity() * size_of::<i64>()
    }

    fn place(&self, no: i64) -> std::result::Result<usize, usize> {
        self.0.binary_search_by_key(&no, |packed| unpack(*packed).0)
    }
}

impl FromIterator<(i64, Life)> for Numbers {
    fn from_iter<I: IntoIterator<Item = (i64, Life)>>(all: I) -> Self {
        let mut out = Self::default();
        for (no, life) in all {
            out.set(no, life);
        }
        out
    }
}

/// A number and a life in one word, in the order of the numbers.
fn pack(no: i64, life: Life) -> i64 {
    no << 2 | life as i64
}

fn unpack(packed: i64) -> (i64, Life) {
    let life = match packed & 3 {
        0 => Life::Counts,
        1 => Life::Dead,
        _ => Life::Late,
    };
    (packed >> 2, life)
}

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
    let mut out = String::with_capacity(numbers.0.len() * 8);
    for (no, life) in numbers.iter() {
        if !out.is_empty() {
            out.push(',');
        }
        out.push_str(&if life == Life::Dead { -no } else { no }.to_string());
        if life == Life::Late {
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
    let mut facts = Vec::with_capacity(numbers.0.len());
    for (no, life) in numbers.iter() {
        let Some(event) = event(no) else { continue };
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
    fn an_event_has_one_life_in_a_track() {
        let mut numbers = read("5,-9").unwrap();
        assert!(numbers.set(7, Life::Late) && !numbers.set(5, Life::Dead));
        assert_eq!(write(&numbers), "-5,7!,-9");
        assert!(numbers.contains(9) && !numbers.contains(8));
        assert_eq!(numbers.living().collect::<Vec<_>>(), [7]);
        assert_eq!((numbers.remove(9), numbers.remove(8)), (Some(Life::Dead), None));
        assert_eq!(numbers.keys().collect::<Vec<_>>(), [5, 7]);
    }

    #[test]
    fn numbers_come_back_as_they_were_written() {
        for text in ["", "7", "1,5,-9,300", "4!,8"] {
            assert_eq!(write(&read(text).unwrap()), text);
        }
        assert!(read("1,x").is_err());
    }
}
