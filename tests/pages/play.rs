//! Plays a page: one bash runs the blocks in order, and records output and exit code of each.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use csp_tests::process::{Place, command, csp};
use csp_tests::switches::CLOCK;
use tokio::time::timeout;

use crate::pages::Page;
use crate::pages::blocks::{Block, Kind};
use crate::pages::folder::{furnish, shims};
use crate::pages::results::problems_of;
use crate::pages::shell::commands_of;

/// The time on the clock of the page: answers show dates.
const TODAY: &str = "2026-11-21T12:00:00Z";

/// The folders and the address for playing a page.
pub(crate) struct Stage {
    /// The working folder of the page.
    pub(crate) seen: PathBuf,
    /// The folder of the played blocks, with output and exit codes.
    results: PathBuf,
    /// A loopback address that no other test uses; it replaces 127.0.0.1 in the page.
    pub(crate) host: String,
}

impl Stage {
    fn set(folder: &Path) -> Stage {
        let (seen, results) = (folder.join("seen"), folder.join("results"));
        let host = Place::of_its_own().public.ip().to_string();
        for made in [&seen, &results] {
            fs::create_dir(made).unwrap();
        }
        furnish(&seen, &host);
        Stage { seen, results, host }
    }

    /// A file of the block with this number: `sh` has the commands, `out` the output, `code` the exit code.
    pub(crate) fn file(&self, number: usize, ending: &str) -> PathBuf {
        self.results.join(format!("{number}.{ending}"))
    }

    /// The file of the commands that were recorded instead of run.
    pub(crate) fn written_down(&self) -> PathBuf {
        self.results.join("written-down")
    }
}

/// Plays the blocks of a page, for `limit` at most. Returns the problems.
pub(crate) async fn play(page: &Page, blocks: &[Block], limit: Duration) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::set(folder.path());
    let script = folder.path().join("page.sh");
    fs::write(&script, script_of(&stage, blocks)).unwrap();
    let is_over = run(&stage, &script, limit).await;
    let mut problems = problems_of(page, blocks, &stage);
    if !is_over {
        problems.push(format!("{}: the blocks did not end within {limit:?}", page.name));
    }
    problems
}

/// Writes the blocks into files. Returns the script that plays them.
fn script_of(stage: &Stage, blocks: &[Block]) -> String {
    let mut script = format!("PATH='{}':\"$PATH\"\n", shims().display());
    for (number, block) in blocks.iter().enumerate().filter(|(_, block)| block.is_played()) {
        let text = block.text.replace("127.0.0.1", &stage.host);
        let printed = stage.file(number, "out");
        // Each block begins with the same shell options, whatever the previous block has set.
        writeln!(script, "set -euo pipefail; exec >>'{}' 2>&1", printed.display()).unwrap();
        if block.kind == Kind::Refused {
            for (nth, command) in commands_of(&text).iter().enumerate() {
                let (file, code) =
                    (stage.file(number, &format!("{nth}.sh")), stage.file(number, &format!("{nth}.code")));
                fs::write(&file, command).unwrap();
                let (file, code) = (file.display(), code.display());
                writeln!(script, "set +e; (set -e; . '{file}'); echo $? >'{code}'").unwrap();
            }
        } else {
            let (file, code) = (stage.file(number, "sh"), stage.file(number, "code"));
            fs::write(&file, text).unwrap();
            writeln!(script, ". '{}'; echo $? >'{}'", file.display(), code.display()).unwrap();
        }
    }
    script
}

/// Runs the script, and kills every process that the script started. Returns whether the script ended in
/// time.
async fn run(stage: &Stage, script: &Path, limit: Duration) -> bool {
    let log = File::create(stage.results.join("log")).unwrap();
    // `command` removes the variables that configure a test: they must not configure the suite of the page.
    let mut bash = command(Path::new("bash"));
    bash.arg(script).current_dir(&stage.seen).env(CLOCK.name, TODAY);
    bash.env("PAGE_CSP", csp().as_std().get_program()).env("PAGE_HOST", &stage.host);
    bash.env("PAGE_LOGS", &stage.results).env("PAGE_WRITTEN_DOWN", stage.written_down());
    if let Some(grpcurl) = csp_tests::grpcurl() {
        bash.env("PAGE_GRPCURL", grpcurl);
    }
    bash.stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .process_group(0)
        .kill_on_drop(true);
    let mut playing = bash.spawn().unwrap();
    let _group = Group(playing.id().unwrap());
    timeout(limit, playing.wait()).await.is_ok_and(|ended| ended.is_ok())
}

/// The process group of a page, with the suite that the page started; killed when dropped.
struct Group(u32);

impl Drop for Group {
    fn drop(&mut self) {
        let group = format!("-{}", self.0);
        let mut kill = std::process::Command::new("kill");
        // `kill` fails when no process is left, which is fine.
        let _none_left = kill.args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    }
}
