//! The accelerator: what it computes and moves, and how much of that a kernel gets.

use crate::WorkloadError;
use lightloom_evidence::{FactError, Facts};
use lightloom_units::{BitRate, ComputeRate, Count, DataSize, Ratio, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Arithmetic of the matrix products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Sixteen bits, bfloat16 or float16.
    Bf16,
    /// Eight bits, floating-point or integer.
    Fp8,
    /// Four bits with a shared scale.
    Fp4,
}

impl Precision {
    /// The name in prose.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bf16 => "BF16",
            Self::Fp8 => "FP8",
            Self::Fp4 => "FP4",
        }
    }

    /// Bytes of one element; the scales of block formats (below 7 %) are left out.
    #[must_use]
    pub const fn bytes(self) -> f64 {
        match self {
            Self::Bf16 => 2.0,
            Self::Fp8 => 1.0,
            Self::Fp4 => 0.5,
        }
    }
}

/// One accelerator's arithmetic in one precision.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Arithmetic {
    /// Dense peak of the data sheet, without sparsity.
    pub peak: ComputeRate,
    /// Share of the peak that the best large matrix product reaches.
    pub achievable: Ratio,
}

/// What kernels of any accelerator have in common.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Kernels {
    /// Rows at which the matrices of a decode step, taken together, reach half their achievable rate.
    pub half_rows: Count,
    /// Outputs (rows times columns) at which a matrix product occupies half of the processors.
    pub half_outputs: Count,
    /// Inner dimension at which a product spends as long on its start and end as on its loop.
    pub half_inner: Count,
    /// Fixed time of casting a product's input to eight bits or fewer, where no kernel before does it.
    pub cast: Time,
    /// Copies of an input that a product of eight bits or fewer needs: by rows for itself, by columns for the gradient
    /// of weights.
    pub cast_copies: Count,
    /// Bytes that the loss moves for one logit, forward and backward.
    pub loss: DataSize,
    /// Share of the memory bandwidth that a streaming kernel gets.
    pub memory: Ratio,
    /// Share of the BF16 peak that a fused attention kernel gets.
    pub attention: Ratio,
    /// Share of the memory that a job can fill before contexts, buffers and fragmentation stop it.
    pub usable_memory: Ratio,
    /// Time of a kernel that does nothing, its launch hidden behind the one before.
    pub launch: Time,
}

impl Kernels {
    /// From the facts `kernel.*`.
    ///
    /// # Errors
    /// [`FactError`].
    pub fn from_facts(facts: &Facts<'_>) -> Result<Self, FactError> {
        Ok(Self {
            half_rows: facts.get("kernel.gemm_half_rows")?,
            half_outputs: facts.get("kernel.gemm_half_outputs")?,
            half_inner: facts.get("kernel.gemm_half_inner")?,
            cast: facts.get("kernel.cast")?,
            cast_copies: facts.get("kernel.cast_copies")?,
            loss: facts.get("kernel.loss")?,
            memory: facts.get("kernel.memory_fraction")?,
            attention: facts.get("kernel.attention_fraction")?,
            usable_memory: facts.get("kernel.usable_memory")?,
            launch: facts.get("kernel.launch")?,
        })
    }
}

/// Time of one matrix product and its parts; arithmetic and memory overlap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GemmTime {
    /// All of it.
    pub total: Time,
    /// Arithmetic alone.
    pub arithmetic: Time,
    /// Reading and writing the matrices alone.
    pub memory: Time,
    /// Casting the input.
    pub cast: Time,
}

/// Time of two things that overlap, all but a fifth where they take as long.
fn overlap(a: f64, b: f64) -> f64 {
    let (a, b) = (a * a, b * b);
    (a * a + b * b).sqrt().sqrt()
}

/// An accelerator as a model sees it. Boundary: one package that the framework addresses as one device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Machine {
    /// Name for reports.
    pub name: String,
    /// BF16 arithmetic, which every accelerator has.
    pub bf16: Arithmetic,
    /// Eight-bit arithmetic.
    pub fp8: Option<Arithmetic>,
    /// Four-bit arithmetic.
    pub fp4: Option<Arithmetic>,
    /// Memory bandwidth, reads and writes together.
    pub hbm_bandwidth: BitRate,
    /// Memory capacity.
    pub hbm_capacity: DataSize,
    /// What its kernels get of all that.
    pub kernels: Kernels,
}

impl Machine {
    /// From the facts `accelerator.NAME.*` and `kernel.*`.
    ///
    /// # Errors
    /// [`FactError`] where there is no such accelerator.
    pub fn from_facts(facts: &Facts<'_>, name: &str) -> Result<Self, FactError> {
        let id = |field: &str| format!("accelerator.{name}.{field}");
        let low = |precision: &str| -> Result<Option<Arithmetic>, FactError> {
            let Some(peak) = facts.find(&id(&format!("peak_{precision}")))? else {
                return Ok(None);
            };
            let achievable = facts.get(&id(&format!("gemm_{precision}")))?;
            Ok(Some(Arithmetic { peak, achievable }))
        };
        Ok(Self {
            name: name.to_owned(),
            bf16: Arithmetic {
                peak: facts.get(&id("peak_bf16"))?,
                achievable: facts.get(&id("gemm_bf16"))?,
            },
            fp8: low("fp8")?,
            fp4: low("fp4")?,
            hbm_bandwidth: facts.get(&id("hbm_bandwidth"))?,
            hbm_capacity: facts.get(&id("hbm_capacity"))?,
            kernels: Kernels::from_facts(facts)?,
        })
    }

    /// The arithmetic of a precision.
    ///
    /// # Errors
    /// [`WorkloadError::NoSuchPrecision`].
    pub fn arithmetic(&self, precision: Precision) -> Result<Arithmetic, WorkloadError> {
        let found = match precision {
            Precision::Bf16 => Some(self.bf16),
            Precision::Fp8 => self.fp8,
            Precision::Fp4 => self.fp4,
        };
        found.ok_or_else(|| WorkloadError::NoSuchPrecision {
            accelerator: self.name.clone(),
            precision: precision.name(),
            has: [(Precision::Bf16, true), (Precision::Fp8, self.fp8.is_some())]
                .into_iter()
                .chain([(Precision::Fp4, self.fp4.is_some())])
                .filter_map(|(p, has)| has.then_some(p.name()))
                .collect(),
        })
    }

    /// Memory that weights, optimizer, activations and caches can share.
    #[must_use]
    pub fn usable_memory(&self) -> DataSize {
        self.hbm_capacity * self.kernels.usable_memory.value()
    }

    /// Checks that rates and capacities are positive and finite.
    ///
    /// # Errors
    /// [`WorkloadError::NotFinite`] names the first that is not.
    pub fn check(&self) -> Result<(), WorkloadError> {
        let k = &self.kernels;
        let mut values = vec![
            ("hbm_bandwidth", self.hbm_bandwidth.as_bytes_per_s()),
            ("hbm_capacity", self.hbm_capacity.as_bytes()),
            ("kernel memory share", k.memory.value()),
            ("attention share", k.attention.value()),
            ("usable memory share", k.usable_memory.value()),
        ];
        for a in [Some(self.bf16), self.fp8, self.fp4].into_iter().flatten() {
            values.extend([("peak", a.peak.as_flops()), ("gemm share", a.achievable.value())]);
        }
        match values.into_iter().find(|(_, v)| !(v.is_finite() && *v > 0.0)) {
            None => Ok(()),
            Some((field, value)) => Err(WorkloadError::NotFinite {
                what: "a kernel's time",
                value: "infinite or negative".to_owned(),
                cause: format!("the accelerator's {field} of {value}"),
            }),
        }
    }

    /// Time of a matrix product of (m x k) by (k x n), and where it goes.
    ///
    /// # Model
    /// `t = (c^4 + b^4)^(1/4) + launch + cast`: arithmetic `c = 2 m n k / (e peak)` and memory `b = bytes / (eta B)`
    /// overlap but for a fifth where they are equal. `e = e0 mn/(mn + o) k/(k + k0)`: e0 the best share of peak, o the
    /// outputs that occupy half of the processors, k0 the inner length that start and end of the loop cost. Inputs
    /// in the precision, outputs in 16 bits. Where the input comes in 16 bits and the product is of eight or four,
    /// a cast reads and writes it: a fixed time and `(2 + b) m k` bytes.
    ///
    /// # Validity
    /// m of 64 to 8192 with n = k = 8192 on H100 and GB300, BF16 and FP8: 5.4 % in the mean, 12 % at worst
    /// (the form with saturation in each of m, n and k had 17 and 52 %). No wave quantisation.
    ///
    /// # Source
    /// Kernel tables of ai-dynamo/aiconfigurator; e0 from stas00/ml-engineering.
    ///
    /// # Errors
    /// [`WorkloadError::NoSuchPrecision`].
    pub fn gemm_time(
        &self,
        precision: Precision,
        [m, n, k]: [f64; 3],
        cast: bool,
    ) -> Result<GemmTime, WorkloadError> {
        let on = self.arithmetic(precision)?;
        let bytes = precision.bytes();
        let (arithmetic, memory) = self.product(on, bytes, [m, n, k]);
        let cast = if cast && precision != Precision::Bf16 {
            self.kernels.cast.as_s() + self.stream((2.0 + bytes) * m * k)
        } else {
            0.0
        };
        let total = overlap(arithmetic, memory) + self.kernels.launch.as_s() + cast;
        Ok(GemmTime {
            total: Time::s(total),
            arithmetic: Time::s(arithmetic),
            memory: Time::s(memory),
            cast: Time::s(cast),
        })
    }

    /// Seconds of arithmetic and of memory of one product.
    fn product(&self, on: Arithmetic, bytes: f64, [m, n, k]: [f64; 3]) -> (f64, f64) {
        let c = &self.kernels;
        let full = (m * n / (m * n + c.half_outputs.value())) * (k / (k + c.half_inner.value()));
        let arithmetic = 2.0 * m * n * k / (on.peak.as_flops() * on.achievable.value() * full);
        let moved = (m * k + k * n) * bytes + 2.0 * m * n;
        (arithmetic, self.stream(moved))
    }

    /// Seconds of `count` equal matrix products of (m x k) by (k x n) in one kernel: [`Machine::gemm_time`] without cast.
    pub(crate) fn gemm(&self, on: Arithmetic, bytes: f64, [m, n, k]: [f64; 3], count: f64) -> f64 {
        // Equal products of a kernel occupy the processors together.
        let c = &self.kernels;
        let outputs = m * n * count;
        let full =
            (outputs / (outputs + c.half_outputs.value())) * (k / (k + c.half_inner.value()));
        let arithmetic = 2.0 * outputs * k / (on.peak.as_flops() * on.achievable.value() * full);
        let moved = count * ((m * k + k * n) * bytes + 2.0 * m * n);
        overlap(arithmetic, self.stream(moved)) + c.launch.as_s()
    }

    /// Time to move bytes through the memory.
    pub(crate) fn stream(&self, bytes: f64) -> f64 {
        bytes / (self.hbm_bandwidth.as_bytes_per_s() * self.kernels.memory.value())
    }

    /// Time of a fused attention kernel with so many operations.
    pub(crate) fn attention(&self, flops: f64) -> f64 {
        flops / (self.bf16.peak.as_flops() * self.kernels.attention.value())
    }
}
