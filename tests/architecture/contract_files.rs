//! The files of the contract: generators for other languages need a distinct name and options for each file,
//! and names that the languages have not taken.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::architecture::files::{files, shown};

/// Options that every file has.
const OPTIONS: [&str; 4] = ["go_package", "java_package", "java_multiple_files", "csharp_namespace"];

/// Names that a reader's language already means: a generated type of this name hides another, or is taken for
/// it.
const TAKEN: [&str; 10] =
    ["Event", "Error", "Option", "Result", "Object", "String", "List", "Map", "Status", "Any"];

/// Our own files; those of Google are unchanged.
const OURS: [&str; 2] = ["proto/csp", "proto/internal"];

/// The base names that several files have.
fn repeated(files: &[PathBuf]) -> Vec<String> {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for name in files.iter().filter_map(|file| file.file_name()?.to_str()) {
        *named.entry(name).or_default() += 1;
    }
    named.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name.to_owned()).collect()
}

/// The options that a file lacks.
fn lacking(text: &str) -> Vec<&'static str> {
    OPTIONS.into_iter().filter(|option| !text.contains(&format!("\noption {option} = "))).collect()
}

/// The messages, enums and services of a file, nested ones included, whose names a language has taken.
fn taken(text: &str) -> Vec<&str> {
    let declared = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        words.next().filter(|word| ["message", "enum", "service"].contains(word))?;
        words.next()
    });
    declared.filter(|name| TAKEN.contains(name)).collect()
}

#[test]
fn no_two_files_of_the_contract_have_one_name() {
    let files = files(&OURS, "proto");
    assert!(files.len() > 40, "{files:?}");
    assert_eq!(repeated(&files), [""; 0]);
}

#[test]
fn every_file_of_the_contract_has_the_options_of_other_languages() {
    for file in files(&OURS, "proto") {
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(lacking(&text), [""; 0], "{}", shown(&file));
    }
}

#[test]
fn no_type_of_the_contract_has_a_name_that_a_language_has_taken() {
    for file in files(&OURS, "proto") {
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(taken(&text), [""; 0], "{}", shown(&file));
    }
}

#[test]
fn no_public_file_of_the_contract_imports_an_internal_one() {
    for file in files(&["proto/csp"], "proto") {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("csp/internal/"), "{} imports an internal file", shown(&file));
    }
    let internal = files(&["proto/internal"], "proto");
    assert!(internal.len() >= 4, "{internal:?}");
    for file in internal {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains("\npackage csp.internal."), "{} is in a public package", shown(&file));
    }
}

/// The negative control.
#[test]
fn a_repeated_name_a_missing_option_and_a_taken_name_are_found() {
    let files = ["a/partner.proto", "b/partner.proto", "b/user.proto"].map(|file| Path::new(file).to_owned());
    assert_eq!(repeated(&files), ["partner.proto"]);
    let text =
        "\noption go_package = \"a\";\noption java_package = \"a\";\noption java_multiple_files = true;\n";
    assert_eq!(lacking(text), ["csharp_namespace"]);
    let text =
        "// An event.\nmessage Event {\n  enum Status {\n  }\n}\nmessage Result {}\nmessage EventFilter {}\n";
    assert_eq!(taken(text), ["Event", "Status", "Result"]);
}
