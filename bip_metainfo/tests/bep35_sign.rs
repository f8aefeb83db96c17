//! Signing and verifying (BEP 35). `keys/make.sh` made the keys, the certificates and the expected signatures, with OpenSSL.

#![cfg(feature = "sign")]
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod support;

use std::slice::from_ref;
use std::sync::LazyLock;

use bip_bencode::{BencodeMut, ben_map};
use bip_metainfo::{
    Certificate, EditError, LoadLimits, Metainfo, SignError, SignatureDigest, SigningKey, Trust,
};
use proptest::prelude::*;
use support::{Draft, dict, int, load, string};

macro_rules! key {
    ($name:literal) => {
        include_str!(concat!("keys/", $name, ".key"))
    };
}

macro_rules! certificate {
    ($name:literal) => {
        Certificate::from_pem(include_str!(concat!("keys/", $name, ".crt")))
    };
}

const NAME: &str = "com.example";

fn torrent() -> Metainfo {
    load(&Draft::single().file([("announce", string("udp://a:1")), ("zoo", int(1))]))
}

fn our_key() -> SigningKey {
    SigningKey::from_pem(key!("com.example")).unwrap()
}

fn ours() -> Certificate {
    certificate!("com.example").unwrap()
}

/// Signed once, since that takes time.
static SIGNED: LazyLock<Metainfo> = LazyLock::new(|| {
    let own = ben_map! {"update-url" => "http://u/"};
    let (key, certificate) = (our_key(), ours());
    let torrent = torrent();
    let signer = torrent.sign(NAME, &key).certificate(&certificate);
    signer.info(&own).apply().unwrap()
});

/// What OpenSSL signed, by digest and what follows the info dictionary.
fn by_openssl(what: &str) -> Vec<u8> {
    let lines = include_str!("keys/signatures.txt").lines();
    let hex = lines
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| *name == what)
        .unwrap()
        .1;
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// A torrent with a signature as it stands.
fn signed(entry: Vec<(&'static str, Vec<u8>)>) -> Metainfo {
    load(&Draft::single().file([("signatures", dict([(NAME, dict(entry))]))]))
}

fn error<T>(result: Result<T, SignError>) -> SignError {
    result.err().unwrap()
}

#[test]
fn signatures_are_those_of_openssl_byte_for_byte() {
    for (digest, name) in [
        (SignatureDigest::Sha1, "sha1 alone"),
        (SignatureDigest::Sha256, "sha256 alone"),
        (SignatureDigest::Sha384, "sha384 alone"),
        (SignatureDigest::Sha512, "sha512 alone"),
    ] {
        let ours = torrent()
            .sign(NAME, &our_key())
            .digest(digest)
            .apply()
            .unwrap();
        let signature = ours.signatures().next().unwrap().signature().to_vec();
        assert_eq!(signature, by_openssl(name), "{name}");
    }
    let own = ben_map! {"a" => 1};
    let ours = torrent().sign(NAME, &our_key()).info(&own).apply().unwrap();
    let signature = ours.signatures().next().unwrap();
    assert_eq!(signature.signature(), by_openssl("sha256 with d1:ai1ee"));
    assert_eq!(signature.info(), Some(&b"d1:ai1ee"[..]));
}

#[test]
fn what_openssl_signed_is_verified_and_its_digest_told() {
    for (name, digest) in [
        ("sha1 alone", SignatureDigest::Sha1),
        ("sha256 alone", SignatureDigest::Sha256),
        ("sha384 alone", SignatureDigest::Sha384),
        ("sha512 alone", SignatureDigest::Sha512),
    ] {
        let torrent = signed(vec![("signature", string(by_openssl(name)))]);
        let verified = torrent.verify_signature(NAME, &[ours()]).unwrap();
        assert_eq!((verified.trust, verified.digest), (Trust::Known, digest));
    }
    let with_info = vec![
        ("info", dict([("a", int(1))])),
        ("signature", string(by_openssl("sha256 with d1:ai1ee"))),
    ];
    assert!(signed(with_info).verify_signature(NAME, &[ours()]).is_ok());
}

#[test]
fn signing_touches_nothing_but_the_signature() {
    let before = torrent();
    let once = before.sign(NAME, &our_key()).apply().unwrap();
    assert_eq!(once.info().raw(), before.info().raw());
    let signature = dict([("signature", string(by_openssl("sha256 alone")))]);
    let around = [("announce", string("udp://a:1")), ("zoo", int(1))];
    let expect = around
        .clone()
        .into_iter()
        .chain([("signatures", dict([(NAME, signature)]))]);
    assert_eq!(once.raw(), Draft::single().file(expect));

    let key = SigningKey::from_pem(key!("com.issued")).unwrap();
    let own = ben_map! {"update-url" => "http://u/"};
    let twice = once.sign("com.issued", &key).info(&own).apply().unwrap();
    assert_eq!(
        twice
            .signatures()
            .map(|one| one.name().to_vec())
            .collect::<Vec<_>>(),
        [&b"com.example"[..], b"com.issued"]
    );
    assert!(twice.verify_signature(NAME, &[ours()]).is_ok());
    // The same name again replaces the signature, and no other.
    let again = twice
        .sign(NAME, &our_key())
        .digest(SignatureDigest::Sha1)
        .apply()
        .unwrap();
    assert_eq!(again.signatures().len(), 2);
    assert_eq!(
        again.verify_signature(NAME, &[ours()]).unwrap().digest,
        SignatureDigest::Sha1
    );
    let back = again.edit().remove("signatures").apply().unwrap();
    assert_eq!(back.raw(), before.raw());
}

#[test]
fn certificates_are_believed_for_a_reason() {
    let trust = |certificate: &Certificate, key: &str, name: &str, trusted: &[Certificate]| {
        let key = SigningKey::from_pem(key).unwrap();
        let signed = torrent()
            .sign(name, &key)
            .certificate(certificate)
            .apply()
            .unwrap();
        let verified = signed.verify_signature(name, trusted).unwrap();
        assert_eq!(&verified.certificate, certificate);
        verified.trust
    };
    let (issued, authority) = (
        certificate!("com.issued").unwrap(),
        certificate!("authority").unwrap(),
    );
    assert_eq!(issued.common_name().as_deref(), Some("com.issued"));
    assert_eq!(
        trust(&ours(), key!("com.example"), NAME, &[]),
        Trust::Unknown
    );
    assert_eq!(
        trust(&ours(), key!("com.example"), NAME, &[ours()]),
        Trust::Known
    );
    assert_eq!(
        trust(&ours(), key!("com.example"), NAME, from_ref(&authority)),
        Trust::Unknown
    );
    let issued_by =
        |name, trusted: &[Certificate]| trust(&issued, key!("com.issued"), name, trusted);
    assert_eq!(
        issued_by("com.issued", &[ours(), authority.clone()]),
        Trust::Issued
    );
    assert_eq!(issued_by("com.issued", from_ref(&issued)), Trust::Known);
    // Vouched for, but not in somebody else's name.
    assert_eq!(
        issued_by("com.example", from_ref(&authority)),
        Trust::Unknown
    );
    // An authority that is none.
    let (no_ca, below) = (
        certificate!("no-ca").unwrap(),
        certificate!("below-no-ca").unwrap(),
    );
    assert_eq!(
        trust(&below, key!("com.issued"), "com.issued", from_ref(&no_ca)),
        Trust::Unknown
    );

    assert_eq!(issued.check_issued_by(&authority), Ok(()));
    assert_eq!(authority.check_issued_by(&authority), Ok(()));
    for (one, other, why) in [
        (&issued, &ours(), "it names another issuer"),
        (&below, &no_ca, "that one may not issue certificates"),
    ] {
        let error = one.check_issued_by(other).unwrap_err();
        assert!(
            matches!(error, SignError::NotIssuer { reason, .. } if reason == why),
            "{error}"
        );
    }
    let mut forged = issued.as_der().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let error = Certificate::from_der(&forged)
        .unwrap()
        .check_issued_by(&authority)
        .unwrap_err();
    assert!(error.to_string().contains("not by the key"), "{error}");
    assert!(
        ours().is_valid_at(1_800_000_000)
            && !ours().is_valid_at(0)
            && !ours().is_valid_at(u64::MAX)
    );
}

#[test]
fn whatever_is_wrong_has_its_own_error() {
    let torrent = torrent();
    let signed_by_us = torrent.sign(NAME, &our_key()).apply().unwrap();
    assert!(matches!(
        error(signed_by_us.verify_signature("com.other", &[])),
        SignError::NoSignature { name, .. } if name == "com.other"
    ));
    assert_eq!(
        error(signed_by_us.verify_signature(NAME, &[])),
        SignError::NoCertificate
    );
    let issued = certificate!("com.issued").unwrap();
    assert_eq!(
        error(signed_by_us.verify_signature(NAME, from_ref(&issued))),
        SignError::NoCertificate
    );
    let key = our_key();
    assert_eq!(
        error(torrent.sign(NAME, &key).certificate(&issued).apply()),
        SignError::OtherKey
    );
    let not_dict = BencodeMut::new_int(1);
    assert_eq!(
        error(torrent.sign(NAME, &key).info(&not_dict).apply()),
        SignError::InfoNotDict
    );
    let limits = LoadLimits::default().max_signatures(0);
    let too_many = error(torrent.sign(NAME, &key).apply_with(limits));
    assert!(matches!(
        too_many,
        SignError::Edit(EditError::Unreadable(_))
    ));
    let der = |bytes: &[u8]| {
        signed(vec![
            ("certificate", string(bytes)),
            ("signature", string(by_openssl("sha256 alone"))),
        ])
    };
    assert!(matches!(
        error(der(b"DER").verify_signature(NAME, &[ours()])),
        SignError::Certificate { .. }
    ));
    assert_eq!(
        error(der(issued.as_der()).verify_signature(NAME, &[ours()])),
        SignError::WrongSignature
    );
    assert!(der(ours().as_der()).verify_signature(NAME, &[]).is_ok());
}

#[test]
fn keys_are_read_in_every_form_and_others_told_by_name() {
    let pkcs1 = SigningKey::from_pem(key!("com.example.pkcs1")).unwrap();
    let one = torrent().sign(NAME, &pkcs1).apply().unwrap();
    assert_eq!(
        one.signatures().next().unwrap().signature(),
        by_openssl("sha256 alone")
    );
    let with_text = format!("a remark\n{}\nmore", key!("com.example"));
    assert!(SigningKey::from_pem(&with_text).is_ok());

    let refused = |pem: &str| SigningKey::from_pem(pem).unwrap_err();
    assert_eq!(refused(key!("encrypted")), SignError::EncryptedKey);
    assert_eq!(refused(key!("encrypted.pkcs1")), SignError::EncryptedKey);
    for (pem, wanted) in [
        (key!("ec"), "ECDSA"),
        (key!("ec.sec1"), "ECDSA"),
        (key!("ed25519"), "Ed25519"),
    ] {
        assert!(
            matches!(refused(pem), SignError::UnsupportedKey { kind, .. } if kind == wanted),
            "{wanted}"
        );
    }
    let certificates = [
        (certificate!("ec"), "ECDSA"),
        (certificate!("ed25519"), "Ed25519"),
    ];
    for (certificate, wanted) in certificates {
        let error = certificate.unwrap_err();
        assert!(
            matches!(error, SignError::UnsupportedKey { kind, .. } if kind == wanted),
            "{wanted}"
        );
    }
    let certificate = include_str!("keys/com.example.crt");
    for (text, part) in [
        ("", "no PEM"),
        ("-----BEGIN PRIVATE KEY-----\nMII", "does not end"),
        (certificate, "CERTIFICATE"),
    ] {
        let error = refused(text);
        assert!(
            matches!(&error, SignError::Key { reason, .. } if reason.contains(part)),
            "{error}"
        );
    }
    assert!(matches!(
        Certificate::from_pem(key!("com.example")),
        Err(SignError::Certificate { .. })
    ));
    assert!(!format!("{:?}", our_key()).contains("d:"));
}

#[test]
fn keys_have_a_length_within_limits() {
    assert!(certificate!("bits.1024").is_ok() && certificate!("bits.4096").is_ok());
    assert!(SigningKey::from_pem(key!("bits.1024")).is_ok());
    for (certificate, wanted) in [
        (certificate!("bits.1016"), 1016),
        (certificate!("bits.4104"), 4104),
    ] {
        let error = certificate.unwrap_err();
        assert!(
            matches!(error, SignError::KeyLength { bits, least: 1024, most: 4096, .. } if bits == wanted),
            "{error}"
        );
    }
}

proptest! {
    #[test]
    fn whatever_is_tampered_with_is_noticed(at in any::<prop::sample::Index>(), bit in 0u8..8, part in 0usize..3) {
        let signed = &*SIGNED;
        let signature = signed.signatures().next().unwrap();
        let part = [signed.info().raw(), signature.signature(), signature.info().unwrap()][part].to_vec();
        let mut bytes = signed.raw().to_vec();
        let begin = bytes.windows(part.len()).position(|window| window == part).unwrap();
        bytes[begin + at.index(part.len())] ^= 1 << bit;
        if let Ok(tampered) = Metainfo::from_bytes(&bytes) {

            prop_assert!(tampered.verify_signature(NAME, &[ours()]).is_err());
        }
    }

    #[test]
    fn no_certificate_does_harm(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut der = ours().as_der().to_vec();
        let index = at.index(der.len());
        der[index] = byte;
        for der in [&der[..], &der[..cut.index(der.len())]] {
            if let Ok(certificate) = Certificate::from_der(der) {
                let _ = (certificate.common_name(), certificate.check_issued_by(&ours()), ours().check_issued_by(&certificate));
            }
            let _ = SigningKey::from_der(der);
            let torrent = signed(vec![("certificate", string(der)), ("signature", string(by_openssl("sha256 alone")))]);
            let _ = torrent.verify_signature(NAME, &[ours()]);
        }
    }
}
