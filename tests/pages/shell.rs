//! Parses commands by bash, and prints past the captured output of a test.

use std::io::Write as _;
use std::process::Command;

use crate::pages::Page;
use crate::pages::blocks::{Block, Kind};

/// Prints a message that is shown even when the test passes.
pub(crate) fn print_uncaptured(message: &str) {
    // `eprintln!` is captured, and shown only when a test fails.
    std::io::stderr().write_all(format!("{message}\n").as_bytes()).unwrap();
}

/// The error of bash for a block of commands that bash cannot parse.
pub(crate) fn unparsable(page: &Page, block: &Block) -> Option<String> {
    if block.kind == Kind::Figure {
        return None;
    }
    let problem = unfinished(&block.text)?;
    Some(format!("{}:{}: bash cannot parse the block: {problem}", page.name, block.line))
}

/// The commands of a text; a command has one or more lines.
pub(crate) fn commands_of(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut command = String::new();
    for line in text.lines() {
        command.push_str(line);
        command.push('\n');
        if !line.ends_with('\\') && unfinished(&command).is_none() {
            commands.push(std::mem::take(&mut command));
        }
    }
    commands.retain(|command| command.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')));
    commands
}

/// The error or warning of bash for a text that does not consist of complete commands. A here-document
/// without an end is such a text.
fn unfinished(text: &str) -> Option<String> {
    let output = Command::new("bash").args(["-n", "-c", text]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    (!output.status.success() || !said.is_empty()).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_ends_where_it_is_complete() {
        let text = "# why\none 'a\nb' \\\n  c\n\nif true; then\n  two\nfi\ncat <<END\nthree\nEND\n";
        let commands = ["one 'a\nb' \\\n  c\n", "if true; then\n  two\nfi\n", "cat <<END\nthree\nEND\n"];
        assert_eq!(commands_of(text), commands);
    }
}
