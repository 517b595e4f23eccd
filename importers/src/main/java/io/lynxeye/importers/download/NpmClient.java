package io.lynxeye.importers.download;

import io.lynxeye.archive.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Fetches a package with the {@code npm} program and the user's npm settings. */
public final class NpmClient {
  private static final long POLL_MILLIS = 200;

  private final String command;

  /**
   * Creates a client; nothing is run yet.
   *
   * @param command name or path of the program
   */
  public NpmClient(String command) {
    this.command = command;
  }

  /**
   * Fetches the package's tarball into an empty folder.
   *
   * @param step receives the bytes that have arrived
   * @param bytes the size of the tarball, at which the reported bytes are capped
   */
  Path pack(String spec, Path folder, Progress.Step step, long bytes)
      throws IOException, ImportException, InterruptedException {
    Path errors = folder.resolve("npm.err");
    Path cache = folder.resolve("npm-cache");
    Process process = start(spec, folder, cache, errors);
    try {
      long reported = 0;
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        long arrived = Math.min(bytes, new Tree(cache).bytes());
        if (arrived > reported) {
          step.advance(arrived - reported);
          reported = arrived;
        }
      }
      if (process.exitValue() != 0) {
        throw failure(spec, process.exitValue(), errors);
      }
      step.advance(bytes - reported);
    } finally {
      end(process);
    }
    try (var tarballs = Files.newDirectoryStream(folder, "*.tgz")) {
      for (Path tarball : tarballs) {
        return tarball;
      }
    }
    throw new ImportException("npm fetched " + spec + " but left no .tgz: update npm.");
  }

  private Process start(String spec, Path folder, Path cache, Path errors)
      throws IOException, ImportException {
    List<String> arguments =
        List.of(
            command,
            "pack",
            spec,
            "--pack-destination=" + folder,
            "--cache=" + cache,
            "--ignore-scripts",
            "--loglevel=error",
            "--fetch-retries=2",
            "--fetch-retry-mintimeout=1000",
            "--fetch-retry-maxtimeout=5000");
    ProcessBuilder builder = new ProcessBuilder(arguments).directory(folder.toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(errors.toFile());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new ImportException(
          "npm was not found on the PATH: install Node.js, which brings it, or fetch the package"
              + " elsewhere with \"npm pack %s\" and name the file as the source.".formatted(spec),
          e);
    }
  }

  /** Kills npm and its children and waits until all have ended, so that none writes any more. */
  private static void end(Process process) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
  }

  private static ImportException failure(String spec, int exit, Path errors) throws IOException {
    String reason = "exit code " + exit;
    String output = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
    for (String line : output.lines().toList()) {
      String text = line.replaceFirst("^npm (error|ERR!) ?", "");
      boolean isError = !text.equals(line) && !text.isBlank();
      if (isError && !text.matches("(code|errno|syscall|path|type) .*")) {
        reason = text;
        break;
      }
    }
    return new ImportException(
        ("npm could not fetch %s (%s): check the network, the proxy and npm's registry setting, and"
                + " run the import again.")
            .formatted(spec, reason.strip()));
  }
}
