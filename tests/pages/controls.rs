//! The negative controls: a page that says what is not so is found.

use std::time::Duration;

use crate::pages::{PAGE_WAIT_MAX, Page, problems_of};

/// How long a page may take that never ends.
const ENDLESS_WAIT_MAX: Duration = Duration::from_millis(500);

/// A page that is true: what is set and defined stays for later blocks, but for what a refused one does.
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
  csp explain DECISION_ID
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

async fn told_of(text: &str) -> Vec<String> {
    problems_of(&page(text), PAGE_WAIT_MAX).await
}

/// A page in whose text `'''` stands for a fence has this one problem.
async fn must_be_found(text: &str, problem: &str) {
    let told = told_of(text).await;
    assert!(told.len() == 1 && told[0].starts_with(problem), "{problem}:\n{told:#?}");
}

#[tokio::test]
async fn a_page_that_is_true_has_no_problem() {
    assert_eq!(told_of(TRUE).await, Vec::<String>::new());
}

#[tokio::test]
async fn another_answer_is_found() {
    let page = "'''sh\necho one\n'''\n\n'''\ntwo\n'''\n";
    must_be_found(page, "page.md:5: `two` is shown, but `one` was printed").await;
    must_be_found("'''\ntwo\n'''\n", "page.md:1: no played block prints this").await;
    must_be_found("'''sh\necho one\n'''\n'''\none\n'''\n'''\none\n'''\n", "page.md:7: no played block").await;
}

#[tokio::test]
async fn a_command_that_fails_is_found() {
    must_be_found("'''sh\ntrue\n'''\n'''sh\nfalse\ntrue\n'''\n'''sh\ntrue\n'''\n", "page.md:4: it fails")
        .await;
    must_be_found("'''sh\nfalse | true\n'''\n", "page.md:1: it fails").await;
    must_be_found("'''sh\necho $GONE\n'''\n", "page.md:1: it fails").await;
    must_be_found("'''sh\nexit 0\n'''\n", "page.md:1: it fails").await;
    must_be_found("'''sh\nset +e\n'''\n'''sh\nfalse\ntrue\n'''\n", "page.md:4: it fails").await;
}

#[tokio::test]
async fn a_command_that_is_not_refused_is_found() {
    must_be_found("'''sh refused\nfalse\ntrue\n'''\n", "page.md:1: it is not refused: true").await;
    must_be_found("'''sh refused\ntrue\nfalse\n'''\n", "page.md:1: it is not refused: true").await;
    must_be_found("'''sh refused\n# nothing\n'''\n", "page.md:1: nothing in it can be refused").await;
}

#[tokio::test]
async fn a_block_that_nobody_knows_is_found() {
    must_be_found("'''bash\ntrue\n'''\n", "page.md:1: nobody knows what a block `bash` is").await;
    must_be_found("'''sh elsewhere soon\ntrue\n'''\n", "page.md:1: nobody knows").await;
    must_be_found("'''sh\ntrue\n", "page.md:1: the block does not end").await;
    must_be_found("Words.\n\n    csp up\n", "page.md:3: a block is fenced").await;
    must_be_found("> '''sh\n", "page.md:1: a block is fenced").await;
    must_be_found("~~~sh\n", "page.md:1: a block is fenced").await;
}

#[tokio::test]
async fn what_bash_cannot_read_is_found() {
    for kind in ["sh", "sh refused", "sh elsewhere"] {
        must_be_found(&format!("'''{kind}\necho 'one\n'''\n"), "page.md:1: bash cannot read it").await;
    }
}

#[tokio::test]
async fn a_command_that_is_not_there_is_found() {
    must_be_found("'''sh\ncargo test -p gone\n'''\n", "page.md: `cargo test -p gone").await;
    must_be_found("'''sh\ncargo run --bin csp -- up --gone\n'''\n", "page.md:1: it fails").await;
    must_be_found("'''sh\ncsp explain one\n'''\n", "page.md:1: it fails").await;
    must_be_found("'''sh\ntests/gone\n'''\n", "page.md:1: it fails").await;
    must_be_found("'''text\ncsp import FOLDER [--refusals refused.csv]\n'''\n", "page.md: `csp import").await;
    must_be_found("Run `tests/gone --now`.\n", "page.md: `tests/gone --now`: there is no").await;
    must_be_found("Say `csp gone`.\n", "page.md: `csp gone`: `csp` has no command `gone`").await;
}

#[tokio::test]
async fn a_page_that_never_ends_is_found() {
    let told = problems_of(&page("'''sh\ntail -f /dev/null & wait\n'''\n"), ENDLESS_WAIT_MAX).await;
    assert!(told.last().is_some_and(|last| last.starts_with("page.md: it was not over")), "{told:#?}");
}
