package io.lynxeye.aks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A checkout with the scripts, and stand-ins for az, kubectl and helm that share a state folder.
 */
final class Cloud {
  private static final Path AKS = Path.of("").toAbsolutePath();

  /** What the scripts and the stand-ins run. */
  private static final List<String> PROGRAMS =
      List.of(
          "awk",
          "base64",
          "basename",
          "bash",
          "cat",
          "chmod",
          "curl",
          "cut",
          "dirname",
          "env",
          "find",
          "grep",
          "gzip",
          "head",
          "mkdir",
          "mktemp",
          "readlink",
          "rm",
          "sed",
          "sha256sum",
          "shasum",
          "sleep",
          "sort",
          "tail",
          "tar",
          "touch",
          "tr");

  private final Path folder;
  private final Path checkout;
  private final Path state;
  private final Map<String, String> environment = new LinkedHashMap<>();

  Cloud(Path folder) throws IOException {
    this.folder = folder;
    checkout = folder.resolve("checkout");
    state = Files.createDirectories(folder.resolve("state"));
    Files.createDirectories(state.resolve("fail"));
    copy(AKS, checkout.resolve("aks"), "sh");
    copy(AKS, checkout.resolve("aks"), "yaml");
    copy(AKS.resolve("chart"), checkout.resolve("aks/chart"), "yaml");
    Path programs = folder.resolve("programs");
    copy(AKS.resolve("src/test/resources/stand-ins"), programs, "");
    for (String file : List.of("docker/Dockerfile", "samples/lynx.jpg", "ops/azure/alerts.json")) {
      put(checkout.resolve(file), "content\n");
    }
    put(checkout.resolve("lynxeye"), "#!/bin/sh\necho \"lynxeye $*\" >>\"$CLOUD/calls\"\n");
    executable(checkout.resolve("lynxeye"));
    put(folder.resolve("store/resnet50/1/saved_model.pb"), "a graph\n");
    environment.put("PATH", programs + ":" + System.getenv("PATH"));
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("CLOUD", state.toString());
    environment.put("LYNXEYE_STORE", folder.resolve("store").toString());
    environment.put("LYNXEYE_POLL_SECONDS", "0");
    environment.put("LYNXEYE_GPU_WAIT", "0");
    state("deployments", "lynxeye 3 3 3 3 1 1 NewReplicaSetAvailable\n");
    state("usage", "StandardNCASv3_T4Family\t0\t48\n");
    nodes("node a open True 1", "node b open True 1", "node c open True 1");
  }

  private static void copy(Path from, Path to, String ending) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(ending)) {
          Path copy = Files.copy(file, to.resolve(file.getFileName().toString()));
          executable(copy);
        }
      }
    }
  }

  private static void executable(Path file) throws IOException {
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot be made executable: " + file);
    }
  }

  private static void put(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Sets the state that the stand-ins answer from, such as {@code pods}. */
  void state(String name, String text) throws IOException {
    put(state.resolve(name), text);
  }

  /** Sets the scoring machines as deploy.sh reads them: name, open or cordoned, ready, GPUs. */
  void nodes(String... lines) throws IOException {
    state("nodes", String.join("\n", lines) + "\n");
  }

  String state(String name) throws IOException {
    return Files.readString(state.resolve(name));
  }

  /** Makes a call fail from now on, such as {@code az-aks-create}. */
  void fails(String call, String message) throws IOException {
    state("fail/" + call, message + "\n");
  }

  /** Makes a call fail so often, and then succeed. */
  void fails(String call, String message, int times) throws IOException {
    fails(call, message);
    state("times/" + call, times + "\n");
  }

  void heals(String call) throws IOException {
    Files.delete(state.resolve("fail/" + call));
  }

  void environment(String name, String value) {
    environment.put(name, value);
  }

  /** Puts a program before all others. */
  void program(String name, String text) throws IOException {
    executable(file("programs/" + name, "#!/bin/bash\n" + text + "\n"));
  }

  /** Hides programs, as on a machine that has only what aks/README.md asks for, but not these. */
  void without(String... names) throws IOException {
    Path rest = Files.createDirectories(folder.resolve("rest"));
    for (String name : PROGRAMS) {
      Path program = rest.resolve(name);
      for (String directory : System.getenv("PATH").split(":", -1)) {
        Path installed = Path.of(directory, name);
        if (Files.isExecutable(installed) && Files.notExists(program)) {
          Files.copy(installed, program); // JUnit warns of links when it deletes them.
        }
      }
    }
    for (String name : names) {
      Files.deleteIfExists(rest.resolve(name));
      Files.deleteIfExists(folder.resolve("programs").resolve(name));
    }
    environment.put("PATH", folder.resolve("programs") + ":" + rest);
  }

  Path file(String name, String text) throws IOException {
    put(folder.resolve(name), text);
    return folder.resolve(name);
  }

  /** Runs a script and records its calls, starting from an empty record. */
  Outcome run(String script, String... arguments) throws IOException, InterruptedException {
    return run(new java.io.File("/dev/null"), List.of(), script, arguments);
  }

  /** The same, as the last words of another command. */
  Outcome run(java.io.File in, List<String> around, String script, String... arguments)
      throws IOException, InterruptedException {
    Files.deleteIfExists(state.resolve("calls"));
    List<String> command = new ArrayList<>(around);
    command.add(checkout.resolve("aks").resolve(script).toString());
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("LYNXEYE_"));
    builder.environment().remove("XDG_CACHE_HOME");
    builder.environment().putAll(environment);
    Process process =
        builder.redirectInput(in).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(script + " does not end: " + Files.readString(err));
    }
    return new Outcome(process.exitValue(), read(out), read(err), calls());
  }

  private List<String> calls() throws IOException {
    Path calls = state.resolve("calls");
    return Files.exists(calls) ? read(calls).lines().toList() : List.of();
  }

  /** Replaces what differs from run to run. */
  private String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8)
        .replace(checkout.toString(), "CHECKOUT")
        .replace(folder.resolve("home").toString(), "HOME")
        .replace(folder.toString(), "FOLDER")
        .replaceAll("manifest=[0-9a-f]{40}", "manifest=DIGEST")
        .replaceAll("/dev/fd/\\d+", "/dev/fd/N")
        .replaceAll("/tmp/tmp\\.\\w+", "TEMPORARY");
  }

  /** A script's exit code, its output, and the calls it made. */
  record Outcome(int exit, String out, String err, List<String> calls) {
    private static final List<String> ALTERING =
        List.of(
            "create", "add", "build", "upload", "scale", "set", "delete", "patch", "upgrade",
            "update");

    List<String> changes() {
      return calls.stream()
          .filter(
              call ->
                  Stream.of(call.split(" "))
                      .takeWhile(word -> !word.startsWith("-"))
                      .anyMatch(word -> ALTERING.contains(word) || word.equals("uninstall")))
          .toList();
    }
  }
}
