use alloc::vec::Vec;
use core::fmt;

use crate::access::BRefAccess;
use crate::limits::MAX_INDENT;

/// A line's end and the deepest indentation, to be written at once.
const NEW_LINE: &str = match core::str::from_utf8(&NEW_LINE_BYTES) {
    Ok(text) => text,
    Err(_) => "",
};

const NEW_LINE_BYTES: [u8; 1 + 2 * MAX_INDENT] = {
    let mut bytes = [b' '; 1 + 2 * MAX_INDENT];
    bytes[0] = b'\n';
    bytes
};

/// The containers that are open while a value is written, outermost first. A stack of its own instead of recursion: how
/// deep a value nests is its author's choice.
pub(super) struct OpenContainers<'v, V: BRefAccess<'v>> {
    open: Vec<Container<V::List, V::Dict>>,
}

struct Container<L, D> {
    rest: Rest<L, D>,
    written: usize,
}

/// What is still to be written.
enum Rest<L, D> {
    List(L),
    Dict(D),
}

/// What comes next.
pub(super) enum Next<'v, V> {
    /// A value of the innermost container, the `position`th from 0.
    Child {
        key: Option<&'v [u8]>,
        value: V,
        position: usize,
    },
    /// Nothing: the innermost container was closed, and this is what closes it.
    Close(&'static str),
    /// Nothing is open.
    End,
}

impl<'v, V: BRefAccess<'v>> OpenContainers<'v, V> {
    pub(super) fn new() -> Self {
        OpenContainers { open: Vec::new() }
    }

    pub(super) fn push_list(&mut self, values: V::List) {
        self.push(Rest::List(values));
    }

    pub(super) fn push_dict(&mut self, pairs: V::Dict) {
        self.push(Rest::Dict(pairs));
    }

    fn push(&mut self, rest: Rest<V::List, V::Dict>) {
        self.open.push(Container { rest, written: 0 });
    }

    /// The next value, or the end of the innermost container.
    pub(super) fn next(&mut self) -> Next<'v, V> {
        let Some(container) = self.open.last_mut() else {
            return Next::End;
        };
        let (child, close) = match &mut container.rest {
            Rest::List(values) => (values.next().map(|value| (None, value)), "]"),
            Rest::Dict(pairs) => (pairs.next().map(|(key, value)| (Some(key), value)), "}"),
        };
        if let Some((key, value)) = child {
            let position = container.written;
            container.written += 1;
            return Next::Child {
                key,
                value,
                position,
            };
        }
        self.open.pop();
        Next::Close(close)
    }

    /// Begins a line at the depth of the innermost container.
    pub(super) fn write_new_line(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&NEW_LINE[..1 + 2 * self.open.len().min(MAX_INDENT)])
    }
}
