//! Certificates, keys and signatures from anywhere are read or refused; and whatever is done to a signed torrent, it is
//! trusted only as long as what was signed is there byte for byte.
//!
//! Input: what to try; then a certificate or key in DER or PEM, a torrent, or places and bytes to change in a signed one.

#![no_main]

use std::slice::from_ref;
use std::sync::LazyLock;

use bip_bencode::ben_map;
use bip_metainfo::{
    Certificate, DirectAccessor, HashOptions, Metainfo, MetainfoBuilder, SigningKey, Trust,
};
use libfuzzer_sys::fuzz_target;

const NAME: &str = "com.example";

static OURS: LazyLock<Certificate> = LazyLock::new(|| {
    Certificate::from_pem(include_str!(
        "../../bip_metainfo/tests/keys/com.example.crt"
    ))
    .expect("it is one")
});

/// With a certificate, and without one.
static SIGNED: LazyLock<[Metainfo; 2]> = LazyLock::new(|| {
    let key = SigningKey::from_pem(include_str!(
        "../../bip_metainfo/tests/keys/com.example.key"
    ))
    .expect("it is one");
    let content = DirectAccessor::folder("a")
        .file(["b"], b"c")
        .file(["d"], b"e");
    let torrent = MetainfoBuilder::new()
        .build(content, &HashOptions::default())
        .expect("nothing is wrong with it");
    let own = ben_map! {"update-url" => "http://u/"};
    [
        torrent
            .sign(NAME, &key)
            .certificate(&OURS)
            .info(&own)
            .apply()
            .expect("it can be signed"),
        torrent.sign(NAME, &key).apply().expect("it can be signed"),
    ]
});

fuzz_target!(|data: &[u8]| {
    let Some((what, rest)) = data.split_first() else {
        return;
    };
    match what % 5 {
        0 => check_certificate(Certificate::from_der(rest).ok()),
        1 => {
            let text = String::from_utf8_lossy(rest);
            check_certificate(Certificate::from_pem(&text).ok());
            let _ = SigningKey::from_pem(&text);
        }
        2 => {
            let _ = SigningKey::from_der(rest);
        }
        3 => check_torrent(rest),
        _ => {
            let mut bytes = SIGNED[usize::from(what / 5 % 2)].raw().to_vec();
            for change in rest.chunks_exact(3) {
                let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
                bytes[at] = change[2];
            }
            check_torrent(&bytes);
        }
    }
});

fn check_certificate(certificate: Option<Certificate>) {
    let Some(certificate) = certificate else {
        return;
    };
    assert_eq!(
        Certificate::from_der(certificate.as_der()).as_ref(),
        Ok(&certificate)
    );
    let _ = (
        certificate.common_name(),
        certificate.is_valid_at(1_700_000_000),
        format!("{certificate:?}"),
    );
    let _ = certificate.check_issued_by(&certificate);
    assert!(certificate == *OURS || certificate.check_issued_by(&OURS).is_err());
}

fn check_torrent(bytes: &[u8]) {
    let Ok(torrent) = Metainfo::from_bytes(bytes) else {
        return;
    };
    for signature in torrent.signatures().take(4) {
        let Ok(verified) = torrent.verify_signature(signature.name(), from_ref(&OURS)) else {
            continue;
        };
        if verified.trust != Trust::Unknown {
            assert!(SIGNED.iter().any(|signed| {
                let ours = signed.signatures().next().expect("it is signed");
                signed.info().raw() == torrent.info().raw() && ours.info() == signature.info()
            }));
        }
    }
}
