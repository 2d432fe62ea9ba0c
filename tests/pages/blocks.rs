//! The fenced blocks of a page, each with its kind.

use crate::pages::Page;

/// Begins and ends a block.
const FENCE: &str = "```";

/// The kind of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The block is played and must succeed.
    Played,
    /// The block is played, and each of its commands must fail.
    Refused,
    /// The block needs more than a test has, such as Docker, and is not played.
    Elsewhere,
    /// The block does not contain commands to play.
    Figure,
}

/// A block of a page.
#[derive(Debug)]
pub(crate) struct Block {
    /// The kind that the text behind the fence states.
    pub(crate) kind: Kind,
    /// The line number of the opening fence.
    pub(crate) line: usize,
    /// The text between the fences.
    pub(crate) text: String,
    /// The output that the page shows for the block.
    pub(crate) answer: Option<Answer>,
}

/// The output that a page shows for a block.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The line number of the opening fence.
    pub(crate) line: usize,
    /// The text between the fences.
    pub(crate) text: String,
}

impl Block {
    /// Whether bash plays the block.
    pub(crate) fn is_played(&self) -> bool {
        matches!(self.kind, Kind::Played | Kind::Refused)
    }
}

/// A block before its kind is known: line number, text behind the opening fence, text between the fences.
struct Fenced<'page> {
    line: usize,
    said: &'page str,
    text: String,
}

/// The blocks of a page, and the problems of text that is not a block as defined in `pages/mod.rs`.
pub(crate) fn read(page: &Page) -> (Vec<Block>, Vec<String>) {
    let (found, mut problems) = fenced(page);
    let mut blocks: Vec<Block> = Vec::new();
    for Fenced { line, said, text } in found {
        let kind = match said {
            "sh" => Kind::Played,
            "sh refused" => Kind::Refused,
            "sh elsewhere" => Kind::Elsewhere,
            "text" => Kind::Figure,
            "" => {
                match blocks.last_mut().filter(|block| block.is_played() && block.answer.is_none()) {
                    Some(block) => block.answer = Some(Answer { line, text }),
                    None => problems.push(format!("{}:{line}: no played block prints this", page.name)),
                }
                continue;
            }
            _ => {
                problems.push(format!("{}:{line}: unknown kind of block: `{said}`", page.name));
                continue;
            }
        };
        blocks.push(Block { kind, line, text, answer: None });
    }
    (blocks, problems)
}

fn fenced(page: &Page) -> (Vec<Fenced<'_>>, Vec<String>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let mut open: Option<(Fenced, usize)> = None;
    let mut before = "";
    for (number, line) in page.text.lines().enumerate() {
        let at = number + 1;
        let bare = line.trim_start();
        match (&mut open, bare.strip_prefix(FENCE)) {
            (None, Some(said)) => {
                let fenced = Fenced { line: at, said: said.trim(), text: String::new() };
                open = Some((fenced, line.len() - bare.len()));
            }
            (None, None) if may_be_a_block(line, before) => {
                problems
                    .push(format!("{}:{at}: a block is fenced by {FENCE} at the start of a line", page.name));
            }
            (None, None) => {}
            (Some(_), Some("")) => found.extend(open.take().map(|(fenced, _)| fenced)),
            (Some((fenced, indent)), _) => {
                let indent = (line.len() - bare.len()).min(*indent);
                fenced.text.push_str(line.get(indent..).unwrap_or(bare));
                fenced.text.push('\n');
            }
        }
        before = line;
    }
    if let Some((fenced, _)) = open {
        problems.push(format!("{}:{}: the block does not end", page.name, fenced.line));
    }
    (found, problems)
}

/// Whether Markdown shows a line outside of the blocks as code nevertheless: another fence, a quote, an
/// indent.
fn may_be_a_block(line: &str, before: &str) -> bool {
    let is_indented = (line.starts_with("    ") || line.starts_with('\t')) && before.trim().is_empty();
    line.contains(FENCE)
        || line.contains("~~~")
        || line.contains("<pre")
        || is_indented && !line.trim().is_empty()
}
