//! The campus of a message that says none, from a source that serves all: that of the only one which knows it.

use super::attach::addresses;
use super::job::{Job, Unplaced};
use super::work::Work;
use crate::case::CaseId;
use crate::error::Result;
use medloop_engine::admit;
use medloop_engine::event::{self, Event, Rejection};
use medloop_engine::name::{CampusCode, LoopCode};
use medloop_engine::person;

impl Work<'_> {
    /// The same message, read as one of its campus; refused when there is not exactly one.
    pub(crate) async fn place(&mut self, message: &Unplaced) -> Result<Job> {
        match self.campus_of(message).await? {
            Ok(campus) => Ok(Job::read(self.defs, message.at(&campus))),
            Err(why) => Ok(Job::unread(&message.message, why)),
        }
    }

    async fn campus_of(&mut self, message: &Unplaced) -> Result<std::result::Result<CampusCode, Rejection>> {
        let catalogue = self.defs.catalogue.clone();
        let mut claims = Vec::new();
        for (code, campus) in &catalogue.campuses {
            let message = message.at(code);
            let event = match event::read(&message.json, &catalogue, message.arrival) {
                Ok(event) => event,
                Err(why) => return Ok(Err(why)),
            };
            // What says who is one person is said of no campus.
            if person::speaks(&event) {
                return Ok(Ok(code.clone()));
            }
            let seen = self.seen(&event.reference()).await?;
            if let Some(no) = seen.revisions.get(&event.revision).copied()
                && let Some((known, _)) = self.event(no).await?
            {
                return Ok(Ok(known.campus.clone()));
            }
            let leads = self.leads(&event).await?;
            let stands = event::stands(campus, &event);
            claims.push((event::Claim { campus: code.clone(), leads, stands }, event.reference()));
        }
        let reference = claims.first().map(|(_, reference)| reference.clone());
        let claims: Vec<event::Claim> = claims.into_iter().map(|(claim, _)| claim).collect();
        let chosen = event::choose(&claims);
        // A correction of which nothing is known stays where what it corrects is.
        if let (Err(_), Some(reference)) = (&chosen, reference)
            && let Some((_, no)) = self.seen(&reference).await?.latest()
            && let Some((known, _)) = self.event(no).await?
        {
            return Ok(Ok(known.campus.clone()));
        }
        Ok(chosen)
    }

    /// Whether an order of its campus has its key, or has learnt one of its values; whether what it takes back came from there.
    async fn leads(&mut self, event: &Event) -> Result<bool> {
        if let Some(target) = &event.retracts {
            let Some((_, no)) = self.seen(target).await?.latest() else { return Ok(false) };
            return Ok(self.event(no).await?.is_some_and(|(target, _)| target.campus == event.campus));
        }
        for code in self.defs.wanting(event) {
            let Some(leading) = self.defs.leading(code).cloned() else { continue };
            if let Some(key) = admit::key(&leading.definition, event)
                && self.lives(&(event.campus.clone(), key), code).await?
            {
                return Ok(true);
            }
            for address in addresses(&leading, event) {
                if self.spot(&address).await?.links.keys().any(|(c, _)| c == code) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether an order is there of which some event counts.
    async fn lives(&mut self, id: &CaseId, code: &LoopCode) -> Result<bool> {
        let held = self.case(id).await?.instances.get(code);
        let mut slots = held.into_iter().flat_map(|held| held.slots());
        Ok(slots.any(|slot| slot.numbers.living().next().is_some()))
    }
}
