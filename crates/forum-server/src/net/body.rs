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

/// Gives the body of a request so long to arrive. What comes later is an error of kind
/// [`io::ErrorKind::TimedOut`], after which the connection is closed.
pub(super) fn set_deadline(request: &mut Request, timeout: Duration) {
    let body: BoxBody<Bytes, io::Error> = request.take_body().into();
    let body = if body.is_end_stream() { body } else { BoxBody::new(Timed::new(body, timeout)) };
    request.set_body(body);
}

struct Timed {
    body: BoxBody<Bytes, io::Error>,
    deadline: Pin<Box<Sleep>>,
}

impl Timed {
    fn new(body: BoxBody<Bytes, io::Error>, timeout: Duration) -> Self {
        Self { body, deadline: Box::pin(time::sleep(timeout)) }
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
