//! The disk's own limit.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long it is measured.
const MEASURED: Duration = Duration::from_secs(2);

/// How often a second the disk says that 4 KiB are safe.
pub(crate) fn fsyncs_per_second(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("fsync")).unwrap();
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < MEASURED {
        file.write_all(&[7; 4096]).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}
