//! Which prompts are related: made when content changes, read with every prompt.

use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

/// How many related prompts are kept for each; some more than are shown, because some of them
/// may have been removed.
pub(super) const KEPT: usize = 8;

/// In place of a prompt where there are fewer.
const NONE: i64 = i64::MIN;

/// Bytes of a checksum.
const CHECKSUM: usize = 32;

/// The related prompts of every prompt.
#[derive(Clone, Debug, Default)]
pub(super) struct Related {
    /// By rising key.
    prompts: Vec<(i64, [i64; KEPT])>,
}

impl Related {
    /// Of all prompts at once.
    pub(super) fn of(all: impl IntoIterator<Item = (i64, Vec<i64>)>) -> Self {
        let mut prompts: Vec<_> =
            all.into_iter().map(|(id, related)| (id, row(&related))).collect();
        prompts.sort_unstable_by_key(|(id, _)| *id);
        Self { prompts }
    }

    /// The keys of the prompts related to one, the best first.
    pub(super) fn to(&self, id: i64) -> Vec<i64> {
        let found = self.prompts.binary_search_by_key(&id, |(id, _)| *id).ok();
        let related = found.and_then(|at| self.prompts.get(at));
        related.map_or_else(Vec::new, |(_, related)| {
            related.iter().copied().filter(|id| *id != NONE).collect()
        })
    }

    /// The same with some prompts new, changed, or removed.
    pub(super) fn with(&self, changed: Vec<(i64, Vec<i64>)>, removed: &[i64]) -> Self {
        let changed = Self::of(changed);
        let mut prompts = Vec::with_capacity(self.prompts.len() + changed.prompts.len());
        let mut coming = changed.prompts.into_iter().peekable();
        for old in &self.prompts {
            while let Some(new) = coming.next_if(|new| new.0 < old.0) {
                prompts.push(new);
            }
            match coming.next_if(|new| new.0 == old.0) {
                Some(new) => prompts.push(new),
                None if removed.contains(&old.0) => {}
                None => prompts.push(*old),
            }
        }
        prompts.extend(coming);
        Self { prompts }
    }

    /// Writes them down, with what tells whether they are up to date.
    pub(super) fn write(&self, file: &Path, stamp: &str) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(self.prompts.len() * (KEPT + 1) * 8 + stamp.len() + 64);
        bytes.extend((stamp.len() as u64).to_le_bytes());
        bytes.extend(stamp.as_bytes());
        for (id, related) in &self.prompts {
            bytes.extend(id.to_le_bytes());
            related.iter().for_each(|id| bytes.extend(id.to_le_bytes()));
        }
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        let unfinished = file.with_extension("new");
        std::fs::write(&unfinished, bytes)?;
        std::fs::rename(unfinished, file)
    }

    /// Reads them, with their stamp; none where they are not there or damaged.
    pub(super) fn read(file: &Path) -> Option<(Self, String)> {
        let bytes = std::fs::read(file).ok()?;
        let (bytes, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
        let (length, bytes_behind) = bytes.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (stamp, rows) = bytes_behind.split_at_checked(length)?;
        if *Sha256::digest(bytes) != *checksum {
            return None;
        }
        let (numbers, _) = rows.as_chunks::<8>();
        let (rows, _) = numbers.as_chunks::<{ KEPT + 1 }>();
        let rows = rows
            .iter()
            .map(|[id, related @ ..]| (i64::from_le_bytes(*id), related.map(i64::from_le_bytes)));
        Some((Self { prompts: rows.collect() }, String::from_utf8(stamp.to_vec()).ok()?))
    }
}

fn row(related: &[i64]) -> [i64; KEPT] {
    let mut row = [NONE; KEPT];
    row.iter_mut().zip(related).for_each(|(place, id)| *place = *id);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_unless_it_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("related");
        let related = Related::of([(7, vec![1, 2]), (1, vec![7]), (2, (10..30).collect())]);
        related.write(&file, "now").unwrap();
        let (read, stamp) = Related::read(&file).unwrap();
        assert_eq!(stamp, "now");
        assert_eq!(read.to(7), [1, 2]);
        assert_eq!(read.to(2), (10..18).collect::<Vec<i64>>());
        assert_eq!(read.to(3), [0_i64; 0]);
        let mut bytes = std::fs::read(&file).unwrap();
        for at in [0, 9, bytes.len() / 2, bytes.len() - 1] {
            bytes[at] ^= 1;
            std::fs::write(&file, &bytes).unwrap();
            assert!(Related::read(&file).is_none(), "{at}");
            bytes[at] ^= 1;
        }
        std::fs::write(&file, &bytes[..bytes.len() - 3]).unwrap();
        assert!(Related::read(&file).is_none());
        std::fs::write(&file, "").unwrap();
        assert!(Related::read(&file).is_none());
    }

    #[test]
    fn a_change_takes_the_place_of_what_was_there() {
        let related = Related::of([(1, vec![2]), (2, vec![1]), (3, vec![1])]);
        let related = related.with(vec![(2, vec![4]), (4, vec![2]), (0, vec![1])], &[3]);
        let all: Vec<_> = (0..5).map(|id| related.to(id)).collect();
        assert_eq!(all, [vec![1], vec![2], vec![4], vec![], vec![2]]);
    }
}
