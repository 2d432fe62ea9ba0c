//! A suite in a process of its own.

use std::path::Path;
use std::process::Stdio;

use csp_tests::Party;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tonic::transport::{Channel, Endpoint};

/// A running `csp up --dev`; killed when dropped.
pub(crate) struct Process {
    child: Child,
    channel: Channel,
}

impl Process {
    /// Starts it on the data in `folder`, on a port that was free a moment ago.
    pub(crate) async fn start(folder: &Path) -> Process {
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_csp-under-test"))
            .args(["up", "--dev", "--listen", &address.to_string(), "--data"])
            .arg(folder)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        loop {
            let line = log.next_line().await.unwrap().expect("the suite comes up");
            if line.contains("is up") {
                break;
            }
        }
        // Whoever stops reading makes the writer of the log wait for ever.
        tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy();
        Process { child, channel }
    }

    /// The operator's desk.
    pub(crate) fn operator(&self) -> Party {
        Party::operator(self.channel.clone())
    }

    /// SIGKILL: nothing is flushed, nobody is told.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}
