package io.lynxeye.importers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A shell script instead of {@code npm}; it finds its options in $destination and $cache. */
final class FakeNpm {
  private final Path script;

  private FakeNpm(Path script) {
    this.script = script;
  }

  static FakeNpm running(Path folder, String body) throws IOException {
    Path script = folder.resolve("npm");
    Files.writeString(
        script,
        """
        #!/bin/sh
        echo "$@" >> "%s/calls"
        for option in "$@"; do
          case "$option" in
            --pack-destination=*) destination="${option#*=}" ;;
            --cache=*) cache="${option#*=}" ;;
          esac
        done
        %s
        """
            .formatted(folder, body));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new FakeNpm(script);
  }

  /** Delivers this file and leaves a copy in the cache, like npm. */
  static FakeNpm delivering(Path folder, Path tarball) throws IOException {
    return running(
        folder,
        "mkdir -p \"$cache\" && cp '%s' \"$cache/content\" && cp '%s' \"$destination/tiny-1.0.0.tgz\""
            .formatted(tarball, tarball));
  }

  String command() {
    return script.toString();
  }

  /** Returns the number of runs. */
  int calls() throws IOException {
    Path calls = script.resolveSibling("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }
}
