//! Runs the command line and turns an error into one line and an exit code.

use std::process::ExitCode;

use kefu_server::Error;

/// EX_IOERR of sysexits.h: the disk failed, and a supervisor may start the server again.
const DISK_FAILED: u8 = 74;

fn main() -> ExitCode {
    let Err(error) = kefu_server::run() else {
        return ExitCode::SUCCESS;
    };
    eprintln!("kefu-server: {error}");
    match error {
        Error::DiskFailed(_) | Error::StorageFull => ExitCode::from(DISK_FAILED),
        _ => ExitCode::FAILURE,
    }
}
