#!/usr/bin/env bash
# Assembles a folder that runs Lynxeye without Maven and, if asked, without an installed Java:
#   docker/bundle.sh DIR [--with-cuda] [--with-java] [--with-model] [--with-bench]
# Each part is a folder of its own, so that each can become a layer of an image of its own. Parts that are
# there and complete are kept, the rest is made anew. To run it: DIR/lynxeye serve
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
    -*) die "there is no option $argument: $usage" ;;
    *) [ -z "$bundle" ] || die "one folder, not two: $usage"
       bundle=$argument ;;
  esac
done
[ -n "$bundle" ] || die "name the folder to make: $usage"
mkdir -p "$bundle"
bundle=$(cd -- "$bundle" && pwd)
[ "$bundle" != "$root" ] || die "$bundle is the checkout itself: name another folder"
[ ! -f "$bundle/pom.xml" ] || die "$bundle is a checkout: name another folder"

# What the jars name of Java, found with jdeps; and what they find by name while running: elliptic curves
# for TLS, the archives of model files, the collectors' figures.
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
    if [ -d "$jar" ]; then die "$jar is no jar: run ./lynxeye --version, which builds them, and try again"; fi
    # Unpacked beside them, half a gigabyte less to carry.
    if [[ $(basename "$jar") == tensorflow-native-* ]]; then continue; fi
    [ ! -e "$lib/$(basename "$jar")" ] || die "two jars are called $(basename "$jar")"
    cp -- "$jar" "$lib/"
  done
}

# What measures: its own jars beside the server's.
make_bench() {
  local class_path jar
  cp -- "$root/bench/target/lynxeye-bench.jar" "$bundle/lib/"
  IFS=: read -r -a class_path <<<"$(cat "$root/bench/target/class-path")"
  for jar in "${class_path[@]}"; do
    if [ -f "$jar" ] && [[ $(basename "$jar") != tensorflow-native-* ]] && [ ! -e "$bundle/lib/$(basename "$jar")" ]; then
      cp -- "$jar" "$bundle/lib/"
    fi
  done
}

make_java() {
  local jdk
  command -v "${JAVA_HOME:+$JAVA_HOME/bin/}jlink" >/dev/null || die "no jlink: install a whole JDK, or let JAVA_HOME name one"
  jdk=$(dirname "$(dirname "$(readlink -f "$(command -v "${JAVA_HOME:+$JAVA_HOME/bin/}jlink")")")")
  rm -rf -- "$bundle/java"
  "$jdk/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-man-pages --no-header-files --compress=2 \
    --output "$bundle/java"
  # A distribution's JDK takes some libraries from the system, which an image may not have. What draws
  # on a screen or plays sounds is not ours.
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

"$root/lynxeye" --version >&2 # Builds what is stale.
make_jars
if $with_bench; then
  "$root/lynxeye" bench --help >/dev/null
  make_bench
fi
"$root/lynxeye" natives --cache "$bundle" >/dev/null
if $with_cuda; then "$root/lynxeye" --with-cuda natives --cache "$bundle" >/dev/null; fi
if $with_java; then make_java; fi
mkdir -p "$bundle/samples" "$bundle/model-store"
cp -- "$root"/samples/* "$bundle/samples/"
cp -- "$root/model-store/README.md" "$bundle/model-store/"
cp -- "$root/lynxeye" "$root/LICENSE" "$root/app/target/bom.json" "$bundle/"
if $with_model; then make_model; fi
rm -rf -- "$bundle"/natives/*.lock "$bundle"/{jna,javacpp,djl} # What only the making needed.
chmod -R a+rX "$bundle"
du -sh -- "$bundle"/* >&2
