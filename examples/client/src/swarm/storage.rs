use bip_disk::{
    Check, DiskConfig, DiskEvent, DiskEvents, DiskManager, Layout, NativeFileSystem, TorrentKey,
    TorrentSpec, WrongSize,
};
use bip_metainfo::Info;
use bytes::Bytes;

use super::error::SwarmError;
use super::is_whole;
use super::network::Network;
use super::options::{Missing, SwarmOptions};
use crate::event::Event;
use crate::output::Output;

/// The torrent on disk.
pub(super) struct Storage {
    pub(super) disk: DiskManager,
    pub(super) events: DiskEvents,
    pub(super) torrent: TorrentKey,
}

/// A storage whose content is known.
pub(super) struct Checked {
    pub(super) storage: Storage,
    /// The pieces that are there, as BEP 3 bytes.
    pub(super) have: Bytes,
}

impl Storage {
    /// Lays the torrent out in the download folder and checks what lies there already. Nothing when the user stopped.
    pub(super) async fn open(
        info: &Info,
        options: &SwarmOptions,
        network: &mut Network,
        output: &mut Output,
    ) -> Result<Option<Checked>, SwarmError> {
        if options.missing == Missing::IsAnError {
            refuse_missing(info, options)?;
        }
        let directory = &options.directory;
        std::fs::create_dir_all(directory).map_err(|source| SwarmError::Directory {
            path: directory.clone(),
            source,
        })?;
        let files = info.files().iter().filter(|file| !file.is_symlink());
        let files = files
            .map(|file| (file.path().to_owned(), file.length()))
            .collect();
        let layout = Layout::new(info.piece_length(), files)
            .map_err(|source| SwarmError::Layout { source })?;
        let file_system = NativeFileSystem::with_directory(directory);
        let (disk, events) = DiskManager::start(DiskConfig::default(), file_system)
            .map_err(|source| SwarmError::Disk { source })?;
        let spec = TorrentSpec {
            layout,
            piece_hashes: info.piece_hashes().collect(),
            check: Check::Full,
        };
        let torrent = disk
            .add_torrent(spec)
            .await
            .map_err(|source| SwarmError::Store { source })?;
        let mut storage = Storage {
            disk,
            events,
            torrent,
        };
        let Some(have) = storage.checked(info.piece_count(), network, output).await? else {
            storage.close().await;
            return Ok(None);
        };
        let verified = have.iter().map(|byte| byte.count_ones()).sum();
        output.tell(&Event::Checked {
            verified,
            pieces: info.piece_count(),
        });
        if options.missing == Missing::IsAnError && verified < info.piece_count() {
            storage.close().await;
            return Err(SwarmError::Incomplete {
                verified,
                pieces: info.piece_count(),
            });
        }
        Ok(Some(Checked { storage, have }))
    }

    /// Waits for the end of the check, while the network goes on as far as it can without knowing its result.
    async fn checked(
        &mut self,
        pieces: u32,
        network: &mut Network,
        output: &mut Output,
    ) -> Result<Option<Bytes>, SwarmError> {
        loop {
            tokio::select! {
                event = self.events.next() => match event {
                    Some(DiskEvent::CheckProgress { checked, .. }) => output.tell(&Event::Checking { checked, pieces }),
                    Some(DiskEvent::Checked { have, .. }) => return Ok(Some(have)),
                    Some(DiskEvent::WrongSizes { files, .. }) => {
                        for file in files {
                            let WrongSize { path, expected, found, .. } = file;
                            output.tell(&Event::WrongSize { path, expected, found });
                        }
                    }
                    Some(_) => {}
                    None => return Err(SwarmError::Lost { part: "the disk" }),
                },
                () = network.stop_asked() => return Ok(None),
            }
        }
    }

    /// Writes what is verified and ends the disk's thread.
    pub(super) async fn close(self) {
        self.disk.close().await;
    }
}

/// A seeder with a missing file is told so before anything on disk is touched.
fn refuse_missing(info: &Info, options: &SwarmOptions) -> Result<(), SwarmError> {
    for file in info
        .files()
        .iter()
        .filter(|file| !file.is_pad() && file.length() > 0)
    {
        let path = options.directory.join(file.path());
        if !is_whole(&path, file.length()) {
            return Err(SwarmError::FileMissing { path });
        }
    }
    Ok(())
}
