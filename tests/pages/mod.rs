//! Every block of the pages is played as a reader plays it: by bash, in a folder of its own, on a suite that
//! the page itself starts. The answers that a page shows must be the answers that the commands print. A page
//! is a Markdown file of this repository.
//!
//! The text behind a fence names the kind of the block:
//! - `sh`: must succeed. The blocks of a page build on each other: one bash plays all of them.
//! - `sh refused`: each command of the block must end with an exit code other than 0.
//! - `sh elsewhere`: needs Docker, Kubernetes, systemd, PostgreSQL or root. The block is parsed by bash and
//!   not played, and the run of the tests prints that it was not played.
//! - no text: the output of the previous block, line by line. `…` stands for any text within a line; alone on
//!   a line, for any number of lines. A UUID stands for any UUID.
//! - `text`: a figure, or a synopsis of a command of `csp`, which is compared with the command.
//!
//! Any other text is an error, so that no block escapes the test. `shims/` has the programs that a page
//! calls.

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

use csp_tests::switches::WITHOUT_GRPCURL;

use crate::architecture::files::{files, root, shown};
use crate::pages::blocks::{Block, Kind};
use crate::pages::shell::print_uncaptured;

/// Maximum time for the blocks of a page.
const PAGE_WAIT_MAX: Duration = Duration::from_secs(180);

/// A Markdown file.
#[derive(Debug)]
pub(crate) struct Page {
    /// The path of the file, relative to the folder of the workspace.
    pub(crate) name: String,
    /// The whole text.
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

/// The problems of a page, whose blocks may take up to `limit`.
async fn problems_of(page: &Page, limit: Duration) -> Vec<String> {
    let (blocks, mut problems) = blocks::read(page);
    problems.extend(named::problems_of(page, &blocks));
    problems.extend(blocks.iter().filter_map(|block| shell::unparsable(page, block)));
    // A block that bash cannot parse cannot be played.
    if problems.is_empty() && blocks.iter().any(Block::is_played) && !is_left_out(page, &blocks) {
        problems.extend(play::play(page, &blocks, limit).await);
    }
    problems
}

/// Whether the page calls grpcurl while `CSP_WITHOUT_GRPCURL` leaves grpcurl out.
fn is_left_out(page: &Page, blocks: &[Block]) -> bool {
    let calls = blocks.iter().any(|block| block.is_played() && block.text.contains("grpcurl"));
    if !calls || csp_tests::grpcurl().is_some() {
        return false;
    }
    let without = WITHOUT_GRPCURL.name;
    print_uncaptured(&format!("!! NOT PLAYED: {}, which calls grpcurl ({without}=1)", page.name));
    true
}

#[tokio::test]
async fn every_block_of_every_page_is_played() {
    let mut problems = Vec::new();
    for page in pages() {
        for block in blocks::read(&page).0.iter().filter(|block| block.kind == Kind::Elsewhere) {
            print_uncaptured(&format!(
                "!! NOT PLAYED: {}:{}, which needs more than a test has",
                page.name, block.line
            ));
        }
        problems.extend(problems_of(&page, PAGE_WAIT_MAX).await);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
