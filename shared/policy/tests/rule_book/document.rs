//! Generates `RULES.md` from the catalogue. The test fails when the stored file is stale.

use csp_policy::catalogue::CATALOGUE;
use csp_policy::{Remedy, Rule, Source, boundaries};

registered! {
    tests: rules_md_matches_the_catalogue;
}

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/RULES.md");
const COMMAND: &str = "UPDATE_GOLDEN=1 cargo test -p csp-policy";

fn rules_md_matches_the_catalogue() {
    let page = page();
    if let Ok(value) = std::env::var("UPDATE_GOLDEN") {
        assert_eq!(value, "1", "UPDATE_GOLDEN must be 1");
        std::fs::write(PAGE, &page).expect("RULES.md can be written");
    }
    let stored = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(stored == page, "RULES.md is stale: run `{COMMAND}`");
}

fn page() -> String {
    let mut page = format!(
        "# The rule book\n\nGenerated from the rules' values: do not edit, run `{COMMAND}`.\n\n\
         Every refusal lists all violated rules, in the order in which its boundary has them.\n\n## Rules\n"
    );
    for rule in CATALOGUE.iter() {
        write_rule(&mut page, rule);
    }
    page.push_str("\n## Boundaries\n\nThe rules of each boundary, in order of precedence.\n\n");
    page.push_str("| boundary | rules |\n|---|---|\n");
    for boundary in boundaries::ALL {
        let ids: Vec<&str> = (boundary.rules)().iter().map(|rule| rule.id).collect();
        page.push_str(&format!("| {} | {} |\n", boundary.name, ids.join(" → ")));
    }
    page
}

fn write_rule(page: &mut String, rule: &Rule) {
    page.push_str(&format!("\n### {}\n\n{} – {}.\n\n", rule.id, rule.kind.as_str(), rule.statement));
    if let Some(since) = rule.since {
        page.push_str(&format!("- in force since {since}\n"));
    }
    if let Some(until) = rule.until {
        page.push_str(&format!("- no longer in force from {until}\n"));
    }
    let sources: Vec<String> = rule.sources.iter().map(cite).collect();
    page.push_str(&format!("- source: {}\n", sources.join("; ")));
    let enforced = boundaries::enforcing(rule);
    if !enforced.is_empty() {
        page.push_str(&format!("- enforced at: {}\n", enforced.join(", ")));
    }
    for denial in rule.denials {
        let class = denial.reason.class();
        page.push_str(&format!(
            "- refuses with `{}` ({class:?}): {}\n",
            denial.reason,
            denial.remedies.iter().map(told).collect::<Vec<_>>().join(" Or: ")
        ));
    }
}

fn told(remedy: &Remedy) -> String {
    match remedy.rpc {
        Some(rpc) => format!("{} (`{rpc}`)", remedy.text),
        None => remedy.text.to_owned(),
    }
}

fn cite(source: &Source) -> String {
    match source.anchor {
        "" => source.document.to_owned(),
        anchor => format!("{} [{anchor}]", source.document),
    }
}
