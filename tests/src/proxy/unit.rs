//! What a client sends before it waits for the server: a simple query, or extended messages up to a Sync.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::wire::Message;

/// What a client wants done with a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// To be parsed under a name, for later.
    Prepare,
    /// To be executed after it was parsed.
    Execute,
    /// To be parsed and executed at once; such a text may hold several statements.
    Query,
}

/// A statement that a client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What for.
    pub deed: Deed,
    /// Its text.
    pub sql: Arc<str>,
}

impl Statement {
    /// Whether the server runs it, rather than only parse it.
    pub fn is_executed(&self) -> bool {
        self.deed != Deed::Prepare
    }

    fn begins_with(&self, words: &[&str]) -> bool {
        let first = self.sql.split([' ', ';', '\n', '\t']).find(|word| !word.is_empty()).unwrap_or_default();
        words.iter().any(|word| first.eq_ignore_ascii_case(word))
    }
}

/// One line: the deed and the text, white space made even.
impl fmt::Display for Statement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deed = match self.deed {
            Deed::Prepare => "prepare",
            Deed::Execute => "execute",
            Deed::Query => "query",
        };
        let words: Vec<&str> = self.sql.split_whitespace().collect();
        write!(formatter, "{deed} {}", words.join(" "))
    }
}

/// One round trip's worth of messages.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// As they are to be forwarded.
    pub(super) bytes: Vec<u8>,
    /// What they ask for, in order.
    pub(super) statements: Vec<Statement>,
    /// Whether a transaction was open before.
    pub(super) in_transaction: bool,
}

impl Unit {
    /// Takes the unit's next message.
    pub(super) fn push(&mut self, message: &Message, names: &mut Names) {
        self.bytes.extend_from_slice(&message.bytes);
        self.statements.extend(names.learn(message));
    }

    /// Whether it ends a transaction and asks for its effects: that of others, or the one that a writing statement is
    /// by itself.
    pub(super) fn commits(&self) -> bool {
        let ends = |statement: &Statement| statement.begins_with(&["COMMIT", "END"]);
        let writes = |statement: &Statement| statement.begins_with(&["WITH", "INSERT", "UPDATE", "DELETE"]);
        self.executed().any(|statement| ends(statement) || (!self.in_transaction && writes(statement)))
    }

    /// Whether it only gives a transaction up: that is what a server never refuses.
    pub(super) fn rolls_back(&self) -> bool {
        let mut executed = self.executed().peekable();
        executed.peek().is_some() && executed.all(|statement| statement.begins_with(&["ROLLBACK", "ABORT"]))
    }

    /// The statements that it executes.
    pub(super) fn executed(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| statement.is_executed())
    }
}

/// Its statements, or `sync` when it has none.
impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statements: Vec<String> = self.statements.iter().map(Statement::to_string).collect();
        formatter.write_str(if statements.is_empty() { "sync" } else { "" })?;
        formatter.write_str(&statements.join("; "))
    }
}

/// The texts behind the names that a connection gave to statements and portals.
#[derive(Debug, Default)]
pub(super) struct Names {
    statements: HashMap<String, Arc<str>>,
    portals: HashMap<String, Arc<str>>,
}

impl Names {
    /// What the message asks for, when that concerns a statement's text.
    fn learn(&mut self, message: &Message) -> Option<Statement> {
        let mut texts = message.body().split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text));
        let mut text = || texts.next().unwrap_or_default().into_owned();
        match message.kind() {
            b'Q' => Some(Statement { deed: Deed::Query, sql: text().into() }),
            b'P' => {
                let (name, sql) = (text(), Arc::<str>::from(text()));
                self.statements.insert(name, Arc::clone(&sql));
                Some(Statement { deed: Deed::Prepare, sql })
            }
            b'B' => {
                let (portal, statement) = (text(), text());
                let sql = self.statements.get(&statement).cloned().unwrap_or_default();
                self.portals.insert(portal, sql);
                None
            }
            b'E' => {
                let sql = self.portals.get(&text()).cloned().unwrap_or_default();
                Some(Statement { deed: Deed::Execute, sql })
            }
            b'C' => {
                self.close(&text());
                None
            }
            _ => None,
        }
    }

    /// Forgets a name; its first letter says of what.
    fn close(&mut self, kind_and_name: &str) {
        match kind_and_name.split_at_checked(1) {
            Some(("S", name)) => self.statements.remove(name),
            Some(("P", name)) => self.portals.remove(name),
            _ => None,
        };
    }
}
