//! Every flaw of a malformed book is reported, and no row is sent.

use std::fs;
use std::path::Path;

use csp_suite::import;

fn book(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// The flaws of the book in a folder as they are printed, without the path of the folder.
fn flaws(folder: &Path) -> Vec<String> {
    let unreadable = import::read(folder).expect_err("the book was expected to be bad");
    let prefix = format!("{}/", folder.display());
    unreadable.flaws.iter().map(|flaw| flaw.to_string().replace(&prefix, "")).collect()
}

#[test]
fn every_malformed_cell_is_reported_with_file_line_and_column() {
    let folder = book(&[
        (
            "organizations.csv",
            "organization_id,legal_name,country\n\
             Contoso,Contoso Ltd,DE\n\
             fabrikam,\"Fabrikam, \"\"Inc\"\"\",usa\n\
             tailspin,,US\n\
             litware,Litware\n",
        ),
        ("affiliations.csv", "organization,group,since\ncontoso,family,2019-02-30\n"),
    ]);
    assert_eq!(
        flaws(folder.path()),
        [
            "organizations.csv:2:1: `organization_id` must be an id of 1 to 63 of `a-z0-9._-`, the first a letter or \
         digit, was `Contoso`",
            "organizations.csv:3:30: `country` must be a country code of two upper-case letters like `DE`, was `usa`",
            "organizations.csv:4:10: `legal_name` must not be empty",
            "organizations.csv:5:1: the row has 2 cells, the header 3",
            "affiliations.csv:2:16: `since` must be a day like `2026-11-21`, was `2019-02-30`",
        ]
    );
}

#[test]
fn unknown_missing_and_repeated_columns_are_reported() {
    let folder = book(&[("organizations.csv", "organization_id,legal name,organization_id\n")]);
    let found = flaws(folder.path());
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[0].starts_with("organizations.csv:1:17: column `legal name` is unknown"), "{found:?}");
    assert_eq!(found[1], "organizations.csv:1:28: column `organization_id` appears twice");
    assert_eq!(found[2], "organizations.csv:1:1: column `legal_name` is missing");
    assert_eq!(found[3], "organizations.csv:1:1: column `country` is missing");
}

#[test]
fn an_id_of_two_rows_is_reported() {
    let folder = book(&[(
        "organizations.csv",
        "organization_id,legal_name,country\na,A,DE\nb,\"B\nstill B\",DE\na,A again,DE\n",
    )]);
    let found = flaws(folder.path());
    assert_eq!(found.last().unwrap(), "organizations.csv:5:1: `a` appears twice, first on line 2");
}

#[test]
fn a_file_with_an_unknown_name_or_encoding_is_reported() {
    let folder = book(&[("partner.csv", "x\n")]);
    fs::write(folder.path().join("users.csv"), b"user_id\nbj\xf6rn\n").unwrap();
    let found = flaws(folder.path());
    assert!(found[0].starts_with("partner.csv:0:0: is not a file of a book"), "{found:?}");
    assert_eq!(found[1], "users.csv:2:3: is not UTF-8 text");
}

#[test]
fn list_entries_amounts_and_enumeration_values_are_checked() {
    let folder = book(&[
        (
            "offers.csv",
            "\u{feff}offer_id,display_name,publisher,party,countries,unit,seat_min,seat_max,plans,currency,list_price\r\n\
             o1,Office,Microsoft,SECOND,DE,license,1,300,P1Y;P1Y:WEEKLY,EUR,1.5\r\n\
             o2,Office,Microsoft,FIRST,DE,license,-1,300,P1Y:MONTHLY,EUR,\"1,50\"\r\n",
        ),
        ("orders.csv", "order_id,seller,customer,lines\no1,p,c,office\no2,p,c,office:many;office:2:P1Y\n"),
    ]);
    let found = flaws(folder.path());
    let places: Vec<String> = found.iter().map(|flaw| flaw.split(": ").next().unwrap().to_owned()).collect();
    assert_eq!(
        places,
        [
            "offers.csv:2:21",
            "offers.csv:2:45",
            "offers.csv:2:45",
            "offers.csv:3:38",
            "offers.csv:3:61",
            "orders.csv:2:8",
            "orders.csv:3:8",
            "orders.csv:3:8",
        ],
        "{found:#?}"
    );
}

#[test]
fn a_folder_without_a_book_is_reported() {
    let folder = book(&[]);
    assert!(flaws(folder.path())[0].contains("has no file of a book"));
    assert!(flaws(&folder.path().join("nowhere"))[0].contains("cannot be read"));
}
