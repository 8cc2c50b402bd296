//! A page as it is sent: its markup with one style sheet and one script in place of the many that the source has.

use std::collections::BTreeMap;

use super::lean::lean;
use super::link::{Scripts, link};
use super::module::resolve;

/// The name of a page's joined style sheet in its folder.
const STYLE: &str = "page.css";
const STYLE_LINK: &str = "<link rel=\"stylesheet\" href=\"";

/// What a page consists of by path; `path` is that of its index.html, `text` gives the source below assets/.
///
/// # Panics
/// When the page names a style sheet or module that is not there; see also [`link`].
pub fn page<'a>(path: &str, text: impl Fn(&str) -> Option<&'a str>) -> Scripts {
    let source = text(path).unwrap_or_else(|| panic!("{path} is not there"));
    let folder = path.trim_end_matches("index.html");
    let mut files = BTreeMap::new();
    let mut html = String::with_capacity(source.len());
    let mut css = String::new();
    for line in source.lines() {
        let line = line.trim_start();
        let Some(rest) = line.strip_prefix(STYLE_LINK) else {
            html.push_str(line);
            html.push('\n');
            continue;
        };
        let sheet = resolve(path, rest.split('"').next().unwrap_or_default());
        if css.is_empty() {
            html.push_str(&format!("{STYLE_LINK}{STYLE}\">\n"));
        }
        let rules = text(&sheet).unwrap_or_else(|| panic!("{path}: {sheet} is not there"));
        assert!(
            !rules.contains("url("),
            "{sheet}: its url() would lead elsewhere"
        );
        for rule in lean(rules).lines().filter(|line| !line.is_empty()) {
            css.push_str(rule);
            css.push('\n');
        }
    }
    files.insert(folder.to_owned(), html);
    files.insert(format!("{folder}{STYLE}"), css);
    let main = format!("{folder}main.js");
    files.extend(link(&main, text));
    files
}
