use crate::error::HandshakeError;
use crate::facts::HandshakeFacts;
use crate::filter::{Filters, Ruling};

/// One attempt's way past the filters: what is known of it, and whether it must still be asked about.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// What is known by now. Fill in what is learned before each [`pass`](Self::pass).
    pub facts: HandshakeFacts,
    exempt: bool,
}

impl Inspection {
    /// At the beginning of an attempt.
    pub fn new(facts: HandshakeFacts) -> Self {
        Self {
            facts,
            exempt: false,
        }
    }

    /// Asks the filters about what is known now, unless one has allowed the attempt before.
    ///
    /// # Errors
    /// [`HandshakeError::Filtered`] where they end the attempt.
    pub fn pass(&mut self, filters: &Filters) -> Result<(), HandshakeError> {
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
