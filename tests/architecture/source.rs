//! The production code of a crate as a tree of modules: what each module declares, and what it imports.
//! Items for tests (`#[cfg(test)]`, `#[test]`) are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A module, in a file of its own or in the file of its parent.
#[derive(Debug, Default)]
pub(crate) struct Module {
    pub(crate) file: PathBuf,
    pub(crate) parent: Option<usize>,
    pub(crate) children: BTreeMap<String, usize>,
    /// Names of the functions, types, constants and so on that the module declares.
    pub(crate) items: BTreeSet<String>,
    pub(crate) uses: Vec<Use>,
    /// Paths in the module's code, without those of `use`.
    pub(crate) paths: Vec<Mention>,
    pub(crate) constants: Vec<Constant>,
    /// Every identifier in the module's production code.
    pub(crate) words: BTreeSet<String>,
}

/// One name that a `use` imports.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    /// The name in the importing module, or `*` for a glob.
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
    /// Whether the `use` is public, so that other modules may import the name from here.
    pub(crate) exported: bool,
}

/// A path in the code, or a single identifier.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub(crate) path: Vec<String>,
    /// Whether the path is called, or referenced as in `&name`. Always true for a path of several names.
    pub(crate) called: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Constant {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) value: TokenStream,
}

/// The modules of a crate. The first module is the root.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) modules: Vec<Module>,
}

impl Source {
    /// Reads the crate with this root file.
    pub(crate) fn read(root: &Path) -> Source {
        let mut source = Source { modules: Vec::new() };
        source.file(root, root.parent().unwrap(), None);
        source
    }

    /// Reads a module in a file of its own. `folder` holds the module's children.
    fn file(&mut self, file: &Path, folder: &Path, parent: Option<usize>) -> usize {
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.module(tokens, file, folder, parent)
    }

    fn module(&mut self, tokens: TokenStream, file: &Path, folder: &Path, parent: Option<usize>) -> usize {
        let at = self.modules.len();
        self.modules.push(Module { file: file.to_owned(), parent, ..Module::default() });
        for item in items(tokens) {
            self.item(at, &item, folder);
        }
        at
    }

    fn item(&mut self, at: usize, item: &[TokenTree], folder: &Path) {
        let words: Vec<String> = item.iter().map(ToString::to_string).collect();
        let Some(begin) = keyword(item) else { return self.code(at, item) };
        let name = words.get(begin + 1).cloned().unwrap_or_default();
        match words[begin].as_str() {
            "mod" => {
                let child = match item.get(begin + 2) {
                    Some(TokenTree::Group(body)) => {
                        let (file, folder) = (self.modules[at].file.clone(), folder.join(&name));
                        self.module(body.stream(), &file, &folder, Some(at))
                    }
                    _ => {
                        let (flat, room) = (folder.join(format!("{name}.rs")), folder.join(&name));
                        let file = if flat.exists() { flat } else { room.join("mod.rs") };
                        self.file(&file, &room, Some(at))
                    }
                };
                self.modules[at].children.insert(name, child);
            }
            "use" => {
                let exported = words[..begin].iter().any(|word| word == "pub");
                let mut found = Vec::new();
                tree(&item[begin + 1..], &[], exported, &mut found);
                self.modules[at].uses.extend(found);
            }
            _ => {
                self.constant(at, item, begin);
                let declares = |word: &str| DECLARES.contains(&word);
                let mut pairs = words[begin..].windows(2);
                let declared = pairs.find(|pair| declares(&pair[0]) && !declares(&pair[1]));
                self.modules[at].items.extend(declared.map(|pair| pair[1].clone()));
                self.code(at, item);
            }
        }
    }

    fn constant(&mut self, at: usize, item: &[TokenTree], begin: usize) {
        let is = |token: &TokenTree, sign: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign);
        let [TokenTree::Ident(word), TokenTree::Ident(name), rest @ ..] = &item[begin..] else { return };
        let Some(equals) = rest.iter().position(|token| is(token, '=')).filter(|_| *word == "const") else {
            return;
        };
        let kind: TokenStream = rest[1..equals].iter().cloned().collect();
        let kind = kind.to_string().split_whitespace().collect();
        let value = rest[equals + 1..].iter().cloned().collect();
        self.modules[at].constants.push(Constant { name: name.to_string(), kind, value });
    }

    /// Records every path and identifier in the code and in its nested groups.
    fn code(&mut self, at: usize, tokens: &[TokenTree]) {
        let mut next = 0;
        while next < tokens.len() {
            match &tokens[next] {
                TokenTree::Group(group) => {
                    for item in items(group.stream()) {
                        match keyword(&item).map(|begin| (begin, item[begin].to_string())) {
                            Some((begin, word)) if word == "use" => {
                                let mut found = Vec::new();
                                tree(&item[begin + 1..], &[], false, &mut found);
                                self.modules[at].uses.extend(found);
                            }
                            _ => self.code(at, &item),
                        }
                    }
                    next += 1;
                }
                TokenTree::Ident(_) => next = self.path(at, tokens, next),
                _ => next += 1,
            }
        }
    }

    /// Records the path that begins at index `begin`. Returns the index after the path.
    fn path(&mut self, at: usize, tokens: &[TokenTree], begin: usize) -> usize {
        let (mut path, mut end) = (vec![tokens[begin].to_string()], begin + 1);
        while is_colons(tokens, end) && matches!(tokens.get(end + 2), Some(TokenTree::Ident(_))) {
            path.push(tokens[end + 2].to_string());
            end += 3;
        }
        self.modules[at].words.extend(path.iter().cloned());
        let before = begin.checked_sub(1).map(|before| tokens[before].to_string()).unwrap_or_default();
        let after = tokens.get(end).map(ToString::to_string).unwrap_or_default();
        let is_field = after == ":" && !is_colons(tokens, end);
        let is_foreign = begin >= 2 && is_colons(tokens, begin - 2);
        if !is_foreign && !is_field && ![".", "fn", "let", "mut"].contains(&before.as_str()) {
            let called = after.starts_with('(') || path.len() > 1 || before == "&";
            self.modules[at].paths.push(Mention { path, called });
        }
        end
    }
}

/// Keywords that begin a declaration.
const DECLARES: [&str; 9] =
    ["fn", "struct", "enum", "trait", "type", "const", "static", "union", "macro_rules"];

/// The items of a stream, without their attributes and without items for tests. The statements of a function
/// body are split in the same way, which does no harm.
fn items(stream: TokenStream) -> Vec<Vec<TokenTree>> {
    let (mut items, mut item) = (Vec::new(), Vec::new());
    let mut is_test = false;
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if item.is_empty() && token.to_string() == "#" {
            // `#![…]` is an attribute of the file, not of the next item.
            tokens.next_if(|next| next.to_string() == "!");
            let Some(TokenTree::Group(attribute)) = tokens.next() else { continue };
            let words: String = attribute.stream().to_string().split_whitespace().collect();
            is_test |= words == "cfg(test)" || words == "test" || words.ends_with("::test");
            continue;
        }
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !ends_with_semicolon(&item),
            _ => false,
        };
        item.push(token);
        if ends {
            let item = std::mem::take(&mut item);
            if !std::mem::take(&mut is_test) {
                items.push(item);
            }
        }
    }
    if !is_test && !item.is_empty() {
        items.push(item);
    }
    items
}

/// Whether the item ends with a semicolon even after braces, as `use a::{b, c};` does.
fn ends_with_semicolon(item: &[TokenTree]) -> bool {
    let Some(begin) = keyword(item) else { return false };
    let next = item.get(begin + 1).map(ToString::to_string).unwrap_or_default();
    match item[begin].to_string().as_str() {
        "use" | "static" | "type" => true,
        "const" => !["fn", "unsafe", "async"].contains(&next.as_str()),
        _ => false,
    }
}

/// The index of the item's first word after its visibility.
fn keyword(item: &[TokenTree]) -> Option<usize> {
    let begin = match item.first()?.to_string().as_str() {
        "pub" if matches!(item.get(1), Some(TokenTree::Group(_))) => 2,
        "pub" => 1,
        _ => 0,
    };
    matches!(item.get(begin), Some(TokenTree::Ident(_))).then_some(begin)
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let is =
        |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is(tokens.get(at)) && is(tokens.get(at + 1))
}

/// The names that a tree of `use` imports.
fn tree(tokens: &[TokenTree], before: &[String], exported: bool, found: &mut Vec<Use>) {
    for branch in
        tokens.split(|token| matches!(token, TokenTree::Punct(punct) if ",;".contains(punct.as_char())))
    {
        // `::name` names another crate.
        if branch.is_empty() || before.is_empty() && is_colons(branch, 0) {
            continue;
        }
        let (mut path, mut name) = (before.to_vec(), None);
        let mut tokens = branch.iter();
        let mut nested = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if *word == "as" => name = tokens.next().map(ToString::to_string),
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == '*' => name = Some("*".to_owned()),
                TokenTree::Group(group) => {
                    nested = true;
                    let inner: Vec<_> = group.stream().into_iter().collect();
                    tree(&inner, &path, exported, found);
                }
                _ => {}
            }
        }
        if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
            path.pop();
        }
        if !nested {
            let name = name.unwrap_or_else(|| path.last().cloned().unwrap_or_default());
            found.push(Use { name, path, exported });
        }
    }
}
