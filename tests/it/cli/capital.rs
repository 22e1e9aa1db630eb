//! `show --money`, `rank` and `fund` as their users meet them, on the small closed plan written to a folder.

use super::Folder;
use super::json::assert_valid;
use crate::need::plan::closed;

/// The closed plan as a folder `plan`, with what energy is worth.
fn folder() -> Folder {
    let folder = Folder::new();
    let mut plan = closed();
    let money = plan.money.as_mut().unwrap();
    let parameter = |value| Some(gridstage::model::Parameter::new(value));
    money.unserved_price_per_mwh = parameter(20_000.0);
    money.peak_hours = parameter(4000.0);
    money.loss_price_per_mwh = parameter(1000.0);
    gridstage::write::plan::write(&plan, &folder.path("plan")).unwrap();
    folder
}

fn is_a_page(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 108, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn money_is_told_by_year_and_work_in_every_form_alike() {
    let folder = folder();
    let text = folder.run(&["show", "plan", "--money"]);
    assert_eq!(text.code, 0, "{}", text.stderr);
    for sentence in ["In what terms", "Discounted to 2020 at 10.0 % a year", "Spending by year", "1 000"] {
        assert!(text.stdout.contains(sentence), "{sentence}\n{}", text.stdout);
    }
    is_a_page(&text.stdout);
    let json = folder.run(&["show", "plan", "--money", "--format", "json"]);
    let document = assert_valid(&folder, "money", &json.stdout);
    // Ten works of 100 that count and have a date; P8 is a candidate.
    assert_eq!(document["summary"]["works"], 10);
    assert_eq!(document["summary"]["plan_million"], 1000.0);
    let csv = folder.run(&["show", "plan", "--money", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    let at = reader.headers().unwrap().iter().position(|name| name == "discounted_million").unwrap();
    let sum: f64 = reader.records().map(|row| row.unwrap()[at].parse::<f64>().unwrap()).sum();
    assert!((sum - document["summary"]["discounted_million"].as_f64().unwrap()).abs() < 1e-6);
    let refused = folder.run(&["show", "plan", "--money", "--projects"]);
    assert_eq!(refused.code, 2);
}

#[test]
fn a_ranking_states_its_metric_and_says_the_same_in_every_form() {
    let folder = folder();
    let text = folder.run(&["rank", "plan", "--samples", "4", "--top", "0"]);
    assert_eq!(text.code, 0, "{}", text.stderr);
    for sentence in ["MVA beyond limits and MW without supply", "Taken out", "load flows:", "Not ranked"] {
        assert!(text.stdout.to_lowercase().contains(&sentence.to_lowercase()), "{sentence}\n{}", text.stdout);
    }
    is_a_page(&text.stdout);
    let json = folder.run(&["rank", "plan", "--samples", "4", "--format", "json"]);
    let document = assert_valid(&folder, "rank", &json.stdout);
    assert_eq!(document["summary"]["metric"]["unit"], "MVA");
    let rows = document["cases"].as_array().unwrap();
    assert_eq!(rows.len(), 11);
    let csv = folder.run(&["rank", "plan", "--samples", "4", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    let ids: Vec<String> = reader.records().map(|row| row.unwrap()[1].to_owned()).collect();
    let in_json: Vec<&str> = rows.iter().map(|row| row["project"].as_str().unwrap()).collect();
    assert_eq!(ids, in_json);
    // Whatever the number of threads.
    let one = folder.run(&["rank", "plan", "--samples", "4", "--format", "json", "--jobs", "1"]);
    assert_eq!(one.stdout, json.stdout);
    assert_eq!(folder.run(&["rank", "plan", "--by", "shapley"]).code, 2);
    let money = folder.run(&["rank", "plan", "--metric", "money", "--work", "P3"]);
    assert!(money.code == 0 && money.stdout.contains("a MW without supply 80.0"), "{}", money.stdout);
}

#[test]
fn funding_answers_in_every_form_and_refuses_what_does_not_pay() {
    let folder = folder();
    let text = folder.run(&["fund", "plan", "--budget", "50%", "--top", "0"]);
    assert_eq!(text.code, 0, "{}", text.stderr);
    for sentence in
        ["What to build, and in which year", "What stays broken", "Whatever the budget", "net present value"]
    {
        assert!(text.stdout.contains(sentence), "{sentence}\n{}", text.stdout);
    }
    is_a_page(&text.stdout);
    let json = folder.run(&["fund", "plan", "--budget", "0.5", "--format", "json"]);
    let document = assert_valid(&folder, "fund", &json.stdout);
    let spent: f64 = document["summary"]["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["spent_million"].as_f64().unwrap())
        .sum();
    let funded = document["summary"]["funded"].as_u64().unwrap();
    assert!(funded > 0 && (spent - 100.0 * funded as f64).abs() < 1e-6, "{spent} {funded}");
    let csv = folder.run(&["fund", "plan", "--budget", "0.5", "--format", "csv"]);
    assert_eq!(csv.stdout.lines().count(), 1 + document["cases"].as_array().unwrap().len());
    let one = folder.run(&["fund", "plan", "--budget", "0.5", "--format", "json", "--jobs", "1"]);
    assert_eq!(one.stdout, json.stdout);
    // A file with other budgets; one that does not pay what must come; one that is none.
    folder.write("money.csv", "year,budget_million,price_year\n2022,90,2020\n");
    let short = folder.run(&["fund", "plan", "--budget", "money.csv", "--must", "P1", "--format", "json"]);
    assert_eq!(short.code, 1, "{}", short.stderr);
    let document = assert_valid(&folder, "fund", &short.stdout);
    let said =
        document["diagnostics"].as_array().unwrap().iter().find(|one| one["code"] == "E-BUDGET").unwrap();
    assert!(
        said["message"]
            .as_str()
            .unwrap()
            .contains("2022, all together: what must be built (P1) takes 100 million"),
        "{said}"
    );
    assert!(said["message"].as_str().unwrap().contains("10.0 million short"), "{said}");
    folder.write("money.csv", "year,budget_million\n2050,90\n");
    let late = folder.run(&["fund", "plan", "--budget", "money.csv"]);
    assert!(late.code == 3 && late.stderr.contains("outside of the horizon"), "{}", late.stderr);
    let none = folder.run(&["fund", "plan", "--budget", "half"]);
    assert!(
        none.code == 2 && none.stderr.contains("neither a share of the budgets nor a file"),
        "{}",
        none.stderr
    );
}

/// What `rank` and `fund` wrote of a plan is shown in its report, in both languages; of another state of the plan it is refused.
#[test]
fn a_report_shows_what_is_handed_in_and_refuses_what_is_of_another_plan() {
    let folder = folder();
    assert_eq!(folder.run(&["rank", "plan", "--format", "json", "-o", "rank.json"]).code, 0);
    assert_eq!(
        folder.run(&["fund", "plan", "--budget", "50%", "--format", "json", "-o", "fund.json"]).code,
        0
    );
    let fund: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path("fund.json")).unwrap()).unwrap();
    let handed = ["--rank", "rank.json", "--fund", "fund.json"];
    for (lang, sentence) in
        [("en", "What to build with the money there is"), ("vi", "Phương án đầu tư theo hạn mức vốn")]
    {
        let args = [["report", "plan", "-o", "report.md", "--lang", lang].as_slice(), &handed].concat();
        let run = folder.run(&args);
        assert!(run.code == 0 || run.code == 1, "{}", run.stderr);
        let text = std::fs::read_to_string(folder.path("report.md")).unwrap();
        assert!(text.contains(sentence) && !text.contains('⟦'), "{text}");
        // Every work that is built stands in the report with its year.
        for row in fund["cases"].as_array().unwrap().iter().filter(|row| row["role"] == "free") {
            if let Some(year) = row["year"].as_i64() {
                let cells = format!("| {year} | {} |", row["project"].as_str().unwrap());
                assert!(text.contains(&cells), "{cells}\n{text}");
            }
        }
    }
    let page = [["report", "plan", "-o", "report.html"].as_slice(), &handed].concat();
    assert!(folder.run(&page).code < 2);
    let swapped = folder.run(&["report", "plan", "-o", "other.md", "--rank", "fund.json"]);
    assert!(swapped.code == 3 && swapped.stderr.contains("gridstage.fund"), "{}", swapped.stderr);
    let lines = std::fs::read_to_string(folder.path("plan/projects.csv")).unwrap();
    folder.write("plan/projects.csv", &format!("{lines}\n"));
    let stale = folder.run(&[["report", "plan", "-o", "other.md"].as_slice(), &handed].concat());
    assert!(stale.code == 3 && stale.stderr.contains("another state of the plan"), "{}", stale.stderr);
    assert!(!folder.path("other.md").exists());
}
