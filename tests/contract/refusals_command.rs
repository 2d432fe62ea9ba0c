//! The output of `csp refusals`.

use std::process::Command;

use csp_tests::{Running, refusal_of};

fn refusals(suite: &Running, arguments: &[&str]) -> (String, String) {
    let server = suite.address().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_csp-under-test"))
        .args(["refusals", "--server", &server])
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn csp_refusals_prints_the_newest_refusals_of_all_services() {
    let suite = Running::start().await;
    let (contoso, wingtip) = (suite.provider("contoso", "DE").await, suite.reseller("wingtip", "US").await);
    let refusal = refusal_of(contoso.request_partnership(&wingtip).await);
    contoso.people.stored_decision(&refusal.decision).await;
    let (table, problem) = refusals(&suite, &["--rule", "RGN-01", "--caller", "contoso.example"]);
    assert_eq!(problem, "");
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 2, "{table}");
    let cells: Vec<&str> = rows[1].split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert_eq!(
        cells,
        [
            "2026-11-21T12:00:00Z",
            "RequestPartnership",
            "RGN-01 PARTNERS_IN_DIFFERENT_REGIONS",
            "partner contoso.example/developer",
            &refusal.decision,
        ]
    );
    for (none, arguments) in [
        ("no refused decision matches\n", ["--rule", "PSH-11"]),
        ("no refused decision matches\n", ["--since", "2026-11-22"]),
        ("no refused decision matches\n", ["--caller", "wingtip.example"]),
    ] {
        assert_eq!(refusals(&suite, &arguments).0, none, "{arguments:?}");
    }
    let (_, problem) = refusals(&suite, &["--rule", "PSH-99"]);
    assert!(problem.contains("must be the id of a rule, like `PSH-11`, was `PSH-99`"), "{problem}");
}
