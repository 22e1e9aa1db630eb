//! What expressions give, and what is done to it element by element: names of numbers, functions, operators.

use super::{Result, trouble};

/// What an expression gives.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::read::matpower) enum Value {
    /// One number.
    Number(f64),
    /// A part of a matrix.
    Block(Block),
}

/// A part of a matrix.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::read::matpower) struct Block {
    /// Number of columns.
    pub(in crate::read::matpower) columns: usize,
    /// Row after row.
    pub(in crate::read::matpower) cells: Vec<f64>,
}

pub(super) fn constant(name: &str) -> Option<f64> {
    match name {
        "Inf" | "inf" => Some(f64::INFINITY),
        "NaN" | "nan" => Some(f64::NAN),
        "pi" => Some(std::f64::consts::PI),
        "eps" => Some(f64::EPSILON),
        _ => None,
    }
}

pub(super) fn function(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "sqrt" => f64::sqrt,
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "asin" => f64::asin,
        "acos" => f64::acos,
        "atan" => f64::atan,
        "exp" => f64::exp,
        "log" => f64::ln,
        "abs" => f64::abs,
        _ => return None,
    })
}

pub(super) fn map(value: Value, function: impl Fn(f64) -> f64) -> Value {
    match value {
        Value::Number(x) => Value::Number(function(x)),
        Value::Block(mut block) => {
            for cell in &mut block.cells {
                *cell = function(*cell);
            }
            Value::Block(block)
        }
    }
}

/// Element by element; `of_matrices` says that MATLAB would multiply two matrices as such.
pub(super) fn combine(
    left: Value,
    right: Value,
    of_matrices: bool,
    function: impl Fn(f64, f64) -> f64,
) -> Result<Value> {
    match (left, right) {
        (left, Value::Number(b)) => Ok(map(left, |a| function(a, b))),
        (Value::Number(a), right) => Ok(map(right, |b| function(a, b))),
        (Value::Block(_), Value::Block(_)) if of_matrices => {
            trouble("multiplying matrices is not supported; `.*` works element by element")
        }
        (Value::Block(mut left), Value::Block(right)) => {
            if left.columns != right.columns || left.cells.len() != right.cells.len() {
                return trouble("the two parts differ in size");
            }
            for (a, b) in left.cells.iter_mut().zip(right.cells) {
                *a = function(*a, b);
            }
            Ok(Value::Block(left))
        }
    }
}
