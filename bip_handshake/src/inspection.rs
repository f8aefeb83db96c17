use crate::error::HandshakeError;
use crate::facts::HandshakeFacts;
use crate::filter::{Filters, Ruling};

/// One attempt's way past the filters: what is known of it, and whether it must still be asked about.
#[derive(Debug)]
#[cfg_attr(
    not(feature = "tokio"),
    expect(dead_code, reason = "the driver walks attempts past the filters")
)]
pub(crate) struct Inspection {
    pub(crate) facts: HandshakeFacts,
    exempt: bool,
}

#[cfg_attr(
    not(feature = "tokio"),
    expect(dead_code, reason = "the driver walks attempts past the filters")
)]
impl Inspection {
    pub(crate) fn new(facts: HandshakeFacts) -> Self {
        Self {
            facts,
            exempt: false,
        }
    }

    /// Asks about what is known now.
    pub(crate) fn pass(&mut self, filters: &Filters) -> Result<(), HandshakeError> {
        if self.exempt {
            return Ok(());
        }
        match filters.judge(&self.facts) {
            Ruling::Proceed => Ok(()),
            Ruling::Exempt => {
                self.exempt = true;
                Ok(())
            }
            Ruling::Refuse => Err(HandshakeError::Filtered),
        }
    }
}
