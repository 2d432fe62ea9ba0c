//! What a command prints.

use std::io::Write as _;

/// Says what a command answers. A reader that has heard enough closes the pipe, which is no failure.
pub(crate) fn say(answer: String) {
    if let Err(error) = writeln!(std::io::stdout(), "{answer}")
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        eprintln!("csp: the answer could not be written: {error}");
    }
}
