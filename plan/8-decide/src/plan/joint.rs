//! A joint of fibre and chip that is misaligned.

use schemars::JsonSchema;
use serde::Serialize;

/// A misalignment, and what it costs by each way of alignment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct JointSheet {
    /// Form of the document: `lightloom.package-joint/1`.
    pub schema: &'static str,
    /// Version of Lightloom.
    pub version: &'static str,
    /// How far the axes miss each other sideways.
    pub offset_um: f64,
    /// Angle between the axes.
    pub tilt_deg: f64,
    /// Gap along the axis.
    pub gap_um: f64,
    /// Ways of alignment.
    pub joints: Vec<MisalignedRow>,
}

/// One way of alignment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MisalignedRow {
    /// `active`, `passive`, `expanded-beam`, `imaging`.
    pub alignment: String,
    /// Mode field diameters, or diameters of the spots of many modes.
    pub modes_um: [f64; 2],
    /// Whether spots of many modes meet.
    pub many_modes: bool,
    /// Loss of a perfect joint by modes that differ; none where spots of many modes meet.
    pub perfect_db: Option<f64>,
    /// What the offset alone costs beyond a perfect joint.
    pub offset_db: f64,
    /// What the tilt alone costs.
    pub tilt_db: f64,
    /// What the gap alone costs.
    pub gap_db: f64,
    /// What all three cost.
    pub together_db: f64,
    /// Offset that alone costs one decibel.
    pub offset_of_1_db_um: f64,
    /// Tilt that alone costs one decibel.
    pub tilt_of_1_db_deg: f64,
    /// Sideways error on each axis as the catalog has this way of alignment, one sigma.
    pub usual_offset_um: f64,
    /// Tilt about each axis, one sigma.
    pub usual_tilt_deg: f64,
    /// Extra loss beyond which a joint counts as bad.
    pub limit_db: f64,
}
