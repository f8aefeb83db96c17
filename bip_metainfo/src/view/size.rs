use std::fmt;

const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// Bytes in the largest unit of which there is one: `425 bytes`, `1.5 KiB`, `16 MiB`.
pub(super) struct Size(pub(super) u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bytes, exponent) = (self.0, self.0.checked_ilog2().unwrap_or(0) / 10);
        let Some(unit) = exponent
            .checked_sub(1)
            .and_then(|unit| UNITS.get(unit as usize))
        else {
            return f.pad(&if bytes == 1 {
                "1 byte".to_owned()
            } else {
                format!("{bytes} bytes")
            });
        };
        // Tenths, cut and not rounded: 1023.99 KiB are no 1024 KiB.
        let tenths = (u128::from(bytes) * 10) >> (10 * exponent);
        f.pad(&match (tenths / 10, tenths % 10) {
            (whole, 0) => format!("{whole} {unit}"),
            (whole, tenth) => format!("{whole}.{tenth} {unit}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_largest_unit_that_fits() {
        for (bytes, expect) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1 KiB"),
            (1535, "1.4 KiB"),
            (1536, "1.5 KiB"),
            ((1 << 20) - 1, "1023.9 KiB"),
            (1 << 20, "1 MiB"),
            (u64::MAX, "15.9 EiB"),
        ] {
            assert_eq!(Size(bytes).to_string(), expect);
        }
        assert_eq!(format!("{:>8}", Size(1)), "  1 byte");
    }
}
