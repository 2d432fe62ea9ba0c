//! Compares exit code and output of each block with the page.

use std::fs;

use crate::pages::Page;
use crate::pages::answer::difference;
use crate::pages::blocks::{Block, Kind};
use crate::pages::commands::TARGETS;
use crate::pages::play::Stage;
use crate::pages::shell::commands_of;

/// The differences between the page and its played blocks.
pub(crate) fn problems_of(page: &Page, blocks: &[Block], stage: &Stage) -> Vec<String> {
    let mut problems = Vec::new();
    for (number, block) in blocks.iter().enumerate().filter(|(_, block)| block.is_played()) {
        let printed = fs::read(stage.file(number, "out")).unwrap_or_default();
        let printed = String::from_utf8_lossy(&printed).replace(&stage.host, "127.0.0.1");
        let at = format!("{}:{}", page.name, block.line);
        if let Some(problem) = problem_of_exit(block, number, stage) {
            // Later blocks were not reached, or depend on this block.
            problems.push(format!("{at}: {problem}; the output was\n{printed}"));
            break;
        }
        let Some(answer) = &block.answer else { continue };
        if let Some(problem) = difference(&answer.text, &printed) {
            problems.push(format!("{}:{}: {problem}; the whole output:\n{printed}", page.name, answer.line));
        }
    }
    let written_down = fs::read_to_string(stage.written_down()).unwrap_or_default();
    problems.extend(written_down.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        TARGETS.problem_of(&words).map(|problem| format!("{}: `{line}`: {problem}", page.name))
    }));
    problems
}

fn problem_of_exit(block: &Block, number: usize, stage: &Stage) -> Option<String> {
    if block.kind == Kind::Played {
        let code = fs::read_to_string(stage.file(number, "code")).unwrap_or_default();
        return (code.trim() != "0").then(|| "the block fails".to_owned());
    }
    let commands = commands_of(&block.text);
    if commands.is_empty() {
        return Some("the block has no command".to_owned());
    }
    commands.iter().enumerate().find_map(|(nth, command)| {
        let code = fs::read_to_string(stage.file(number, &format!("{nth}.code"))).unwrap_or_default();
        match code.trim() {
            "0" => Some(format!("a command is not refused: {}", command.trim_end())),
            "" => Some(format!("a command was not reached: {}", command.trim_end())),
            _ => None,
        }
    })
}
