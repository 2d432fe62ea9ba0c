//! Compiles the contract without protoc, and refuses an RPC that does not say who may call it.

use std::error::Error;
use std::path::{Path, PathBuf};

use prost::Message as _;
use prost_reflect::DescriptorPool;

const ROOT: &str = "../../proto";
/// Method option that names the allowed roles.
const ACCESS: &str = "csp.policy.v1.access";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={ROOT}");
    let root = Path::new(ROOT);
    let mut compiler = protox::Compiler::new([root])?;
    compiler.include_source_info(true).include_imports(true);
    compiler.open_files(files_below(&root.join("csp"))?)?;

    // The encoded form keeps the custom options; the typed form drops them.
    let encoded = compiler.encode_file_descriptor_set();
    every_rpc_names_its_callers(&DescriptorPool::decode(encoded.as_slice())?)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), &encoded)?;

    let mut config = prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .include_file("csp.rs")
        .compile_fds_with_config(prost_types::FileDescriptorSet::decode(encoded.as_slice())?, config)?;
    Ok(())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn every_rpc_names_its_callers(pool: &DescriptorPool) -> Result<(), Box<dyn Error>> {
    let access = pool.get_extension_by_name(ACCESS).ok_or("the contract defines no access option")?;
    for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
        if !method.options().has_extension(&access) {
            return Err(format!("{} has no option ({ACCESS})", method.full_name()).into());
        }
    }
    Ok(())
}
