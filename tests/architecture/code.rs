//! Rules for the code of every service: every SQL statement is listed, a command branches on `validate_only`
//! only for a stated reason, and files are short.

use std::collections::BTreeSet;
use std::path::Path;

use crate::architecture::files::{crates, files, shown};
use crate::architecture::imports;
use crate::architecture::source::{Constant, Source};

/// Maximum number of lines of a file.
const LINES_MAX: usize = 500;

/// Files with a branch of their own for a `validate_only` call, a preview, each with its reason. Everywhere
/// else the code shared by all commands tells a preview from a write.
const OWN_PREVIEW: &[(&str, &str)] = &[
    (
        "services/customer/src/creation/create.rs",
        "a creation is an operation across services: a preview ends before the operation begins",
    ),
    (
        "services/relationship/src/invitation/accept.rs",
        "an acceptance registers an unknown tenant at the customer service: a preview must not",
    ),
    ("services/relationship/src/invitation/invite.rs", "a preview returns no link"),
    ("services/relationship/src/partnership/request.rs", "a preview returns no link"),
    (
        "services/relationship/src/reseller_relationship/remove.rs",
        "a removal closes the relationship for orders at the subscription service: a preview must not",
    ),
];

/// Constants that look like statements and are not, each with the reason why no list has them.
const PIECES: &[(&str, &[&str], &str)] = &[(
    "services/partner-registry/src/facts/table.rs",
    &["FOUND", "CLAIMS", "MPN_IDS", "ACCOUNTS", "COMPANIES", "IDENTIFIERS"],
    "pieces of one statement, which `ALL` in the list puts together",
)];

/// Identifiers by which code asks whether a call is a preview.
const ASKS: [&str; 3] = ["validates_only", "is_dry", "validate_only"];

/// How a statement begins.
const STATEMENTS: [&str; 5] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];

/// The libraries of the four services.
fn services() -> Vec<std::path::PathBuf> {
    let is_service = |root: &std::path::PathBuf| {
        let shown = shown(root);
        shown.starts_with("services/") && !shown.starts_with("services/suite/")
    };
    crates().into_iter().filter(is_service).collect()
}

fn is_statement(constant: &Constant) -> bool {
    let text = constant.value.to_string();
    let text = text.trim_start_matches(['r', '#']).trim_start_matches('"').trim_start();
    constant.kind.starts_with("Select<")
        || constant.kind.starts_with("Save<")
        || constant.kind == "&str" && STATEMENTS.iter().any(|begin| text.starts_with(begin))
}

fn words(constant: &Constant) -> BTreeSet<String> {
    let text = constant.value.to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
}

/// The statements that are missing in the list `STATEMENTS` of their file, and the lists that no other file
/// imports.
fn unlisted(root: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    let arrows = imports::of(root);
    for module in Source::read(root).modules {
        let listed = module.constants.iter().find(|constant| constant.name == "STATEMENTS");
        let known = listed.map(words).unwrap_or_default();
        let statements = module.constants.iter().filter(|constant| is_statement(constant));
        let missing = statements.filter(|constant| !known.contains(&constant.name));
        problems.extend(missing.map(|one| format!("{}: {}", shown(&module.file), one.name)));
        let collected = arrows
            .values()
            .filter_map(|taken| taken.get(&module.file))
            .any(|names| names.contains("STATEMENTS"));
        if listed.is_some() && !collected {
            problems.push(format!("{}: nobody collects its STATEMENTS", shown(&module.file)));
        }
    }
    problems
}

#[test]
fn every_statement_is_in_the_list_of_its_file() {
    let mut pieces: BTreeSet<String> = PIECES
        .iter()
        .flat_map(|(file, names, _)| names.iter().map(move |name| format!("{file}: {name}")))
        .collect();
    let problems: Vec<String> = services().iter().flat_map(|root| unlisted(root)).collect();
    let problems: Vec<_> = problems.iter().filter(|problem| !pieces.remove(*problem)).collect();
    assert!(
        problems.is_empty(),
        "no test checks these statements against the schema, add them to STATEMENTS: {problems:#?}"
    );
    assert!(pieces.is_empty(), "PIECES lists constants that do not exist, remove them: {pieces:?}");
}

/// The negative control of the test above.
#[test]
fn an_unlisted_statement_is_found() {
    let folder = "tests/architecture/fixtures/statements";
    let root = crate::architecture::files::root().join(folder).join("lib.rs");
    let expected = [
        format!("{folder}/table.rs: UNLISTED"),
        format!("{folder}/table.rs: CHANGE"),
        format!("{folder}/table.rs: nobody collects its STATEMENTS"),
    ];
    assert_eq!(unlisted(&root), expected);
}

#[test]
fn only_listed_commands_branch_on_validate_only() {
    let mut unseen: BTreeSet<&str> = OWN_PREVIEW.iter().map(|(file, _)| *file).collect();
    let mut problems = BTreeSet::new();
    for module in services().iter().flat_map(|root| Source::read(root).modules) {
        if ASKS.iter().any(|word| module.words.contains(*word)) {
            let file = shown(&module.file);
            if !unseen.remove(file.as_str()) {
                problems.insert(file);
            }
        }
    }
    assert!(
        problems.is_empty(),
        "these files branch on `validate_only` and are not in OWN_PREVIEW:\n{problems:#?}"
    );
    assert!(
        unseen.is_empty(),
        "these files do not branch on `validate_only`, remove them from OWN_PREVIEW: {unseen:?}"
    );
}

/// The crates of the suite that the import may use: the contract, and the code that a client needs to speak
/// it.
const OF_A_CLIENT: [&str; 3] = ["csp_proto", "csp_service", "csp_policy"];

#[test]
fn the_import_uses_only_the_crates_of_a_client() {
    let root = crate::architecture::files::root().join("services/suite/src/lib.rs");
    let modules = Source::read(&root).modules;
    let import =
        modules.iter().filter(|module| shown(&module.file).starts_with("services/suite/src/import/"));
    let mut seen = 0;
    for module in import {
        let used = module.uses.iter().map(|one| &one.path).chain(module.paths.iter().map(|one| &one.path));
        for path in used.filter(|path| path[0].starts_with("csp_")) {
            seen += 1;
            assert!(OF_A_CLIENT.contains(&path[0].as_str()), "{}: {path:?}", shown(&module.file));
        }
    }
    assert!(seen > 10, "only {seen} paths were found");
}

/// rustfmt wraps code at this width, and leaves comments as they are.
const COLUMNS_MAX: usize = 110;

#[test]
fn comments_wrap_at_the_width_of_the_code() {
    for file in files(&["services", "shared", "tests"], "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        let comments = text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("//"));
        let wide: Vec<usize> = comments
            .filter(|(_, line)| line.chars().count() > COLUMNS_MAX)
            .map(|(number, _)| number + 1)
            .collect();
        assert!(wide.is_empty(), "{} has comments wider than {COLUMNS_MAX} at {wide:?}", shown(&file));
    }
}

#[test]
fn every_source_file_is_short() {
    let long: Vec<String> = files(&["services", "shared", "tests"], "rs")
        .iter()
        .filter(|file| !file.components().any(|part| part.as_os_str() == "target"))
        .map(|file| (file, std::fs::read_to_string(file).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(file, lines)| format!("{}: {lines}", shown(file)))
        .collect();
    assert!(long.is_empty(), "longer than {LINES_MAX} lines: {long:#?}");
}
