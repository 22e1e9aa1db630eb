//! The report that is handed in: one page, Markdown, a workbook.

mod browser;

use super::{Folder, Run, command, finish};
use calamine::{Data, Reader as _, open_workbook_auto};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The teaching grids, where the lessons are.
fn lessons() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/teaching")
}

/// Writes a report on `input` and reads it; standard error must hold no error.
fn report(input: &str, file: &str, args: &[&str]) -> (Run, Vec<u8>) {
    let folder = Folder::new();
    let file = folder.path(file);
    let run = finish(command(&[&["report", input, "-o", file.to_str().unwrap()], args].concat(), &lessons()));
    let bytes = fs::read(&file).unwrap_or_default();
    (run, bytes)
}

fn page(input: &str, args: &[&str]) -> String {
    let (run, bytes) = report(input, "report.html", args);
    assert!(matches!(run.code, 0 | 1 | 4), "{}", run.stderr);
    assert_eq!(run.stdout, "", "a report goes to its file");
    String::from_utf8(bytes).unwrap()
}

/// The JSON that a page carries in the script element that begins with `start`.
fn carried(page: &str, start: &str) -> Value {
    let at = page.find(start).unwrap_or_else(|| panic!("{start} is in the page")) + start.len();
    let rest = &page[at..];
    serde_json::from_str(&rest[..rest.find("</script>").unwrap()]).unwrap()
}

fn check_of(page: &str) -> Value {
    carried(page, r#"<script type="application/json" id="check">"#)
}

fn drawing_of(page: &str) -> Value {
    carried(page, r#"<script type="application/json" class="drawing-data">"#)
}

/// The values of a table of a page, row by row: numbers and days as the script sorts them, else the text.
fn rows(page: &str, id: &str) -> Vec<Vec<String>> {
    let start = format!(r#"id="t-{id}""#);
    let table = &page[page.find(&start).unwrap_or_else(|| panic!("table {id}"))..];
    let body = &table[table.find("<tbody>").unwrap()..table.find("</tbody>").unwrap()];
    body.split("<tr>")
        .skip(1)
        .map(|row| {
            row.split("<td")
                .skip(1)
                .map(|cell| match cell.split_once("data-v=\"") {
                    Some((_, value)) => value[..value.find('"').unwrap()].to_owned(),
                    None => cell[cell.find('>').unwrap() + 1..cell.find("</td>").unwrap()].to_owned(),
                })
                .collect()
        })
        .collect()
}

/// What `check` writes of the same input with the same options.
fn check(input: &str, args: &[&str]) -> Value {
    let run = finish(command(&[&["check", input, "--format", "json"], args].concat(), &lessons()));
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_page_carries_the_document_of_check_and_shows_its_figures() {
    for input in ["radial", "ring"] {
        let page = page(input, &[]);
        let check = check(input, &[]);
        assert_eq!(check_of(&page), check, "{input}");
        let states = check["summary"]["states"].as_array().unwrap();
        let shown = rows(&page, "states");
        assert_eq!(shown.len(), states.len());
        for (row, state) in shown.iter().zip(states) {
            assert_eq!(
                (row[0].as_str(), row[1].as_str()),
                (state["stage"].as_str().unwrap(), state["scenario"].as_str().unwrap())
            );
            let places = [
                (2, "/load_mw"),
                (3, "/lost_load_mw"),
                (4, "/losses_mw"),
                (5, "/losses_percent"),
                (6, "/lowest/vm_pu"),
                (8, "/highest/vm_pu"),
                (10, "/worst_line/loading_percent"),
            ];
            for (at, place) in places {
                let told = state.pointer(place).and_then(Value::as_f64);
                assert_eq!(row[at].parse::<f64>().ok(), told, "{input} {place}");
            }
        }
        let broken: usize =
            rows(&page, "matrix").iter().flatten().filter(|cell| cell.starts_with("fails")).count();
        let fails =
            check["summary"]["matrix"].as_array().unwrap().iter().filter(|cell| cell["judgement"] == "fails");
        assert_eq!(broken, fails.count());
    }
}

#[test]
fn the_drawing_has_the_voltages_and_loadings_of_check() {
    let page = page("ring", &[]);
    let drawing = drawing_of(&page);
    let check = check("ring", &["--full"]);
    let mut compared = 0;
    for (state, case) in check["cases"].as_array().unwrap().iter().enumerate() {
        for bus in case["buses"].as_array().unwrap() {
            let nodes = drawing["nodes"].as_array().unwrap().iter();
            let mut buses = nodes.flat_map(|node| node["buses"].as_array().unwrap());
            let drawn = buses.find(|drawn| drawn["id"] == bus["id"]).unwrap();
            assert_eq!(drawn["vm_pu"][state], bus["vm_pu"], "{}", bus["id"]);
            compared += 1;
        }
        for branch in case["branches"].as_array().unwrap() {
            let mut branches = drawing["branches"].as_array().unwrap().iter();
            let drawn = branches
                .find(|drawn| {
                    drawn["id"] == branch["id"]
                        && drawn["standing"].as_str().unwrap().as_bytes()[state] != b'-'
                })
                .unwrap();
            if drawn["standing"].as_str().unwrap().as_bytes()[state] == b'i' {
                assert_eq!(drawn["loading_percent"][state], branch["loading_percent"], "{}", branch["id"]);
                compared += 1;
            }
        }
    }
    assert!(compared > 10, "{compared}");
}

/// Nothing in a name ends a tag, a script or an attribute: what an element would do shows as text.
#[test]
fn hostile_names_stay_text() {
    const EVIL: &str = r#"</script><script>alert("1")</script><img src=x onerror='2'>&amp;"#;
    let folder = Folder::new();
    let plan = folder.path("plan");
    copy(&lessons().join("ring"), &plan);
    let quoted = format!("\"{}\"", EVIL.replace('"', "\"\""));
    let stations = fs::read_to_string(plan.join("substations.csv")).unwrap().replace("Alder", &quoted);
    fs::write(plan.join("substations.csv"), stations).unwrap();
    let works = fs::read_to_string(plan.join("projects.csv")).unwrap();
    fs::write(plan.join("projects.csv"), works.replace("Station Cedar cut into Source - Birch", &quoted))
        .unwrap();
    let head = fs::read_to_string(plan.join("plan.toml")).unwrap();
    fs::write(
        plan.join("plan.toml"),
        head.replace("\"A station cut into a ring\"", &format!("'''{EVIL}'''")),
    )
    .unwrap();
    for lang in ["vi", "en"] {
        let page = page(plan.to_str().unwrap(), &["--lang", lang]);
        assert!(!page.contains("<script>alert"), "{lang}");
        assert!(!page.contains("<img"), "{lang}");
        assert_eq!(page.matches("</script>").count(), page.matches("<script").count(), "{lang}");
        assert!(page.contains("&#60;img src=x onerror="), "{lang}: it is there as text");
        let (_, markdown) = report(plan.to_str().unwrap(), "report.md", &["--lang", lang]);
        assert!(!String::from_utf8(markdown).unwrap().contains("<script"));
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn no_message_is_missing_in_any_form_of_either_language() {
    for lang in ["vi", "en"] {
        for sections in ["usual", "all"] {
            let page = page("radial", &["--lang", lang, "--sections", sections]);
            assert!(
                !page.contains('⟦'),
                "{lang}: {:?}",
                page.split('⟦').nth(1).map(|rest| rest.chars().take(40).collect::<String>())
            );
            assert!(page.starts_with(&format!("<!doctype html>\n<html lang=\"{lang}\">")));
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    for file in ["report.html", "report.md", "report.xlsx"] {
        let one = report("ring", file, &["--jobs", "1", "--sections", "all"]).1;
        let two = report("ring", file, &["--jobs", "2", "--sections", "all"]).1;
        assert!(!one.is_empty());
        assert!(one == two, "{file}");
    }
}

/// A page of an offline reader: it names no address to load from.
#[test]
fn the_page_loads_nothing() {
    // The name of the namespace of SVG is no address.
    let page = page("radial", &["--lang", "vi"]).replace("http://www.w3.org/2000/svg", "");
    for word in ["src=", "url(", "fetch(", "XMLHttpRequest", "@import", "<link", "http://", "https://"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"), "and is forbidden to");
}

#[test]
fn every_figure_tells_the_program_and_the_input_it_is_made_from() {
    let page = page("radial", &[]);
    let stamp = format!("gridstage {} · input SHA-256 ", env!("CARGO_PKG_VERSION"));
    let figures = page.matches("<figure class=\"table\"").count()
        + page.matches("<figure class=\"chart\"").count()
        + page.matches("<figure class=\"drawing\"").count();
    assert!(figures > 12, "{figures}");
    // Besides those: under the list of contents, at the foot, and in the head.
    assert_eq!(page.matches(&stamp).count(), figures + 3);
}

#[test]
fn markdown_holds_every_table_with_as_many_cells_as_columns() {
    let (run, bytes) = report("radial", "report.md", &["--lang", "vi"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("## Kết quả đánh giá"), "{text}");
    let mut columns = 0;
    let mut tables = 0;
    for line in text.lines() {
        let bars = line.replace("\\|", "").matches('|').count();
        if line.starts_with("### ") {
            (columns, tables) = (0, tables + 1);
        } else if line.starts_with('|') {
            assert!(columns == 0 || columns == bars, "{line}");
            columns = bars;
        }
    }
    let page = page("radial", &["--lang", "vi"]);
    assert_eq!(tables, page.matches("<figure class=\"table\"").count());
}

#[test]
fn the_workbook_holds_the_same_tables_with_numbers_as_numbers() {
    let folder = Folder::new();
    let file = folder.path("report.xlsx");
    let run = finish(command(&["report", "radial", "-o", file.to_str().unwrap()], &lessons()));
    assert_eq!(run.code, 1, "{}", run.stderr);
    let mut book = open_workbook_auto(&file).unwrap();
    let sheet = book.worksheet_range("Every state").unwrap();
    let heading: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(&heading[..4], ["Stage", "Scenario", "Load [MW]", "Not served [MW]"]);
    let check = check("radial", &[]);
    for (row, state) in sheet.rows().skip(1).zip(check["summary"]["states"].as_array().unwrap()) {
        assert_eq!(row[2], Data::Float(state["load_mw"].as_f64().unwrap()));
        assert_eq!(row[4], Data::Float(state["losses_mw"].as_f64().unwrap()));
    }
    let page = page("radial", &[]);
    // A sheet more: the answer. A table less: the gravest, which stand in the table of violations too.
    assert_eq!(book.sheet_names().len(), page.matches("<figure class=\"table\"").count());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for name in book.sheet_names() {
        assert!(name.chars().count() <= 31, "{name}");
        *seen.entry(name.to_lowercase()).or_default() += 1;
    }
    assert!(seen.values().all(|&n| n == 1), "{seen:?}");
}

#[test]
fn a_bare_grid_has_a_diagram_in_which_no_two_buses_share_a_place() {
    let folder = Folder::five();
    let page = page(folder.path("five.m").to_str().unwrap(), &[]);
    assert!(page.contains("id=\"diagram\"") && !page.contains("id=\"map\""));
    assert!(!page.contains("id=\"works\""), "a bare grid has no works");
    let drawing = drawing_of(&page);
    let nodes = drawing["nodes"].as_array().unwrap();
    assert_eq!((nodes.len(), drawing["branches"].as_array().unwrap().len()), (5, 5));
    let mut places: Vec<(String, String)> =
        nodes.iter().map(|node| (node["x"].to_string(), node["y"].to_string())).collect();
    places.sort();
    places.dedup();
    assert_eq!(places.len(), 5);
    // 220 kV stands above 110 kV, and nearer to the source above farther from it.
    let y = |id: &str| nodes.iter().find(|node| node["id"] == id).unwrap()["y"].as_f64().unwrap();
    assert!(y("1") < y("2") && (y("2") - y("3")).abs() < 1e-9 && y("3") < y("4") && y("4") < y("5"));
}

#[test]
fn what_is_left_out_is_told_and_what_is_asked_for_comes() {
    let usual = page("radial", &[]);
    assert!(usual.contains("--sections usual,need"), "{}", &usual[..200]);
    assert!(!usual.contains("id=\"t-need\""));
    let some = page("radial", &["--sections", "verdict,need"]);
    assert!(some.contains("id=\"t-need\"") && some.contains("id=\"t-matrix\""));
    assert!(!some.contains("id=\"t-works\""));
    let variant = page("radial", &["--without", "P1", "--lang", "vi"]);
    assert!(variant.contains("Biến thể của quy hoạch: không có P1"));
}

#[test]
fn the_form_follows_the_name_of_the_file() {
    let (run, _) = report("radial", "report.pdf", &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("-o report.html, .md or .xlsx, or --format"), "{}", run.stderr);
    let run = finish(command(&["report", "radial", "--format", "xlsx"], &lessons()));
    assert_eq!(run.code, 2, "{}", run.stderr);
    let run = finish(command(&["report", "radial", "--format", "md"], &lessons()));
    assert!(run.stdout.starts_with("# A second circuit for a growing load"), "{}", run.stdout);
    let (run, _) = report("radial", "report.html", &["--sections", "everything"]);
    assert_eq!(run.code, 2);
    let (run, bytes) = report("nowhere", "report.html", &[]);
    assert_eq!((run.code, bytes.len()), (3, 0), "nothing is written of an input that cannot be read");
}
