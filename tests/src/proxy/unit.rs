//! A unit: the messages that a client sends before it waits for the server. They are a simple query, or
//! messages of the extended protocol up to a Sync.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::wire::Message;

/// The action that a client asks the server to take with a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Parse the statement under a name, for later.
    Prepare,
    /// Execute a statement that was parsed before.
    Execute,
    /// Parse and execute a text at once. The text may hold several statements.
    Query,
}

/// A statement that a client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The action that the client asks for.
    pub action: Action,
    /// The text of the statement.
    pub sql: Arc<str>,
}

impl Statement {
    /// Whether the server executes the statement, rather than only parses it.
    pub fn is_executed(&self) -> bool {
        self.action != Action::Prepare
    }

    fn begins_with(&self, words: &[&str]) -> bool {
        let first = self.sql.split([' ', ';', '\n', '\t']).find(|word| !word.is_empty()).unwrap_or_default();
        words.iter().any(|word| first.eq_ignore_ascii_case(word))
    }
}

/// One line: the action and the text, with each run of white space as one space.
impl fmt::Display for Statement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = match self.action {
            Action::Prepare => "prepare",
            Action::Execute => "execute",
            Action::Query => "query",
        };
        let words: Vec<&str> = self.sql.split_whitespace().collect();
        write!(formatter, "{action} {}", words.join(" "))
    }
}

/// The messages of one round trip.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// The messages as they are forwarded.
    pub(super) bytes: Vec<u8>,
    /// The statements in the messages, in order.
    pub(super) statements: Vec<Statement>,
    /// Whether a transaction was open before the unit.
    pub(super) in_transaction: bool,
}

impl Unit {
    /// Adds the next message of the unit.
    pub(super) fn push(&mut self, message: &Message, names: &mut Names) {
        self.bytes.extend_from_slice(&message.bytes);
        self.statements.extend(names.learn(message));
    }

    /// Whether the unit commits: by COMMIT or END, or by a writing statement outside of a transaction, which
    /// is a transaction by itself.
    pub(super) fn commits(&self) -> bool {
        let ends = |statement: &Statement| statement.begins_with(&["COMMIT", "END"]);
        let writes = |statement: &Statement| statement.begins_with(&["WITH", "INSERT", "UPDATE", "DELETE"]);
        self.executed().any(|statement| ends(statement) || (!self.in_transaction && writes(statement)))
    }

    /// Whether the unit only rolls back: a server never refuses that.
    pub(super) fn rolls_back(&self) -> bool {
        let mut executed = self.executed().peekable();
        executed.peek().is_some() && executed.all(|statement| statement.begins_with(&["ROLLBACK", "ABORT"]))
    }

    /// The statements that the unit executes.
    pub(super) fn executed(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| statement.is_executed())
    }
}

/// The statements, or `sync` when there are none.
impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statements: Vec<String> = self.statements.iter().map(Statement::to_string).collect();
        formatter.write_str(if statements.is_empty() { "sync" } else { "" })?;
        formatter.write_str(&statements.join("; "))
    }
}

/// The texts of a connection's prepared statements and portals, by name.
#[derive(Debug, Default)]
pub(super) struct Names {
    statements: HashMap<String, Arc<str>>,
    portals: HashMap<String, Arc<str>>,
}

impl Names {
    /// The statement that the message parses, executes or queries, if any. Keeps the names up to date.
    fn learn(&mut self, message: &Message) -> Option<Statement> {
        let mut texts = message.body().split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text));
        let mut text = || texts.next().unwrap_or_default().into_owned();
        match message.kind() {
            b'Q' => Some(Statement { action: Action::Query, sql: text().into() }),
            b'P' => {
                let (name, sql) = (text(), Arc::<str>::from(text()));
                self.statements.insert(name, Arc::clone(&sql));
                Some(Statement { action: Action::Prepare, sql })
            }
            b'B' => {
                let (portal, statement) = (text(), text());
                let sql = self.statements.get(&statement).cloned().unwrap_or_default();
                self.portals.insert(portal, sql);
                None
            }
            b'E' => {
                let sql = self.portals.get(&text()).cloned().unwrap_or_default();
                Some(Statement { action: Action::Execute, sql })
            }
            b'C' => {
                self.close(&text());
                None
            }
            _ => None,
        }
    }

    /// Forgets a name. The first byte says whether the rest names a statement or a portal.
    fn close(&mut self, kind_and_name: &str) {
        match kind_and_name.split_at_checked(1) {
            Some(("S", name)) => self.statements.remove(name),
            Some(("P", name)) => self.portals.remove(name),
            _ => None,
        };
    }
}
