//! A study that is to end before it is through: at a time, or when someone says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// When a study is to end. It is asked between load flows, so a study ends with what it has by then; a copy that is handed to
/// another thread can end it from there.
///
/// It is the one thing here that looks at a clock: what a study that it ended has found depends on how fast the machine was, and
/// is always told to be incomplete.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    said: Option<Arc<AtomicBool>>,
    at: Option<Instant>,
}

impl Stop {
    /// A study runs to its end.
    #[must_use]
    pub fn never() -> Self {
        Self::default()
    }

    /// It ends when [`Stop::now`] is called on this or on a copy.
    #[must_use]
    pub fn when_told() -> Self {
        Self { said: Some(Arc::default()), at: None }
    }

    /// It ends after so long, or when it is told to before; a time beyond what a clock can hold is none.
    #[must_use]
    pub fn after(limit: Duration) -> Self {
        Self { at: Instant::now().checked_add(limit), ..Self::when_told() }
    }

    /// Says that it is to end; of one that never ends, nothing.
    pub fn now(&self) {
        if let Some(said) = &self.said {
            said.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it is to end.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.said.as_ref().is_some_and(|said| said.load(Ordering::Relaxed))
            || self.at.is_some_and(|at| Instant::now() >= at)
    }

    /// Whether it can end before it is through.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        self.said.is_some() || self.at.is_some()
    }
}

impl PartialEq for Stop {
    /// Always true: what is asked of a study is the same however long it may take.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
