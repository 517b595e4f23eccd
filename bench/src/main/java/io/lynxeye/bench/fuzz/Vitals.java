package io.lynxeye.bench.fuzz;

import io.lynxeye.bench.load.Resident;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process holds. Linux only.
 *
 * @param threads all of them, the engine's too
 * @param files open ones, sockets among them
 * @param residentMb of the machine's memory
 * @param heapMb live objects, after a collection; -1 where the JDK's jcmd is not there
 */
record Vitals(int threads, int files, double residentMb, double heapMb) {

  private static final int MORE_THREADS = 16;
  private static final int MORE_FILES = 16;
  private static final int MORE_HEAP_MB = 32;

  static Vitals of(long pid) throws IOException {
    double heap = heap(pid); // First: it collects, and opens a file.
    Path process = Path.of("/proc", Long.toString(pid));
    return new Vitals(
        count(process.resolve("task")),
        count(process.resolve("fd")),
        Resident.megabytes(pid),
        heap);
  }

  private static int count(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return Math.toIntExact(entries.count());
    }
  }

  /** The last line of a histogram: objects and bytes. */
  private static double heap(long pid) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (!Files.isExecutable(jcmd)) {
      return -1;
    }
    Process histogram =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram").start();
    String last = "";
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(histogram.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line.isBlank() ? last : line.strip();
      }
    }
    String[] words = last.split("\\s+", -1);
    return words.length == 3 && words[0].equals("Total") ? Long.parseLong(words[2]) / 1e6 : -1;
  }

  /** Whether this is near enough to what was before. */
  boolean isBackAt(Vitals before) {
    return threads <= before.threads + MORE_THREADS
        && files <= before.files + MORE_FILES
        && heapMb <= before.heapMb + MORE_HEAP_MB;
  }

  @Override
  public String toString() {
    return "%d threads, %d open files, %.0f MB resident, %.1f MB of live objects"
        .formatted(threads, files, residentMb, heapMb);
  }
}
