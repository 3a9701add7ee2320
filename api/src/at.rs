//! The variable parts of an address, decoded; what cannot be decoded leads nowhere.

use crate::lang::lang;
use crate::problem::{Fault, Problem};
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The parts, as an extractor.
#[derive(Debug)]
pub(crate) struct At<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let lang = lang(parts.uri.query(), &parts.headers);
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(inner)| Self(inner)).map_err(|_| Fault::NotFound.to(lang))
    }
}
