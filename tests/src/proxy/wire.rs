//! The messages of PostgreSQL's protocol on one connection.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Minimum free space in the buffer before a read, in bytes.
const READ_BYTES_MIN: usize = 16 * 1024;
/// Maximum length of an accepted message; PostgreSQL's own limit.
const MESSAGE_BYTES_MAX: usize = 1 << 30;
/// Kind (1 byte) and length (4 bytes) of a message.
const HEADER_BYTES: usize = 5;

/// One side of the connection was closed, by itself or by a fault: the session ends.
#[derive(Debug)]
pub(super) struct Gone;

impl From<io::Error> for Gone {
    fn from(_: io::Error) -> Gone {
        Gone
    }
}

/// One message, header included.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
}

impl Message {
    /// A simple query with this text.
    pub(super) fn query(sql: &str) -> Message {
        // The length counts its own bytes, the text and the final zero byte, but not the kind.
        let length = u32::try_from(4 + sql.len() + 1).unwrap();
        let bytes = [b"Q", &length.to_be_bytes()[..], sql.as_bytes(), b"\0"].concat();
        Message { bytes }
    }

    /// The letter of the message's type.
    pub(super) fn kind(&self) -> u8 {
        self.bytes[0]
    }

    /// The bytes after the header.
    pub(super) fn body(&self) -> &[u8] {
        &self.bytes[HEADER_BYTES..]
    }
}

/// A connection, read message by message.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Wire {
        Wire { stream, read: Vec::new() }
    }

    /// The next message. Cancel-safe: no byte is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> Result<Message, Gone> {
        loop {
            if let Some(message) = self.next_read()? {
                return Ok(message);
            }
            self.read_more().await?;
        }
    }

    /// The next message, if it was read completely already.
    pub(super) fn next_read(&mut self) -> Result<Option<Message>, Gone> {
        Ok(self.take(1)?.map(|bytes| Message { bytes }))
    }

    /// The first message of a client, which has no kind.
    pub(super) async fn opening(&mut self) -> Result<Vec<u8>, Gone> {
        loop {
            if let Some(bytes) = self.take(0)? {
                return Ok(bytes);
            }
            self.read_more().await?;
        }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        Ok(self.stream.write_all(bytes).await?)
    }

    /// Shuts down the sending side of the connection.
    pub(super) async fn close(&mut self) -> Result<(), Gone> {
        Ok(self.stream.shutdown().await?)
    }

    /// Takes the next message from the buffer, if it is complete. The length stands after `kind_bytes` bytes.
    fn take(&mut self, kind_bytes: usize) -> Result<Option<Vec<u8>>, Gone> {
        let Some(length) = self.read.get(kind_bytes..kind_bytes + 4) else { return Ok(None) };
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        if !(4..=MESSAGE_BYTES_MAX).contains(&length) {
            return Err(Gone);
        }
        if self.read.len() < kind_bytes + length {
            return Ok(None);
        }
        let rest = self.read.split_off(kind_bytes + length);
        Ok(Some(std::mem::replace(&mut self.read, rest)))
    }

    async fn read_more(&mut self) -> Result<(), Gone> {
        self.read.reserve(READ_BYTES_MIN);
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(Gone),
            _ => Ok(()),
        }
    }
}
