//! The negative controls: every error of a page is found.

use std::time::Duration;

use crate::pages::{PAGE_WAIT_MAX, Page, problems_of};

/// Time limit of a page that never ends.
const ENDLESS_WAIT_MAX: Duration = Duration::from_millis(500);

/// A page without errors. Variables and functions of a block stay for later blocks, except those of a block
/// `sh refused`.
const TRUE: &str = r#"Words, and `tests/run PSH-11`.

'''sh
word() { echo "say $1"; } # a word
set +e
'''

It prints:

'''sh
false || word one
word two >&2; echo id 01a1fc1c-4be4-770b-a23b-f006e1bbe485
'''

'''
say one
say …
id 00000000-0000-0000-0000-000000000000
'''

'''sh refused
word refused; false
ls gone
'''

'''
say refused
…
'''

- A figure:
  '''text
  a -> b
  csp explain DECISION
  '''

'''sh elsewhere
docker run
'''

'''sh
tests/run PSH-11
cargo test -p csp-tests --test suite pages::
test -f tests/book/sample/users.csv
'''
"#;

fn page(text: &str) -> Page {
    Page { name: "page.md".to_owned(), text: text.replace("'''", "```") }
}

async fn problems_in(text: &str) -> Vec<String> {
    problems_of(&page(text), PAGE_WAIT_MAX).await
}

/// Asserts that the page has exactly one problem, which begins with `problem`. In `text`, `'''` stands for a
/// fence.
async fn must_be_found(text: &str, problem: &str) {
    let problems = problems_in(text).await;
    assert!(problems.len() == 1 && problems[0].starts_with(problem), "{problem}:\n{problems:#?}");
}

#[tokio::test]
async fn a_page_without_errors_has_no_problem() {
    assert_eq!(problems_in(TRUE).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_that_differs_is_found() {
    let page = "'''sh\necho one\n'''\n\n'''\ntwo\n'''\n";
    must_be_found(page, "page.md:5: `two` is shown, but `one` was printed").await;
    must_be_found("'''\ntwo\n'''\n", "page.md:1: no played block prints this").await;
    must_be_found("'''sh\necho one\n'''\n'''\none\n'''\n'''\none\n'''\n", "page.md:7: no played block").await;
}

#[tokio::test]
async fn a_command_that_fails_is_found() {
    must_be_found(
        "'''sh\ntrue\n'''\n'''sh\nfalse\ntrue\n'''\n'''sh\ntrue\n'''\n",
        "page.md:4: the block fails",
    )
    .await;
    must_be_found("'''sh\nfalse | true\n'''\n", "page.md:1: the block fails").await;
    must_be_found("'''sh\necho $GONE\n'''\n", "page.md:1: the block fails").await;
    must_be_found("'''sh\nexit 0\n'''\n", "page.md:1: the block fails").await;
    must_be_found("'''sh\nset +e\n'''\n'''sh\nfalse\ntrue\n'''\n", "page.md:4: the block fails").await;
}

#[tokio::test]
async fn a_command_that_is_not_refused_is_found() {
    must_be_found("'''sh refused\nfalse\ntrue\n'''\n", "page.md:1: a command is not refused: true").await;
    must_be_found("'''sh refused\ntrue\nfalse\n'''\n", "page.md:1: a command is not refused: true").await;
    must_be_found("'''sh refused\n# nothing\n'''\n", "page.md:1: the block has no command").await;
}

#[tokio::test]
async fn a_block_of_an_unknown_kind_is_found() {
    must_be_found("'''bash\ntrue\n'''\n", "page.md:1: unknown kind of block: `bash`").await;
    must_be_found("'''sh elsewhere soon\ntrue\n'''\n", "page.md:1: unknown kind of block").await;
    must_be_found("'''sh\ntrue\n", "page.md:1: the block does not end").await;
    must_be_found("Words.\n\n    csp up\n", "page.md:3: a block is fenced").await;
    must_be_found("> '''sh\n", "page.md:1: a block is fenced").await;
    must_be_found("~~~sh\n", "page.md:1: a block is fenced").await;
}

#[tokio::test]
async fn a_block_that_bash_cannot_parse_is_found() {
    for kind in ["sh", "sh refused", "sh elsewhere"] {
        must_be_found(&format!("'''{kind}\necho 'one\n'''\n"), "page.md:1: bash cannot parse the block")
            .await;
    }
}

#[tokio::test]
async fn a_command_that_does_not_exist_is_found() {
    must_be_found("'''sh\ncargo test -p gone\n'''\n", "page.md: `cargo test -p gone").await;
    must_be_found("'''sh\ncargo run --bin csp -- up --gone\n'''\n", "page.md:1: the block fails").await;
    must_be_found("'''sh\ncsp explain one\n'''\n", "page.md:1: the block fails").await;
    must_be_found("'''sh\ntests/gone\n'''\n", "page.md:1: the block fails").await;
    must_be_found("'''text\ncsp import FOLDER [--refusals refused.csv]\n'''\n", "page.md: `csp import").await;
    must_be_found("Run `tests/gone --now`.\n", "page.md: `tests/gone --now`: there is no").await;
    must_be_found("Say `csp gone`.\n", "page.md: `csp gone`: `csp` has no command `gone`").await;
}

#[tokio::test]
async fn a_page_that_never_ends_is_found() {
    let problems = problems_of(&page("'''sh\ntail -f /dev/null & wait\n'''\n"), ENDLESS_WAIT_MAX).await;
    assert!(
        problems.last().is_some_and(|last| last.starts_with("page.md: the blocks did not end")),
        "{problems:#?}"
    );
}
