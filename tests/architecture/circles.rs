//! No circle of imports between the files of a crate: a file is understood with what it takes, and that without it.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::architecture::files::{crates, shown};
use crate::architecture::imports::{self, Arrows};

/// Every file from which an arrow leads back to itself, with the shortest way: one for each circle that shares no
/// file with another.
fn circles(arrows: &Arrows) -> Vec<Vec<PathBuf>> {
    let (mut circles, mut seen) = (Vec::new(), BTreeSet::new());
    for file in arrows.keys() {
        if seen.contains(file) {
            continue;
        }
        if let Some(circle) = way_back(arrows, file) {
            seen.extend(circle.iter().cloned());
            circles.push(circle);
        }
    }
    circles
}

/// The shortest way from a file to itself.
fn way_back(arrows: &Arrows, file: &Path) -> Option<Vec<PathBuf>> {
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

/// A circle for people: each file, and what it takes from the next.
fn told(arrows: &Arrows, circle: &[PathBuf]) -> String {
    let next = circle.iter().cycle().skip(1);
    let lines = circle.iter().zip(next).map(|(from, to)| {
        let names: Vec<&str> = arrows[from][to].iter().map(String::as_str).collect();
        format!("  {} takes {} from {}", shown(from), names.join(", "), shown(to))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_file_takes_what_rests_on_it() {
    let arrows = crates().into_iter().map(|root| imports::of(&root));
    let problems: Vec<String> = arrows
        .flat_map(|arrows| circles(&arrows).iter().map(|circle| told(&arrows, circle)).collect::<Vec<_>>())
        .collect();
    assert!(problems.is_empty(), "{} circles:\n{}", problems.len(), problems.join("\n\n"));
}

/// The negative control.
#[test]
fn a_circle_is_found_with_the_names_taken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("architecture/fixtures/circle/lib.rs");
    let arrows = imports::of(&root);
    let told: Vec<String> = circles(&arrows).iter().map(|circle| told(&arrows, circle)).collect();
    let folder = "tests/architecture/fixtures/circle";
    let expected = [
        format!(
            "  {folder}/alone.rs takes twice from {folder}/room/inner.rs\n  {folder}/room/inner.rs takes Alone from {folder}/alone.rs"
        ),
        format!(
            "  {folder}/left.rs takes Right from {folder}/right.rs\n  {folder}/right.rs takes Left from {folder}/left.rs"
        ),
    ];
    assert_eq!(told, expected, "a re-export, a test and a comment make no circle");
}
