//! The error codes of PostgreSQL.

use crate::error::trouble::Trouble;

/// The meaning of a server error code: <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
pub(crate) fn trouble(code: &str) -> Trouble {
    match code {
        // Serialization failure, deadlock.
        "40001" | "40P01" => Trouble::Contended,
        // The server stops or restarts, or it ended the connection: an administrator asked for it, or a
        // timeout for idle connections or long transactions passed.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => Trouble::Disconnected,
        "53100" => Trouble::Unavailable("the disk is full"),
        "53200" => Trouble::Unavailable("memory is short"),
        "53300" => Trouble::Unavailable("the server has no connection left"),
        "57014" | "55P03" => Trouble::Unavailable("a statement took too long"),
        "25006" => Trouble::Unavailable("the database is read-only"),
        "3D000" => Trouble::Unavailable("there is no database of that name"),
        "28000" | "28P01" => Trouble::Unavailable("the server refuses the user or the password"),
        code if code.starts_with("08") => Trouble::Disconnected,
        code if code.starts_with("58") => Trouble::Unavailable("input or output failed"),
        _ => Trouble::Defect,
    }
}
