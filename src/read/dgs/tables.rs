//! The text of a DGS file: tables of objects, whose fields are looked up where they stand.
//!
//! ```text
//! $$ElmLne;ID(a:40);loc_name(a:40);fold_id(p);dline(r)     a table: its class, its columns and their types
//!   2;"Dong Anh; 1";30;1,5                                 an object: a field a column, decimals with comma or point
//! * a comment
//! ```

use crate::finding::Code;
use crate::read::report::{Report, quote};

/// Longest line that is read: the widest object (a tower type with all its matrices) takes some kilobytes.
const MAX_LINE: usize = 1 << 16;

/// Most objects in a file.
const MAX_OBJECTS: usize = 1 << 23;

/// Most tables, and most columns of one.
const MAX_TABLES: usize = 1 << 12;

/// Columns that name the object itself: its number, and in exports with foreign keys its key.
const ID_COLUMNS: [&str; 2] = ["ID", "FID"];

/// All tables of a file.
pub(super) struct Tables<'t> {
    text: &'t str,
    all: Vec<Table<'t>>,
    /// All objects by their own number.
    by_id: Vec<ObjectId>,
}

struct Table<'t> {
    class: &'t str,
    /// By name, with their places.
    columns: Vec<(&'t str, usize)>,
    rows: Vec<Row>,
}

/// Where the line of an object begins, and its number.
#[derive(Clone, Copy)]
struct Row {
    at: u32,
    line: u32,
}

/// An object of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct ObjectId {
    table: u32,
    row: u32,
}

/// An object with its fields.
#[derive(Clone, Copy)]
pub(super) struct Object<'t> {
    tables: &'t Tables<'t>,
    pub(super) id: ObjectId,
}

/// Takes a text apart. What is wrong with it is told in `report`.
pub(super) fn parse<'t>(text: &'t str, report: &mut Report) -> Tables<'t> {
    let mut tables: Vec<Table<'t>> = Vec::new();
    let mut objects = 0;
    let mut at = 0;
    let mut number = 0_u32;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        number = number.saturating_add(1);
        let content = line.trim();
        if content.is_empty() || content.starts_with('*') {
            continue;
        }
        if content.len() > MAX_LINE {
            report.error(Code::Syntax, |draft| {
                draft
                    .at(number, format!("the line is longer than {MAX_LINE} characters"))
                    .help("is it a DGS file? Its lines end where an object ends")
            });
            break;
        }
        if let Some(head) = content.strip_prefix("$$") {
            tables.push(table(head));
            if tables.len() > MAX_TABLES {
                report.error(Code::Unsupported, |draft| {
                    draft.at(number, format!("there are more than {MAX_TABLES} tables"))
                });
                break;
            }
            continue;
        }
        let Some(table) = tables.last_mut() else {
            report.error(Code::Syntax, |draft| {
                draft
                    .at(number, format!("`{}` stands before the first table", quote(content.as_bytes())))
                    .help("a DGS file is made of tables: $$Class;ID(a:40);column(r);… and a line for each object")
            });
            break;
        };
        let surplus = Fields(content).skip(table.columns.len()).find(|field| !field.is_empty());
        if let Some(surplus) = surplus {
            report.error(Code::Columns, |draft| {
                draft
                    .at(
                        number,
                        format!(
                            "{}: `{}` is beyond the last of its {} columns",
                            table.class,
                            quote(surplus.as_bytes()),
                            table.columns.len()
                        ),
                    )
                    .help("a text with a semicolon in it stands in quotation marks")
            });
        }
        objects += 1;
        if objects > MAX_OBJECTS {
            report.error(Code::Unsupported, |draft| {
                draft.at(number, format!("there are more than {MAX_OBJECTS} objects"))
            });
            break;
        }
        if is_dropped(table, content) {
            continue;
        }
        table.rows.push(Row { at: u32::try_from(start).unwrap_or(u32::MAX), line: number });
    }
    let mut found = Tables { text, all: tables, by_id: Vec::new() };
    found.by_id = found.number(report);
    found
}

fn table(head: &str) -> Table<'_> {
    let mut fields = head.split(';').map(str::trim);
    let class = fields.next().unwrap_or_default();
    let mut columns: Vec<(&str, usize)> =
        fields.map(column_name).enumerate().map(|(place, name)| (name, place)).collect();
    columns.sort_unstable();
    Table { class, columns, rows: Vec::new() }
}

/// The name in `dline(r)`, or in `e:dline(r)` where the export says which set of variables it is of.
fn column_name(field: &str) -> &str {
    let own = field.split('(').next().unwrap_or(field);
    own.strip_prefix("e:").unwrap_or(own)
}

impl Table<'_> {
    /// The place of a column.
    fn column(&self, name: &str) -> Option<usize> {
        let at = self.columns.partition_point(|&(own, _)| own < name);
        self.columns.get(at).filter(|&&(own, _)| own == name).map(|&(_, place)| place)
    }
}

/// Whether a file that updates a grid says that an object goes, or is not to be looked at.
fn is_dropped(table: &Table<'_>, content: &str) -> bool {
    let Some(at) = table.column("OP") else { return false };
    matches!(Fields(content).nth(at), Some("D" | "I"))
}

/// The fields of a line, without blanks and quotation marks around.
struct Fields<'t>(&'t str);

impl<'t> Iterator for Fields<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        // A line that is used up is an empty text behind its end, which no field of a line is.
        if self.0.is_empty() {
            return None;
        }
        let (field, rest) = first_field(self.0);
        self.0 = rest.unwrap_or("");
        Some(field)
    }
}

fn first_field(line: &str) -> (&str, Option<&str>) {
    let trimmed = line.trim_start();
    let Some(quoted) = trimmed.strip_prefix('"') else {
        return match memchr::memchr(b';', line.as_bytes()) {
            Some(end) => (line[..end].trim(), Some(&line[end + 1..])),
            None => (line.trim(), None),
        };
    };
    let mut at = 0;
    while let Some(mark) = memchr::memchr(b'"', &quoted.as_bytes()[at..]) {
        let end = at + mark;
        if quoted.as_bytes().get(end + 1) == Some(&b'"') {
            at = end + 2;
            continue;
        }
        let behind = &quoted[end + 1..];
        let rest = memchr::memchr(b';', behind.as_bytes()).map(|next| &behind[next + 1..]);
        return (&quoted[..end], rest);
    }
    (quoted, None)
}

impl<'t> Tables<'t> {
    /// All objects by number; a number that two of them have is told.
    fn number(&self, report: &mut Report) -> Vec<ObjectId> {
        let mut all = Vec::new();
        for (table, content) in self.all.iter().enumerate() {
            for row in 0..content.rows.len() {
                let part = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
                all.push(ObjectId { table: part(table), row: part(row) });
            }
        }
        let key = |id: &ObjectId| self.object(*id).own_number();
        all.sort_unstable_by(|a, b| key(a).cmp(key(b)).then(a.cmp(b)));
        for pair in all.windows(2) {
            let [first, second] = [pair[0], pair[1]].map(|id| self.object(id));
            let number = first.own_number();
            // The general table numbers its settings anew in some exports.
            if number.is_empty()
                || number != second.own_number()
                || second.class() == "General"
                || first.class() == "General"
            {
                continue;
            }
            report.error(Code::Duplicate, |draft| {
                draft
                    .at(
                        second.line(),
                        format!("{} has the number {number} of {}", second.what(), first.what()),
                    )
                    .element(second.what())
                    .field("ID")
                    .help("a pointer to that number could mean either: export the grid again")
            });
        }
        all
    }

    /// An object of this file.
    pub(super) fn object(&self, id: ObjectId) -> Object<'_> {
        Object { tables: self, id }
    }

    /// The objects of a class, in the order of the file.
    pub(super) fn of(&'t self, class: &'t str) -> impl Iterator<Item = Object<'t>> {
        let tables = self.all.iter().enumerate().filter(move |(_, table)| table.class == class);
        tables.flat_map(move |(at, table)| {
            let table_id = u32::try_from(at).unwrap_or(u32::MAX);
            (0..table.rows.len()).map(move |row| Object {
                tables: self,
                id: ObjectId { table: table_id, row: u32::try_from(row).unwrap_or(u32::MAX) },
            })
        })
    }

    /// The object of a number, which in some exports is written with marks before it.
    pub(super) fn called(&'t self, number: &str) -> Option<Object<'t>> {
        let number = number.trim_start_matches('#');
        let key = |id: &ObjectId| self.object(*id).own_number();
        let mut at = self.by_id.partition_point(|id| key(id) < number);
        while let Some(&id) = self.by_id.get(at).filter(|id| key(id) == number) {
            let object = Object { tables: self, id };
            if object.class() != "General" {
                return Some(object);
            }
            at += 1;
        }
        None
    }

    /// Each class with the number of its objects, in the order of the file.
    pub(super) fn classes(&self) -> Vec<(&'t str, usize)> {
        let mut found: Vec<(&str, usize)> = Vec::new();
        for table in &self.all {
            match found.iter_mut().find(|(class, _)| *class == table.class) {
                Some((_, count)) => *count += table.rows.len(),
                None => found.push((table.class, table.rows.len())),
            }
        }
        found
    }
}

impl<'t> Object<'t> {
    fn table(&self) -> &'t Table<'t> {
        &self.tables.all[self.id.table as usize]
    }

    /// Its class, such as `ElmLne`.
    pub(super) fn class(&self) -> &'t str {
        self.table().class
    }

    fn row(&self) -> Row {
        self.table().rows[self.id.row as usize]
    }

    /// The line of the file that it stands in.
    pub(super) fn line(&self) -> u32 {
        self.row().line
    }

    fn content(&self) -> &'t str {
        let rest = &self.tables.text[self.row().at as usize..];
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        rest[..end].trim()
    }

    /// The field of a column; `None` where there is no such column or nothing in it.
    pub(super) fn text(&self, column: &str) -> Option<&'t str> {
        let at = self.table().column(column)?;
        Fields(self.content()).nth(at).filter(|field| !field.is_empty())
    }

    /// The number that others point at.
    pub(super) fn own_number(&self) -> &'t str {
        ID_COLUMNS.iter().find_map(|column| self.text(column)).unwrap_or_default()
    }

    /// The object that a field points at.
    pub(super) fn pointer(&self, column: &str) -> Option<Object<'t>> {
        self.tables.called(self.text(column)?)
    }

    /// Its name; its number where it has none.
    pub(super) fn name(&self) -> String {
        self.text("loc_name")
            .map_or_else(|| format!("#{}", self.own_number()), |name| name.replace("\"\"", "\""))
    }

    /// Its class and name, for messages.
    pub(super) fn what(&self) -> String {
        format!("{} {}", self.class(), self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn fields_end_at_semicolons_that_stand_in_no_quotation_marks() {
        let fields = |line: &'static str| Fields(line).collect::<Vec<_>>();
        assert_eq!(fields("1;a b; 2,5 ;;x"), ["1", "a b", "2,5", "", "x"]);
        assert_eq!(
            fields("10;\"Typ-A;B\";;\"say \"\"so\"\"\";1"),
            ["10", "Typ-A;B", "", "say \"\"so\"\"", "1"]
        );
        assert_eq!(fields("1;\"never closed; 2"), ["1", "never closed; 2"]);
        assert_eq!(fields(""), Vec::<&str>::new());
    }
}
