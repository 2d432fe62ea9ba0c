use std::collections::BTreeMap;
use std::io::Write as _;

use super::shown::Shown;
use super::{Config, ConfigError, Said};
use crate::process::service::Service;

const FOUR_PROCESSES: &str = r#"
development = true
[database]
url = "postgres://csp:secret@db.example/customer"
[peers]
partner_registry = "http://127.0.0.1:50061"
relationship = "http://127.0.0.1:50062"
subscription = "http://127.0.0.1:50064"
"#;

fn read(file: &str, environment: &[(&str, &str)], said: Said) -> Result<Config, ConfigError> {
    let mut written = tempfile::NamedTempFile::new().unwrap();
    written.write_all(file.as_bytes()).unwrap();
    let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let environment: BTreeMap<_, _> = environment.iter().map(pair).collect();
    Config::read(Some(written.path()), environment, said)
}

fn refused(file: &str, environment: &[(&str, &str)]) -> String {
    read(file, environment, Vec::new()).unwrap_err().to_string()
}

#[test]
fn the_environment_overrides_the_file_and_the_command_line_overrides_both() {
    let environment = [("CSP__LOG__FILTER", "debug"), ("CSP__DATABASE__WRITERS_MAX", "3")];
    let file = "[log]\nfilter = \"warn\"\n[database]\nreaders_max = 2\n";
    let config = read(file, &environment, vec![("database.writers_max", 4.into())]).unwrap();
    let database = config.database_of(Service::Customer);
    assert_eq!((config.log().0, database.readers_max, database.writers_max), ("debug", 2, 4));
}

#[test]
fn a_database_url_picks_the_backend() {
    let environment = [("DATABASE_URL", "postgres://db/customer")];
    let config = read("", &environment, Vec::new()).unwrap();
    let shown = |config: csp_store::Config| config.database.to_string();
    assert_eq!(shown(config.database_of_only(Service::Customer)), "postgres://db/customer");
    let config = read("", &[], Vec::new()).unwrap();
    assert_eq!(shown(config.database_of_only(Service::Customer)), "sqlite:csp-data/customer.sqlite");
}

#[test]
fn a_wrong_value_is_reported_with_its_key_and_the_allowed_values() {
    for (file, key, says) in [
        ("[log]\nformat = \"xml\"", "log.format", "`xml` must be `text` or `json`"),
        ("[database]\nschema = \"drop\"", "database.schema", "`drop` must be `migrate` or `require`"),
        ("[database]\nreaders_max = 0", "database.readers_max", "is `0`: it must be 1 to 500"),
        ("[database]\nreaders_max = \"many\"", "database.readers_max", "many"),
        (
            "[database]\nurl = \"mysql://root:secret@h/d\"",
            "database.url",
            "`postgres://USER:PASSWORD@HOST:PORT/NAME`",
        ),
        (
            "[peers]\nbilling = \"http://127.0.0.1:1\"",
            "peers",
            "one of partner_registry, relationship, customer",
        ),
        ("[peers]\ncustomer = \"127.0.0.1\"", "peers.customer", "must be like `http://127.0.0.1:50052`"),
        ("deployment = \"Our Suite\"", "deployment", "`Our Suite` must be 1 to 63 of `a-z0-9.-`"),
        ("listen = \"everywhere\"", "listen", "`everywhere` must be an address like `127.0.0.1:50051`"),
    ] {
        let message = refused(file, &[]);
        assert!(message.contains(key) && message.contains(says), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }
}

#[test]
fn a_password_in_the_wrong_place_is_not_printed() {
    for (file, environment) in [
        ("", Some(("CSP__DATABASE", "postgres://u:secret@h/d"))),
        ("", Some(("CSP__DATABASES", "postgres://u:secret@h/d"))),
        ("database = \"postgres://u:secret@h/d\"", None),
        ("[database]\nurl = \"postgres://u:secret@h/d", None),
    ] {
        let message = refused(file, environment.as_slice());
        assert!(!message.contains("secret"), "{message}");
        assert!(message.contains("database") || message.contains("line 2"), "{message}");
    }
}

#[test]
fn an_unknown_key_is_an_error_in_the_file_and_in_the_environment() {
    for (file, environment) in [
        ("listne = \"127.0.0.1:1\"", None),
        ("[database]\nreaders = 1", None),
        ("", Some(("CSP__LOG__LEVEL", "debug"))),
    ] {
        let message = refused(file, environment.as_slice());
        assert!(message.contains("unknown field") && message.contains("expected"), "{message}");
    }
}

#[test]
fn a_missing_peer_address_is_reported_by_its_key() {
    let config = read(FOUR_PROCESSES, &[], Vec::new()).unwrap();
    assert_eq!(config.peers_of(Service::Customer).unwrap().len(), 3);
    let message = config.peers_of(Service::Relationship).unwrap_err().to_string();
    assert!(message.contains("`peers.customer`"), "{message}");
}

#[test]
fn the_printed_configuration_reads_back_equal_and_hides_the_password() {
    let config = read(FOUR_PROCESSES, &[], Vec::new()).unwrap();
    let shown = Shown { config: &config, service: Some(Service::Customer) }.to_string();
    assert!(shown.contains("url = \"postgres://csp:***@db.example/customer\""), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
    let again = read(&shown, &[], Vec::new()).unwrap();
    assert_eq!(Shown { config: &again, service: Some(Service::Customer) }.to_string(), shown);
    let whole = Shown { config: &config, service: None }.to_string();
    read(&whole, &[], Vec::new()).unwrap();
}
