use core::fmt;

/// Bytes as lowercase hexadecimal digits.
pub(super) struct Hex<'a>(pub(super) &'a [u8]);

/// Bytes put into one piece of text, so that four megabytes of piece hashes are not written byte by byte.
const BYTES_AT_ONCE: usize = 64;

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 2 * BYTES_AT_ONCE];
        for bytes in self.0.chunks(BYTES_AT_ONCE) {
            for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
                pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
            }
            let text = core::str::from_utf8(&digits[..2 * bytes.len()]).map_err(|_| fmt::Error)?;
            f.write_str(text)?;
        }
        Ok(())
    }
}

fn digit(value: u8) -> u8 {
    b"0123456789abcdef"[usize::from(value)]
}
