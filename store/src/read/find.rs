//! What can be found by a number that people know: an order's or a patient's instances.

use crate::db::{self, Row};
use crate::error::Result;
use crate::store::Store;
use crate::writer::rows;
use crate::{part, sql};
use medloop_engine::admit::link_fields;
use medloop_engine::facts::EventRef;
use medloop_engine::name::FieldCode;
use medloop_engine::person::{self, Statement};
use medloop_engine::time::Instant;
use medloop_engine::world::InstanceId;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most instances that one number leads to.
const MOST: i64 = 5000;
/// Most ids of one person.
pub(crate) const PERSON: usize = 200;

impl Store {
    /// Every instance of an order number, in every campus and loop, sorted: those of which it is the key, and those
    /// that carry it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn orders(&self, order_no: &str) -> Result<Vec<InstanceId>> {
        let mut found = BTreeSet::new();
        for campus in self.catalogue().campuses.keys() {
            let args = vec![part::case(campus, order_no).into(), campus.shared().into(), order_no.into()];
            for row in db::read(self.readers().await, sql::KEY_INSTANCES, args).await? {
                let code = rows::code(&db::text(&row, 0)?)?;
                found.insert(InstanceId { campus: campus.clone(), code, key: order_no.into() });
            }
        }
        found.extend(self.found("order_no", order_no).await?);
        Ok(found.into_iter().collect())
    }

    /// Every patient id of the person who has `id`, by the merges that hold; itself among them, sorted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn person(&self, id: &str) -> Result<BTreeSet<Arc<str>>> {
        let mut ids = BTreeSet::from([Arc::from(id)]);
        let mut todo: Vec<Arc<str>> = ids.iter().cloned().collect();
        while let Some(next) = todo.pop() {
            let rows = db::read(self.readers().await, sql::MERGERS_BESIDE, vec![(&next).into()]).await?;
            let near = rows.iter().map(statement).collect::<Result<Vec<_>>>()?;
            for beside in person::beside(&next, &near) {
                if ids.len() < PERSON && ids.insert(beside.clone()) {
                    todo.push(beside);
                }
            }
        }
        Ok(ids)
    }

    /// Every instance of which an event states this patient, under whichever id of the person, or this visit.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn patient(&self, id: &str) -> Result<Vec<InstanceId>> {
        let mut found = BTreeSet::new();
        for one in self.person(id).await? {
            found.extend(self.found("patient_id", &one).await?);
        }
        found.extend(self.found("visit_no", id).await?);
        Ok(found.into_iter().collect())
    }

    /// Every instance of which an event states this visit.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn visit(&self, visit_no: &str) -> Result<Vec<InstanceId>> {
        Ok(self.found("visit_no", visit_no).await?.into_iter().collect())
    }

    /// Every instance that has learnt the value, sorted: the orders of a barcode, a bag, an execution sheet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn led(&self, value: &str) -> Result<Vec<InstanceId>> {
        let loops = self.loops();
        let fields: BTreeSet<&str> =
            loops.iter().flat_map(|c| link_fields(&c.definition)).map(FieldCode::as_str).collect();
        let mut found = BTreeSet::new();
        for field in fields {
            found.extend(self.addressed(sql::LED, field, value).await?);
        }
        Ok(found.into_iter().collect())
    }

    async fn found(&self, field: &str, value: &str) -> Result<BTreeSet<InstanceId>> {
        self.addressed(sql::FOUND, field, value).await
    }

    async fn addressed(&self, text: &'static str, field: &str, value: &str) -> Result<BTreeSet<InstanceId>> {
        let mut found = BTreeSet::new();
        for campus in self.catalogue().campuses.keys() {
            let args = vec![
                part::address(campus, field, value).into(),
                campus.shared().into(),
                field.into(),
                value.into(),
                MOST.into(),
            ];
            for row in db::read(self.readers().await, text, args).await? {
                let code = rows::code(&db::text(&row, 0)?)?;
                found.insert(InstanceId { campus: campus.clone(), code, key: db::shared(&row, 1)? });
            }
        }
        Ok(found)
    }
}

/// What one event says of a patient id.
pub(crate) fn statement(row: &Row) -> Result<Statement> {
    Ok(Statement {
        event: EventRef { source: db::shared(row, 0)?, id: db::shared(row, 1)? },
        at: Instant(db::int(row, 2)?),
        from: db::shared(row, 3)?,
        into: db::shared(row, 4)?,
        merges: db::int(row, 5)? == 1,
    })
}
