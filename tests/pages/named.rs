//! Commands and files that a page names in a synopsis or in its prose, without playing them: the commands and
//! files must exist, and the commands must have the named options.

use clap::CommandFactory as _;
use csp_suite::cli::Cli;

use crate::architecture::files::root;
use crate::pages::Page;
use crate::pages::blocks::{Block, Kind};
use crate::pages::commands::TARGETS;

/// The first folder in the path of a file of this repository.
const FOLDERS: [&str; 6] = [".ci/", "deploy/", "proto/", "services/", "shared/", "tests/"];

/// The problems of the commands and files that a page names outside of its played blocks.
pub(crate) fn problems_of(page: &Page, blocks: &[Block]) -> Vec<String> {
    let figures = blocks.iter().filter(|block| block.kind == Kind::Figure);
    let synopses = figures.flat_map(|block| block.text.lines()).map(|line| (line, true));
    let named = spans(&page.text).into_iter().map(|span| (span, false)).chain(synopses);
    let problem = |(named, is_synopsis): (&str, bool)| {
        let words: Vec<&str> = named.split_whitespace().skip_while(|word| is_variable(word)).collect();
        let problem = (TARGETS.problem_of(&words))
            .or_else(|| problem_of_csp(&words, is_synopsis))
            .or_else(|| problem_of_path(words.first()?))?;
        Some(format!("{}: `{named}`: {problem}", page.name))
    };
    named.filter_map(problem).collect()
}

/// The code spans in the prose.
fn spans(text: &str) -> Vec<&str> {
    let mut is_prose = true;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_prose ^= is_fence;
        is_prose && !is_fence
    });
    lines.flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

fn is_variable(word: &str) -> bool {
    let is_of_a_name = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    word.split_once('=').is_some_and(|(name, _)| name.chars().all(is_of_a_name))
}

fn problem_of_path(word: &str) -> Option<String> {
    let is_ours = FOLDERS.iter().any(|folder| word.starts_with(folder));
    (is_ours && !root().join(word).exists()).then(|| format!("there is no `{word}`"))
}

/// The problem of a command of `csp`; `None` for a valid command, and for a command of another program. A
/// synopsis must show an option with its default.
fn problem_of_csp(words: &[&str], is_synopsis: bool) -> Option<String> {
    let (&"csp", asked) = words.split_first()? else { return None };
    let (name, rest) = asked.split_first()?;
    let csp = Cli::command();
    let Some(command) = csp.find_subcommand(name) else {
        return Some(format!("`csp` has no command `{name}`"));
    };
    let rest: Vec<&str> = rest.iter().map(|word| word.trim_matches(['[', ']', '…'])).collect();
    let options = rest.iter().enumerate().filter_map(|(at, word)| Some((at, word.strip_prefix("--")?)));
    for (at, option) in options {
        let Some(known) = command.get_arguments().find(|argument| argument.get_long() == Some(option)) else {
            return Some(format!("`csp {name}` has no `--{option}`"));
        };
        let default = known.get_default_values().first().and_then(|default| default.to_str());
        if let (true, true, Some(default)) = (is_synopsis, known.get_action().takes_values(), default)
            && rest.get(at + 1) != Some(&default)
        {
            return Some(format!("the default of `--{option}` is `{default}`"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_or_option_that_does_not_exist_is_found() {
        let problem = |line: &str| problem_of_csp(&line.split_whitespace().collect::<Vec<_>>(), true);
        for valid in [
            "csp import FOLDER --dry-run [--data csp-data] [--at INSTANT]",
            "csp explain DECISION",
            "csp health --server 127.0.0.1:50051",
            "grpcurl list",
        ] {
            assert_eq!(problem(valid), None, "{valid}");
        }
        for gone in ["csp destroy", "csp import FOLDER --force", "csp import FOLDER [--data data]"] {
            assert!(problem(gone).is_some(), "{gone}");
        }
    }

    #[test]
    fn code_spans_are_found_in_prose_and_not_in_blocks() {
        assert_eq!(spans("a `b` c `d e`\n```sh\n`f`\n```\n`g`"), ["b", "d e", "g"]);
    }
}
