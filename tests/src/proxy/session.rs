//! One client's connection to PostgreSQL.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;

use super::ledger::Ledger;
use super::plan::Fault;
use super::unit::{Names, Unit};
use super::wire::{Gone, Message, Wire};

/// What a client may ask for before it opens a session, in place of the protocol's version.
const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();
const GSS_REQUEST: [u8; 4] = 80_877_104_u32.to_be_bytes();
const CANCEL_REQUEST: [u8; 4] = 80_877_102_u32.to_be_bytes();
/// The answer to a request for encryption.
const NO: &[u8] = b"N";

/// A client's farewell.
const TERMINATE: &[u8] = b"X\0\0\0\x04";

/// The transaction's status, as the server says it when it is ready.
const IN_TRANSACTION: u8 = b'T';
/// See [`IN_TRANSACTION`].
const IDLE: u8 = b'I';

const ROLLBACK: &str = "ROLLBACK";

/// A statement that the server refuses with that SQLSTATE.
fn refused_with(sqlstate: &str) -> String {
    format!("DO $$ BEGIN RAISE EXCEPTION 'a fault of the test' USING ERRCODE = '{sqlstate}'; END $$")
}

/// Serves the connection until one side is gone or a fault cuts it.
pub(super) async fn serve(client: TcpStream, target: SocketAddr, ledger: Arc<Ledger>) -> Result<(), Gone> {
    let mut client = Wire::new(client);
    let opening = loop {
        let opening = client.opening().await?;
        match opening.get(4..8) {
            Some(code) if code == SSL_REQUEST || code == GSS_REQUEST => client.send(NO).await?,
            _ => break opening,
        }
    };
    let server = TcpStream::connect(target).await?;
    server.set_nodelay(true)?;
    let mut server = Wire::new(server);
    server.send(&opening).await?;
    if opening.get(4..8) == Some(&CANCEL_REQUEST) {
        // The server acts on it and closes.
        server.next().await?;
    }
    let (names, unit) = (Names::default(), Unit::default());
    // Opening a session ends like a round trip, with a server that is ready.
    Session { client, server, ledger, names, unit, unanswered: 1, status: 0 }.run().await
}

struct Session {
    client: Wire,
    server: Wire,
    ledger: Arc<Ledger>,
    names: Names,
    /// What came of the present unit.
    unit: Unit,
    /// Units at the server.
    unanswered: usize,
    /// The transaction's status after the last answer.
    status: u8,
}

impl Session {
    async fn run(mut self) -> Result<(), Gone> {
        loop {
            tokio::select! {
                message = self.client.next() => self.hear(message?).await?,
                message = self.server.next() => self.answer(message?).await?,
            }
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), Gone> {
        match message.kind() {
            // Query, function call and Sync end a unit.
            b'Q' | b'F' | b'S' => {
                self.unit.push(&message, &mut self.names);
                let unit = std::mem::take(&mut self.unit);
                self.round_trip(unit).await
            }
            // Flush: the client waits for what it sent of the unit.
            b'H' => {
                self.unit.push(&message, &mut self.names);
                self.server.send(&std::mem::take(&mut self.unit.bytes)).await
            }
            // A password, copied data and a farewell belong to no unit.
            b'p' | b'd' | b'c' | b'f' | b'X' => self.server.send(&message.bytes).await,
            _ => {
                self.unit.push(&message, &mut self.names);
                Ok(())
            }
        }
    }

    async fn round_trip(&mut self, mut unit: Unit) -> Result<(), Gone> {
        unit.in_transaction = self.status != IDLE;
        let mut releases = self.ledger.releases();
        let Some(fault) = self.ledger.enter(&unit) else { return self.forward(&unit.bytes).await };
        // A fault concerns its own unit only: the ones before have their answers.
        self.answer_all().await?;
        match fault {
            Fault::Serialization | Fault::Deadlock => {
                self.refuse(&unit, fault.sqlstate().expect("that is what these faults are")).await
            }
            Fault::CutBefore => self.cut().await,
            Fault::CutAfter => {
                self.forward(&unit.bytes).await?;
                self.swallow().await?;
                self.cut().await
            }
            Fault::CutDuring => {
                self.forward(&unit.bytes).await?;
                self.client.close().await?;
                self.swallow().await?;
                Err(Gone)
            }
            Fault::BlackHole => {
                releases.changed().await.map_err(|_| Gone)?;
                self.forward(&unit.bytes).await
            }
        }
    }

    /// Lets the server itself refuse, so that its transaction fails as it would by the true error.
    async fn refuse(&mut self, unit: &Unit, sqlstate: &str) -> Result<(), Gone> {
        if self.status == IN_TRANSACTION && unit.commits() {
            self.forward(&Message::query(ROLLBACK).bytes).await?;
            self.swallow().await?;
        }
        self.forward(&Message::query(&refused_with(sqlstate)).bytes).await?;
        self.answer_all().await
    }

    /// Ends the connection: on the server's side first, so that its transaction is over when the client hears of it.
    async fn cut(&mut self) -> Result<(), Gone> {
        self.server.send(TERMINATE).await?;
        loop {
            self.server.next().await?;
        }
    }

    async fn forward(&mut self, unit: &[u8]) -> Result<(), Gone> {
        self.unanswered += 1;
        self.server.send(unit).await
    }

    /// Passes on what the server says until it has answered everything.
    async fn answer_all(&mut self) -> Result<(), Gone> {
        while self.unanswered > 0 {
            let message = self.server.next().await?;
            self.answer(message).await?;
        }
        Ok(())
    }

    /// Passes on what the server says, in one piece as far as it is there.
    async fn answer(&mut self, message: Message) -> Result<(), Gone> {
        self.note(&message);
        let mut bytes = message.bytes;
        while let Some(message) = self.server.next_read()? {
            self.note(&message);
            bytes.extend_from_slice(&message.bytes);
        }
        self.client.send(&bytes).await
    }

    /// Keeps what the server says from the client until it has answered everything.
    async fn swallow(&mut self) -> Result<(), Gone> {
        while self.unanswered > 0 {
            let message = self.server.next().await?;
            self.note(&message);
        }
        Ok(())
    }

    fn note(&mut self, message: &Message) {
        if message.kind() == b'Z' {
            self.unanswered = self.unanswered.saturating_sub(1);
            self.status = message.body()[0];
        }
    }
}
