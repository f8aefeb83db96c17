use alloc::borrow::Cow;
use alloc::collections::btree_map;
use alloc::vec::Vec;
use core::slice;

use crate::mutable::{BencodeMut, BencodeMutKind, write_decimal};

/// Containers that are written by plain calls before an explicit stack takes over: what real data needs, and a bounded
/// piece of the thread's stack.
const PLAIN_CALLS: usize = 64;

/// Appends `4:spam`.
#[inline]
pub(crate) fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    write_decimal(bytes.len() as u64, b':', out);
    out.extend_from_slice(bytes);
}

/// Appends the value.
pub(crate) fn write_value(value: &BencodeMut<'_>, out: &mut Vec<u8>) {
    write_nested(value, PLAIN_CALLS, out);
}

fn write_nested(value: &BencodeMut<'_>, calls_left: usize, out: &mut Vec<u8>) {
    match value.kind() {
        BencodeMutKind::Int(int) => int.write(out),
        BencodeMutKind::Bytes(bytes) => write_bytes(bytes, out),
        _ if calls_left == 0 => write_deep(value, out),
        BencodeMutKind::List(list) => {
            out.push(b'l');
            for value in list {
                write_nested(value, calls_left - 1, out);
            }
            out.push(b'e');
        }
        BencodeMutKind::Dict(dict) => {
            out.push(b'd');
            for (key, value) in dict {
                write_bytes(key, out);
                write_nested(value, calls_left - 1, out);
            }
            out.push(b'e');
        }
    }
}

/// What is left of an open container.
enum Rest<'v, 'a> {
    List(slice::Iter<'v, BencodeMut<'a>>),
    Dict(btree_map::Iter<'v, Cow<'a, [u8]>, BencodeMut<'a>>),
}

#[cold]
fn write_deep(value: &BencodeMut<'_>, out: &mut Vec<u8>) {
    let mut open = Vec::new();
    let mut next = Some(value);
    loop {
        if let Some(value) = next {
            match value.kind() {
                BencodeMutKind::Int(int) => int.write(out),
                BencodeMutKind::Bytes(bytes) => write_bytes(bytes, out),
                BencodeMutKind::List(list) => {
                    out.push(b'l');
                    open.push(Rest::List(list.iter()));
                }
                BencodeMutKind::Dict(dict) => {
                    out.push(b'd');
                    open.push(Rest::Dict(dict.iter()));
                }
            }
        }
        next = match open.last_mut() {
            None => return,
            Some(Rest::List(rest)) => rest.next(),
            Some(Rest::Dict(rest)) => rest.next().map(|(key, value)| {
                write_bytes(key, out);
                value
            }),
        };
        if next.is_none() {
            out.push(b'e');
            open.pop();
        }
    }
}
