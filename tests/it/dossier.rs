//! The languages of the report: message files with the same keys, none of them without use; numbers and dates.

use fluent_bundle::FluentResource;
use gridstage::model::PlanDate;
use gridstage::report::dossier::{Language, Words};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The keys of a message file, each with the variables that it puts in.
fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let text = language.messages();
    if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
        panic!("{}.ftl: {errors:?}", language.tag());
    }
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            key.clone_into(&mut last);
            assert!(keys.insert(last.clone(), BTreeSet::new()).is_none(), "{key} stands twice");
        }
        for part in line.split('$').skip(1) {
            let name = part.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
            keys.get_mut(&last).unwrap().insert(name);
        }
    }
    keys
}

/// All sources that may name a message.
fn sources(folder: &Path, out: &mut String) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "html" || end == "js") {
            *out += &std::fs::read_to_string(&path).unwrap();
        }
    }
}

#[test]
fn both_languages_say_the_same_things() {
    let (vi, en) = (keys(Language::Vi), keys(Language::En));
    let only = |a: &BTreeMap<String, BTreeSet<String>>,
                b: &BTreeMap<String, BTreeSet<String>>|
     -> Vec<String> { a.keys().filter(|key| !b.contains_key(*key)).cloned().collect() };
    assert_eq!(only(&vi, &en), Vec::<String>::new(), "only in vi.ftl");
    assert_eq!(only(&en, &vi), Vec::<String>::new(), "only in en.ftl");
    for (key, put) in &vi {
        // English may need a count that Vietnamese does not: it has no plural.
        let more: Vec<_> = put.difference(&en[key]).collect();
        assert!(more.is_empty(), "{key}: vi.ftl puts in {more:?}, en.ftl does not");
        let less: Vec<_> =
            en[key].difference(put).filter(|name| !matches!(name.as_str(), "n" | "states")).collect();
        assert!(less.is_empty(), "{key}: en.ftl puts in {less:?}, vi.ftl does not");
    }
    assert!(vi.len() > 200);
}

/// What a report may tell of has a meaning in both languages; in English it is that of the catalogue.
#[test]
fn what_codes_mean_is_said_in_both_languages() {
    use gridstage::finding::Code;
    let warnings = Code::ALL.iter().copied().filter(|code| code.as_str().starts_with("W-"));
    let mut told = 0;
    for code in warnings.chain([Code::NoSolution]) {
        let [vi, en] = [Language::Vi, Language::En].map(|one| Words::new(one).of("code", code.as_str()));
        assert_eq!(en, code.meaning());
        assert!(vi != en && !vi.contains('⟦'), "{vi}");
        told += 1;
    }
    assert!(told > 25, "{told}");
}

/// A key is used where it stands in quotes, or as `kind` and `word` in the two calls that put keys together.
#[test]
fn no_message_is_without_use() {
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/dossier"), &mut text);
    let column = |key: &str| {
        key.strip_prefix("col-").is_some_and(|name| text.contains(&format!("column(\"{name}\")")))
    };
    let titled = |key: &str, kind: &str| {
        key.strip_prefix(kind).is_some_and(|name| text.contains(&format!("\"{name}\"")))
    };
    let family = |key: &str| {
        let starts = key.match_indices('-').map(|(at, _)| &key[..at]);
        starts.into_iter().any(|kind| {
            text.contains(&format!("of(\"{kind}\"")) || text.contains(&format!("\"{kind}-{{}}\""))
        })
    };
    let unused: Vec<String> = keys(Language::En)
        .into_keys()
        .filter(|key| {
            !(text.contains(&format!("\"{key}\""))
                || column(key)
                || titled(key, "table-")
                || titled(key, "figure-")
                || family(key))
        })
        .collect();
    assert_eq!(unused, Vec::<String>::new());
}

/// Vietnamese: a point parts groups, a comma the decimals (TCVN 6398 and ISO 80000 allow it; it is what Excel writes there).
#[test]
fn numbers_and_dates_are_written_as_the_language_does() {
    let (vi, en) = (Language::Vi, Language::En);
    for (value, decimals, in_vi, in_en) in [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (-1_234_567.0, 0, "−1.234.567", "−1,234,567"),
        (0.05, 2, "0,05", "0.05"),
        (-0.004, 2, "0,00", "0.00"),
        (999.96, 1, "1.000,0", "1,000.0"),
        (f64::NAN, 1, "–", "–"),
        (f64::INFINITY, 0, "–", "–"),
    ] {
        assert_eq!(
            (vi.number(value, decimals).as_str(), en.number(value, decimals).as_str()),
            (in_vi, in_en)
        );
    }
    for (given, in_vi, in_en) in [
        ("2020-12-31", "31/12/2020", "31 Dec 2020"),
        ("2018-06", "06/2018", "Jun 2018"),
        ("2018", "2018", "2018"),
    ] {
        let date: PlanDate = given.parse().unwrap();
        assert_eq!((vi.plan_date(date).as_str(), en.plan_date(date).as_str()), (in_vi, in_en));
    }
}

#[test]
fn counts_have_their_plural() {
    let en = Words::new(Language::En);
    assert_eq!(en.say_with("broken-intact", &[("n", 1.into())]), "1 limit is broken in the intact grid");
    assert_eq!(
        en.say_with("broken-intact", &[("n", 1200.into())]),
        "1,200 limits are broken in the intact grid"
    );
    let vi = Words::new(Language::Vi);
    let said = vi.say_with("broken-intact", &[("n", 1200.into())]);
    assert_eq!(said, "1.200 giới hạn bị vi phạm ở chế độ vận hành bình thường (N)");
    assert_eq!(vi.say("no-such-key"), "⟦no-such-key⟧");
}
