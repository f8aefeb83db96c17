use std::fmt;

/// Bytes as hexadecimal digits, in small letters.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As many as a hash has, since each call of a formatter takes longer than the digits.
        const AT_ONCE: usize = 32;
        let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble & 15)];
        for bytes in self.0.chunks(AT_ONCE) {
            let mut digits = [[0; 2]; AT_ONCE];
            for (digits, byte) in digits.iter_mut().zip(bytes) {
                *digits = [digit(byte >> 4), digit(*byte)];
            }
            let digits = digits[..bytes.len()].as_flattened();
            f.write_str(std::str::from_utf8(digits).unwrap_or_default())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_bytes_has_two_digits_each() {
        for count in [0, 1, 31, 32, 33, 200] {
            let bytes: Vec<u8> = (0..count).map(|at| at as u8 ^ 0xa5).collect();
            let expect: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(Hex(&bytes).to_string(), expect);
        }
    }
}
