//! Large uploads beside many senders.

use std::time::{Duration, Instant};

use crate::harness::{Server, files};
use crate::{ROUNDS, Run, run, run_length, talkers};

const UPLOAD_SENDERS: usize = 100;
const UPLOAD_BYTES: usize = 10 << 20;
const UPLOAD_P99_RATIO_BAR: f64 = 2.0;

/// How much 100 senders feel of attachments of 10 MB that come one after the other.
pub async fn beside_senders() -> Vec<String> {
    let server = Server::start_with(&["--no-limits"]);
    let mut members = Vec::new();
    for _ in 0..UPLOAD_SENDERS {
        members.push(server.customer().await.0);
    }
    // A member has room for twenty of them only.
    let uploader = server.owner().await;
    let bytes: Vec<u8> = (0..UPLOAD_BYTES)
        .map(|at| (at * 31 % 251).to_le_bytes()[0])
        .collect();
    let length = run_length();
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    let mut uploads = Vec::new();
    for round in 0..ROUNDS {
        let run_alone = run(
            talkers(server.address(), &members, rand::random(), round),
            length,
        )
        .await;
        println!("{}", run_alone.line("alone"));
        alone.push(run_alone);
        let uploading = async {
            let end = Instant::now() + length;
            while Instant::now() < end {
                let url = files::uploaded(files::admin_upload(&uploader, "ten.bin", &bytes));
                uploads.push(url.await);
            }
        };
        let sending = run(
            talkers(server.address(), &members, rand::random(), round),
            length,
        );
        let (run_beside, ()) = tokio::join!(sending, uploading);
        println!("{}", run_beside.line("uploads"));
        beside.push(run_beside);
    }
    let p99 = |runs: &[Run]| {
        let mut all: Vec<Duration> = runs.iter().map(|run| run.p99).collect();
        all.sort_unstable();
        all[all.len() / 2].as_secs_f64()
    };
    println!(
        "{} uploads of 10 MB beside {UPLOAD_SENDERS} senders: median p99 {:.2} times that without (bar {UPLOAD_P99_RATIO_BAR})",
        uploads.len(),
        p99(&beside) / p99(&alone)
    );
    let mut faults = Vec::new();
    for runs in [&alone, &beside] {
        for talker in runs.iter().flat_map(|run| &run.talkers) {
            faults.extend(
                talker
                    .refused
                    .iter()
                    .map(|answer| format!("refused: {answer}")),
            );
        }
    }
    for url in uploads {
        if server.ask(&format!("GET {url}")).await.body != bytes {
            faults.push(format!("{url} is not what was uploaded"));
        }
    }
    faults
}
