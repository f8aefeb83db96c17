use super::error::EditError;
use crate::tracker;

pub(super) const URL: &str = "an address without white space";

/// Trackers in tiers, with every tracker an address and no tier empty.
#[derive(Debug, Clone)]
pub(super) struct Tiers(Vec<Vec<String>>);

impl Tiers {
    pub(super) fn new(tiers: &[Vec<String>]) -> Self {
        Self(tiers.to_vec())
    }

    pub(super) fn replace_all(
        &mut self,
        tiers: impl IntoIterator<Item = impl IntoIterator<Item = impl AsRef<str>>>,
    ) -> Result<(), EditError> {
        let tiers = tiers.into_iter().map(read);
        let tiers: Result<Vec<_>, _> = tiers.collect();
        self.0 = tiers?.into_iter().filter(|tier| !tier.is_empty()).collect();
        Ok(())
    }

    pub(super) fn insert(
        &mut self,
        index: usize,
        tier: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<(), EditError> {
        let tier = read(tier)?;
        if index > self.0.len() {
            return Err(self.no_such(index));
        }
        if !tier.is_empty() {
            self.0.insert(index, tier);
        }
        Ok(())
    }

    pub(super) fn replace(
        &mut self,
        index: usize,
        tier: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<(), EditError> {
        let tier = read(tier)?;
        match self.0.get_mut(index) {
            None => return Err(self.no_such(index)),
            Some(_) if tier.is_empty() => drop(self.0.remove(index)),
            Some(old) => *old = tier,
        }
        Ok(())
    }

    pub(super) fn add(&mut self, index: usize, url: &str) -> Result<(), EditError> {
        let url = checked("announce-list", url)?;
        match self.0.get_mut(index) {
            Some(tier) => tier.push(url),
            None => return Err(self.no_such(index)),
        }
        Ok(())
    }

    /// Wherever it stands; a tier of which nothing is left goes too.
    pub(super) fn remove(&mut self, url: &str) {
        for tier in &mut self.0 {
            tier.retain(|tracker| tracker != url);
        }
        self.0.retain(|tier| !tier.is_empty());
    }

    /// Wherever it stands.
    pub(super) fn exchange(&mut self, old: &str, new: &str) -> Result<(), EditError> {
        let new = checked("announce-list", new)?;
        let trackers = self.0.iter_mut().flatten();
        trackers
            .filter(|tracker| *tracker == old)
            .for_each(|tracker| tracker.clone_from(&new));
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[String]> {
        self.0.iter().map(Vec::as_slice)
    }

    fn no_such(&self, index: usize) -> EditError {
        EditError::NoSuchTier {
            index,
            count: self.0.len(),
        }
    }
}

fn read(tier: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<String>, EditError> {
    let tier = tier.into_iter();
    tier.map(|url| checked("announce-list", url.as_ref()))
        .collect()
}

/// The address, if readers take it as it is.
pub(super) fn checked(key: &str, url: &str) -> Result<String, EditError> {
    if tracker::clean(url) == Some(url) {
        Ok(url.to_owned())
    } else {
        Err(EditError::InvalidValue {
            key: key.to_owned(),
            value: url.to_owned(),
            expected: URL,
        })
    }
}
