//! The domains of free web-mail providers (rule ENR-06).

/// One domain a line; empty lines and lines that start with `#` are ignored.
const DOMAINS: &str = include_str!("../../data/webmail_domains.txt");

/// Whether the address lies in a domain of a free web-mail provider; letter case and a trailing dot do not
/// matter.
pub(crate) fn is_webmail(email: &str) -> bool {
    let domain = email.trim().rsplit('@').next().unwrap_or_default().trim_end_matches('.');
    DOMAINS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .any(|listed| listed.eq_ignore_ascii_case(domain))
}
