#!/usr/bin/env bash
# Creates a folder that runs Lynxeye without Maven and, with --with-java, without an installed Java:
#   docker/bundle.sh DIR [--with-cuda] [--with-java] [--with-model] [--with-bench]
# The bundle is for this kind of processor: x86-64 or 64-bit ARM. With --with-cuda it has TensorFlow's build for GPUs,
# otherwise that for CPUs.
# Each part is a separate folder, so that it can become a separate layer of an image. Native libraries and the model
# are kept if they exist; the rest is created again. To run it: DIR/lynxeye serve
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)

die() {
  echo "bundle: $*" >&2
  exit 1
}

usage="docker/bundle.sh DIR [--with-cuda] [--with-java] [--with-model] [--with-bench]"
bundle=
with_cuda=false
with_java=false
with_model=false
with_bench=false
for argument in "$@"; do
  case $argument in
    --with-cuda) with_cuda=true ;;
    --with-java) with_java=true ;;
    --with-model) with_model=true ;;
    --with-bench) with_bench=true ;;
    -*) die "unknown option $argument: $usage" ;;
    *) [ -z "$bundle" ] || die "more than one folder: $usage"
       bundle=$argument ;;
  esac
done
[ -n "$bundle" ] || die "no folder given: $usage"
mkdir -p "$bundle"
bundle=$(cd -- "$bundle" && pwd)
[ "$bundle" != "$root" ] || die "$bundle is this checkout: choose another folder"
[ ! -f "$bundle/pom.xml" ] || die "$bundle is a checkout: choose another folder"

# Whether this machine has a GPU does not matter.
if ! $with_cuda; then export LYNXEYE_DEVICE=cpu; fi

# The Java modules that the jars refer to, found with jdeps, and those that are only found by name at run time:
# elliptic curves for TLS, zip file systems for archives, garbage collector metrics.
modules=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming
modules+=,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml
modules+=,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs

make_jars() {
  local lib=$bundle/lib class_path jar
  rm -rf -- "$lib"
  mkdir -p "$lib"
  cp -- "$root/app/target/lynxeye.jar" "$lib/"
  IFS=: read -r -a class_path <<<"$(cat "$root/app/target/class-path")"
  for jar in "${class_path[@]}"; do
    if [ -d "$jar" ]; then die "$jar is not a jar: run ./lynxeye --version, which builds the jars, and try again"; fi
    # The bundle has it unpacked; the jar would add half a gigabyte.
    if [[ $(basename "$jar") == tensorflow-*native-* ]]; then continue; fi
    [ ! -e "$lib/$(basename "$jar")" ] || die "two jars are named $(basename "$jar")"
    cp -- "$jar" "$lib/"
  done
}

# The benchmarks: their jars are added to the server's.
make_bench() {
  local class_path jar
  cp -- "$root/bench/target/lynxeye-bench.jar" "$bundle/lib/"
  IFS=: read -r -a class_path <<<"$(cat "$root/bench/target/class-path")"
  for jar in "${class_path[@]}"; do
    if [ -f "$jar" ] && [[ $(basename "$jar") != tensorflow-*native-* ]] && [ ! -e "$bundle/lib/$(basename "$jar")" ]; then
      cp -- "$jar" "$bundle/lib/"
    fi
  done
}

make_java() {
  local jdk
  command -v "${JAVA_HOME:+$JAVA_HOME/bin/}jlink" >/dev/null || die "jlink was not found: install a complete JDK, or set JAVA_HOME to one"
  jdk=$(dirname "$(dirname "$(readlink -f "$(command -v "${JAVA_HOME:+$JAVA_HOME/bin/}jlink")")")")
  rm -rf -- "$bundle/java"
  "$jdk/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-man-pages --no-header-files --compress=2 \
    --output "$bundle/java"
  "$bundle/java/bin/java" -Xshare:dump >/dev/null # Java's own classes, from which every start takes them.
  # A distribution's JDK uses some libraries of the system, which an image may not have, so they are copied.
  # Libraries for screens and sound are not needed.
  rm -f -- "$bundle"/java/lib/lib{awt_xawt,jawt,jsound,splashscreen,fontmanager}.so
  local needed
  ldd "$bundle"/java/bin/java "$bundle"/java/lib/*.so "$bundle"/java/lib/server/libjvm.so 2>/dev/null |
    awk '$2 == "=>" && $3 ~ "^/" { print $3 }' | sort -u |
    { grep -E '/lib(jpeg|lcms2|z)\.so\.[0-9]+$' || true; } |
    while read -r needed; do
      if [[ $needed != "$bundle"/* ]]; then cp -L -- "$needed" "$bundle/java/lib/"; fi
    done
}

make_model() {
  local store=$bundle/model-store
  if [ -d "$store/resnet50" ]; then return; fi
  "$root/lynxeye" import resnet50 --store "$store"
}

# The archive of the server's classes, which one start writes. It holds for this folder only: Java compares the paths.
make_class_archive() {
  local cache server
  rm -f -- "$bundle/lib/classes.jsa"
  cache=$(mktemp -d)
  env -u LYNXEYE_WITH LYNXEYE_CACHE="$cache" LYNXEYE_STORE="$bundle/model-store" "$bundle/lynxeye" serve --auth none \
    --host 127.0.0.1 --port 0 --management-port 0 --grpc-port 0 --tuning off --device cpu >"$cache/log" 2>&1 &
  server=$!
  for ((i = 0; i < 600; i++)); do
    if compgen -G "$cache/classes/*.jsa" >/dev/null || ! kill -0 "$server" 2>/dev/null; then break; fi
    sleep 0.1
  done
  kill "$server" 2>/dev/null && wait "$server" || true
  mv -- "$cache"/classes/*.jsa "$bundle/lib/classes.jsa" || { cat "$cache/log" >&2; die "the archive of classes was not written"; }
  rm -rf -- "$cache"
}

"$root/lynxeye" --version >&2 # Builds the jars if sources have changed.
make_jars
if $with_bench; then
  "$root/lynxeye" bench --help >/dev/null
  make_bench
fi
if $with_cuda; then
  "$root/lynxeye" --with-cuda natives --cache "$bundle" >/dev/null
else
  "$root/lynxeye" natives --cache "$bundle" >/dev/null
fi
if $with_java; then make_java; fi
mkdir -p "$bundle/samples" "$bundle/model-store"
cp -- "$root"/samples/* "$bundle/samples/"
cp -- "$root/model-store/README.md" "$bundle/model-store/"
cp -- "$root/lynxeye" "$root/LICENSE" "$root/app/target/bom.json" "$bundle/"
if $with_model; then make_model; fi
if $with_java && $with_model; then make_class_archive; fi
rm -rf -- "$bundle"/natives/*.lock "$bundle"/{jna,javacpp,djl} # Left over from running the launcher.
chmod -R a+rX "$bundle"
du -sh -- "$bundle"/* >&2
