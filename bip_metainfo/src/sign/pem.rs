use x509_cert::der::pem;

/// The label and the bytes of the first block in PEM (RFC 7468), whatever text stands around it.
pub(super) fn decode(text: &str) -> Result<(String, Vec<u8>), String> {
    let begin = text.find("-----BEGIN ").ok_or("there is no PEM in it")?;
    let block = &text[begin..];
    let label = block["-----BEGIN ".len()..].split("-----").next();
    let end = format!("-----END {}-----", label.unwrap_or_default());
    let length = block.find(&end).ok_or("the PEM does not end")? + end.len();
    let (label, bytes) =
        pem::decode_vec(&block.as_bytes()[..length]).map_err(|error| error.to_string())?;
    Ok((label.to_owned(), bytes))
}
