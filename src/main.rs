//! The gridstage binary: see [`gridstage::cli`].

/// Takes memory from the system in large pages and keeps it for the next record: fresh small pages are half of the time that
/// reading a grid takes. A program that embeds the library chooses its own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    gridstage::cli::main()
}
