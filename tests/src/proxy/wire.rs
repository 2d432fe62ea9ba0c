//! Messages of PostgreSQL's protocol on one connection.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What is read at a time at least.
const READ_BYTES_MIN: usize = 16 * 1024;
/// The longest message that is believed; PostgreSQL's own limit.
const MESSAGE_BYTES_MAX: usize = 1 << 30;
/// A message's kind and length.
const HEADER_BYTES: usize = 5;

/// One side of the connection is closed, by itself or by a fault: so the session ends.
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
    /// The simple query of this text.
    pub(super) fn query(sql: &str) -> Message {
        // The length counts itself, the text and its end, but not the kind.
        let length = u32::try_from(4 + sql.len() + 1).unwrap();
        let bytes = [b"Q", &length.to_be_bytes()[..], sql.as_bytes(), b"\0"].concat();
        Message { bytes }
    }

    /// The letter that says what it is.
    pub(super) fn kind(&self) -> u8 {
        self.bytes[0]
    }

    /// What follows the header.
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

    /// The next message. Nothing is lost when it is not awaited to its end.
    pub(super) async fn next(&mut self) -> Result<Message, Gone> {
        loop {
            if let Some(message) = self.next_read()? {
                return Ok(message);
            }
            self.read_more().await?;
        }
    }

    /// The next message, when it was read already.
    pub(super) fn next_read(&mut self) -> Result<Option<Message>, Gone> {
        Ok(self.take(1)?.map(|bytes| Message { bytes }))
    }

    /// What a client sends first: a message without a kind.
    pub(super) async fn opening(&mut self) -> Result<Vec<u8>, Gone> {
        loop {
            if let Some(bytes) = self.take(0)? {
                return Ok(bytes);
            }
            self.read_more().await?;
        }
    }

    /// Writes all of it.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        Ok(self.stream.write_all(bytes).await?)
    }

    /// Says that nothing more comes.
    pub(super) async fn close(&mut self) -> Result<(), Gone> {
        Ok(self.stream.shutdown().await?)
    }

    /// Takes a message whose length stands behind `kind_bytes`, when it is there as a whole.
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
