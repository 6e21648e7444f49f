//! Closes a connection so that the answer is not lost.
//!
//! An answer may be given before the request's body was read: too long, not signed in, too many of them.
//! Closing at once with bytes unread makes the system reset the connection, and a client that is still
//! writing loses the answer with it. So the writing side is closed first, and what still comes is thrown
//! away for a while.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{self, Sleep},
};

use super::body::Unread;

/// The most bytes that are thrown away.
const BYTES: usize = 64 << 20;
/// How many of them at a time.
const AT_ONCE: usize = 16 << 10;
/// How many times is read before others have their turn.
const TURNS: usize = 16;

/// A stream whose closing waits for what its peer still writes, if that is the rest of a body.
pub(super) struct Farewell<S> {
    stream: S,
    unread: Unread,
    patience: Duration,
    closing: Option<Closing>,
}

/// The writing side is closed.
struct Closing {
    deadline: Pin<Box<Sleep>>,
    left: usize,
}

impl<S> Farewell<S> {
    pub(super) const fn new(stream: S, unread: Unread, patience: Duration) -> Self {
        Self { stream, unread, patience, closing: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Farewell<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Farewell<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, unread, patience, closing } = self.get_mut();
        let closing = match closing {
            Some(closing) => closing,
            None => {
                ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
                if !unread.any() {
                    return Poll::Ready(Ok(()));
                }
                closing.insert(Closing { deadline: Box::pin(time::sleep(*patience)), left: BYTES })
            }
        };
        if closing.deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        let mut space = [0; AT_ONCE];
        for _ in 0..TURNS {
            let mut buffer = ReadBuf::new(&mut space);
            let read = ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer));
            let count = buffer.filled().len();
            closing.left = closing.left.saturating_sub(count);
            // A peer that has closed or is gone has nothing to lose any more.
            if read.is_err() || count == 0 || closing.left == 0 {
                return Poll::Ready(Ok(()));
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
