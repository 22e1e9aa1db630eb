//! Where a record comes from, and how far it can be trusted.

use crate::finding::Place;
use std::sync::Arc;

/// How well a figure is supported.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// An engineering estimate, method told.
    Estimated,
    /// A well-known text or handbook value that was not opened.
    Recalled,
    /// A named article was seen.
    News,
    /// A decision, code or register was seen.
    Official,
}

impl Confidence {
    /// All levels, weakest first.
    pub const ALL: [Self; 4] = [Self::Estimated, Self::Recalled, Self::News, Self::Official];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Estimated => "estimated",
            Self::Recalled => "recalled",
            Self::News => "news",
            Self::Official => "official",
        }
    }
}

/// Where a record comes from. The place never takes part in comparisons, source and confidence do.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// File and line.
    pub place: Option<Place>,
    /// Who says so.
    pub source: Option<Arc<str>>,
    /// How far to trust it.
    pub confidence: Option<Confidence>,
}

impl Origin {
    /// A record read at `place`, with nothing said of its source.
    #[must_use]
    pub fn at(place: Place) -> Self {
        Self { place: Some(place), source: None, confidence: None }
    }
}

impl PartialEq for Origin {
    /// Source and confidence; a record read from a file is the same as one made elsewhere.
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.confidence == other.confidence
    }
}
