//! The server: a listening socket, and a stop that lets answers finish.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::App;

/// How long answers under way may take once the server was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The socket broke, or signals cannot be heard.
    #[error("serving failed: {0}")]
    Serve(#[from] std::io::Error),
}

/// An open socket of a process that hears when it is told to stop.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
    signals: Signals,
}

/// Opens the listening socket, and listens for SIGINT and SIGTERM from now on: whoever reads
/// that the server is open may stop it at once.
///
/// # Errors
/// When the address is taken or not ours, or signals cannot be heard.
pub async fn bind(address: SocketAddr) -> Result<Listening, ServeError> {
    let signals = Signals::new()?;
    let listen = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    Ok(Listening { listener, address, signals })
}

impl Listening {
    /// The address it really has.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until told to stop, then lets answers under way finish within ten seconds.
    ///
    /// # Errors
    /// When the socket breaks.
    pub async fn serve(self, app: App) -> Result<(), ServeError> {
        let Self { listener, mut signals, .. } = self;
        let (stop, mut stopped) = watch::channel(false);
        tokio::spawn(async move {
            signals.stop().await;
            tracing::info!("stopping");
            // Nobody listening any more means the server is gone already.
            let _ = stop.send(true);
        });
        let mut drained = stopped.clone();
        let serving = axum::serve(listener, tower::make::Shared::new(app)).with_graceful_shutdown(
            async move {
                // An error means the sender is gone, which is a reason to stop as well.
                let _ = stopped.wait_for(|stop| *stop).await;
            },
        );
        tokio::select! {
            result = serving.into_future() => Ok(result?),
            () = async {
                let _ = drained.wait_for(|stop| *stop).await;
                tokio::time::sleep(DRAIN).await;
            } => {
                tracing::warn!("stopped with answers still under way");
                Ok(())
            }
        }
    }
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
