package io.lynxeye.serving.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Only the valid model is found; every other entry has a reason; nothing leaves the store. */
class HostileStoreTest {

  private static final String FORMATS = "saved_model.pb, *.onnx or *.pt";

  @TempDir private Path root;

  /** The expected reasons, by path. */
  private final Map<String, String> expected = new TreeMap<>();

  @Test
  @Timeout(60) // Opening a pipe would block forever.
  void findsTheValidModelAndReportsEveryOtherEntry() throws Exception {
    StoreRig rig = new StoreRig(root);
    Path outside = Files.createDirectories(root.resolve("outside/1"));
    Files.writeString(outside.resolve("saved_model.pb"), "not ours");
    fill(rig, outside.getParent());
    List<String> outsideBefore = outside(rig);

    StoreWatcher watcher = rig.watcher();
    StoreRig.scan(watcher, 4);
    ModelStore.Contents contents = watcher.contents();

    print(rig, contents);
    assertThat(StoreRig.versions(contents)).containsExactly("good/1", "linked/1");
    Map<String, String> reasons =
        contents.unusable().stream()
            .collect(
                Collectors.toMap(
                    u -> rig.store.relativize(u.path()).toString(), ModelStore.Unusable::reason));
    assertThat(reasons.keySet()).isEqualTo(expected.keySet());
    expected.forEach((path, reason) -> assertThat(reasons.get(path)).as(path).contains(reason));
    assertThat(contents.strays()).containsExactly(rig.store.resolve("stray.txt"));
    assertThat(outside(rig)).isEqualTo(outsideBefore);
    assertThat(rig.read().unusable()).hasSameSizeAs(expected.keySet());
    assertThat(rig.reported).hasSize(1);
  }

  private void fill(StoreRig rig, Path outside) throws Exception {
    rig.savedModel("good/1");
    rig.file("stray.txt", "nothing to serve");
    bad("broken/1", "topK=many", () -> rig.savedModel("broken/1"));
    rig.file("broken/1/serving.properties", "topK=many");
    bad(
        "empty",
        "it is empty: expected " + FORMATS,
        () -> rig.file("empty/x", "").toFile().delete());
    bad("noversion/1", "it is empty", () -> rig.file("noversion/1/x", "").toFile().delete());
    bad("locked", "permission denied", () -> rig.savedModel("locked/1"));
    rig.locked.add(rig.store.resolve("locked"));
    bad("a name", "its name is not a valid model name", () -> rig.savedModel("a name/1"));
    bad(
        "a name.zip",
        "its name is not a valid model name",
        () -> rig.zip("a name.zip", "model.pt", ""));
    links(rig, outside);
    archives(rig);
    bad(
        "pipe/1",
        "saved_model.pb is neither a file nor a folder",
        () -> pipe(rig, "pipe/1/saved_model.pb"));
    bad("pipe.zip", "neither a file nor a folder", () -> pipe(rig, "pipe.zip"));
    bad("piped", "serving.properties is neither", () -> pipe(rig, "piped/serving.properties"));
    bad("python", "engine=Python is not supported; use", () -> rig.savedModel("python"));
    rig.file("python/serving.properties", "engine=Python");
    bad("large", "larger than a megabyte", () -> rig.savedModel("large"));
    rig.file("large/serving.properties", "#".repeat(1_000_001));
  }

  private void links(StoreRig rig, Path outside) throws Exception {
    String out = "is a link that leads out of the store";
    rig.savedModel(".data/1");
    link(rig, "linked", rig.store.resolve(".data"));
    bad("out", out, () -> link(rig, "out", outside));
    bad("version/1", out, () -> link(rig, "version/1", outside.resolve("1")));
    bad(
        "file/1",
        "saved_model.pb " + out,
        () -> link(rig, "file/1/saved_model.pb", outside.resolve("1/saved_model.pb")));
    bad("deep", "assets/x " + out, () -> rig.savedModel("deep"));
    link(rig, "deep/assets/x", outside);
    bad(
        "upwards",
        "saved_model.pb " + out,
        () -> link(rig, "upwards/saved_model.pb", Path.of("../../outside/1/saved_model.pb")));
    bad("archive.zip", out, () -> link(rig, "archive.zip", outside.resolve("1/saved_model.pb")));
    bad("dangling", "is a link to nothing", () -> link(rig, "dangling", Path.of("nowhere")));
    bad(
        "itself",
        "is a link that leads back to itself",
        () -> link(rig, "itself", Path.of("itself")));
    bad(
        "round",
        "sub/up is a link that leads back to a folder it lies in",
        () -> rig.savedModel("round"));
    link(rig, "round/sub/up", rig.store.resolve("round"));
  }

  private void archives(StoreRig rig) throws Exception {
    bad(
        "bomb.zip",
        "expands to far more than its own size",
        () -> rig.zip("bomb.zip", "saved_model.pb", "\0".repeat(30_000_000)));
    bad(
        "bomb.tar.gz",
        "expands to far more than its own size",
        () -> rig.tarGz("bomb.tar.gz", "saved_model.pb", "\0".repeat(30_000_000)));
    bad(
        "up.zip",
        "a path that leads out of its folder, ../evil",
        () -> rig.zip("up.zip", "saved_model.pb", "", "../evil", "x"));
    bad(
        "up2.tgz",
        "leads out of its folder, a/../../evil",
        () -> rig.tarGz("up2.tgz", "a/../../evil", "x"));
    bad(
        "absolute.tar",
        "leads out of its folder, /tmp/lynxeye-evil",
        () -> rig.tar("absolute.tar", "/tmp/lynxeye-evil", "x"));
    bad(
        "text.zip",
        "is not a .tar.gz, .tgz, .tar or .zip archive, it starts with \"not an arc",
        () -> rig.file("text.zip", "not an archive"));
    bad(
        "cut.zip",
        "it is damaged or cut short",
        () -> cut(rig.zip("cut.zip", "saved_model.pb", "graph"), 40));
    bad(
        "cut.tgz",
        "if it is still being copied, it is loaded when it is complete",
        () -> cut(rig.tarGz("cut.tgz", "saved_model.pb", "graph"), 60));
    bad(
        "between.tar",
        "its end-of-archive block is missing",
        () -> cut(rig.tar("between.tar", "model.pt", "x"), 1024));
    bad(
        "nothing.zip",
        "it holds no model: expected " + FORMATS,
        () -> rig.zip("nothing.zip", "readme", ""));
    bad(
        "folder/1.zip",
        "a folder with the name of an archive",
        () -> rig.savedModel("folder/1.zip"));
  }

  @FunctionalInterface
  private interface Making {
    Object make() throws Exception;
  }

  private void bad(String path, String reason, Making making) throws Exception {
    expected.put(path, reason);
    making.make();
  }

  private static Path link(StoreRig rig, String path, Path target) throws IOException {
    Path link = rig.store.resolve(path);
    Files.createDirectories(link.getParent());
    return Files.createSymbolicLink(link, target);
  }

  private static Path pipe(StoreRig rig, String path) throws Exception {
    Path pipe = rig.store.resolve(path);
    Files.createDirectories(pipe.getParent());
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  private static Path cut(Path file, int bytes) throws IOException {
    return Files.write(file, Arrays.copyOf(Files.readAllBytes(file), bytes));
  }

  /** Returns files outside store and cache, including the target of the absolute path. */
  private List<String> outside(StoreRig rig) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return Stream.concat(
              Stream.of("/tmp/lynxeye-evil exists: " + Files.exists(Path.of("/tmp/lynxeye-evil"))),
              paths
                  .filter(path -> !path.startsWith(rig.store) && !path.startsWith(rig.cache))
                  .map(Path::toString))
          .sorted()
          .toList();
    }
  }

  private static void print(StoreRig rig, ModelStore.Contents contents) {
    System.out.println("| in the store | result |\n|---|---|");
    StoreRig.versions(contents).forEach(id -> System.out.println("| " + id + " | found |"));
    rig.reasons(contents)
        .forEach(line -> System.out.println("| " + line.replaceFirst(": ", " | ") + " |"));
    contents
        .strays()
        .forEach(path -> System.out.println("| " + rig.store.relativize(path) + " | stray |"));
  }
}
