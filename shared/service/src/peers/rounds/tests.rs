use std::future::pending;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tonic::Status;

use super::*;

/// Even and odd questions do not fit one round.
impl Question for u64 {
    fn fits(&self, others: &[Self]) -> bool {
        others.iter().all(|other| other % 2 == self % 2)
    }
}

/// A peer that answers each question with the question itself, once `may_answer` is set. It refuses a round
/// that contains 13, and it is unreachable for a round that contains 17.
#[derive(Clone)]
struct Peer {
    rounds: Rounds<u64, u64>,
    sent: watch::Sender<Vec<Vec<u64>>>,
    may_answer: watch::Sender<bool>,
}

impl Peer {
    fn new(may_answer: bool) -> Peer {
        let (sent, may_answer) = (watch::Sender::default(), watch::Sender::new(may_answer));
        Peer { rounds: Rounds::new(), sent, may_answer }
    }

    async fn ask(&self, question: u64) -> Result<u64> {
        self.rounds.ask(question, |questions| self.answer(questions)).await
    }

    async fn answer(&self, questions: Vec<u64>) -> Result<Vec<u64>> {
        self.sent.send_modify(|sent| sent.push(questions.clone()));
        self.may_answer.subscribe().wait_for(|may| *may).await.unwrap();
        if questions.contains(&13) {
            return Err(Fault::PeerAnswered(Box::new(Status::invalid_argument("13"))));
        }
        if questions.contains(&17) {
            return Err(Fault::Peer { peer: "relationship" });
        }
        Ok(questions)
    }

    /// Waits until `rounds` rounds were sent.
    async fn sends(&self, rounds: usize) {
        self.sent.subscribe().wait_for(|sent| sent.len() >= rounds).await.unwrap();
    }

    /// Waits until `count` questions wait for a round.
    async fn awaited_by(&self, count: usize) {
        while self.rounds.line().waiting.len() < count {
            tokio::task::yield_now().await;
        }
    }

    /// Sends a round of `first`, and lets `others` wait for the next round.
    async fn asked(&self, first: u64, others: impl IntoIterator<Item = u64>) -> JoinSet<Result<u64>> {
        let mut asking = JoinSet::new();
        for (count, question) in [first].into_iter().chain(others).enumerate() {
            let peer = self.clone();
            asking.spawn(async move { peer.ask(question).await });
            match count {
                0 => self.sends(1).await,
                _ => self.awaited_by(count).await,
            }
        }
        asking
    }

    fn sent(&self) -> Vec<Vec<u64>> {
        self.sent.borrow().clone()
    }
}

async fn answers(asking: JoinSet<Result<u64>>) -> Vec<u64> {
    let mut answers: Vec<u64> = asking.join_all().await.into_iter().map(Result::unwrap).collect();
    answers.sort_unstable();
    answers
}

#[tokio::test(start_paused = true)]
async fn a_question_that_arrives_alone_is_sent_at_once() {
    let (peer, before) = (Peer::new(true), Instant::now());
    assert_eq!((peer.ask(2).await.unwrap(), peer.ask(4).await.unwrap()), (2, 4));
    assert_eq!((peer.sent(), before.elapsed()), (vec![vec![2], vec![4]], Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn questions_that_arrive_during_a_round_share_the_next_round() {
    let peer = Peer::new(false);
    let asking = peer.asked(2, [4, 6, 8]).await;
    peer.may_answer.send_replace(true);
    assert_eq!(answers(asking).await, [2, 4, 6, 8]);
    assert_eq!(peer.sent(), [vec![2], vec![4, 6, 8]]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_read_after_its_question_was_asked() {
    let (rounds, fact) = (Rounds::new(), AtomicU64::new(1));
    let go_on = watch::Sender::new(false);
    let read = |questions: Vec<u64>| {
        // The peer reads the fact when the question arrives, and answers later.
        let read = vec![fact.load(Ordering::SeqCst); questions.len()];
        let mut may_answer = go_on.subscribe();
        async move {
            may_answer.wait_for(|may| *may).await.unwrap();
            Ok(read)
        }
    };
    let earlier = rounds.ask(2, read);
    let later = async {
        fact.store(2, Ordering::SeqCst);
        let asked = rounds.ask(2, read);
        go_on.send_replace(true);
        asked.await
    };
    let (earlier, later) = tokio::join!(biased; earlier, later);
    assert_eq!((earlier.unwrap(), later.unwrap()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_slow_round_delays_the_next_round_by_a_bounded_time() {
    let rounds: Rounds<u64, u64> = Rounds::new();
    let silent = rounds.ask(2, |_| pending());
    let before = Instant::now();
    let next = rounds.ask(4, |questions| async { Ok(questions) });
    tokio::select! {
        biased;
        _ = silent => panic!("the silent peer must not answer"),
        answer = next => assert_eq!(answer.unwrap(), 4),
    }
    assert!(before.elapsed() >= ROUND_WAIT_MAX && before.elapsed() < ROUND_WAIT_MAX * 2);
}

#[tokio::test(start_paused = true)]
async fn questions_in_a_slow_round_still_get_their_answers() {
    let peer = Peer::new(false);
    let asking = peer.asked(2, [4, 6]).await;
    // The first two rounds are so slow that every waiting caller has taken the permit once.
    peer.sends(2).await;
    tokio::time::advance(ROUND_WAIT_MAX * 3).await;
    peer.may_answer.send_replace(true);
    assert_eq!(answers(asking).await, [2, 4, 6]);
    assert_eq!(peer.sent(), [vec![2], vec![4, 6]]);
}

#[tokio::test(start_paused = true)]
async fn the_questions_of_a_round_whose_sender_is_dropped_are_asked_again() {
    let peer = Peer::new(false);
    let mut sender = Box::pin(peer.rounds.ask(4, |questions| async {
        peer.answer(questions).await?;
        pending().await
    }));
    let first = peer.asked(2, []).await;
    let other = peer.clone();
    let other = tokio::spawn(async move { other.ask(6).await });
    // The sender joins the queue before the other question. The sender is polled until its round, which
    // contains both questions, is in flight.
    tokio::select! {
        biased;
        _ = &mut sender => panic!("the sender must not get an answer"),
        () = peer.awaited_by(2) => {}
    }
    peer.may_answer.send_replace(true);
    tokio::select! {
        biased;
        _ = &mut sender => panic!("the sender must not get an answer"),
        () = peer.sends(2) => {}
    }
    assert_eq!(peer.sent(), [vec![2], vec![4, 6]]);
    drop(sender);
    assert_eq!(answers(first).await, [2]);
    assert_eq!(other.await.unwrap().unwrap(), 6);
    assert_eq!(peer.sent(), [vec![2], vec![4, 6], vec![6]]);
}

#[tokio::test(start_paused = true)]
async fn each_question_of_a_refused_round_is_asked_again_alone() {
    let peer = Peer::new(false);
    let mut asking = peer.asked(1, [11, 13, 15]).await;
    peer.may_answer.send_replace(true);
    let (mut accepted, mut refused) = (Vec::new(), 0);
    while let Some(answer) = asking.join_next().await {
        match answer.unwrap() {
            Ok(answer) => accepted.push(answer),
            Err(Fault::PeerAnswered(_)) => refused += 1,
            Err(fault) => panic!("{fault:?}"),
        }
    }
    accepted.sort_unstable();
    assert_eq!((accepted, refused), (vec![1, 11, 15], 1));
    let by_themselves = &peer.sent()[2..];
    assert!(
        by_themselves.len() == 3 && by_themselves.iter().all(|round| round.len() == 1),
        "{by_themselves:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_questions_of_a_failed_round_are_asked_again_at_once_not_in_turn() {
    let peer = Peer::new(false);
    let asking = peer.asked(17, [17, 17, 17]).await;
    peer.may_answer.send_replace(true);
    let told = asking.join_all().await;
    assert!(told.iter().all(|told| matches!(told, Err(Fault::Peer { .. }))), "{told:?}");
    // After the failed round each question is sent alone, without waiting for the permit.
    assert_eq!(peer.sent(), [vec![17], vec![17, 17, 17], vec![17], vec![17], vec![17]]);
}

#[tokio::test(start_paused = true)]
async fn a_round_has_a_bounded_number_of_questions() {
    let peer = Peer::new(false);
    let asking = peer.asked(2, (0..ROUND_MAX as u64 + 3).map(|number| number * 2)).await;
    peer.may_answer.send_replace(true);
    answers(asking).await;
    assert_eq!(peer.sent().iter().map(Vec::len).collect::<Vec<_>>(), [1, ROUND_MAX, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_full_round_does_not_wait_for_the_round_in_flight() {
    let peer = Peer::new(false);
    let asking = peer.asked(2, (0..ROUND_MAX as u64 * 2).map(|number| number * 2)).await;
    let before = Instant::now();
    peer.sends(3).await;
    assert!(before.elapsed() <= ROUND_WAIT_MAX);
    assert_eq!(peer.sent().iter().map(Vec::len).collect::<Vec<_>>(), [1, ROUND_MAX, ROUND_MAX]);
    peer.may_answer.send_replace(true);
    answers(asking).await;
}

#[tokio::test(start_paused = true)]
async fn questions_that_do_not_fit_a_round_are_sent_beside_it() {
    let peer = Peer::new(false);
    let asking = peer.asked(2, [4, 3, 6, 5]).await;
    let before = Instant::now();
    // The even questions are in flight, and the odd questions are sent beside them.
    tokio::time::advance(ROUND_WAIT_MAX).await;
    peer.sends(3).await;
    assert!(before.elapsed() < ROUND_WAIT_MAX * 2);
    assert_eq!(peer.sent(), [vec![2], vec![4, 6], vec![3, 5]]);
    peer.may_answer.send_replace(true);
    assert_eq!(answers(asking).await, [2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn too_few_answers_to_a_round_are_an_internal_fault() {
    let rounds: Rounds<u64, u64> = Rounds::new();
    let answer = rounds.ask(2, |_| async { Ok(Vec::new()) }).await;
    assert!(matches!(answer, Err(Fault::Internal { .. })), "{answer:?}");
}
