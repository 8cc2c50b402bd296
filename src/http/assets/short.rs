//! Makes a module's code shorter on the wire where nobody can see the difference: names that are private to a class, and types
//! that stand inside a line.

use std::collections::BTreeMap;

/// What may stand before a private name where it is declared.
const BEFORE: [&str; 5] = ["static ", "get ", "set ", "async ", "*"];

/// The code of one module, in lines without indentation.
pub fn short(code: &str) -> String {
    let names = private_names(code);
    let mut short = String::with_capacity(code.len());
    for line in code.lines() {
        short.push_str(&renamed(&uncommented(line), &names));
        short.push('\n');
    }
    short
}

/// What is declared as `#name` at the start of a line, each with a name of a letter or two.
fn private_names(code: &str) -> BTreeMap<&str, String> {
    let mut names = BTreeMap::new();
    for line in code.lines() {
        if let Some(name) = declared(line)
            && !names.contains_key(name)
        {
            names.insert(name, letters(names.len()));
        }
    }
    names
}

fn declared(line: &str) -> Option<&str> {
    let mut line = line;
    while let Some(rest) = BEFORE.iter().find_map(|before| line.strip_prefix(before)) {
        line = rest;
    }
    let name = name_at(line.strip_prefix('#')?);
    (!name.is_empty()).then_some(name)
}

fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    &text[..end.unwrap_or(text.len())]
}

/// a to z, then aa, ba and so on.
fn letters(number: usize) -> String {
    let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap_or_default());
    let mut letters = String::from(letter(number));
    if number >= 26 {
        letters.push(letter(number / 26 - 1));
    }
    letters
}

fn renamed(line: &str, names: &BTreeMap<&str, String>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let is_declaration = declared(line).is_some();
    while let Some(at) = rest.find('#') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        out.push('#');
        rest = &after[1..];
        let name = name_at(rest);
        let is_use = before.ends_with('.')
            || (is_declaration && out.len() == line.find('#').unwrap_or_default() + 1);
        if let (true, Some(letters)) = (is_use, names.get(name)) {
            out.push_str(letters);
            rest = &rest[name.len()..];
        }
    }
    out.push_str(rest);
    out
}

/// Without the types that stand in the middle of a line.
fn uncommented(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("/** ") {
        let Some((_, after)) = after.split_once("*/") else {
            break;
        };
        out.push_str(before);
        rest = after.trim_start();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn private_names_become_letters_wherever_they_are_used() {
        let code = "class A {\n#count = 0;\n#counter;\nget #all() {\nreturn this.#count + b.#counter;\n}\n}\n";
        let wanted = "class A {\n#a = 0;\n#b;\nget #c() {\nreturn this.#a + b.#b;\n}\n}\n";
        assert_eq!(short(code), wanted);
    }

    #[test]
    fn what_only_looks_like_a_private_name_stays() {
        let code = "#setup = 1;\nconst a = \"#setup=\" + `#${b}` + \"#2f5fd0\" + this.#setup\n";
        let wanted = "#a = 1;\nconst a = \"#setup=\" + `#${b}` + \"#2f5fd0\" + this.#a\n";
        assert_eq!(short(code), wanted);
    }

    #[test]
    fn types_inside_a_line_go() {
        let code = "const a = /** @type {const} */ ({ b: \"https://x\" }); // of b\n";
        assert_eq!(short(code), "const a = ({ b: \"https://x\" }); // of b\n");
    }

    #[test]
    fn there_are_names_enough() {
        let code: String = (0..60).map(|at| format!("#name{at};\n")).collect();
        let short = short(&code);
        let mut names: Vec<_> = short.lines().collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 60);
    }
}
