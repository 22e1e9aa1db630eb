//! The page of the format describes the tables that are read and written.

use gridstage::model::layout::TABLES;
use std::fmt::Write as _;

/// The part of the page that the layout gives.
fn tables() -> String {
    let mut page = String::new();
    for table in TABLES {
        let works = if table.in_works { "¹" } else { "" };
        write!(page, "### `{}`{works}\n\n{}\n\n", table.file, table.meaning).unwrap();
        page.push_str("| column | unit | meaning | if empty |\n| --- | --- | --- | --- |\n");
        for column in table.columns {
            let name = format!("`{}`", column.name);
            let default = column.default.unwrap_or("**refused**");
            writeln!(page, "| {name} | {} | {} | {default} |", column.unit, column.meaning).unwrap();
        }
        page.push('\n');
    }
    page.trim_end().to_owned() + "\n"
}

/// On a failure, put the part that the message shows at the end of the page, after "The tables".
#[test]
fn the_page_of_the_format_lists_every_column() {
    let page = include_str!("../../../src/doc/plan_format.md");
    assert!(page.ends_with(&tables()), "src/doc/plan_format.md must end with\n\n{}", tables());
}
