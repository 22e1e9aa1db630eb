//! Typed row numbers, so that a bus of the plan is never taken for a row of a matrix.
//!
//! [`BusId`] and its like number the rows of the engineering tables; they are the same in every stage of
//! a plan. [`Node`] numbers the rows of one numeric case, where merged buses share a row. The only way
//! across is [`crate::case::NodeMap`].

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A row number of one kind of table.
pub trait Id: Copy + Eq + Ord + fmt::Debug {
    /// The id of row `index`.
    ///
    /// # Panics
    /// If the table has more than 2³² − 1 rows; readers stop long before.
    fn from_index(index: usize) -> Self;
    /// The row number.
    fn index(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        pub struct $name(u32);

        impl Id for $name {
            fn from_index(index: usize) -> Self {
                assert!(index < u32::MAX as usize, "a table has too many rows");
                #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
                Self(index as u32)
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A substation of the network.
    SubstationId;
    /// A bus of the network; the same in every stage.
    BusId;
    /// A line circuit of the network.
    LineId;
    /// A two-winding transformer of the network.
    TransformerId;
    /// A three-winding transformer of the network.
    Transformer3Id;
    /// A generator or boundary equivalent of the network.
    GeneratorId;
    /// A load of the network.
    LoadId;
    /// A shunt of the network.
    ShuntId;
    /// A switch of the network.
    SwitchId;
    /// A static compensator of the network.
    CompensatorId;
    /// A direct-current link of the network.
    DcLinkId;
    /// A control area of the network.
    AreaId;
    /// An impedance correction table of the catalogue.
    CorrectionId;
    /// A conductor or cable type of the catalogue.
    LineTypeId;
    /// A transformer type of the catalogue.
    TransformerTypeId;
    /// A project of the plan.
    ProjectId;
    /// A stage of the plan.
    StageId;
    /// A scenario of the plan.
    ScenarioId;
    /// A row of one numeric case; merged buses share it.
    Node;
    /// An island of the network: one numeric case.
    IslandId;
}

/// A column that only an `I` can index.
pub struct Col<I, T> {
    rows: Vec<T>,
    id: PhantomData<fn(I)>,
}

impl<I: Id, T> Col<I, T> {
    /// An empty column.
    #[must_use]
    pub const fn new() -> Self {
        Self { rows: Vec::new(), id: PhantomData }
    }

    /// `len` rows, each a clone of `value`.
    #[must_use]
    pub fn filled(len: usize, value: T) -> Self
    where
        T: Clone,
    {
        Self::from(vec![value; len])
    }

    /// Takes memory for so many more rows.
    pub fn reserve(&mut self, more: usize) {
        self.rows.reserve(more);
    }

    /// Appends a row and returns its id.
    pub fn push(&mut self, row: T) -> I {
        let id = I::from_index(self.rows.len());
        self.rows.push(row);
        id
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows in id order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// The rows in id order, to change.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.rows.iter_mut()
    }

    /// The ids in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = I> + DoubleEndedIterator + use<I, T> {
        (0..self.rows.len()).map(I::from_index)
    }

    /// Ids and rows in order.
    #[must_use]
    pub fn iter_ids(&self) -> impl ExactSizeIterator<Item = (I, &T)> + DoubleEndedIterator {
        self.rows.iter().enumerate().map(|(i, row)| (I::from_index(i), row))
    }

    /// The row of `id`, if there is one.
    #[must_use]
    pub fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.index())
    }

    /// The rows as a plain slice, for kernels.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.rows
    }
}

impl<I: Id, T> Index<I> for Col<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.rows[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Col<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.index()]
    }
}

impl<I, T> From<Vec<T>> for Col<I, T> {
    fn from(rows: Vec<T>) -> Self {
        Self { rows, id: PhantomData }
    }
}

impl<I: Id, T> FromIterator<T> for Col<I, T> {
    fn from_iter<S: IntoIterator<Item = T>>(rows: S) -> Self {
        Self::from(Vec::from_iter(rows))
    }
}

impl<'a, I: Id, T> IntoIterator for &'a Col<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

impl<'a, I: Id, T> IntoIterator for &'a mut Col<I, T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter_mut()
    }
}

impl<I: Id, T> Default for Col<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I, T: Clone> Clone for Col<I, T> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), id: PhantomData }
    }
}

impl<I, T: PartialEq> PartialEq for Col<I, T> {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl<I, T: fmt::Debug> fmt::Debug for Col<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt(f)
    }
}
