package io.lynxeye.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process holds of the machine's memory. Linux only. */
public final class Resident {

  private Resident() {}

  /**
   * Its VmRSS in MB.
   *
   * @throws IOException when there is no such process
   */
  public static double megabytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("no VmRSS of process " + pid + ": it has ended, or this is not Linux");
  }
}
