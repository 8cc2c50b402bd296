//! Joining modules, on pages made up for it; tests/it/pages.rs and the browser look at the real ones.

use super::{Scripts, link};

fn linked(modules: &[(&'static str, &'static str)]) -> Scripts {
    link("/a/main.js", |path| {
        let found = modules.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| *text)
    })
}

#[test]
fn a_module_stands_before_those_that_import_it_and_keeps_its_names() {
    let scripts = linked(&[
        (
            "/a/main.js",
            "import { one as uno } from \"../b/one.js\";\nuno();\n",
        ),
        (
            "/b/one.js",
            "// Says one.\nexport function one() {\n  return 1;\n}\n",
        ),
    ]);
    assert_eq!(scripts.len(), 1, "{scripts:?}");
    assert_eq!(
        scripts["/a/main.js"],
        "const $0 = (() => {\nfunction one() {\nreturn 1;\n}\nreturn { one };\n})();\nexport { $0 };\n\
         (async () => {\nconst { one: uno } = $0;\nuno();\n})();\n"
    );
}

#[test]
fn what_is_loaded_later_takes_what_the_page_has_already_and_shares_the_rest() {
    let scripts = linked(&[
        (
            "/a/main.js",
            "import { x } from \"./x.js\";\nimport(\"./p.js\");\nimport(\"../b/q.js\");\nx;\n",
        ),
        ("/a/x.js", "export const x = 1;\n"),
        (
            "/a/p.js",
            "import { x } from \"./x.js\";\nimport { s } from \"./s.js\";\nimport { own } from \"./own.js\";\nexport const p = [x, s, own];\n",
        ),
        (
            "/b/q.js",
            "import * as all from \"../a/s.js\";\nexport const q = all.s;\n",
        ),
        ("/a/s.js", "export const s = 2;\n"),
        ("/a/own.js", "export const own = 3;\n"),
    ]);
    let names: Vec<_> = scripts.keys().map(String::as_str).collect();
    assert_eq!(names, ["/a/b/q.js", "/a/main.js", "/a/p.js", "/a/s.js"]);
    assert!(scripts["/a/main.js"].contains("import(\"/a/b/q.js\")"));
    let p = &scripts["/a/p.js"];
    assert!(
        p.starts_with("import { $0 } from \"/a/main.js\";\nimport * as "),
        "{p}"
    );
    assert!(p.contains("const own = 3;"), "{p}");
    assert!(!p.contains("const s = 2;"), "{p}");
    assert!(p.contains("export const { p } = "), "{p}");
}

#[test]
fn a_module_that_waits_is_waited_for() {
    let scripts = linked(&[
        ("/a/main.js", "await import(\"./later.js\");\n"),
        (
            "/a/later.js",
            "const words = await fetch(import.meta.url);\nexport const later = words;\n",
        ),
    ]);
    let later = &scripts["/a/later.js"];
    assert!(later.contains("= await (async () => {"), "{later}");
    assert!(
        later.contains("fetch((location.origin + \"/a/later.js\"))"),
        "{later}"
    );
    assert!(scripts["/a/main.js"].starts_with("export {  };\n(async () => {"));
}

#[test]
#[should_panic(expected = "in a circle")]
fn modules_in_a_circle_are_refused() {
    linked(&[
        ("/a/main.js", "import { x } from \"./x.js\";\nx();\n"),
        (
            "/a/x.js",
            "import { y } from \"./y.js\";\nexport const x = () => y;\n",
        ),
        (
            "/a/y.js",
            "import { x } from \"./x.js\";\nexport const y = () => x;\n",
        ),
    ]);
}

#[test]
#[should_panic(expected = "export default")]
fn a_form_that_is_not_understood_is_refused() {
    linked(&[("/a/main.js", "export default 1;\n")]);
}
