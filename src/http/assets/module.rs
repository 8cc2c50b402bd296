//! One module of a page as its source has it: what it takes from others, what it gives, and the rest. Only the forms that
//! our pages use are understood; anything else is refused when the page is first asked for, and so by its tests.

use super::lean::lean;

/// A module before it is linked.
pub struct Module {
    /// Where it is below assets/, like `/shared/dom.js`.
    pub path: String,
    /// In the order of the source.
    pub imports: Vec<Import>,
    pub exports: Vec<String>,
    /// Its code without comments, imports and the word `export`.
    pub body: String,
    /// Whether it waits for something before others may use it.
    pub awaits: bool,
}

/// What a module takes from another one.
pub struct Import {
    pub from: String,
    /// As it is written before `=` when the other module is an object: `{ a, b: c }` or a name. None: only its effect.
    pub pattern: Option<String>,
}

impl Module {
    /// # Panics
    /// When the source has a form that is not understood; the message names it.
    pub fn parse(path: &str, source: &str) -> Module {
        let mut module = Module {
            path: path.to_owned(),
            imports: Vec::new(),
            exports: Vec::new(),
            body: String::new(),
            awaits: false,
        };
        let mut body = String::with_capacity(source.len());
        let mut statement: Option<String> = None;
        for line in source.lines() {
            if statement.is_some() || line.starts_with("import ") {
                let whole = statement.get_or_insert_default();
                whole.push_str(line.trim());
                if line.ends_with(';') {
                    module.imports.push(import(path, whole));
                    statement = None;
                }
                continue;
            }
            if let Some(names) = line.strip_prefix("export {") {
                let names = names.trim_end_matches([';', '}', ' ']).split(',');
                let names = names.map(|name| name.trim().to_owned());
                module.exports.extend(names.filter(|name| !name.is_empty()));
                continue;
            }
            let inner = line.strip_prefix("export ");
            if let Some(declared) = inner {
                module.exports.push(declared_name(path, declared));
            }
            let line = inner.unwrap_or(line);
            module.awaits |= line.starts_with("await ")
                || (line.starts_with("const ") && line.contains(" = await "));
            body.push_str(line);
            body.push('\n');
        }
        for line in lean(&body).lines().filter(|line| !line.is_empty()) {
            module.body.push_str(line);
            module.body.push('\n');
        }
        module
    }

    /// The modules that this one loads later, in the order of the source.
    pub fn loads_later(&self) -> Vec<String> {
        let calls = self.body.split("import(\"").skip(1);
        calls
            .filter_map(|rest| rest.split('"').next())
            .map(|name| resolve(&self.path, name))
            .collect()
    }

    /// The code, with every `import("...")` asking for what `address` gives for the module's path.
    pub fn code(&self, address: impl Fn(&str) -> String) -> String {
        let mut parts = self.body.split("import(\"");
        let mut code = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once("\")").unwrap_or_else(|| {
                panic!(
                    "{}: import() of something that is no name: {part}",
                    self.path
                )
            });
            code.push_str(&address(&resolve(&self.path, name)));
            code.push_str(rest);
        }
        // What lies beside a module lies there still when its code has moved.
        let own = format!("(location.origin + \"{}\")", self.path);
        code.replace("import.meta.url", &own)
    }
}

/// `import { a, b as c } from "./x.js";` and the like, its lines joined.
fn import(path: &str, statement: &str) -> Import {
    let inner = statement
        .trim_start_matches("import")
        .trim_end_matches(';')
        .trim();
    let (names, from) = inner.rsplit_once("from ").unwrap_or(("", inner));
    let from = from.trim().trim_matches('"');
    assert!(
        from.starts_with('.') && from.ends_with(".js"),
        "{path}: {statement} is not by a relative name"
    );
    let names = names.trim();
    let pattern = if names.is_empty() {
        None
    } else if let Some(name) = names.strip_prefix("* as ") {
        Some(name.to_owned())
    } else {
        assert!(
            names.starts_with('{') && names.ends_with('}'),
            "{path}: {statement} is not understood"
        );
        Some(names.replace(" as ", ": "))
    };
    Import {
        from: resolve(path, from),
        pattern,
    }
}

/// The name in `async function name(`, `class name {` or `const name = `.
fn declared_name(path: &str, declared: &str) -> String {
    let mut words = declared.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    let mut word = words.next();
    if word == Some("async") {
        word = words.next();
    }
    let name = match word {
        Some("function" | "class" | "const") => words.next(),
        _ => None,
    };
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| panic!("{path}: export {declared} is not understood"))
        .to_owned()
}

/// A relative name in the module or page `base`, as a path.
pub fn resolve(base: &str, name: &str) -> String {
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
