//! No circle of imports between the files of a crate: a file is understood with what it takes, and that without it.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::files::{crates, shown};
use crate::imports::{self, Arrows};

/// Circles that are left, each by one of its arrows that is to go. The list only gets shorter.
const LEFT: &[(&str, &str)] = &[
    ("services/customer/src/creation/drive.rs", "services/customer/src/creation/create.rs"),
    ("services/customer/src/creation/steps.rs", "services/customer/src/creation/create.rs"),
    ("services/customer/src/creation/steps.rs", "services/customer/src/creation/drive.rs"),
    ("services/customer/src/lib.rs", "services/customer/src/creation/drive.rs"),
    ("services/subscription/src/order/submit.rs", "services/subscription/src/cart/review.rs"),
    ("shared/policy/src/facts/region/table.rs", "shared/policy/src/facts/region/mod.rs"),
    ("shared/service/src/ending.rs", "shared/service/src/completion.rs"),
    ("shared/service/src/feed.rs", "shared/service/src/book.rs"),
    ("shared/service/src/feed.rs", "shared/service/src/feed/watcher.rs"),
    ("shared/service/src/feed.rs", "shared/service/src/feed/watching.rs"),
    ("shared/service/src/feed/watcher.rs", "shared/service/src/book.rs"),
    ("shared/service/src/gate.rs", "shared/service/src/completion.rs"),
    ("shared/service/src/gate.rs", "shared/service/src/ending.rs"),
    ("shared/store/src/column.rs", "shared/store/src/change.rs"),
    ("shared/store/src/decision.rs", "shared/store/src/change.rs"),
    ("shared/store/src/decision.rs", "shared/store/src/connection.rs"),
    ("shared/store/src/feed/read.rs", "shared/store/src/feed/cursor.rs"),
];

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
    let mut unseen: BTreeSet<(&str, &str)> = LEFT.iter().copied().collect();
    let mut problems = Vec::new();
    for root in crates() {
        let mut arrows = imports::of(&root);
        for (from, to) in LEFT {
            let mut taken = arrows.iter_mut().filter(|(file, _)| shown(file) == *from);
            let Some((_, taken)) = taken.next() else { continue };
            let before = taken.len();
            taken.retain(|file, _| shown(file) != *to);
            if taken.len() < before {
                unseen.remove(&(*from, *to));
            }
        }
        problems.extend(circles(&arrows).iter().map(|circle| told(&arrows, circle)));
    }
    assert!(problems.is_empty(), "{} circles:\n{}", problems.len(), problems.join("\n\n"));
    assert!(unseen.is_empty(), "no longer there, so take it off the list: {unseen:?}");
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
