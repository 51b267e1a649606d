//! Generates the payload, so that the repository carries five lines instead of 5 MiB.

use std::{env, error::Error, fs, path::PathBuf};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// "dyno" in ASCII.
const SEED: u64 = 0x6479_6e6f;
const BYTES: usize = 5 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("OUT_DIR")?).join("payload");
    let mut payload = vec![0; BYTES];
    ChaCha8Rng::seed_from_u64(SEED).fill_bytes(&mut payload);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("payload.bin"), payload)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
