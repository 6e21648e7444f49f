//! A request's body under a deadline, however slowly it drips.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use poem::Request;
use tokio::time::{self, Sleep};

use super::farewell::Unread;

/// Gives the body of a request so long to arrive. What comes later is an error of kind
/// [`io::ErrorKind::TimedOut`], after which the connection is closed. `unread` tells whether it has all come.
pub(super) fn set_deadline(request: &mut Request, timeout: Duration, unread: Unread) {
    let body: BoxBody<Bytes, io::Error> = request.take_body().into();
    let ended = body.is_end_stream();
    unread.set(!ended);
    let body = if ended { body } else { BoxBody::new(Timed::new(body, timeout, unread)) };
    request.set_body(body);
}

struct Timed {
    body: BoxBody<Bytes, io::Error>,
    deadline: Pin<Box<Sleep>>,
    unread: Unread,
}

impl Timed {
    fn new(body: BoxBody<Bytes, io::Error>, timeout: Duration, unread: Unread) -> Self {
        Self { body, deadline: Box::pin(time::sleep(timeout)), unread }
    }
}

impl Body for Timed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            // Asked after each frame: who knows the length asks for no more once it is there.
            if frame.is_none() || self.body.is_end_stream() {
                self.unread.set(false);
            }
            return Poll::Ready(frame);
        }
        ready!(self.deadline.as_mut().poll(context));
        Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::TimedOut, "the body took too long"))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
