//! Who may import whom: the table of `src/doc/architecture.md`, held.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What each module may import from this crate. One way, left to right; nothing imports `cli`.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("doc", &[]),
    ("ids", &[]),
    ("finding", &[]),
    ("model", &["ids", "finding"]),
    ("read", &["model", "ids", "finding"]),
    ("case", &["model", "ids", "finding"]),
    ("matrix", &["case", "ids"]),
    ("linsolve", &[]),
    ("flow", &["linsolve", "matrix", "case", "model", "ids", "finding"]),
    ("study", &["flow", "case", "model", "ids", "finding"]),
    ("criteria", &["flow", "model", "ids", "finding"]),
    ("appraise", &["study", "criteria", "flow", "case", "model", "ids", "finding"]),
    // A file is rewritten by the grammar that it is read by, and read again to see what it says.
    ("write", &["read", "case", "model", "ids", "finding"]),
    ("report", &["appraise", "study", "criteria", "flow", "model", "ids", "finding"]),
    (
        "cli",
        &[
            "appraise", "case", "criteria", "finding", "flow", "ids", "model", "read", "report", "study",
            "write",
        ],
    ),
];

/// Packages that only one module may name.
const OWNED: &[(&str, &[&str])] = &[
    ("faer", &["linsolve"]),
    ("pulp", &["linsolve"]),
    ("sprs", &["matrix", "linsolve", "flow"]),
    ("clap", &["cli"]),
    ("fastrand", &["appraise"]),
    ("good_lp", &["appraise"]),
    ("rayon", &["flow", "study", "cli"]),
    ("toml_edit", &["read", "write"]),
    ("encoding_rs", &["read"]),
    ("flate2", &["read"]),
    ("zip", &["read"]),
    ("calamine", &["read"]),
    ("quick_xml", &["read"]),
    ("rust_xlsxwriter", &["write", "report"]),
    ("askama", &["report"]),
    ("fluent_bundle", &["report"]),
    ("plotters", &["report"]),
];

fn sources(folder: &Path, out: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Code without comments, so that doc links may point anywhere.
fn code(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules named after `crate::`, also inside `use crate::{a, b::c}`.
fn imported(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let (mut depth, mut name) = (1, String::new());
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 1 && (c.is_alphanumeric() || c == '_') {
                    name.push(c);
                } else if depth >= 1 && !name.is_empty() {
                    found.insert(std::mem::take(&mut name));
                }
                if depth == 0 {
                    break;
                }
            }
        } else {
            found.insert(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

#[test]
fn every_module_imports_only_what_stands_left_of_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let table: BTreeMap<&str, BTreeSet<&str>> =
        MAY_IMPORT.iter().map(|(module, list)| (*module, list.iter().copied().collect())).collect();
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut broken = Vec::new();
    for (path, text) in &files {
        let inner = Path::new(path).strip_prefix(&root).unwrap();
        let module = inner.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        if module == "lib" || module == "main" {
            continue;
        }
        let Some(allowed) = table.get(module) else {
            broken.push(format!("{path}: module `{module}` is not in the table"));
            continue;
        };
        let code = code(text);
        for name in imported(&code) {
            if table.contains_key(name.as_str()) && name != module && !allowed.contains(name.as_str()) {
                broken.push(format!("{path}: `{module}` may not import `{name}`"));
            }
        }
        for (package, owners) in OWNED {
            let names = |line: &str| {
                line.contains(&format!("{package}::")) && !line.contains(&format!("_{package}::"))
            };
            if !owners.contains(&module) && code.lines().any(|line| names(line.trim_start())) {
                broken.push(format!("{path}: `{module}` may not use the package `{package}`"));
            }
        }
    }
    assert!(files.len() > 40, "the sources were found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Only the command line prints, reads the environment or ends the process.
#[test]
fn only_the_command_line_talks_to_the_world() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    for (path, text) in files {
        let inner = Path::new(&path).strip_prefix(&root).unwrap().to_path_buf();
        if inner.starts_with("cli") || inner == Path::new("main.rs") {
            continue;
        }
        // A time limit is a clock: it says how far a study comes, never what is found on the way.
        if inner == Path::new("study").join("stop.rs") {
            continue;
        }
        for word in ["println!", "print!(", "std::env::", "process::exit", "SystemTime", "Instant::now"] {
            assert!(!code(&text).contains(word), "{path} uses {word}");
        }
    }
}
