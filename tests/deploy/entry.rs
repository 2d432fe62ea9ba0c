//! The example configuration, read as a person reads it: what is commented out is an entry too.

use std::path::{Path, PathBuf};

/// The folder of what deploys the suite.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

/// The example configuration.
pub(crate) fn path() -> PathBuf {
    folder().join("csp.toml")
}

/// One key of the example, with what the comment above it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key with its table: `database.url`.
    pub(crate) key: String,
    /// The value, as TOML writes it.
    pub(crate) value: String,
    /// The default, as TOML writes it; `none` where there is none.
    pub(crate) default: String,
    /// How the environment spells the key; the first goes over the others.
    pub(crate) variables: Vec<String>,
}

/// Every entry, in its order.
pub(crate) fn entries() -> Vec<Entry> {
    let text = std::fs::read_to_string(path()).unwrap();
    let mut explained = None;
    let mut entries = Vec::new();
    let mut table = "";
    for line in text.lines() {
        if let Some(said) = line.strip_prefix("# default: ") {
            explained = said.split_once(", environment: ");
        } else if let Some(name) = table_of(line) {
            table = name;
        } else if let Some((key, value)) = pair_of(line) {
            let key = in_table(table, key);
            let (default, variables) = explained.take().unwrap_or_else(|| panic!("`{key}` is not explained"));
            let variables = variables.split(" or ").map(str::to_owned).collect();
            entries.push(Entry { key, value: value.to_owned(), default: default.to_owned(), variables });
        }
    }
    entries
}

/// The example with everything said that is commented out.
pub(crate) fn said_in_full() -> String {
    let text = std::fs::read_to_string(path()).unwrap();
    let in_full =
        |line: &str| pair_of(line).map_or(line.to_owned(), |(key, value)| format!("{key} = {value}"));
    text.lines().map(in_full).collect::<Vec<_>>().join("\n")
}

/// Keys and values of a configuration as `csp config` prints it: an address with the path that it always has.
pub(crate) fn pairs(shown: &str) -> Vec<(String, String)> {
    let mut table = "";
    let mut pairs = Vec::new();
    for line in shown.lines() {
        if let Some(name) = table_of(line) {
            table = name;
        } else if let Some((key, value)) = pair_of(line) {
            pairs.push((in_table(table, key), value.replace("/\"", "\"")));
        }
    }
    pairs
}

fn in_table(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

fn table_of(line: &str) -> Option<&str> {
    line.strip_prefix('[')?.strip_suffix(']')
}

/// A key and its value; `#key = value` is one that is commented out, `# text` is a comment.
fn pair_of(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix('#').unwrap_or(line);
    line.split_once(" = ").filter(|(key, _)| !key.contains(' '))
}
