//! A request's body under a deadline, however slowly it drips, and what becomes of one that nobody reads.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use http_body_util::{BodyExt, Limited, combinators::BoxBody};
use hyper::{
    body::{Body, Bytes, Frame, SizeHint},
    header,
};
use poem::Request;
use tokio::time::{self, Sleep};

/// The longest rest of a body that is read so that its connection can be used again, in bytes.
const REST: usize = 64 << 10;
/// How long it may take: it should be there already.
const REST_TIME: Duration = Duration::from_millis(20);

type Raw = BoxBody<Bytes, io::Error>;

/// The body of a connection's current request, as far as nobody has read it.
#[derive(Debug, Clone, Default)]
pub(super) struct Unread(Arc<Mutex<Rest>>);

#[derive(Debug, Default)]
enum Rest {
    /// It was read to its end.
    #[default]
    None,
    /// Somebody reads it, or will not.
    Taken,
    /// It was given up.
    Left(Raw),
    /// It was given up, and its client waits to be told before it sends any.
    Withheld,
}

impl Unread {
    /// Whether there is any.
    pub(super) fn any(&self) -> bool {
        !matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), Rest::None)
    }

    fn set(&self, rest: Rest) -> Rest {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), rest)
    }

    /// Reads what was left, if that is little and at hand: the connection then serves the next request too.
    /// Afterwards, what is unread is more than that.
    pub(super) async fn finish(&self) {
        if !self.any() {
            return;
        }
        if let Rest::Left(body) = self.set(Rest::Taken)
            && body.size_hint().lower() <= REST as u64
            && let Ok(Ok(_)) = time::timeout(REST_TIME, Limited::new(body, REST).collect()).await
        {
            self.set(Rest::None);
        }
    }
}

/// Gives the body of a request so long to arrive. What comes later is an error of kind
/// [`io::ErrorKind::TimedOut`], after which the connection is closed. `unread` gets what nobody reads.
pub(super) fn set_deadline(request: &mut Request, timeout: Duration, unread: Unread) {
    let waits = request.headers().contains_key(header::EXPECT);
    let body: Raw = request.take_body().into();
    let body = if body.is_end_stream() {
        unread.set(Rest::None);
        body
    } else {
        unread.set(Rest::Taken);
        BoxBody::new(Timed { body: Some(body), deadline: Box::pin(time::sleep(timeout)), waits, unread })
    };
    request.set_body(body);
}

struct Timed {
    /// Gone when it has ended.
    body: Option<Raw>,
    deadline: Pin<Box<Sleep>>,
    /// Its client sends it only when it is asked for, and nobody has.
    waits: bool,
    unread: Unread,
}

impl Body for Timed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.waits = false;
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(context) {
            // Who knows the length asks for no more once all is there.
            if frame.is_none() || body.is_end_stream() {
                self.body = None;
                self.unread.set(Rest::None);
            }
            return Poll::Ready(frame);
        }
        ready!(self.deadline.as_mut().poll(context));
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::TimedOut, "the body took too long"))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        if let Some(body) = self.body.take() {
            self.unread.set(if self.waits { Rest::Withheld } else { Rest::Left(body) });
        }
    }
}
