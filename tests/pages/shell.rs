//! What bash says of a text before it plays it, and what is told past a test's captured output.

use std::io::Write as _;
use std::process::Command;

use crate::pages::Page;
use crate::pages::blocks::{Block, Kind};

/// Says it to whoever runs the tests, also where the test passes.
pub(crate) fn aloud(told: &str) {
    // What the macros print is kept back until a test fails.
    std::io::stderr().write_all(format!("{told}\n").as_bytes()).unwrap();
}

/// What bash cannot read in a block of commands.
pub(crate) fn unreadable(page: &Page, block: &Block) -> Option<String> {
    if block.kind == Kind::Figure {
        return None;
    }
    let problem = unfinished(&block.text)?;
    Some(format!("{}:{}: bash cannot read it: {problem}", page.name, block.line))
}

/// The commands of a text, each of one line or more.
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

/// What bash says where a text is no whole commands, such as a document that only the end of the text ends.
fn unfinished(text: &str) -> Option<String> {
    let output = Command::new("bash").args(["-n", "-c", text]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    (!output.status.success() || !said.is_empty()).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_goes_on_until_it_is_whole() {
        let text = "# why\none 'a\nb' \\\n  c\n\nif true; then\n  two\nfi\ncat <<END\nthree\nEND\n";
        let commands = ["one 'a\nb' \\\n  c\n", "if true; then\n  two\nfi\n", "cat <<END\nthree\nEND\n"];
        assert_eq!(commands_of(text), commands);
    }
}
