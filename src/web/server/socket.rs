//! A visitor's socket: notes what comes and goes in the connection's [`Pulse`], ends a quiet
//! connection without losing a request, and gives hyper's own answers our headers and page.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::pulse::Pulse;
use super::refusals::Refusals;

pub(super) struct Socket {
    stream: TcpStream,
    pulse: Arc<Pulse>,
    refusals: Arc<Refusals>,
    /// What goes out instead of an answer of hyper's own, and how much of it is sent.
    instead: Option<(Vec<u8>, usize)>,
    shut: bool,
}

impl Socket {
    pub(super) fn new(stream: TcpStream, pulse: Arc<Pulse>, refusals: Arc<Refusals>) -> Self {
        Self { stream, pulse, refusals, instead: None, shut: false }
    }

    /// Whether nothing has arrived. Asks the kernel: what came a moment ago may not have been
    /// told to us yet.
    fn is_quiet(&self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        let peeked = SockRef::from(&self.stream).peek(&mut byte);
        peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    fn noted(&self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &result {
            Poll::Ready(_) => self.pulse.sent(),
            Poll::Pending => self.pulse.block(),
        }
        result
    }

    /// Takes over when these bytes are an answer that hyper gives by itself.
    fn takes_over(&mut self, head: &[u8]) -> bool {
        self.instead = self.refusals.instead_of(head, self.pulse.misread()).map(|text| (text, 0));
        if self.instead.is_some() {
            self.pulse.linger();
        }
        self.instead.is_some()
    }

    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((text, sent)) = &mut self.instead {
            let rest = text.get(*sent..).unwrap_or_default();
            if rest.is_empty() {
                self.instead = None;
                break;
            }
            let polled = Pin::new(&mut self.stream).poll_write(cx, rest);
            match &polled {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(count)) => *sent += count,
                _ => {}
            }
            ready!(self.noted(polled))?;
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // What nobody takes would stay in the kernel's memory for minutes after the end.
        if self.pulse.is_blocked() {
            let reset = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
            drop(reset);
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        match polled {
            Poll::Ready(Ok(())) => {
                self.pulse.received(buffer.filled().get(before..).unwrap_or_default());
            }
            // As if the visitor had closed: hyper then ends the connection in good order.
            Poll::Pending
                if self.pulse.is_overdue() && self.pulse.waiting().is_some() && self.is_quiet() =>
            {
                self.pulse.linger();
                return Poll::Ready(Ok(()));
            }
            _ => {}
        }
        polled
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.takes_over(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.noted(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // The kernel has less to do for one piece than for a list of one.
        if let [only] = slices {
            return self.poll_write(cx, only);
        }
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.noted(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_instead(cx)
    }

    /// Closes our side; where the visitor may still be sending, waits for the end of that.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_instead(cx))?;
        if !self.shut {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.shut = true;
        }
        if !self.pulse.close() {
            return Poll::Ready(Ok(()));
        }
        let mut scratch = [MaybeUninit::uninit(); 4096];
        loop {
            let mut buffer = ReadBuf::uninit(&mut scratch);
            // However it ends, nobody is left to be told.
            if ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer)).is_err()
                || buffer.filled().is_empty()
            {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
