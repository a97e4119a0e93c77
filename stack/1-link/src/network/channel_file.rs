//! A differential channel out of a Touchstone file: read, put in order, judged.

use super::{
    MixedModeError, Network, Passivity, PortOrder, QualityError, TouchstoneError, TwoPort,
    ports_of_name,
};
use thiserror::Error;

/// A channel, and what was done to the file to get it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelFile {
    /// The channel between its differential ends.
    pub channel: TwoPort,
    /// Which ports are a line; `None` for a file that already holds differential waves.
    pub order: Option<PortOrder>,
    /// What was noticed, assumed or repaired, in sentences.
    pub remarks: Vec<String>,
}

/// Why a file is no channel.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ChannelFileError {
    /// The file itself.
    #[error(transparent)]
    Touchstone(#[from] TouchstoneError),
    /// The modes.
    #[error(transparent)]
    Modes(#[from] MixedModeError),
    /// The data.
    #[error(transparent)]
    Quality(#[from] QualityError),
    /// Another number of ports.
    #[error(
        "the file has {ports} ports; a channel has four (two lines) or two (already differential)"
    )]
    Ports {
        /// Ports.
        ports: usize,
    },
}

impl ChannelFile {
    /// Reads a channel from a file's bytes and name.
    ///
    /// # Model
    /// Four ports become the differential two-port of two lines, in the given port order or the one that the file's own
    /// transmission shows; a file with a mixed-mode order gives its differential part; two ports are taken as
    /// differential, and a reference of 50 ohm, the format's default, as one of a single line: 100 ohm. Gain up to
    /// [`Passivity::REPAIRED`] is taken back, more is refused.
    ///
    /// # Errors
    /// [`ChannelFileError`]; without an order, a file whose lines cannot be told is refused with its evidence.
    pub fn read(
        bytes: &[u8],
        name: &str,
        order: Option<PortOrder>,
    ) -> Result<Self, ChannelFileError> {
        let file = Network::from_touchstone(bytes, ports_of_name(name))?;
        let mut remarks: Vec<String> = file.notices.iter().map(ToString::to_string).collect();
        let mut file = file;
        file.network = passive(file.network, &mut remarks)?;
        let (channel, order) = if file.modes.is_some() {
            (file.mixed_mode()?.differential(), None)
        } else {
            match file.network.ports {
                2 => {
                    let single = (file.network.reference_ohm[0] - 50.0).abs() < 1e-9;
                    if single {
                        remarks.push(
                            "two ports with the format's default of 50 ohm: taken as differential with 100 ohm"
                                .to_owned(),
                        );
                    }
                    (file.two_port(single.then_some(100.0))?, None)
                }
                4 => {
                    let order = match order {
                        Some(order) => order,
                        None => PortOrder::detect(&file.network)?.0,
                    };
                    (file.network.differential(order)?, Some(order))
                }
                ports => return Err(ChannelFileError::Ports { ports }),
            }
        };
        Ok(Self { channel, order, remarks })
    }
}

fn passive(network: Network, remarks: &mut Vec<String>) -> Result<Network, QualityError> {
    let passivity = network.passivity()?;
    if passivity.is_passive() {
        return Ok(network);
    }
    let (repaired, repair) = network.made_passive()?;
    remarks.push(format!(
        "not passive at {} of {} frequencies (gain up to {:.5} at {:.3} GHz; passive is up to {:.5}): scaled down, \
         by {:.1e} at most",
        passivity.violations,
        network.frequency_hz.len(),
        repair.worst,
        repair.frequency_hz / 1e9,
        1.0 + Passivity::TOLERANCE,
        repair.largest_change,
    ));
    Ok(repaired)
}
