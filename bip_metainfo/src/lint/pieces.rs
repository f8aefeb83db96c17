//! Piece lengths, sizes and padding.

use super::kind::LintKind;
use super::names::place_of_file;
use super::options::LintOptions;
use super::report::Report;
use crate::create::{LONGEST_FOR_ALL, PIECES_PER_FILE};
use crate::file::File;
use crate::meta_version::MetaVersion;
use crate::metainfo::Metainfo;

const BLOCK_LENGTH: u32 = 16_384;
/// The largest that all clients take.
const MAX_PIECE_LENGTH: u32 = 16 << 20;
/// Pieces of more than [`LONGEST_FOR_ALL`], and fewer of them than this, are too long for their content.
const FEW_PIECES: u32 = 16;

pub(super) fn check(torrent: &Metainfo, options: &LintOptions, report: &mut Report<'_>) {
    check_lengths(torrent, options, report);
    let info = torrent.info();
    let length = torrent.raw().len();
    if length > options.max_torrent_length {
        let message = || format!("the torrent file has {length} bytes");
        report.add(LintKind::LargeTorrent, "", message);
    }
    let mut padding = 0u64;
    let mut missing = 0;
    for (index, file) in info.files().iter().enumerate() {
        if file.is_pad() {
            padding += file.length();
        } else if file.length() == 0 && !file.is_symlink() {
            let message = || format!("{:?} is empty", file.path());
            report.add_at(LintKind::EmptyFile, || place_of_file(info, index), message);
        }
        missing += usize::from(file.pieces_root().is_some() && info.piece_layer(index).is_none());
    }
    if missing > 0 {
        let message = || format!("the piece layers of {missing} files are missing");
        report.add(LintKind::MissingPieceLayers, "piece layers", message);
    }
    let percent = u128::from(padding) * 100 / u128::from(info.total_length());
    let most = u128::from(info.total_length()) * u128::from(options.max_pad_percent);
    if u128::from(padding) * 100 > most {
        let message = || format!("{padding} bytes are padding, {percent} % of all");
        report.add(LintKind::PadOverhead, "info.files", message);
    }
}

fn check_lengths(torrent: &Metainfo, options: &LintOptions, report: &mut Report<'_>) {
    let (length, count) = (torrent.info().piece_length(), torrent.info().piece_count());
    let mut add = |kind, message: &dyn Fn() -> String| {
        report.add(kind, "info.piece length", message);
    };
    if length % BLOCK_LENGTH != 0 {
        add(LintKind::OddPieceLength, &|| {
            format!("{length} bytes are no multiple of {BLOCK_LENGTH}")
        });
    } else if !length.is_power_of_two() {
        add(LintKind::UnevenPieceLength, &|| {
            format!("{length} bytes are no power of two")
        });
    }
    if length < BLOCK_LENGTH {
        add(LintKind::SmallPieceLength, &|| {
            format!("{length} bytes are less than a block of {BLOCK_LENGTH}")
        });
    } else if count > most_pieces(torrent, options) && length < MAX_PIECE_LENGTH {
        add(LintKind::SmallPieceLength, &|| {
            format!("there are {count} pieces of {length} bytes")
        });
    }
    if length > MAX_PIECE_LENGTH {
        add(LintKind::LargePieceLength, &|| {
            format!("{length} bytes are more than {MAX_PIECE_LENGTH}")
        });
    } else if length > LONGEST_FOR_ALL && count < FEW_PIECES {
        add(LintKind::LargePieceLength, &|| {
            format!("there are only {count} pieces, of {length} bytes")
        });
    }
}

/// Where files begin with pieces, each has its own, and longer ones make only padding.
fn most_pieces(torrent: &Metainfo, options: &LintOptions) -> u32 {
    let (info, most) = (torrent.info(), options.max_pieces);
    let is_aligned = info.version() != MetaVersion::V1 || info.files().iter().any(File::is_pad);
    if !is_aligned {
        return most;
    }
    let files = info.files().iter();
    let files = files.filter(|file| !file.is_pad() && file.length() > 0);
    let for_files = files.count() as u64 * PIECES_PER_FILE;
    most.max(u32::try_from(for_files).unwrap_or(u32::MAX))
}
