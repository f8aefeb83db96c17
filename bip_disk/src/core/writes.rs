//! Memory in and out: pieces that are complete go to be stored, others make room.

use super::DiskCore;
use super::memory::PieceKey;
use super::operation::Work;
use super::schedule::{Class, Slot};
use crate::event::DiskEvent;
use crate::torrent::TorrentKey;

impl DiskCore {
    pub(super) fn store_if_complete(&mut self, piece: PieceKey) {
        let torrent = self.torrents.get_mut(&piece.0);
        let Some(assembly) = torrent.and_then(|t| t.assemblies.get_mut(&piece.1)) else {
            return;
        };
        let charge = assembly.charge;
        let Some(assembled) = assembly.store() else {
            return;
        };
        self.memory.forget(assembly.touched.take());
        self.memory.left(charge.total, charge.slices);
        self.push_write(piece.0, charge.total, Work::Store(assembled));
    }

    /// Keeps the budget: slices beyond their part are copied; blocks are written that leave too little room, or not
    /// enough for so many more bytes.
    pub(super) fn relieve(&mut self, wanted: usize) {
        while let Some((torrent, piece)) = self.memory.next_to_copy() {
            let torrent = self.torrents.get_mut(&torrent);
            if let Some(assembly) = torrent.and_then(|t| t.assemblies.get_mut(&piece)) {
                self.memory.copied(assembly.charge.slices);
                assembly.copy_slices();
            }
        }
        while let Some((torrent, piece)) = self.memory.next_to_spill(wanted) {
            let known = self.torrents.get_mut(&torrent);
            let Some(assembly) = known.and_then(|t| t.assemblies.get_mut(&piece)) else {
                break;
            };
            self.memory.forget(assembly.touched.take());
            let charge = assembly.charge;
            if let Some(assembled) = assembly.spill() {
                self.memory.left(charge.total, charge.slices);
                self.push_write(torrent, charge.total, Work::Spill(assembled));
            }
        }
    }

    pub(super) fn push_write(&mut self, torrent: TorrentKey, bytes: usize, work: Work) {
        let slot = Slot {
            class: Class::Write,
            bytes,
        };
        self.push(torrent, slot, work);
    }

    /// Forgets a piece and gives back what it held.
    pub(super) fn give_up(&mut self, piece: PieceKey) {
        let torrent = self.torrents.get_mut(&piece.0);
        if let Some(assembly) = torrent.and_then(|t| t.assemblies.remove(&piece.1)) {
            self.memory.forget(assembly.touched);
            self.memory
                .dropped(assembly.charge.total, assembly.charge.slices);
            self.memory.released(assembly.leaving);
        }
    }

    pub(super) fn tell_room(&mut self) {
        if self.memory.has_recovered() {
            self.events.push_back(DiskEvent::Room);
        }
    }
}
