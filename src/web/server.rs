//! The server: a listening socket, the connections it accepts, and a stop that loses nothing.
//!
//! HTTP/1.1 and 1.0 by hyper; TLS, and HTTP/2 with it, is a proxy's work. Everything that bounds
//! what visitors can take of the server is here, so that pages need not think of it:
//!
//! | what | bound by | then |
//! |---|---|---|
//! | connections | `max_connections`, and open files | new ones wait; an idle one makes room, else a slow one |
//! | requests in work | `max_requests` | 503 at once |
//! | a request's head | `max_head`, 100 headers, `head_timeout` | 414, 431, closed |
//! | its framing and its host | [`rules`] | 400, closed |
//! | its work | `request_timeout` | 503 |
//! | a panic in it | that request | 500 |
//! | an answer nobody takes | `write_timeout` | closed |
//! | an idle connection | `idle_timeout` | closed when nothing has arrived |
//! | the stop | `stop_timeout` | ends all the same |

mod connection;
mod connections;
mod front;
mod pulse;
mod refusals;
mod rules;
mod socket;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use hyper::service::Service;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::{Instant, sleep};

use crate::config::Limits;
use connections::{Connections, Slot};

pub use refusals::Refusals;

/// How many connections the kernel keeps until they are accepted.
const BACKLOG: u32 = 1024;
/// How soon accepting is tried again when there are no more open files, or no memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// How long a stopping server waits for connections whose opening is under way.
const HANDSHAKE: Duration = Duration::from_millis(100);
/// Open files that are not connections: the database's, the index's, those being read.
const OTHER_FILES: u32 = 128;

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The socket broke, or signals cannot be heard.
    #[error("serving failed: {0}")]
    Serve(#[from] io::Error),
}

/// What is going on in the server.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Connections open now.
    pub connections: AtomicUsize,
    /// Requests in work now.
    pub requests: AtomicUsize,
    /// Requests answered 503 since the start, because too many were in work.
    pub shed: AtomicUsize,
    /// Connections dropped since the start, because nothing moved in them.
    pub dropped: AtomicUsize,
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    limits: Limits,
    refusals: Arc<Refusals>,
    gauges: Arc<Gauges>,
}

/// An open socket of a process that hears when it is told to stop.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    signals: Signals,
    gauges: Arc<Gauges>,
}

/// Opens the listening socket, and listens for SIGINT and SIGTERM from now on: whoever reads
/// that the server is open may stop it at once.
///
/// # Errors
/// When the address is taken or not ours, or signals cannot be heard.
pub async fn bind(address: SocketAddr) -> Result<Listening, ServeError> {
    let signals = Signals::new()?;
    let listen = |source| ServeError::Listen { address, source };
    let listener = open(address).map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    Ok(Listening { listener, address, signals, gauges: Arc::default() })
}

fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart need not wait until the kernel has forgotten the last connections. Elsewhere
    // the option means that anybody may take the address over.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

impl Listening {
    /// The address it really has.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is going on in the server, also while it serves.
    #[must_use]
    pub fn gauges(&self) -> Arc<Gauges> {
        self.gauges.clone()
    }

    /// Serves until told to stop. Then every connection that is open, or waits to be accepted,
    /// has its requests answered, within the time for that; told again, it ends at once.
    ///
    /// # Errors
    /// When the socket breaks.
    pub async fn serve<S>(
        self,
        app: S,
        refusals: Refusals,
        limits: &Limits,
    ) -> Result<(), ServeError>
    where
        S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
        S::Future: Send,
    {
        let Self { listener, mut signals, gauges, .. } = self;
        let limits = limits.clone();
        let most = connections_for(limits.max_connections);
        let stop_timeout = limits.stop_timeout;
        let shared = Arc::new(Shared { limits, refusals: Arc::new(refusals), gauges });
        let door = Door { app, connections: Arc::new(Connections::new(most)), shared };
        tokio::select! {
            () = door.accept(&listener) => {}
            () = signals.stop() => {}
        }
        tracing::info!("stopping");
        tokio::select! {
            result = door.close(listener) => result?,
            () = sleep(stop_timeout) => {
                tracing::warn!("stopped with answers still under way");
            }
            () = signals.stop() => tracing::warn!("stopped at once, as told again"),
        }
        Ok(())
    }
}

/// Where connections come in.
struct Door<S> {
    app: S,
    connections: Arc<Connections>,
    shared: Arc<Shared>,
}

impl<S> Door<S>
where
    S: Service<Request<Body>, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    /// Accepts connections for ever.
    async fn accept(&self, listener: &TcpListener) {
        let mut is_well = true;
        // Room is made before a connection is accepted: until then the kernel keeps it, and who
        // else listens on the same address may take it.
        while let Some(slot) = self.connections.slot().await {
            match listener.accept().await {
                Ok((stream, _)) => {
                    is_well = true;
                    self.admit(stream, slot);
                }
                // That one connection is gone again.
                Err(error) if is_about_one_connection(&error) => {}
                Err(error) => {
                    // Once, or the log fills the disk as well.
                    if is_well {
                        tracing::error!(%error, "cannot accept connections; trying again");
                    }
                    is_well = false;
                    self.connections.make_room();
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Lets no new connection be opened, accepts those that wait, and sees all to their end.
    async fn close(&self, listener: TcpListener) -> io::Result<()> {
        self.connections.leave();
        // Where that cannot be had, a connection opened this very moment may be reset.
        if let Err(error) = refuse_new(&listener) {
            tracing::debug!(%error, "new connections are not held off");
        }
        // Of the same socket, but asking the kernel itself: what waits there may not have been
        // told to us yet.
        let listener = listener.into_std()?;
        let start = Instant::now();
        loop {
            let Some(slot) = self.connections.slot().await else { break };
            match listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(true)?;
                    self.admit(TcpStream::from_std(stream)?, slot);
                }
                Err(error) if is_about_one_connection(&error) => {}
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                    self.connections.make_room();
                    drop(slot);
                    sleep(ACCEPT_PAUSE).await;
                }
                Err(_) if start.elapsed() < HANDSHAKE => {
                    drop(slot);
                    sleep(HANDSHAKE / 4).await;
                }
                Err(_) => break,
            }
        }
        drop(listener);
        self.connections.gone().await;
        Ok(())
    }

    fn admit(&self, stream: TcpStream, slot: Slot) {
        let (entry, pulse) = self.connections.enter(slot);
        let (app, shared) = (self.app.clone(), self.shared.clone());
        let open = Open::new(shared.gauges.clone());
        tokio::spawn(async move {
            // Both are let go whatever happens, a panic too.
            let _held = (entry, open);
            connection::run(stream, app, pulse, shared).await;
        });
    }
}

/// A connection among those that are counted as open.
struct Open(Arc<Gauges>);

impl Open {
    fn new(gauges: Arc<Gauges>) -> Self {
        gauges.connections.fetch_add(1, Relaxed);
        Self(gauges)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
    }
}

fn is_about_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

/// How many connections there may be: those that are wanted, as far as the process may open
/// files for them. What it may open by default is raised to what it may at all.
#[cfg(unix)]
fn connections_for(wanted: u32) -> u32 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let needed = u64::from(wanted) + u64::from(OTHER_FILES);
    let limit = getrlimit(Resource::Nofile);
    let mut files = limit.current.unwrap_or(u64::MAX);
    if files < needed {
        let raised = limit.maximum.unwrap_or(u64::MAX).min(needed);
        let new = Rlimit { current: Some(raised), maximum: limit.maximum };
        if setrlimit(Resource::Nofile, new).is_ok() {
            files = raised;
        }
    }
    let room = files.saturating_sub(u64::from(OTHER_FILES)).max(files / 4).max(1);
    let most = u32::try_from(room).unwrap_or(u32::MAX).min(wanted);
    if most < wanted {
        tracing::warn!(
            "{most} connections at most instead of {wanted}: the process may open only {files} files"
        );
    }
    most
}

#[cfg(not(unix))]
fn connections_for(wanted: u32) -> u32 {
    wanted
}

/// Has the kernel ignore everybody who wants to open a connection. They try again within a
/// second, and are refused or find the next server; a connection that nobody will accept would
/// be reset when the socket is closed, with the request it brought.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn refuse_new(listener: &TcpListener) -> io::Result<()> {
    use socket2::{SockFilter, SockRef};
    // A program for the kernel's packet filter, run on a TCP header.
    SockRef::from(listener).attach_filter(&[
        // Takes the byte of flags,
        SockFilter::new(0x30, 0, 0, 13),
        // of it SYN and ACK,
        SockFilter::new(0x54, 0, 0, 0x12),
        // drops what has SYN alone,
        SockFilter::new(0x15, 0, 1, 0x02),
        SockFilter::new(0x06, 0, 0, 0),
        // and lets the rest through.
        SockFilter::new(0x06, 0, 0, u32::MAX),
    ])
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn refuse_new(_: &TcpListener) -> io::Result<()> {
    Ok(())
}

/// The signals that mean "stop".
#[cfg(unix)]
#[derive(Debug)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
#[derive(Debug)]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn stop(&mut self) {
        // Without Ctrl+C there is no way to be told.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
