//! How many statements each command makes to each database, as committed text: a change shows in review.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use csp_suite::service::Service;
use csp_tests::golden;
use csp_tests::proxy::Statement;

use crate::statements::command::Command;
use crate::statements::scene::Scene;

/// Each command is counted so often, and the fewest count: what runs beside it only adds.
const TRIES: usize = 3;

/// Statements of what runs beside the commands: numbering the journal, asking how the database is, the reconcilers.
const BESIDE: [&str; 6] =
    [" feed", "position", "schema_migration", "lease_time <", "closing_time <", "FROM outbox"];

/// What a command's own write has, though it names the position, which is empty until the sequencer gives one.
const JOURNALED: &str = "INSERT INTO journal";

/// Begin and end of transactions; a write has one of each, a read of a snapshot too.
const CONTROL: [&str; 3] = ["BEGIN", "COMMIT", "ROLLBACK"];

#[tokio::test(flavor = "multi_thread")]
async fn every_command_makes_as_few_statements_as_it_says() {
    let Some(scene) = Scene::set().await else { return };
    let mut text =
        String::from("Statements by command and database, begin and end of transactions left out.\n\n");
    for command in Command::ALL {
        let mut fewest: BTreeMap<Service, usize> = BTreeMap::new();
        for number in 0..TRIES {
            let tag = format!("{}-{number}", command as usize);
            let deed = command.ready(&scene, &tag).await;
            for (service, statements) in scene.statements(deed).await {
                let count = statements.iter().filter(|statement| counts(statement)).count();
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

fn counts(statement: &Statement) -> bool {
    let sql = &statement.sql;
    statement.is_executed()
        && (sql.contains(JOURNALED) || !BESIDE.iter().any(|part| sql.contains(part)))
        && !CONTROL.iter().any(|word| sql.starts_with(word))
}
