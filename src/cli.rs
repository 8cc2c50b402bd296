//! The command line. Every flag is an environment variable KEFU_* too.

mod admin;
mod catalog;
mod key;

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use jiff::tz::TimeZone;

use crate::chat::{Limits, Rate, Settings, UPLOADS_PER_HOUR};
use crate::error::{Error, Result};
use crate::http::{HttpLimits, TrustedProxies};
use crate::server::{self, ServerOptions};
use admin::AdminCommand;
use catalog::CatalogCommand;
use key::KeyCommand;

const MINUTE: Duration = Duration::from_secs(60);
/// Files uploaded at once after a pause: the pictures of one complaint.
const UPLOADS_BURST: u32 = 30;
const HOUR: Duration = Duration::from_secs(60 * 60);
/// Pages of products a member may open in a minute, and at once after a pause; nobody looks at more.
const BROWSES_PER_MINUTE: u32 = 60;
const BROWSES_BURST: u32 = 30;
/// Proofs of one address: each page of the shop that a customer opens brings one, and a whole office may sit behind it.
const PROOFS_PER_MINUTE: u32 = 240;
const PROOFS_BURST: u32 = 120;

/// Live chat for a small shop: one program, one file.
#[derive(Parser)]
#[command(name = "kefu-server", version, about, allow_negative_numbers = true)]
pub struct Cli {
    /// The shop's database; made when it is not there.
    #[arg(long, value_name = "FILE", env = "KEFU_DB")]
    db: PathBuf,

    #[command(flatten)]
    serve: ServeArgs,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args)]
struct ServeArgs {
    /// Address and port to serve on; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDR",
        env = "KEFU_LISTEN",
        default_value = "0.0.0.0:8080",
        value_parser = listen
    )]
    listen: SocketAddr,

    /// Where customers reach this server, such as https://chat.shop.com; otherwise remembered at setup.
    #[arg(long, value_name = "URL", env = "KEFU_PUBLIC_URL", value_parser = public_url)]
    public_url: Option<String>,

    /// Networks of reverse proxies whose X-Forwarded-For and -Proto are believed (this machine always is).
    #[arg(long, value_name = "CIDR", env = "KEFU_TRUSTED_PROXY", value_delimiter = ',', value_parser = network)]
    trusted_proxy: Vec<IpNet>,

    /// Time zone of the time strings that yudao's clients send.
    #[arg(long, value_name = "ZONE", env = "KEFU_TIME_ZONE", default_value = "Asia/Shanghai", value_parser = time_zone)]
    time_zone: TimeZone,

    /// The `aud` that the shop's proofs of who a member is must have; not looked at when not given.
    #[arg(long, value_name = "NAME", env = "KEFU_IDENTITY_AUDIENCE", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    identity_audience: Option<String>,

    /// Messages a member may send in a minute.
    #[arg(long, value_name = "N", env = "KEFU_MESSAGES_PER_MINUTE", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    messages_per_minute: u32,

    /// Messages a member may send at once after a pause.
    #[arg(long, value_name = "N", env = "KEFU_MESSAGES_BURST", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    messages_burst: u32,

    /// New visitors of one address in an hour.
    #[arg(long, value_name = "N", env = "KEFU_VISITORS_PER_HOUR", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..))]
    visitors_per_hour: u32,

    /// New visitors of one address at once after a pause.
    #[arg(long, value_name = "N", env = "KEFU_VISITORS_BURST", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    visitors_burst: u32,

    /// Files a customer may upload in an hour, until the owner sets another number.
    #[arg(long, value_name = "N", env = "KEFU_UPLOADS_PER_HOUR", default_value_t = UPLOADS_PER_HOUR, value_parser = clap::value_parser!(u32).range(1..))]
    uploads_per_hour: u32,

    /// Room for all files together, in megabytes, until the owner sets another number.
    #[arg(long, value_name = "MB", env = "KEFU_FILES_MB_MAX", default_value_t = 4_096, value_parser = clap::value_parser!(u32).range(1..))]
    files_mb_max: u32,

    /// Sockets one member or admin may have open (tabs, phones).
    #[arg(long, value_name = "N", env = "KEFU_SOCKETS_PER_PARTY", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..))]
    sockets_per_party: u32,

    /// Connections, and sockets, one address may have open; a whole office may sit behind one.
    #[arg(long, value_name = "N", env = "KEFU_SOCKETS_PER_ADDRESS", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    sockets_per_address: u32,

    /// Largest JSON body, in bytes.
    #[arg(long, value_name = "BYTES", env = "KEFU_JSON_BYTES_MAX", default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(1024..=16_777_216))]
    json_bytes_max: u32,

    /// Seconds a client may take to send its headers, and an idle connection is kept.
    #[arg(long, value_name = "SECONDS", env = "KEFU_HEADER_TIMEOUT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600))]
    header_timeout: u32,

    /// Turns the limits of rates and connections off, for load tests.
    #[arg(long, env = "KEFU_NO_LIMITS")]
    no_limits: bool,
}

#[derive(Subcommand)]
enum Command {
    /// The shop's staff; works beside a running server too.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// The shop's secrets for its own backend; works beside a running server too.
    #[command(subcommand)]
    Key(KeyCommand),
    /// The shop's products, orders and members; works beside a running server too.
    #[command(subcommand)]
    Catalog(CatalogCommand),
}

/// Reads the command line and does what it says.
///
/// # Errors
/// What stopped it, in one line for the person at the terminal. Wrong usage ends the process with 2 right here.
pub fn run() -> Result<()> {
    let cli = Cli::try_parse().unwrap_or_else(|error| leave(&error));
    let done = match cli.command {
        None => server::run(cli.serve.options(cli.db.clone())),
        Some(Command::Admin(command)) => command.run(&cli.db),
        Some(Command::Key(command)) => command.run(&cli.db),
        Some(Command::Catalog(command)) => command.run(&cli.db),
    };
    done.map_err(|error| at_file(&cli.db, error))
}

/// What the database itself could not do, with its name and the way out.
fn at_file(db: &Path, error: Error) -> Error {
    let db = db.display();
    match error {
        Error::Busy => Error::Refused(format!(
            "--db {db}: another program is writing to it; try again when it has finished"
        )),
        Error::Damaged => Error::DiskFailed(format!(
            "--db {db}: the database is damaged; stop the server and restore a backup"
        )),
        Error::StorageFull => Error::DiskFailed(format!("--db {db}: no space left; make room")),
        Error::DiskFailed(reason) => {
            Error::DiskFailed(format!("--db {db}: {reason}; check the disk"))
        }
        other => other,
    }
}

/// Ends the process: with help on standard output, or with one line that says what is wrong and 2.
fn leave(error: &clap::Error) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let text = error.to_string();
    // What is wrong stands before the first empty line; usage and hints follow it.
    let what: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let what = what.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    eprintln!("kefu-server: {what}; see kefu-server --help");
    std::process::exit(2)
}

impl ServeArgs {
    fn options(self, db: PathBuf) -> ServerOptions {
        let count = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let rate = |per_period, period, burst| {
            (!self.no_limits).then_some(Rate {
                per_period,
                period,
                burst,
            })
        };
        let sockets = |n: u32| if self.no_limits { usize::MAX } else { count(n) };
        ServerOptions {
            db,
            listen: self.listen,
            settings: Settings {
                limits: Limits {
                    messages: rate(self.messages_per_minute, MINUTE, self.messages_burst),
                    visitors: rate(self.visitors_per_hour, HOUR, self.visitors_burst),
                    uploads: rate(self.uploads_per_hour, HOUR, UPLOADS_BURST),
                    files_bytes_max: u64::from(self.files_mb_max) << 20,
                    browses: rate(BROWSES_PER_MINUTE, MINUTE, BROWSES_BURST),
                    proofs: rate(PROOFS_PER_MINUTE, MINUTE, PROOFS_BURST),
                    sockets_per_party_max: sockets(self.sockets_per_party),
                },
                time_zone: self.time_zone,
                public_url: self.public_url,
                identity_audience: self.identity_audience,
            },
            http: HttpLimits {
                json_bytes_max: count(self.json_bytes_max),
                sockets_per_address_max: sockets(self.sockets_per_address),
            },
            header_timeout: Duration::from_secs(self.header_timeout.into()),
            trusted_proxies: TrustedProxies::new(self.trusted_proxy),
            no_limits: self.no_limits,
        }
    }
}

/// A line on standard output; a closed pipe is an error and no panic.
fn print(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}")
        .map_err(|e| Error::Refused(format!("standard output: {e}")))
}

fn listen(text: &str) -> std::result::Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "write ADDRESS:PORT, such as 0.0.0.0:8080 or 127.0.0.1:0".to_owned())
}

fn time_zone(name: &str) -> std::result::Result<TimeZone, String> {
    TimeZone::get(name)
        .map_err(|_| "not a time zone; names look like Asia/Shanghai or Europe/Berlin".to_owned())
}

fn network(text: &str) -> std::result::Result<IpNet, String> {
    let single = || {
        text.parse()
            .ok()
            .map(|address: std::net::IpAddr| IpNet::from(address))
    };
    let network = text.parse().ok().or_else(single);
    network.ok_or_else(|| "not a network; write 10.0.0.0/8 or a single address".to_owned())
}

/// An origin: scheme, host and port, without a path.
fn public_url(text: &str) -> std::result::Result<String, String> {
    let bare = text.trim_end_matches('/');
    let host = bare
        .strip_prefix("https://")
        .or_else(|| bare.strip_prefix("http://"));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    match host {
        Some(host) if !host.is_empty() && host.bytes().all(plain) => Ok(bare.to_owned()),
        _ => {
            Err("not an address of a site; write https://chat.shop.com, without a path".to_owned())
        }
    }
}
