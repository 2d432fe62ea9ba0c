//! Compares the output of a block with the answer that the page shows.

/// Stands for any text within a line; alone on a line, for any number of lines.
const ANYTHING: char = '…';
/// Replaces every UUID before the comparison.
const UUID: &str = "UUID";
/// Lengths of a UUID's parts.
const PARTS: [usize; 5] = [8, 4, 4, 4, 12];

/// The first difference between the shown answer and the printed output, as a sentence; `None` when they
/// agree.
pub(crate) fn difference(shown: &str, printed: &str) -> Option<String> {
    let [expected, found] = [shown, printed].map(|text| text.lines().map(plain).collect::<Vec<_>>());
    // For the shown lines so far: `reached[n]` says whether they can match the first `n` printed lines.
    let mut reached = vec![false; found.len() + 1];
    reached[0] = true;
    for line in &expected {
        let next = step(line, &reached, &found);
        if !next.contains(&true) {
            let furthest = reached.iter().rposition(|reached| *reached).unwrap_or_default();
            let instead = found.get(furthest).map_or("nothing more", String::as_str);
            return Some(format!("`{line}` is shown, but `{instead}` was printed"));
        }
        reached = next;
    }
    if reached[found.len()] {
        return None;
    }
    let furthest = reached.iter().rposition(|reached| *reached).unwrap_or_default();
    Some(format!("nothing more is shown, but `{}` was printed", found[furthest]))
}

fn step(line: &str, reached: &[bool], found: &[String]) -> Vec<bool> {
    if line.chars().eq([ANYTHING]) {
        let first = reached.iter().position(|reached| *reached).unwrap_or(reached.len());
        return (0..reached.len()).map(|used| used >= first).collect();
    }
    let matched = (0..found.len()).map(|used| reached[used] && is_like(line, &found[used]));
    std::iter::once(false).chain(matched).collect()
}

/// Whether the printed line matches the shown line, in which `…` stands for any text.
fn is_like(shown: &str, printed: &str) -> bool {
    let Some((before, after)) = shown.split_once(ANYTHING) else { return shown == printed };
    let Some(mut rest) = printed.strip_prefix(before) else { return false };
    let parts: Vec<&str> = after.split(ANYTHING).collect();
    let Some((last, between)) = parts.split_last() else { return true };
    for part in between {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// A line without the parts that differ from run to run: ids, and the width of white space.
fn plain(line: &str) -> String {
    let words: Vec<String> = line.split_whitespace().map(without_uuids).collect();
    words.join(" ")
}

fn without_uuids(word: &str) -> String {
    let mut text = String::new();
    let mut rest = word;
    while let Some(letter) = rest.chars().next() {
        let length = PARTS.iter().sum::<usize>() + PARTS.len() - 1;
        if rest.get(..length).is_some_and(is_uuid) {
            text.push_str(UUID);
            rest = &rest[length..];
        } else {
            text.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    text
}

fn is_uuid(text: &str) -> bool {
    let is_part =
        |part: &str, length: usize| part.len() == length && part.chars().all(|c| c.is_ascii_hexdigit());
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == PARTS.len() && parts.iter().zip(PARTS).all(|(part, length)| is_part(part, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ellipsis_and_a_uuid_match_any_text() {
        let printed =
            "{\n  \"name\": \"orders/01a1fc1c-4be4-770b-a23b-f006e1bbe485\",\n  \"a\":  1,\n  \"b\": 2\n}";
        let same = "{\n  \"name\": \"orders/01a1fc1c-4be4-770b-a23b-000000000000\",\n…\n\"b\": 2\n}";
        let parts = "{\n…\n  \"a\": …,\n  …2\n…\n}\n…";
        for shown in [printed, same, parts, "{\n…", "…\n}", "…", "{\n\"…\"orders/…\",\n…"] {
            assert_eq!(difference(shown, printed), None, "{shown}");
        }
    }

    #[test]
    fn a_difference_names_the_line() {
        let printed = "one\ntwo\nthree";
        for (shown, difference_found) in [
            ("one\ntoo\nthree", "`too` is shown, but `two` was printed"),
            ("one\ntwo", "nothing more is shown, but `three` was printed"),
            ("one\n…\nfour", "`four` is shown, but `nothing more` was printed"),
            ("one\ntwo\nthree\nfour", "`four` is shown, but `nothing more` was printed"),
            ("", "nothing more is shown, but `one` was printed"),
            ("one\nt…e\nthree", "`t…e` is shown, but `two` was printed"),
        ] {
            assert_eq!(difference(shown, printed).as_deref(), Some(difference_found));
        }
    }
}
