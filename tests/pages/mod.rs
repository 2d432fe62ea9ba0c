//! Every block of the pages is played as a reader plays it: by bash, in an empty place, on a suite that the
//! page itself starts. What a page shows as an answer is what was answered.
//!
//! A fenced block says what it is behind its fence:
//! - `sh`: must succeed. The blocks of a page build on each other: one bash plays them all.
//! - `sh refused`: each of its commands must end with another exit code than 0.
//! - `sh elsewhere`: needs Docker, Kubernetes, systemd, PostgreSQL or root. It is not played, which is told
//!   aloud; bash reads it.
//! - nothing: what the block before it prints, line by line. `…` stands for any text in a line, and for any
//!   lines where it stands alone; a UUID for any UUID.
//! - `text`: a figure, or a synopsis of a command of `csp`, which is held against the command.
//!
//! Anything else is an error, so that no block escapes. The programs that a page calls are in `shims/`.

mod answer;
mod blocks;
mod commands;
mod controls;
mod folder;
mod links;
mod named;
mod play;
mod results;
mod shell;

use std::path::Path;
use std::time::Duration;

use csp_tests::switches::{GRPCURL, WITHOUT_GRPCURL};

use crate::architecture::files::{files, root, shown};
use crate::pages::blocks::{Block, Kind};
use crate::pages::shell::aloud;

/// How long a page may take, at most.
const PAGE_WAIT_MAX: Duration = Duration::from_secs(180);

/// A text for people.
#[derive(Debug)]
pub(crate) struct Page {
    /// Its file, from the folder of the workspace.
    pub(crate) name: String,
    /// All of it.
    pub(crate) text: String,
}

impl Page {
    fn read(file: &Path) -> Page {
        Page { name: shown(file), text: std::fs::read_to_string(file).unwrap() }
    }
}

/// Every page of the repository.
fn pages() -> Vec<Page> {
    let top = std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> =
        top.filter(|path| path.extension().is_some_and(|ending| ending == "md")).collect();
    found.extend(files(&["deploy", "proto", "services", "shared", "tests"], "md"));
    found.sort();
    assert!(found.len() >= 6, "{found:?}");
    found.iter().map(|file| Page::read(file)).collect()
}

/// What is not true on a page, which may take that long.
async fn problems_of(page: &Page, limit: Duration) -> Vec<String> {
    let (blocks, mut problems) = blocks::read(page);
    problems.extend(named::problems_of(page, &blocks));
    problems.extend(blocks.iter().filter_map(|block| shell::unreadable(page, block)));
    // What bash cannot read cannot be played.
    if problems.is_empty() && blocks.iter().any(Block::is_played) && !is_left_out(page, &blocks) {
        problems.extend(play::play(page, &blocks, limit).await);
    }
    problems
}

/// Whether the page calls grpcurl, which is left out on purpose.
fn is_left_out(page: &Page, blocks: &[Block]) -> bool {
    let calls = blocks.iter().any(|block| block.is_played() && block.text.contains("grpcurl"));
    if !calls || GRPCURL.raw().is_some() {
        return false;
    }
    let (named, without) = (GRPCURL.name, WITHOUT_GRPCURL.name);
    assert!(WITHOUT_GRPCURL.is_on(), "{named} names no grpcurl: run tests/run, or set {without}=1");
    aloud(&format!("!! NOT PLAYED: {}, which calls grpcurl ({without}=1)", page.name));
    true
}

#[tokio::test]
async fn every_block_of_every_page_is_played() {
    let mut problems = Vec::new();
    for page in pages() {
        for block in blocks::read(&page).0.iter().filter(|block| block.kind == Kind::Elsewhere) {
            aloud(&format!("!! NOT PLAYED: {}:{}, which needs more than a test has", page.name, block.line));
        }
        problems.extend(problems_of(&page, PAGE_WAIT_MAX).await);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
