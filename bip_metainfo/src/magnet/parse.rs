use std::borrow::Cow;
use std::str::FromStr;

use crate::host::{self, HostFault};
use crate::percent;
use crate::tracker;

use super::build::is_http;
use super::error::MagnetError;
use super::format::SCHEME;
use super::parameter::{Parameter, base, is_salt};
use super::topic::{Source, Topic, decode_hex};
use super::warning::{MagnetWarningKind, Warnings, shown};
use super::{FileSelection, Magnet, Mutable, Said, selection};

/// Bytes of the longest salt that the DHT takes (BEP 44, "Mutable messages").
const MAX_SALT: usize = 64;

impl Magnet {
    /// Reads a link. Its scheme, topics, hashes and parameters' names may have any case, parameters any order and a
    /// number (`tr.1`), values may be percent-encoded or plain, and white space around the link is skipped. In `dn` and
    /// `kt`, `+` is a space.
    ///
    /// # Errors
    /// See [`MagnetError`]. Only what names the torrent can be at fault (`xt`, and `xs` and `s` of BEP 46); what else is
    /// malformed is left out with a [warning](Self::warnings).
    pub fn parse(text: &str) -> Result<Self, MagnetError> {
        let link = text.trim();
        if link.len() > Self::MAX_LENGTH {
            return Err(MagnetError::TooLong {
                length: link.len(),
                limit: Self::MAX_LENGTH,
            });
        }
        let parameters = match link.split_at_checked(SCHEME.len()) {
            Some((scheme, parameters)) if scheme.eq_ignore_ascii_case(SCHEME) => parameters,
            _ => return Err(MagnetError::NotMagnet),
        };
        let mut offset = text.len() - text.trim_start().len() + SCHEME.len();
        let mut reader = Reader::default();
        for written in parameters.split('&') {
            if !written.is_empty() {
                reader.take(Parameter::new(offset, written))?;
            }
            offset += written.len() + 1;
        }
        reader.finish()
    }
}

impl FromStr for Magnet {
    type Err = MagnetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// What has been read of a link.
#[derive(Default)]
struct Reader<'a> {
    said: Said,
    selected: Vec<(u32, u32)>,
    salts: Vec<Parameter<'a>>,
    warnings: Warnings,
}

impl<'a> Reader<'a> {
    fn take(&mut self, parameter: Parameter<'a>) -> Result<(), MagnetError> {
        match &*base(&parameter.name) {
            "xt" => return self.take_topic(&parameter),
            "xs" => return self.take_source(&parameter),
            "dn" => self.take_name(&parameter),
            "xl" => self.take_length(&parameter),
            "tr" => {
                let url = self.address(&parameter);
                self.said.trackers.extend(url);
            }
            "ws" => self.take_web_seed(&parameter),
            "as" => {
                let url = self.address(&parameter);
                self.said.acceptable_sources.extend(url);
            }
            "kt" => {
                let words = self.text(&parameter, &spaced(parameter.value));
                let words = words.split_whitespace().map(str::to_owned);
                self.said.keywords.extend(words);
            }
            "x.pe" => self.take_peer(&parameter),
            "so" => self.take_selection(&parameter),
            "s" => {
                // A salt only beside a public key, which may come later.
                self.keep(&parameter);
                self.salts.push(parameter);
            }
            _ => self.keep(&parameter),
        }
        Ok(())
    }

    fn take_topic(&mut self, parameter: &Parameter<'_>) -> Result<(), MagnetError> {
        let offset = parameter.offset;
        let bytes = percent::decode(parameter.value);
        let bytes = bytes.map_err(|_| MagnetError::InvalidEscape { offset })?;
        let text = self.readable(parameter, bytes);
        match Topic::parse(&text) {
            Some(Topic::V1(hash)) => {
                let is_zero = hash.to_bytes() == [0; 20];
                set_hash(&mut self.said.v1, hash, is_zero, offset, "urn:btih")?;
            }
            Some(Topic::V2(hash)) => {
                let is_zero = hash.to_bytes() == [0; 32];
                set_hash(&mut self.said.v2, hash, is_zero, offset, "urn:btmh")?;
            }
            Some(Topic::Other) if text.is_empty() => self.warn(MagnetWarningKind::Empty, parameter),
            Some(Topic::Other) => {
                self.warn(MagnetWarningKind::UnknownTopic, parameter);
                self.said.other_topics.push(text);
            }
            None => {
                return Err(MagnetError::InvalidInfoHash {
                    offset,
                    topic: shown(&text).to_owned(),
                });
            }
        }
        Ok(())
    }

    fn take_source(&mut self, parameter: &Parameter<'_>) -> Result<(), MagnetError> {
        let Some(text) = self.address(parameter) else {
            return Ok(());
        };
        match Source::parse(&text) {
            Some(Source::PublicKey(public_key)) if self.said.mutable.is_none() => {
                self.said.mutable = Some(Mutable {
                    public_key,
                    salt: Vec::new(),
                });
            }
            Some(source) => {
                if matches!(source, Source::PublicKey(_)) {
                    self.warn(MagnetWarningKind::SecondPublicKey, parameter);
                }
                self.said.exact_sources.push(text);
            }
            None => {
                return Err(MagnetError::InvalidPublicKey {
                    offset: parameter.offset,
                    source_name: shown(&text).to_owned(),
                });
            }
        }
        Ok(())
    }

    fn take_name(&mut self, parameter: &Parameter<'_>) {
        let name = self.text(parameter, &spaced(parameter.value));
        if self.said.name.is_some() {
            self.warn(MagnetWarningKind::Repeated, parameter);
        } else if name.is_empty() {
            self.warn(MagnetWarningKind::Empty, parameter);
        } else {
            self.said.name = Some(name);
        }
    }

    fn take_length(&mut self, parameter: &Parameter<'_>) {
        let text = self.text(parameter, parameter.value);
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse().ok().filter(|_| is_number) {
            Some(_) if self.said.length.is_some() => {
                self.warn(MagnetWarningKind::Repeated, parameter);
            }
            Some(length) => self.said.length = Some(length),
            None => self.warn(MagnetWarningKind::NotLength, parameter),
        }
    }

    fn take_web_seed(&mut self, parameter: &Parameter<'_>) {
        match self.address(parameter) {
            Some(url) if is_http(&url) => self.said.web_seeds.push(url),
            Some(_) => self.warn(MagnetWarningKind::NotHttp, parameter),
            None => {}
        }
    }

    fn take_peer(&mut self, parameter: &Parameter<'_>) {
        let peer = self.text(parameter, parameter.value);
        match host::check_host_and_port(&peer) {
            Ok(()) => self.said.peers.push(peer),
            Err(fault) => self.warn(
                match fault {
                    HostFault::Malformed => MagnetWarningKind::NotHostAndPort,
                    HostFault::PortZero => MagnetWarningKind::PortZero,
                    HostFault::PortOutOfRange => MagnetWarningKind::PortOutOfRange,
                },
                parameter,
            ),
        }
    }

    fn take_selection(&mut self, parameter: &Parameter<'_>) {
        let text = self.text(parameter, parameter.value);
        if text.is_empty() {
            return self.warn(MagnetWarningKind::Empty, parameter);
        }
        for entry in text.split(',') {
            match selection::parse_entry(entry) {
                Some(range) => self.selected.push(range),
                None => self.warnings.push(
                    MagnetWarningKind::NotFileIndex,
                    parameter.offset,
                    &parameter.name,
                    entry,
                ),
            }
        }
    }

    fn keep(&mut self, parameter: &Parameter<'_>) {
        let value = self.bytes(parameter, parameter.value);
        if std::str::from_utf8(&value).is_err() {
            self.warn(MagnetWarningKind::NotUtf8, parameter);
        }
        let name = parameter.name.clone().into_owned();
        self.said.other.push((name, value));
    }

    fn finish(mut self) -> Result<Magnet, MagnetError> {
        self.take_salt()?;
        let Self {
            mut said,
            selected,
            warnings,
            ..
        } = self;
        if said.v1.is_none() && said.v2.is_none() && said.mutable.is_none() {
            return Err(MagnetError::MissingInfoHash);
        }
        said.select_only = (!selected.is_empty()).then(|| FileSelection::merged(selected));
        Ok(Magnet {
            said,
            warnings: warnings.finish(),
        })
    }

    fn take_salt(&mut self) -> Result<(), MagnetError> {
        let Some(mutable) = &mut self.said.mutable else {
            return Ok(());
        };
        self.said.other.retain(|(name, _)| !is_salt(name));
        let salts = std::mem::take(&mut self.salts);
        let Some((first, repeated)) = salts.split_first() else {
            return Ok(());
        };
        let digits = percent::decode(first.value).unwrap_or_else(|broken| broken);
        mutable.salt = decode_hex(&digits).ok_or(MagnetError::InvalidSalt {
            offset: first.offset,
        })?;
        if mutable.salt.len() > MAX_SALT {
            self.warn(MagnetWarningKind::LongSalt, first);
        }
        for parameter in repeated {
            self.warn(MagnetWarningKind::Repeated, parameter);
        }
        Ok(())
    }

    /// An address that can stand in a request.
    fn address(&mut self, parameter: &Parameter<'_>) -> Option<String> {
        let text = self.text(parameter, parameter.value);
        match tracker::clean(&text) {
            Some(clean) if clean.len() == text.len() => Some(text),
            Some(clean) => Some(clean.to_owned()),
            None => {
                let kind = if text.trim().is_empty() {
                    MagnetWarningKind::Empty
                } else {
                    MagnetWarningKind::Unprintable
                };
                self.warn(kind, parameter);
                None
            }
        }
    }

    /// `value`, which is the parameter's, decoded.
    fn text(&mut self, parameter: &Parameter<'_>, value: &str) -> String {
        let bytes = self.bytes(parameter, value);
        self.readable(parameter, bytes)
    }

    fn bytes(&mut self, parameter: &Parameter<'_>, value: &str) -> Vec<u8> {
        percent::decode(value).unwrap_or_else(|bytes| {
            self.warn(MagnetWarningKind::BrokenEscape, parameter);
            bytes
        })
    }

    fn readable(&mut self, parameter: &Parameter<'_>, bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap_or_else(|error| {
            self.warn(MagnetWarningKind::NotUtf8, parameter);
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        })
    }

    fn warn(&mut self, kind: MagnetWarningKind, parameter: &Parameter<'_>) {
        self.warnings
            .push(kind, parameter.offset, &parameter.name, parameter.value);
    }
}

/// The value of a parameter in which `+` is a space.
fn spaced(value: &str) -> Cow<'_, str> {
    match value.contains('+') {
        true => value.replace('+', " ").into(),
        false => value.into(),
    }
}

fn set_hash<H: PartialEq + Copy>(
    known: &mut Option<H>,
    hash: H,
    is_zero: bool,
    offset: usize,
    topic: &'static str,
) -> Result<(), MagnetError> {
    if is_zero {
        return Err(MagnetError::ZeroInfoHash { offset });
    }
    if known.is_some_and(|known| known != hash) {
        return Err(MagnetError::ConflictingInfoHashes { offset, topic });
    }
    *known = Some(hash);
    Ok(())
}
