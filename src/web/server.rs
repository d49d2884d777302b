//! The server: a listening socket, and a stop that lets answers finish.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

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
    /// The socket broke.
    #[error("serving failed: {0}")]
    Serve(#[from] std::io::Error),
}

/// Opens the listening socket; returns it with the address it really has.
///
/// # Errors
/// When the address is taken or not ours.
pub async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let listen = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    let local = listener.local_addr().map_err(listen)?;
    Ok((listener, local))
}

/// Serves until SIGINT or SIGTERM, then lets answers under way finish within ten seconds.
///
/// # Errors
/// When the socket breaks.
pub async fn serve(listener: TcpListener, app: Router) -> Result<(), ServeError> {
    let (stop, mut stopped) = watch::channel(false);
    tokio::spawn(async move {
        stop_signal().await;
        tracing::info!("stopping");
        // Nobody listening any more means the server is gone already.
        let _ = stop.send(true);
    });
    let mut drained = stopped.clone();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        // An error means the sender is gone, which is a reason to stop as well.
        let _ = stopped.wait_for(|stop| *stop).await;
    });
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

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            },
            Err(error) => {
                tracing::warn!(%error, "cannot hear SIGTERM");
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}
