//! A scene is one test of this binary: it starts a suite and makes calls. A case is a scene for one rule at
//! one boundary. An act is one guarded call, as in the rule book (`csp_policy`).

use std::future::Future;
use std::pin::Pin;

use csp_tests::{Answer, Detour, Refusal, on_detour};
use libtest_mimic::{Failed, Trial};
use tokio::runtime::Handle;
use tonic::Status;

/// A scene whose result is a `T`.
pub(crate) struct Scene<T: 'static> {
    /// Source text of the function call that plays the scene. The test is named after it.
    pub(crate) call: &'static str,
    /// Plays the scene.
    pub(crate) play: fn() -> Pin<Box<dyn Future<Output = T> + Send>>,
}

/// One rule at one boundary: an act that the rule refuses, and its accepted twin.
pub(crate) struct Case {
    /// Name of the boundary.
    pub(crate) boundary: &'static str,
    /// Id of the rule that refuses the act.
    pub(crate) rule: &'static str,
    /// Reason code of the refusal.
    pub(crate) reason: &'static str,
    /// Plays both acts.
    pub(crate) scene: Scene<Played>,
}

/// A case that is being played.
type Playing = Pin<Box<dyn Future<Output = Played> + Send>>;

/// The outcomes of both acts of a case.
pub(crate) struct Played {
    /// Outcome of the act that the rule refuses.
    pub(crate) refused: Result<(), Status>,
    /// Outcome of the twin: the same act with one fact changed.
    pub(crate) twin: Result<(), Status>,
}

/// A scene, from the function call that plays it.
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

/// The outcomes of both acts, without their responses.
pub(crate) fn played<R, T>(refused: Answer<R>, twin: Answer<T>) -> Played {
    Played { refused: refused.map(drop), twin: twin.map(drop) }
}

impl<T> Scene<T> {
    /// Name of the test: the name of the called function with blanks, and its arguments.
    fn sentence(&self) -> String {
        let (path, arguments) = self.call.split_once('(').unwrap_or((self.call, ")"));
        let name = path.rsplit("::").next().unwrap_or(path).replace('_', " ");
        match arguments.trim_end_matches(')') {
            "" => name,
            arguments => {
                let words = arguments.split(", ").map(|word| word.rsplit("::").next().unwrap_or(word));
                format!("{name} ({})", words.collect::<Vec<_>>().join(", "))
            }
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
    /// The case as a test, played with every call made by `detour`.
    pub(crate) fn trial_on(&'static self, detour: fn() -> Detour, runtime: &Handle) -> Trial {
        self.trial_of(runtime, move |scene| Box::pin(on_detour(detour(), (scene.play)())))
    }

    /// The case as a test, named after its rule.
    pub(crate) fn trial(&'static self, runtime: &Handle) -> Trial {
        self.trial_of(runtime, |scene| (scene.play)())
    }

    fn trial_of(
        &'static self,
        runtime: &Handle,
        play: impl FnOnce(&'static Scene<Played>) -> Playing + Send + 'static,
    ) -> Trial {
        let Case { boundary, rule, reason, scene } = self;
        let runtime = runtime.clone();
        let name = format!("{rule} {reason} at {boundary}: {}", scene.sentence());
        Trial::test(name, move || self.judge(runtime.block_on(play(scene))))
    }

    fn judge(&self, played: Played) -> Result<(), Failed> {
        let Err(status) = played.refused else {
            return Err("the act was accepted, not refused".into());
        };
        let refusal = Refusal::from(status);
        let expected = (self.rule.to_owned(), self.reason.to_owned());
        if !refusal.violations.contains(&expected) {
            return Err(
                format!("the refusal does not name the rule with the expected reason: {refusal:?}").into()
            );
        }
        if refusal.boundary != self.boundary {
            return Err(format!("boundary `{}` refused the act: {refusal:?}", refusal.boundary).into());
        }
        if refusal.remedies.is_empty() {
            return Err("the refusal names no remedy".into());
        }
        let twin = played.twin.map_err(Refusal::from);
        twin.map_err(|refusal| format!("the twin was refused: {refusal:?}").into())
    }
}
