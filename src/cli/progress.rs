//! Progress on standard error: one line that overwrites itself, and is gone at the end.

use super::talk::Talk;
use std::io::{self, Write as _};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// When to show progress.
#[derive(Clone, Copy, clap::ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum When {
    /// On a terminal, if it takes longer than a moment
    Auto,
    /// Always, one line per step if standard error is no terminal
    On,
    /// Never
    Off,
}

/// Shorter runs need no progress.
const MOMENT: Duration = Duration::from_millis(500);
/// Time between two updates.
const TICK: Duration = Duration::from_millis(100);

/// A running count.
pub(crate) struct Progress {
    shown: bool,
    patient: bool,
    terminal: bool,
    what: &'static str,
    start: Instant,
    last: Mutex<Option<Instant>>,
}

impl Progress {
    /// A count of `what`, for example `load flows`.
    pub(crate) fn new(when: When, talk: &Talk, what: &'static str) -> Self {
        let terminal = talk.is_watched();
        Self {
            shown: match when {
                When::Auto => terminal && !talk.is_quiet(),
                When::On => true,
                When::Off => false,
            },
            patient: when == When::Auto,
            terminal,
            what,
            start: Instant::now(),
            last: Mutex::new(None),
        }
    }

    /// Tells that `done` of `total` are done; from any thread.
    pub(crate) fn tell(&self, done: usize, total: usize) {
        if !self.shown || (self.patient && self.start.elapsed() < MOMENT) {
            return;
        }
        let Ok(mut last) = self.last.lock() else { return };
        if self.terminal && done < total && last.is_some_and(|last| last.elapsed() < TICK) {
            return;
        }
        *last = Some(Instant::now());
        // A standard error that is gone is nobody's loss.
        let _ = if self.terminal {
            write!(io::stderr(), "\r\u{1b}[K{done} of {total} {}", self.what)
        } else {
            writeln!(io::stderr(), "{done} of {total} {}", self.what)
        };
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        if self.terminal && self.last.lock().is_ok_and(|last| last.is_some()) {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}
