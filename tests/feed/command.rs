//! The output of `csp watch`.

use std::process::Command;

use csp_tests::Running;

fn watch(suite: &Running, arguments: &[&str]) -> (String, String) {
    let server = suite.address().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_csp-under-test"))
        .args(["watch", "--once", "--server", &server])
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn csp_watch_prints_every_change_as_one_line() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    suite.customer_of("tailspin", "FR", &litware, None).await;
    let (lines, problem) = watch(&suite, &["--from", "beginning"]);
    assert!(problem.starts_with("csp: go on with `--from ") && problem.lines().count() == 1, "{problem}");
    for part in [
        "2026-11-21T12:00:00Z partner-registry #",
        " created organizations/litware @1 – CreateOrganization by operator developer\n",
        " created customers/tailspin @1 – CreateCustomer by partner litware.example/developer, by decisions/customer-",
    ] {
        assert!(lines.contains(part), "`{part}` is missing in:\n{lines}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn csp_watch_prints_cloud_events_and_goes_on_after_a_cursor() {
    let suite = Running::start().await;
    let litware = suite.direct_bill("litware", "DE").await;
    suite.customer_of("tailspin", "FR", &litware, None).await;
    let arguments = ["--from", "beginning", "--type", "csp.customer.v1.Customer", "--json"];
    let (lines, _) = watch(&suite, &arguments);
    let events: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 1, "{lines}");
    assert_eq!(events[0]["specversion"], "1.0");
    assert_eq!(events[0]["method"], "csp.customer.v1.CustomerService/CreateCustomer");
    let after = &events[0]["data"]["after"];
    assert_eq!(after["@type"], "type.googleapis.com/csp.customer.v1.Customer");
    assert_eq!(after["profile"]["tenant"]["tenantId"], "tailspin.tenant");
    let cursor = events[0]["cursor"].as_str().unwrap();
    suite.customer_of("lucerne", "FR", &litware, None).await;
    let (rest, _) = watch(&suite, &["--from", cursor]);
    assert!(!rest.contains("customers/tailspin @1 – CreateCustomer"), "{rest}");
    assert!(rest.contains("customers/lucerne @1 – CreateCustomer"), "{rest}");

    let (_, problem) = watch(&suite, &["--from", "made-up"]);
    assert!(problem.contains("`cursor` is none of a change feed"), "{problem}");
    let (_, problem) = watch(&suite, &["--type", "Customer"]);
    assert!(problem.contains("must be the full name of a kind of resource"), "{problem}");
}
