# What the scripts of all languages share: each sources this file. Standard output belongs to the client.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
language="$(basename "$(dirname "$0")")"
# The folder in which the client is built, with a copy of its sources.
built="$PWD/target/clients/$language"
tools="$PWD/target/clients/tools"
export PATH="$tools/bin:$PATH"
mkdir -p "$built" "$tools/bin"
exec 3>&1 1>&2

# Ends the script: the language cannot be tested on this machine.
cannot() {
  echo "$language: $*"
  exit 3
}

# Makes sure that a program is there. Debian's packages follow the program's name.
need() {
  local program="$1"
  shift
  if ! command -v "$program" >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update && apt-get install --yes --no-install-recommends "$@"; } || true
  fi
  command -v "$program" >/dev/null || cannot "$program is missing and could not be installed (Debian: $*)"
}

# Copies the sources of the client, and generates the code of the contract beside them.
generate() {
  cp -r "tests/clients/$language/." "$built"
  rm -rf "$built/csp" "$built/generated"
  tests/buf generate --template "tests/clients/$language/buf.gen.yaml" -o "$built"
}

# Maven with its downloads under target. Debian's Maven prints codes of colours even into a file.
maven() {
  mvn --batch-mode --no-transfer-progress --quiet "-Dmaven.repo.local=$tools/maven" "$@" 2>&1 | sed 's/\x1b\[[0-9;]*m//g'
}

# The generators of Java, with their versions in Java's pom.xml. protoc generates C# too.
need_protoc() {
  local system=linux machine
  [ "$(uname -s)" = Linux ] || system=osx
  case "$(uname -m)" in arm64 | aarch64) machine=aarch_64 ;; *) machine=x86_64 ;; esac
  need mvn maven default-jdk-headless
  mkdir -p "$tools/generators"
  cp tests/clients/java/pom.xml "$tools/generators"
  maven -f "$tools/generators/pom.xml" "-Dplatform=$system-$machine" dependency:copy@generators ||
    cannot "protoc and its plugin for Java could not be fetched from Maven Central"
  chmod +x "$tools/generators/bin/"*
  export PATH="$tools/generators/bin:$PATH"
}
