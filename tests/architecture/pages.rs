//! The pages for people: what they point at is there.

use std::path::Path;

use crate::architecture::files::{files, root, shown};

/// Pages at the top level.
const TOP: [&str; 5] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];

/// Targets of a page's links to files, without those into the web and into the page itself.
fn targets(text: &str) -> Vec<&str> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.filter(|target| !target.starts_with("http") && !target.starts_with('#')).collect()
}

fn is_there(page: &Path, target: &str) -> bool {
    page.parent().is_some_and(|folder| folder.join(target.split('#').next().unwrap_or_default()).exists())
}

#[test]
fn every_link_of_a_page_leads_to_a_file() {
    let mut pages = files(&["deploy", "services", "shared", "tests"], "md");
    pages.extend(TOP.map(|page| root().join(page)));
    assert!(pages.len() >= 5, "{pages:?}");
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let lost: Vec<_> = targets(&text).into_iter().filter(|target| !is_there(&page, target)).collect();
        assert!(lost.is_empty(), "{} points at {lost:?}", shown(&page));
    }
}

/// The negative control.
#[test]
fn a_link_that_leads_nowhere_is_found() {
    let text = "[a](README.md), [b](https://example.org), [c](#c), [d](gone.rs)";
    let page = root().join("page.md");
    let lost: Vec<_> = targets(text).into_iter().filter(|target| !is_there(&page, target)).collect();
    assert_eq!(lost, ["gone.rs"]);
}
