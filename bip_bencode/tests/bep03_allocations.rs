//! BEP 3, "bencoding": what is not allocated.

#![allow(
    unsafe_code,
    reason = "an allocator that counts cannot be written without"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use bip_bencode::{BDecodeOpt, Decoder, Encoder, Tokenizer, ben_list, ben_map, decode};

struct Counting;

thread_local! {
    /// Allocations and allocated bytes of this thread, since tests run side by side.
    static SEEN: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = SEEN.try_with(|seen| seen.set((seen.get().0 + 1, seen.get().1 + layout.size())));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// Allocations and allocated bytes while `run` runs.
fn allocated(run: impl FnOnce()) -> (usize, usize) {
    let before = SEEN.get();
    run();
    (SEEN.get().0 - before.0, SEEN.get().1 - before.1)
}

const MESSAGE: &[u8] = b"d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe";

#[test]
fn a_long_byte_string_is_not_copied() {
    let input = [b"1048576:".to_vec(), vec![0; 1 << 20]].concat();
    let (_, bytes) = allocated(|| {
        let document = decode(&input).unwrap();
        let found = document.root().bytes().unwrap();
        assert!(input.as_ptr_range().contains(&found.as_ptr()));
    });
    assert!(bytes < 2_000, "{bytes} bytes");
}

#[test]
fn a_decoder_allocates_nothing_after_the_first_message() {
    let mut decoder = Decoder::new(BDecodeOpt::strict());
    decoder.decode(MESSAGE).unwrap();
    let (count, _) = allocated(|| {
        for _ in 0..100 {
            let message = decoder.decode(MESSAGE).unwrap().try_dict().unwrap();
            assert_eq!(message.dict(b"a").unwrap().bytes(b"id").unwrap().len(), 20);
        }
    });
    assert_eq!(count, 0);
}

#[test]
fn encoding_allocates_nothing_but_the_output() {
    let tree = ben_map! { "a" => ben_map! { "id" => "abcdefghij" }, "l" => ben_list![1, "x", ben_list![-1]] };
    let mut out = Vec::with_capacity(1_000);
    let (count, _) = allocated(|| {
        tree.encode_into(&mut out);
        Encoder::new(&mut out).dict(|dict| {
            dict.int("late", 1);
            dict.list("b", |list| list.value(&tree));
            dict.bytes("a", "first");
        });
    });
    assert_eq!(count, 0);
    assert!(out.ends_with(b"e4:latei1ee"));
}

#[test]
fn a_tree_is_encoded_into_one_allocation_of_its_size() {
    let tree = ben_map! { "a" => vec![0; 5_000], "l" => ben_list![1, "x", ben_list![-1]] };
    let length = tree.encoded_len();
    assert_eq!(allocated(|| drop(tree.encode())), (1, length));
}

/// A small dictionary is sorted in place, a large one takes as much again for a moment.
#[test]
fn only_a_large_unsorted_dictionary_takes_memory_beside_the_output() {
    let stream = |keys: [u16; 3_000], length| {
        let mut out = Vec::with_capacity(100_000);
        allocated(|| {
            Encoder::new(&mut out).dict(|dict| {
                for key in &keys[..length] {
                    dict.int(key.to_be_bytes(), *key);
                }
            });
        })
    };
    let ascending = core::array::from_fn(|number| number as u16);
    let descending = core::array::from_fn(|number| 3_000 - number as u16);
    assert_eq!(stream(ascending, 3_000), (0, 0));
    assert_eq!(stream(descending, 400), (0, 0));
    let (_, bytes) = stream(descending, 3_000);
    assert!((30_000..600_000).contains(&bytes), "{bytes} bytes");
}

#[cfg(feature = "std")]
#[test]
fn writing_allocates_nothing_but_the_last_keys() {
    let tree = ben_map! { "a" => vec![0; 50_000], "l" => ben_list![1, "x", ben_list![-1]] };
    assert_eq!(
        allocated(|| drop(tree.write_to(&mut std::io::sink()))),
        (0, 0)
    );

    let (_, bytes) = allocated(|| {
        let written = bip_bencode::BencodeWriter::new(&mut std::io::sink()).dict(|dict| {
            for number in 0..10_000u32 {
                dict.list(number.to_be_bytes(), |list| {
                    list.value(&tree)?;
                    list.dict(|inner| inner.bytes_from("key", 100_000, std::io::repeat(0)))
                })?;
            }
            Ok(())
        });
        assert!(written.is_ok_and(|length| length > 1_500_000_000));
    });
    assert!(bytes < 300, "{bytes} bytes");
}

/// A claim of four gigabytes costs what its thirteen bytes cost.
#[test]
fn claimed_lengths_are_not_allocated() {
    let (_, bytes) = allocated(|| {
        let options = BDecodeOpt::strict().max_string_length(usize::MAX);
        assert!(options.decode(b"l4294967295:a").is_err());
    });
    assert!(bytes < 2_000, "{bytes} bytes");
}

/// Hostile input: a typed error in every way to read it, whatever it claims and however long it is, for the memory that
/// any small message takes.
#[test]
fn hostile_input_is_refused_for_little_memory() {
    const MOST_BYTES: usize = 8_000;
    let digits = "1".repeat(10_000);
    let usize_max = u64::MAX;
    #[rustfmt::skip]
    let inputs: [(&str, Vec<u8>, &str); 11] = [
        ("nested lists", b"l".repeat(100_000), "too_deep"),
        ("nested dictionaries", b"d1:a".repeat(100_000), "too_deep"),
        ("ten million l", b"l".repeat(10_000_000), "too_deep"),
        ("ten gigabytes", b"9999999999:".to_vec(), "string_too_long"),
        ("gigabytes", b"d1:l400000000:".to_vec(), "string_past_end"),
        (
            "a length of usize::MAX",
            format!("{usize_max}:a").into(),
            "string_too_long",
        ),
        (
            "one past it",
            b"18446744073709551616:a".to_vec(),
            "string_too_long",
        ),
        (
            "a length without end",
            digits.clone().into(),
            "string_too_long",
        ),
        (
            "an integer without end",
            format!("i{digits}").into(),
            "unexpected_end",
        ),
        (
            "a long integer",
            format!("i{digits}e").into(),
            "int_out_of_range",
        ),
        (
            "a long zero",
            format!("i{}e", "0".repeat(10_000)).into(),
            "int_leading_zero",
        ),
    ];
    for (name, input, kind) in &inputs {
        let strict = BDecodeOpt::strict();
        let (_, bytes) = allocated(|| {
            let errors = [
                strict.decode(input).err(),
                strict.check(input).err(),
                strict.decode_partial(input).error,
                strict.values(input).find_map(Result::err),
            ];
            for error in errors {
                assert_eq!(error.unwrap().kind().name(), *kind, "{name}");
            }
        });
        assert!(bytes < 4 * MOST_BYTES, "{name}, strict: {bytes} bytes");
        let lenient = BDecodeOpt::lenient();
        let (_, bytes) = allocated(|| match lenient.decode(input) {
            Ok(document) => {
                let int = document.root().int().unwrap();
                assert!(int.to_u128().is_err() || int.to_u128() == Ok(0));
                assert_eq!(int.digits().len(), 10_000);
            }
            Err(error) => assert_eq!(error.kind().name(), *kind, "{name}"),
        });
        assert!(bytes < MOST_BYTES, "{name}, lenient: {bytes} bytes");
    }
}

/// A million values, or a dictionary of a hundred thousand keys: only what is open counts.
#[test]
fn checking_takes_the_same_memory_however_long_the_input() {
    let check = |values: usize, keys: usize| {
        let list = [b"l".to_vec(), b"i1e".repeat(values), b"e".to_vec()].concat();
        let pairs = (0..keys).map(|key| format!("6:{key:06}lld0:leeee"));
        let dict = format!("d{}e", pairs.collect::<String>());
        let options = BDecodeOpt::strict();
        let seen = [list.as_slice(), dict.as_bytes()]
            .map(|input| allocated(|| assert_eq!(options.check(input).as_deref(), Ok(&[][..]))));
        assert!(seen.iter().all(|(_, bytes)| *bytes < 1_000), "{seen:?}");
        seen
    };
    assert_eq!(check(100, 100), check(1_000_000, 100_000));
}

/// Where keys may come unsorted, repetitions are found with 16 bytes for each key of the dictionaries that are open,
/// which doubling may make 48 as they are counted here: and nothing for those that were closed.
#[test]
fn seeking_repetitions_takes_memory_for_the_keys_of_open_dictionaries_only() {
    let keys = 1_000;
    let pairs: String = (0..keys).rev().map(|key| format!("3:{key:03}0:")).collect();
    let dicts = format!("l{}e", format!("d{pairs}e").repeat(1_000));
    let options = BDecodeOpt::lenient().max_warnings(0);
    let (_, bytes) = allocated(|| assert_eq!(options.check(dicts.as_bytes()), Ok(vec![])));
    assert!(bytes < 48 * keys + 1_000, "{bytes} bytes");

    let mut decoder = Decoder::new(options);
    decoder.decode(dicts.as_bytes()).unwrap();
    let (count, _) = allocated(|| assert!(decoder.decode(dicts.as_bytes()).is_ok()));
    assert_eq!(count, 0, "a decoder keeps this memory too");
}

/// Neither where every token comes in pieces, nor where all keys are kept and a repeated one is looked for.
#[test]
fn a_tokenizer_allocates_nothing_after_the_first_value() {
    let input = [MESSAGE, b"d1:bi-18446744073709551616e1:ai03e1:bli1eee"].concat();
    for piece_length in [1, 3, input.len()] {
        let options = BDecodeOpt::lenient().max_warnings(4);
        let mut tokenizer = Tokenizer::new(options).concatenated();
        let mut take = || {
            for mut piece in input.chunks(piece_length) {
                while tokenizer.next_token(&mut piece).unwrap().is_some() {}
            }
        };
        take();
        let (count, _) = allocated(|| (0..100).for_each(|_| take()));
        assert_eq!(count, 0, "in pieces of {piece_length}");
        assert_eq!(tokenizer.warnings().len(), 4);
    }
}

#[test]
fn a_long_string_passes_by_a_tokenizer_without_memory() {
    let piece = vec![0; 1 << 20];
    let mut tokenizer = Tokenizer::new(BDecodeOpt::lenient());
    let (_, bytes) = allocated(|| {
        let head = b"d6:pieces1099511627776:";
        for mut rest in [&head[..], &piece, &piece] {
            while tokenizer.next_token(&mut rest).unwrap().is_some() {}
        }
        assert!(tokenizer.finish().is_err());
    });
    assert!(bytes < 2_000, "{bytes} bytes");
}

/// 64 MiB of the five gigabytes that are claimed really come.
#[cfg(feature = "std")]
#[test]
fn a_reader_keeps_its_buffer_and_no_more() {
    use bip_bencode::{DecodeErrorKind, ReadError, Token, TokenReader};
    use std::io::{self, Read};

    let given = 64 << 20;
    let (_, bytes) = allocated(|| {
        let head = &b"d6:lengthi1e6:pieces5368709120:"[..];
        let input = head.chain(io::repeat(0).take(given));
        let mut reader = TokenReader::new(input, Tokenizer::new(BDecodeOpt::strict()));
        while reader.next_token().unwrap() != Some(Token::Bytes(5_368_709_120)) {}
        let Err(ReadError::Decode(error)) = reader.copy_string_to(&mut io::sink()) else {
            panic!("what is missing was not missed");
        };
        let missing = 5_368_709_120 - given as usize;
        assert_eq!(error.kind(), DecodeErrorKind::StringPastEnd { missing });
        assert_eq!((error.offset(), error.path().as_str()), (20, "pieces"));
    });
    assert!(bytes < (64 << 10) + 2_000, "{bytes} bytes");
}
