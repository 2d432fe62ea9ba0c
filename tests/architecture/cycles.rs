//! The imports between the files of a crate contain no cycle, so that a file can be read after the files that
//! it imports.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::architecture::files::{crates, shown};
use crate::architecture::imports::{self, Arrows};

/// The cycles of imports, each by its shortest way. Cycles that share a file count once.
fn cycles(arrows: &Arrows) -> Vec<Vec<PathBuf>> {
    let (mut cycles, mut seen) = (Vec::new(), BTreeSet::new());
    for file in arrows.keys() {
        if seen.contains(file) {
            continue;
        }
        if let Some(cycle) = shortest_way_back(arrows, file) {
            seen.extend(cycle.iter().cloned());
            cycles.push(cycle);
        }
    }
    cycles
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

/// A cycle as text: one line for each file, with the names that the file imports from the next file.
fn described(arrows: &Arrows, cycle: &[PathBuf]) -> String {
    let next = cycle.iter().cycle().skip(1);
    let lines = cycle.iter().zip(next).map(|(from, to)| {
        let names: Vec<&str> = arrows[from][to].iter().map(String::as_str).collect();
        format!("  {} imports {} from {}", shown(from), names.join(", "), shown(to))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_files_import_each_other_in_a_cycle() {
    let arrows = crates().into_iter().map(|root| imports::of(&root));
    let problems: Vec<String> = arrows
        .flat_map(|arrows| cycles(&arrows).iter().map(|cycle| described(&arrows, cycle)).collect::<Vec<_>>())
        .collect();
    assert!(problems.is_empty(), "{} cycles:\n{}", problems.len(), problems.join("\n\n"));
}

/// The negative control of the test above.
#[test]
fn a_cycle_of_imports_is_found_with_the_imported_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("architecture/fixtures/cycle/lib.rs");
    let arrows = imports::of(&root);
    let described: Vec<String> = cycles(&arrows).iter().map(|cycle| described(&arrows, cycle)).collect();
    let folder = "tests/architecture/fixtures/cycle";
    let expected = [
        format!(
            "  {folder}/alone.rs imports twice from {folder}/room/inner.rs\n  {folder}/room/inner.rs imports Alone from {folder}/alone.rs"
        ),
        format!(
            "  {folder}/left.rs imports Right from {folder}/right.rs\n  {folder}/right.rs imports Left from {folder}/left.rs"
        ),
    ];
    assert_eq!(described, expected, "a re-export, a test and a comment do not make a cycle");
}
