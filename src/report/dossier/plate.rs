//! A drawing in one state, as SVG: classes say what is loaded how, the style sheet of the page says how that looks.
//!
//! Nodes are ways of no length with round ends, so that they keep their size on the screen however far one zooms in.

use super::drawing::{Drawing, Layout, Node, Standing};
use std::fmt::Write as _;

/// Loading from which a branch has the next class, percent.
pub(super) const LOADING_STEPS: [f64; 3] = [50.0, 80.0, 100.0];
/// Voltage from which a bus has the next class, p.u.
pub(super) const VOLTAGE_STEPS: [f64; 4] = [0.90, 0.95, 1.05, 1.10];

/// Branches from which a page holds the drawing once instead of once for each stage.
pub(super) const MANY_BRANCHES: usize = 12_000;

/// The class of a branch in a state.
fn branch_class(standing: Standing, loading_percent: f64) -> &'static str {
    match standing {
        Standing::Absent => "no",
        Standing::Out => "out",
        Standing::In if loading_percent.is_nan() => "lx",
        Standing::In => match LOADING_STEPS.iter().filter(|&&step| loading_percent > step).count() {
            0 => "l0",
            1 => "l1",
            2 => "l2",
            _ => "l3",
        },
    }
}

/// The class of a node in a state: of its buses the one farthest from 1 p.u. counts.
fn node_class(node: &Node, state: usize) -> &'static str {
    if node.stands.get(state) != Some(&true) {
        return "no";
    }
    let far = node
        .vm_pu
        .iter()
        .filter_map(|row| row.get(state).copied())
        .filter(|vm| vm.is_finite())
        .reduce(|a, b| if (b - 1.0).abs() > (a - 1.0).abs() { b } else { a });
    match far {
        None => "dead",
        Some(vm_pu) => match VOLTAGE_STEPS.iter().filter(|&&step| vm_pu >= step).count() {
            0 => "v0",
            1 => "v1",
            2 => "v2",
            3 => "v3",
            _ => "v4",
        },
    }
}

impl Drawing {
    /// The drawing in a state. With `all`, everything that ever stands is in it, in the order of the drawing, and what does
    /// not stand has the class `no`, so that it can be shown later; else only what stands.
    #[must_use]
    pub fn svg(&self, state: usize, all: bool) -> String {
        let mut svg = String::new();
        let [left, top, wide, high] = self.focus;
        let layout = match self.layout {
            Layout::Map => "map",
            Layout::Diagram => "diagram",
        };
        let _ = write!(
            svg,
            r#"<svg class="grid {layout}" viewBox="{left} {top} {wide} {high}" preserveAspectRatio="xMidYMid meet">"#,
        );
        svg.push_str("<g class=\"branches\">");
        for branch in &self.branches {
            let standing = branch.standing.get(state).copied().unwrap_or(Standing::Absent);
            let loading = branch.loading_percent.get(state).copied().unwrap_or(f64::NAN);
            let kind = branch.element.kind().as_str();
            let class = branch_class(standing, loading);
            if !all && (class == "no" || branch.path.is_empty()) {
                continue;
            }
            let _ = write!(svg, r#"<path class="b {kind} {class}" d="{}"/>"#, branch.path);
        }
        svg.push_str("</g><g class=\"marks\">");
        self.marks(state, &mut svg);
        svg.push_str("</g><g class=\"nodes\">");
        for node in &self.nodes {
            let class = node_class(node, state);
            if !all && class == "no" {
                continue;
            }
            let _ = write!(svg, r#"<path class="n {class}" d="{}"/>"#, self.node_path(node));
        }
        svg.push_str("</g></svg>");
        svg
    }

    /// A node: a point on a map, a busbar in a diagram.
    fn node_path(&self, node: &Node) -> String {
        match self.layout {
            Layout::Map => format!("M{} {}h0", node.x, node.y),
            Layout::Diagram => format!("M{} {}h24", node.x - 12.0, node.y),
        }
    }

    /// What breaks the plan in a state.
    fn marks(&self, state: usize, svg: &mut String) {
        for branch in self.branches.iter().filter(|branch| branch.violated.get(state) == Some(&true)) {
            if !branch.path.is_empty() {
                let _ = write!(svg, r#"<path class="k" d="M{} {}h.01"/>"#, branch.middle.0, branch.middle.1);
            }
        }
        for node in self.nodes.iter().filter(|node| node.violated.get(state) == Some(&true)) {
            let _ = write!(svg, r#"<path class="r" d="{}"/>"#, self.node_path(node));
        }
    }
}
