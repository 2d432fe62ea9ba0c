//! The suite used with grpcurl: services listed by reflection, refusals and events with their details
//! decoded.
//!
//! Without grpcurl these tests fail, unless `CSP_WITHOUT_GRPCURL=1` skips them.

use std::process::Output;

use csp_tests::{Party, Running};
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// Runs grpcurl and returns its output; `None` when `CSP_WITHOUT_GRPCURL` skips the test.
async fn grpcurl(suite: &Running, caller: Option<&Party>, arguments: &[&str]) -> Option<Output> {
    Some(command(suite, caller, arguments)?.output().await.unwrap())
}

/// The grpcurl command, not started; `None` when `CSP_WITHOUT_GRPCURL` skips the test.
fn command(suite: &Running, caller: Option<&Party>, arguments: &[&str]) -> Option<Command> {
    let mut command = Command::new(csp_tests::grpcurl()?);
    command.args(["-plaintext", "-max-time", "20"]);
    if let Some(caller) = caller {
        command.args(["-H", &format!("authorization: Bearer {}", caller.token())]);
    }
    let (flags, rest) = arguments.split_at(arguments.len() - 1);
    command.args(flags).arg(suite.address().to_string()).args(rest);
    Some(command)
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_lists_every_service() {
    let suite = Running::start().await;
    let Some(output) = grpcurl(&suite, None, &["list"]).await else { return };
    let listed = String::from_utf8(output.stdout).unwrap();
    let expected = [
        "csp.sandbox.v1.ClockService",
        "csp.feed.v1.FeedService",
        "csp.customer.v1.CustomerService",
        "csp.partner_registry.v1.PartnerRegistryService",
        "csp.policy.v1.PolicyService",
        "csp.relationship.v1.RelationshipService",
        "csp.subscription.v1.SubscriptionService",
        "google.longrunning.Operations",
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    ];
    for service in expected {
        assert!(listed.lines().any(|line| line == service), "{service} in:\n{listed}");
    }
    assert!(!listed.contains("Facts"), "services for peers must not be listed:\n{listed}");
    let internal = "csp.internal.subscription.v1.SubscriptionFactsService";
    let Some(mut described) = command(&suite, None, &["describe"]) else { return };
    let output = described.arg(internal).output().await.unwrap();
    assert!(!output.status.success(), "what services tell each other is published to nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_reads_that_the_suite_is_healthy() {
    let suite = Running::start().await;
    let Some(output) = grpcurl(&suite, None, &["grpc.health.v1.Health/Check"]).await else { return };
    assert!(String::from_utf8(output.stdout).unwrap().contains("SERVING"));
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_decodes_a_refusal() {
    let suite = Running::start().await;
    let contoso = suite.provider("contoso", "DE").await;
    suite.reseller("fabrikam", "US").await;
    let wanted = r#"{"reseller": "partners/fabrikam", "reseller_email": "owner@fabrikam.example"}"#;
    let method = "csp.relationship.v1.RelationshipService/RequestPartnership";
    let arguments = ["-format-error", "-d", wanted, method];
    let Some(output) = grpcurl(&suite, Some(&contoso.people), &arguments).await else { return };

    assert!(!output.status.success());
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    let details = error["details"].as_array().unwrap();
    let detail =
        |name: &str| details.iter().find(|one| one["@type"].as_str().unwrap().ends_with(name)).unwrap();
    assert_eq!(detail("google.rpc.ErrorInfo")["reason"], "PARTNERS_IN_DIFFERENT_REGIONS");
    assert_eq!(detail("google.rpc.PreconditionFailure")["violations"][0]["type"], "RGN-01");
    let violation = &detail("csp.policy.v1.Refusal")["violations"][0];
    assert_eq!(violation["ruleId"], "RGN-01");
    assert!(!violation["remedies"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_prints_the_resource_of_an_event_with_its_type() {
    let suite = Running::start().await;
    suite.organization("contoso", "DE").await;
    let method = "csp.feed.v1.FeedService/WatchEvents";
    let arguments = ["-d", r#"{"start": "START_BEGINNING"}"#, method];
    let Some(mut watch) = command(&suite, Some(&suite.operator()), &arguments) else { return };
    let mut watching = watch.stdout(std::process::Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let (mut printed, mut output) = (String::new(), watching.stdout.take().unwrap());
    // The stream never ends. The first bookmark shows that the event before it was printed completely.
    while !printed.contains("caughtUp") {
        let mut part = vec![0; 4096];
        let length = output.read(&mut part).await.unwrap();
        assert_ne!(length, 0, "the stream ended after:\n{printed}");
        printed.push_str(std::str::from_utf8(&part[..length]).unwrap());
    }
    let message: Value = serde_json::Deserializer::from_str(&printed).into_iter().next().unwrap().unwrap();
    assert_eq!(
        message["event"]["data"]["after"]["@type"],
        "type.googleapis.com/csp.partner_registry.v1.Organization"
    );
    assert_eq!(message["event"]["data"]["after"]["legalName"], "contoso Ltd");
}
