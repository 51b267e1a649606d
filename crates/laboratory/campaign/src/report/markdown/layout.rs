//! The layout of a document in Markdown: prose wraps at 100 columns, and one blank line stands between blocks. Tables and
//! fenced blocks stay as they are.

use crate::report::wrap;

const WIDTH: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Heading,
    Table,
    Item,
    Prose,
    Fence,
}

struct Block<'a> {
    kind: Kind,
    lines: Vec<&'a str>,
}

/// The same document, laid out.
pub(super) fn laid_out(text: &str) -> String {
    let blocks = blocks(text);
    let mut laid = String::new();
    let mut before = None;
    for Block { kind, lines } in &blocks {
        // Items of a list stand together.
        if before.is_some_and(|before| before != Kind::Item || *kind != Kind::Item) {
            laid.push('\n');
        }
        laid.push_str(&match kind {
            Kind::Prose => wrapped(lines, ""),
            Kind::Item => wrapped(lines, "  "),
            Kind::Heading | Kind::Table | Kind::Fence => lines.join("\n"),
        });
        laid.push('\n');
        before = Some(*kind);
    }
    laid
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block> = Vec::new();
    // The last block takes no further line, such as after a blank one.
    let mut closed = true;
    for line in text.lines() {
        let last = blocks.last_mut().filter(|_| !closed);
        if let Some(fence) = last.filter(|last| last.kind == Kind::Fence) {
            closed = line.starts_with("~~~");
            fence.lines.push(line);
            continue;
        }
        if line.trim().is_empty() {
            closed = true;
            continue;
        }
        let kind = kind(line);
        let last = blocks.last_mut().filter(|_| !closed);
        match last.filter(|last| continues(last.kind, kind)) {
            Some(last) => last.lines.push(line),
            None => blocks.push(Block { kind, lines: vec![line] }),
        }
        closed = false;
    }
    blocks
}

fn kind(line: &str) -> Kind {
    match line {
        _ if line.starts_with("~~~") => Kind::Fence,
        _ if line.starts_with('#') => Kind::Heading,
        _ if line.starts_with('|') => Kind::Table,
        _ if line.starts_with("- ") => Kind::Item,
        _ => Kind::Prose,
    }
}

fn continues(block: Kind, line: Kind) -> bool {
    matches!((block, line), (Kind::Table, Kind::Table) | (Kind::Prose | Kind::Item, Kind::Prose))
}

/// Prose in lines of at most 100 columns, as far as its words allow; `indent` stands before each line but the first.
fn wrapped(lines: &[&str], indent: &str) -> String {
    let words = lines.iter().flat_map(|line| line.split(' ')).filter(|word| !word.is_empty());
    wrap::wrapped(words, WIDTH, &format!("\n{indent}"), begins_a_block)
}

/// Whether a word at the beginning of a line would be more than a word.
fn begins_a_block(word: &str) -> bool {
    let number = word.trim_end_matches(['.', ')']);
    let is_ordinal = number.len() < word.len() && number.bytes().all(|byte| byte.is_ascii_digit());
    let all = |mark: char| word.chars().all(|one| one == mark);
    is_ordinal || all('-') || all('+') || all('*') || all('=') || word.starts_with(['>', '#'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_and_items_wrap_and_tables_and_fenced_blocks_do_not() {
        let long = "word ".repeat(30);
        let fenced = format!("~~~\n\n\n# {long}\n~~~");
        let table = format!("| {long} |\n| --- |");
        let text = format!("# Title\n{long}\n{long}\n\n\n{table}\n- {long}\n- b\n{fenced}\nend");
        let laid = laid_out(&text);
        for whole in [&table, &fenced] {
            assert!(laid.contains(&format!("\n\n{whole}\n\n")), "{laid}");
        }
        assert!(laid.starts_with("# Title\n\nword word"), "{laid}");
        assert!(laid.contains("\n  word word") && laid.contains("\n- b\n\n~~~"), "{laid}");
        let wide = laid.lines().filter(|line| line.chars().count() > WIDTH).count();
        assert_eq!(wide, 2, "{laid}");
        assert_eq!(laid_out(&laid), laid);
    }

    #[test]
    fn no_line_begins_with_what_would_be_a_list_or_a_quotation() {
        for mark in ["-", "+", ">", "1.", "12)", "==="] {
            let text = format!("{} {mark} b", "a".repeat(WIDTH));
            assert_eq!(
                laid_out(&text).lines().next(),
                Some(&*format!("{} {mark}", "a".repeat(WIDTH)))
            );
        }
    }
}
