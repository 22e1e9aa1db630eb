//! `gridstage formats`: what is read and written.

use super::arguments::Target;
use super::exit::Exit;
use super::output::deliver;
use super::talk;
use crate::report::text::Table;

/// List the formats that are read and written, with their versions
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  gridstage formats

A file is known by what stands in it. Packed files (.gz, a .zip with one file) are read as they lie; text may be
UTF-8, UTF-16, Windows-1252 (Latin-1) or Windows-1258 (Vietnamese), and what was assumed is told. The profiles of a
CGMES model are given together: as a .zip, or as the folder in which they lie.

A PowerFactory DGS file holds what the export definition of the house names: a column that is missing and cannot be
done without is asked for by its name.

Not read: binary MATLAB. Not written: XIIDM, CGMES, DGS, IEEE CDF. Parquet needs a build with `--features parquet`.

Exit codes: 0 printed, 2 usage, 74 output not written.")]
pub(crate) struct Args {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    talk: talk::Options,
}

/// Prints.
pub(crate) fn run(args: &Args) -> Exit {
    let mut table = Table::new(&["Format", "Version", "Told by", "Reads", "Writes", "What it holds"]);
    table.row(["plan", "1", "a folder with plan.toml", "yes", "yes", "a staged plan or a bare grid"]);
    table.row(["xlsx", "2007", "a workbook", "yes", "yes", "the same, a sheet for each table"]);
    table.row(["matpower", "1, 2", "*.m", "yes", "2 only", "one grid"]);
    table.row(["psse-raw", "23 to 36", "its first line, or *.raw", "yes", "33, 35", "one grid"]);
    table.row(["psse-rawx", "35", "JSON with `network`, or *.rawx", "yes", "yes", "one grid"]);
    table.row([
        "psse-lists",
        "of 33 to 35",
        "*.con, *.mon, *.sub",
        "n1 --list",
        "no",
        "contingencies, sets of buses; what is watched by the library only",
    ]);
    table.row(["outages", "–", "CSV with a column `element`", "n1 --list", "no", "what is lost together"]);
    table.row(["ucte", "UCTE-DEF 2", "##C or ##N, *.uct", "yes", "yes", "one grid, in fixed columns"]);
    table.row(["xiidm", "1.0 to 1.17", "XML of powsybl.org", "yes", "no", "one grid"]);
    table.row(["cgmes", "2.4.15", "*.zip or a folder: EQ, SSH, TP, SV", "yes", "no", "one grid, solved"]);
    table.row(["dgs", "4 to 7, as text", "$$General, *.dgs", "yes", "no", "one grid, of PowerFactory"]);
    table.row(["geojson", "RFC 7946", "*.geojson", "no", "yes", "a map of one grid, solved"]);
    table.row(["pandapower", "2, 3", "JSON of class `pandapowerNet`", "yes", "*.json, 3", "one grid"]);
    table.row(["ieee-cdf", "1973", "BUS DATA FOLLOWS", "yes", "no", "one grid, solved"]);
    table.row([
        "json",
        crate::report::json::VERSION,
        "--format json",
        "no",
        "yes",
        "results: `gridstage schema`",
    ]);
    table.row(["csv", "RFC 4180", "--format csv", "no", "yes", "one table of results"]);
    let writes = if cfg!(feature = "parquet") { "yes" } else { "not in this build" };
    table.row(["parquet", "2", "--format parquet", "no", writes, "one table of results, in columns"]);
    let text = table.text();
    deliver(args.target.output.as_deref(), Exit::Holds, &args.talk.talk(), |out, _| {
        out.write_all(text.as_bytes())
    })
}
