//! Which file takes what from which other file of its crate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::architecture::source::{Mention, Module, Source};

/// Re-exports that lead to each other, at most.
const STEPS_MAX: usize = 16;

/// What each file takes from each other file: the names.
pub(crate) type Arrows = BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeSet<String>>>;

/// What a path leads to.
enum Target {
    Module(usize),
    Item(PathBuf),
}

/// The imports of the crate with this root. Who takes what a file re-exports takes it from where it is declared; a
/// re-export alone takes nothing.
pub(crate) fn of(root: &Path) -> Arrows {
    let source = Source::read(root);
    let mut arrows = Arrows::new();
    for (at, module) in source.modules.iter().enumerate() {
        for (name, to) in taken(&source, at, module) {
            if to != module.file {
                let names = arrows.entry(module.file.clone()).or_default().entry(to).or_default();
                names.insert(name);
            }
        }
    }
    arrows
}

fn taken(source: &Source, at: usize, module: &Module) -> Vec<(String, PathBuf)> {
    let mut taken = Vec::new();
    for one in &module.uses {
        match resolve(source, at, &one.path, 0) {
            Some(Target::Item(file)) if !one.exported || is_used(module, &one.name) => {
                taken.push((one.path.last().cloned().unwrap_or_default(), file));
            }
            Some(Target::Module(of)) if one.name == "*" && !one.exported => {
                taken.push(("*".to_owned(), source.modules[of].file.clone()));
            }
            // What is taken out of a module is seen where the module's name is used.
            _ => {}
        }
    }
    for Mention { path, .. } in &module.paths {
        if path.len() > 1
            && let Some(Target::Item(file)) = resolve(source, at, path, 0)
        {
            taken.push((path.last().cloned().unwrap_or_default(), file));
        }
    }
    taken
}

/// Whether the code uses a name that the file also re-exports. A word in small letters is a function only where it
/// is called.
fn is_used(module: &Module, name: &str) -> bool {
    let is_small = name.chars().next().is_some_and(char::is_lowercase);
    module.paths.iter().any(|one| one.path[0] == name && (one.called || !is_small))
}

/// Where a path leads; nowhere when it leaves the crate.
fn resolve(source: &Source, at: usize, path: &[String], steps: usize) -> Option<Target> {
    let (first, rest) = path.split_first()?;
    let begin = match first.as_str() {
        "crate" => 0,
        "self" => at,
        "super" => source.modules[at].parent?,
        _ => return within(source, at, path, steps, false),
    };
    if rest.first().is_some_and(|next| next == "super") {
        return resolve(source, begin, rest, steps);
    }
    if rest.is_empty() { Some(Target::Module(begin)) } else { within(source, begin, rest, steps, true) }
}

/// Where a path leads from inside a module. `surely`: its first name must be one of that module.
fn within(source: &Source, at: usize, path: &[String], steps: usize, surely: bool) -> Option<Target> {
    let module = &source.modules[at];
    let (name, rest) = path.split_first()?;
    let found = if let Some(child) = module.children.get(name) {
        Some(Target::Module(*child))
    } else if module.items.contains(name) {
        Some(Target::Item(module.file.clone()))
    } else if steps < STEPS_MAX {
        imported(source, at, name, steps)
    } else {
        None
    };
    match found {
        Some(Target::Module(of)) if !rest.is_empty() => within(source, of, rest, steps, true),
        None if surely => Some(Target::Item(module.file.clone())),
        found => found,
    }
}

/// What a module's own `use` calls by that name.
fn imported(source: &Source, at: usize, name: &str, steps: usize) -> Option<Target> {
    let uses = &source.modules[at].uses;
    // `use config::X` beside a module `config` of the same crate means the module, as the compiler reads it.
    let named = uses.iter().find(|one| one.name == name && one.path != [name]);
    if let Some(one) = named {
        return resolve(source, at, &one.path, steps + 1);
    }
    uses.iter().filter(|one| one.name == "*").find_map(|glob| {
        let Some(Target::Module(of)) = resolve(source, at, &glob.path, steps + 1) else { return None };
        let inner = &source.modules[of];
        let known = inner.items.contains(name) || inner.children.contains_key(name);
        known.then(|| within(source, of, &[name.to_owned()], steps + 1, true)).flatten()
    })
}
