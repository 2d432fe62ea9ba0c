//! Printing the result of a command.

use std::io::Write as _;

/// Prints a result to the standard output. A closed pipe is not a failure: the reader, such as `head`, needs
/// no more.
pub(crate) fn say(answer: String) {
    if let Err(error) = writeln!(std::io::stdout(), "{answer}")
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        eprintln!("csp: the answer could not be written: {error}");
    }
}
