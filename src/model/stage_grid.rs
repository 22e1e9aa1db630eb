//! Stand-in until branch `plan` brings the replay; to be dropped at that merge.
use super::*;
use crate::finding::Finding;
use crate::ids::*;
/// s
#[derive(Clone, PartialEq, Debug)]
pub struct MovedLoad {
    /** f */
    pub from: SubstationId,
    /** t */
    pub to: SubstationId,
    /** p */
    pub p_mw: f64,
    /** m */
    pub minutes: f64,
}
/// s
#[derive(Clone, PartialEq, Debug)]
pub struct LostLoad {
    /** f */
    pub substation: SubstationId,
    /** p */
    pub p_mw: f64,
}
/// s
#[derive(Clone, PartialEq, Debug)]
pub struct StageGrid {
    /// n
    pub network: Network,
    /// a
    pub applied: Vec<(ProjectId, usize)>,
    /// m
    pub moved: Vec<MovedLoad>,
    /// l
    pub lost: Vec<LostLoad>,
    /// f
    pub findings: Vec<Finding>,
}
impl Plan {
    /// g
    pub fn grid(
        &self,
        _stage: StageId,
        _scenario: ScenarioId,
        _selection: &Selection,
    ) -> Result<StageGrid, Vec<Finding>> {
        Ok(StageGrid {
            network: self.network.clone(),
            applied: vec![],
            moved: vec![],
            lost: vec![],
            findings: vec![],
        })
    }
}
