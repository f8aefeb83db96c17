//! Extents of any run of any layout are where counting byte by byte finds them.
#![no_main]

use bip_disk::Layout;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [piece_length, piece, begin, length, lengths @ ..] = data else {
        return;
    };
    let lengths = &lengths[..lengths.len().min(64)];
    let files = lengths.iter().enumerate();
    let files = files.map(|(i, l)| (format!("{i}").into(), u64::from(*l)));
    let Ok(layout) = Layout::new(u32::from(*piece_length), files.collect()) else {
        assert_eq!(*piece_length, 0);
        return;
    };
    let (piece, begin, length) = (u32::from(*piece), u32::from(*begin), u32::from(*length));

    let files = lengths.iter().enumerate();
    let bytes: Vec<(usize, u64)> = files
        .flat_map(|(file, length)| (0..u64::from(*length)).map(move |at| (file, at)))
        .collect();
    let expected = bytes
        .chunks(usize::from(*piece_length))
        .nth(piece as usize)
        .and_then(|bytes| bytes.get(begin as usize..(begin + length) as usize));

    match (layout.extents(piece, begin, length), expected) {
        (Ok(extents), Some(expected)) => {
            let found: Vec<_> = extents
                .flat_map(|e| (0..u64::from(e.length)).map(move |at| (e.file, e.offset + at)))
                .collect();
            assert_eq!(found, expected);
        }
        (Err(_), None) => {}
        (found, expected) => panic!("{found:?} {expected:?}"),
    }
});
