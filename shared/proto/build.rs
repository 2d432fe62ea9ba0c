//! Compiles the contract without protoc, and fails the build for an RPC that does not name the roles that may
//! call it.

use std::error::Error;
use std::path::{Path, PathBuf};

use prost::Message as _;
use prost_reflect::{DescriptorPool, Kind, MessageDescriptor, MethodDescriptor};

const ROOT: &str = "../../proto";
/// Method option that names the allowed roles.
const ACCESS: &str = "csp.policy.v1.access";
/// Method options for generating `impl Mutation` of a request.
const BOUNDARY: &str = "csp.policy.v1.boundary";
const MUTATION: &str = "csp.policy.v1.mutation";
/// Method option that marks a step between services.
const STEP: &str = "csp.policy.v1.step";
/// Name of the RPC of every service's change feed.
const WATCH_EVENTS: &str = "WatchEvents";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={ROOT}");
    let root = Path::new(ROOT);
    let mut compiler = protox::Compiler::new([root])?;
    compiler.include_source_info(true).include_imports(true);
    compiler.open_files(files_below(&root.join("csp"))?)?;

    // The encoded form keeps the custom options; the typed form drops them.
    let encoded = compiler.encode_file_descriptor_set();
    let pool = DescriptorPool::decode(encoded.as_slice())?;
    every_rpc_names_its_callers(&pool)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("mutations.rs"), mutations(&pool)?)?;
    std::fs::write(out.join("watches.rs"), watches(&pool))?;
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

/// `impl Mutation` for the request of every RPC that changes something on a client's behalf.
fn mutations(pool: &DescriptorPool) -> Result<String, Box<dyn Error>> {
    let option =
        |name| pool.get_extension_by_name(name).ok_or_else(|| format!("the contract has no option {name}"));
    let (boundary, mutation, step) = (option(BOUNDARY)?, option(MUTATION)?, option(STEP)?);
    let mut code = String::new();
    for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
        let options = method.options();
        let is = |option| options.get_extension(option).as_bool() == Some(true);
        let request = method.input();
        let repeatable =
            has(&request, "request_id", Kind::String) && has(&request, "validate_only", Kind::Bool);
        match (is(&mutation), is(&step)) {
            (true, false) if repeatable => {
                let boundary = options
                    .get_extension(&boundary)
                    .as_str()
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned);
                code.push_str(&implemented(&method, boundary.as_deref()));
            }
            (true, false) => {
                return Err(format!("{} lacks request_id or validate_only", request.full_name()).into());
            }
            (true, true) => return Err(format!("{} is a mutation and a step", method.full_name()).into()),
            (false, _) => {}
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

/// `impl WatchEvents` for the request of every service's `WatchEvents` RPC.
fn watches(pool: &DescriptorPool) -> String {
    let methods = pool.services().flat_map(|service| service.methods().collect::<Vec<_>>());
    methods.filter(|method| method.name() == WATCH_EVENTS).map(|method| watch(&method)).collect()
}

fn watch(method: &MethodDescriptor) -> String {
    let (request, response) = (path_of(&method.input()), path_of(&method.output()));
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    let package = path_of_package(method.input().package_name());
    format!(
        "impl WatchEvents for {request} {{
    type Response = {response};
    const PATH: &'static str = {path:?};
    fn of(Watch {{ start, cursor, filter, bookmark_interval }}: Watch) -> Self {{
        Self {{ start, cursor, filter, bookmark_interval }}
    }}
    fn watch(self) -> Watch {{
        let Self {{ start, cursor, filter, bookmark_interval }} = self;
        Watch {{ start, cursor, filter, bookmark_interval }}
    }}
    fn respond(told: Told) -> {response} {{
        use {package}::watch_events_response::Content;
        let content = match told {{
            Told::Event(event) => Content::Event(*event),
            Told::Bookmark(bookmark) => Content::Bookmark(bookmark),
        }};
        {response} {{ content: Some(content) }}
    }}
    fn told(response: {response}) -> Option<Told> {{
        use {package}::watch_events_response::Content;
        Some(match response.content? {{
            Content::Event(event) => Told::Event(Box::new(event)),
            Content::Bookmark(bookmark) => Told::Bookmark(bookmark),
        }})
    }}
}}
"
    )
}

/// The Rust path of a message: `csp.relationship.v1.Partnership` becomes
/// `crate::relationship::v1::Partnership`.
fn path_of(message: &MessageDescriptor) -> String {
    format!("{}::{}", path_of_package(message.package_name()), message.name())
}

fn path_of_package(package: &str) -> String {
    format!("crate::{}", package.trim_start_matches("csp.").replace('.', "::"))
}
