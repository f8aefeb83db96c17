use thiserror::Error;

/// Why a datagram is no packet of BEP 15. Always the sender's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The datagram ends before the fixed part of its packet does.
    #[error("{length} bytes are too few for a packet of at least {needed}")]
    TooShort {
        /// The fixed length of the packet that its action names.
        needed: usize,
        /// The length of the datagram.
        length: usize,
    },
    /// The action is none that BEP 15 defines, or none that may come this way.
    #[error("unknown action {0}")]
    UnknownAction(u32),
    /// A connect request does not begin with the protocol id.
    #[error("a connect request without the protocol id")]
    WrongProtocol,
    /// A BEP 41 option is longer than the rest of the datagram.
    #[error("option {kind} is cut off")]
    OptionCut {
        /// The option's type byte.
        kind: u8,
    },
}
