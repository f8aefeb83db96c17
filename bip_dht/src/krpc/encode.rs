use super::kept::Kept;
use super::writer::Writer;
use super::{Body, Message, Response};

impl Message<'_> {
    /// Appends the message to `out`.
    pub fn encode(&self, out: &mut Vec<u8>) {
        self.encode_within(usize::MAX, out);
    }

    /// Appends the message to `out`, an answer shortened to `room` bytes where it must be. First the last peers go,
    /// then samples, then both filters, at last the farthest nodes. The rest is never cut, and longer than `room` if it
    /// does not fit: the value of an item is whole or worth nothing.
    pub fn encode_within(&self, room: usize, out: &mut Vec<u8>) {
        let start = out.len();
        let mut writer = Writer { out };
        match &self.body {
            Body::Query(query) => {
                writer.dict(b"d1:a", |writer| writer.arguments(query));
                self.write_ip(&mut writer);
                writer.string(b"1:q", query.call.name());
                self.write_tail(&mut writer, b"1:y1:qe");
            }
            Body::Error(error) => {
                writer.error(error);
                self.write_ip(&mut writer);
                self.write_tail(&mut writer, b"1:y1:ee");
            }
            Body::Response(response) => {
                let mut kept = Kept::all(response);
                loop {
                    self.write_response(response, &kept, start.saturating_add(room), out);
                    let excess = (out.len() - start).saturating_sub(room);
                    if excess == 0 || !kept.cut(excess) {
                        return;
                    }
                    out.truncate(start);
                }
            }
        }
    }

    fn write_response(&self, response: &Response<'_>, kept: &Kept, end: usize, out: &mut Vec<u8>) {
        let mut writer = Writer { out };
        writer.put(b"d");
        self.write_ip(&mut writer);
        let end = end.saturating_sub(self.tail_length(b"1:y1:re") + b"e".len());
        writer.dict(b"1:r", |writer| writer.response(response, kept, end));
        self.write_tail(&mut writer, b"1:y1:re");
    }

    fn write_ip(&self, writer: &mut Writer<'_>) {
        if let Some(ip) = self.ip {
            writer.put(b"2:ip");
            writer.address(ip);
        }
    }

    /// What stands behind `q` and `r` in every message.
    fn write_tail(&self, writer: &mut Writer<'_>, kind: &[u8]) {
        if self.read_only {
            writer.put(b"2:roi1e");
        }
        writer.string(b"1:t", self.transaction);
        if let Some(version) = self.version {
            writer.string(b"1:v", version);
        }
        writer.put(kind);
    }

    fn tail_length(&self, kind: &[u8]) -> usize {
        let read_only = if self.read_only { b"2:roi1e".len() } else { 0 };
        let version = self.version.map_or(0, |version| string_length(version, 3));
        read_only + string_length(self.transaction, 3) + version + kind.len()
    }
}

/// The bytes of a string with a key of `key` bytes before it.
fn string_length(string: &[u8], key: usize) -> usize {
    let digits = string.len().checked_ilog10().unwrap_or(0) as usize + 1;
    key + digits + 1 + string.len()
}
