//! Room for requests that bring events: so many bytes are at work at one time. What finds none within a moment is answered with
//! 429 before a byte of it is kept, so that a flood costs neither memory nor the time that the accepted work needs.

use crate::problem::Fault;
use axum::body::{Body, HttpBody as _};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a request waits for room.
const PATIENCE: Duration = Duration::from_millis(250);
/// Bytes of one permit.
const UNIT: usize = 1024;

/// See the top of the file.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    permits: Arc<Semaphore>,
    all: u32,
}

/// A request's share of it, until this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    _permit: OwnedSemaphorePermit,
}

impl Room {
    /// Room for so many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        let all = u32::try_from((bytes / UNIT).max(1)).unwrap_or(u32::MAX);
        Self { permits: Arc::new(Semaphore::new(all as usize)), all }
    }

    /// Waits for room for a body; one larger than all of it takes all of it. Without room the body is read away unkept: a client
    /// that is still sending would not see the answer.
    ///
    /// # Errors
    /// [`Fault::Busy`] when there is none within a quarter of a second.
    pub(crate) async fn enter(
        &self,
        headers: &HeaderMap,
        body: Body,
        most: usize,
    ) -> Result<(Share, Body), Fault> {
        let stated = headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
        let bytes =
            stated.or_else(|| body.size_hint().upper().and_then(|n| usize::try_from(n).ok())).unwrap_or(most);
        let wanted = u32::try_from(bytes.min(most).div_ceil(UNIT).max(1)).unwrap_or(u32::MAX).min(self.all);
        let permit = self.permits.clone().acquire_many_owned(wanted);
        match tokio::time::timeout(PATIENCE, permit).await {
            Ok(Ok(permit)) => Ok((Share { _permit: permit }, body)),
            _ => {
                read_away(body, most).await;
                Err(Fault::Busy)
            }
        }
    }
}

async fn read_away(mut body: Body, most: usize) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, |data| data.len());
        if read > most {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_finds_no_room_is_busy_and_is_read_away() {
        let room = Room::new(4096);
        let enter = |bytes: usize| room.enter_now(bytes);
        let (first, _) = enter(3000).await.unwrap();
        let (small, body) = enter(1000).await.unwrap();
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), 1000);
        assert!(matches!(enter(1).await, Err(Fault::Busy)));
        drop(small);
        let (small, _) = enter(1).await.unwrap();
        drop((first, small));
        let (whole, _) = enter(1 << 20).await.unwrap();
        assert!(matches!(enter(1).await, Err(Fault::Busy)), "more than all there is takes all of it");
        drop(whole);
        drop(enter(4096).await.unwrap());
    }

    impl Room {
        async fn enter_now(&self, bytes: usize) -> Result<(Share, Body), Fault> {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_LENGTH, bytes.into());
            self.enter(&headers, Body::from(vec![b' '; bytes]), 16 << 20).await
        }
    }
}
