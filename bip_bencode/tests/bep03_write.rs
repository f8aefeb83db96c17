//! BEP 3, "bencoding": what is written to an `io::Write` is what is encoded in memory, and what cannot be written is an
//! error with its place.
#![cfg(feature = "std")]

use std::io::{self, Read, Write};

use bip_bencode::{
    BencodeMut, BencodeMutKind, BencodeWriter, DictMut, DictWriter, ListWriter, WriteError,
    WriteErrorKind, ben_list, ben_map, decode,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Larger than what is gathered before the output is called.
const LARGE: usize = 100_000;

/// Takes at most `step` bytes a call and none beyond `room`.
struct Narrow {
    taken: Vec<u8>,
    step: usize,
    room: usize,
    calls: usize,
}

impl Narrow {
    fn new(step: usize, room: usize) -> Narrow {
        Narrow {
            taken: Vec::new(),
            step,
            room,
            calls: 0,
        }
    }
}

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(3) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = bytes.len().min(self.step).min(self.room);
        if count == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.room -= count;
        self.taken.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        panic!("flushing is up to the caller")
    }
}

/// Gives at most seven bytes a call, and is interrupted in between.
struct Trickle<'b> {
    rest: &'b [u8],
    calls: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls.is_multiple_of(2) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let count = buffer.len().min(7);
        self.rest.read(&mut buffer[..count])
    }
}

/// What a writer gave, as a line.
fn check(
    fill: impl FnOnce(&mut DictWriter<'_, '_>) -> Result<(), WriteError>,
    expect: Result<&str, &str>,
) {
    let mut out = Vec::new();
    let written = BencodeWriter::new(&mut out).dict(fill);
    if let Ok(length) = written {
        assert_eq!(length, out.len() as u64);
    }
    let text = written.map(|_| out.escape_ascii().to_string());
    let text = text.map_err(|error| error.to_string());
    assert_eq!(text, expect.map(String::from).map_err(String::from));
}

#[test]
fn each_type_is_written_where_it_belongs() {
    let document = decode(b"d3:oldle5:otheri1ee").unwrap();
    let built = ben_map! { "x" => ben_list![1] };
    check(
        |dict| {
            dict.bytes("", "empty key")?;
            dict.bytes_from("a", 3, &b"abcd"[..])?;
            dict.dict("b", |_| Ok(()))?;
            dict.int("c", i64::MIN)?;
            dict.list("d", |list| {
                list.int(1)?;
                list.bytes("two")?;
                list.bytes_from(0, io::empty())?;
                list.list(|list| list.dict(|dict| dict.int("k", u64::MAX)))?;
                list.value(&built)?;
                list.raw(document.root())
            })?;
            dict.raw("e", document.root())?;
            dict.value("f", &built)
        },
        Ok(
            "d0:9:empty key1:a3:abc1:bde1:ci-9223372036854775808e1:dli1e3:two0:\
             ld1:ki18446744073709551615eeed1:xli1eeed3:oldle5:otheri1eee1:ed3:oldle5:otheri1ee1:fd1:xli1eeee",
        ),
    );
}

#[test]
fn every_type_can_be_the_outermost() {
    let document = decode(b"le").unwrap();
    let mut out = Vec::new();
    assert_eq!(BencodeWriter::new(&mut out).int(-7).unwrap(), 4);
    assert_eq!(BencodeWriter::new(&mut out).bytes("spam").unwrap(), 6);
    let written = BencodeWriter::new(&mut out).bytes_from(4, &b"spam"[..]);
    assert_eq!(written.unwrap(), 6);
    assert_eq!(BencodeWriter::new(&mut out).list(|_| Ok(())).unwrap(), 2);
    assert_eq!(BencodeWriter::new(&mut out).dict(|_| Ok(())).unwrap(), 2);
    assert_eq!(BencodeWriter::new(&mut out).value(&7.into()).unwrap(), 3);
    let written = BencodeWriter::new(&mut out).raw(document.root());
    assert_eq!(written.unwrap(), 2);
    assert_eq!(out, b"i-7e4:spam4:spamledei7ele");
}

#[test]
fn keys_out_of_order_are_refused_by_name() {
    check(
        |dict| {
            dict.int("b", 1)?;
            dict.int("a", 1)
        },
        Err("unsorted key at byte 7 in a"),
    );
    check(
        |dict| {
            dict.int("", 1)?;
            dict.int("", 1)
        },
        Err(r#"duplicate key at byte 6 in """#),
    );
    check(
        |dict| {
            dict.list("files", |files| {
                files.int(0)?;
                files.dict(|file| {
                    file.dict("z", |inner| inner.int("zz", 1))?;
                    file.int("path", 1)
                })
            })
        },
        Err("unsorted key at byte 25 in files[1].path"),
    );
}

#[test]
fn the_keys_of_one_dictionary_say_nothing_about_another() {
    check(
        |dict| {
            dict.dict("a", |inner| inner.dict("z", |inner| inner.int("zz", 1)))?;
            dict.dict("b", |inner| inner.int("a", 1))?;
            dict.int("c", 1)
        },
        Ok("d1:ad1:zd2:zzi1eee1:bd1:ai1ee1:ci1ee"),
    );
}

#[test]
fn a_source_that_ends_early_is_told_with_what_is_missing() {
    check(
        |dict| {
            dict.int("a", 1)?;
            dict.dict("b", |inner| inner.bytes_from("c", 10, &b"abc"[..]))
        },
        Err("source is 7 bytes short at byte 20 in b.c"),
    );
}

#[test]
fn a_source_is_read_to_the_length_and_no_further() {
    let bytes: Vec<u8> = (0..LARGE).map(|at| at as u8).collect();
    for length in [0, 1, 8_191, 8_192, 8_193, LARGE - 1, LARGE] {
        let mut source = Trickle {
            rest: &bytes,
            calls: 0,
        };
        let mut out = Vec::new();
        let written = BencodeWriter::new(&mut out).bytes_from(length as u64, &mut source);
        assert_eq!(written.unwrap(), out.len() as u64);
        assert_eq!(source.rest.len(), LARGE - length);
        assert!(out == BencodeMut::new_bytes(&bytes[..length]).encode());
    }
}

#[test]
fn a_source_that_lies_about_its_bytes_does_no_harm() {
    struct Liar;
    impl Read for Liar {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            Ok(buffer.len() + 1_000_000)
        }
    }
    let mut out = Vec::new();
    let written = BencodeWriter::new(&mut out).bytes_from(20_000, Liar);
    assert_eq!(written.unwrap(), 20_006);
    assert_eq!(out.len(), 20_006);
}

#[test]
fn failures_of_the_source_and_of_the_output_are_told_apart() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::TimedOut.into())
        }
    }
    let mut out = Vec::new();
    let error = BencodeWriter::new(&mut out)
        .list(|list| list.bytes_from(5, Broken))
        .unwrap_err();
    assert!(matches!(error.kind(), WriteErrorKind::Source(_)));
    assert_eq!((error.offset(), error.path().as_str()), (3, "[0]"));
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::TimedOut);

    let mut narrow = Narrow::new(LARGE, 0);
    let error = BencodeWriter::new(&mut narrow)
        .list(|list| list.bytes_from(LARGE as u64, io::repeat(0)))
        .unwrap_err();
    assert!(matches!(error.kind(), WriteErrorKind::Output(_)));
    assert_eq!(io::Error::from(error).kind(), io::ErrorKind::StorageFull);
}

#[test]
fn an_io_error_of_the_caller_stands_at_its_container() {
    let open = || Err::<io::Empty, _>(io::Error::from(io::ErrorKind::NotFound));
    let mut out = Vec::new();
    let error = BencodeWriter::new(&mut out)
        .dict(|dict| {
            dict.int("a", 1)?;
            dict.list("files", |list| {
                list.int(1)?;
                list.bytes_from(1, open()?)
            })
        })
        .unwrap_err();
    assert!(matches!(error.kind(), WriteErrorKind::Source(_)));
    assert_eq!((error.offset(), error.path().as_str()), (18, "files"));
}

#[test]
fn an_error_that_is_not_passed_on_comes_back() {
    let heedless = |dict: &mut DictWriter<'_, '_>| {
        dict.int("b", 1)?;
        let _ = dict.int("a", 1);
        Ok(())
    };
    check(
        heedless,
        Err("an earlier error was not passed on at byte 7"),
    );
    check(
        |dict| {
            let _ = dict.dict("z", heedless);
            dict.int("zz", 1)
        },
        Err("an earlier error was not passed on at byte 11 in z"),
    );
    check(
        |dict| {
            dict.list("l", |list: &mut ListWriter<'_, '_>| {
                let _ = list.bytes_from(1, io::empty());
                list.int(1)
            })
        },
        Err("an earlier error was not passed on at byte 7 in l[0]"),
    );
}

/// At every size of the output's room, from none to just enough.
#[test]
fn an_output_that_fails_makes_the_writing_fail_and_holds_the_beginning() {
    let value = ben_map! { "a" => ben_list![1, "two"], "b" => vec![b'b'; 20_000], "c" => 3 };
    let whole = value.encode();
    for room in (0..40)
        .chain(8_180..8_200)
        .chain(whole.len() - 40..whole.len())
    {
        let mut narrow = Narrow::new(LARGE, room);
        let error = value.write_to(&mut narrow).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(narrow.taken, whole[..room]);

        let mut narrow = Narrow::new(LARGE, room);
        let error = BencodeWriter::new(&mut narrow).value(&value).unwrap_err();
        assert!(matches!(error.kind(), WriteErrorKind::Output(_)), "{error}");
        assert!(error.offset() <= room as u64);
        assert_eq!(narrow.taken, whole[..room]);
    }
}

#[test]
fn deep_values_are_written_without_recursion() {
    let mut value = BencodeMut::new_list();
    for _ in 0..100_000 {
        value = [value].into_iter().collect();
    }
    let mut out = Vec::new();
    assert_eq!(value.write_to(&mut out).unwrap(), 200_002);
    assert!(out == value.encode());
}

/// Any tree, with strings on both sides of what is gathered.
fn tree() -> impl Strategy<Value = BencodeMut<'static>> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(BencodeMut::new_int),
        vec(any::<u8>(), 0..20).prop_map(BencodeMut::new_bytes),
        (8_150..8_250usize).prop_map(|length| BencodeMut::new_bytes(vec![b'x'; length])),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(BencodeMut::from),
            vec((vec(any::<u8>(), 0..3), inner), 0..6)
                .prop_map(|pairs| BencodeMut::from(DictMut::from_iter(pairs))),
        ]
    })
}

/// Piece by piece, with every byte string from a source.
fn stream_list(list: &mut ListWriter<'_, '_>, value: &BencodeMut<'_>) -> Result<(), WriteError> {
    match value.kind() {
        BencodeMutKind::Int(int) => list.int(int.clone()),
        BencodeMutKind::Bytes(bytes) => list.bytes_from(bytes.len() as u64, &bytes[..]),
        BencodeMutKind::List(inner) => {
            list.list(|list| inner.iter().try_for_each(|value| stream_list(list, value)))
        }
        BencodeMutKind::Dict(inner) => list.dict(|dict| {
            inner
                .iter()
                .try_for_each(|(key, value)| match value.kind() {
                    BencodeMutKind::Int(int) => dict.int(key, int.clone()),
                    BencodeMutKind::Bytes(bytes) => dict.bytes(key, bytes),
                    _ => dict.list(key, |list| stream_list(list, value)),
                })
        }),
    }
}

/// The same tree as [`stream_list`] writes: containers in dictionaries stand in a list.
fn wrapped(value: &BencodeMut<'static>) -> BencodeMut<'static> {
    match value.kind() {
        BencodeMutKind::List(list) => list.iter().map(wrapped).collect(),
        BencodeMutKind::Dict(dict) => dict
            .iter()
            .map(|(key, value)| match value.kind() {
                BencodeMutKind::List(_) | BencodeMutKind::Dict(_) => {
                    (key.to_vec(), ben_list![wrapped(value)])
                }
                _ => (key.to_vec(), value.clone()),
            })
            .collect(),
        _ => value.clone(),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_what_is_encoded(value in tree(), step in 1..300usize) {
        let encoded = value.encode();
        let mut narrow = Narrow::new(step, usize::MAX);
        prop_assert_eq!(value.write_to(&mut narrow).unwrap(), encoded.len() as u64);
        prop_assert!(narrow.taken == encoded);
    }

    #[test]
    fn what_is_streamed_is_what_is_encoded(value in tree(), step in 1..300usize) {
        let mut narrow = Narrow::new(step, usize::MAX);
        let length = BencodeWriter::new(&mut narrow).list(|list| stream_list(list, &value)).unwrap();
        prop_assert_eq!(length, narrow.taken.len() as u64);
        prop_assert!(narrow.taken == ben_list![wrapped(&value)].encode());
    }

    #[test]
    fn keys_are_taken_if_and_only_if_they_ascend(keys in vec(vec(any::<u8>(), 0..2), 0..5)) {
        let mut out = Vec::new();
        let written = BencodeWriter::new(&mut out).dict(|dict| {
            keys.iter().try_for_each(|key| dict.int(key, 1))
        });
        prop_assert_eq!(written.is_ok(), keys.is_sorted_by(|one, next| one < next));
        if written.is_ok() {
            prop_assert!(decode(&out).is_ok());
        }
    }
}
