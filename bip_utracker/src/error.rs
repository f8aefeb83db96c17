use std::fmt;

use thiserror::Error;

use crate::family::Family;
use crate::limits::{MAX_ERROR_MESSAGE_LENGTH, MAX_SCRAPE_HASHES, MAX_URL_DATA_LENGTH};
use crate::wire::DecodeError;

/// Why an announce brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AnnounceError {
    /// The tracker did not answer any of so many attempts.
    #[error("the tracker did not answer {attempts} attempts")]
    TimedOut {
        /// Datagrams to which no answer came, connect requests counted.
        attempts: u32,
    },
    /// The tracker refused; here is what it said.
    #[error("the tracker refused: {0}")]
    Tracker(ErrorMessage),
    /// The tracker's answer breaks BEP 15.
    #[error("the tracker's answer is malformed: {0}")]
    Malformed(MalformedAnswer),
    /// The client is closed or was closed while the request was under way.
    #[error("the tracker client is closed")]
    Closed,
    /// As many requests as the client allows are under way.
    #[error("{limit} requests are under way, which is the limit")]
    TooManyRequests {
        /// The configured limit.
        limit: usize,
    },
    /// The client has no socket of the tracker's address family.
    #[error("{0} is not available")]
    FamilyUnavailable(Family),
    /// The system refuses to send to the tracker's address.
    #[error("the system has no way to the tracker")]
    Unreachable,
    /// The path and query are longer than [`MAX_URL_DATA_LENGTH`].
    #[error("{length} bytes of path and query, more than {MAX_URL_DATA_LENGTH}")]
    UrlDataTooLong {
        /// Their length in bytes.
        length: usize,
    },
}

/// Why a scrape brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ScrapeError {
    /// The tracker did not answer any of so many attempts.
    #[error("the tracker did not answer {attempts} attempts")]
    TimedOut {
        /// Datagrams to which no answer came, connect requests counted.
        attempts: u32,
    },
    /// The tracker refused; here is what it said.
    #[error("the tracker refused: {0}")]
    Tracker(ErrorMessage),
    /// The tracker's answer breaks BEP 15.
    #[error("the tracker's answer is malformed: {0}")]
    Malformed(MalformedAnswer),
    /// The client is closed or was closed while the request was under way.
    #[error("the tracker client is closed")]
    Closed,
    /// As many requests as the client allows are under way.
    #[error("{limit} requests are under way, which is the limit")]
    TooManyRequests {
        /// The configured limit.
        limit: usize,
    },
    /// The client has no socket of the tracker's address family.
    #[error("{0} is not available")]
    FamilyUnavailable(Family),
    /// The system refuses to send to the tracker's address.
    #[error("the system has no way to the tracker")]
    Unreachable,
    /// A scrape names 1 to [`MAX_SCRAPE_HASHES`] hashes.
    #[error("a scrape of {count} hashes, not of 1 to {MAX_SCRAPE_HASHES}")]
    HashCount {
        /// How many were named.
        count: usize,
    },
}

impl AnnounceError {
    /// Whether the tracker is to blame: it refused, or its answer is malformed. Silence may be the network's fault.
    pub fn is_trackers_fault(&self) -> bool {
        matches!(
            self,
            AnnounceError::Tracker(_) | AnnounceError::Malformed(_)
        )
    }
}

impl ScrapeError {
    /// Whether the tracker is to blame: it refused, or its answer is malformed. Silence may be the network's fault.
    pub fn is_trackers_fault(&self) -> bool {
        matches!(self, ScrapeError::Tracker(_) | ScrapeError::Malformed(_))
    }
}

/// How a tracker's answer to a known transaction breaks BEP 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MalformedAnswer {
    /// It is no packet at all.
    #[error(transparent)]
    Undecodable(#[from] DecodeError),
    /// It answers another kind of request than the one that was sent.
    #[error("it answers another kind of request")]
    WrongAction,
}

/// What a tracker said when it refused: at most [`MAX_ERROR_MESSAGE_LENGTH`] bytes of it, in no certain encoding.
///
/// `Display` shows it lossily as UTF-8, with control characters replaced, so that it is safe on a terminal.
#[derive(Clone, PartialEq, Eq)]
pub struct ErrorMessage(Box<[u8]>);

impl ErrorMessage {
    pub(crate) fn new(bytes: &[u8]) -> ErrorMessage {
        ErrorMessage(bytes[..bytes.len().min(MAX_ERROR_MESSAGE_LENGTH)].into())
    }

    /// The bytes as the tracker sent them, cut at [`MAX_ERROR_MESSAGE_LENGTH`].
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether a tracker complains about the connection id. There is no code for it; every known tracker that
    /// says so at all names the connection.
    pub(crate) fn is_about_connection_id(&self) -> bool {
        self.0
            .to_ascii_lowercase()
            .windows(10)
            .any(|window| window == b"connection")
    }
}

impl fmt::Display for ErrorMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in String::from_utf8_lossy(&self.0).chars() {
            let shown = if character.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                character
            };
            fmt::Write::write_char(f, shown)?;
        }
        Ok(())
    }
}

impl fmt::Debug for ErrorMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorMessage({:?})", String::from_utf8_lossy(&self.0))
    }
}

/// What can go wrong with either kind of request once the core has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    TimedOut { attempts: u32 },
    Tracker(ErrorMessage),
    Malformed(MalformedAnswer),
    Closed,
    TooManyRequests { limit: usize },
    FamilyUnavailable(Family),
    Unreachable,
}

impl From<Failure> for AnnounceError {
    fn from(failure: Failure) -> AnnounceError {
        match failure {
            Failure::TimedOut { attempts } => AnnounceError::TimedOut { attempts },
            Failure::Tracker(message) => AnnounceError::Tracker(message),
            Failure::Malformed(how) => AnnounceError::Malformed(how),
            Failure::Closed => AnnounceError::Closed,
            Failure::TooManyRequests { limit } => AnnounceError::TooManyRequests { limit },
            Failure::FamilyUnavailable(family) => AnnounceError::FamilyUnavailable(family),
            Failure::Unreachable => AnnounceError::Unreachable,
        }
    }
}

impl From<Failure> for ScrapeError {
    fn from(failure: Failure) -> ScrapeError {
        match failure {
            Failure::TimedOut { attempts } => ScrapeError::TimedOut { attempts },
            Failure::Tracker(message) => ScrapeError::Tracker(message),
            Failure::Malformed(how) => ScrapeError::Malformed(how),
            Failure::Closed => ScrapeError::Closed,
            Failure::TooManyRequests { limit } => ScrapeError::TooManyRequests { limit },
            Failure::FamilyUnavailable(family) => ScrapeError::FamilyUnavailable(family),
            Failure::Unreachable => ScrapeError::Unreachable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_cut_one_past_its_limit() {
        for (sent, kept) in [(255, 255), (256, 256), (257, 256), (60_000, 256)] {
            assert_eq!(ErrorMessage::new(&vec![b'x'; sent]).as_bytes().len(), kept);
        }
    }

    #[test]
    fn a_message_is_shown_lossily_and_without_control_characters() {
        assert_eq!(
            ErrorMessage::new(b"no\x1b[2J\xffway").to_string(),
            "no\u{fffd}[2J\u{fffd}way"
        );
    }

    #[test]
    fn complaints_about_the_connection_id_are_recognised() {
        for message in [
            "bad connection ID",
            "Connection ID missmatch.",
            "CONNECTION_ID expired",
        ] {
            assert!(
                ErrorMessage::new(message.as_bytes()).is_about_connection_id(),
                "{message}"
            );
        }
        assert!(!ErrorMessage::new(b"torrent not registered").is_about_connection_id());
    }
}
