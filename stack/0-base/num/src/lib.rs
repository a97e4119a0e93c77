//! Numbers without domain words: what every floor needs and none owns.
//!
//! | file | what |
//! |---|---|
//! | [`normal`] | [`q`], [`q_inverse`], the normal density |
//! | [`gamma`] | log-gamma, incomplete gamma, chi-squared and Poisson quantiles |
//! | [`binomial`] | k of n |
//! | [`cholesky`] | small symmetric systems |
//! | [`mod@decay`] | a quick falling exponential |
//! | [`fft`] | real transforms, in powers of two and other lengths |
//! | [`mod@root`] | a bracketed root, a bracketed minimum |
//! | [`sensitivity`] | Sobol's indices by pick and freeze, with bootstrap intervals |
//! | [`statistics`] | mean, quantile, counts as numbers |
//! | [`sobol`] | a scrambled Sobol sequence |
//! | [`stream`], `poisson` | seeded streams of random numbers, one for each entity; waiting times and counts |

pub mod binomial;
pub mod cholesky;
pub mod decay;
pub mod error;
pub mod fft;
pub mod gamma;
pub mod normal;
mod poisson;
pub mod root;
pub mod sensitivity;
pub mod sobol;
pub mod statistics;
pub mod stream;

pub use binomial::{at_least, exactly};
pub use cholesky::{Cholesky, dot};
pub use decay::decay;
pub use error::NumError;
pub use fft::{RealFft, Spectrum};
pub use gamma::{
    chi_squared_quantile, gamma_p, gamma_q, ln_gamma, poisson_at_most, poisson_quantile,
};
pub use normal::{normal_density, q, q_inverse};
pub use root::{minimum, root};
pub use sensitivity::{Interval, PickFreeze, SobolIndex, sobol_indices};
pub use sobol::Sobol;
pub use statistics::{mean, quantile_of_sorted, to_f64};
pub use stream::Stream;
