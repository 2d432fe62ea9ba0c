//! One client's connection to PostgreSQL.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;

use super::ledger::Ledger;
use super::plan::Fault;
use super::unit::{Names, Unit};
use super::wire::{Gone, Message, Wire};

/// A code that a client may send in place of the protocol's version, before it opens a session: it asks for
/// TLS.
const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();
/// Like [`SSL_REQUEST`]: the client asks for encryption by GSSAPI.
const GSS_REQUEST: [u8; 4] = 80_877_104_u32.to_be_bytes();
/// Like [`SSL_REQUEST`]: the client asks the server to cancel a statement of another session.
const CANCEL_REQUEST: [u8; 4] = 80_877_102_u32.to_be_bytes();
/// The answer that refuses a request for encryption.
const NO: &[u8] = b"N";

/// The message Terminate, by which a client ends its session.
const TERMINATE: &[u8] = b"X\0\0\0\x04";

/// Status in the server's message ReadyForQuery: a transaction is open.
const IN_TRANSACTION: u8 = b'T';
/// Status in the server's message ReadyForQuery: no transaction is open.
const IDLE: u8 = b'I';

const ROLLBACK: &str = "ROLLBACK";

/// A statement that the server refuses with this SQLSTATE.
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
        // The server cancels the statement and closes the connection.
        server.next().await?;
    }
    let (names, unit) = (Names::default(), Unit::default());
    // The server answers the opening of a session like a unit: the answer ends with ReadyForQuery.
    Session { client, server, ledger, names, unit, unanswered: 1, status: 0 }.run().await
}

struct Session {
    client: Wire,
    server: Wire,
    ledger: Arc<Ledger>,
    names: Names,
    /// The messages of the current unit so far.
    unit: Unit,
    /// How many units the server has not answered yet.
    unanswered: usize,
    /// The status in the last ReadyForQuery.
    status: u8,
}

impl Session {
    async fn run(mut self) -> Result<(), Gone> {
        loop {
            tokio::select! {
                message = self.client.next() => self.receive(message?).await?,
                message = self.server.next() => self.forward_answer(message?).await?,
            }
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), Gone> {
        match message.kind() {
            // Query, function call and Sync end a unit.
            b'Q' | b'F' | b'S' => {
                self.unit.push(&message, &mut self.names);
                let unit = std::mem::take(&mut self.unit);
                self.round_trip(unit).await
            }
            // Flush: the client waits for the answers to the messages of the unit so far.
            b'H' => {
                self.unit.push(&message, &mut self.names);
                self.server.send(&std::mem::take(&mut self.unit.bytes)).await
            }
            // A password, copied data and Terminate belong to no unit.
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
        // A fault concerns its own unit only: earlier units get their answers first.
        self.forward_answers().await?;
        match fault {
            Fault::Serialization | Fault::Deadlock => {
                self.refuse(&unit, fault.sqlstate().expect("these faults have an SQLSTATE")).await
            }
            Fault::CutBefore => self.cut().await,
            Fault::CutAfter => {
                self.forward(&unit.bytes).await?;
                self.discard_answers().await?;
                self.cut().await
            }
            Fault::CutDuring => {
                self.forward(&unit.bytes).await?;
                self.client.close().await?;
                self.discard_answers().await?;
                Err(Gone)
            }
            Fault::BlackHole => {
                releases.changed().await.map_err(|_| Gone)?;
                self.forward(&unit.bytes).await
            }
        }
    }

    /// Makes the server itself refuse, so that its transaction fails as it would by a real error.
    async fn refuse(&mut self, unit: &Unit, sqlstate: &str) -> Result<(), Gone> {
        if self.status == IN_TRANSACTION && unit.commits() {
            self.forward(&Message::query(ROLLBACK).bytes).await?;
            self.discard_answers().await?;
        }
        self.forward(&Message::query(&refused_with(sqlstate)).bytes).await?;
        self.forward_answers().await
    }

    /// Ends the connection on the server's side first, so that the transaction is over before the client
    /// notices the cut.
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

    /// Forwards the server's messages until every unit is answered.
    async fn forward_answers(&mut self) -> Result<(), Gone> {
        while self.unanswered > 0 {
            let message = self.server.next().await?;
            self.forward_answer(message).await?;
        }
        Ok(())
    }

    /// Forwards a message of the server, in one piece with the messages that were read already.
    async fn forward_answer(&mut self, message: Message) -> Result<(), Gone> {
        self.note(&message);
        let mut bytes = message.bytes;
        while let Some(message) = self.server.next_read()? {
            self.note(&message);
            bytes.extend_from_slice(&message.bytes);
        }
        self.client.send(&bytes).await
    }

    /// Reads the server's messages until every unit is answered, and forwards none to the client.
    async fn discard_answers(&mut self) -> Result<(), Gone> {
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
