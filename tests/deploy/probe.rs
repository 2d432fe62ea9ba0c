//! `csp health` as the probe of a deployment, which reads the exit code.

use std::net::SocketAddr;

use csp_tests::process::{Place, Process, csp};

/// The exit code and the output, stdout before stderr.
async fn probed(server: SocketAddr, more: &[&str]) -> (Option<i32>, String) {
    let mut command = csp();
    command.args(["health", "--server", &server.to_string()]).args(more);
    let output = command.output().await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap().trim_end().to_owned())
}

#[tokio::test]
async fn the_probe_succeeds_while_the_process_serves_and_fails_after_it_has_stopped() {
    let (folder, server) = (tempfile::tempdir().unwrap(), Place::of_its_own().public);
    let process = Process::up(folder.path(), server, None).await;
    let well = (Some(0), format!("{server}: SERVING"));
    assert_eq!(probed(server, &[]).await, well);
    assert_eq!(probed(server, &["--alive"]).await, well);
    assert_eq!(probed(server, &["--service", "csp.customer.v1.CustomerService"]).await, well);
    let (code, said) = probed(server, &["--service", "csp.billing.v1.BillingService"]).await;
    assert!(code == Some(1) && said.contains("NotFound"), "{said}");

    assert!(process.stop().await.success());
    for more in [&[][..], &["--alive"]] {
        let (code, said) = probed(server, more).await;
        assert!(code == Some(1) && said.contains("no suite answers"), "{said}");
    }
}
