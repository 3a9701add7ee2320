//! The visit of an order, where it hangs on an event that has come to it, or left it, by a contested value.

use super::attach::{addresses, taught};
use super::rows::Address;
use super::work::{Revision, Work};
use crate::case::CaseId;
use crate::definitions::Compiled;
use crate::error::Result;
use medloop_engine::event::Event;
use medloop_engine::name::LoopCode;
use std::sync::Arc;

impl Work<'_> {
    /// The event has come: what it alone tells of the visit is learnt, and what happened to the visit comes after it.
    pub(crate) async fn learn_visit(&mut self, id: &CaseId, code: &LoopCode, body: &Revision) -> Result<()> {
        let Some(compiled) = self.compiled(id, code).filter(|_| body.live) else { return Ok(()) };
        let all = visits(&compiled, &body.event);
        let found = self.teach_at(id, code, &body.event, &compiled, all).await?;
        // Nothing hangs on what goes by the visit: it teaches nothing.
        for visit in found {
            self.put(id, code, visit.body(), true).await?;
        }
        Ok(())
    }

    /// The event has left: another one tells of the visit, or what happened to the visit leaves as well.
    pub(crate) async fn unlearn_visit(
        &mut self,
        id: &CaseId,
        code: &LoopCode,
        body: &Revision,
    ) -> Result<()> {
        let Some(compiled) = self.compiled(id, code) else { return Ok(()) };
        let link = (code.clone(), id.1.clone());
        for address in visits(&compiled, &body.event) {
            if self.spot(&address).await?.links.get(&link) != Some(&body.event.reference()) {
                continue;
            }
            let slots = self.held(id, code).into_iter().flat_map(|held| held.slots());
            let live: Vec<i64> = slots.flat_map(|s| s.numbers.living()).collect();
            self.read_events(live.iter().copied()).await?;
            let mut teacher = None;
            for no in live {
                let Some((event, _)) = self.event(no).await? else { continue };
                if visits(&compiled, &event).contains(&address) {
                    teacher = Some(event.reference());
                    break;
                }
            }
            let gone = teacher.is_none();
            self.set_link(code, id, &address, teacher).await?;
            let here: Vec<_> = self.spot(&address).await?.events.iter().filter(|_| gone).cloned().collect();
            for (_, event, revision) in here.into_iter().filter(|(c, ..)| c == code) {
                if let Some(body) = self.revision(&event, revision).await? {
                    self.leave(id, code, &body).await?;
                }
            }
        }
        Ok(())
    }
}

/// Where the visit lies that an order learns from an event which it does not lead.
fn visits(compiled: &Compiled, event: &Arc<Event>) -> Vec<Address> {
    let leads = addresses(compiled, event);
    taught(compiled, event).into_iter().filter(|a| !leads.contains(a)).collect()
}
