//! Which names each file imports from which other file of its crate.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::architecture::source::{Mention, Module, Source};

/// Maximum number of re-exports that are followed for one name: re-exports may lead to each other.
const STEPS_MAX: usize = 16;

/// The imported names, by importing file and then by declaring file.
pub(crate) type Arrows = BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeSet<String>>>;

/// The target of a path.
enum Target {
    Module(usize),
    Item(PathBuf),
}

/// The imports of the crate with this root file. A re-exported name counts as imported from the file that
/// declares the name. A re-export by itself does not count as an import.
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
            // An import of a whole module counts by the paths that use the module's name.
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

/// Whether the code uses a name that the file also re-exports. A name in small letters may be a local
/// variable, so only a call or a reference counts as a use.
fn is_used(module: &Module, name: &str) -> bool {
    let is_small = name.chars().next().is_some_and(char::is_lowercase);
    module.paths.iter().any(|one| one.path[0] == name && (one.called || !is_small))
}

/// The target of a path, or `None` when the path leads out of the crate. `steps` re-exports were followed
/// before.
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

/// The target of a path that starts in this module. With `surely` the path's first name belongs to the module
/// even when the name was not found there, as with a name that a macro declares.
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

/// The target of a name that the module imports by `use`.
fn imported(source: &Source, at: usize, name: &str, steps: usize) -> Option<Target> {
    let uses = &source.modules[at].uses;
    // The path of a `use` may begin with the name of a module beside it, as in the compiler. A path that is
    // only the name itself is skipped: it would lead back here.
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
