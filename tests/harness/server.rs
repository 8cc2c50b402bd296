//! The real server: started in a folder of its own on a free port, killed when it is dropped.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tempfile::TempDir;

use super::PATIENCE;
use super::backend::Backend;
use super::cli::{BINARY, Done, kefu};
use super::http::{Ask, Door};
use super::people::{Admin, PASSWORD, Visitor};

pub struct Server {
    pub door: Door,
    /// The second line on standard output: an address to open.
    pub opening: String,
    folder: TempDir,
    flags: Vec<String>,
    child: Child,
}

impl Server {
    pub fn start() -> Server {
        Server::start_with(&[])
    }

    pub fn start_with(flags: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a temp folder");
        let flags = flags.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (child, address, opening) =
            spawn(folder.path(), Command::new(BINARY), "127.0.0.1:0", &flags);
        Server {
            door: Door::new(address),
            opening,
            folder,
            flags,
            child,
        }
    }

    /// One whose writes fail as on a broken disk as soon as a file would grow past so many blocks of 512 bytes.
    pub fn start_with_files_of(blocks: u32) -> Server {
        let folder = tempfile::tempdir().expect("a temp folder");
        let mut shell = Command::new("sh");
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        shell.args(["-c", &limited, BINARY]);
        let flags = vec!["--no-limits".to_owned()];
        let (child, address, opening) = spawn(folder.path(), shell, "127.0.0.1:0", &flags);
        Server {
            door: Door::new(address),
            opening,
            folder,
            flags,
            child,
        }
    }

    /// One that is asked by RUST_LOG to log so much.
    pub fn start_logging(level: &str) -> Server {
        let folder = tempfile::tempdir().expect("a temp folder");
        let mut command = Command::new(BINARY);
        command.env("RUST_LOG", level);
        let (child, address, opening) = spawn(folder.path(), command, "127.0.0.1:0", &[]);
        Server {
            door: Door::new(address),
            opening,
            folder,
            flags: Vec::new(),
            child,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.door.address
    }

    pub fn ask(&self, line: &str) -> Ask {
        self.door.ask(line)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self) -> PathBuf {
        self.folder.path().join("shop.db")
    }

    /// What it wrote to standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    /// The code in the setup link, when there is one.
    pub fn setup_code(&self) -> Option<String> {
        let (_, rest) = self.opening.split_once("#setup=")?;
        let code = rest.split_whitespace().next()?;
        Some(code.to_owned())
    }

    pub fn setting_up(&self, code: &str, username: &str) -> Ask {
        self.ask("POST /admin-api/system/auth/setup").json(&json!({
            "code": code, "username": username, "password": PASSWORD, "nickname": "Boss",
        }))
    }

    /// The first admin, made with the setup link.
    pub async fn owner(&self) -> Admin {
        let code = self.setup_code().expect("a server without admins");
        let answer = self.setting_up(&code, "owner").await.data();
        Admin::from_sign_in(&self.door, &answer)
    }

    /// Another admin, added from the command line and signed in.
    pub async fn admin(&self, username: &str) -> Admin {
        let args = ["add", username, "--nickname", username, "--password-stdin"];
        let added = self.admin_command(&args, PASSWORD);
        added.out();
        Admin::sign_in(&self.door, username).await
    }

    /// `kefu-server --db shop.db admin ARGS`, whether the server runs or not.
    pub fn admin_command(&self, args: &[&str], input: &str) -> Done {
        let args = [&["--db", "shop.db", "admin"], args].concat();
        kefu(self.folder(), &args, input)
    }

    /// The shop's backend, with a new API key.
    pub fn backend(&self) -> Backend {
        let made = kefu(
            self.folder(),
            &["--db", "shop.db", "key", "rotate", "api"],
            "",
        );
        Backend {
            door: self.door.clone(),
            key: made.out().trim().to_owned(),
        }
    }

    /// `kefu-server --db shop.db catalog import NAME` of a file with this content.
    pub fn import(&self, name: &str, content: &str) -> Done {
        std::fs::write(self.folder().join(name), content).expect("the file is written");
        let args = ["--db", "shop.db", "catalog", "import", name];
        kefu(self.folder(), &args, "")
    }

    /// Makes a visitor the shop's member of this id, as a proof of his would.
    pub fn vouch_for(&self, visitor: &Visitor, external_id: &str) {
        let file = Connection::open(self.file()).expect("the file opens");
        file.busy_timeout(PATIENCE)
            .expect("a connection takes a timeout");
        file.execute(
            "UPDATE member SET external_id = ?2 WHERE id = ?1",
            (visitor.id, external_id),
        )
        .expect("nobody else is called so");
    }

    pub async fn visitor(&self) -> Visitor {
        Visitor::arrive(&self.door).await
    }

    /// A visitor who has written "hello", and his conversation.
    pub async fn customer(&self) -> (Visitor, i64) {
        let visitor = self.visitor().await;
        visitor.say("hello").await;
        let conversation = visitor.conversation_id().await;
        (visitor, conversation)
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.child.kill().expect("the server was running");
        self.child.wait().expect("the server is gone");
    }

    /// Starts again on the same port and the same file.
    pub fn start_again(&mut self) {
        let listen = self.address().to_string();
        let (child, _, opening) = spawn(
            self.folder.path(),
            Command::new(BINARY),
            &listen,
            &self.flags,
        );
        self.child = child;
        self.opening = opening;
        self.door.renew();
    }

    pub fn restart(&mut self) {
        self.kill();
        self.start_again();
    }

    /// SIGTERM, without waiting for anything.
    pub fn terminate(&self) {
        let pid = i32::try_from(self.pid()).expect("a process id");
        let pid = rustix::process::Pid::from_raw(pid).expect("a process id");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)
            .expect("the server was running");
    }

    /// Waits for the end by itself.
    pub async fn exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child of ours") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not end");
            // A child's end has no event here.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// SIGTERM, and it ends well.
    pub async fn stop(&mut self) {
        self.terminate();
        let status = self.exit().await;
        assert_eq!(status.code(), Some(0), "{}", self.log());
    }

    /// Stops, changes the file as no server would, and starts again.
    pub async fn edit(&mut self, change: impl FnOnce(&Connection)) {
        self.stop().await;
        let connection = Connection::open(self.file()).expect("the file opens");
        change(&connection);
        connection.close().expect("the file closes");
        self.start_again();
    }

    /// Looks into the file from outside, without disturbing.
    pub fn look(&self) -> Connection {
        let connection = Connection::open_with_flags(
            self.file(),
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .expect("the file opens");
        connection
            .busy_timeout(PATIENCE)
            .expect("a connection takes a timeout");
        connection
    }

    pub fn count(&self, table: &str) -> i64 {
        self.look()
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .expect("the table is there")
    }

    /// Resident memory in bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))
            .expect("the server runs");
        let kilobytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.trim().strip_suffix("kB"))
            .and_then(|number| number.trim().parse::<u64>().ok())
            .expect("VmRSS in kB");
        kilobytes * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log());
        }
    }
}

fn spawn(
    folder: &Path,
    mut command: Command,
    listen: &str,
    flags: &[String],
) -> (Child, SocketAddr, String) {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("server.log"))
        .expect("the log opens");
    let mut child = command
        .args(["--db", "shop.db", "--listen", listen])
        .args(flags)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .expect("the binary can be run");
    let stdout = child.stdout.take().expect("stdout is piped");
    let (lines, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = lines.send(line);
        }
    });
    let mut line = || {
        heard.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            let _ = child.kill();
            let log = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
            panic!("the server did not start:\n{log}");
        })
    };
    let listening = line();
    let address = listening
        .strip_prefix("listening on http://")
        .and_then(|address| address.parse().ok())
        .unwrap_or_else(|| panic!("the first line is {listening}"));
    let opening = line();
    (child, address, opening)
}
