use alloc::vec::Vec;
use core::slice;

use super::output::Output;
use crate::mutable::{BencodeMut, BencodeMutKind, DictMut, PairIter};

/// Containers that are written by plain calls before an explicit stack takes over: what real data needs, and a bounded
/// piece of the thread's stack.
const PLAIN_CALLS: usize = 64;

/// Writes the value.
pub(crate) fn write_value<O: Output>(
    value: &BencodeMut<'_>,
    output: &mut O,
) -> Result<(), O::Error> {
    write_nested(value, PLAIN_CALLS, output)
}

/// Writes the dictionary.
pub(crate) fn write_dict<O: Output>(dict: &DictMut<'_>, output: &mut O) -> Result<(), O::Error> {
    write_pairs(dict, PLAIN_CALLS, output)
}

/// Scalars, which most values are, cost no call.
#[inline(always)]
fn write_nested<O: Output>(
    value: &BencodeMut<'_>,
    calls_left: usize,
    output: &mut O,
) -> Result<(), O::Error> {
    match value.kind() {
        BencodeMutKind::Int(int) => int.write(output),
        BencodeMutKind::Bytes(bytes) => output.string(bytes),
        _ if calls_left == 0 => write_deep(value, output),
        BencodeMutKind::List(list) => write_list(list, calls_left - 1, output),
        BencodeMutKind::Dict(dict) => write_pairs(dict, calls_left - 1, output),
    }
}

#[inline(never)]
fn write_list<O: Output>(
    list: &[BencodeMut<'_>],
    calls_left: usize,
    output: &mut O,
) -> Result<(), O::Error> {
    output.put(b"l")?;
    for value in list {
        write_nested(value, calls_left, output)?;
    }
    output.put(b"e")
}

#[inline(never)]
fn write_pairs<O: Output>(
    dict: &DictMut<'_>,
    calls_left: usize,
    output: &mut O,
) -> Result<(), O::Error> {
    output.put(b"d")?;
    for (key, value) in dict {
        output.string(key)?;
        write_nested(value, calls_left, output)?;
    }
    output.put(b"e")
}

/// What is left of an open container.
enum Rest<'v, 'a> {
    List(slice::Iter<'v, BencodeMut<'a>>),
    Dict(PairIter<'v, 'a>),
}

#[cold]
fn write_deep<O: Output>(value: &BencodeMut<'_>, output: &mut O) -> Result<(), O::Error> {
    let mut open = Vec::new();
    let mut next = Some(value);
    loop {
        if let Some(value) = next {
            match value.kind() {
                BencodeMutKind::Int(int) => int.write(output)?,
                BencodeMutKind::Bytes(bytes) => output.string(bytes)?,
                BencodeMutKind::List(list) => {
                    output.put(b"l")?;
                    open.push(Rest::List(list.iter()));
                }
                BencodeMutKind::Dict(dict) => {
                    output.put(b"d")?;
                    open.push(Rest::Dict(dict.iter()));
                }
            }
        }
        next = match open.last_mut() {
            None => return Ok(()),
            Some(Rest::List(rest)) => rest.next(),
            Some(Rest::Dict(rest)) => match rest.next() {
                Some((key, value)) => {
                    output.string(key)?;
                    Some(value)
                }
                None => None,
            },
        };
        if next.is_none() {
            output.put(b"e")?;
            open.pop();
        }
    }
}
