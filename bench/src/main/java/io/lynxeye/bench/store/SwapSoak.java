package io.lynxeye.bench.store;

import io.lynxeye.bench.load.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hot swaps of a small model, hundreds of them, while eight threads send pictures as fast as they
 * are answered: every request must be answered well, and the server's memory must stay where it is.
 *
 * <p>Arguments: a picture, and the number of swaps.
 */
public final class SwapSoak {

  private static final int THREADS = 8;
  private static final String MODEL = "tiny";
  private static final List<Integer> REPORTED = List.of(1, 50, 100, 150, 200, 250, 300);

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong good = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Path version;
  private final byte[] picture;
  private final int swaps;

  private SwapSoak(String[] args) throws IOException {
    this.picture = Files.readAllBytes(Path.of(args[0]));
    this.swaps = Integer.parseInt(args[1]);
    this.version = TinyModel.write(Files.createTempDirectory("tiny-model-"));
  }

  /** Prints a table to standard output. */
  public static void main(String[] args) throws Exception {
    new SwapSoak(args).run();
  }

  private void run() throws Exception {
    Path store = Files.createTempDirectory(Path.of("bench", "target"), "soak-store-");
    Drop drop = new Drop(store.resolve(MODEL));
    drop.folder(version, 1);
    try (ServerProcess server =
        ServerProcess.start(store, "--model", MODEL, "--store-interval", "100")) {
      List<Thread> threads = hammer(server.address().resolve("/score"));
      System.out.println("| swaps | requests | answered well | resident MB |");
      System.out.println("|---|---|---|---|");
      for (int swap = 1; swap <= swaps; swap++) {
        swap(drop, server, swap);
        if (REPORTED.contains(swap) || swap == swaps) {
          report(swap, server);
        }
      }
      over.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      report(swaps, server);
    }
  }

  private void swap(Drop drop, ServerProcess server, int swap)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    drop.folder(version, swap + 1);
    server.await(begun, line -> line.contains(MODEL + "/" + swap + " is unloaded"));
    drop.remove(swap);
    drop.clear();
  }

  private void report(int swap, ServerProcess server) throws IOException {
    System.out.printf(
        "| %d | %d | %d | %.0f |%n", swap, sent.get(), good.get(), server.residentMegabytes());
  }

  private List<Thread> hammer(URI score) {
    HttpRequest request =
        HttpRequest.newBuilder(score).POST(HttpRequest.BodyPublishers.ofByteArray(picture)).build();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(() -> hammer(request), "hammer-" + i);
      thread.start();
      threads.add(thread);
    }
    return threads;
  }

  private void hammer(HttpRequest request) {
    while (!over.get()) {
      sent.incrementAndGet();
      try {
        if (client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200) {
          good.incrementAndGet();
        }
      } catch (IOException e) {
        System.out.println("no answer: " + e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
