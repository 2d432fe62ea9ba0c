//! The targets of the links on the pages exist.

use std::path::Path;

use crate::architecture::files::root;
use crate::pages::pages;

/// Targets of a page's links to files, without links into the web and into the page itself.
fn targets(text: &str) -> Vec<&str> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.filter(|target| !target.starts_with("http") && !target.starts_with('#')).collect()
}

fn is_there(page: &Path, target: &str) -> bool {
    page.parent().is_some_and(|folder| folder.join(target.split('#').next().unwrap_or_default()).exists())
}

fn lost<'text>(name: &str, text: &'text str) -> Vec<&'text str> {
    let page = root().join(name);
    targets(text).into_iter().filter(|target| !is_there(&page, target)).collect()
}

#[test]
fn every_link_of_a_page_leads_to_a_file() {
    for page in pages() {
        let lost = lost(&page.name, &page.text);
        assert!(lost.is_empty(), "{} points at {lost:?}", page.name);
    }
}

/// The negative control of the test above.
#[test]
fn a_link_that_leads_nowhere_is_found() {
    let text = "[a](README.md), [b](https://example.org), [c](#c), [d](gone.rs)";
    assert_eq!(lost("page.md", text), ["gone.rs"]);
}
