//! Joins the modules of a page into one script, once: on a phone's connection every further request costs more than all its
//! bytes, and one text packs better than thirty. The source needs no build step for it: each module is a function of its own
//! that gives what it exports, with nothing renamed. What a page loads later (`import("...")`) is joined in
//! the same way and takes from the page's script what that has already, so that no module is ever there twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::module::{Import, Module, resolve};

/// A page's scripts by the path they are asked by.
pub type Scripts = BTreeMap<String, String>;

/// What a page is made of: its modules by their path below assets/, those it imports before those that import them.
struct Page<'a> {
    /// The path of its main.js, under which the joined script is served.
    main: &'a str,
    modules: BTreeMap<String, Module>,
    order: Vec<String>,
    /// In the page's own script.
    at_once: BTreeSet<String>,
    /// In which script each of the other modules is: the name of the one module that needs it, or its own.
    homes: BTreeMap<String, String>,
}

/// Links the page whose first module is `main`; `source` gives the text of a module.
///
/// # Panics
/// When a module is not there, has a form that is not understood, or modules import each other in a circle.
pub fn link<'a>(main: &str, source: impl Fn(&str) -> Option<&'a str>) -> Scripts {
    let page = Page::read(main, source);
    let mut scripts = Scripts::new();
    scripts.insert(main.to_owned(), page.main_script());
    let homes: BTreeSet<&String> = page.homes.values().collect();
    for home in homes {
        scripts.insert(page.address(home), page.later_script(home));
    }
    scripts
}

impl Page<'_> {
    fn read<'a>(main: &str, source: impl Fn(&str) -> Option<&'a str>) -> Page<'_> {
        let mut page = Page {
            main,
            modules: BTreeMap::new(),
            order: Vec::new(),
            at_once: BTreeSet::new(),
            homes: BTreeMap::new(),
        };
        let mut starts = vec![main.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(start) = starts.pop() {
            if seen.insert(start.clone()) {
                let known = page.order.len();
                page.add(&start, &source, &mut Vec::new());
                for path in &page.order[known..] {
                    starts.extend(page.modules[path].loads_later());
                }
            }
        }
        page.at_once = page.needs(main);
        page.find_homes(seen);
        page
    }

    /// Takes in a module after everything it imports.
    fn add<'a>(
        &mut self,
        path: &str,
        source: &impl Fn(&str) -> Option<&'a str>,
        above: &mut Vec<String>,
    ) {
        assert!(
            !above.iter().any(|one| one == path),
            "modules in a circle: {above:?}"
        );
        if self.modules.contains_key(path) {
            return;
        }
        let text = source(path).unwrap_or_else(|| panic!("{path} is not there: {above:?}"));
        let module = Module::parse(path, text);
        above.push(path.to_owned());
        for import in &module.imports {
            self.add(&import.from, source, above);
        }
        above.pop();
        self.order.push(path.to_owned());
        self.modules.insert(path.to_owned(), module);
    }

    /// A module and all it imports, and what those import.
    fn needs(&self, path: &str) -> BTreeSet<String> {
        let mut needed = BTreeSet::new();
        let mut open = vec![path.to_owned()];
        while let Some(path) = open.pop() {
            if needed.insert(path.clone()) {
                let imports = self.modules[&path].imports.iter();
                open.extend(imports.map(|import| import.from.clone()));
            }
        }
        needed
    }

    /// What only one of the modules loaded later needs comes with it; what several need comes by itself.
    fn find_homes(&mut self, starts: BTreeSet<String>) {
        let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for start in starts {
            for needed in self.needs(&start) {
                users.entry(needed).or_default().push(start.clone());
            }
        }
        for (path, users) in users {
            if self.at_once.contains(&path) {
                continue;
            }
            let home = match &users[..] {
                [only] => only.clone(),
                _ => path.clone(),
            };
            self.homes.insert(path, home);
        }
    }

    /// Where the script of a home is asked for: below the page's own folder, since another page's has other parts.
    fn address(&self, home: &str) -> String {
        let folder = resolve(self.main, ".");
        match home.strip_prefix(&folder) {
            Some(_) => home.to_owned(),
            None => format!("{folder}{home}"),
        }
    }

    /// What stands for a module wherever it is used.
    fn name(&self, path: &str) -> String {
        let at = self.order.iter().position(|one| one == path);
        format!("${}", at.unwrap_or_default())
    }

    fn main_script(&self) -> String {
        let mut script = String::new();
        let mut names = Vec::new();
        for path in &self.order {
            if path != self.main && self.at_once.contains(path) {
                self.write_module(&mut script, path);
                names.push(self.name(path));
            }
        }
        let _ = writeln!(script, "export {{ {} }};", names.join(", "));
        // A page's first module may wait for as long as it lives: whatever is loaded later must not wait for that.
        let module = &self.modules[self.main];
        let _ = writeln!(script, "(async () => {{\n{}}})();", self.inner(module));
        script
    }

    fn later_script(&self, home: &str) -> String {
        let inside = |path: &String| self.homes.get(path).is_some_and(|one| one == home);
        let mut script = String::new();
        let mut from_main = BTreeSet::new();
        let mut from_others = BTreeSet::new();
        for import in self.order.iter().filter(|path| inside(path)) {
            for Import { from, .. } in &self.modules[import].imports {
                if self.at_once.contains(from) {
                    from_main.insert(self.name(from));
                } else if !inside(from) {
                    from_others.insert(from);
                }
            }
        }
        if !from_main.is_empty() {
            let names: Vec<_> = from_main.into_iter().collect();
            let _ = writeln!(
                script,
                "import {{ {} }} from \"{}\";",
                names.join(", "),
                self.main
            );
        }
        for other in from_others {
            let address = self.address(&self.homes[other]);
            let _ = writeln!(
                script,
                "import * as {} from \"{address}\";",
                self.name(other)
            );
        }
        for path in self.order.iter().filter(|path| inside(path)) {
            self.write_module(&mut script, path);
        }
        let exports = &self.modules[home].exports;
        if !exports.is_empty() {
            let names = exports.join(", ");
            let _ = writeln!(script, "export const {{ {names} }} = {};", self.name(home));
        }
        script
    }

    fn write_module(&self, script: &mut String, path: &str) {
        let module = &self.modules[path];
        let (wait, kind) = if module.awaits {
            ("await ", "async ")
        } else {
            ("", "")
        };
        let _ = writeln!(
            script,
            "const {} = {wait}({kind}() => {{\n{}return {{ {} }};\n}})();",
            self.name(path),
            self.inner(module),
            module.exports.join(", ")
        );
    }

    /// A module's code with what it takes from others above it.
    fn inner(&self, module: &Module) -> String {
        let mut inner = String::new();
        for Import { from, pattern } in &module.imports {
            if let Some(pattern) = pattern {
                let _ = writeln!(inner, "const {pattern} = {};", self.name(from));
            }
        }
        inner.push_str(&module.code(|later| match self.homes.get(later) {
            Some(home) => format!("import(\"{}\")", self.address(home)),
            None => format!("Promise.resolve({})", self.name(later)),
        }));
        inner
    }
}

#[cfg(test)]
mod tests;
