//! Compiles the contract without protoc, and fails the build for an RPC that does not name the roles that may
//! call it.

use std::error::Error;
use std::path::{Path, PathBuf};

use prost::Message as _;
use prost_reflect::{DescriptorPool, ExtensionDescriptor, Kind, MessageDescriptor, MethodDescriptor, Value};

const ROOT: &str = "../../proto";
/// What the services tell each other: a module of its own below [`ROOT`].
const INTERNAL: &str = "../../proto/internal";
/// The method option that every RPC of ours has.
const METHOD: &str = "csp.policy.v1.method";
/// Package prefix of the RPCs that carry the option: Google's files carry none.
const OURS: &str = "csp.";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={ROOT}");
    let (root, internal) = (Path::new(ROOT), Path::new(INTERNAL));
    // The inner folder first: a file of it has its path from there.
    let mut compiler = protox::Compiler::new([internal, root])?;
    compiler.include_source_info(true).include_imports(true);
    compiler.open_files(files_below(&root.join("csp"))?)?;
    compiler.open_files(files_below(&internal.join("csp"))?)?;

    // The encoded form keeps the custom options; the typed form drops them.
    let encoded = compiler.encode_file_descriptor_set();
    let pool = DescriptorPool::decode(encoded.as_slice())?;
    let rpcs = rpcs(&pool)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("mutations.rs"), mutations(&rpcs)?)?;
    std::fs::write(out.join("descriptors.bin"), &encoded)?;

    let mut files = prost_types::FileDescriptorSet::decode(encoded.as_slice())?;
    // Google's comments are no Rust documentation: they have links and examples in other forms.
    for file in files.file.iter_mut().filter(|file| !file.package().starts_with(OURS)) {
        file.source_code_info = None;
    }
    let mut config = prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure().include_file("csp.rs").compile_fds_with_config(files, config)?;
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

/// What the build reads of an RPC's option.
struct Rpc {
    method: MethodDescriptor,
    boundary: Option<String>,
    effect: String,
}

/// The RPCs of the contract, each with its option.
fn rpcs(pool: &DescriptorPool) -> Result<Vec<Rpc>, Box<dyn Error>> {
    let option = pool.get_extension_by_name(METHOD).ok_or("the contract defines no method option")?;
    let services = pool.services().filter(|service| service.package_name().starts_with(OURS));
    services
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .map(|method| rpc(&option, method))
        .collect()
}

fn rpc(option: &ExtensionDescriptor, method: MethodDescriptor) -> Result<Rpc, Box<dyn Error>> {
    let name = method.full_name().to_owned();
    let options = method.options();
    let value = options.get_extension(option);
    let value = value.as_message().ok_or("the method option is a message")?;
    let field =
        |field| value.get_field_by_name(field).ok_or_else(|| format!("no field {field} in ({METHOD})"));
    if field("roles")?.as_list().is_none_or(<[Value]>::is_empty) {
        return Err(format!("{name} does not name the roles that may call it, in ({METHOD})").into());
    }
    let boundary = field("boundary")?.as_str().filter(|boundary| !boundary.is_empty()).map(str::to_owned);
    let effects = option.kind().as_message().and_then(|message| message.get_field_by_name("effect"));
    let effects = effects.and_then(|field| field.kind().as_enum().cloned()).ok_or("effect is an enum")?;
    let number = field("effect")?.as_enum_number().filter(|number| *number != 0);
    let effect = number.and_then(|number| effects.get_value(number));
    let effect = effect.ok_or_else(|| format!("{name} does not name its effect, in ({METHOD})"))?;
    Ok(Rpc { method, boundary, effect: effect.name().to_owned() })
}

/// `impl Mutation` for the request of every RPC that changes something on a client's behalf.
fn mutations(rpcs: &[Rpc]) -> Result<String, Box<dyn Error>> {
    let mut code = String::new();
    for rpc in rpcs {
        let request = rpc.method.input();
        let repeatable =
            has(&request, "request_id", Kind::String) && has(&request, "validate_only", Kind::Bool);
        match (rpc.effect.as_str(), repeatable) {
            ("EFFECT_MUTATION", true) => code.push_str(&implemented(&rpc.method, rpc.boundary.as_deref())),
            ("EFFECT_MUTATION", false) => {
                return Err(format!("{} lacks request_id or validate_only", request.full_name()).into());
            }
            _ => {}
        }
    }
    Ok(code)
}

fn has(message: &MessageDescriptor, field: &str, kind: Kind) -> bool {
    message.get_field_by_name(field).is_some_and(|field| field.kind() == kind)
}

fn implemented(method: &MethodDescriptor, boundary: Option<&str>) -> String {
    let (request, response) = (path_of(&method.input()), path_of(&method.output()));
    format!(
        "impl Mutation for {request} {{
    type Response = {response};
    const RPC: &'static str = {:?};
    const BOUNDARY: Option<&'static str> = {boundary:?};
    fn request_id(&self) -> &str {{ &self.request_id }}
    fn validate_only(&self) -> bool {{ self.validate_only }}
}}
",
        method.name()
    )
}

/// The Rust path of a message: `csp.relationship.v1.Partnership` becomes
/// `crate::relationship::v1::Partnership`.
fn path_of(message: &MessageDescriptor) -> String {
    let package = message.package_name().trim_start_matches("csp.").replace('.', "::");
    format!("crate::{package}::{}", message.name())
}
