use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bip_metainfo::{
    Certificate, Metainfo, SignError, SignatureDigest, SigningKey, Trust, Verified,
};
use clap::Args;
use serde_json::{Value, json};

use super::destination::{Destination, Existing};
use super::failure::Failure;
use crate::output::{Stdout, chain, visible};
use crate::swarm::{Source, SourceError};

/// Sign a .torrent file (BEP 35), or check who signed it
///
/// Keys are RSA, in PKCS #8 or PKCS #1, certificates X.509; both in PEM. The info-hash stays what it is. A signature that
/// is right says who made it only where --trust names the certificate, or the one that issued it; without that, anyone
/// may have made it, in any name.
///
/// Exit codes: 0 when the file is written (with --check: when there are signatures, all are right, and if --trust is given,
/// trusted), 1 when not or after an error, 2 when the command line cannot be understood.
///
/// Examples:
///   openssl req -x509 -newkey rsa:3072 -nodes -keyout com.example.key -out com.example.crt -subj /CN=com.example
///   bip sign album.torrent --key com.example.key --cert com.example.crt
///   bip sign album.torrent --check --trust authority.crt
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Sign {
    /// The .torrent file
    #[arg(value_name = "FILE.torrent")]
    torrent: PathBuf,

    /// Check the signatures that are there
    #[arg(long)]
    check: bool,

    /// With --check, trust this certificate and those that it issued; may be given several times
    #[arg(long, value_name = "FILE.crt", requires = "check")]
    trust: Vec<PathBuf>,

    /// Sign with this private key
    #[arg(
        long,
        value_name = "FILE.key",
        required_unless_present = "check",
        conflicts_with = "check"
    )]
    key: Option<PathBuf>,

    /// Put this certificate of the key into the torrent
    #[arg(long, value_name = "FILE.crt", conflicts_with = "check")]
    cert: Option<PathBuf>,

    /// Sign under this name, or check only its signature [default: the certificate's common name]
    #[arg(long, required_unless_present_any = ["check", "cert"])]
    name: Option<String>,

    /// Write to this file, and leave the other as it is; `-` is standard output
    #[arg(short, long, value_name = "FILE|-", conflicts_with = "check")]
    output: Option<OsString>,

    /// Replace the output file if it exists
    #[arg(long, conflicts_with = "check")]
    force: bool,

    /// Print one JSON object on stdout (errors on stderr)
    #[arg(long)]
    json: bool,
}

impl Sign {
    pub(crate) fn run(self) -> ExitCode {
        let done = match &self.key {
            Some(key) => self.sign(key).map(|()| ExitCode::SUCCESS),
            None => self.check(),
        };
        done.unwrap_or_else(|failure| failure.tell(self.json))
    }

    fn sign(&self, key: &Path) -> Result<(), Failure> {
        let torrent = Source::load(&self.torrent)?;
        let (destination, existing) = match &self.output {
            Some(output) if !self.force => (output.as_os_str().into(), Existing::Keep),
            Some(output) => (output.as_os_str().into(), Existing::Replace),
            None => (Destination::File(self.torrent.clone()), Existing::Replace),
        };
        destination.check(existing)?;
        let certificate = self.cert.as_deref().map(certificate).transpose()?;
        let key = SigningKey::from_pem(&read(key)?).map_err(|source| Failure::sign(key, source))?;
        let common_name = || certificate.as_ref().and_then(Certificate::common_name);
        let name = self.name.clone().or_else(common_name);
        let name = name.ok_or_else(|| Failure::NoSignerName {
            path: self.cert.clone().unwrap_or_default(),
        })?;
        let mut signer = torrent.sign(&name, &key);
        if let Some(certificate) = &certificate {
            signer = signer.certificate(certificate);
        }
        let signed = signer
            .apply()
            .map_err(|source| Failure::sign(&self.torrent, source))?;
        destination.write(signed.raw())?;
        let Some(path) = destination.path() else {
            // There the torrent itself is.
            return Ok(());
        };
        let mut out = Stdout::lock();
        if self.json {
            let told = json!({"torrent": path.display().to_string(), "name": name});
            out.line(format_args!("{told:#}"))?;
        } else {
            out.line(format_args!(
                "{} is signed by {}",
                path.display(),
                visible(name)
            ))?;
        }
        Ok(out.flush()?)
    }

    fn check(&self) -> Result<ExitCode, Failure> {
        let torrent = Source::load(&self.torrent)?;
        let trusted = self.trust.iter().map(|path| certificate(path));
        let trusted: Vec<Certificate> = trusted.collect::<Result<_, _>>()?;
        let checked: Vec<_> = self
            .names(&torrent)
            .into_iter()
            .map(|name| {
                let found = torrent.verify_signature(&name, &trusted);
                (String::from_utf8_lossy(&name).into_owned(), found)
            })
            .collect();
        let is_good = |found: &Result<Verified, SignError>| match found {
            Ok(verified) => trusted.is_empty() || verified.trust != Trust::Unknown,
            Err(_) => false,
        };
        let is_right = !checked.is_empty() && checked.iter().all(|(_, found)| is_good(found));
        let mut out = Stdout::lock();
        if self.json {
            let signatures: Value = checked
                .iter()
                .map(|(name, found)| as_json(name, found))
                .collect();
            out.line(format_args!(
                "{:#}",
                json!({"right": is_right, "signatures": signatures})
            ))?;
        } else if checked.is_empty() {
            out.line("there is no signature")?;
        } else {
            for (name, found) in &checked {
                out.line(format_args!("{}: {}", visible(name), in_words(found)))?;
            }
        }
        out.flush()?;
        Ok(if is_right {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn names(&self, torrent: &Metainfo) -> Vec<Vec<u8>> {
        match &self.name {
            Some(name) => vec![name.clone().into_bytes()],
            None => torrent
                .signatures()
                .map(|one| one.name().to_vec())
                .collect(),
        }
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path);
    Ok(text.map_err(|source| SourceError::Read {
        path: path.to_owned(),
        source,
    })?)
}

fn certificate(path: &Path) -> Result<Certificate, Failure> {
    Certificate::from_pem(&read(path)?).map_err(|source| Failure::sign(path, source))
}

fn in_words(found: &Result<Verified, SignError>) -> String {
    let verified = match found {
        Ok(verified) => verified,
        Err(error) => return chain(error),
    };
    let trust = match verified.trust {
        Trust::Known => "by a trusted certificate",
        Trust::Issued => "by a certificate that a trusted one issued",
        _ => "by a certificate that nothing speaks for",
    };
    let whose = verified.certificate.common_name().unwrap_or_default();
    format!(
        "right, {trust} ({}), over {}",
        visible(whose),
        digest(verified.digest)
    )
}

fn as_json(name: &str, found: &Result<Verified, SignError>) -> Value {
    let verified = found.as_ref().ok();
    json!({
        "name": name,
        "right": found.is_ok(),
        "trust": verified.map(|verified| match verified.trust {
            Trust::Known => "known",
            Trust::Issued => "issued",
            _ => "unknown",
        }),
        "common_name": verified.and_then(|verified| verified.certificate.common_name()),
        "digest": verified.map(|verified| digest(verified.digest)),
        "kind": found.as_ref().err().map(SignError::name),
        "error": found.as_ref().err().map(|error| chain(error)),
    })
}

fn digest(digest: SignatureDigest) -> &'static str {
    match digest {
        SignatureDigest::Sha1 => "SHA-1",
        SignatureDigest::Sha256 => "SHA-256",
        SignatureDigest::Sha384 => "SHA-384",
        SignatureDigest::Sha512 => "SHA-512",
        _ => "another digest",
    }
}
