//! A scene is one test of this binary: it starts a suite and plays calls. A case is a scene for one rule at one boundary.

use std::future::Future;
use std::pin::Pin;

use csp_tests::{Answer, Refusal};
use libtest_mimic::{Failed, Trial};
use tokio::runtime::Handle;
use tonic::Status;

/// A scene that comes to `T`.
pub(crate) struct Scene<T: 'static> {
    /// The call that plays it, as it is written.
    pub(crate) call: &'static str,
    /// Plays it.
    pub(crate) play: fn() -> Pin<Box<dyn Future<Output = T> + Send>>,
}

/// One rule at one boundary: an act that it refuses, and the same act but for one fact.
pub(crate) struct Case {
    /// The boundary.
    pub(crate) boundary: &'static str,
    /// The rule that refuses.
    pub(crate) rule: &'static str,
    /// The reason that it gives.
    pub(crate) reason: &'static str,
    /// Plays both acts.
    pub(crate) scene: Scene<Played>,
}

/// What came of both acts.
pub(crate) struct Played {
    /// The act that the rule forbids.
    pub(crate) refused: Result<(), Status>,
    /// The same act but for one fact.
    pub(crate) twin: Result<(), Status>,
}

/// A scene by the call that plays it.
macro_rules! scene {
    ($call:expr) => {
        $crate::scene::Scene { call: stringify!($call), play: || Box::pin($call) }
    };
}

/// A case as one row of a table: boundary, rule, reason, and the call that plays it.
macro_rules! case {
    ($boundary:literal, $rule:literal, $reason:literal, $call:expr) => {
        $crate::scene::Case { boundary: $boundary, rule: $rule, reason: $reason, scene: scene!($call) }
    };
}

/// What came of both acts, whatever they answered.
pub(crate) fn played<R, T>(refused: Answer<R>, twin: Answer<T>) -> Played {
    Played { refused: refused.map(drop), twin: twin.map(drop) }
}

impl<T> Scene<T> {
    /// What is played, in words.
    fn sentence(&self) -> String {
        let (path, arguments) = self.call.split_once('(').unwrap_or((self.call, ")"));
        let name = path.rsplit("::").next().unwrap_or(path).replace('_', " ");
        match arguments.trim_end_matches(')') {
            "" => name,
            arguments => format!("{name} ({})", arguments.replace("At::", "").replace("Standing::", "")),
        }
    }
}

impl Scene<()> {
    /// The scene as a test.
    pub(crate) fn trial(&'static self, runtime: &Handle) -> Trial {
        let runtime = runtime.clone();
        Trial::test(self.sentence(), move || {
            runtime.block_on((self.play)());
            Ok(())
        })
    }
}

impl Case {
    /// The case as a test, named after its rule.
    pub(crate) fn trial(&'static self, runtime: &Handle) -> Trial {
        let Case { boundary, rule, reason, scene } = self;
        let runtime = runtime.clone();
        let name = format!("{rule} {reason} at {boundary}: {}", scene.sentence());
        Trial::test(name, move || self.judge(runtime.block_on((scene.play)())))
    }

    fn judge(&self, played: Played) -> Result<(), Failed> {
        let Err(status) = played.refused else {
            return Err("the act was accepted".into());
        };
        let refusal = Refusal::from(status);
        let expected = (self.rule.to_owned(), self.reason.to_owned());
        if !refusal.violations.contains(&expected) {
            return Err(format!("the act was refused by another rule: {refusal:?}").into());
        }
        if refusal.remedies.is_empty() {
            return Err("the refusal names no remedy".into());
        }
        let twin = played.twin.map_err(Refusal::from);
        twin.map_err(|refusal| format!("the twin was refused: {refusal:?}").into())
    }
}
