//! What can be found by a number that people know: an order's or a patient's instances.

use crate::db;
use crate::error::Result;
use crate::store::Store;
use crate::writer::rows;
use crate::{part, sql};
use medloop_engine::world::InstanceId;
use std::collections::BTreeSet;

/// Most instances that one number leads to.
const MOST: i64 = 5000;

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

    /// Every instance of which an event states this patient or visit.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn patient(&self, id: &str) -> Result<Vec<InstanceId>> {
        let mut found = self.found("patient_id", id).await?;
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

    async fn found(&self, field: &str, value: &str) -> Result<BTreeSet<InstanceId>> {
        let mut found = BTreeSet::new();
        for campus in self.catalogue().campuses.keys() {
            let args = vec![
                part::address(campus, field, value).into(),
                campus.shared().into(),
                field.into(),
                value.into(),
                MOST.into(),
            ];
            for row in db::read(self.readers().await, sql::FOUND, args).await? {
                let code = rows::code(&db::text(&row, 0)?)?;
                found.insert(InstanceId { campus: campus.clone(), code, key: db::shared(&row, 1)? });
            }
        }
        Ok(found)
    }
}
