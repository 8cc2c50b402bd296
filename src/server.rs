//! A server's life: open the file, listen, tell where, and end in good order.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::Level;

use crate::chat::{Chat, Settings};
use crate::error::{Error, Result};
use crate::http::{self, App, Bye, HttpLimits, TrustedProxies, listener};
use crate::hub::{Ending, Hub, frame};
use crate::store::Store;

/// Threads for reads and password hashes; more would only wait for the same disk.
const BLOCKING_THREADS_MAX: usize = 16;
/// After this a stop is at once, whatever is still open.
const DRAIN_MAX: Duration = Duration::from_secs(8);
/// And this is all the time a stop has.
const STOP_MAX: Duration = Duration::from_millis(9_300);
/// When pages come back after a stop; each adds its own jitter.
const RETRY_MS: u64 = 1_000;

/// Everything the command line says about serving.
pub struct ServerOptions {
    pub db: PathBuf,
    pub listen: SocketAddr,
    pub settings: Settings,
    pub http: HttpLimits,
    pub header_timeout: Duration,
    pub trusted_proxies: TrustedProxies,
    pub no_limits: bool,
}

/// Serves until a signal or a failing disk ends it.
///
/// # Errors
/// [`Error::Refused`] when it could not start, [`Error::DiskFailed`] when the disk failed.
pub fn run(options: ServerOptions) -> Result<()> {
    log_to_stderr();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .enable_all()
        .build()
        .map_err(|e| Error::Refused(format!("cannot start: {e}")))?;
    let result = runtime.block_on(serve(options));
    // Reads that hang on a dead disk must not keep the process.
    runtime.shutdown_timeout(Duration::from_millis(500));
    result
}

async fn serve(options: ServerOptions) -> Result<()> {
    let hub = Arc::new(Hub::default());
    let publisher = hub.clone();
    let (store, mut disk_failed) =
        Store::open(&options.db, move |events| publisher.publish(events))?;
    let listener = TcpListener::bind(options.listen).await.map_err(|e| {
        Error::Refused(format!(
            "--listen {}: {e}; choose another port or stop the program that has it",
            options.listen
        ))
    })?;
    if options.no_limits {
        tracing::warn!("--no-limits: rates and connections are not limited; for load tests only");
    }
    let chat = Chat::new(store, hub.clone(), options.settings).await;
    let chat = Arc::new(chat.map_err(|error| slow_read(&options.db, error))?);
    let app = App::new(chat.clone(), options.trusted_proxies.clone(), options.http);
    let mut signals = Signals::listen()?;
    announce(&listener, &chat).await?;

    let stop = CancellationToken::new();
    let limits = listener::ConnectionLimits {
        per_address_max: options.http.sockets_per_address_max,
        header_timeout: options.header_timeout,
        trusted_proxies: options.trusted_proxies,
    };
    let mut serving = tokio::spawn(listener::serve(
        listener,
        limits,
        http::service(&app),
        stop.clone(),
    ));
    let mut housekeeping = tokio::spawn(chat.clone().keep_house());

    let end = tokio::select! {
        () = signals.next() => End::Asked,
        changed = disk_failed.wait_for(Option::is_some) => match changed.ok().and_then(|reason| reason.clone()) {
            Some(reason) => End::DiskFailed(reason),
            None => End::Asked,
        },
        ended = &mut serving => End::Broken(broken("accepting connections", ended)),
        ended = &mut housekeeping => End::Broken(broken("housekeeping", ended)),
    };
    stop.cancel();
    housekeeping.abort();
    let bye = Bye { retry_ms: RETRY_MS };
    hub.close(&frame("kefu_bye", &bye), Ending::Restart);
    let drained = async {
        // What has ended by itself has nothing left to wait for.
        if !serving.is_finished() {
            let _ = serving.await;
        }
    };
    if let End::DiskFailed(reason) = end {
        tracing::error!(%reason, "the disk failed: stopping, so that nothing is promised that is not kept");
        // The sockets' close frames go out; nothing else can be trusted any more.
        let _ = tokio::time::timeout(Duration::from_secs(1), drained).await;
        return Err(Error::DiskFailed(reason));
    }
    tracing::info!("stopping; requests in progress are answered first");
    let ending = async {
        let _ = tokio::time::timeout(DRAIN_MAX, drained).await;
        if let Err(error) = chat.write_seen().await {
            tracing::warn!(%error, "who was here last is not written");
        }
        // What is queued is committed, the log brought into the file.
        tokio::task::spawn_blocking(move || chat.close()).await
    };
    tokio::select! {
        ended = tokio::time::timeout(STOP_MAX, ending) => match ended {
            Ok(closed) => closed.map_err(|e| Error::Internal(format!("the last commit: {e}")))?,
            // Nobody is told that what still waits is stored; the next start brings the log in.
            Err(_) => tracing::warn!("the last commit takes too long: stopping without it"),
        },
        () = signals.next() => tracing::warn!("second signal: stopping at once"),
    }
    tracing::info!("stopped");
    match end {
        End::Broken(error) => Err(error),
        End::Asked | End::DiskFailed(_) => Ok(()),
    }
}

/// Why a server stops.
enum End {
    Asked,
    DiskFailed(String),
    /// A part of it that must go on has ended by itself: half a server would look like a whole one.
    Broken(Error),
}

fn broken(part: &str, ended: std::result::Result<(), tokio::task::JoinError>) -> Error {
    let reason = ended.map_or_else(|error| error.to_string(), |()| "it ended".to_owned());
    tracing::error!(part, %reason, "a part of the server ended by itself: stopping");
    Error::Internal(format!("{part}: {reason}; start the server again"))
}

/// Nobody else writes to a file that this server has opened: what was busy is the disk.
fn slow_read(db: &Path, error: Error) -> Error {
    match error {
        Error::Busy => Error::Refused(format!(
            "--db {}: reading it takes too long; see what keeps the disk busy and start again",
            db.display()
        )),
        other => other,
    }
}

/// The first line is for programs, the second for people.
async fn announce(listener: &TcpListener, chat: &Chat) -> Result<()> {
    let address = listener
        .local_addr()
        .map_err(|e| Error::Refused(format!("--listen: {e}")))?;
    let reachable = chat.public_url().unwrap_or_else(|| {
        if address.ip().is_unspecified() {
            format!("http://localhost:{}", address.port())
        } else {
            format!("http://{address}")
        }
    });
    let invitation = match chat.setup_code().await? {
        Some(code) => format!(
            "open {reachable}/admin/#setup={code} to set up the shop \
             (from another machine, with this one's name in place of localhost)"
        ),
        None => format!(
            "open {reachable}/admin/ to answer customers; {reachable}/demo/ shows the widget"
        ),
    };
    let lines = format!("listening on http://{address}\n{invitation}\n");
    let mut out = std::io::stdout();
    out.write_all(lines.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| Error::Refused(format!("standard output: {e}")))
}

struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> Result<Signals> {
        let listen = |kind| {
            signal(kind).map_err(|e| Error::Refused(format!("cannot listen for signals: {e}")))
        };
        Ok(Signals {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// One line per event, never with what people wrote or a token in it. RUST_LOG says how much, of this program: what others'
/// code says below a warning may hold whole frames and requests, so it is never written.
fn log_to_stderr() {
    use tracing_subscriber::filter::filter_fn;
    use tracing_subscriber::prelude::*;
    use tracing_subscriber::{EnvFilter, fmt};
    let wanted = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let ours = filter_fn(|event| {
        event.target().starts_with(env!("CARGO_CRATE_NAME")) || *event.level() <= Level::WARN
    });
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_target(false);
    tracing_subscriber::registry()
        .with(wanted)
        .with(ours)
        .with(lines)
        .init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_ends_by_itself_is_an_error_that_says_why() {
        let panicking = tokio::spawn(async { panic!("out of order") });
        let Error::Internal(reason) = broken("housekeeping", panicking.await) else {
            panic!("another error");
        };
        assert!(reason.starts_with("housekeeping: "), "{reason}");
        assert!(reason.contains("out of order"), "{reason}");
    }
}
