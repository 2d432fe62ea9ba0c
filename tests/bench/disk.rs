//! The limit that the disk sets.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Duration of the measurement.
const MEASURED: Duration = Duration::from_secs(2);

/// How many writes of 4 KiB a second the disk makes durable, one after the other.
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
