//! Scripts and styles as they are sent: without the comments, which are for readers of the source. Line by line, nothing is
//! understood and nothing is renamed; every line keeps its number, so that an error names the place in the source.

/// The text without the lines that are only comment, and without indentation.
pub fn lean(text: &str) -> String {
    let mut lean = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines() {
        let line = line.trim();
        if inside {
            inside = !line.ends_with("*/");
        } else if line.starts_with("/*") && !line.contains("*/") {
            inside = true;
        } else if !is_comment(line) {
            lean.push_str(line);
        }
        lean.push('\n');
    }
    lean
}

/// A comment that a line holds whole; what stands before code on its line stays.
fn is_comment(line: &str) -> bool {
    line.starts_with("//") || (line.starts_with("/*") && line.find("*/") == Some(line.len() - 2))
}
