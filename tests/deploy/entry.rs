//! Reads the example configuration. An entry that is commented out counts as an entry too.

use std::path::{Path, PathBuf};

/// The folder `deploy/`.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

/// The file of the example configuration.
pub(crate) fn path() -> PathBuf {
    folder().join("csp.toml")
}

/// One key of the example, with the default and the variables from the comment above the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key with its table: `database.url`.
    pub(crate) key: String,
    /// The value as TOML text.
    pub(crate) value: String,
    /// The default as TOML text, or `none`.
    pub(crate) default: String,
    /// The environment variables that set the key. The first overrides the others.
    pub(crate) variables: Vec<String>,
}

/// Every entry, in the order of the file.
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

/// The example with every commented-out entry in force.
pub(crate) fn uncommented() -> String {
    let text = std::fs::read_to_string(path()).unwrap();
    let in_full =
        |line: &str| pair_of(line).map_or(line.to_owned(), |(key, value)| format!("{key} = {value}"));
    text.lines().map(in_full).collect::<Vec<_>>().join("\n")
}

/// The keys and values of a configuration that `csp config` printed. The path `/` that `csp config` adds to
/// an address is removed.
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

/// A key and its value. `#key = value` is a commented-out entry, `# text` is a comment.
fn pair_of(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix('#').unwrap_or(line);
    line.split_once(" = ").filter(|(key, _)| !key.contains(' '))
}
