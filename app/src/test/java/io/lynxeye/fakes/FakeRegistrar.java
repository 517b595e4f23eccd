package io.lynxeye.fakes;

import io.lynxeye.management.ManagementException;
import io.lynxeye.management.ModelRegistrar;
import io.lynxeye.management.Registration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** Puts empty models into a store; refuses addresses that end in {@code missing.zip}. */
public final class FakeRegistrar implements ModelRegistrar {

  private final Path store;
  private final Semaphore imports = new Semaphore(Integer.MAX_VALUE / 2);
  private final List<Registration> seen = new CopyOnWriteArrayList<>();

  public FakeRegistrar(Path store) {
    this.store = store;
  }

  /** From now on, every import waits for a {@link #release}. */
  public void hold() {
    imports.drainPermits();
  }

  public void release() {
    imports.release(1000);
  }

  /** What was asked for, in order. */
  public List<Registration> seen() {
    return seen;
  }

  @Override
  public void add(Registration registration) throws InterruptedException {
    seen.add(registration);
    imports.acquire();
    if (registration.url().endsWith("missing.zip")) {
      throw new ManagementException(
          ManagementException.Kind.UNKNOWN, "Invalid model url: " + registration.url());
    }
    String manifest =
        registration.manifest().entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining());
    write(
        store.resolve(registration.id().toString()),
        registration.url().endsWith("empty.zip"),
        manifest);
  }

  /** A version without content, there at once and complete; or a folder that is none. */
  public static void write(Path version, boolean isEmpty, String manifest) {
    try {
      Path store = version.getParent().getParent();
      Path made = Files.createTempDirectory(store, ".importing-");
      if (!isEmpty) {
        Files.writeString(made.resolve("saved_model.pb"), "");
        Files.writeString(made.resolve("serving.properties"), manifest);
      }
      Files.createDirectories(version.getParent());
      Files.move(made, version);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
