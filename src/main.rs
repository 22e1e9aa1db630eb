//! The gridstage binary: see [`gridstage::cli`].

fn main() -> std::process::ExitCode {
    gridstage::cli::main()
}
