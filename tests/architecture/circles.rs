//! The files of a crate import each other in no circle, so that a file can be read after the files that it
//! imports.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::architecture::files::{crates, shown};
use crate::architecture::imports::{self, Arrows};

/// The circles of imports, each by its shortest way. Circles that share a file count once.
fn circles(arrows: &Arrows) -> Vec<Vec<PathBuf>> {
    let (mut circles, mut seen) = (Vec::new(), BTreeSet::new());
    for file in arrows.keys() {
        if seen.contains(file) {
            continue;
        }
        if let Some(circle) = shortest_way_back(arrows, file) {
            seen.extend(circle.iter().cloned());
            circles.push(circle);
        }
    }
    circles
}

/// The shortest way along imports from a file back to the file.
fn shortest_way_back(arrows: &Arrows, file: &Path) -> Option<Vec<PathBuf>> {
    let mut ways = VecDeque::from([vec![file.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in arrows.get(&way[way.len() - 1]).into_iter().flatten().map(|(to, _)| to) {
            if next == file {
                return Some(way);
            }
            if seen.insert(next.clone()) {
                ways.push_back(way.iter().chain([next]).cloned().collect());
            }
        }
    }
    None
}

/// A circle as text: one line for each file, with the names that the file imports from the next file.
fn described(arrows: &Arrows, circle: &[PathBuf]) -> String {
    let next = circle.iter().cycle().skip(1);
    let lines = circle.iter().zip(next).map(|(from, to)| {
        let names: Vec<&str> = arrows[from][to].iter().map(String::as_str).collect();
        format!("  {} imports {} from {}", shown(from), names.join(", "), shown(to))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let arrows = crates().into_iter().map(|root| imports::of(&root));
    let problems: Vec<String> = arrows
        .flat_map(|arrows| {
            circles(&arrows).iter().map(|circle| described(&arrows, circle)).collect::<Vec<_>>()
        })
        .collect();
    assert!(problems.is_empty(), "{} circles:\n{}", problems.len(), problems.join("\n\n"));
}

/// The negative control of the test above.
#[test]
fn a_circle_of_imports_is_found_with_the_imported_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("architecture/fixtures/circle/lib.rs");
    let arrows = imports::of(&root);
    let described: Vec<String> = circles(&arrows).iter().map(|circle| described(&arrows, circle)).collect();
    let folder = "tests/architecture/fixtures/circle";
    let expected = [
        format!(
            "  {folder}/alone.rs imports twice from {folder}/room/inner.rs\n  {folder}/room/inner.rs imports Alone from {folder}/alone.rs"
        ),
        format!(
            "  {folder}/left.rs imports Right from {folder}/right.rs\n  {folder}/right.rs imports Left from {folder}/left.rs"
        ),
    ];
    assert_eq!(described, expected, "a re-export, a test and a comment make no circle");
}
