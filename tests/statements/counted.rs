//! The number of statements that each command makes to each database, compared with the committed text
//! `commands.txt`: a change shows in review.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use csp_suite::service::Service;
use csp_tests::golden;
use csp_tests::proxy::Statement;

use crate::statements::command::Command;
use crate::statements::scene::Scene;

/// How often each command is counted. The lowest count is taken, because background work only adds
/// statements.
const TRIES: usize = 3;

/// Text in the statements of background work: numbering the journal, health checks, resuming operations,
/// reconcilers, and the relay of mail.
const BESIDE: [&str; 6] =
    [" feed", "position", "schema_migration", "lease_time <", "closing_time <", "FROM outbox"];

/// Text in a command's own write to the journal. The write counts although it contains `position`, one of
/// the texts above: a new entry has an empty position until the sequencer numbers it.
const JOURNALED: &str = "INSERT INTO journal";

/// First words of the statements that begin or end a transaction. These statements are not counted: each
/// write and each read of a snapshot has one of both kinds.
const CONTROL: [&str; 3] = ["BEGIN", "COMMIT", "ROLLBACK"];

#[tokio::test(flavor = "multi_thread")]
async fn every_command_makes_the_committed_number_of_statements() {
    let Some(scene) = Scene::set().await else { return };
    let mut text =
        String::from("Statements by command and database, begin and end of transactions left out.\n\n");
    for command in Command::ALL {
        let mut fewest: BTreeMap<Service, usize> = BTreeMap::new();
        for number in 0..TRIES {
            let tag = format!("{}-{number}", command as usize);
            let call = command.ready(&scene, &tag).await;
            for (service, statements) in scene.statements(call).await {
                let count = statements.iter().filter(|statement| is_counted(statement)).count();
                fewest.entry(service).and_modify(|fewest| *fewest = count.min(*fewest)).or_insert(count);
            }
        }
        let all: usize = fewest.values().sum();
        let each: Vec<String> = fewest
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(service, count)| format!("{service} {count}"))
            .collect();
        writeln!(text, "{:<28} {all:>3}: {}", format!("{command:?}"), each.join(", ")).unwrap();
    }
    golden::must_match("statements/commands.txt", &text);
}

fn is_counted(statement: &Statement) -> bool {
    let sql = &statement.sql;
    statement.is_executed()
        && (sql.contains(JOURNALED) || !BESIDE.iter().any(|part| sql.contains(part)))
        && !CONTROL.iter().any(|word| sql.starts_with(word))
}
