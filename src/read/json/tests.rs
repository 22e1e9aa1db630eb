use super::{Kind, scan};
use std::sync::Arc;

fn error(text: &str) -> String {
    match scan(text.as_bytes(), &Arc::from("x")) {
        Ok(_) => String::new(),
        Err(findings) => findings.iter().map(|f| f.message.clone()).collect::<Vec<_>>().join("; "),
    }
}

#[test]
fn values_are_found_by_key_and_place() {
    let text = br#"{"a": [1, -2.5e3, null], "b": {"c": "x\u00e9\"y", "d": true}, "e": NaN}"#;
    let Ok(json) = scan(text, &Arc::from("x")) else { panic!("it is JSON") };
    let root = json.root();
    let items: Vec<_> =
        root.get("a").into_iter().flat_map(super::Value::items).map(super::Value::raw).collect();
    assert_eq!(items, [b"1".as_slice(), b"-2.5e3", b"null"]);
    let b = root.get("b");
    assert_eq!(b.and_then(|b| b.get("c")).and_then(super::Value::text).as_deref(), Some("xé\"y"));
    assert_eq!(b.and_then(|b| b.get("d")).map(super::Value::kind), Some(Kind::True));
    assert_eq!(root.members().count(), 3);
}

#[test]
fn what_is_no_json_is_told() {
    for (text, said) in [
        ("", "value is missing"),
        ("[1 2]", "comma"),
        ("{\"a\" 1}", "colon"),
        ("{1}", "key"),
        ("[", "not closed"),
        ("\"x", "string is not closed"),
        ("[] 1", "more after the end"),
        ("[tru]", "no value"),
        ("{\"a\":1,\"b\":{\"a\":1},\"a\":2}", "key `a` is given twice"),
    ] {
        assert!(error(text).contains(said), "{text}: {}", error(text));
    }
    assert!(error(&"[".repeat(100_000)).contains("64"));
    assert_eq!(error("[{\"a\":1},{\"a\":1}]"), "");
}
